import { categoryHeadings, categoryIds, type CategoryId } from '../checklist.js';
import type { Outline } from './outline.js';
import { sectionHeadingPattern } from './sectionHeading.js';

/** The entries of one category in a section of ours: everything under its heading. */
export interface CategoryPart {
  readonly category: CategoryId;
  /** Where the heading's line begins. */
  readonly start: number;
  /** Behind the heading's line. */
  readonly bodyStart: number;
  /** Where the next heading of its depth or above begins, or the document's blocks end. */
  readonly end: number;
}

/** A section of ours: `## Session: <date>` and what stands under it. */
export interface Section {
  readonly date: string;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  /** Where its first sub-heading of any kind begins, or its end. */
  readonly introEnd: number;
  /** In the order of the document. */
  readonly parts: readonly CategoryPart[];
}

const categoryOf = (text: string): CategoryId | undefined => categoryIds.find((id) => categoryHeadings[id] === text);

/** All sections of ours in a document, in its order. */
export function sectionsOf(outline: Outline): Section[] {
  const headings = outline.headings.filter(({ start }) => start < outline.end);
  return headings.flatMap((heading, index) => {
    const date = heading.depth === 2 ? sectionHeadingPattern.exec(heading.text)?.[1] : undefined;
    if (date === undefined) return [];
    const rest = headings.slice(index + 1);
    const next = rest.findIndex(({ depth }) => depth <= 2);
    const inside = next < 0 ? rest : rest.slice(0, next);
    const end = rest[next]?.start ?? outline.end;
    const parts = inside.flatMap((sub, at) => {
      const category = sub.depth === 3 ? categoryOf(sub.text) : undefined;
      if (!category) return [];
      return [{ category, start: sub.start, bodyStart: sub.end, end: inside.slice(at + 1).find(({ depth }) => depth <= 3)?.start ?? end }];
    });
    return [{ date, start: heading.start, bodyStart: heading.end, end, introEnd: inside.find(({ depth }) => depth <= 3)?.start ?? end, parts }];
  });
}
