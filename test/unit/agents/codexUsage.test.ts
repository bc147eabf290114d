import { describe, expect, it } from 'vitest';
import { lines, usageOf } from './transcripts.js';

let second = 0;
const at = () => new Date(Date.UTC(2026, 10, 20, 8, 0, second++)).toISOString();
const meta = { timestamp: at(), type: 'session_meta', payload: { id: 'codex-1', cwd: '/home/dev/shop', cli_version: '0.60.0', source: 'vscode' } };
const context = (model: string, cwd = '/home/dev/shop') => ({ timestamp: at(), type: 'turn_context', payload: { cwd, model } });
const usage = (total: number) => ({ input_tokens: total - 100, cached_input_tokens: 5, output_tokens: 100, reasoning_output_tokens: 1, total_tokens: total });
const count = (total: number, window: number | null = 258_400, fields = {}) => ({ timestamp: at(), type: 'event_msg', payload: { type: 'token_count', info: { total_token_usage: usage(total * 9), last_token_usage: usage(total), ...(window === null ? {} : { model_context_window: window }) }, ...fields } });
const empty = { timestamp: at(), type: 'event_msg', payload: { type: 'token_count', info: null, rate_limits: { primary: { used_percent: 3 } } } };
const compacted = { timestamp: at(), type: 'compacted', payload: { message: 'summary' } };
const event = { timestamp: at(), type: 'event_msg', payload: { type: 'context_compacted' } };
const said = { timestamp: at(), type: 'event_msg', payload: { type: 'agent_message', message: '{"type":"compacted"} "token_count" "compacted"' } };

describe('a Codex rollout', () => {
  it('is read by its last token count and its own window', () => {
    expect(usageOf(lines(meta, context('gpt-5.2-codex'), count(20_000), said, count(31_000), empty, said))).toMatchObject({
      agent: 'codex', sessionId: 'codex-1', cwd: '/home/dev/shop', model: 'gpt-5.2-codex', usedTokens: 31_000, window: 258_400, windowSource: 'transcript', compactAt: 232_560, compactions: 0 });
  });
  it('takes the newest model and folder', () => {
    expect(usageOf(lines(meta, context('a'), count(20_000), context('b', '/elsewhere')))).toMatchObject({ model: 'b', cwd: '/elsewhere', usedTokens: 20_000 });
  });
  it('knows nothing between a compaction and the next count', () => {
    expect(usageOf(lines(meta, context('m'), count(200_000), compacted, event))).toMatchObject({ usedTokens: null, percent: null, window: 258_400, compactions: 1 });
    expect(usageOf(lines(meta, context('m'), count(200_000), compacted, event, empty))).toMatchObject({ usedTokens: null });
    expect(usageOf(lines(meta, context('m'), count(200_000), compacted, event, count(12_000)))).toMatchObject({ usedTokens: 12_000, compactions: 1 });
  });
  it('counts a compaction once, whichever of its two records are there', () => {
    for (const [records, expected] of [[[compacted, compacted], 2], [[event, event], 2], [[compacted, event, compacted, event], 2], [[said], 0]] as const) {
      expect(usageOf(lines(meta, count(5_000), ...records)).compactions).toBe(expected);
    }
  });
  it('says what it can where parts are missing or broken', () => {
    expect(usageOf(lines(meta, said))).toMatchObject({ agent: 'codex', usedTokens: null, window: null, model: null });
    expect(usageOf(lines(meta, count(9_000, null)))).toMatchObject({ usedTokens: 9_000, window: null, windowSource: null, percent: null, compactAt: null });
    expect(usageOf(`${lines(meta, count(9_000))}{broken\n{"timestamp":"`)).toMatchObject({ usedTokens: 9_000 });
    expect(usageOf(lines(meta, empty))).toMatchObject({ usedTokens: null });
    const long = { ...meta, payload: { ...meta.payload, instructions: 'i'.repeat(300_000) } };
    expect(usageOf(lines(long, count(9_000)))).toMatchObject({ agent: 'codex', sessionId: 'codex-1', usedTokens: 9_000 });
  });
  it('takes the window of a turn that has begun', () => {
    expect(usageOf(lines(meta, { timestamp: at(), type: 'event_msg', payload: { type: 'task_started', model_context_window: 400_000 } }))).toMatchObject({ window: 400_000, windowSource: 'transcript', usedTokens: null });
  });
});
