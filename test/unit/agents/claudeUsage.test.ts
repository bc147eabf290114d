import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Conversation, lines, tailOf, usageOf } from './transcripts.js';

const fixture = (name: string): Buffer => readFileSync(join(__dirname, '../../fixtures/transcripts', name));
const numbers = (content: string | Buffer) => {
  const { usedTokens, window, compactions } = usageOf(content);
  return { usedTokens, window, compactions };
};

describe('public transcripts', () => {
  it.each([
    ['claude-code-log/sidechain_integrated.jsonl', { usedTokens: 144_227, window: 200_000, compactions: 0 }],
    ['claude-code-log/dag_compact_after_rewind.jsonl', { usedTokens: 10, window: 200_000, compactions: 1 }],
    ['claude-code-log/dag_compact_after_rewind_preserved.jsonl', { usedTokens: 10, window: 200_000, compactions: 1 }],
    // The last reply in the file is another session's; the newest record's session replied before.
    ['claude-code-log/edge_cases.jsonl', { usedTokens: 85, window: 200_000, compactions: 0 }],
    ['claude-code-log/representative_messages.jsonl', { usedTokens: 45, window: 200_000, compactions: 0 }],
    ['claude-code-log/session_b.jsonl', { usedTokens: 20, window: 200_000, compactions: 0 }],
    ['claude-code-log/session_id_steering_order.jsonl', { usedTokens: 1, window: 200_000, compactions: 0 }],
    ['claude-code-log/todowrite_examples.jsonl', { usedTokens: 270, window: 200_000, compactions: 0 }],
    // Replies that name their model and not what they used.
    ['claude-code-log/artifact_tool.jsonl', { usedTokens: null, window: 1_000_000, compactions: 0 }],
    // A subagent's own transcript: nothing of it is in a person's context.
    ['claude-code-log/agent-showcol1.jsonl', { usedTokens: null, window: null, compactions: 0 }],
    ['claude-code-log/codex-early.jsonl', { usedTokens: null, window: null, compactions: 0 }],
    ['claude-code-log/codex-malformed.jsonl', { usedTokens: null, window: null, compactions: 0 }],
    ['ccusage/session-beta.jsonl', { usedTokens: 115, window: 200_000, compactions: 0 }],
    ['ccusage/session-alpha.jsonl', { usedTokens: 340, window: 200_000, compactions: 0 }],
    ['ccusage/codex-session-alpha.jsonl', { usedTokens: 3_000, window: null, compactions: 0 }],
  ])('reads %s as its project does', (name, expected) => {
    expect(numbers(fixture(name))).toEqual(expected);
  });

  it('tells whose they are', () => {
    const whose = (name: string) => {
      const { agent, sessionId, cwd, model, lastActivity } = usageOf(fixture(name));
      return [agent, sessionId, cwd, model, lastActivity];
    };
    expect(whose('claude-code-log/agent-showcol1.jsonl')).toEqual(['claude', '55550000-0000-4000-8000-000000000001', '/workspace/example-app', null, '2026-06-15T10:00:13.000Z']);
    expect(whose('claude-code-log/artifact_tool.jsonl')).toEqual(['claude', 's1', '/tmp', 'claude-fable-5', '2026-07-02T10:00:02.500Z']);
    expect(whose('claude-code-log/codex-early.jsonl')).toEqual(['codex', '44444444-4444-4444-8444-444444444444', null, null, null]);
    expect(whose('claude-code-log/codex-malformed.jsonl')).toEqual(['codex', '66666666-6666-4666-8666-666666666666', '/workspace/synthetic-project', null, '2026-02-01T00:00:01.000Z']);
  });

  it('reads the preserved row of a public transcript as stale until the next reply', () => {
    const withoutReply = fixture('claude-code-log/dag_compact_after_rewind_preserved.jsonl').toString('utf8').trimEnd().split('\n').slice(0, -1).join('\n');
    expect(numbers(withoutReply)).toEqual({ usedTokens: null, window: 200_000, compactions: 1 });
  });
});

