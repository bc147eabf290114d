import { categoryHeadings, categoryIds, type CategoryId } from '../checklist.js';
import { entryKey, keyWithoutLines } from './entryKey.js';
import { isBlank, leadingLines, type Block, type Heading, type ListItem, type Outline } from './outline.js';
import { listItem } from './renderEntry.js';
import { sectionHeading } from './sectionHeading.js';
import { sectionsOf, type CategoryPart, type Section } from './sections.js';
import type { ConflictChoice, TextEdit } from './writePlan.js';

/** An entry on its way into a document. */
export interface EntryToPlace {
  readonly id: string;
  readonly category: CategoryId;
  /** As `renderEntry` gives them; at least one. */
  readonly lines: readonly string[];
  /** The exact text that the last Write left of it in this document. */
  readonly was?: string;
  /** What the person chose when `was` could not be found exactly once. */
  readonly choice?: ConflictChoice;
}

/** What becomes of one document. */
export interface Splice {
  readonly edits: readonly TextEdit[];
  readonly after: string;
  /** Ids of the entries that the edits put there. */
  readonly entries: readonly string[];
  /** 1-based line of the first inserted entry in `after`. */
  readonly line: number;
  /** The exact text of each entry in `after`. */
  readonly written: readonly { readonly entry: string; readonly text: string }[];
  readonly conflicts: readonly { readonly entry: string; readonly occurrences: number }[];
}

interface PlacedItem extends ListItem {
  readonly category: CategoryId | undefined;
  /** Its list has no other item, and another list stands beside it: taking it out would join what it parted. */
  readonly parts: boolean;
}

/** An edit with what it is for, before those of one offset are joined. */
interface Insertion {
  readonly offset: number;
  readonly category: CategoryId;
  readonly entries: readonly EntryToPlace[];
  readonly bullet: string;
  /** No blank line before it: it continues the list that ends there, or a blank line would change what stands there. */
  readonly tight: boolean;
  readonly heading: boolean;
}

/**
 * The line end of the neighbourhood: that of the line before `offset`, else of the line there, else `\n`. After a bare
 * `\r` it is `\r\n`, since a `\n` of ours would join it.
 */
function lineEndingAt(text: string, offset: number): string {
  const before = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1));
  if (offset > 0 && before >= 0) return text[before] === '\r' || text[before - 1] === '\r' ? '\r\n' : '\n';
  const after = /\r\n?|\n/.exec(text.slice(offset, offset + 100_000))?.[0];
  return after === undefined || after === '\n' ? '\n' : '\r\n';
}

/** What parts an insertion from what follows it. A text without final line end stays one. */
function trail(text: string, offset: number, eol: string): string {
  if (offset === text.length) return offset === 0 || /[\r\n]/.test(text.charAt(offset - 1)) ? eol : '';
  const rest = text.slice(offset);
  return isBlank(rest) || /^[ \t]*[\r\n]/.test(rest) ? eol : eol + eol;
}

/** Columns before the next line that is not blank. */
function indentAfter(text: string, offset: number): number {
  // Step by step: one pattern for the lines before it would try a blank line's CR LF in two ways each, which takes for ever.
  const rest = text.slice(offset);
  const at = rest.search(/[^ \t\r\n]/);
  if (at === -1) return 0;
  const before = rest.slice(0, at);
  const indent = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  return indent.includes('\t') ? 4 : indent.length;
}

/** A bullet that begins another list. */
const otherBullet = (bullet: string): string => (bullet === '-' ? '*' : '-');

/** Where new items of a part go: into the list that ends it, if that is ours, else into a list of their own. */
function listBehind(blocks: readonly Block[]): { bullet: string; joins: boolean } {
  const list = blocks.at(-1)?.list;
  if (!list) return { bullet: '-', joins: false };
  // Items of ours would be taken into a list of tasks.
  if (list.ordered || list.tasks) return { bullet: otherBullet(list.bullet), joins: false };
  const ours = list.bullet === '-' || (list.bullet === '*' && blocks.at(-2)?.list?.bullet === '-');
  return ours ? { bullet: list.bullet, joins: true } : { bullet: '-', joins: false };
}

