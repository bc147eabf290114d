/*
 * When to tell a person that the agent's context fills: a pure state machine. Time is passed in, the state is plain data that
 * can be stored, and every event gives the next state and at most one message.
 *
 * What it promises: one message per crossing of a threshold and session, the highest only when several are crossed at once;
 * never two on the screen; nothing while the person types, for an idle session, or after the handoff of its folder was written until new
 * work appears there, but a message that was held back comes when that is over. Only what a person did drops one: an opt-out, a handoff
 * written before a compaction, or an answer to a message that said the same.
 */

/** What the status bar shows: always, whatever was opted out of. */
export type ReminderLevel = 'normal' | 'quiet' | 'warning' | 'urgent';
type ToldLevel = 'warning' | 'urgent';

/** A threshold: percent of the point where the agent compacts by itself, else of the window; or tokens. */
export type Threshold = { readonly percent: number } | { readonly tokens: number };

export interface ReminderSettings {
  readonly quiet: Threshold;
  readonly warning: Threshold;
  readonly urgent: Threshold;
  /** Off: nothing is told, the status bar goes on. What would have been told is held back, not dropped. */
  readonly enabled: boolean;
}

/** Of a compaction at 167k these are 84k, 117k and 147k. */
export const defaultReminderSettings: ReminderSettings = { quiet: { percent: 50 }, warning: { percent: 70 }, urgent: { percent: 88 }, enabled: true };

/** "Later" ends after this many milliseconds, or when this share of the basis more is used, whichever comes first. */
export const laterMs = 15 * 60_000;
export const laterPercent = 5;
/** A person types until this many milliseconds after the last key. */
export const typingMs = 5_000;
/** A message that nobody answers leaves the screen after about 20 s in a window that has the focus (VS Code keeps it in its notification centre); then another may come. */
export const visibleMs = 30_000;
/** Compactions so near one another are one, told by several folders. */
const sameResetMs = 5_000;
/** Less than this share of the basis below a threshold is no falling back: usage wavers by a little from reply to reply. */
const waverPercent = 2;

/** How full a session's context is. */
export interface SessionUsage {
  readonly used: number | null;
  readonly compactAt: number | null;
  readonly window: number | null;
}

export type ReminderMessage =
  | { readonly kind: 'threshold'; readonly session: string; readonly level: ToldLevel; readonly used: number }
  /** `cleared`: the person began anew, so there is no size after. */
  | { readonly kind: 'reset'; readonly session: string; readonly cleared: boolean; readonly at: number; readonly before: number | null; readonly after: number | null };

/** What a person answers. `closed`: put away without a choice. */
export type ReminderAnswer = 'open' | 'later' | 'notInThisSession' | 'never' | 'closed';

export type ReminderEvent =
  /** What was read of a session that works in a workspace folder (of several that hold one another, each tells). `idle`: silent for an hour; `ended`: another took its place. */
  | { readonly kind: 'usage'; readonly folder: string; readonly session: string; readonly usage: SessionUsage; readonly idle: boolean; readonly ended: boolean }
  /** The session's context was compacted or cleared; `happened` in milliseconds since 1970. */
  | { readonly kind: 'reset'; readonly folder: string; readonly session: string; readonly cleared: boolean; readonly happened: number; readonly before: number | null; readonly after: number | null }
  /** A session is no longer watched in a folder. */
  | { readonly kind: 'gone'; readonly folder: string; readonly session: string }
  | { readonly kind: 'typed' }
  /** The window came before the person, or left: VS Code hides no message of a window that is not in front. */
  | { readonly kind: 'focus'; readonly focused: boolean }
  /** `message` is the one that was given to be shown. */
  | { readonly kind: 'answered'; readonly message: ReminderMessage; readonly answer: ReminderAnswer }
  | { readonly kind: 'written'; readonly folder: string }
  | { readonly kind: 'newWork'; readonly folder: string }
  /** Takes back every opt-out. */
  | { readonly kind: 'remindAgain' }
  /** Nothing but time: to be sent at `wakeAt`. */
  | { readonly kind: 'tick' };

interface PendingReset { readonly cleared: boolean; readonly at: number; readonly before: number | null; readonly after: number | null }

interface SessionState {
  /** Workspace folders that it works in. */
  readonly folders: readonly string[];
  /** Those in which it is watched; none: what was told is kept for the case that it comes back. */
  readonly watched: readonly string[];
  /** When it was last told of, in milliseconds since 1970. */
  readonly seen: number;
  readonly usage: SessionUsage;
  readonly idle: boolean;
  readonly ended: boolean;
  /** The highest level that was told since the usage was last below it. */
  readonly told: ToldLevel | null;
  readonly later: { readonly until: number; readonly used: number } | null;
  readonly optedOut: boolean;
  readonly reset: PendingReset | null;
  /** The last compaction or clear, in milliseconds since 1970: each folder tells of it. */
  readonly resetAt: number | null;
}