// After sirmalloc/ccstatusline (MIT), src/utils/__tests__/jsonl-metrics.test.ts, compaction.test.ts: rows without ids or types.
describe('the cases of ccstatusline', () => {
  const row = (minute: number, input: number, read: number, created: number, fields: Record<string, unknown> = {}, message: Record<string, unknown> = {}) => ({
    timestamp: new Date(Date.UTC(2026, 2, 3, 9, minute)).toISOString(), ...fields,
    message: { ...message, usage: { input_tokens: input, output_tokens: 77, cache_read_input_tokens: read, cache_creation_input_tokens: created } },
  });
  const boundary = (metadata?: Record<string, unknown>, fields: Record<string, unknown> = {}) => ({ type: 'system', subtype: 'compact_boundary', timestamp: '2026-03-03T09:30:00.000Z', ...(metadata ? { compactMetadata: metadata } : {}), ...fields });
  const used = (...records: readonly (Record<string, unknown> | string)[]) => usageOf(lines(...records)).usedTokens;
  const compactions = (...records: readonly (Record<string, unknown> | string)[]) => usageOf(lines(...records)).compactions;

  it('takes the last reply that is neither a sidechain\'s nor an API error', () => {
    expect(used(row(0, 110, 21, 11), row(5, 210, 31, 21), row(6, 510, 6, 6, { isSidechain: true }), row(7, 990, 2, 2, { isApiErrorMessage: true }))).toBe(262);
  });
  it('takes the final row of a streamed reply', () => {
    const stream = [row(0, 2, 13_000, 900, {}, { stop_reason: null }), row(0, 2, 13_000, 900, {}, { stop_reason: 'tool_use' }), row(1, 2, 24_000, 600, {}, { stop_reason: null }), row(1, 2, 24_000, 600, {}, { stop_reason: 'end_turn' })];
    expect(used(...stream)).toBe(24_602);
  });
  it('takes an unfinished reply as long as it is the last', () => {
    expect(used(row(0, 3, 120, 60, {}, { stop_reason: 'end_turn' }), row(1, 4, 220, 30, {}, { stop_reason: null }), row(2, 4, 220, 30, {}, { stop_reason: null }))).toBe(254);
  });
  it('takes what the boundary says until the next reply', () => {
    const before = row(0, 6_000, 180_000, 41_000, {}, { stop_reason: 'end_turn' });
    expect(used(before, boundary({ trigger: 'manual', preTokens: 227_100, postTokens: 19_000 }))).toBe(19_000);
    expect(used(before, boundary({ trigger: 'manual', preTokens: 227_100, postTokens: 19_000 }), row(31, 210, 16_000, 400))).toBe(16_610);
    // Theirs is 0 here; the contracts say null, since nothing says it.
    expect(used(before, boundary({ trigger: 'manual', preTokens: 227_100 }))).toBeNull();
  });
  it('counts boundaries of the main chain only, whatever else is in the file', () => {
    expect(compactions(boundary({ trigger: 'auto', preTokens: 170_004 }), row(0, 9, 9, 9), boundary({ trigger: 'future' }), boundary())).toBe(3);
    expect(compactions({ type: 'system', subtype: 'something_else' }, '{ this is not JSON', '', boundary())).toBe(1);
    expect(compactions({ type: 'user', subtype: 'compact_boundary' })).toBe(0);
    expect(compactions(boundary({ trigger: 'auto' }, { isSidechain: true }))).toBe(0);
    expect(compactions({ type: 'system', subtype: 'microcompact_boundary', microcompactMetadata: { preTokens: 3 } })).toBe(0);
    expect(compactions({ type: 'user', message: { role: 'user', content: 'a "compact_boundary" {"type":"system","subtype":"compact_boundary"}' } })).toBe(0);
  });
});

