import { categoryHeadings, categoryIds, checklist, itemOf, type CategoryId } from './checklist.js';
import { unescapeLine } from './documents/escapeText.js';
import { handoffPrefixes, listItem, renderEntry, type Extent } from './documents/renderEntry.js';
import { sectionHeading, sectionHeadingPattern } from './documents/sectionHeading.js';
import type { LinkPlace } from './links/codeLink.js';
import type { Entry, Session } from './session.js';

/** The most characters (UTF-16 units) of a note: hooks hand over 10,000, and agents drop large files after a compaction. */
export const noteLimit = 9_000;

export type NoteStatus = 'open' | 'done';

/** What the front matter of a note says. Empty strings: not known. */
export interface NoteFrontMatter {
  /** The session's id. */
  readonly id: string;
  readonly author: string;
  /** ISO 8601. */
  readonly created: string;
  readonly branch: string;
  /** Full hash of HEAD. */
  readonly commit: string;
  readonly focus: string;
  readonly agent: string;
  /** The name of the note that this one follows. */
  readonly previous: string;
  readonly status: NoteStatus;
}

/** The version of the front matter. */
const schema = 1;
const textKeys = ['id', 'author', 'created', 'branch', 'commit', 'focus', 'agent', 'previous'] as const;
/** Longer values are cut: a branch or a focus must not use up the note. */
const valueLimit = 200;

/**
 * The name of a session's note relative to the documents' folder: `handoffs/20261122T130233Z-<slug>-<id8>.md`.
 * The slug is made of the branch, else `detached-<sha7>`, else `nogit`.
 */
export function noteFileName(session: Pick<Session, 'id' | 'created'>, git: { readonly branch?: string; readonly commit?: string }): string {
  const created = new Date(session.created);
  const stamp = (Number.isNaN(created.getTime()) ? new Date(0) : created).toISOString().replace(/[-:]|\.\d+/g, '');
  const named = (git.branch ?? '').replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40).replace(/^[-.]+|[-.]+$/g, '');
  const slug = named !== '' ? named : git.branch ? 'branch' : git.commit ? `detached-${git.commit.slice(0, 7)}` : 'nogit';
  const id = session.id.replace(/[^A-Za-z0-9-]/g, '').slice(0, 8);
  return `handoffs/${stamp}-${slug}-${id === '' ? 'session' : id}.md`;
}

/** A value as a note keeps it. */
export const noteValue = (value: string): string => [...value].slice(0, valueLimit).join('');

/** A JSON string in which no character hides: YAML reads it the same way. */
const jsonValue = (value: string): string =>
  JSON.stringify(noteValue(value)).replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

function renderFrontMatter(fields: NoteFrontMatter): string {
  const lines = [`schema: ${schema}`, ...textKeys.map((key) => `${key}: ${jsonValue(fields[key])}`), `status: ${jsonValue(fields.status)}`];
  return `---\n${lines.join('\n')}\n---\n`;
}

/** A note, and what was written of each entry. */
export interface RenderedNote {
  readonly text: string;
  readonly written: readonly { readonly entry: string; readonly text: string }[];
}

type Level = Extent | 'left out';

/** In which order a note that is too long gives way: first everything but Handoff, Handoff last of all. */
const shortening: readonly { readonly handoff: boolean; readonly level: Level }[] = [
  { handoff: false, level: 'firstLine' },
  { handoff: false, level: 'cut' },
  { handoff: true, level: 'firstLine' },
  { handoff: true, level: 'cut' },
  { handoff: false, level: 'left out' },
  { handoff: true, level: 'left out' },
];

/**
 * A whole note: front matter, the section of the date, every entry of the session under its category, in the checklist's
 * order and among those of one item in the order of acceptance, whatever was captured first. What does not fit
 * into the limit is shortened to its first line, the later entries first and Handoff last of all; where even that is too
 * long, first lines are cut, and then entries are counted instead of told.
 */
