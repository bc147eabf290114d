import fc from 'fast-check';
import { remark } from 'remark';
import { describe, expect, test } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { segmentsOf } from '../../../webview/inlineCode.js';

const shown = (text: string) => segmentsOf(text).map((part) => (part.code ? `<${part.text}>` : part.text)).join('');

describe('inline code', () => {
  test.each([
    ['needs `is_verified` flag', 'needs <is_verified> flag'], ['`a` and `b`', '<a> and <b>'], ['no code', 'no code'], ['', ''],
    ['an open ` stays', 'an open ` stays'], ['``a ` b``', '<a ` b>'], ['`` ` ``', '<`>'], ['```not closed`', '```not closed`'], ['` `', '< >'], ['`a\nb`', '<a b>'],
    ['x ``y` z`', 'x ``y< z>'],
  ])('%j is shown as %j', (text, expected) => { expect(shown(text)).toBe(expected); });

  test('loses no letter', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('`', '``', 'a', ' ', '\n', 'é') }), (text) => {
      const letters = (of: string) => of.replace(/[`\s]/g, '');
      expect(letters(segmentsOf(text).map((part) => part.text).join(''))).toBe(letters(text));
    }));
  });

  test('is what a Markdown parser takes for it', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('`', '``', '```', 'a', 'b', ' '), { maxLength: 14 }).map((parts) => `x${parts.join('')}x`), (text) => {
      const spans: string[] = [];
      const visit = (node: { type: string; value?: string; children?: { type: string }[] }) => { if (node.type === 'inlineCode') spans.push(node.value ?? ''); node.children?.forEach((child) => { visit(child); }); };
      visit(remark().parse(text));
      expect(segmentsOf(text).filter((part) => part.code).map((part) => part.text)).toEqual(spans);
    }), { numRuns: runs(1_000) });
  });

  test('takes time in proportion to the text, also when no run has a partner', () => {
    const text = Array.from({ length: 600 }, (_, index) => `${'`'.repeat(index + 1)} `).join('');
    expect(segmentsOf(text)).toEqual([{ code: false, text }]);
  });
});
