import { scanBlocks } from './blockScanner.js';
import type { Block, Outline } from './outline.js';
import { blocksOfPart, endingOf, remarkOutline } from './remarkOutline.js';

/**
 * From this size on (UTF-16 units) a document is scanned, and only the parts that matter are parsed: five documents of
 * 50 kB take a fresh process about a second to parse, which is all the time that a Write has.
 */
export const scanFrom = 16_000;
/** A last block that is larger is not parsed to see how it ends: what the scan says has to do. */
const largestTail = 200_000;

/**
 * The outline of a document.
 * @param text without BOM
 * @param from the size from which it is scanned
 */
export function outlineOf(text: string, from = scanFrom): Outline {
  if (text.length < from) return remarkOutline(text);
  return scannedOutline(text) ?? remarkOutline(text);
}

function scannedOutline(text: string): Outline | undefined {
  const scan = scanBlocks(text);
  if (!scan) return undefined;
  const { headings, lastBlock, open, openBefore } = scan;
  const ending = open === 'no' || text.length - lastBlock > largestTail ? { end: open === 'root' ? lastBlock : text.length, tight: open === 'container' } : endingOf(text, lastBlock);
  return { headings, ...ending, tight: ending.end < text.length ? openBefore : ending.tight, blocks: partsOf(text) };
}

/** Parses the parts of a text that are asked for; what lies in a part that was parsed already is taken from there. */
function partsOf(text: string): Outline['blocks'] {
  const parsed: { readonly start: number; readonly end: number; readonly blocks: readonly Block[] }[] = [];
  return (start, end) => {
    const around = parsed.find((part) => part.start <= start && part.end >= end);
    if (around) return around.blocks.filter((block) => block.start >= start && block.end <= end);
    const blocks = blocksOfPart(text, start, end);
    parsed.push({ start, end, blocks });
    return blocks;
  };
}
