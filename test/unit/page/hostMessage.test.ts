import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHostMessage } from '../../../webview/hostMessage.js';
import { crowded, stateWith, strings, written } from '../../ui/page/fixture.js';

const paths = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
  (typeof value === 'object' && value !== null ? [path, ...Object.entries(value).flatMap(([name, inner]) => paths(inner, [...path, name]))] : [path]);

function withValue(target: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const copy = (Array.isArray(target) ? [...target as unknown[]] : { ...target as object }) as Record<string, unknown>;
  copy[name] = withValue(copy[name], rest, value);
  return copy;
}

describe('a message of the host', () => {
  test.each([
    ['words', { type: 'strings', strings, locale: 'de' }], ['a state', { type: 'state', state: stateWith(1) }], ['a crowded state', { type: 'state', state: crowded(2) }],
    ['a result', { type: 'state', state: written(3) }], ['an announcement', { type: 'announce', text: 'Deleted', undo: true }], ['a focus', { type: 'reveal', target: 'first' }],
    ['an item to reveal', { type: 'reveal', target: { item: 'bug' } }], ['an entry to reveal', { type: 'reveal', target: { entry: 'e1' } }],
  ])('is taken: %s', (_, message) => { expect(readHostMessage(structuredClone(message))).toEqual(message); });

  test('is refused when any part of it, at any depth, is of another kind', () => {
    const message = { type: 'state', state: crowded(1) };
    // A symbol is nothing that any field may be.
    const refused = paths(message).filter((path) => readHostMessage(withValue(message, path, Symbol('none'))) === undefined);
    expect(refused).toEqual(paths(message));
  });

  test('never makes the page throw', () => {
    fc.assert(fc.property(fc.anything(), (value) => { expect(readHostMessage(value)).toBeUndefined(); }));
    fc.assert(fc.property(fc.constantFrom('state', 'strings', 'announce', 'reveal'), fc.anything(), fc.anything(), (type, state, more) => {
      expect(() => readHostMessage({ type, state, strings: state, text: more, target: more, locale: more })).not.toThrow();
    }));
  });
});
