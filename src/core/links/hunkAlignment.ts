import { nameOf } from './lineName.js';
import { isWeakLine, lineWeight } from './lineText.js';
import type { LineSimilarity } from './similarity.js';

/** What became of one line of a replaced block. */
export interface HunkPartner {
  /** index in the newer block, or -1: the best alignment leaves the line out */
  at: number;
  /** 0…1, 1 for a line that is the same but for white space around it */
  similarity: number;
  /** how much better the best alignment is than the best one that places the line elsewhere or nowhere; an unchanged statement counts about 1 */
  margin: number;
  /** indices of the newer block that the line could also be, best first */
  rivals: number[];
  /** how many lines of either side, blank ones apart, lie between the unchanged statements next to it (the block's ends count as such) */
  height: number;
  width: number;
  /** whether the line has the same place between them on both sides */
  paired: boolean;
  /** whether it directly follows the one, or precedes the other, on both sides */
  adjoining: boolean;
  /** whether both lines declare or set the same name, and are the only ones of their blocks to do so */
  sameName: boolean;
}

/** Lines this alike could be one line edited; below it, one was removed and another written. */
const ALIKE = 0.36;
/** Two lines that follow each other on both sides are likelier the same two lines. */
const NEIGHBOURS = 0.07;
const NEVER = -1e9;
/** Above this many pairs of lines their letters are not compared. */
const MOST_LETTERS = 2500;

/**
 * Aligns a replaced block with what replaced it so that the sum over all its lines is best (Needleman–Wunsch with a bonus
 * for neighbours that stay neighbours), and says for each line how clear the choice was. Reads the rows on first use.
 */
export class HunkAlignment {
  private readonly width: number;
  private readonly height: number;
  private readonly scores: Float32Array;
  /** best sums up to (i, j), the last step a match / a gap; and from (i, j) on, the step before it a match / a gap */
  private readonly endMatch: Float32Array;
  private readonly endGap: Float32Array;
  private readonly restMatch: Float32Array;
  private readonly restGap: Float32Array;
  private readonly names: (string | undefined)[];
  private readonly namesAfter: (string | undefined)[];
  private readonly letters: boolean;
  private path: Int32Array | undefined;

