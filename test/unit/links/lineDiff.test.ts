import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchInOrder } from '../../../src/core/links/lineDiff.js';

const ids = (text: string): Int32Array => Int32Array.from([...text].map((letter) => letter.charCodeAt(0)));
const matched = (a: string, b: string): string => [...matchInOrder(ids(a), ids(b))].map((j, i) => (j < 0 ? '' : a[i])).join('');

/** The length of the longest common subsequence, by the textbook table. */
function longestCommon(a: string, b: string): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      row[j] = x === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1] ?? 0);
      diagonal = above;
    }
  }
  return row[b.length] ?? 0;
}

describe('matchInOrder', () => {
  it('keeps everything of equal texts', () => expect(matched('abcabc', 'abcabc')).toBe('abcabc'));
  it('matches around an insertion and a deletion', () => expect([...matchInOrder(ids('abcd'), ids('axbd'))]).toEqual([0, 2, -1, 3]));
  it('leaves the first of equal closing lines in place when a block is inserted after it', () => {
    expect([...matchInOrder(ids('ay}z'), ids('ay}b}z'))]).toEqual([0, 1, 2, 5]);
  });

  it('matches only equal elements, ascending on both sides', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e'), maxLength: 40 }), fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'x'), maxLength: 40 }), (a, b) => {
      let last = -1;
      [...matchInOrder(ids(a), ids(b))].forEach((j, i) => {
        if (j < 0) return;
        expect(b[j]).toBe(a[i]);
        expect(j).toBeGreaterThan(last);
        last = j;
      });
    }));
  });

  it('finds a longest common subsequence where nothing is unique', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 8, maxLength: 40 }), fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 8, maxLength: 40 }), (a, b) => {
      const twice = [a + a, b + b] as const;
      // Letters that are unique in a stretch anchor it; two letters doubled leave none at the first level, and trimming is optimal.
      expect(matched(...twice).length).toBeGreaterThanOrEqual(longestCommon(...twice) - 2);
    }));
  });
});
