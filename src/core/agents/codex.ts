import { countOf, momentOf, objectOf, parseRecord, textOf, type TranscriptRecord } from './record.js';
import type { Compaction, HistoryReading, TailReading, TranscriptHistory, TranscriptTail } from './usage.js';

/*
 * Codex's rollouts: lines of {timestamp, type, payload}. The number is `last_token_usage.total_tokens` of the last
 * `token_count` event (`total_token_usage` adds up the session's life: openai/codex #17539); the window is stated there too.
 */

/** How far back the model and the working directory are looked for when the number is known. */
const detailReach = 4 * 1024 * 1024;

const recordTypes = ['session_meta', 'turn_context', 'response_item', 'event_msg', 'compacted'];

/** Whether a line is one of a Codex rollout. */
export function isCodexRecord(record: TranscriptRecord): boolean {
  return recordTypes.includes(textOf(record, 'type') ?? '') && objectOf(record, 'payload') !== undefined;
}

const isCompacted = (record: TranscriptRecord): boolean => record.type === 'compacted';
const isCompactedEvent = (record: TranscriptRecord): boolean => record.type === 'event_msg' && objectOf(record, 'payload')?.type === 'context_compacted';

function usedOf(info: TranscriptRecord | undefined): number | undefined {
  const usage = objectOf(info, 'last_token_usage');
  const total = countOf(usage, 'total_tokens') ?? (countOf(usage, 'input_tokens') ?? 0) + (countOf(usage, 'output_tokens') ?? 0);
  return total > 0 ? total : undefined;
}

const compactionOf = (record: TranscriptRecord): Compaction => {
  const at = textOf(record, 'timestamp');
  return at === undefined ? {} : { at };
};

/** What the first lines of a rollout say about its session. */
export interface CodexHead {
  readonly sessionId: string | null;
  readonly cwd: string | null;
  /** A session that an agent started for itself: no person works in it. */
  readonly subagent: boolean;
}

/** Whether a record begins a rollout of Codex's first versions, whose records have no payload: only its id and time tell. */
export const isEarlyCodexHead = (record: TranscriptRecord): boolean => textOf(record, 'id') !== undefined && textOf(record, 'timestamp') !== undefined
  && ['type', 'message', 'sessionId', 'uuid'].every((key) => !Object.hasOwn(record, key));

/** Reads the record that begins a rollout; undefined if the line is none. */
export function readCodexHead(line: string): CodexHead | undefined {
  const record = parseRecord(line);
  if (record && isEarlyCodexHead(record)) return { sessionId: textOf(record, 'id') ?? null, cwd: null, subagent: false };
  if (record?.type !== 'session_meta') return undefined;
  const payload = objectOf(record, 'payload');
  const source = payload?.source;
  return { sessionId: textOf(payload, 'id') ?? null, cwd: textOf(payload, 'cwd') ?? null, subagent: typeof source === 'object' && source !== null && Object.hasOwn(source, 'subagent') };
}

class CodexTail implements TailReading {
  private from = Infinity;
  private used: number | null | undefined;
  private window: number | undefined;
  private model: string | undefined;
  private cwd: string | undefined;
  private lastActivity: string | undefined;
  private compaction: Compaction | undefined;

  constructor(private readonly head: CodexHead | undefined) {}

  get until(): number {
    if (this.used === undefined) return 0;
    return this.model !== undefined && this.cwd !== undefined && this.window !== undefined ? Infinity : Math.max(0, this.from - detailReach);
  }

  get seeks(): readonly string[] | undefined {
    if (this.lastActivity === undefined) return undefined;
    return ['"token_count"', '"turn_context"', 'ompacted"', '"model_context_window"'];
  }

  older(line: string, start: number): void {
    const record = parseRecord(line);
    if (!record || !isCodexRecord(record)) return;
    const at = textOf(record, 'timestamp');
    if (momentOf(at) !== undefined) this.lastActivity ??= at;
    const payload = objectOf(record, 'payload');
    if (record.type === 'turn_context') {
      this.model ??= textOf(payload, 'model');
      this.cwd ??= textOf(payload, 'cwd');
    }
    const info = objectOf(payload, 'info');
    if (record.type === 'event_msg') this.window ??= countOf(info, 'model_context_window') ?? countOf(payload, 'model_context_window');
    if (this.used !== undefined) return;
    if (isCompacted(record) || isCompactedEvent(record)) {
      // Codex recounts after it compacts; until that is written nothing is known.
      this.used = null;
      this.compaction = compactionOf(record);
      this.from = start;
    } else if (record.type === 'event_msg' && payload?.type === 'token_count') {
      const used = usedOf(info);
      if (used === undefined) return;
      this.used = used;
      this.model ??= textOf(info, 'model');
      this.from = start;
    }
  }

  result(): TranscriptTail {
    return {
      agent: 'codex', sessionId: this.head?.sessionId ?? null, cwd: this.cwd ?? this.head?.cwd ?? null, model: this.model ?? null,
      usedTokens: this.used ?? null, statedWindow: this.window === undefined || this.window === 0 ? null : this.window,
      lastActivity: this.lastActivity ?? null, justCompacted: this.compaction ?? null, title: null, unconfirmed: null,
    };
  }
}

/** Reads the end of a Codex rollout; what its first line says is read before. */
export const readCodexTail = (head: CodexHead | undefined): TailReading => new CodexTail(head);

interface CodexHistoryState { readonly compacted: readonly Compaction[]; readonly events: readonly Compaction[] }

class CodexHistory implements HistoryReading {
  readonly seeks = ['ompacted"'];
  private readonly compacted: Compaction[];
  private readonly events: Compaction[];

  constructor(state: unknown) {
    const known = typeof state === 'object' && state !== null && Array.isArray((state as CodexHistoryState).compacted) ? state as CodexHistoryState : undefined;
    this.compacted = [...(known?.compacted ?? [])];
    this.events = [...(known?.events ?? [])];
  }

  newer(line: string): void {
    const record = parseRecord(line);
    if (!record || !isCodexRecord(record)) return;
    if (isCompacted(record)) this.compacted.push(compactionOf(record));
    else if (isCompactedEvent(record)) this.events.push(compactionOf(record));
  }

  result(): TranscriptHistory {
    // Newer versions write both for one compaction, others only one of them.
    return { compactions: this.compacted.length >= this.events.length ? this.compacted : this.events, peak: 0, title: null };
  }

  state(): CodexHistoryState {
    return { compacted: this.compacted, events: this.events };
  }
}

/** Reads a whole Codex rollout for its compactions. */
export const readCodexHistory = (state?: unknown): HistoryReading => new CodexHistory(state);
