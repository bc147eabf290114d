import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { Conversation, lines, usageOf } from './transcripts.js';

type Step =
  | { do: 'prompt' | 'tool' | 'sidechain' | 'error' | 'note' | 'junk' }
  | { do: 'reply'; tokens: number; rows: number; finals: boolean }
  | { do: 'rewind'; to: number }
  | { do: 'compact'; after: number | undefined; preserve: number; listed: boolean; rewritten: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('prompt' as const, 'tool' as const, 'sidechain' as const, 'error' as const, 'note' as const, 'junk' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('reply' as const), tokens: fc.integer({ min: 10, max: 190_000 }), rows: fc.integer({ min: 1, max: 3 }), finals: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rewind' as const), to: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), after: fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: undefined }), preserve: fc.nat(4), listed: fc.boolean(), rewritten: fc.boolean() }) },
);

/** Plays steps as Claude Code would, and knows at every record what the context holds there. */
function play(steps: readonly Step[]): { text: string; used: number | null; compactions: number } {
  const talk = new Conversation('session-1', 'claude-opus-4-5');
  const truth = new Map<string, number | null>();
  /** Records that a person can go back to, since the last compaction. */
  let places: string[] = [];
  let used: number | null = null;
  let compactions = 0;
  const stand = (uuid: string): void => {
    truth.set(uuid, used);
    places.push(uuid);
  };
  stand(talk.user());
  for (const one of steps) {
    switch (one.do) {
      case 'prompt': stand(talk.user('go on')); break;
      case 'tool': stand(talk.toolResult()); break;
      case 'sidechain': talk.reply(199_999, { isSidechain: true }); break;
      case 'error': stand(talk.reply(0, { isApiErrorMessage: true, model: '<synthetic>' })); break;
      case 'note': talk.other({ type: 'system', subtype: 'turn_duration', parentUuid: talk.parent, uuid: `n${String(talk.records.length)}`, sessionId: 'session-1', isSidechain: false, timestamp: talk.records.at(-1)?.timestamp }); break;
      case 'junk': talk.other({ type: 'file-history-snapshot', usage: { input_tokens: 5 }, messageId: talk.parent }); break;
      case 'reply': {
        used = one.tokens;
        const id = `m${String(talk.records.length)}`;
        for (let row = 0; row < one.rows; row++) {
          const last = row === one.rows - 1;
          stand(talk.reply(last || one.finals ? one.tokens : 3, { id, stop: one.finals ? (last ? 'end_turn' : null) : null }));
        }
        // Going back lands on whole replies.
        places.splice(places.length - one.rows, one.rows - 1);
        break;
      }
      case 'rewind': {
        const to = places[one.to % places.length] ?? null;
        talk.parent = to;
        used = to === null ? null : truth.get(to) ?? null;
        stand(talk.user('otherwise'));
        break;
      }
      case 'compact': {
        const kept = places.slice(Math.max(0, places.length - one.preserve));
        const records = kept.map((uuid) => talk.records.find((record) => record.uuid === uuid)).filter((record) => record !== undefined);
        const metadata = { trigger: 'auto', preTokens: 150_000, ...(one.after === undefined ? {} : { postTokens: one.after }),
          ...(kept.length > 0 ? { preservedSegment: { headUuid: kept[0], anchorUuid: 's', tailUuid: kept.at(-1) } } : {}),
          ...(kept.length > 0 && one.listed ? { preservedMessages: { anchorUuid: 's', uuids: kept } } : {}) };
        used = one.after ?? null;
        compactions++;
        places = [];
        talk.boundary(metadata);
        stand(talk.summary());
        if (one.rewritten) {
          for (const record of records) {
            const again = { ...record, parentUuid: talk.parent };
            talk.other(again);
            talk.parent = String(record.uuid);
            stand(talk.parent);
          }
        } else if (kept.length > 0) {
          talk.parent = kept.at(-1) ?? null;
          stand(talk.user('on from there'));
        }
        break;
      }
    }
  }
  return { text: talk.text, used, compactions };
}

it('reads what the context holds, over any conversation with rewinds, compactions and preserved rows', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const { text, used, compactions } = play(steps);
    expect(usageOf(text)).toMatchObject({ usedTokens: used, compactions });
  }), { numRuns: runs(600) });
});