describe('the reply that counts', () => {
  it('adds input, cache creation and cache read, and never output', () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(61_234);
    expect(usageOf(talk.text)).toMatchObject({ agent: 'claude', sessionId: 'session-1', cwd: '/home/dev/shop', model: 'claude-opus-4-7', usedTokens: 61_234, window: 1_000_000, windowSource: 'model', percent: 6.1234, compactAt: 967_000, compactions: 0 });
  });

  it('passes over sidechains, API errors, synthetic replies, replies of nothing and notes', () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(50_000);
    talk.reply(90_000, { isSidechain: true });
    talk.user('go on');
    talk.reply(0, { isApiErrorMessage: true, model: '<synthetic>' });
    talk.reply(70_000, { isApiErrorMessage: true });
    talk.reply(80_000, { model: '<synthetic>' });
    talk.reply(0);
    talk.other({ type: 'ai-title', aiTitle: 'A title', sessionId: 'session-1' });
    talk.other({ type: 'never-seen-before', usage: { input_tokens: 4 }, message: 'x' });
    expect(usageOf(talk.text).usedTokens).toBe(50_000);
  });

  it('takes the fullest row of a reply, however its partial rows are written', () => {
    for (const stops of [[null, null, 'end_turn'], [null, null, null], ['tool_use', null, null]]) {
      const talk = new Conversation();
      talk.user();
      talk.reply(30_000);
      talk.user();
      const sizes = stops[0] === null ? [5, 5, 42_000] : [42_000, 5, 5];
      stops.forEach((stop, index) => talk.reply(sizes[index] ?? 0, { id: 'same', stop }));
      expect(usageOf(talk.text).usedTokens).toBe(42_000);
    }
  });

  it('reads a reply whose tool results stand between its rows', () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(42_000, { id: 'same', stop: null });
    talk.toolResult();
    talk.reply(9, { id: 'same', stop: null });
    talk.toolResult();
    expect(usageOf(talk.text).usedTokens).toBe(42_000);
  });

  it('names the model of replies that say nothing of what they used, and no made-up one', () => {
    const talk = new Conversation('session-1', 'claude-haiku-4-5');
    talk.user();
    talk.reply(0);
    talk.user();
    talk.reply(0, { model: '<synthetic>', isApiErrorMessage: true });
    talk.reply(0, { model: 'claude-opus-4-7', isSidechain: true });
    expect(usageOf(talk.text)).toMatchObject({ usedTokens: null, model: 'claude-haiku-4-5', window: 200_000, percent: null });
    expect(usageOf(lines(...talk.records.map(({ uuid: _uuid, parentUuid: _parent, ...rest }) => rest)))).toMatchObject({ usedTokens: null, model: 'claude-haiku-4-5' });
  });

  it('says nothing of a transcript without a reply', () => {
    const talk = new Conversation();
    talk.user();
    expect(usageOf(talk.text)).toMatchObject({ usedTokens: null, window: null, percent: null, sessionId: 'session-1', compactions: 0 });
    expect(usageOf('')).toMatchObject({ agent: 'claude', sessionId: null, usedTokens: null, lastActivity: null, compactions: 0 });
  });
});

