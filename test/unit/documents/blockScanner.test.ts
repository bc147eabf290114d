import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { scanBlocks } from '../../../src/core/documents/blockScanner.js';
import { lineStart } from '../../../src/core/documents/outline.js';
import { remarkOutline } from '../../../src/core/documents/remarkOutline.js';
import { anyDocument, blockStartsOf, parses } from './markdownTree.js';
import { checkScanned } from './writingChecks.js';

vi.setConfig({ testTimeout: 300_000 });

describe('the scanner', () => {
  it('reads every text as remark does, or says that it is not sure', () => {
    let unsure = 0;
    let count = 0;
    fc.assert(fc.property(anyDocument.map((text) => text.replace(/^\ufeff/, '')).filter(parses), (text) => {
      const scan = scanBlocks(text);
      count++;
      if (!scan) {
        unsure++;
        return;
      }
      const outline = remarkOutline(text);
      expect(scan.headings).toEqual(outline.headings);
      const starts = blockStartsOf(text).map((offset) => lineStart(text, offset));
      expect(starts.length === 0 ? scan.lastBlock === text.length || text.startsWith('---') : starts.includes(scan.lastBlock) || text.startsWith('---')).toBe(true);
      expect(scan.open === 'root').toBe(outline.end < text.length);
    }), { numRuns: runs(200) });
    expect(unsure / count).toBeLessThan(0.2);
  });

  it('lets a Write put the same into a text as a parse does', () => {
    const ours = fc.tuple(anyDocument, anyDocument).map(([before, behind]) => `${before}\n## Session: 2026-11-22\n\n### Fixed\n\n${behind}`);
    fc.assert(fc.property(fc.oneof(anyDocument, ours).filter(parses), checkScanned), { numRuns: runs(200), examples: [['> <?> \n```'], ['> ```\n> ```\n```'], ['> ```\n> ```\n> a\n```']] });
  });
});
