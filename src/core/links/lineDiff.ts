/**
 * Which elements of `before` stand unchanged in `after`, in order: for each index of `before` the index in `after`, or -1.
 * Elements that are unique on both sides anchor the rest (patience), what remains between anchors is compared by Myers'
 * algorithm; the start of a stretch is matched before its end, so that a block inserted before equal closing lines
 * leaves the first of them in place, as git shows it. A stretch that would cost too much stays unmatched: honest, and
 * linear for generated files.
 */
export function matchInOrder(before: Int32Array, after: Int32Array): Int32Array {
  const match = new Int32Array(before.length).fill(-1);
  const work: [number, number, number, number][] = [[0, before.length, 0, after.length]];
  for (let next = work.pop(); next; next = work.pop()) {
    let [from, to, fromAfter, toAfter] = next;
    while (from < to && fromAfter < toAfter && before[from] === after[fromAfter]) match[from++] = fromAfter++;
    while (from < to && fromAfter < toAfter && before[to - 1] === after[toAfter - 1]) match[--to] = --toAfter;
    if (from === to || fromAfter === toAfter) continue;
    const anchors = uniqueInBoth(before, from, to, after, fromAfter, toAfter);
    if (anchors.length === 0) {
      matchByMyers(before, from, to, after, fromAfter, toAfter, match);
      continue;
    }
    let start = from;
    let startAfter = fromAfter;
    for (const [index, indexAfter] of anchors) {
      work.push([start, index, startAfter, indexAfter]);
      match[index] = indexAfter;
      start = index + 1;
      startAfter = indexAfter + 1;
    }
    work.push([start, to, startAfter, toAfter]);
  }
  return match;
}

/** Pairs of elements that occur once in each stretch, thinned to the longest run that ascends in both. */
function uniqueInBoth(before: Int32Array, from: number, to: number, after: Int32Array, fromAfter: number, toAfter: number): [number, number][] {
  const positions = new Map<number, { at: number; count: number; after: number; countAfter: number }>();
  for (let i = from; i < to; i++) {
    const id = before[i] ?? -1;
    const seen = positions.get(id);
    if (seen) seen.count++;
    else positions.set(id, { at: i, count: 1, after: -1, countAfter: 0 });
  }
  for (let j = fromAfter; j < toAfter; j++) {
    const seen = positions.get(after[j] ?? -1);
    if (seen) {
      seen.after = j;
      seen.countAfter++;
    }
  }
  const pairs: [number, number][] = [];
  for (const { at, count, after: other, countAfter } of positions.values()) if (count === 1 && countAfter === 1) pairs.push([at, other]);
  return longestAscending(pairs);
}

/** `pairs` ascend by their first number; the longest subsequence that ascends by the second too. */
function longestAscending(pairs: [number, number][]): [number, number][] {
  const ends: number[] = [];
  const previous = new Int32Array(pairs.length);
  pairs.forEach(([, value], index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = index;
  });
  const result: [number, number][] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) {
    const pair = pairs[index];
    if (pair) result.push(pair);
  }
  return result.reverse();
}

/** The most edits that one stretch may take; its trace costs the square of it. */
const MOST_EDITS = 1500;

/** Myers' greedy O(ND) comparison of one stretch (An O(ND) Difference Algorithm, 1986), with its trace kept. */
function matchByMyers(before: Int32Array, from: number, to: number, after: Int32Array, fromAfter: number, toAfter: number, match: Int32Array): void {
  const n = to - from;
  const m = toAfter - fromAfter;
  const most = Math.min(n + m, MOST_EDITS);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice(offset - edits - 1, offset + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (furthest[offset + k - 1] ?? 0) < (furthest[offset + k + 1] ?? 0));
      let x = down ? (furthest[offset + k + 1] ?? 0) : (furthest[offset + k - 1] ?? 0) + 1;
      let y = x - k;
      while (x < n && y < m && before[from + x] === after[fromAfter + y]) {
        x++;
        y++;
      }
      furthest[offset + k] = x;
      if (x >= n && y >= m) {
        walkBack(trace, edits, n, m, from, fromAfter, match);
        return;
      }
    }
  }
}

function walkBack(trace: Int32Array[], edits: number, n: number, m: number, from: number, fromAfter: number, match: Int32Array): void {
  let x = n;
  let y = m;
  for (let d = edits; d >= 0; d--) {
    const row = trace[d] ?? new Int32Array();
    const at = (k: number): number => row[k + d + 1] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const previous = down ? k + 1 : k - 1;
    const startX = d === 0 ? 0 : at(previous);
    const startY = d === 0 ? 0 : startX - previous;
    while (x > startX && y > startY) match[from + --x] = fromAfter + --y;
    x = startX;
    y = startY;
  }
}