  /**
   * @param before the lines of the older block, `after` those of the newer one; their product should stay below some
   *   hundred thousand (time and memory are in proportion to it)
   * @param closed whether unchanged lines stand directly before and after both blocks
   */
  constructor(private readonly before: string[], private readonly after: string[], private readonly similarity: LineSimilarity, closed = true) {
    const height = (this.height = before.length);
    const width = (this.width = after.length);
    this.letters = height * width <= MOST_LETTERS;
    this.names = uniqueNames(before);
    this.namesAfter = uniqueNames(after);
    this.scores = new Float32Array(height * width);
    for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) this.scores[i * width + j] = this.score(i, j);
    const cells = (height + 1) * (width + 1);
    this.endMatch = new Float32Array(cells).fill(NEVER);
    this.endGap = new Float32Array(cells).fill(NEVER);
    this.restMatch = new Float32Array(cells).fill(NEVER);
    this.restGap = new Float32Array(cells).fill(NEVER);
    this.fillEnds(closed);
    this.fillRests(closed);
  }

  /** What became of line `i` (0-based in the older block). */
  partnerOf(i: number): HunkPartner {
    const { width } = this;
    let best = this.without(i);
    let second = NEVER;
    let at = -1;
    const sums: [number, number][] = [];
    for (let j = 0; j < width; j++) {
      if ((this.scores[i * width + j] ?? NEVER) <= NEVER) continue;
      const cell = (i + 1) * (width + 1) + j + 1;
      const sum = (this.endMatch[cell] ?? NEVER) + (this.restMatch[cell] ?? NEVER);
      sums.push([sum, j]);
      if (sum > best) {
        second = best;
        best = sum;
        at = j;
      } else if (sum > second) second = sum;
    }
    const rivals = sums.filter(([sum, j]) => j !== at && sum > best - 0.25).sort(([a], [b]) => b - a).slice(0, 5).map(([, j]) => j);
    if (at < 0) return { at, similarity: 0, margin: best - second, rivals, height: this.height, width, paired: false, adjoining: false, sameName: false };
    return { at, similarity: this.likeness((this.before[i] ?? '').trim(), (this.after[at] ?? '').trim()), margin: best - second, rivals, ...this.placeOf(i, at), sameName: this.shareName(i, at) };
  }

  private likeness(left: string, right: string): number {
    if (left === right) return 1;
    return this.letters ? this.similarity.compareLetters(left, right) : this.similarity.compare(left, right);
  }

  private shareName(i: number, j: number): boolean {
    return this.names[i] !== undefined && this.names[i] === this.namesAfter[j];
  }

  /** The gap that a pair lies in, between the nearest statements that the best alignment keeps unchanged. */
  private placeOf(i: number, j: number): { height: number; width: number; paired: boolean; adjoining: boolean } {
    const path = this.bestPath();
    const isAnchor = (k: number): boolean => {
      const other = path[k] ?? -1;
      const text = (this.before[k] ?? '').trim();
      return other >= 0 && text === (this.after[other] ?? '').trim() && lineWeight(text) >= 0.5;
    };
    let from = i - 1;
    while (from >= 0 && !isAnchor(from)) from--;
    let to = i + 1;
    while (to < this.height && !isAnchor(to)) to++;
    const fromAfter = from < 0 ? -1 : (path[from] ?? -1);
    const toAfter = to >= this.height ? this.width : (path[to] ?? this.width);
    const blank = (lines: string[], start: number, end: number): number => lines.slice(start, end).filter((line) => line.trim() === '').length;
    const above = i - from - blank(this.before, from + 1, i) === j - fromAfter - blank(this.after, fromAfter + 1, j);
    const below = to - i - blank(this.before, i + 1, to) === toAfter - j - blank(this.after, j + 1, toAfter);
    return {
      height: to - from - 1 - blank(this.before, from + 1, to),
      width: toAfter - fromAfter - 1 - blank(this.after, fromAfter + 1, toAfter),
      paired: above && below,
      adjoining: (above && i - from - blank(this.before, from + 1, i) === 1) || (below && to - i - blank(this.before, i + 1, to) === 1),
    };
  }

  private bestPath(): Int32Array {
    if (this.path) return this.path;
    const path = (this.path = new Int32Array(this.height).fill(-1));
    const { width, endMatch, endGap, scores } = this;
    let i = this.height;
    let j = width;
    const last = i * (width + 1) + j;
    let matching = (endMatch[last] ?? NEVER) + (this.restMatch[last] ?? 0) >= (endGap[last] ?? NEVER);
    while (i > 0 && j > 0) {
      const cell = i * (width + 1) + j;
      if (matching) {
        path[i - 1] = j - 1;
        const diagonal = cell - width - 2;
        matching = (endMatch[diagonal] ?? NEVER) + NEIGHBOURS >= (endGap[diagonal] ?? NEVER) && (scores[(i - 1) * width + j - 1] ?? NEVER) > NEVER;
        i--;
        j--;
        continue;
      }
      const gap = endGap[cell] ?? NEVER;
      const up = cell - width - 1;
      const left = cell - 1;
      if ((endMatch[up] ?? NEVER) === gap) [i, matching] = [i - 1, true];
      else if ((endMatch[left] ?? NEVER) === gap) [j, matching] = [j - 1, true];
      else if ((endGap[up] ?? NEVER) === gap) i--;
      else j--;
    }
    return path;
  }

  private score(i: number, j: number): number {
    const a = this.before[i] ?? '';
    const b = this.after[j] ?? '';
    const left = a.trim();
    const right = b.trim();
    if (left === right) {
      const weight = lineWeight(left);
      const indented = a.trimEnd() === b.trimEnd() ? 0.05 : 0;
      return (left === '' ? 0.02 : isWeakLine(left) ? 0.15 : 0.5 + Math.min(1, weight) / 2) + indented;
    }
    if (left === '' || right === '') return NEVER;
    const weakLeft = isWeakLine(left);
    const weakRight = isWeakLine(right);
    if (weakLeft !== weakRight && (lineWeight(left) <= 0.1 || lineWeight(right) <= 0.1)) return NEVER;
    const named = this.shareName(i, j);
    if (!this.letters && !named && this.similarity.atMost(left, right) <= ALIKE) return NEVER;
    const likeness = this.likeness(left, right);
    const alike = named ? Math.max(likeness, 0.6 + 0.4 * likeness) : likeness;
    if (alike <= ALIKE) return NEVER;
    const scale = weakLeft || weakRight ? 0.15 : 0.95 * Math.min(1, 0.4 + Math.min(lineWeight(left), lineWeight(right)));
    return scale * ((alike - ALIKE) / (1 - ALIKE));
  }

  private fillEnds(closed: boolean): void {
    const { width, height, scores, endMatch, endGap } = this;
    for (let i = 0; i <= height; i++) {
      for (let j = 0; j <= width; j++) {
        const cell = i * (width + 1) + j;
        if (i === 0 && j === 0) {
          (closed ? endMatch : endGap)[cell] = 0;
          continue;
        }
        let gap = NEVER;
        if (i > 0) gap = Math.max(gap, endMatch[cell - width - 1] ?? NEVER, endGap[cell - width - 1] ?? NEVER);
        if (j > 0) gap = Math.max(gap, endMatch[cell - 1] ?? NEVER, endGap[cell - 1] ?? NEVER);
        endGap[cell] = gap;
        if (i > 0 && j > 0) {
          const score = scores[(i - 1) * width + j - 1] ?? NEVER;
          const diagonal = cell - width - 2;
          if (score > NEVER) endMatch[cell] = score + Math.max((endMatch[diagonal] ?? NEVER) + NEIGHBOURS, endGap[diagonal] ?? NEVER);
        }
      }
    }
  }

  private fillRests(closed: boolean): void {
    const { width, height, scores, restMatch, restGap } = this;
    for (let i = height; i >= 0; i--) {
      for (let j = width; j >= 0; j--) {
        const cell = i * (width + 1) + j;
        if (i === height && j === width) {
          restMatch[cell] = closed ? NEIGHBOURS : 0;
          restGap[cell] = 0;
          continue;
        }
        let skip = NEVER;
        if (i < height) skip = Math.max(skip, restGap[cell + width + 1] ?? NEVER);
        if (j < width) skip = Math.max(skip, restGap[cell + 1] ?? NEVER);
        let next = NEVER;
        if (i < height && j < width) {
          const score = scores[i * width + j] ?? NEVER;
          if (score > NEVER) next = score + (restMatch[cell + width + 2] ?? NEVER);
        }
        restGap[cell] = Math.max(skip, next);
        restMatch[cell] = Math.max(skip, next + NEIGHBOURS);
      }
    }
  }

  private without(i: number): number {
    const { width, endMatch, endGap, restGap } = this;
    let best = NEVER;
    for (let j = 0; j <= width; j++) {
      const cell = i * (width + 1) + j;
      best = Math.max(best, Math.max(endMatch[cell] ?? NEVER, endGap[cell] ?? NEVER) + (restGap[cell + width + 1] ?? NEVER));
    }
    return best;
  }
}

/** The name that each line declares or sets, where no other line of the block has it. */
function uniqueNames(lines: string[]): (string | undefined)[] {
  const names = lines.map(nameOf);
  const counts = new Map<string, number>();
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return names.map((name) => (name !== undefined && counts.get(name) === 1 ? name : undefined));
}