describe('rewound conversations', () => {
  const rewound = () => {
    const talk = new Conversation();
    talk.user('one');
    const kept = talk.reply(40_000);
    talk.user('two');
    talk.reply(120_000);
    talk.parent = kept;
    return talk;
  };
  it('read the branch that the newest message is on, not the last reply of the file', () => {
    const talk = rewound();
    talk.user('two, otherwise');
    expect(usageOf(talk.text).usedTokens).toBe(40_000);
    talk.reply(43_000);
    expect(usageOf(talk.text).usedTokens).toBe(43_000);
  });
  it('read the branch that the last prompt names', () => {
    const talk = rewound();
    talk.other({ type: 'last-prompt', lastPrompt: 'one', leafUuid: 'r2', sessionId: 'session-1' });
    expect(usageOf(talk.text).usedTokens).toBe(40_000);
  });
  it('read the newest reply where the last prompt names a prompt that was answered', () => {
    const talk = new Conversation();
    const prompt = talk.user('one');
    talk.reply(40_000);
    talk.toolResult();
    talk.reply(41_000);
    talk.other({ type: 'last-prompt', lastPrompt: 'one', leafUuid: prompt, sessionId: 'session-1' });
    expect(usageOf(talk.text).usedTokens).toBe(41_000);
  });
  it('fall back to the file\'s order where a parent is missing or the last prompt names nobody', () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(40_000);
    talk.parent = 'not-in-this-file';
    talk.user();
    expect(usageOf(talk.text).usedTokens).toBe(40_000);
    talk.other({ type: 'last-prompt', leafUuid: 'nobody', sessionId: 'session-1' });
    expect(usageOf(talk.text).usedTokens).toBe(40_000);
  });
  it('know nothing when the person began anew, or cleared', () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(40_000);
    talk.parent = null;
    talk.user('all anew');
    expect(usageOf(talk.text).usedTokens).toBeNull();
    const cleared = new Conversation();
    cleared.user();
    cleared.reply(40_000);
    cleared.user('<command-name>/clear</command-name>\n<command-message>clear</command-message>');
    expect(usageOf(cleared.text)).toMatchObject({ usedTokens: null, model: 'claude-opus-4-7', window: 1_000_000 });
  });
  it('are not led astray by a late note that hangs on what was left behind', () => {
    const talk = new Conversation();
    talk.user();
    const left = talk.reply(150_000);
    talk.boundary({ trigger: 'auto', preTokens: 150_000, postTokens: 12_000 });
    talk.summary();
    talk.other({ type: 'system', subtype: 'turn_duration', uuid: 'late', parentUuid: left, sessionId: 'session-1', isSidechain: false, timestamp: '2026-11-20T20:00:00.000Z' });
    expect(usageOf(talk.text).usedTokens).toBe(12_000);
  });
});

