import { estimateCompactAt } from '../core/agents/autoCompact.js';
import { readClaudeHistory, readClaudeTail } from '../core/agents/claude.js';
import { isCodexRecord, isEarlyCodexHead, readCodexHead, readCodexHistory, readCodexTail } from '../core/agents/codex.js';
import { findWindow, windowNeedsHistory, type ModelWindow, type WindowSettings } from '../core/agents/modelWindow.js';
import { parseRecord } from '../core/agents/record.js';
import type { AgentId, HistoryQuery, HistoryReading, TailReading, TranscriptHistory, TranscriptTail } from '../core/agents/usage.js';
import { readClaudeSettings, readCodexSettings, type AgentSettings } from './agentSettings.js';
import { readHead, type ByteSource, type HistoryPlace } from './transcriptBytes.js';
import { longestCodexHead, type AgentPlaces } from './transcriptFiles.js';

const looksLikeCodex = /"type"\s*:\s*"(?:session_meta|turn_context|response_item|event_msg|compacted)"/;

/** Begins to read a transcript's end, after its first line told whose it is. A file that tells nothing is read as Claude Code's. */
export function startTail(source: ByteSource): { agent: AgentId; reading: TailReading } {
  let lines = readHead(source);
  if (lines.length === 0 && source.size > 0) lines = readHead(source, longestCodexHead);
  for (const line of lines) {
    const record = parseRecord(line);
    if (!record) continue;
    if (!isCodexRecord(record) && !isEarlyCodexHead(record)) break;
    return { agent: 'codex', reading: readCodexTail(readCodexHead(line)) };
  }
  const unreadable = lines.length > 0 && !lines.some((line) => parseRecord(line));
  if (unreadable && lines.some((line) => looksLikeCodex.test(line) && line.includes('"payload"'))) return { agent: 'codex', reading: readCodexTail(undefined) };
  return { agent: 'claude', reading: readClaudeTail(source.size) };
}

/** What an agent's settings say for a session; they are read anew, since a person may change them while it runs. */
export function settingsOf(tail: TranscriptTail, places: AgentPlaces, windows: WindowSettings['byModel'], environment?: Readonly<Record<string, string | undefined>>): AgentSettings {
  const settings = tail.agent === 'claude' ? readClaudeSettings(places.claude, tail.cwd, environment) : readCodexSettings(places.codex.at(-1) ?? '');
  return windows ? { ...settings, window: { ...settings.window, byModel: windows } } : settings;
}

/** What must be read of the whole transcript, after its end was read. */
export function historyQuery(tail: TranscriptTail, settings: AgentSettings, titles: boolean): HistoryQuery {
  const observed = Math.max(tail.usedTokens ?? 0, 0);
  const inDoubt = windowNeedsHistory(tail.model, tail.statedWindow, settings.window)
    && findWindow({ model: tail.model, statedWindow: tail.statedWindow, peak: observed, settings: settings.window }).source !== 'observed';
  return { sessionId: tail.sessionId, observe: inDoubt ? tail.model : null, titles: titles && tail.title === null && tail.agent === 'claude' };
}

/** Begins to read a whole transcript, or goes on from the state of an earlier reading of the same query. */
export const startHistory = (agent: AgentId, query: HistoryQuery, state?: unknown): HistoryReading => (agent === 'codex' ? readCodexHistory(state) : readClaudeHistory(query, state));

/** What a history reading found, a whole last line without its line feed included; the reading itself stays before that line. */
export function historyResult(agent: AgentId, query: HistoryQuery, reading: HistoryReading, { unfinished }: HistoryPlace): TranscriptHistory {
  if (!reading.seeks.some((text) => unfinished.includes(text))) return reading.result();
  const beyond = startHistory(agent, query, reading.state());
  beyond.newer(unfinished);
  return beyond.result();
}

/** The window of a session and where its agent compacts by itself. `history` may be missing: then nothing old was observed. */
export function windowOf(tail: TranscriptTail, history: TranscriptHistory | undefined, settings: AgentSettings): { window: ModelWindow; compactAt: number | null } {
  const peak = Math.max(tail.usedTokens ?? 0, history?.peak ?? 0);
  const window = findWindow({ model: tail.model, statedWindow: tail.statedWindow, peak, settings: settings.window });
  return { window, compactAt: estimateCompactAt(tail.agent, window.tokens, settings.autoCompact) };
}
