import type { CodeLink, Suggestion } from '../session.js';
import { hashText } from '../agents/activity.js';
import { followChanges, type LineChange } from './cursor.js';
import { isTrifle } from './errorLine.js';
import { code, prose } from './plainText.js';

/*
 * Problems that stood in the Problems view and were mended. A language server also drops its diagnostics when a tab closes,
 * when it restarts, or when the branch changes: none of that is a fix. A problem counts as fixed when it stood for a while,
 * a change was made near it in a document that stayed open, that document was saved, and the same source still reports,
 * on the same branch, without it.
 */

/** Shorter than this a problem is flicker while typing. In milliseconds. */
const minimumLife = 5_000;
/** Gone for at least this long: a server that works the file over again shows nothing for a moment. */
const settling = 3_000;
/** A checker that runs on save may take so long; what goes later than this after the last change or save went for another reason. */
const answerTime = 300_000;
/** A change at most so many lines away from a problem may have mended it; an import at the file's head counts as near. */
const nearLines = 30;
/** How many are kept; the oldest give way. */
const mostFixed = 50;
const mostStanding = 2_000;

/** A problem as the editor reports it. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Who reports it: `ts`, `eslint`, `rust-analyzer`; empty: not said. */
  readonly source: string;
  /** `2345`, `no-unused-vars`; empty: none. */
  readonly code: string;
  /** 1-based. */
  readonly line: number;
}

/** What happened, with its time in milliseconds since 1970. Paths are POSIX, relative to the workspace folder. */
export type DiagnosticsEvent =
  /** All problems of a document, as they are now; `open`: whether the document is in an editor. */
  | { readonly kind: 'problems'; readonly at: number; readonly path: string; readonly problems: readonly Problem[]; readonly open: boolean; readonly lineText?: LineText }
  | { readonly kind: 'changed'; readonly at: number; readonly path: string; readonly changes: readonly LineChange[] }
  /** The document is on the disk as it is in the editor: it was saved, or loaded anew after somebody else changed the file. */
  | { readonly kind: 'saved'; readonly at: number; readonly path: string; readonly lineText?: LineText }
  | { readonly kind: 'closed'; readonly at: number; readonly path: string }
  | { readonly kind: 'branch'; readonly at: number; readonly branch: string }
  /** Nothing happened but time. */
  | { readonly kind: 'tick'; readonly at: number; readonly lineText?: LineText };

/** The present text of a document's line, 1-based, where it is at hand. */
export type LineText = (path: string, line: number) => string | undefined;

interface Standing extends Problem {
  readonly path: string;
  readonly since: number;
  readonly branch: string;
  /** The line as it was reported last: as long as it is the same, the server has not answered the changes that moved `line`. */
  readonly reported: number;
  /** When a change near it was last made; 0: never. */
  readonly touched: number;
  /** When it was no longer reported; 0: it still is. */
  readonly gone: number;
}

interface Fixed extends Problem {
  readonly path: string;
  readonly at: number;
  readonly lineText?: string;
}

/** Everything that must outlive a reload: plain data. */
export interface DiagnosticsState {
  readonly version: 1;
  readonly branch: string;
  readonly standing: readonly Standing[];
  readonly fixed: readonly Fixed[];
  /** Documents' last saves, by path. */
  readonly saved: Readonly<Record<string, number>>;
}

export const emptyDiagnostics: DiagnosticsState = { version: 1, branch: '', standing: [], fixed: [], saved: {} };

/** A state from outside, if it is one; else the empty one. */
export function restoreDiagnostics(value: unknown): DiagnosticsState {
  if (typeof value !== 'object' || value === null || (value as { version?: unknown }).version !== 1) return emptyDiagnostics;
  const { branch, standing, fixed, saved } = value as Partial<Record<keyof DiagnosticsState, unknown>>;
  if (typeof branch !== 'string' || !Array.isArray(standing) || !Array.isArray(fixed)) return emptyDiagnostics;
  const isProblem = (one: unknown): boolean => typeof one === 'object' && one !== null && typeof (one as Problem).message === 'string' && typeof (one as Problem).line === 'number' && typeof (one as Standing).path === 'string';
  const times = (one: unknown): Record<string, number> => (typeof one === 'object' && one !== null ? Object.fromEntries(Object.entries(one).filter((entry): entry is [string, number] => typeof entry[1] === 'number')) : {});
  // What stood before a reload is looked for anew: nobody watched in between, and servers report bit by bit when they start.
  // Only a change made from now on mends it.
  const still = (standing as Standing[]).filter(isProblem).map((one) => ({ ...one, gone: 0, touched: 0 }));
  return { version: 1, branch, standing: still, fixed: (fixed as Fixed[]).filter(isProblem), saved: times(saved) };
}

const same = (a: Problem, b: Problem): boolean => a.message === b.message && a.source === b.source && a.code === b.code;

function report(state: DiagnosticsState, event: Extract<DiagnosticsEvent, { kind: 'problems' }>): DiagnosticsState {
  const { path, at, problems, open } = event;
  // What is reported again was not mended, or is broken anew: it stands.
  const fixed = state.fixed.filter((one) => one.path !== path || !problems.some((problem) => same(problem, one)));
  const left = [...problems];
  const standing = state.standing.flatMap((one): Standing[] => {
    if (one.path !== path) return [one];
    let nearest = -1;
    for (const [index, problem] of left.entries()) {
      if (same(problem, one) && (nearest < 0 || Math.abs(problem.line - one.line) < Math.abs((left[nearest]?.line ?? 0) - one.line))) nearest = index;
    }
    const now = left[nearest];
    if (now) {
      left.splice(nearest, 1);
      return [{ ...one, ...(now.line === one.reported ? {} : { line: now.line, reported: now.line }), gone: 0, touched: one.gone > 0 ? 0 : one.touched }];
    }
    // A document that is not open loses its problems for reasons of the server's own.
    if (!open) return [];
    return [one.gone > 0 ? one : { ...one, gone: at }];
  });
  const fresh = open ? left.map((problem): Standing => ({ ...problem, path, since: at, branch: state.branch, reported: problem.line, touched: 0, gone: 0 })) : [];
  return { ...state, standing: [...standing, ...fresh].slice(-mostStanding), fixed };
}