/** The items of our sections in one document, read as far as they are needed. */
class StandingItems {
  readonly #items = new Map<Section, readonly PlacedItem[]>();
  readonly #keys = new Map<Section, { exact?: string; anyLine?: string }>();

  constructor(private readonly text: string, private readonly outline: Outline, private readonly sections: readonly Section[]) {}

  /** Items that say the same; with `anyLine`, also when their links' lines differ. The latest section comes first. */
  withKey(key: string, anyLine: boolean): PlacedItem[] {
    const normal = (found: string) => (anyLine ? keyWithoutLines(found) : found);
    const wanted = normal(key);
    return this.sections.toReversed().flatMap((section) =>
      this.#keyOf(section, anyLine).includes(wanted) ? this.#itemsOf(section).filter((item) => normal(entryKey(this.text.slice(item.start, item.end))) === wanted) : []);
  }

  /** Items that begin with exactly this text, whatever its line ends, and where it ends. */
  withText(written: string): { item: PlacedItem; end: number }[] {
    const unix = written.replace(/\r\n?/g, '\n');
    const variants = [...new Set([written, unix, unix.replaceAll('\n', '\r\n')])];
    return this.sections.flatMap((section) => {
      const source = this.text.slice(section.start, section.end);
      if (!variants.some((variant) => source.includes(variant))) return [];
      return this.#itemsOf(section).flatMap((item) => {
        const found = variants.find((variant) => this.text.startsWith(variant, item.start) && /^(?:[\r\n]|$)/.test(this.text.slice(item.start + variant.length, item.start + variant.length + 1)));
        return found === undefined ? [] : [{ item, end: item.start + found.length }];
      });
    });
  }

  #keyOf(section: Section, anyLine: boolean): string {
    const keys = this.#keys.get(section) ?? {};
    this.#keys.set(section, keys);
    keys.exact ??= entryKey(this.text.slice(section.bodyStart, section.end));
    return anyLine ? (keys.anyLine ??= keyWithoutLines(keys.exact)) : keys.exact;
  }

  #itemsOf(section: Section): readonly PlacedItem[] {
    const known = this.#items.get(section);
    if (known) return known;
    const blocks = this.outline.blocks(section.start, section.end);
    const items = blocks.flatMap((block, index) => {
      const part = section.parts.find(({ bodyStart, end }) => block.start >= bodyStart && block.end <= end);
      const parts = block.list?.items.length === 1 && (blocks[index - 1]?.list !== undefined || blocks[index + 1]?.list !== undefined);
      return (block.list?.items ?? []).map((item) => ({ ...item, category: part?.category, parts }));
    });
    this.#items.set(section, items);
    return items;
  }
}

/**
 * Places entries into a document: those that stand there already change nothing, those written before and edited since
 * replace their old text, the others join the last section of the date or begin a new one. No byte outside the edits changes.
 * @param text without BOM
 * @param outline of exactly this text
 * @param removals texts that an earlier Write left here and that no longer belong here; each goes if it stands there exactly once
 */
