import { scanBlocks } from './blockScanner.js';
import type { Outline } from './outline.js';
import { blocksOfPart, endingOf, remarkOutline } from './remarkOutline.js';

/** From this size on (UTF-16 units) a document is scanned, and only the parts that matter are parsed. */
export const scanFrom = 200_000;

/**
 * The outline of a document.
 * @param text without BOM
 */
export function outlineOf(text: string, threshold = scanFrom): Outline {
  if (text.length < threshold) return remarkOutline(text);
  return scannedOutline(text) ?? remarkOutline(text);
}

function scannedOutline(text: string): Outline | undefined {
  const scan = scanBlocks(text);
  if (!scan) return undefined;
  const { headings, lastBlock, open, openBefore } = scan;
  const ending = open === 'no' || text.length - lastBlock > scanFrom ? { end: open === 'root' ? lastBlock : text.length, tight: open === 'container' } : endingOf(text, lastBlock);
  return { headings, ...ending, tight: ending.end < text.length ? openBefore : ending.tight, blocks: (start, end) => blocksOfPart(text, start, end) };
}