export function renderNote(fields: NoteFrontMatter, date: string, entries: readonly Entry[], place: LinkPlace, limit = noteLimit): RenderedNote {
  const levels = new Map<Entry, Level>(entries.map((entry) => [entry, 'whole']));
  const rendered = new Map<Entry, string>();
  const render = (entry: Entry, level: Level): string => (level === 'left out' ? '' : listItem(renderEntry(entry, place, level), '\n', '-', 2));
  for (const entry of entries) rendered.set(entry, render(entry, 'whole'));
  const told = entries.filter((entry) => rendered.get(entry) !== '');
  const compose = (): string => {
    const parts = categoryIds.flatMap((category) => {
      const own = checklist.filter((item) => item.category === category).flatMap(({ id }) => told.filter((entry) => entry.item === id));
      if (own.length === 0) return [];
      const items = own.flatMap((entry) => rendered.get(entry) || []);
      const leftOut = own.length - items.length;
      const count = leftOut === 0 ? [] : [`- … and ${leftOut} more`];
      return [`### ${categoryHeadings[category]}\n\n${[...items, ...count].join('\n')}\n`];
    });
    return [renderFrontMatter(fields), `## ${sectionHeading(date)}\n`, ...parts].join('\n');
  };
  let text = compose();
  for (const { handoff, level } of shortening) {
    if (text.length <= limit) break;
    let excess = text.length - limit;
    for (const entry of told.toReversed()) {
      if (excess <= 0) break;
      if ((itemOf(entry.item).category === 'handoff') !== handoff) continue;
      const before = rendered.get(entry) ?? '';
      const after = render(entry, level);
      if (after.length >= before.length) continue;
      rendered.set(entry, after);
      levels.set(entry, level);
      // What is counted instead of told needs a line of its own: composing tells whether it fits.
      excess -= before.length - after.length;
    }
    text = compose();
    // The line that counts came on top: give way to it once more.
    for (const entry of told.toReversed()) {
      if (text.length <= limit || level !== 'left out') break;
      if ((itemOf(entry.item).category === 'handoff') !== handoff || rendered.get(entry) === '') continue;
      rendered.set(entry, '');
      text = compose();
    }
  }
  return { text, written: told.flatMap((entry) => (rendered.get(entry) ? [{ entry: entry.id, text: rendered.get(entry) ?? '' }] : [])) };
}

/** One line of a note's list, as a reader needs it. */
export interface NoteItem {
  /** As it was typed: escapes undone, code in its backticks; for a Handoff line without `Next:` and the like. */
  readonly text: string;
  /** The Markdown source without bullet, indentation of later lines taken off. */
  readonly source: string;
  /** Which of the Handoff lines it is. */
  readonly handoff?: 'inProgress' | 'uncommitted' | 'nextStep' | 'restartCommand';
}

export interface ReadNote extends NoteFrontMatter {
  readonly kind: 'note';
  readonly date: string;
  /** By category; what stands under other headings is not read. */
  readonly sections: Readonly<Record<CategoryId, readonly NoteItem[]>>;
  /** The text behind the front matter. */
  readonly body: string;
  /** What was wrong with it and could be read all the same; plain sentences. */
  readonly problems: readonly string[];
}

/** A note that cannot be read: `reason` is one plain sentence that says why and what to do. */
export interface BrokenNote {
  readonly kind: 'broken';
  readonly reason: string;
}

interface FrontMatterLine {
  readonly key: string;
  readonly value: string;
  /** Where the value stands in the text. */
  readonly start: number;
  readonly end: number;
}

interface FrontMatter {
  readonly lines: readonly FrontMatterLine[];
  readonly bodyStart: number;
}

/** A value as it stands, without the comment and the white space behind it. */
const withoutComment = (raw: string): string => /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(raw)?.[0] ?? raw.replace(/(?:^|\s+)#.*$/, '').trimEnd();

/** The text of a value as we write it (JSON), or as a person may have: bare or in single quotes. */
function readValue(value: string): string {
  if (value.startsWith('"')) {
    try {
      const parsed: unknown = JSON.parse(value);
      if (typeof parsed === 'string') return parsed;
    } catch {
      return value.replace(/^"|"$/g, '');
    }
  }
  const single = /^'((?:[^']|'')*)'$/.exec(value);
  if (single) return (single[1] ?? '').replaceAll("''", "'");
  return value === 'null' || value === '~' ? '' : value;
}

