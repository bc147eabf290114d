import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inListOrder, isOwnNote, offeredNote, previousNote, withStates, type Here, type NoteSummary } from '../../src/core/noteLife.js';

const day = 86_400_000;
const now = Date.parse('2026-11-25T12:00:00Z');
const ada: Here = { author: 'Ada <ada@example.org>', branch: 'feature/auth', commit: 'a'.repeat(40) };

function note(name: string, fields: Partial<NoteSummary> = {}): NoteSummary {
  return { file: `handoffs/${name}.md`, id: name, author: 'Ada <ada@example.org>', created: '2026-11-25T10:00:00Z', branch: 'feature/auth', commit: 'b'.repeat(40), focus: '', agent: 'claude', previous: '', status: 'open', ...fields };
}

const daysAgo = (days: number): string => new Date(now - days * day).toISOString();
const states = (notes: readonly NoteSummary[], days?: number) => Object.fromEntries(withStates(notes, now, days).map(({ note: { id }, state }) => [id, state]));
const offered = (notes: readonly NoteSummary[], here: Here = ada) => offeredNote(withStates(notes, now), here)?.note.id;

describe('the state of a note', () => {
  it('is open until a person says done', () => {
    expect(states([note('open'), note('done', { status: 'done', branch: 'other' })])).toEqual({ open: 'open', done: 'done' });
  });

  it('is superseded by a newer note of the same author and branch, even when that one is done', () => {
    const notes = [note('old', { created: daysAgo(2) }), note('new', { created: daysAgo(1), status: 'done' })];
    expect(states(notes)).toEqual({ old: 'superseded', new: 'done' });
    expect(withStates(notes, now).find(({ note: { id } }) => id === 'old')?.supersededBy).toBe('handoffs/new.md');
  });

  it('is not touched by notes of other people or branches', () => {
    expect(states([note('mine', { created: daysAgo(2) }), note('theirs', { author: 'Bob <bob@example.org>' }), note('elsewhere', { branch: 'main' })]))
      .toEqual({ mine: 'open', theirs: 'open', elsewhere: 'open' });
  });

  it('is not superseded by a note of another unknown author: they may be two people', () => {
    expect(states([note('one', { author: '', created: daysAgo(2) }), note('two', { author: '' })])).toEqual({ one: 'open', two: 'open' });
  });

  it('expires after the days of the setting, 14 unless one is given, and never with 0', () => {
    const notes = [note('young', { created: daysAgo(13.9) }), note('old', { created: daysAgo(14.1), branch: 'b' })];
    expect(states(notes)).toEqual({ young: 'open', old: 'expired' });
    expect(states(notes, 2)).toEqual({ young: 'expired', old: 'expired' });
    expect(states(notes, 0)).toEqual({ young: 'open', old: 'open' });
  });

  it('of two notes of one moment is decided by their names, in whatever order they come', () => {
    const one = note('1');
    const two = note('2');
    expect(states([one, two])).toEqual({ 1: 'superseded', 2: 'open' });
    expect(states([two, one])).toEqual(states([one, two]));
  });

  it('has an age that no clock of the future makes negative', () => {
    expect(withStates([note('tomorrow', { created: daysAgo(-1) })], now)[0]).toMatchObject({ state: 'open', age: 0 });
  });
});

