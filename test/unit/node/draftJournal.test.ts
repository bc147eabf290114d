import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checklist } from '../../../src/core/checklist.js';
import {
  type JournalRecord, addRecords, compareStamps, decodeJournal, draftOf, encodeRecord, encodeSnapshot, endsSession, lateRecords, mergeRecords, nextStamp, seenIn, unwrittenEntries,
} from '../../../src/core/draftJournal.js';
import { type DraftChange, changeDraft, emptyDraft } from '../../../src/core/session.js';

const session = { id: 'abcdef0123456789', created: '2026-11-22T14:02:33+01:00' };
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('a\nb', '', '\u2028', '"}', '\ud800'));
const item = fc.constantFrom(...checklist.map(({ id }) => id));
const id = fc.constantFrom('one', 'two', 'three');
const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString());
/** A value without its fields that are undefined. */
type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };
const defined = <T extends object>(value: T): Defined<T> => JSON.parse(JSON.stringify(value));
const entry = fc.record({ id, item, text, created: time, links: fc.array(fc.record({ path: text, line: fc.integer({ min: 1, max: 1e6 }) }), { maxLength: 2 }), detail: fc.option(text, { nil: undefined }) }).map(defined);
const written = fc.array(fc.record({ entry: id, file: fc.constantFrom('PROJECT_API.md', 'handoffs/x.md'), text, at: time }), { minLength: 1, maxLength: 3 });
const change: fc.Arbitrary<DraftChange> = fc.oneof(
  entry.map((one): DraftChange => ({ kind: 'entry', entry: one })),
  id.map((one): DraftChange => ({ kind: 'removeEntry', id: one })),
  text.map((focus): DraftChange => ({ kind: 'focus', focus })),
  fc.tuple(item, fc.boolean()).map(([one, ticked]): DraftChange => ({ kind: 'tick', item: one, ticked })),
  fc.tuple(id, fc.boolean()).map(([suggestion, dismissed]): DraftChange => ({ kind: 'dismiss', suggestion, dismissed })),
  written.map((one): DraftChange => ({ kind: 'written', written: one })),
  written.map((one): DraftChange => ({ kind: 'unwritten', written: one.map(({ entry: of, file }) => ({ entry: of, file })) })),
  fc.record({ startCommit: fc.option(text, { nil: undefined }), date: fc.option(text, { nil: undefined }), note: fc.option(text, { nil: undefined }) }).map((rest): DraftChange => ({ kind: 'session', session: { ...session, ...defined(rest) } })),
);
const record: fc.Arbitrary<JournalRecord> = fc.record({ at: time, by: fc.constantFrom('a', 'b', 'c'), seq: fc.nat(50), change });
// One window never gives two records the same stamp.
const records = fc.uniqueArray(record, { maxLength: 30, selector: ({ at, by, seq }) => `${at} ${by} ${seq}` });

