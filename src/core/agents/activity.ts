import type { AgentId, BackwardReading } from './usage.js';

/*
 * What happened in an agent's session, in words that fit every agent. It is made from a transcript, so every text in it
 * is a stranger's: rules read it, nothing runs it, and it is cleaned and masked before anything of it is shown.
 */

interface Happening {
  /** ISO 8601, as written. */
  readonly at?: string;
  /** The transcript record's own id, by which the moment is found again. */
  readonly record?: string;
  /** A subagent did it, not the session itself. */
  readonly sidechain: boolean;
}

/** What the person said. */
export interface Prompt extends Happening {
  readonly kind: 'prompt';
  readonly text: string;
  /** `refusal`: said while refusing a tool's use; `memory`: added to the agent's memory. */
  readonly via: 'typed' | 'queued' | 'refusal' | 'memory';
}

/** What the agent said. */
export interface Reply extends Happening {
  readonly kind: 'reply';
  readonly text: string;
}

/**
 * How a command ended. `passed` is the exit code's word only: a pipe may hide a failure. `stopped`: interrupted or timed
 * out; `background`: started and left running; `open`: no result was recorded.
 */
export type Outcome = 'passed' | 'failed' | 'stopped' | 'background' | 'open';

/** A shell command that the agent ran. Commands that a person or a rule refused are not here: they never ran. */
export interface CommandRun extends Happening {
  readonly kind: 'command';
  readonly command: string;
  /** What the agent said that it is for. */
  readonly purpose: string;
  /** Where it ran, as an absolute path; absent when not recorded. */
  readonly folder?: string;
  readonly outcome: Outcome;
  /** Its output, the middle of a long one left out. */
  readonly output: string;
}

/** One place of a file that was replaced. Long texts are clipped so that equal texts stay equal. */
export interface Replacement {
  readonly before: string;
  readonly after: string;
}

/** An edit of a file by the agent that took place. */
export interface FileEdit extends Happening {
  readonly kind: 'edit';
  /** As the transcript has it, absolute or relative to `folder`. */
  readonly path: string;
  readonly folder?: string;
  readonly replacements: readonly Replacement[];
  /** 1-based line of the first change in the new text, where recorded. */
  readonly line?: number;
  readonly created: boolean;
  readonly deleted?: boolean;
}

/** A question that the agent asked, and what the person chose. */
export interface Question extends Happening {
  readonly kind: 'question';
  readonly question: string;
  readonly options: readonly { readonly label: string; readonly description: string }[];
  readonly answer: string;
}

/** A plan that the agent laid before the person. */
export interface Plan extends Happening {
  readonly kind: 'plan';
  readonly plan: string;
  readonly approved: boolean;
}

/** The person stopped the agent. */
export interface Interruption extends Happening {
  readonly kind: 'interruption';
}

export type AgentEvent = Prompt | Reply | CommandRun | FileEdit | Question | Plan | Interruption;

/** One to-do of the agent's list. */
export interface Todo {
  readonly text: string;
  readonly status: 'pending' | 'inProgress' | 'done';
  /** ISO 8601, when the list that has it was last written. */
  readonly at?: string;
  readonly record?: string;
}

/** The part of a transcript that belongs to the session: since the last compaction, clear or Write. */
export interface SessionActivity {
  readonly agent: AgentId;
  readonly sessionId: string | null;
  /** The folders in which the session ran, the first one first. */
  readonly folders: readonly string[];
  /** Oldest first; rewound branches are not here. */
  readonly events: readonly AgentEvent[];
  /** The main session's list as it stands now, in its order, the ones from before the reset included. */
  readonly todos: readonly Todo[];
  /** Whether the list was touched after the last prompt. */
  readonly todosAreCurrent: boolean;
  /** The agent said its last word to the last prompt. */
  readonly finished: boolean;
  /** Lines that could not be read, and records of kinds that are not known: for the log. */
  readonly skipped: { readonly malformed: number; readonly unknown: number };
}

/**
 * How much of one session is read, in bytes, when nothing resets it: no context window holds more, and what is read is kept.
 * The rest of a huge transcript stays on the disk.
 */
export const sessionReach = 64 * 1024 * 1024;

/** Reads a transcript backwards for what happened since the last reset, and goes on when it grows. */
export interface ActivityReading extends BackwardReading {
  /**
   * Takes a line that was appended since the file was read to its beginning or the reset.
   * @returns false when what is known no longer holds (a compaction, a clear, another session, too much): then it is read anew
   */
  newer(line: string): boolean;
  /** May be called at any time: what is known by then. */
  result(): SessionActivity;
}

/** A 53-bit hash of a text, as letters and digits: not for secrets. Source: cyrb53, bryc, public domain. */
export function hashText(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}

/** A long text without its middle; equal texts stay equal and different ones different. */
export function clip(text: string, start: number, end: number): string {
  if (text.length <= start + end + 40) return text;
  return joined(`${text.slice(0, start)}\n[… ${String(text.length)} ${hashText(text)} …]\n${text.slice(text.length - end)}`);
}

/** As `clip`, for texts that nobody compares: the middle is not even read. */
export function clipOutput(text: string): string {
  const [start, end] = [4000, 6000];
  return text.length <= start + end + 40 ? text : joined(`${text.slice(0, start)}\n[… ${String(text.length)} …]\n${text.slice(-end)}`);
}

/** How a block of findings begins that an agent was asked for (suggestions/findings.ts): a fence, which is the first group, and its name. */
export const findingsFence = /^[ \t]*(`{3,}|~{3,})[ \t]*session-handoff(?=[ \t]*\r?$)/m;
/** So much of a reply with findings is kept. */
const longestFindings = 40_000;

/** A reply without the middle of a long one; findings in it are kept whole. */
export function clipReply(text: string): string {
  const at = findingsFence.exec(text)?.index;
  return at === undefined ? clip(text, 3000, 1000) : `${clip(text.slice(0, at), 3000, 1000)}${copy(text.slice(at, at + longestFindings))}`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Pieces of a huge text keep all of it in memory until they are joined: V8 joins them where a character is asked for. */
function joined(pieces: string): string {
  pieces.charCodeAt(0);
  return pieces;
}

/** A part of a huge text would keep all of it in memory; a copy does not. */
const copy = (part: string): string => decoder.decode(encoder.encode(part));