function readFrontMatter(text: string): FrontMatter | undefined {
  const bom = text.startsWith('\ufeff') ? 1 : 0;
  const open = /^---[ \t]*(?:\r\n|[\r\n])/.exec(text.slice(bom, bom + 100));
  if (!open) return undefined;
  const lines: FrontMatterLine[] = [];
  let at = bom + open[0].length;
  while (at < text.length) {
    const line = /^[^\r\n]*/.exec(text.slice(at, at + 100_000))?.[0] ?? '';
    const next = at + line.length + (text.startsWith('\r\n', at + line.length) ? 2 : 1);
    if (/^---[ \t]*$/.test(line)) return { lines, bodyStart: Math.min(next, text.length) };
    const pair = /^([A-Za-z]\w*)[ \t]*:[ \t]*/.exec(line);
    if (pair) {
      const raw = withoutComment(line.slice(pair[0].length));
      lines.push({ key: pair[1] ?? '', value: readValue(raw), start: at + pair[0].length, end: at + pair[0].length + raw.length });
    }
    at = next;
  }
  return undefined;
}

/** What a note's front matter says, read without its body. */
export interface NoteHead extends NoteFrontMatter {
  readonly kind: 'head';
  /** What was wrong with it and could be read all the same; plain sentences. */
  readonly problems: readonly string[];
  /** Where the body begins in the text. */
  readonly bodyStart: number;
}

/**
 * Reads a note's front matter, also one that was edited by hand.
 * @param text with or without BOM, any line ends; of the body as much as there is
 */
export function readNoteHead(text: string): NoteHead | BrokenNote {
  const front = readFrontMatter(text);
  if (!front) return { kind: 'broken', reason: 'It does not begin with front matter between two lines of three dashes; restore these lines or delete the file.' };
  const valueOf = (key: string): string => front.lines.find((line) => line.key === key)?.value ?? '';
  const problems: string[] = [];
  const version = Number(valueOf('schema') === '' ? schema : valueOf('schema'));
  if (Number.isNaN(version)) problems.push(`Its schema '${valueOf('schema')}' is not a number; it is read as ${schema}.`);
  if (version > schema) return { kind: 'broken', reason: `Its schema is ${version}, and this version of Session Handoff knows ${schema}; update Session Handoff to read it.` };
  if (valueOf('id') === '') return { kind: 'broken', reason: 'Its front matter names no id; restore the line "id:" or delete the file.' };
  if (Number.isNaN(Date.parse(valueOf('created')))) return { kind: 'broken', reason: `Its front matter has no readable time in "created" ('${valueOf('created')}'); restore it, like 2026-11-22T14:02:33+01:00.` };
  const status = valueOf('status').toLowerCase();
  if (status !== 'open' && status !== 'done') problems.push(`Its status '${valueOf('status')}' is neither open nor done; it is read as open.`);
  return {
    kind: 'head',
    id: valueOf('id'),
    author: valueOf('author'),
    created: valueOf('created'),
    branch: valueOf('branch'),
    commit: valueOf('commit'),
    focus: valueOf('focus'),
    agent: valueOf('agent'),
    previous: valueOf('previous'),
    status: status === 'done' ? 'done' : 'open',
    problems,
    bodyStart: front.bodyStart,
  };
}

/**
 * Reads a note, also one that was edited by hand.
 * @param text with or without BOM, any line ends
 */
export function readNote(text: string): ReadNote | BrokenNote {
  const head = readNoteHead(text);
  if (head.kind === 'broken') return head;
  const { bodyStart, ...fields } = head;
  const body = text.slice(bodyStart);
  return { ...fields, kind: 'note', ...readBody(body), body };
}

