import type { ModelWindow } from './modelWindow.js';
import { momentOf } from './record.js';

/** The agents whose transcripts are read. */
export type AgentId = 'claude' | 'codex';

/** One compaction, as the transcript's boundary tells it. */
export interface Compaction {
  /** ISO 8601, as written; absent when the boundary has no time. */
  readonly at?: string;
  readonly trigger?: string;
  /** Tokens before and after, where the boundary says so. */
  readonly before?: number;
  readonly after?: number;
}

/** What the end of a transcript says about the newest record's session. */
export interface TranscriptTail {
  readonly agent: AgentId;
  readonly sessionId: string | null;
  readonly cwd: string | null;
  readonly model: string | null;
  /** Tokens in the context; null when the transcript does not say. */
  readonly usedTokens: number | null;
  /** The window that the transcript itself states (Codex). */
  readonly statedWindow: number | null;
  /** ISO 8601, as written in the newest record that has a time. */
  readonly lastActivity: string | null;
  /** The compaction that the number is about, when no reply came after it. */
  readonly justCompacted: Compaction | null;
  /** The session's title, if one stands near the end: what the person chose before what the agent made up. Plain text of a stranger. */
  readonly title: string | null;
  /**
   * When the reply that counts was written (milliseconds since 1970). A compaction that came later would show that it is a row
   * of before, kept over the compaction with its old usage. Null: no reply counts, or the conversation was taken back to it.
   */
  readonly unconfirmed: number | null;
}

/** What only the whole transcript says. */
export interface TranscriptHistory {
  /** Oldest first. */
  readonly compactions: readonly Compaction[];
  /** The most that records of the tail's model are known to have used, or to have been compacted at; 0 when nothing above 200,000 was seen. */
  readonly peak: number;
  readonly title: string | null;
}

/**
 * Reads a transcript from its end. It is fed line by line, the newest first, and says when it needs no more: so the
 * same rules serve a reader that blocks, one that does not, and a test.
 */
export interface BackwardReading {
  /** Takes the next older line, which starts at this byte of the file. */
  older(line: string, start: number): void;
  /** Bytes of the file below this need not be read; `Infinity` when all is known. */
  readonly until: number;
  /** If set, only lines that hold one of these texts can matter from here on. */
  readonly seeks: readonly string[] | undefined;
}

/** Reads the end of a transcript for how full the context is. */
export interface TailReading extends BackwardReading {
  result(): TranscriptTail;
}

/** What a reading of the whole transcript is to find. */
export interface HistoryQuery {
  /** Whose compactions count; null: every session's of the file. */
  readonly sessionId: string | null;
  /** The model whose use is observed, where its window is in doubt; null: none. */
  readonly observe: string | null;
  /** Whether the title is looked for, since it does not stand near the end. */
  readonly titles: boolean;
}

/** Reads a whole transcript, the oldest line first, being given only the lines that hold one of its texts. */
export interface HistoryReading {
  /** May change with every line taken. */
  readonly seeks: readonly string[];
  newer(line: string): void;
  result(): TranscriptHistory;
  /** Plain data from which a later reading can go on. */
  state(): unknown;
}

/** The tail after the whole transcript was read: a reply that is older than the last compaction is one of before it. */
export function confirmTail(tail: TranscriptTail, history: TranscriptHistory | undefined): TranscriptTail {
  const newest = history?.compactions.at(-1);
  const at = momentOf(newest?.at);
  if (!newest || at === undefined || tail.unconfirmed === null || tail.unconfirmed >= at) return tail;
  return { ...tail, usedTokens: newest.after ?? null, justCompacted: newest, unconfirmed: null };
}

export type WindowSource = 'setting' | 'transcript' | 'observed' | 'model';

/** Context usage: tokens in the agent's context, its window, and how sure we are of each. The keys are those of the contracts. */
export interface ContextUsage {
  readonly agent: AgentId;
  readonly sessionId: string | null;
  readonly cwd: string | null;
  readonly model: string | null;
  readonly usedTokens: number | null;
  readonly window: number | null;
  readonly windowSource: WindowSource | null;
  /** 100 · usedTokens / window. */
  readonly percent: number | null;
  /** Estimated tokens at which the agent compacts by itself. */
  readonly compactAt: number | null;
  /** Null only while they have not been counted. */
  readonly compactions: number | null;
  /** ISO 8601. */
  readonly lastActivity: string | null;
}

/** Context usage from what was read and what was found out about the window. */
export function contextUsage(tail: TranscriptTail, compactions: number | null, window: ModelWindow, compactAt: number | null): ContextUsage {
  const { agent, sessionId, cwd, model, usedTokens, lastActivity } = tail;
  const percent = usedTokens === null || window.tokens === null ? null : (100 * usedTokens) / window.tokens;
  return { agent, sessionId, cwd, model, usedTokens, window: window.tokens, windowSource: window.source, percent, compactAt, compactions, lastActivity };
}
