import { HunkAlignment, type HunkPartner } from './hunkAlignment.js';
import { matchInOrder } from './lineDiff.js';
import { isWeakLine, lineWeight } from './lineText.js';
import { LineSimilarity } from './similarity.js';
import { bestStart } from './slide.js';

/** A replaced block: lines `from`…`to` (exclusive, 0-based) of the older text and of the newer one. */
export interface Hunk {
  from: number;
  to: number;
  fromAfter: number;
  toAfter: number;
}

/** What became of one line, by the order of the lines alone (moved blocks are not looked for). */
export type Partner =
  | { kind: 'kept'; at: number; /** what the unchanged lines around it, itself included, say together ({@link lineWeight}) */ support: number }
  | { kind: 'replaced'; hunk: Hunk; partner: HunkPartner }
  | { kind: 'removed'; hunk: Hunk };

/** The most cells of a block's table; a larger block is narrowed first, and left unaligned where that does not help. */
const MOST_CELLS = 240_000;
/** An unchanged stretch inside a rewritten block that says less than this is a coincidence of braces and blank lines. */
const COINCIDENCE = 0.5;

/** Two texts compared: unchanged stretches, and the blocks between them, aligned when first asked for. */
export class TextAlignment {
  readonly hunks: Hunk[];
  private readonly match: Int32Array;
  private readonly aligned = new Map<Hunk, HunkAlignment | undefined>();
  private readonly keptAfter: Uint8Array;

  constructor(readonly before: string[], readonly after: string[], readonly similarity = new LineSimilarity()) {
    const ids = new Map<string, number>();
    const idsOf = (lines: string[], key: (line: string) => string): Int32Array => {
      const out = new Int32Array(lines.length);
      lines.forEach((line, index) => {
        const text = key(line);
        let id = ids.get(text);
        if (id === undefined) ids.set(text, (id = ids.size));
        out[index] = id;
      });
      return out;
    };
    const exact = (line: string): string => line.trimEnd();
    const idsBefore = idsOf(before, exact);
    const idsAfter = idsOf(after, exact);
    this.match = matchInOrder(idsBefore, idsAfter);
    slideBlocks(this.match, before, idsBefore, after, idsAfter);
    // Stretches where only white space changed (a re-indented file) are too large to align line by line: compare them trimmed.
    const trimmed = (line: string): string => line.trim();
    for (const hunk of gapsOf(this.match, before.length, after.length)) {
      if ((hunk.to - hunk.from) * (hunk.toAfter - hunk.fromAfter) < MOST_CELLS / 4) continue;
      const inner = matchInOrder(idsOf(before.slice(hunk.from, hunk.to), trimmed), idsOf(after.slice(hunk.fromAfter, hunk.toAfter), trimmed));
      inner.forEach((j, i) => {
        if (j >= 0) this.match[hunk.from + i] = hunk.fromAfter + j;
      });
    }
    this.hunks = this.dissolveCoincidences(gapsOf(this.match, before.length, after.length));
    this.keptAfter = new Uint8Array(after.length);
    this.match.forEach((j) => {
      if (j >= 0) this.keptAfter[j] = 1;
    });
  }

  /** What became of the older text's line (0-based). */
  partnerOf(line: number): Partner {
    const at = this.match[line] ?? -1;
    if (at >= 0) return { kind: 'kept', at, support: this.support(line) };
    const hunk = this.hunkOf(line) ?? { from: line, to: line + 1, fromAfter: 0, toAfter: 0 };
    const table = this.tableOf(hunk);
    if (!table) return { kind: 'removed', hunk };
    const partner = table.partnerOf(line - hunk.from);
    return { kind: 'replaced', hunk, partner: { ...partner, at: partner.at < 0 ? -1 : hunk.fromAfter + partner.at, rivals: partner.rivals.map((j) => hunk.fromAfter + j) } };
  }

  /** Whether the older text's line stands in an unchanged stretch. */
  isKept(line: number): boolean {
    return (this.match[line] ?? -1) >= 0;
  }

  /** Whether the newer text's line stands in an unchanged stretch; else it was inserted or edited. */
  isKeptAfter(line: number): boolean {
    return this.keptAfter[line] === 1;
  }

  /** The newer index of an unchanged line, or -1. */
  keptAt(line: number): number {
    return this.match[line] ?? -1;
  }

  hunkOf(line: number): Hunk | undefined {
    return this.hunks.find(({ from, to }) => line >= from && line < to);
  }

