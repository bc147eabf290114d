import { confirmTail, contextUsage, type ContextUsage, type HistoryQuery, type TranscriptHistory, type TranscriptTail } from '../../../src/core/agents/usage.js';
import type { WindowSettings } from '../../../src/core/agents/modelWindow.js';
import { historyQuery, historyResult, startHistory, startTail, windowOf } from '../../../src/node/sessionReading.js';
import { readHistory, readTail, type ByteSource } from '../../../src/node/transcriptBytes.js';

/** A transcript in memory, read as a file is. */
export function sourceOf(content: string | Buffer): ByteSource {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return { size: bytes.length, read: (buffer, position, length) => bytes.copy(buffer, 0, position, Math.min(bytes.length, position + length)) };
}

export function tailOf(content: string | Buffer): TranscriptTail {
  const source = sourceOf(content);
  const { reading } = startTail(source);
  readTail(source, reading);
  return reading.result();
}

export function historyOf(content: string | Buffer, query: HistoryQuery, agent: 'claude' | 'codex' = 'claude'): TranscriptHistory {
  const source = sourceOf(content);
  const reading = startHistory(agent, query);
  return historyResult(agent, query, reading, readHistory(source, reading));
}

/** What the command line answers, from memory and without anybody's settings. */
export function usageOf(content: string | Buffer, window: WindowSettings = {}): ContextUsage {
  const tail = tailOf(content);
  const settings = { window, autoCompact: {} };
  const history = historyOf(content, historyQuery(tail, settings, false), tail.agent);
  const confirmed = confirmTail(tail, history);
  const found = windowOf(confirmed, history, settings);
  return contextUsage(confirmed, history.compactions.length, found.window, found.compactAt);
}

type Fields = Record<string, unknown>;
export const lines = (...records: readonly (Fields | string)[]): string => records.map((record) => `${typeof record === 'string' ? record : JSON.stringify(record)}\n`).join('');

let clock = 0;
/** A minute after the last one. */
const nextTime = (): string => new Date(Date.UTC(2026, 10, 20, 8, 0, 0) + 60_000 * clock++).toISOString();

/** Writes records as Claude Code does: each hangs on the one before, unless it is told otherwise. */
export class Conversation {
  readonly records: Fields[] = [];
  parent: string | null = null;
  private count = 0;

  constructor(readonly sessionId = 'session-1', readonly model = 'claude-opus-4-7', private readonly prefix = 'r') {}

  private put(type: string, fields: Fields): string {
    const uuid = `${this.prefix}${String(++this.count)}`;
    const record = { parentUuid: this.parent, isSidechain: false, userType: 'external', cwd: '/home/dev/shop', sessionId: this.sessionId, version: '2.1.240', type, uuid, timestamp: nextTime(), ...fields };
    this.records.push(record);
    if (!record.isSidechain) this.parent = String(record.uuid);
    return String(record.uuid);
  }

  user(text = 'do it', fields: Fields = {}): string {
    return this.put('user', { message: { role: 'user', content: text }, ...fields });
  }

  toolResult(fields: Fields = {}): string {
    return this.put('user', { message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'ok' }] }, ...fields });
  }

  /** A reply that used this many tokens, spread over the three counts. */
  reply(tokens: number, { id, stop = 'end_turn', model = this.model, ...fields }: Fields & { id?: string; stop?: string | null; model?: string } = {}): string {
    const input = Math.min(tokens, 7);
    const created = Math.min(tokens - input, 1_000);
    return this.put('assistant', { requestId: 'req', message: { id: id ?? `msg-${this.prefix}${String(this.count)}`, type: 'message', role: 'assistant', model, content: [], stop_reason: stop,
      usage: { input_tokens: input, cache_creation_input_tokens: created, cache_read_input_tokens: tokens - input - created, output_tokens: 4_000 } }, ...fields });
  }

  boundary(metadata: Fields = { trigger: 'auto', preTokens: 150_000 }, fields: Fields = {}): string {
    const logicalParentUuid = this.parent;
    return this.put('system', { subtype: 'compact_boundary', parentUuid: null, logicalParentUuid, content: 'Conversation compacted', compactMetadata: metadata, ...fields });
  }

  summary(): string {
    return this.user('This session is being continued from a previous conversation.', { isCompactSummary: true, isVisibleInTranscriptOnly: true });
  }

  other(fields: Fields): void {
    this.records.push(fields);
  }

  get text(): string {
    return lines(...this.records);
  }
}