it('never throws, whatever the file holds', () => {
  const talk = new Conversation();
  talk.user();
  talk.reply(5_000);
  talk.boundary();
  fc.assert(fc.property(fc.array(fc.oneof(fc.json(), fc.string(), fc.constantFrom(...talk.text.split('\n')), fc.constant('{"type":"assistant","message":{"usage":{}}}'))), fc.uint8Array({ maxLength: 40 }), (some, bytes) => {
    const usage = usageOf(Buffer.concat([Buffer.from(lines(...some)), bytes]));
    expect(usage.compactions).toBeGreaterThanOrEqual(0);
  }), { numRuns: runs(200) });
});

interface Turn { who: 'a' | 'b'; do: 'prompt' | 'reply' | 'partial' | 'compact' | 'subagent' | 'error' | 'queue' | 'model'; tokens: number }
const turn: fc.Arbitrary<Turn> = fc.record({ who: fc.constantFrom('a' as const, 'b' as const),
  do: fc.constantFrom('prompt' as const, 'reply' as const, 'reply' as const, 'partial' as const, 'compact' as const, 'subagent' as const, 'error' as const, 'queue' as const, 'model' as const), tokens: fc.integer({ min: 1, max: 400_000 }) });

/** Two sessions in one file, each with its own truth. */
function interleave(turns: readonly Turn[]) {
  const models = ['claude-opus-4-6', 'claude-haiku-4-5-20251001'] as const;
  const speakers = { a: new Conversation('session-a', models[0], 'a'), b: new Conversation('session-b', models[1], 'b') };
  const truth = { a: { used: null as number | null, model: null as string | null, compactions: 0, peaks: new Map<string, number>() }, b: { used: null as number | null, model: null as string | null, compactions: 0, peaks: new Map<string, number>() } };
  const speaking: Record<'a' | 'b', string> = { a: models[0], b: models[1] };
  const order: Record<string, unknown>[] = [];
  let last: 'a' | 'b' | undefined;
  turns.forEach(({ who, do: what, tokens }, index) => {
    const talk = speakers[who];
    const known = truth[who];
    const before = talk.records.length;
    if (what === 'prompt') talk.user(`prompt ${String(index)}`);
    else if (what === 'model') speaking[who] = models.find((model) => model !== speaking[who]) ?? models[0];
    else if (what === 'reply' || what === 'partial') {
      talk.user();
      talk.reply(tokens, { id: `m${String(index)}`, model: speaking[who], stop: what === 'partial' ? null : 'end_turn' });
      known.used = tokens;
      known.model = speaking[who];
      known.peaks.set(speaking[who], Math.max(known.peaks.get(speaking[who]) ?? 0, tokens));
    } else if (what === 'compact') {
      const after = tokens % 2 === 0 ? undefined : tokens;
      talk.boundary({ trigger: 'auto', preTokens: 100_000, ...(after === undefined ? {} : { postTokens: after }) });
      talk.summary();
      known.used = after ?? null;
      known.compactions++;
    } else if (what === 'subagent') talk.reply(tokens, { isSidechain: true, model: 'claude-fable-5' });
    else if (what === 'error') talk.reply(0, { isApiErrorMessage: true, model: '<synthetic>' });
    else talk.other({ type: 'queue-operation', operation: 'enqueue', content: 'x', timestamp: `2027-01-01T00:00:${String(index % 60).padStart(2, '0')}.000Z`, sessionId: talk.sessionId });
    const added = talk.records.slice(before);
    if (added.length > 0) last = who;
    order.push(...added);
  });
  return { order, last, truth };
}

it('tells two sessions in one file apart, whatever each does', () => {
  fc.assert(fc.property(fc.array(turn, { minLength: 1, maxLength: 40 }), fc.constantFrom('\n', '\r\n', '\n\n'), fc.boolean(), fc.nat(150), (turns, feed, marked, half) => {
    const { order, last, truth } = interleave(turns);
    if (!last) return;
    const { used, model, compactions, peaks } = truth[last];
    // A half-written record of the other session does not count yet.
    const begun = '{"parentUuid":null,"isSidechain":false,"sessionId":"session-z","type":"assistant","message":{"model":"claude-fable-5","usage":{"input_tokens":5}},"uuid":"z","timestamp":"2027-02-01T00:00:00.000Z"}'.slice(0, half);
    const text = (marked ? '\ufeff' : '') + order.map((record) => JSON.stringify(record) + feed).join('') + begun;
    const peak = model === null ? 0 : Math.max(peaks.get(model) ?? 0, used ?? 0);
    expect(usageOf(text)).toMatchObject({ sessionId: `session-${last}`, usedTokens: used, compactions, ...(model === null ? {} : { model, window: peak > 200_000 ? 1_000_000 : model.includes('haiku') ? 200_000 : null }) });
  }), { numRuns: runs(500) });
});