  private tableOf(hunk: Hunk): HunkAlignment | undefined {
    if (!this.aligned.has(hunk)) {
      const height = hunk.to - hunk.from;
      const width = hunk.toAfter - hunk.fromAfter;
      const fits = width > 0 && height * width <= MOST_CELLS;
      this.aligned.set(hunk, fits ? new HunkAlignment(this.before.slice(hunk.from, hunk.to), this.after.slice(hunk.fromAfter, hunk.toAfter), this.similarity) : undefined);
    }
    return this.aligned.get(hunk);
  }

  private support(line: number): number {
    let sum = lineWeight(this.before[line] ?? '');
    for (const step of [-1, 1]) {
      for (let k = line + step; sum < 6 && k >= 0 && k < this.before.length && (this.match[k] ?? -1) === (this.match[line] ?? 0) + k - line; k += step) sum += lineWeight(this.before[k] ?? '');
    }
    return sum;
  }

  /** Joins hunks over unchanged stretches that say next to nothing, where lines went and came around them. */
  private dissolveCoincidences(hunks: Hunk[]): Hunk[] {
    const joined: Hunk[] = [];
    for (const hunk of hunks) {
      const last = joined.at(-1);
      if (last && this.isCoincidence(last, hunk)) {
        for (let k = last.to; k < hunk.from; k++) this.match[k] = -1;
        last.to = hunk.to;
        last.toAfter = hunk.toAfter;
      } else joined.push({ ...hunk });
    }
    return joined;
  }

  private isCoincidence(last: Hunk, next: Hunk): boolean {
    const removed = next.to - next.from + last.to - last.from;
    const added = next.toAfter - next.fromAfter + last.toAfter - last.fromAfter;
    if (removed === 0 || added === 0 || next.from - last.to > 6) return false;
    if ((next.to - last.from) * (next.toAfter - last.fromAfter) > MOST_CELLS) return false;
    let sum = 0;
    for (let k = last.to; k < next.from; k++) {
      const line = this.before[k] ?? '';
      if (!isWeakLine(line)) return false;
      sum += lineWeight(line);
    }
    return sum < COINCIDENCE;
  }
}

function gapsOf(match: Int32Array, before: number, after: number): Hunk[] {
  const hunks: Hunk[] = [];
  let from = 0;
  let fromAfter = 0;
  const close = (to: number, toAfter: number): void => {
    if (to > from || toAfter > fromAfter) hunks.push({ from, to, fromAfter, toAfter });
  };
  for (let i = 0; i < before; i++) {
    const j = match[i] ?? -1;
    if (j < 0) continue;
    close(i, j);
    from = i + 1;
    fromAfter = j + 1;
  }
  close(before, after);
  return hunks;
}

/** Draws each block that was only inserted or only removed where a reader would ({@link bestStart}). */
function slideBlocks(match: Int32Array, before: string[], idsBefore: Int32Array, after: string[], idsAfter: Int32Array): void {
  let floor = 0;
  let floorAfter = 0;
  const gaps = gapsOf(match, before.length, after.length);
  gaps.forEach((gap, index) => {
    const next = gaps[index + 1] ?? { from: before.length, fromAfter: after.length };
    if (gap.from === gap.to || gap.fromAfter === gap.toAfter) {
      const removed = gap.from < gap.to;
      const [ids, start, end, first, last] = removed ? [idsBefore, gap.from, gap.to, floor, next.from] : [idsAfter, gap.fromAfter, gap.toAfter, floorAfter, next.fromAfter];
      let lowest = start;
      let highest = start;
      const size = end - start;
      while (lowest > first && ids[lowest - 1] === ids[lowest + size - 1]) lowest--;
      while (highest + size < last && ids[highest] === ids[highest + size]) highest++;
      if (lowest < highest) {
        const best = bestStart(removed ? before : after, start, end, lowest, highest);
        shift(match, gap, best - start, removed);
      }
    }
    floor = gap.to;
    floorAfter = gap.toAfter;
  });
}

/** Moves a gap by `by` lines and pairs the lines that it leaves and enters anew. */
function shift(match: Int32Array, gap: Hunk, by: number, removed: boolean): void {
  if (by === 0) return;
  if (removed) {
    for (let k = 0; k < by; k++) match[gap.from + k] = gap.fromAfter + k;
    for (let k = -1; k >= by; k--) match[gap.to + k] = gap.fromAfter + k;
    for (let k = gap.from + by; k < gap.to + by; k++) match[k] = -1;
  } else {
    for (let k = 0; k < by; k++) match[gap.from + k] = gap.fromAfter + k;
    for (let k = -1; k >= by; k--) match[gap.from + k] = gap.toAfter + k;
  }
  gap.from += by;
  gap.to += by;
  gap.fromAfter += by;
  gap.toAfter += by;
}
