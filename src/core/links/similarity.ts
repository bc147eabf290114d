/** A line as the parts that edits change one at a time: words split at case and digits, and single marks. */
interface Parts {
  ids: Int32Array;
  weights: Float64Array;
  total: number;
  /** part id → summed weight, to bound the similarity of two lines cheaply */
  bag: Map<number, number>;
}

const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{N}]/gu;
const LONGEST = 240;
const LITERAL = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;

/**
 * Compares lines by their parts. One instance serves one search: it remembers the parts of the lines it has seen.
 * Pure; results are symmetric and lie in 0…1, 1 only for lines with the same parts in the same order.
 */
export class LineSimilarity {
  private readonly ids = new Map<string, number>();
  private readonly partWeights: number[] = [];
  private readonly parts = new Map<string, Parts>();
  private readonly pairs = new Map<string, Map<number, number>>();

  /**
   * Weighted share of the parts that both lines have in the same order, as the Dice coefficient, with a fifth of it asking
   * only how much of the shorter line is left in the longer one (a line that grew is still that line).
   */
  compare(a: string, b: string): number {
    if (a === b) return 1;
    const left = this.partsOf(a);
    const right = this.partsOf(b);
    if (left.total === 0 || right.total === 0) return 0;
    const common = commonWeight(left, right);
    return blend(common, left.total, right.total);
  }

  /**
   * As {@link compare}, or the share of the pairs of neighbouring letters that both have, if that is more: it sees that
   * `Hotkeys` became `HotkeyListener`. Dearer, and kinder to chance, so for few lines only.
   */
  compareLetters(a: string, b: string): number {
    const parts = Math.max(this.compare(a, b), this.compareAroundLiterals(a, b));
    if (parts >= 0.75 || a.length > 400 || b.length > 400) return parts;
    const left = this.pairsOf(a);
    const right = this.pairsOf(b);
    let common = 0;
    let total = 0;
    for (const [pair, count] of left) {
      total += count;
      common += Math.min(count, right.get(pair) ?? 0);
    }
    for (const count of right.values()) total += count;
    return total === 0 ? parts : Math.max(parts, 0.92 * ((2 * common) / total));
  }

  /** Two lines of code whose literals were exchanged are alike by the code around them, if there is enough of it. */
  private compareAroundLiterals(a: string, b: string): number {
    const left = a.replace(LITERAL, '"');
    const right = b.replace(LITERAL, '"');
    if (left === a && right === b) return 0;
    const enough = Math.min(this.wordWeight(left), this.wordWeight(right));
    return enough < 2 ? 0 : 0.85 * this.compare(left, right);
  }

  private wordWeight(line: string): number {
    let sum = 0;
    for (const weight of this.partsOf(line).weights) if (weight >= 0.7) sum += weight;
    return sum;
  }

  private pairsOf(line: string): Map<number, number> {
    let pairs = this.pairs.get(line);
    if (!pairs) {
      pairs = new Map();
      const text = line.replace(/\s+/g, '');
      for (let k = 0; k + 1 < text.length; k++) {
        const pair = text.charCodeAt(k) * 65536 + text.charCodeAt(k + 1);
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      }
      this.pairs.set(line, pairs);
    }
    return pairs;
  }

  /** An upper bound of {@link compare} that ignores order: cheap enough to ask of every pair in a block. */
  atMost(a: string, b: string): number {
    if (a === b) return 1;
    const left = this.partsOf(a);
    const right = this.partsOf(b);
    if (left.total === 0 || right.total === 0) return 0;
    const [small, large] = left.bag.size < right.bag.size ? [left.bag, right.bag] : [right.bag, left.bag];
    let common = 0;
    for (const [id, weight] of small) {
      const other = large.get(id);
      if (other !== undefined) common += Math.min(weight, other);
    }
    return blend(common, left.total, right.total);
  }

  private partsOf(line: string): Parts {
    const known = this.parts.get(line);
    if (known) return known;
    const words = (line.length > 2000 ? line.slice(0, 2000) : line).match(PART) ?? [];
    const length = Math.min(words.length, LONGEST);
    const parts: Parts = { ids: new Int32Array(length), weights: new Float64Array(length), total: 0, bag: new Map() };
    for (let k = 0; k < length; k++) {
      const id = this.idOf(words[k] ?? '');
      const weight = this.partWeights[id] ?? 0;
      parts.ids[k] = id;
      parts.weights[k] = weight;
      parts.total += weight;
      parts.bag.set(id, (parts.bag.get(id) ?? 0) + weight);
    }
    this.parts.set(line, parts);
    return parts;
  }

  private idOf(word: string): number {
    const key = word.toLowerCase();
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.ids.size;
    this.ids.set(key, id);
    this.partWeights.push(partWeight(key));
    return id;
  }
}

/** Quotes are exchanged and brackets added by formatters; words carry the meaning, long ones more than short ones. */
function partWeight(part: string): number {
  if (/[\p{L}]/u.test(part)) return 0.7 + Math.min(part.length, 8) * 0.1;
  if (/\p{N}/u.test(part)) return 0.8;
  return /['"`,;()[\]{}<>]/.test(part) ? 0.15 : 0.25;
}

function blend(common: number, left: number, right: number): number {
  const dice = (2 * common) / (left + right);
  const kept = common / Math.max(1.5, Math.min(left, right));
  return Math.min(0.999, 0.8 * dice + 0.2 * Math.min(1, kept));
}

/** The heaviest common subsequence of two lines' parts. */
function commonWeight(left: Parts, right: Parts): number {
  const width = right.ids.length;
  let above = new Float64Array(width + 1);
  let row = new Float64Array(width + 1);
  for (let i = 0; i < left.ids.length; i++) {
    const id = left.ids[i];
    const weight = left.weights[i] ?? 0;
    for (let j = 0; j < width; j++) {
      const skip = Math.max(above[j + 1] ?? 0, row[j] ?? 0);
      row[j + 1] = id === right.ids[j] ? Math.max(skip, (above[j] ?? 0) + weight) : skip;
    }
    [above, row] = [row, above];
  }
  return above[width] ?? 0;
}