describe('a line of the journal', () => {
  it('comes back as it was, whatever the texts hold', () => {
    fc.assert(fc.property(records, (all) => {
      const read = decodeJournal(all.map(encodeRecord).join(''));
      expect(read).toEqual({ records: JSON.parse(JSON.stringify(all)), corrupt: 0, torn: false, newer: 0 });
    }));
  });

  it('is counted and left out when it is torn at any place, and the lines before it stay', () => {
    fc.assert(fc.property(records.filter((all) => all.length > 0), fc.nat(), (all, where) => {
      const whole = all.map(encodeRecord).join('');
      const cut = where % whole.length;
      const read = decodeJournal(whole.slice(0, cut));
      const complete = whole.slice(0, cut).split('\n').length - 1;
      expect(read.records).toHaveLength(complete);
      expect(read.corrupt).toBe(0);
      expect(read.torn).toBe(cut > 0 && whole[cut - 1] !== '\n');
    }));
  });

  it('is never taken for another change when a character of it is damaged', () => {
    fc.assert(fc.property(records.filter((all) => all.length > 0), fc.nat(), fc.constantFrom('x', '0', '"', '\ufffd', ' '), (all, where, by) => {
      const whole = all.map(encodeRecord).join('');
      const at = where % whole.length;
      const damaged = whole.slice(0, at) + by + whole.slice(at + 1);
      const good = new Set(all.map((one) => JSON.stringify(one)));
      for (const one of decodeJournal(damaged).records) expect(good.has(JSON.stringify(one))).toBe(true);
    }));
  });

  it('of anybody is read without throwing', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (any) => {
      expect(decodeJournal(any).records).toEqual([]);
    }));
  });

  it('of a newer version is counted as such, and a damaged newer one is not', () => {
    const whole = encodeRecord({ at: '2026-01-01T00:00:00.000Z', by: 'a', seq: 0, change: { kind: 'focus', focus: 'x' } });
    expect(decodeJournal(whole).records).toHaveLength(1);
    // CRC-32 of the line with "v":2, computed by zlib.
    const json = whole.slice(9, -1).replace('"v":1', '"v":2');
    expect(decodeJournal(`00000000 ${json}\n`)).toMatchObject({ corrupt: 1, newer: 0 });
  });
});

describe('merging journals', () => {
  const draft = (registers: ReadonlyMap<string, JournalRecord>) => draftOf(registers, session);

  it('gives the same draft in any order, grouping and repetition', () => {
    fc.assert(fc.property(records, records, records, (one, two, three) => {
      const stamps = new Set([...one, ...two, ...three].map(({ at, by, seq }) => `${at} ${by} ${seq}`));
      fc.pre(stamps.size === one.length + two.length + three.length);
      const expected = draft(mergeRecords(one, two, three));
      expect(draft(mergeRecords(three, one, two, one))).toEqual(expected);
      expect(draft(mergeRecords([...three].reverse(), [...two, ...one].reverse()))).toEqual(expected);
      expect(draft(mergeRecords(mergeRecords(one, two).values(), three))).toEqual(expected);
    }));
  });

  it('loses nothing by a snapshot, also when it is merged with journals that it was made from', () => {
    fc.assert(fc.property(records, records, (one, two) => {
      const stamps = new Set([...one, ...two].map(({ at, by, seq }) => `${at} ${by} ${seq}`));
      fc.pre(stamps.size === one.length + two.length);
      const snapshot = decodeJournal(encodeSnapshot(mergeRecords(one)));
      expect(snapshot).toMatchObject({ corrupt: 0, torn: false });
      const expected = draft(mergeRecords(one, two));
      expect(draft(mergeRecords(snapshot.records, two))).toEqual(expected);
      expect(draft(mergeRecords(snapshot.records, one, two))).toEqual(expected);
      expect(encodeSnapshot(mergeRecords(snapshot.records))).toBe(encodeSnapshot(mergeRecords(one)));
    }));
  });

  it('agrees with changeDraft for the changes of one window, but for the order within lists', () => {
    fc.assert(fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const one = changes.reduce(changeDraft, emptyDraft(session));
      const all = changes.map((each, seq): JournalRecord => ({ at: '2026-01-01T00:00:00.000Z', by: 'a', seq, change: each }));
      const other = draft(mergeRecords(all));
      const sorted = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).sort();
      expect(other.session).toEqual(one.session);
      expect(other.focus).toBe(one.focus);
      for (const list of ['entries', 'ticks', 'dismissed'] as const) expect(sorted(other[list])).toEqual(sorted(one[list]));
      const places = (list: typeof one.written) => [...new Set(list.map(({ entry: of, file }) => `${of} ${file}`))].sort();
      expect(places(other.written)).toEqual(places(one.written));
    }));
  });

  it('gives entries in the order of acceptance, also after they were edited', () => {
    const first = { id: 'a', item: 'bug', text: 'first', links: [], created: '2026-01-01T00:00:00Z' } as const;
    const second = { id: 'b', item: 'bug', text: 'second', links: [], created: '2026-01-01T00:00:01Z' } as const;
    const changes: DraftChange[] = [{ kind: 'entry', entry: first }, { kind: 'entry', entry: second }, { kind: 'entry', entry: { ...first, text: 'first, edited' } }];
    const merged = draft(mergeRecords(changes.map((each, seq) => ({ at: '2026-01-01T00:00:02.000Z', by: 'a', seq, change: each }))));
    expect(merged.entries.map(({ text: words }) => words)).toEqual(['first, edited', 'second']);
  });

  it("keeps one window's note when another learns the start commit at the same time", () => {
    const merged = draft(mergeRecords(
      [{ at: '2026-01-01T00:00:00.000Z', by: 'a', seq: 0, change: { kind: 'session', session: { ...session, note: 'n.md', date: '2026-11-22' } } }],
      [{ at: '2026-01-01T00:00:00.001Z', by: 'b', seq: 0, change: { kind: 'session', session: { ...session, startCommit: 'c0ffee' } } }],
    ));
    expect(merged.session).toEqual({ ...session, note: 'n.md', date: '2026-11-22', startCommit: 'c0ffee' });
  });
});