export function spliceDocument(text: string, outline: Outline, date: string, entries: readonly EntryToPlace[], removals: readonly string[] = []): Splice {
  const sections = sectionsOf(outline);
  const standing = new StandingItems(text, outline, sections);
  const edits: (TextEdit & { first?: number })[] = [];
  const written: { entry: string; text: string }[] = [];
  const conflicts: { entry: string; occurrences: number }[] = [];
  const put: string[] = [];
  const fresh: EntryToPlace[] = [];
  const claimed = new Set<number>();
  const taken = new Set<number>();
  const keys = new Map<EntryToPlace, string>(entries.map((entry) => [entry, entryKey(entry.lines.join('\n'))]));
  const textOf = (item: ListItem) => text.slice(item.start, item.end);

  const remove = (was: string): boolean => {
    const [found, ...others] = standing.withText(was);
    if (!found || others.length > 0 || claimed.has(found.item.start) || taken.has(found.item.start)) return false;
    if (found.end !== found.item.end || found.item.parts) return false;
    const eol = /^(?:\r\n|[\r\n])?/.exec(text.slice(found.end, found.end + 2))?.[0].length ?? 0;
    const offset = found.item.start - indentBefore(text, found.item.start).length;
    taken.add(found.item.start);
    edits.push({ offset, length: found.end + eol - offset, text: '' });
    return true;
  };

  const left: EntryToPlace[] = [];
  const moved: EntryToPlace[] = [];
  for (const entry of entries) {
    const key = keys.get(entry) ?? '';
    const same = standing.withKey(key, false);
    const item = same.find(({ category }) => category === entry.category) ?? same[0];
    const unedited = item ?? (entry.was !== undefined && entryKey(entry.was) === key ? standing.withKey(key, true)[0] : undefined);
    if (!unedited) left.push(entry);
    else if (entry.was !== undefined && unedited.category !== undefined && unedited.category !== entry.category) moved.push(entry);
    else {
      claimed.add(unedited.start);
      written.push({ entry: entry.id, text: textOf(unedited) });
    }
  }
  for (const entry of moved) {
    if (entry.was !== undefined && remove(entry.was)) fresh.push(entry);
    else {
      const stays = standing.withKey(keys.get(entry) ?? '', true)[0];
      if (stays) written.push({ entry: entry.id, text: textOf(stays) });
    }
  }
  for (const was of removals) remove(was);
  for (const entry of left) {
    const found = entry.was === undefined ? [] : standing.withText(entry.was).filter(({ item }) => !claimed.has(item.start) && !taken.has(item.start));
    const [only] = found;
    if (only && found.length === 1) {
      const { item, end } = only;
      if (entry.was !== undefined && item.category !== undefined && item.category !== entry.category && remove(entry.was)) {
        fresh.push(entry);
        continue;
      }
      taken.add(item.start);
      const eol = lineEndingAt(text, item.start);
      const indent = indentBefore(text, item.start);
      const wide = !/^[-*+] \S/.test(text.slice(item.start, item.start + 3));
      const replacement = listItem(entry.lines.map((line, index) => (index === 0 ? line : indent + line)), eol, text.charAt(item.start), wide ? 4 : 2);
      edits.push({ offset: item.start, length: end - item.start, text: replacement, first: 0 });
      written.push({ entry: entry.id, text: replacement });
      put.push(entry.id);
    } else if (entry.was === undefined || entry.choice === 'append') fresh.push(entry);
    else if (entry.choice === undefined) conflicts.push({ entry: entry.id, occurrences: found.length });
  }

  const placed = new Map<string, string>();
  const unique = fresh.filter((entry) => {
    const key = `${entry.category} ${keys.get(entry) ?? ''}`;
    const first = !placed.has(key);
    placed.set(key, placed.get(key) ?? entry.id);
    return first;
  });
  const texts = new Map<string, string>();
  const section = sections.findLast((candidate) => candidate.date === date);
  const insertions = section ? insertionsInto(outline, section, unique) : [];
  if (!section && unique.length > 0) {
    for (const category of categoryIds) {
      const own = unique.filter((entry) => entry.category === category);
      if (own.length > 0) insertions.push({ offset: outline.end, category, entries: own, bullet: '-', tight: outline.tight, heading: true });
    }
  }
  for (const offset of [...new Set(insertions.map((insertion) => insertion.offset))]) {
    const eol = lineEndingAt(text, offset);
    const width = indentAfter(text, offset) >= 2 ? 4 : 2;
    const here = insertions.filter((insertion) => insertion.offset === offset);
    // Before a list (one whose end is open), ours must not become part of it.
    const followed = /^[ \t\r\n]*([-*+])(?=[ \t\r\n]|$)/.exec(text.slice(offset))?.[1];
    let inserted = '';
    let first = -1;
    inserted += leadingLines(text, offset, eol, here[0]?.tight !== true);
    if (!section) inserted += `## ${sectionHeading(date)}${eol}${eol}`;
    here.forEach((insertion, index) => {
      if (index > 0) inserted += eol + eol;
      if (insertion.heading) inserted += `### ${categoryHeadings[insertion.category]}${eol}${eol}`;
      if (first < 0) first = inserted.length;
      const items = insertion.entries.map((entry) => {
        const item = listItem(entry.lines, eol, insertion.bullet === followed && (insertion.heading || !insertion.tight) ? otherBullet(followed) : insertion.bullet, width);
        texts.set(`${entry.category} ${keys.get(entry) ?? ''}`, item);
        return item;
      });
      inserted += items.join(eol);
    });
    edits.push({ offset, length: 0, text: inserted + trail(text, offset, eol), first });
  }
  for (const entry of fresh) {
    const item = texts.get(`${entry.category} ${keys.get(entry) ?? ''}`);
    if (item === undefined) continue;
    written.push({ entry: entry.id, text: item });
    put.push(entry.id);
  }

  edits.sort((a, b) => a.offset - b.offset || a.length - b.length);
  let after = '';
  let from = 0;
  let spot = -1;
  for (const edit of edits) {
    after += text.slice(from, edit.offset);
    if (spot < 0 && edit.first !== undefined) spot = after.length + edit.first;
    after += edit.text;
    from = edit.offset + edit.length;
  }
  after += text.slice(from);
  return {
    edits: edits.map(({ offset, length, text: inserted }) => ({ offset, length, text: inserted })),
    after,
    entries: entries.map(({ id }) => id).filter((id) => put.includes(id)),
    line: lineNumber(after, spot < 0 ? (edits[0]?.offset ?? 0) : spot),
    written,
    conflicts,
  };
}