describe('after a compaction', () => {
  const compacted = (metadata: Record<string, unknown>) => {
    const talk = new Conversation();
    talk.user();
    talk.reply(900_000);
    talk.boundary({ trigger: 'auto', preTokens: 903_000, ...metadata });
    talk.summary();
    return talk;
  };
  it('the number is the boundary\'s, then the next reply\'s', () => {
    const talk = compacted({ postTokens: 14_000 });
    expect(usageOf(talk.text)).toMatchObject({ usedTokens: 14_000, model: 'claude-opus-4-7', window: 1_000_000, compactions: 1 });
    expect(tailOf(talk.text).justCompacted).toMatchObject({ before: 903_000, after: 14_000, trigger: 'auto' });
    talk.user();
    expect(usageOf(talk.text).usedTokens).toBe(14_000);
    talk.reply(21_000);
    expect(usageOf(talk.text).usedTokens).toBe(21_000);
    expect(tailOf(talk.text).justCompacted).toBeNull();
  });
  it('the number is unknown where the boundary does not say it', () => {
    expect(usageOf(compacted({}).text)).toMatchObject({ usedTokens: null, percent: null, compactions: 1 });
  });
  it('only a synthetic reply since leaves the boundary\'s number', () => {
    const talk = compacted({ postTokens: 14_000 });
    talk.user();
    talk.reply(0, { model: '<synthetic>', isApiErrorMessage: true });
    expect(usageOf(talk.text).usedTokens).toBe(14_000);
  });
  it.each([
    ['listed by id', { preservedMessages: { anchorUuid: 's', uuids: ['old'] } }, {}],
    ['listed by all ids', { preservedMessages: { anchorUuid: 's', uuids: [], allUuids: ['old'] } }, {}],
    ['the segment\'s end', { preservedSegment: { headUuid: 'x', anchorUuid: 's', tailUuid: 'old' } }, {}],
    ['older than the boundary', {}, { timestamp: '2020-01-01T00:00:00.000Z' }],
  ])('a row that survived with the usage of before does not count: %s', (_how, metadata, fields) => {
    const talk = compacted({ postTokens: 14_000, ...metadata });
    talk.reply(880_000, { uuid: 'old', ...fields });
    expect(usageOf(talk.text).usedTokens).toBe(14_000);
    talk.user('after');
    expect(usageOf(talk.text).usedTokens).toBe(14_000);
    talk.reply(22_000);
    expect(usageOf(talk.text).usedTokens).toBe(22_000);
  });
  it('a preserved row that was not written again does not count either', () => {
    const talk = new Conversation();
    talk.user();
    const tail = talk.reply(150_000);
    talk.boundary({ trigger: 'auto', preTokens: 151_000, postTokens: 9_000, preservedSegment: { headUuid: 'r1', anchorUuid: 'r4', tailUuid: tail } });
    talk.summary();
    talk.parent = tail;
    talk.user('go on');
    expect(usageOf(talk.text).usedTokens).toBe(9_000);
  });
  it('whose boundary is lost, nothing is known until the next reply', () => {
    const talk = compacted({ postTokens: 14_000 });
    talk.user('go on');
    const broken = talk.records.map((record) => (record.subtype === 'compact_boundary' ? JSON.stringify(record).slice(0, 99) : record));
    expect(usageOf(lines(...broken))).toMatchObject({ usedTokens: null, model: 'claude-opus-4-7', window: 1_000_000 });
    const loose = talk.records.filter(({ subtype }) => subtype !== 'compact_boundary').map(({ uuid: _uuid, parentUuid: _parent, ...rest }) => rest);
    expect(usageOf(lines(...loose))).toMatchObject({ usedTokens: null, model: 'claude-opus-4-7' });
    talk.reply(20_000);
    expect(usageOf(lines(...broken, talk.records.at(-1) ?? {})).usedTokens).toBe(20_000);
  });
  it('the last activity is the compaction\'s, not that of rows kept from before', () => {
    const talk = compacted({ postTokens: 14_000, preservedMessages: { anchorUuid: 's', uuids: ['old'] } });
    const summarised = talk.records.at(-1)?.timestamp;
    talk.reply(880_000, { uuid: 'old', timestamp: '2026-11-19T00:00:00.000Z' });
    expect(usageOf(talk.text)).toMatchObject({ usedTokens: 14_000, lastActivity: summarised });
  });
  it('a micro-compaction is none', () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(150_000);
    talk.other({ type: 'system', subtype: 'microcompact_boundary', uuid: 'm', parentUuid: talk.parent, sessionId: 'session-1', microcompactMetadata: { trigger: 'auto', preTokens: 150_000, tokensSaved: 40_000 } });
    expect(usageOf(talk.text)).toMatchObject({ usedTokens: 150_000, compactions: 0 });
  });
  it('a boundary that is written twice is one compaction', () => {
    const talk = compacted({});
    talk.other({ ...talk.records.find((record) => record.subtype === 'compact_boundary') });
    expect(usageOf(talk.text).compactions).toBe(1);
  });
});

