import { describe, expect, it } from 'vitest';
import { mergeAttributesEdits } from '../../../src/core/documents/mergeAttributes.js';
import { applyEdits } from './markdownTree.js';

const lines = ['BEST_PRACTICES.md merge=union', 'PROJECT_KNOWLEDGE.md merge=union', 'TROUBLESHOOTING.md merge=union', 'PROJECT_API.md merge=union', 'PROJECT_DATABASE.md merge=union'];

describe('the merge attributes', () => {
  it('are five lines for a missing file', () => expect(mergeAttributesEdits()).toEqual({ lines, edits: [{ offset: 0, length: 0, text: `${lines.join('\n')}\n` }], after: `${lines.join('\n')}\n` }));
  it('are added behind what is there, with its line ends', () => {
    const { after, edits } = mergeAttributesEdits('*.png binary\r\n# x');
    expect(after).toBe(`*.png binary\r\n# x\r\n${lines.join('\r\n')}\r\n`);
    expect(applyEdits('*.png binary\r\n# x', edits)).toBe(after);
  });
  it('are nothing the second time', () => expect(mergeAttributesEdits(mergeAttributesEdits().after)).toMatchObject({ lines: [], edits: [] }));
  it('leave a document alone whose merge somebody has settled', () => {
    expect(mergeAttributesEdits('*.md merge=union\n').lines).toEqual([]);
    expect(mergeAttributesEdits('PROJECT_*.md -merge\n/TROUBLESHOOTING.md merge=ours\n').lines).toEqual([lines[0]]);
    expect(mergeAttributesEdits('# *.md merge=union\n*.md text\nsub/*.md merge=union\n').lines).toEqual(lines);
  });
});
