import type { CategoryId, ItemId } from './checklist.js';
import { unescapeLine } from './documents/escapeText.js';
import { handoffPrefixes } from './documents/renderEntry.js';
import { commandOf, type NoteItem, type ReadNote } from './handoffNote.js';
import { readLinks, type WrittenLink } from './links/markdownLinks.js';

/** One thing that a note says, as it is shown: what it links to stands beside it, not in it. */
export interface NoteLine {
  readonly category: CategoryId;
  /** As it was typed, code in its backticks; '' where it says nothing but its links. */
  readonly text: string;
  readonly handoff?: NoteItem['handoff'];
  /** Paths are relative to the folder that holds `.claude`. */
  readonly links: readonly WrittenLink[];
}

/** Stands where a link stood; the note's own reader lets no control character through. */
const gap = '\u0000';

/**
 * The lines of a note for a reader.
 * @param folder the note's folder relative to the folder that holds `.claude`, like `.claude/docs/handoffs`
 */
export function noteLines({ sections }: Pick<ReadNote, 'sections'>, folder: string): readonly NoteLine[] {
  return (['discovered', 'fixed', 'changed', 'handoff'] as const).flatMap((category) => sections[category].map((item): NoteLine => {
    const links = readLinks(item.source, folder).filter(({ kind }) => kind !== 'code');
    return { category, text: textOf(item, links), links, ...(item.handoff ? { handoff: item.handoff } : {}) };
  }));
}

function textOf({ source, handoff }: NoteItem, links: readonly WrittenLink[]): string {
  let cut = '';
  let at = 0;
  for (const { span } of links) {
    cut += source.slice(at, span.start).replaceAll(gap, '') + gap;
    at = span.end;
  }
  cut += source.slice(at).replaceAll(gap, '');
  const labels = links.map(({ label }) => source.slice(label.start, label.end));
  const prefix = handoff ? (handoffPrefixes[handoff satisfies ItemId] ?? '').trimEnd() : '';
  const own = cut.slice(cut.startsWith(prefix) ? prefix.length : 0)
    // The parentheses in which we write links, and links that are all there is.
    .replace(/[ \t]*\((?:\u0000(?:, )?)+\)/g, (found) => { labels.splice(0, found.split(gap).length - 1); return ''; })
    .replace(/^\s*\u0000(?:, \u0000)*(?=\s*(?:\n|$))/, '')
    // A link inside a sentence is a word of it.
    .replaceAll(gap, () => labels.shift() ?? '');
  return own.split('\n').map(unescapeLine).join('\n').trim();
}

/** A line of "Run on restart": its commands, one to run after the other, and what was said of them. */
export interface RestartLine {
  readonly commands: readonly string[];
  readonly remark: string;
}

/**
 * The commands of a `Run on restart` line: its first line, and what else stands alone in code font.
 * @param item an item whose `handoff` is `restartCommand`
 */
export function restartLine(item: NoteItem): RestartLine {
  const lines = item.text.split('\n');
  const isCommand = (line: string, index: number): boolean => index === 0 || /^(`+)(?!`).*[^`]\1$/.test(line.trim());
  const of = (text: string): string => commandOf({ ...item, text });
  return { commands: lines.filter(isCommand).map(of).filter((command) => command.trim() !== ''), remark: lines.filter((line, index) => !isCommand(line, index)).join('\n').trim() };
}

/** A line that git's suggestion wrote of a file that has no line to link to: "deleted: `a.ts`", "renamed: `a.ts` → `b.ts`". */
const namedFile = /^(?:in conflict|modified|added|renamed|deleted|of another type|submodule|untracked): (?:`[^`]+` → )?`([^`]+)`$/;

/** The files that a note says were not committed, relative to the folder that holds `.claude`; each once. */
export function uncommittedFiles(lines: readonly NoteLine[], workspacePath: string): readonly string[] {
  const own = lines.filter(({ handoff }) => handoff === 'uncommitted');
  const named = own.flatMap(({ text }) => text.split('\n').flatMap((line) => namedFile.exec(line.trim())?.[1] ?? []));
  return [...new Set([...own.flatMap(({ links }) => links.map(({ path }) => path)), ...named.map((path) => (workspacePath === '' ? path : `${workspacePath}/${path}`))])];
}
