import { matchInOrder } from './lineDiff.js';

/** The line that a wrapped or joined line went to. */
export interface Reflowed {
  /** index in the newer block of the line that has the older line's beginning */
  at: number;
  /** the share of the older line's characters (white space apart) that the newer lines have, in order */
  covered: number;
}

const PART = /[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;
const MOST_PARTS = 6000;

/**
 * Follows a line of a block whose lines were broken or joined elsewhere (a formatter's work): both blocks are read as one
 * stream of words and marks, and the line is where its own parts went. Undefined if they did not stay together.
 * @param line index in `before`
 */
export function followReflow(before: string[], after: string[], line: number): Reflowed | undefined {
  const ids = new Map<string, number>();
  const left = partsOf(before, ids);
  const right = partsOf(after, ids);
  if (!left || !right) return undefined;
  const match = matchInOrder(left.ids, right.ids);
  let total = 0;
  let covered = 0;
  let first = -1;
  let last = -1;
  const received = new Map<number, number>();
  for (let k = 0; k < match.length; k++) {
    if (left.lines[k] !== line) continue;
    const size = left.sizes[k] ?? 0;
    total += size;
    const j = match[k] ?? -1;
    if (j < 0) continue;
    const at = right.lines[j] ?? 0;
    covered += size;
    received.set(at, (received.get(at) ?? 0) + size);
    // A lone mark such as a bracket may have matched anywhere: the beginning is where the first word went.
    if (first < 0 && (size > 1 || covered > 2)) first = at;
    last = at;
  }
  if (first < 0 || covered / total < 0.8) return undefined;
  // Its parts must have stayed together: the lines from first to last are its own, but for what its neighbours gave.
  let foreign = 0;
  let all = 0;
  const used = new Set<number>();
  match.forEach((j) => j >= 0 && used.add(j));
  for (let j = 0; j < right.ids.length; j++) {
    const at = right.lines[j] ?? 0;
    if (at < first || at > last) continue;
    all += right.sizes[j] ?? 0;
    if (!used.has(j)) foreign += right.sizes[j] ?? 0;
  }
  // Where the one line is all that was replaced, there is nobody else whose parts they could be.
  if (foreign > all * (before.length === 1 && covered / total >= 0.9 ? 0.8 : 0.4)) return undefined;
  return { at: first, covered: covered / total };
}

function partsOf(lines: string[], ids: Map<string, number>): { ids: Int32Array; lines: Int32Array; sizes: Int32Array } | undefined {
  const parts: [number, number, number][] = [];
  for (const [line, text] of lines.entries()) {
    for (const [part] of text.matchAll(PART)) {
      const key = part === "'" || part === '`' ? '"' : part;
      let id = ids.get(key);
      if (id === undefined) ids.set(key, (id = ids.size));
      parts.push([id, line, part.length]);
    }
    if (parts.length > MOST_PARTS) return undefined;
  }
  return { ids: Int32Array.from(parts, ([id]) => id), lines: Int32Array.from(parts, ([, line]) => line), sizes: Int32Array.from(parts, ([, , size]) => size) };
}
