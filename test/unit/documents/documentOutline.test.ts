import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../../src/core/documents/documentOutline.js';

describe('the blocks of a part of a scanned document', () => {
  const text = '## Session: 2026-11-25\n\n### Fixed\n\n- a\n- b\n\nA paragraph\n\n### Changed\n\n- c\n';
  const scanned = () => outlineOf(text, 0);
  const [from, to] = [text.indexOf('- c'), text.length];

  it('are the same whether the part around it was parsed before or not', () => {
    const anew = scanned().blocks(from, to);
    expect(anew.map(({ start, end }) => text.slice(start, end))).toEqual(['- c\n']);
    const outline = scanned();
    expect(outline.blocks(0, text.length)).toHaveLength(3);
    expect(outline.blocks(from, to)).toEqual(anew);
  });
});