describe('the note that is offered by itself', () => {
  it('is the open one of the same author and branch', () => {
    expect(offered([note('mine'), note('elsewhere', { branch: 'main' }), note('theirs', { author: 'Bob <bob@example.org>', created: daysAgo(0) })])).toBe('mine');
  });

  it('is never another\'s, whoever is first on a branch of five people', () => {
    const people = ['Ada <ada@example.org>', 'Bob <bob@example.org>', 'Cy <cy@example.org>', 'Di <di@example.org>', 'Ada <ada@other.org>'];
    const notes = people.map((author, index) => note(String(index), { author, created: daysAgo(index / 10) }));
    for (const [index, author] of people.entries()) expect(offered(notes, { ...ada, author })).toBe(String(index));
    expect(offered(notes, { ...ada, author: 'Eve <eve@example.org>' })).toBeUndefined();
  });

  it('is none where the author is not known, here or in the note', () => {
    expect(offered([note('a', { author: '' })], { ...ada, author: '' })).toBeUndefined();
    expect(offered([note('a')], { branch: 'feature/auth' })).toBeUndefined();
  });

  it('is none once it is done, superseded or expired', () => {
    expect(offered([note('a', { status: 'done' })])).toBeUndefined();
    expect(offered([note('a', { created: daysAgo(15) })])).toBeUndefined();
    expect(offered([note('a', { created: daysAgo(3) }), note('b', { created: daysAgo(2), status: 'done' })])).toBeUndefined();
  });

  it('is that of a rebased branch as well: the commit does not matter on a branch', () => {
    expect(offered([note('a', { commit: 'f'.repeat(40) })])).toBe('a');
  });

  it('on a detached HEAD is that of the same commit only', () => {
    const here = { author: ada.author ?? '', commit: 'c'.repeat(40) };
    expect(offered([note('there', { branch: '', commit: 'd'.repeat(40) }), note('here', { branch: '', commit: 'c'.repeat(40), created: daysAgo(3) }), note('branch', { branch: 'c'.repeat(40) })], here)).toBe('here');
  });

  it('of a detached HEAD is offered on a branch that was begun at its commit', () => {
    expect(offered([note('a', { branch: '', commit: 'a'.repeat(40) })])).toBe('a');
    expect(offered([note('a', { branch: '', commit: 'd'.repeat(40) })])).toBeUndefined();
  });

  it('outside of git is that of the same author outside of git', () => {
    expect(offered([note('a', { branch: '', commit: '' }), note('b')], { author: ada.author ?? '' })).toBe('a');
  });

  it('knows its author in another spelling of the same letters, and a branch longer than a note keeps', () => {
    expect(isOwnNote(note('a', { author: 'Zoe\u0308  <Zoe@Example.org>' }), { author: 'Zo\u00eb <zoe@example.org>' })).toBe(true);
    expect(isOwnNote(note('a', { author: 'Ada Lovelace <ada@example.org>' }), ada)).toBe(false);
    expect(offered([note('a', { branch: 'x'.repeat(200) })], { ...ada, branch: 'x'.repeat(240) })).toBe('a');
  });
});

describe('the list of notes', () => {
  it('has the open ones of this branch first, own before others\', then open ones, then what is over', () => {
    const notes = [
      note('done', { status: 'done', branch: 'x' }), note('expired', { created: daysAgo(20), branch: 'y' }), note('elsewhere', { branch: 'main', created: daysAgo(0) }),
      note('theirs', { author: 'Bob <bob@example.org>', created: daysAgo(0) }), note('older', { created: daysAgo(1) }), note('mine'),
    ];
    expect(inListOrder(withStates(notes, now), ada).map(({ note: { id } }) => id)).toEqual(['mine', 'theirs', 'elsewhere', 'expired', 'older', 'done']);
  });

  it('holds every note once, and offers the same one whatever order the disk gives', () => {
    const any = fc.array(fc.record({ author: fc.constantFrom('Ada <ada@example.org>', 'Bob <b@example.org>', ''), branch: fc.constantFrom('feature/auth', 'main', ''), created: fc.constantFrom(daysAgo(0), daysAgo(1), daysAgo(30)), status: fc.constantFrom<'open' | 'done'>('open', 'done') }), { maxLength: 12 });
    fc.assert(fc.property(any, fc.nat(), (all, seed) => {
      const notes = all.map((fields, index) => note(String(index), fields));
      const shuffled = notes.map((one, index) => ({ one, key: (index * 7919 + seed) % 13 })).sort((a, b) => a.key - b.key).map(({ one }) => one);
      const listed = inListOrder(withStates(notes, now), ada);
      expect(inListOrder(withStates(shuffled, now), ada)).toEqual(listed);
      expect(new Set(listed.map(({ note: { file } }) => file)).size).toBe(notes.length);
      const one = offeredNote(listed, ada);
      if (one) expect(one.note).toMatchObject({ author: ada.author, branch: ada.branch, status: 'open' });
    }));
  });
});

describe('the note before', () => {
  it('is the newest of the same author and branch that another session wrote', () => {
    const notes = [note('now'), note('before', { created: daysAgo(1), status: 'done' }), note('theirs', { author: 'Bob <bob@example.org>' }), note('main', { branch: 'main' })];
    const session = { id: 'now', created: daysAgo(0.5) };
    expect(previousNote(notes, ada, session)).toBe('handoffs/before.md');
    expect(previousNote([note('now'), note('later', { created: daysAgo(0.1) })], ada, session)).toBe('');
  });
});
