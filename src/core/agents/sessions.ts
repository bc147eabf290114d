import { momentOf } from './record.js';
import type { Compaction, ContextUsage } from './usage.js';

/** A session silent for this many milliseconds is idle. */
export const idleAfterMs = 60 * 60_000;

/** An agent session of a workspace folder, as it is shown. Title and paths are a stranger's plain text. */
export interface AgentSession {
  /** The transcript: what tells sessions apart, and what a pin names. */
  readonly file: string;
  readonly usage: ContextUsage;
  /** Runs in the folder itself, below it, or in another worktree of its repository. */
  readonly place: 'same' | 'below' | 'worktree';
  readonly title: string | null;
  /** Silent for an hour. */
  readonly idle: boolean;
  /** The person cleared it: another took its place. */
  readonly ended: boolean;
  /** Oldest first; null until they are counted. */
  readonly compactions: readonly Compaction[] | null;
  /** Why the window is not known, in plain words, where the table of models tells. */
  readonly windowCondition: string | null;
}

/** Whether a session that was last active at this time is idle. */
export const isIdle = (lastActivity: string | null, now: number): boolean => now - (momentOf(lastActivity ?? undefined) ?? -Infinity) >= idleAfterMs;

/** How full a session is, for comparing sessions: of where it compacts, else of its window; of the smallest window where neither is known. */
const fullness = ({ usage }: AgentSession): number => (usage.usedTokens ?? 0) / (usage.compactAt ?? usage.window ?? 200_000);

const byActivity = (a: AgentSession, b: AgentSession): number => (momentOf(b.usage.lastActivity ?? undefined) ?? 0) - (momentOf(a.usage.lastActivity ?? undefined) ?? 0);

/** Sessions for a choice: live ones first, each the newest first. */
export function sortSessions(sessions: readonly AgentSession[]): AgentSession[] {
  const isOver = (session: AgentSession): number => Number(session.idle || session.ended);
  return [...sessions].sort((a, b) => isOver(a) - isOver(b) || byActivity(a, b));
}

/**
 * The session that is shown: the pinned one while it exists; else the live one, of several the fullest, of those in the folder
 * before those in another worktree; else the newest; undefined when there is none.
 */
export function sessionToShow(sessions: readonly AgentSession[], pinned?: string): AgentSession | undefined {
  const pin = sessions.find(({ file }) => file === pinned);
  if (pin) return pin;
  const live = sessions.filter(({ idle, ended }) => !idle && !ended);
  const here = live.filter(({ place }) => place !== 'worktree');
  const [fullest] = (here.length > 0 ? here : live).sort((a, b) => fullness(b) - fullness(a) || byActivity(a, b));
  return fullest ?? sortSessions(sessions)[0];
}
