import { HunkAlignment } from './hunkAlignment.js';
import { isWeakLine, lineWeight } from './lineText.js';
import type { TextAlignment } from './textAlignment.js';

/** A file that the same change wrote: its newer lines, and which of them it added (all of them for a new file). */
export interface ReceivingFile {
  path: string;
  lines: string[];
  isNew(line: number): boolean;
}

/** Where a removed line turned up. */
export interface MovedTo {
  path: string;
  /** 0-based */
  at: number;
  similarity: number;
  /** what the lines that moved with it say together, itself included */
  support: number;
  /** the same for the next best place, 0 if there is none */
  rival: number;
  /** the next best place, if there is one */
  other?: { path: string; at: number };
}

/** How many edited lines a moved block may hold between two lines that moved unchanged. */
const LARGEST_EDIT = 8;
const LONGEST_BLOCK = 60;
/** Of a line that arrived at more places than this, none is the one. */
const MOST_PLACES = 300;

/**
 * Looks for a removed line among the lines that the same change added: a block of lines around it that went together,
 * or the line alone. Says what supports the place and what the next best one has; to accept is the caller's to decide.
 * @param line 0-based in the older text of `alignment`
 * @param files the file itself (as it is now) first, then the other files of the change
 */
export function findMoved(alignment: TextAlignment, line: number, files: ReceivingFile[]): MovedTo | undefined {
  const before = alignment.before;
  const isGone = (k: number): boolean => k >= 0 && k < before.length && !alignment.isKept(k);
  if (!isGone(line)) return undefined;
  const places: MovedTo[] = [];
  const text = (before[line] ?? '').trim();
  for (const file of files) {
    const index = indexOf(file);
    for (const at of index.get(text) ?? []) {
      if (places.length < MOST_PLACES) places.push({ path: file.path, at, similarity: 1, support: blockAround(before, line, file, at, isGone), rival: 0 });
    }
  }
  const best = strongest(places);
  return best ? contested(alignment, line, best, files, isGone) : betweenMoved(alignment, line, files, isGone);
}

/** Several equal lines left and one arrived: whose it is, its neighbours must tell. */
function contested(alignment: TextAlignment, line: number, place: MovedTo, files: ReceivingFile[], isGone: (k: number) => boolean): MovedTo {
  const file = files.find(({ path }) => path === place.path);
  const text = (alignment.before[line] ?? '').trim();
  let rival = place.rival;
  if (file) {
    for (const [k, other] of alignment.before.entries()) {
      if (k !== line && isGone(k) && other.trim() === text) rival = Math.max(rival, blockAround(alignment.before, k, file, place.at, isGone));
    }
  }
  return { ...place, rival };
}

/** Sums what the equal lines say that left together and arrived together around one pair of lines; blank lines may differ. */
function blockAround(before: string[], line: number, file: ReceivingFile, at: number, isGone: (k: number) => boolean): number {
  let sum = lineWeight(before[line] ?? '');
  // A brace is only where its own neighbours went: an edited line next to it may belong to another brace.
  const tolerated = isWeakLine(before[line] ?? '') ? 0 : 2;
  for (const step of [-1, 1]) {
    let i = line;
    let j = at;
    let edits = 0;
    for (let taken = 0; taken < LONGEST_BLOCK; taken++) {
      i += step;
      j += step;
      while (isGone(i) && (before[i] ?? '').trim() === '' && (file.lines[j] ?? '').trim() !== '') i += step;
      while (file.isNew(j) && j >= 0 && j < file.lines.length && (file.lines[j] ?? '').trim() === '' && (before[i] ?? '').trim() !== '') j += step;
      if (!isGone(i) || j < 0 || j >= file.lines.length || !file.isNew(j)) break;
      if ((before[i] ?? '').trim() === (file.lines[j] ?? '').trim()) sum += lineWeight(before[i] ?? '') * 0.8 ** edits;
      else if (++edits > tolerated) break;
    }
  }
  return sum;
}

function strongest(places: MovedTo[]): MovedTo | undefined {
  places.sort((a, b) => b.support - a.support);
  const [best, next] = places;
  if (!best) return undefined;
  return next ? { ...best, rival: next.support, other: { path: next.path, at: next.at } } : best;
}

/** A line that was edited while its block moved: aligned between the nearest lines above and below that moved unchanged. */
function betweenMoved(alignment: TextAlignment, line: number, files: ReceivingFile[], isGone: (k: number) => boolean): MovedTo | undefined {
  const above = nearestMoved(alignment, line, -1, files, isGone);
  if (!above) return undefined;
  const below = nearestMoved(alignment, line, 1, files, isGone);
  if (!below || above.place.path !== below.place.path || below.place.at <= above.place.at || below.place.at - above.place.at > 2 * LARGEST_EDIT) return undefined;
  const file = files.find(({ path }) => path === above.place.path);
  if (!file) return undefined;
  const table = new HunkAlignment(alignment.before.slice(above.line + 1, below.line), file.lines.slice(above.place.at + 1, below.place.at), alignment.similarity);
  const partner = table.partnerOf(line - above.line - 1);
  if (partner.at < 0 || partner.margin < 0.1) return undefined;
  return { path: file.path, at: above.place.at + 1 + partner.at, similarity: partner.similarity, support: above.place.support, rival: Math.max(above.place.rival, below.place.rival) };
}

function nearestMoved(alignment: TextAlignment, line: number, step: number, files: ReceivingFile[], isGone: (k: number) => boolean): { line: number; place: MovedTo } | undefined {
  for (let k = line + step; Math.abs(k - line) <= LARGEST_EDIT && isGone(k); k += step) {
    if (isWeakLine(alignment.before[k] ?? '')) continue;
    const places: MovedTo[] = [];
    for (const file of files) for (const at of indexOf(file).get((alignment.before[k] ?? '').trim()) ?? []) if (places.length < MOST_PLACES) places.push({ path: file.path, at, similarity: 1, support: blockAround(alignment.before, k, file, at, isGone), rival: 0 });
    const best = strongest(places);
    if (best && best.support >= 2.5 && best.support > best.rival * 1.4) return { line: k, place: best };
  }
  return undefined;
}

const indices = new WeakMap<ReceivingFile, Map<string, number[]>>();

function indexOf(file: ReceivingFile): Map<string, number[]> {
  let index = indices.get(file);
  if (!index) {
    index = new Map();
    for (let at = 0; at < file.lines.length; at++) {
      if (!file.isNew(at)) continue;
      const text = (file.lines[at] ?? '').trim();
      const places = index.get(text);
      if (places) places.push(at);
      else index.set(text, [at]);
    }
    indices.set(file, index);
  }
  return index;
}