/** Plain data: it may be stored and taken up again. */
export interface ReminderState {
  readonly sessions: Readonly<Record<string, SessionState>>;
  readonly shown: { readonly message: ReminderMessage; readonly since: number } | null;
  readonly typedAt: number | null;
  readonly focused: boolean;
  /** Workspace folders whose handoff was written, and in which no new work appeared since. */
  readonly captured: readonly string[];
  readonly never: boolean;
}

export const initialReminderState: ReminderState = { sessions: {}, shown: null, typedAt: null, focused: true, captured: [], never: false };

const rank: Record<ReminderLevel, number> = { normal: 0, quiet: 1, warning: 2, urgent: 3 };
const unknownUsage: SessionUsage = { used: null, compactAt: null, window: null };
const newSession: SessionState = { folders: [], watched: [], seen: 0, usage: unknownUsage, idle: false, ended: false, told: null, later: null, optedOut: false, reset: null, resetAt: null };

const basisOf = ({ compactAt, window }: SessionUsage): number | null => compactAt ?? window;

/** The tokens at which a threshold lies; Infinity when it is a share of what is not known. */
export function tokensOf(threshold: Threshold, usage: SessionUsage): number {
  if ('tokens' in threshold) return threshold.tokens;
  const basis = basisOf(usage);
  return basis === null ? Infinity : (basis * threshold.percent) / 100;
}

function levelAt(used: number | null, usage: SessionUsage, settings: ReminderSettings, slack = 0): ReminderLevel {
  if (used === null) return 'normal';
  const reaches = (threshold: Threshold): boolean => used >= tokensOf(threshold, usage) - slack;
  if (reaches(settings.urgent)) return 'urgent';
  if (reaches(settings.warning)) return 'warning';
  return reaches(settings.quiet) ? 'quiet' : 'normal';
}

/** The level of a usage: what the status bar shows of it. */
export const levelOf = (usage: SessionUsage, settings: ReminderSettings): ReminderLevel => levelAt(usage.used, usage, settings);

const isTold = (level: ReminderLevel): level is ToldLevel => rank[level] >= rank.warning;

/** The level that was told, after the usage may have fallen: where it fell back, the threshold is armed again. */
function rearm(state: SessionState, settings: ReminderSettings): SessionState {
  if (state.told === null) return state;
  // Unknown straight after a compaction; the reset itself has armed it again.
  if (state.usage.used === null) return state;
  const slack = ((basisOf(state.usage) ?? 0) * waverPercent) / 100;
  const level = levelAt(state.usage.used, state.usage, settings, slack);
  if (rank[level] >= rank[state.told]) return state;
  return { ...state, told: isTold(level) ? level : null };
}

/** What is due to be told of a session, whatever holds it back. */
function dueOf(session: string, state: SessionState, now: number, settings: ReminderSettings): ReminderMessage | null {
  if (state.reset) return { kind: 'reset', session, ...state.reset };
  const level = levelOf(state.usage, settings);
  const { used } = state.usage;
  if (state.ended || !isTold(level) || used === null) return null;
  const message: ReminderMessage = { kind: 'threshold', session, level, used };
  if (state.told === null || rank[level] > rank[state.told]) return message;
  return state.later && hasEnded(state.later, state.usage, now) ? message : null;
}

function hasEnded(later: NonNullable<SessionState['later']>, usage: SessionUsage, now: number): boolean {
  if (now >= later.until) return true;
  const basis = basisOf(usage) ?? later.used;
  return usage.used !== null && usage.used >= later.used + (basis * laterPercent) / 100;
}

function take(state: ReminderState, event: ReminderEvent, now: number, settings: ReminderSettings): ReminderState {
  const withSession = (session: string, change: (old: SessionState) => SessionState): ReminderState => ({ ...state, sessions: { ...state.sessions, [session]: change(sessionOf(state, session)) } });
  switch (event.kind) {
    case 'usage':
      return withSession(event.session, (old) => rearm({ ...watchedIn(old, event.folder), seen: now, usage: event.usage, idle: event.idle, ended: event.ended }, settings));
    case 'reset': {
      const { cleared, happened: at, before, after } = event;
      return withSession(event.session, (old) => {
        const watched = { ...watchedIn(old, event.folder), seen: now };
        if (old.resetAt !== null && Math.abs(at - old.resetAt) < sameResetMs) return watched;
        const reset = old.optedOut || state.never ? null : { cleared, at, before, after };
        return { ...watched, usage: { ...old.usage, used: after }, told: null, later: null, reset, resetAt: at };
      });
    }
    case 'gone':
      return withSession(event.session, (old) => ({ ...old, watched: old.watched.filter((folder) => folder !== event.folder) }));
    case 'typed':
      return { ...state, typedAt: now };
    case 'answered': {
      const { session } = event.message;
      const { usage: { used }, told } = sessionOf(state, session);
      const answered: ReminderState = { ...state, shown: state.shown?.message === event.message ? null : state.shown };
      if (event.answer === 'never') return { ...answered, never: true };
      const change = (part: Partial<SessionState>): ReminderState => ({ ...answered, sessions: { ...answered.sessions, [session]: { ...sessionOf(answered, session), ...part } } });
      if (event.answer === 'later') {
        // What a person puts off before it was told is told later, too.
        const level = event.message.kind === 'threshold' && rank[event.message.level] > rank[told ?? 'normal'] ? event.message.level : told;
        return change({ told: level, later: { until: now + laterMs, used: used ?? 0 } });
      }
      if (event.answer === 'notInThisSession') return change({ optedOut: true, reset: null });
      return answered;
    }
    case 'focus':
      return { ...state, focused: event.focused, shown: state.shown && event.focused && !state.focused ? { ...state.shown, since: now } : state.shown };
    case 'written':
      return { ...state, captured: [...new Set([...state.captured, event.folder])] };
    case 'newWork': {
      // A compaction of before needs no word any more: what was still remembered is written.
      const sessions = Object.entries(state.sessions).map(([id, session]) => [id, isCaptured(state, session) ? { ...session, reset: null } : session] as const);
      return { ...state, captured: state.captured.filter((folder) => folder !== event.folder), sessions: Object.fromEntries(sessions) };
    }
    case 'remindAgain':
      return { ...state, never: false, sessions: Object.fromEntries(Object.entries(state.sessions).map(([id, session]) => [id, { ...session, optedOut: false }])) };
    case 'tick':
      return state;
  }
}

