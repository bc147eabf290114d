import type { HunkPartner } from './hunkAlignment.js';
import { isWeakLine, lineWeight } from './lineText.js';
import { findMoved, type ReceivingFile } from './movedBlocks.js';
import { followReflow } from './reflow.js';
import type { TextAlignment } from './textAlignment.js';

/** A place in a file, 0-based. */
export interface Place {
  path: string;
  line: number;
}

/** What one change did to one line. */
export type Followed =
  | { kind: 'at'; path: string; line: number; /** 0…1, 1 if only white space around it changed */ similarity: number; how: 'unchanged' | 'edited' | 'reflowed' | 'moved'; /** false: only weak evidence */ firm: boolean }
  | { kind: 'unsure'; candidates: Place[] }
  | { kind: 'gone' };

/**
 * The least likeness of an edited line. The plainer the place says that one line took the other's place, the less it must be
 * alike; the more lines there are to be alike by chance, the more.
 */
function leastLikeness({ height, width, paired, adjoining, sameName }: HunkPartner): number {
  const square = paired && height === width;
  if (sameName) return square ? 0.1 : 0.3;
  if (square) return Math.min(0.56, 0.46 + 0.04 * height);
  const free = Math.min(0.85, 0.6 + 0.03 * Math.log2(height * width));
  return adjoining ? Math.min(free, 0.5 + 0.01 * height * width) : free;
}

const IMPORT = /^\s*(?:import|from|using|use|#\s*include|require|@import|@use|export\s.*\sfrom)\b/;

/** An import of something else is another import, however alike their paths are. */
function importsAnother(before: string, after: string): boolean {
  if (!IMPORT.test(before) || !IMPORT.test(after)) return false;
  const last = (line: string): string | undefined => line.match(/[\p{L}\p{N}_$*]+/gu)?.at(-1)?.toLowerCase();
  return last(before) !== last(after);
}

/** Below this a replaced line is plainly another line. */
const UNLIKE = 0.4;
/** What a choice must be ahead of the next best one. */
const CLEAR = 0.06;
/** The same where as many lines did not come as went: the choice is between more of them. */
const CLEAR_OF_MORE = 0.1;

/**
 * Follows a line within its file through one change, by order and likeness.
 * @param line 0-based in the older text
 * @param path the file's path after the change
 */
export function followInFile(alignment: TextAlignment, line: number, path: string): Followed {
  const { before, after } = alignment;
  const partner = alignment.partnerOf(line);
  if (partner.kind === 'kept') return { kind: 'at', path, line: partner.at, similarity: 1, how: 'unchanged', firm: partner.support >= 1 };
  if (partner.kind === 'removed') return { kind: 'gone' };
  const { hunk, partner: found } = partner;
  const text = before[line] ?? '';
  const weak = isWeakLine(text);
  if (found.at >= 0 && found.similarity === 1) {
    if (found.margin >= (weak ? 0.04 : CLEAR)) return { kind: 'at', path, line: found.at, similarity: 1, how: 'unchanged', firm: !weak };
    return { kind: 'unsure', candidates: [found.at, ...found.rivals].map((at) => ({ path, line: at })) };
  }
  if (!weak && (found.at < 0 || found.similarity < 0.8)) {
    const reflowed = followReflow(before.slice(hunk.from, hunk.to), after.slice(hunk.fromAfter, hunk.toAfter), line - hunk.from);
    if (reflowed) return { kind: 'at', path, line: hunk.fromAfter + reflowed.at, similarity: reflowed.covered, how: 'reflowed', firm: true };
  }
  if (found.at < 0) return { kind: 'gone' };
  const least = !found.sameName && importsAnother(text, after[found.at] ?? '') ? 0.8 : leastLikeness(found);
  if (found.similarity >= least && found.margin >= (found.paired || found.sameName ? CLEAR : CLEAR_OF_MORE)) return { kind: 'at', path, line: found.at, similarity: found.similarity, how: 'edited', firm: found.similarity >= 0.6 };
  if (found.similarity < UNLIKE) return { kind: 'gone' };
  return { kind: 'unsure', candidates: [found.at, ...found.rivals].map((at) => ({ path, line: at })) };
}

/** Whether the file itself already answers so plainly that looking for a moved block could change nothing. */
export function isPlain(followed: Followed): boolean {
  return followed.kind === 'at' && followed.firm && followed.similarity >= 0.85;
}

/**
 * Weighs what the file itself says of a line against the places that the change moved blocks to.
 * @param files the file as it is now (if it still is) first, then other files of the change
 * @param path the file's path after the change, undefined if it was removed
 * @param far whether the change spans many commits: then other files have had time to grow lines that are merely alike
 */
export function followMoved(alignment: TextAlignment, line: number, inFile: Followed, files: ReceivingFile[], path: string | undefined, far = false): Followed {
  const moved = findMoved(alignment, line, files);
  if (!moved) return inFile;
  const text = alignment.before[line] ?? '';
  const here = moved.path === path;
  const own = lineWeight(text);
  const together = moved.support - own;
  const place: Followed = { kind: 'at', path: moved.path, line: moved.at, similarity: moved.similarity, how: 'moved', firm: moved.support >= 3 };
  if (inFile.kind === 'at') {
    // A line that stayed alike in place went nowhere, unless the whole block around it plainly did.
    if (inFile.path === moved.path && inFile.line === moved.at) return inFile;
    if (inFile.similarity >= 0.85 && inFile.firm) return inFile;
    return moved.similarity === 1 && together >= 2.5 && moved.support > moved.rival * 1.5 ? place : inFile;
  }
  // What moved and was edited on the way must still be plainly the same line; more so in another file.
  if (moved.similarity < (here ? 0.7 : 0.8)) return inFile;
  const clear = moved.support > moved.rival * 1.4 + 0.3;
  const needed = here ? 2 : far ? 9 : 4;
  const enough = moved.support >= needed && (here || together >= 1.5);
  // One line alone is enough within its file if it says something and there is only one such line, before and now.
  const alone = here && own >= 0.9 && moved.rival === 0 && moved.similarity === 1 && occursOnce(alignment.before, text) && occursOnce(files[0]?.lines ?? [], text);
  if (clear && (enough || alone)) return place;
  if (inFile.kind === 'unsure') return inFile;
  if (!clear && moved.other && moved.support >= needed) return { kind: 'unsure', candidates: [{ path: moved.path, line: moved.at }, { path: moved.other.path, line: moved.other.at }] };
  return inFile;
}

/** Whether exactly one line of `lines` has the text of `line`, white space around it apart. */
export function occursOnce(lines: string[], line: string): boolean {
  const text = line.trim();
  let count = 0;
  for (const other of lines) if (other.trim() === text && ++count > 1) return false;
  return count === 1;
}