describe('several sessions in one file', () => {
  const interleaved = () => {
    const [a, b] = [new Conversation('session-a', 'claude-opus-4-7', 'a'), new Conversation('session-b', 'claude-haiku-4-5-20251001', 'b')];
    a.user();
    a.reply(300_000);
    b.user();
    b.reply(20_000);
    a.boundary({ trigger: 'auto', preTokens: 400_000, postTokens: 5_000 });
    a.summary();
    return { a, b };
  };
  it('are told apart: the newest record\'s session is read, compactions included', () => {
    const { a, b } = interleaved();
    const mixed = [...a.records.slice(0, 2), ...b.records, ...a.records.slice(2)];
    expect(usageOf(lines(...mixed))).toMatchObject({ sessionId: 'session-a', usedTokens: 5_000, window: 1_000_000, compactions: 1 });
    b.user();
    expect(usageOf(lines(...mixed, ...b.records.slice(2)))).toMatchObject({ sessionId: 'session-b', usedTokens: 20_000, window: 200_000, compactions: 0 });
    b.reply(23_000);
    expect(usageOf(lines(...mixed, ...b.records.slice(2)))).toMatchObject({ sessionId: 'session-b', usedTokens: 23_000, compactions: 0 });
  });
  it('are told apart by a subagent at work or a prompt in the queue as well, and not by a title that is written again', () => {
    const { a, b } = interleaved();
    b.reply(23_000);
    const mixed = [...b.records, ...a.records];
    const time = '2030-01-01T00:00:00.000Z';
    const side = new Conversation('session-b', 'claude-haiku-4-5', 'side');
    side.user('survey', { isSidechain: true, cwd: '/home/dev/shop/worktree' });
    for (const last of [side.records[0] ?? {}, { type: 'queue-operation', operation: 'enqueue', content: 'next', timestamp: time, sessionId: 'session-b' }]) {
      expect(usageOf(lines(...mixed, last))).toMatchObject({ sessionId: 'session-b', usedTokens: 23_000, compactions: 0, cwd: '/home/dev/shop' });
    }
    const titled = lines(...mixed, { type: 'ai-title', aiTitle: 'Of the other', sessionId: 'session-b' });
    expect(usageOf(titled)).toMatchObject({ sessionId: 'session-a', usedTokens: 5_000 });
    expect(tailOf(titled).title).toBeNull();
  });
  it('which continue one another share their past', () => {
    const { a } = interleaved();
    a.reply(31_000);
    const resumed = new Conversation('session-c', 'claude-opus-4-7', 'c');
    resumed.parent = a.parent;
    resumed.user('resumed');
    expect(usageOf(lines(...a.records, ...resumed.records))).toMatchObject({ sessionId: 'session-c', usedTokens: 31_000, compactions: 1 });
  });
});

describe('the window', () => {
  const of = (model: string, ...sizes: number[]) => {
    const talk = new Conversation('session-1', model);
    for (const size of sizes) {
      talk.user();
      talk.reply(size);
    }
    const { window, windowSource } = usageOf(talk.text);
    return [window, windowSource];
  };
  it('is unknown where the model holds it under conditions, until more was used', () => {
    expect(of('claude-opus-4-6', 150_000)).toEqual([null, null]);
    expect(of('claude-opus-4-6', 200_000)).toEqual([null, null]);
    expect(of('claude-opus-4-6', 200_001)).toEqual([1_000_000, 'observed']);
    expect(of('claude-sonnet-4-6-20260217', 250_000, 90_000)).toEqual([1_000_000, 'observed']);
    expect(of('claude-sonnet-4-5-20250929', 250_000, 90_000)).toEqual([1_000_000, 'observed']);
    expect(of('glm-5', 90_000)).toEqual([null, null]);
  });
  it('is not observed of another model', () => {
    const talk = new Conversation('session-1', 'claude-opus-4-6');
    talk.user();
    talk.reply(400_000, { model: 'claude-opus-4-7' });
    talk.user();
    talk.reply(100_000);
    expect(usageOf(talk.text)).toMatchObject({ model: 'claude-opus-4-6', window: null, percent: null });
  });
  it('is observed where the same model was compacted above 200k, and not where another was', () => {
    for (const [model, window] of [['claude-opus-4-6', 1_000_000], ['claude-opus-4-7', null]] as const) {
      const talk = new Conversation('session-1', 'claude-opus-4-6');
      talk.user();
      talk.reply(190_000, { model });
      talk.reply(2, { model: 'claude-haiku-4-5', isSidechain: true });
      talk.boundary({ trigger: 'auto', preTokens: 260_000, postTokens: 10_000 });
      talk.summary();
      talk.user();
      talk.reply(30_000);
      expect(usageOf(talk.text).window).toBe(window);
    }
  });
  it('is not observed of a sidechain', () => {
    const talk = new Conversation('session-1', 'claude-opus-4-6');
    talk.user();
    talk.reply(400_000, { isSidechain: true });
    talk.reply(100_000);
    expect(usageOf(talk.text).window).toBeNull();
  });
});

