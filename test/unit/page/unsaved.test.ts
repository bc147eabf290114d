import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intentOf, readKept, sentForm, settleForms, type Form } from '../../../webview/unsaved.js';
import { entry, stateWith, suggestion } from '../../ui/page/fixture.js';

const blank = { text: '', detail: '' };
const adding: Form = { kind: 'add', owner: 'bug', item: 'bug', text: ' New \n', detail: ' why ', from: blank };
const editing: Form = { kind: 'edit', owner: 'e1', item: 'bug', text: 'First, changed', detail: '', from: { text: 'First', detail: '' } };
const accepting: Form = { kind: 'accept', owner: 's1', item: 'bug', text: 'Second, changed', detail: '', from: { text: 'Second', detail: '' } };
const first = entry('e1', 'bug', 'First');
const second = suggestion('s1', 'bug', 'Second');
const state = (entries = [first], suggestions = [second], revision = 1) => stateWith(revision, { entries, suggestions });

describe('what is typed and not saved', () => {
  test('becomes the intent of its kind, without the space around it', () => {
    expect(intentOf(adding, state())).toEqual({ type: 'addEntry', item: 'bug', text: 'New', detail: 'why' });
    expect(intentOf(editing, state())).toEqual({ type: 'editEntry', entry: 'e1', text: 'First, changed', detail: '' });
    expect(intentOf(accepting, state())).toEqual({ type: 'acceptSuggestion', suggestion: 's1', item: 'bug', text: 'Second, changed', detail: '' });
    expect(intentOf({ ...adding, text: ' \n' }, state())).toBeUndefined();
  });

  test('becomes a new entry when its entry or suggestion has gone', () => {
    expect(intentOf(editing, state([], []))).toMatchObject({ type: 'addEntry', text: 'First, changed' });
    expect(intentOf(accepting, state([], []))).toMatchObject({ type: 'addEntry', text: 'Second, changed' });
  });

  test('stays open until the state shows what was sent', () => {
    const sent = sentForm(adding, state());
    expect(settleForms([sent], state()).open).toEqual([sent]);
    expect(settleForms([adding], state([first, entry('e2', 'bug', 'From elsewhere')])).open).toEqual([adding]);
    expect(settleForms([sent], state([first, entry('e2', 'bug', 'New')])).settled).toEqual([sent]);
    const edited = sentForm(editing, state());
    expect(settleForms([edited], state()).open).toEqual([edited]);
    expect(settleForms([edited], state([{ ...first, text: 'First, changed' }])).settled).toEqual([edited]);
    const accepted = sentForm(accepting, state());
    expect(settleForms([accepted], state()).open).toEqual([accepted]);
    expect(settleForms([accepted], state([first, entry('e2', 'bug', 'Second, changed')], [])).settled).toEqual([accepted]);
  });

  test('goes with its owner only when nothing was changed', () => {
    const untouched = { ...editing, text: 'First' };
    expect(settleForms([untouched, editing], state([], []))).toEqual({ open: [editing], settled: [] });
  });

  test('is never lost by any order of states', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean())), (steps) => {
      let forms: readonly Form[] = [adding, editing, accepting];
      for (const [entryThere, suggestionThere] of steps) forms = settleForms(forms, state(entryThere ? [first] : [], suggestionThere ? [second] : [])).open;
      expect(forms).toEqual([adding, editing, accepting]);
    }));
  });

  test('is read back as it was kept, and anything else is nothing', () => {
    const kept = { forms: { 'file:///voting': [adding, editing] }, scroll: 120 };
    expect(readKept(structuredClone(kept))).toEqual(kept);
    fc.assert(fc.property(fc.anything(), (value) => { expect(readKept(value).forms).toEqual({}); }));
    expect(readKept({ forms: { a: [{ ...adding, item: 'nonsense' }], b: [accepting] }, scroll: 'far' })).toEqual({ forms: { b: [accepting] }, scroll: 0 });
  });
});
