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
}

/** Lines this alike could be one line edited; below it, one was removed and another written. */
const ALIKE = 0.36;
/** Two lines that follow each other on both sides are likelier the same two lines. */
const NEIGHBOURS = 0.07;
const NEVER = -1e9;

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

  /**
   * @param before the lines of the older block, `after` those of the newer one; their product should stay below some
   *   hundred thousand (time and memory are in proportion to it)
   * @param closed whether unchanged lines stand directly before and after both blocks
   */
  constructor(private readonly before: string[], private readonly after: string[], private readonly similarity: LineSimilarity, closed = true) {
    const height = (this.height = before.length);
    const width = (this.width = after.length);
    this.scores = new Float32Array(height * width);
    for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) this.scores[i * width + j] = this.score(before[i] ?? '', after[j] ?? '');
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
    return { at, similarity: at < 0 ? 0 : this.likeness(this.before[i] ?? '', this.after[at] ?? ''), margin: best - second, rivals };
  }

  private likeness(a: string, b: string): number {
    const left = a.trim();
    const right = b.trim();
    return left === right ? 1 : this.similarity.compare(left, right);
  }

  private score(a: string, b: string): number {
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
    if (weakLeft !== weakRight && (lineWeight(left) <= 0.2 || lineWeight(right) <= 0.2)) return NEVER;
    if (this.similarity.atMost(left, right) <= ALIKE) return NEVER;
    const alike = this.similarity.compare(left, right);
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