describe('the next stamp', () => {
  it('is later than everything seen, whatever the clock says', () => {
    fc.assert(fc.property(time, time, fc.constantFrom('a', 'b'), fc.nat(9), (now, seen, by, seq) => {
      const latest = { at: seen, by, seq };
      const next = nextStamp(new Date(now), 'a', 10, latest);
      expect(compareStamps(latest, next)).toBeLessThan(0);
      expect(decodeJournal(encodeRecord({ ...next, change: { kind: 'focus', focus: '' } })).records).toHaveLength(1);
    }));
  });
});

describe('the end of a session', () => {
  const written = { entry: 'one', file: 'TROUBLESHOOTING.md', text: '- x', at: '2026-11-22T13:00:00.000Z' };
  const draft = { ...emptyDraft({ ...session, note: 'handoffs/n.md' }), written: [written] };

  it("comes with the agent's reset after a Write, with Continue of its note, and when asked for", () => {
    expect(endsSession(draft, { kind: 'newSession' })).toBe(true);
    expect(endsSession(draft, { kind: 'contextReset', at: '2026-11-22T15:00:00+01:00' })).toBe(true);
    expect(endsSession(draft, { kind: 'contextReset', at: '2026-11-22T13:30:00+01:00' })).toBe(false);
    expect(endsSession({ ...draft, written: [] }, { kind: 'contextReset', at: '2026-11-22T15:00:00+01:00' })).toBe(false);
    expect(endsSession(draft, { kind: 'continued', note: 'handoffs/n.md' })).toBe(true);
    expect(endsSession(draft, { kind: 'continued', note: 'handoffs/other.md' })).toBe(false);
  });

  it('leaves the entries that were written nowhere', () => {
    const entries = ['one', 'two'].map((each) => ({ id: each, item: 'bug' as const, text: each, links: [], created: '2026-01-01T00:00:00Z' }));
    expect(unwrittenEntries({ ...draft, entries }).map(({ id: each }) => each)).toEqual(['two']);
  });

  it("takes along what another window accepted at the same moment, and not that window's ticks and focus", () => {
    const at = '2026-01-01T00:00:00.000Z';
    const make = (seq: number, each: DraftChange): JournalRecord => ({ at, by: 'b', seq, change: each });
    const known = make(0, { kind: 'focus', focus: 'old' });
    const seen = seenIn(addRecords(new Map(), [known]));
    const late = make(1, { kind: 'entry', entry: { id: 'late', item: 'bug', text: 'late', links: [], created: at } });
    expect(lateRecords([known, late, make(2, { kind: 'focus', focus: 'new' }), make(3, { kind: 'removeEntry', id: 'other' })], seen)).toEqual([late]);
  });
});