/** The white space before a list item's bullet: at most three columns, since it stands in no container. */
const indentBefore = (text: string, offset: number): string => /[ \t]*$/.exec(text.slice(Math.max(0, offset - 3), offset))?.[0] ?? '';

/** The 1-based number of the line that an offset is on. */
function lineNumber(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|[\r\n]/g)?.length ?? 0) + 1;
}

/** Where new entries go in a section that stands already. */
function insertionsInto(outline: Outline, section: Section, entries: readonly EntryToPlace[]): Insertion[] {
  const blocks = outline.blocks(section.bodyStart, section.end);
  const headings = outline.headings.filter(({ start }) => start >= section.start && start < section.end);
  /** Behind the last block or heading that ends before `limit`; behind the blank lines too where they may belong to it. */
  const contentEnd = (limit: number): Pick<Insertion, 'offset' | 'tight'> => {
    const last = [...blocks, ...headings].filter(({ end }) => end <= limit).reduce<Heading | Block | undefined>((best, one) => (best && best.end > one.end ? best : one), undefined);
    return last && 'open' in last && last.open ? { offset: limit, tight: true } : { offset: last?.end ?? section.bodyStart, tight: false };
  };
  const order = (category: CategoryId) => categoryIds.indexOf(category);
  return categoryIds.flatMap((category): Insertion[] => {
    const own = entries.filter((entry) => entry.category === category);
    if (own.length === 0) return [];
    const part = section.parts.findLast((candidate) => candidate.category === category);
    if (part) {
      const inside = blocks.filter((block) => block.start >= part.bodyStart && block.end <= part.end);
      const last = inside.at(-1);
      const behind = contentEnd(part.end);
      // Only a heading closes what is open in a list or quote without becoming part of it.
      if (last?.open) return [{ ...behind, category, entries: own, bullet: '-', heading: true }];
      const list = listBehind(last?.end === behind.offset ? inside : []);
      return [{ offset: behind.offset, category, entries: own, bullet: list.bullet, tight: list.joins, heading: false }];
    }
    const before = section.parts.filter((candidate) => order(candidate.category) < order(category));
    const predecessor = before.reduce<CategoryPart | undefined>((best, candidate) => (best && order(best.category) > order(candidate.category) ? best : candidate), undefined);
    const successor = section.parts.find((candidate) => order(candidate.category) > order(category));
    return [{ ...contentEnd(predecessor?.end ?? successor?.start ?? section.end), category, entries: own, bullet: '-', heading: true }];
  });
}