const sessionOf = (state: ReminderState, session: string): SessionState => (Object.hasOwn(state.sessions, session) ? state.sessions[session] ?? newSession : newSession);

const watchedIn = (session: SessionState, folder: string): SessionState => ({ ...session, folders: [...new Set([...session.folders, folder])], watched: [...new Set([...session.watched, folder])] });

/** Whether all that a session may have taught is written: the handoff of every folder that it works in. */
function isCaptured({ captured }: ReminderState, { folders, watched }: SessionState): boolean {
  const asked = watched.length > 0 ? watched : folders;
  return asked.every((folder) => captured.includes(folder));
}

/** Whether something holds every message back at this moment. */
function isHeld(state: ReminderState, now: number, settings: ReminderSettings): boolean {
  return !settings.enabled || state.never
    || (state.typedAt !== null && now < state.typedAt + typingMs)
    || (state.shown !== null && (!state.focused || now < state.shown.since + visibleMs));
}

/** A compaction before a threshold, the urgent before the warning, then the fullest. */
const weight = (message: ReminderMessage): number => (message.kind === 'reset' ? Infinity : rank[message.level] * 1e12 + message.used);

/**
 * Takes an event and gives the next state, with the message to show now, if any. The caller shows it at once, and sends
 * `answered` when the person answered it.
 * @param now milliseconds since 1970, never going back
 */
export function remind(state: ReminderState, event: ReminderEvent, now: number, settings: ReminderSettings = defaultReminderSettings): { state: ReminderState; show: ReminderMessage | null } {
  const next = take(state, event, now, settings);
  if (isHeld(next, now, settings)) return { state: next, show: null };
  const due = Object.entries(next.sessions).filter(([, session]) => session.watched.length > 0 && !session.idle && !session.optedOut && !isCaptured(next, session))
    .flatMap(([id, session]) => dueOf(id, session, now, settings) ?? []).sort((a, b) => weight(b) - weight(a));
  const [show = null] = due;
  if (!show) return { state: next, show: null };
  const told = sessionOf(next, show.session);
  const marked: SessionState = show.kind === 'reset' ? { ...told, reset: null } : { ...told, told: show.level, later: null };
  return { state: { ...next, sessions: { ...next.sessions, [show.session]: marked }, shown: { message: show, since: now } }, show };
}

/** When a `tick` should be sent, if nothing else happens before: the moment at which time alone can make a message due; null: never. */
export function wakeAt(state: ReminderState, now: number, settings: ReminderSettings = defaultReminderSettings): number | null {
  const moments = [
    ...(state.typedAt === null ? [] : [state.typedAt + typingMs]), ...(state.shown === null || !state.focused ? [] : [state.shown.since + visibleMs]),
    ...Object.values(state.sessions).flatMap(({ later, optedOut }) => (later && !optedOut ? [later.until] : [])),
  ].filter((moment) => moment > now);
  return !settings.enabled || state.never || moments.length === 0 ? null : Math.min(...moments);
}

/** What is known of a session that was not seen for so long is forgotten: Claude Code keeps its transcripts 30 days. */
const forgottenAfterMs = 30 * 24 * 60 * 60_000;

/** What is worth keeping over a restart: opt-outs, what was told, and "later"; not what can be read again. */
export function storedReminderState(state: ReminderState, now: number): ReminderState {
  const sessions = Object.fromEntries(Object.entries(state.sessions).filter(([, { seen }]) => now - seen < forgottenAfterMs).map(([id, session]) => [id, { ...session, watched: [] }]));
  return { ...state, sessions, shown: null, typedAt: null, focused: true };
}
