import type { CodeLink } from '../session.js';
import type { FoundLine, LineQuery } from './findLine.js';
import { lineWeight, statesLine } from './lineText.js';

/**
 * The one place where a line stands between the lines that a draft kept around its link: then that line is what the linked one
 * became. All of the kept lines must be there, on both sides, say enough, and be there only once.
 * @param lines the file's
 * @returns 1-based; undefined if there is no such place, or several
 */
export function lineBetween(lines: readonly string[], { before = [], after = [] }: LineQuery): number | undefined {
  const weigh = (kept: readonly string[]): number => kept.reduce((sum, line) => sum + lineWeight(line), 0);
  if (before.length === 0 || after.length === 0 || weigh(before) < 0.5 || weigh(after) < 0.5 || weigh(before) + weigh(after) < 1.5) return undefined;
  let found: number | undefined;
  for (let at = before.length; at + after.length < lines.length; at++) {
    if (!before.every((line, k) => statesLine(line, lines[at - before.length + k] ?? '')) || !after.every((line, k) => statesLine(line, lines[at + 1 + k] ?? ''))) continue;
    if (found !== undefined || (lines[at] ?? '').trim() === '') return undefined;
    found = at;
  }
  return found === undefined ? undefined : found + 1;
}

/**
 * A draft's links with the places where their lines are now: of those only whose line was found unchanged elsewhere. One that was
 * edited, or could be several, stays as it was captured until a person has seen it.
 * @param found what became of a link's line, its file as the link calls it; undefined while that is not known
 * @returns `links` itself if none of them is elsewhere
 */
export function presentLinks(links: readonly CodeLink[], found: (link: CodeLink) => FoundLine | undefined): readonly CodeLink[] {
  let moved = false;
  const present = links.map((link) => {
    const now = found(link);
    if (now?.status !== 'moved' || now.file === undefined || now.line === undefined) return link;
    moved = true;
    return { ...link, path: now.file, line: now.line };
  });
  return moved ? present : links;
}
