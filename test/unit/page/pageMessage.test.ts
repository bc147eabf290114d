import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { categoryIds, checklist, documentNames } from '../../../src/core/checklist.js';
import type { PageMessage } from '../../../src/protocol.js';
import { idLimit, readPageMessage, textLimit } from '../../../src/vscode/pageMessage.js';
import { textLimit as pageTextLimit } from '../../../webview/limits.js';

const id = fc.string({ minLength: 1, maxLength: idLimit });
const item = fc.constantFrom(...checklist.map((one) => one.id));
const position = fc.integer({ min: 0, max: 999 });
const words = fc.string({ maxLength: 300, unit: 'binary' }).map((text) => `x${text}`);
const detail = fc.string({ maxLength: 300, unit: 'binary' });
const of = <T extends PageMessage['type']>(type: T, fields: { readonly [K in keyof Omit<Extract<PageMessage, { type: T }>, 'type'>]: fc.Arbitrary<Extract<PageMessage, { type: T }>[K]> }): fc.Arbitrary<PageMessage> =>
  fc.record(fields as Record<string, fc.Arbitrary<unknown>>).map((rest) => ({ type, ...rest }) as unknown as PageMessage);
const flag = fc.boolean();
const nothing = ['ready', 'undo', 'preview', 'write', 'cancel', 'undoWrite', 'closeResult', 'newSession', 'continueNote', 'openNote', 'closePickUp'] as const;
const carrying: Readonly<Record<Exclude<PageMessage['type'], (typeof nothing)[number]>, fc.Arbitrary<PageMessage>>> = {
  selectFolder: of('selectFolder', { folder: id }), setFocus: of('setFocus', { focus: fc.string({ maxLength: idLimit }) }), tick: of('tick', { item, ticked: flag }),
  fold: of('fold', { category: fc.constantFrom(...categoryIds), folded: flag }), addEntry: of('addEntry', { item, text: words, detail }),
  editEntry: of('editEntry', { entry: id, text: words, detail }), deleteEntry: of('deleteEntry', { entry: id }), moveEntry: of('moveEntry', { entry: id, item }),
  setDocument: of('setDocument', { entry: id, document: fc.constantFrom('default' as const, ...documentNames) }), openLink: of('openLink', { owner: id, index: position }),
  removeLink: of('removeLink', { entry: id, index: position }), addLink: of('addLink', { entry: id }),
  acceptSuggestion: of('acceptSuggestion', { suggestion: id, item, text: words, detail }), dismissSuggestion: of('dismissSuggestion', { suggestion: id }),
  openEvidence: of('openEvidence', { suggestion: id, index: position }), dismissNudge: of('dismissNudge', { nudge: id }),
  noticeAction: of('noticeAction', { notice: id, action: id }), dismissNotice: of('dismissNotice', { notice: id }), openResult: of('openResult', { file: id }), typing: of('typing', { typing: flag }),
  handOver: of('handOver', { way: id }), markNote: of('markNote', { done: flag }), openPickUp: of('openPickUp', { place: id }), tickStep: of('tickStep', { step: id, ticked: flag }),
  insertCommand: of('insertCommand', { command: id }), copyCommand: of('copyCommand', { command: id }),
  foldPickUp: of('foldPickUp', { section: fc.constantFrom('since' as const, 'carryOn' as const, 'learned' as const), folded: flag }),
};
const intent: fc.Arbitrary<PageMessage> = fc.oneof(...nothing.map((type) => fc.constant<PageMessage>({ type })), ...Object.values(carrying));

describe('a message of the page', () => {
  test('is taken as it is when it is one of the protocol’s intents', () => {
    fc.assert(fc.property(intent, (message) => { expect(readPageMessage(structuredClone(message))).toEqual(message); }), { numRuns: runs(500) });
  });

  test('carries nothing that its intent does not name', () => {
    fc.assert(fc.property(intent, fc.string(), fc.anything(), (message, name, value) => {
      fc.pre(!Object.hasOwn(message, name) && name !== '__proto__');
      expect(readPageMessage({ ...message, [name]: value })).toEqual(message);
    }));
  });

  test('is refused when a field is missing', () => {
    fc.assert(fc.property(intent, fc.nat(), (message, pick) => {
      const names = Object.keys(message);
      const without = names[pick % names.length];
      expect(readPageMessage(Object.fromEntries(Object.entries(message).filter(([name]) => name !== without)))).toBeUndefined();
    }));
  });

  test('is refused when a field is of another kind', () => {
    fc.assert(fc.property(intent, fc.nat(), fc.oneof(fc.constant(null), fc.constant(undefined), fc.object(), fc.array(fc.string()), fc.double({ noInteger: true }), fc.integer({ max: -1 }), fc.bigInt()), (message, pick, value) => {
      const names = Object.keys(message);
      const changed = names[pick % names.length] ?? 'type';
      expect(readPageMessage({ ...message, [changed]: value })).toBeUndefined();
    }), { numRuns: runs(500) });
  });

  test('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withSparseArray: true, withTypedArray: true }), (value) => {
      const read = readPageMessage(value);
      expect(read === undefined || typeof read.type === 'string').toBe(true);
    }), { numRuns: runs(1_000) });
    expect(readPageMessage(new Proxy({}, { get() { throw new Error('no'); } }))).toBeUndefined();
    expect(readPageMessage({ get type(): string { throw new Error('no'); } })).toBeUndefined();
  });

  test.each([['constructor'], ['__proto__'], ['toString'], ['hasOwnProperty'], ['']])('is refused when its type is %j', (type) => {
    expect(readPageMessage({ type })).toBeUndefined();
  });

  test('is bounded: texts, ids, positions, and an entry has words', () => {
    const add = (text: string, more = '') => readPageMessage({ type: 'addEntry', item: 'bug', text, detail: more });
    expect(add('x'.repeat(textLimit))).toBeDefined();
    expect(add('x'.repeat(textLimit + 1))).toBeUndefined();
    expect(add('x', 'x'.repeat(textLimit + 1))).toBeUndefined();
    expect(add(' \n\t\u00a0')).toBeUndefined();
    expect(readPageMessage({ type: 'deleteEntry', entry: 'x'.repeat(idLimit + 1) })).toBeUndefined();
    expect(readPageMessage({ type: 'deleteEntry', entry: '' })).toBeUndefined();
    expect(readPageMessage({ type: 'openLink', owner: 'e', index: 1_000 })).toBeUndefined();
    expect(readPageMessage({ type: 'openLink', owner: 'e', index: 0.5 })).toBeUndefined();
    expect(readPageMessage({ type: 'addEntry', item: 'constructor', text: 'x', detail: '' })).toBeUndefined();
    expect(readPageMessage({ type: 'setDocument', entry: 'e', document: '../../secret.md' })).toBeUndefined();
  });

  test('may be as long as the page’s fields let it become', () => { expect(pageTextLimit).toBe(textLimit); });
});
