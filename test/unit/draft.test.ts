import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checklist } from '../../src/core/checklist.js';
import { focusNamesItem, focusScore } from '../../src/core/focus.js';
import { changeDraft, emptyDraft, type Draft, type DraftChange, type Entry, type Suggestion } from '../../src/core/session.js';
import { visibleSuggestions } from '../../src/core/suggestions/visible.js';
import { inverseOf } from '../../src/core/undoableChange.js';

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({ id, item: 'bug', text: `entry ${id}`, links: [], created: '2026-11-22T13:00:00Z', ...more });
const suggestion = (id: string, more: Partial<Suggestion> = {}): Suggestion => ({ id, item: 'bug', text: `suggestion ${id}`, links: [], source: 'git', evidence: [], ...more });
const empty = emptyDraft({ id: 'a', created: '2026-11-22T13:00:00Z' });
const after = (draft: Draft, ...changes: DraftChange[]): Draft => changes.reduce(changeDraft, draft);

const ids = fc.constantFrom('1', '2', '3');
const items = fc.constantFrom(...checklist.map(({ id }) => id));
const personChanges: fc.Arbitrary<DraftChange> = fc.oneof(
  fc.record({ kind: fc.constant('entry' as const), entry: fc.record({ id: ids, item: items, text: fc.string({ minLength: 1 }) }).map(({ id, ...more }) => entry(id, more)) }),
  fc.record({ kind: fc.constant('removeEntry' as const), id: ids }),
  fc.record({ kind: fc.constant('focus' as const), focus: fc.string() }),
  fc.record({ kind: fc.constant('tick' as const), item: items, ticked: fc.boolean() }),
  fc.record({ kind: fc.constant('dismiss' as const), suggestion: ids, dismissed: fc.boolean() }),
);

describe('the draft', () => {
  it('ticks the item of an entry, and leaves the tick when the entry goes', () => {
    const draft = after(empty, { kind: 'entry', entry: entry('1') }, { kind: 'removeEntry', id: '1' });
    expect(draft).toMatchObject({ entries: [], ticks: ['bug'] });
  });
  it('can be ticked without an entry', () => {
    expect(after(empty, { kind: 'tick', item: 'schema', ticked: true }).ticks).toEqual(['schema']);
  });
  it('is as before after any change of a person and its undo, but for ticks and the order of entries', () => {
    fc.assert(fc.property(fc.array(personChanges, { maxLength: 20 }), personChanges, (earlier, change) => {
      const before = after(empty, ...earlier);
      const undone = after(changeDraft(before, change), ...inverseOf(before, change));
      const byId = (draft: Draft) => [...draft.entries].sort((a, b) => a.id.localeCompare(b.id));
      expect(byId(undone)).toEqual(byId(before));
      expect(undone.focus).toBe(before.focus);
      expect([...undone.dismissed].sort()).toEqual([...before.dismissed].sort());
      if (change.kind === 'tick') expect([...undone.ticks].sort()).toEqual([...before.ticks].sort());
    }));
  });
});

describe('suggestions that are shown', () => {
  it('leave out what was dismissed, accepted, or said by an entry already', () => {
    const draft = after(empty, { kind: 'dismiss', suggestion: 'a', dismissed: true }, { kind: 'entry', entry: entry('1', { suggestion: 'b' }) }, { kind: 'entry', entry: entry('2', { text: 'The same, said before!' }) });
    const shown = visibleSuggestions(draft, [suggestion('a'), suggestion('b'), suggestion('c', { text: 'the same said before' }), suggestion('d')]);
    expect(shown.map(({ id }) => id)).toEqual(['d']);
  });
  it('show a matter once, and what answers the focus first', () => {
    const draft = after(empty, { kind: 'focus', focus: 'migrations' });
    const shown = visibleSuggestions(draft, [suggestion('a', { rank: 9 }), suggestion('b', { text: 'Run the migration' }), suggestion('c', { text: 'run the MIGRATION.' })]);
    expect(shown.map(({ id }) => id)).toEqual(['b', 'a']);
  });
});

describe('the focus area', () => {
  it.each([['API changes', 'endpoint'], ['bug fixes', 'bug'], ['database', 'schema'], ['performance', 'performanceSecurity'], ['next steps', 'nextStep']] as const)('"%s" names %s', (focus, item) => {
    expect(focusNamesItem(focus, item)).toBe(true);
  });
  it('does not name an item by words that say nothing', () => {
    expect(checklist.filter(({ id }) => focusNamesItem('the changes of all and for', id))).toEqual([]);
  });
  it('meets a word in another form, in camelCase and in a path', () => {
    expect(focusScore('votes', 'src/votes/voteService.ts')).toBe(1);
    expect(focusScore('email verification', 'sendVerificationEmail')).toBe(1);
    expect(focusScore('email', 'nothing of the kind')).toBe(0);
  });
});