/** Lines of a document move when text above them is changed. */
function change(state: DiagnosticsState, event: Extract<DiagnosticsEvent, { kind: 'changed' }>): DiagnosticsState {
  const { path, changes, at } = event;
  return { ...state, standing: state.standing.map((one) => {
    if (one.path !== path) return one;
    const near = changes.some(({ startLine, endLine }) => (one.line >= startLine + 1 - nearLines && one.line <= endLine + 1 + nearLines) || startLine < nearLines);
    return { ...one, line: followChanges(one.line, changes), touched: near && one.gone === 0 ? at : one.touched };
  }) };
}

/** Moves what is settled from "gone" to "fixed". */
function settle(state: DiagnosticsState, at: number, lineText?: LineText): DiagnosticsState {
  const fixed = [...state.fixed];
  const standing = state.standing.filter((one) => {
    if (one.gone === 0) return true;
    const lived = one.gone - one.since;
    const saved = state.saved[one.path] ?? 0;
    const inTime = one.gone - Math.max(one.touched, Math.min(saved, one.gone)) <= answerTime;
    if (lived < minimumLife || one.touched === 0 || !inTime) return at - one.gone < settling;
    if (saved < one.touched || at - one.gone < settling) return true;
    const text = lineText?.(one.path, one.line)?.trim();
    const { since: _since, branch: _branch, touched: _touched, gone: _gone, reported: _reported, ...problem } = one;
    const again = fixed.findIndex((other) => other.path === one.path && same(other, one));
    if (again >= 0) fixed.splice(again, 1);
    fixed.push({ ...problem, at: one.gone, ...(text ? { lineText: text } : {}) });
    return false;
  });
  return { ...state, standing, fixed: fixed.slice(-mostFixed) };
}

/**
 * The state after an event.
 * @param alive whether a source still reports: asked when a problem of it is gone; a server that restarts says nothing
 */
export function diagnosticsAfter(state: DiagnosticsState, event: DiagnosticsEvent, alive: (source: string) => boolean = () => true): DiagnosticsState {
  switch (event.kind) {
    case 'problems': {
      // A server that stopped takes its problems away at once, in every document: nothing was fixed, and they will be back.
      const dead = new Set(state.standing.filter(({ path, source }) => path === event.path && !alive(source)).map(({ source }) => source));
      const kept = state.standing.filter(({ path, source }) => path === event.path && dead.has(source));
      const others = { ...state, standing: state.standing.filter((one) => !kept.includes(one)) };
      const reported = report(others, event);
      return settle({ ...reported, standing: [...reported.standing, ...kept] }, event.at, event.lineText);
    }
    case 'changed': return change(state, event);
    case 'saved': return settle({ ...state, saved: { ...state.saved, [event.path]: event.at } }, event.at, event.lineText);
    // What a closed tab showed is dropped by the server; what was gone before and saved is settled first.
    case 'closed': {
      const settled = settle(state, event.at);
      return { ...settled, standing: settled.standing.filter(({ path }) => path !== event.path), saved: Object.fromEntries(Object.entries(settled.saved).filter(([path]) => path !== event.path)) };
    }
    // Another branch is other code: what stood here was not mended.
    case 'branch': return event.branch === state.branch ? state : { ...state, branch: event.branch, standing: state.branch === '' ? state.standing.map((one) => ({ ...one, branch: event.branch })) : [] };
    case 'tick': return settle(state, event.at, event.lineText);
  }
}

/**
 * When a tick could settle something; undefined: nothing waits for time. Milliseconds since 1970, both.
 * @param now what was due before waits for a save
 */
export function nextSettling(state: DiagnosticsState, now = 0): number | undefined {
  const waiting = state.standing.filter(({ gone }) => gone > 0).map(({ gone }) => gone + settling).filter((due) => due > now);
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

/**
 * What the Problems view says was mended in this session: errors first, the ones that say least left out.
 * @param since milliseconds since 1970: the session's beginning; what was mended before belongs to another one
 */
export function suggestFixedDiagnostics(state: DiagnosticsState, since = 0, most = 6): Suggestion[] {
  const told = state.fixed.filter(({ message, severity, at }) => at >= since && !(severity === 'warning' && isTrifle(message)));
  return [...told].sort((a, b) => (a.severity === b.severity ? b.at - a.at : a.severity === 'error' ? -1 : 1)).slice(0, most).map((one, index): Suggestion => {
    const by = [one.source, one.code].filter(Boolean).map((part) => prose(part, 40)).join(' ');
    const message = code(one.message, 200);
    const link: CodeLink = { path: one.path, line: one.line, ...(one.lineText ? { text: one.lineText } : {}) };
    return {
      id: `diagnostics:${hashText(`${one.path}|${one.source}|${one.code}|${one.message}`)}`, item: 'error', source: 'diagnostics', text: `Fixed: ${message}${by === '' ? '' : ` (${by})`}`,
      links: [link], rank: (one.severity === 'error' ? 3 : 2) - index / 100, evidence: [{ text: `${one.severity} in the Problems view: ${message}`, link, at: new Date(one.at).toISOString() }],
    };
  });
}