/** Reads the sections of a note's body line by line: they are ours, and a hook has no time for a Markdown parser. */
function readBody(body: string): Pick<ReadNote, 'date' | 'sections'> {
  const sections: Record<CategoryId, NoteItem[]> = { discovered: [], fixed: [], changed: [], handoff: [] };
  let date = '';
  let category: CategoryId | undefined;
  let lines: string[] | undefined;
  const close = () => {
    if (lines && category) sections[category].push(noteItem(lines, category));
    lines = undefined;
  };
  for (const line of body.split(/\r\n|[\r\n]/)) {
    const heading = /^ {0,3}(#{1,6})[ \t]+/.exec(line);
    const bullet = /^ {0,3}[-*+][ \t]+(?=\S)/.exec(line);
    if (heading) {
      close();
      const title = withoutClosingMarks(line.slice(heading[0].length));
      if ((heading[1] ?? '').length === 2) date = sectionHeadingPattern.exec(title)?.[1] ?? date;
      category = (heading[1] ?? '').length === 3 ? categoryIds.find((id) => categoryHeadings[id] === title) : undefined;
    } else if (bullet) {
      close();
      lines = [line.slice(bullet[0].length).trimEnd()];
    } else if (lines && line.trim() !== '') lines.push(line.replace(/^ {1,4}|^\t/, '').trimEnd());
  }
  close();
  return { date, sections };
}

/** A heading's text without the number signs that may close it. By hand: over many spaces an expression for it takes cubic time. */
function withoutClosingMarks(rest: string): string {
  const text = rest.trimEnd();
  let end = text.length;
  while (text[end - 1] === '#') end--;
  return end === text.length || (end > 0 && !/[ \t]/.test(text[end - 1] ?? '')) ? text : text.slice(0, end).trimEnd();
}

/** What stands in a text that is one span of code, between its equally long runs of backticks; undefined for any other text. */
function insideCodeSpan(text: string): string | undefined {
  let open = 0;
  while (text[open] === '`') open++;
  let close = 0;
  while (close < text.length - open && text[text.length - 1 - close] === '`') close++;
  return open > 0 && open === close ? text.slice(open, -close) : undefined;
}

function noteItem(lines: readonly string[], category: CategoryId): NoteItem {
  const source = lines.join('\n');
  const ids = ['inProgress', 'uncommitted', 'nextStep', 'restartCommand'] as const;
  const handoff = category === 'handoff' ? ids.find((id) => source.startsWith((handoffPrefixes[id] ?? '').trimEnd())) : undefined;
  const typed = lines.map(unescapeLine).join('\n');
  return { text: handoff ? typed.slice((handoffPrefixes[handoff] ?? '').trimEnd().length).trim() : typed, source, ...(handoff ? { handoff } : {}) };
}

/**
 * The command of a `Run on restart` line as it is typed in a terminal: out of its code font.
 * @param item an item whose `handoff` is `restartCommand`
 */
export function commandOf(item: NoteItem): string {
  return item.text.split('\n').flatMap((line) => {
    const fenced = insideCodeSpan(line.trim());
    const inside = fenced ?? line.trim();
    return fenced !== undefined && inside.startsWith(' ') && inside.endsWith(' ') && inside.trim() !== '' ? [inside.slice(1, -1)] : [inside];
  }).join('\n');
}

/** A note's text with some front matter values replaced where they differ; every other byte stays. Keys that are not there are not added. */
export function setFields(text: string, fields: Partial<Omit<NoteFrontMatter, 'created'>>): string {
  let result = text;
  for (const [key, value] of Object.entries(fields)) {
    const line = readFrontMatter(result)?.lines.find((candidate) => candidate.key === key);
    if (line && line.value !== value) result = result.slice(0, line.start) + jsonValue(value) + result.slice(line.end);
  }
  return result;
}

/**
 * A note's text with another status: only the bytes of its status line change. A front matter without such a line gets
 * one at its end; a text without front matter stays as it is.
 */
export function setStatus(text: string, status: NoteStatus): string {
  const front = readFrontMatter(text);
  if (!front) return text;
  if (front.lines.some(({ key }) => key === 'status')) return setFields(text, { status });
  const head = text.slice(0, front.bodyStart);
  const closing = head.replace(/[\r\n]+$/, '').search(/---[ \t]*$/);
  const eol = head.includes('\r\n') ? '\r\n' : '\n';
  return `${text.slice(0, closing)}status: ${jsonValue(status)}${eol}${text.slice(closing)}`;
}