describe('how a transcript is written', () => {
  const talk = new Conversation();
  talk.user('größe 注文 🎉');
  talk.reply(61_000);
  talk.boundary({ trigger: 'auto', preTokens: 61_000, postTokens: 3_000 });
  talk.summary();
  talk.user();
  talk.reply(12_345);
  const expected = usageOf(talk.text);

  it('does not matter: CRLF, byte order mark, empty lines, spaces, NULs, no line feed at the end', () => {
    expect(expected.usedTokens).toBe(12_345);
    const spaced = talk.records.map((record) => JSON.stringify(record, undefined, 1).replaceAll('\n', ' ')).join('\n');
    for (const text of [talk.text.replaceAll('\n', '\r\n'), `\ufeff${talk.text}`, talk.text.replaceAll('\n', '\n\n  \n'), talk.text.trimEnd(), spaced, `${talk.text}\0\0\0\0\n`]) {
      expect(usageOf(text)).toEqual(expected);
    }
  });
  it('may end in a half-written line, whose record does not count yet', () => {
    const half = new Conversation();
    half.parent = talk.parent;
    half.reply(99_000);
    for (const length of [1, 20, 200, 300]) expect(usageOf(talk.text + half.text.slice(0, length))).toEqual(expected);
  });
  it('may hold what is no record at all', () => {
    expect(usageOf(`${talk.text}42\n[1]\n"massive error"\nnull\n{"type":17,"message":[]}\n{"type":"assistant","message":{"usage":{"input_tokens":"9"}}}\n`)).toMatchObject({ usedTokens: 12_345, compactions: 1 });
  });
  it('may have lines of ten megabytes', () => {
    const large = new Conversation();
    large.user('x'.repeat(10 * 1024 * 1024));
    large.reply(50_000);
    large.toolResult({ toolUseResult: { stdout: 'y'.repeat(10 * 1024 * 1024) } });
    large.boundary({ trigger: 'auto', preTokens: 50_000 });
    large.toolResult({ toolUseResult: { stdout: 'y'.repeat(3 * 1024 * 1024) } });
    large.reply(8_000, { stop: null });
    large.toolResult({ toolUseResult: { stdout: 'z'.repeat(1024 * 1024) } });
    expect(numbers(large.text)).toEqual({ usedTokens: 8_000, window: 1_000_000, compactions: 1 });
  });
});

it('takes the title that the person chose before the one that was made up', () => {
  const talk = new Conversation();
  talk.user();
  talk.reply(1_000);
  talk.other({ type: 'ai-title', aiTitle: 'Made up', sessionId: 'session-1' });
  expect(tailOf(talk.text).title).toBe('Made up');
  talk.other({ type: 'custom-title', customTitle: 'Chosen', sessionId: 'session-1' });
  talk.other({ type: 'ai-title', aiTitle: 'Made up again', sessionId: 'session-1' });
  expect(tailOf(talk.text).title).toBe('Chosen');
});

it('finds a stale row far behind its compaction when compactions are counted', () => {
  const talk = new Conversation();
  talk.user();
  talk.reply(150_000);
  const before = talk.records.length;
  talk.boundary({ trigger: 'auto', preTokens: 151_000, postTokens: 9_000 });
  talk.summary();
  for (let n = 0; n < 40; n++) talk.toolResult({ toolUseResult: 'x'.repeat(50_000) });
  talk.reply(149_000);
  // Kept rows carry their old times.
  for (const record of talk.records.slice(before + 2)) record.timestamp = '2026-11-20T07:00:00.000Z';
  talk.user('go on');
  expect(tailOf(talk.text).usedTokens).toBe(149_000);
  expect(usageOf(talk.text)).toMatchObject({ usedTokens: 9_000, compactions: 1 });
  talk.reply(12_000);
  expect(usageOf(talk.text).usedTokens).toBe(12_000);
});
