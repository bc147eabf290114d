import { itemOf, type ItemId } from '../checklist.js';
import { codeSpan } from '../links/codeSpan.js';
import { codeLinkLabel, formatCodeLink, type LinkPlace } from '../links/codeLink.js';
import { readableText, withoutBidi } from '../links/untrustedText.js';
import type { Entry } from '../session.js';
import { escapeLines } from './escapeText.js';

/** What stands before the entries of the Handoff items; never localised. */
export const handoffPrefixes: Partial<Record<ItemId, string>> = {
  inProgress: 'Working on: ',
  uncommitted: 'Uncommitted: ',
  nextStep: 'Next: ',
  restartCommand: 'Run on restart: ',
};

/** How much of an entry is rendered: `firstLine` leaves out everything but its text's first line, `cut` shortens that too and leaves out links. */
export type Extent = 'whole' | 'firstLine' | 'cut';

/** How long a line that is cut may be, in characters. */
const cutLength = 120;

/** A command in code font, as it is typed in a terminal; the backticks that a person put around the whole line are not part of it. */
function renderCommand(text: string): string[] {
  return text.split('\n').map((line) => line.trim().replace(/^(`+)([^`]+)\1$/, '$2').trim()).filter((line) => line !== '').map((line) => codeSpan(withoutBidi(line)));
}

function cut(line: string): string {
  const characters = [...line];
  return characters.length > cutLength ? `${characters.slice(0, cutLength).join('')}…` : line;
}

/**
 * An entry as the lines of a Markdown list item, without bullet, indentation and line ends: its text, the code links in
 * parentheses at the text's end, then its detail. What was typed reads as typed and stays inside the item.
 * @returns no line at all for an entry that says nothing
 */
export function renderEntry(entry: Pick<Entry, 'item' | 'text' | 'detail' | 'links'>, place: LinkPlace, extent: Extent = 'whole'): string[] {
  const whole = extent === 'whole';
  const readable = readableText(entry.text).trim();
  const firstLine = readable.split('\n', 1)[0] ?? '';
  const text = whole ? readable : extent === 'cut' ? cut(firstLine) : firstLine;
  const detail = whole ? readableText(entry.detail ?? '') : '';
  const links = extent === 'cut' ? [] : entry.links;
  const named = links.length > 0 && links.some((link) => codeLinkLabel(link, place.workspacePath) === text || `${link.path}:${link.line}` === text);
  const [textLines = [], detailLines = []] =
    entry.item === 'restartCommand' ? [renderCommand(text), escapeLines([detail])[0] ?? []] : escapeLines([named ? '' : text, detail]);
  const rendered = links.map((link) => formatCodeLink(link, place)).join(', ');
  const lines = [...textLines];
  if (rendered !== '') {
    const last = lines.pop();
    lines.push(last === undefined ? rendered : `${last} (${rendered})`);
  }
  lines.push(...detailLines);
  if (lines.length === 0) return [];
  // A detail that comes first would stand where a block can begin: escapeLines has seen to it.
  return [(handoffPrefixes[itemOf(entry.item).id] ?? '') + (lines[0] ?? ''), ...lines.slice(1)];
}

/**
 * Lines of an entry as a list item: the bullet, and later lines indented to stay in it.
 * @param width columns from the bullet to the text: 2, or 4 where an indented block follows that must not fall into the item
 */
export function listItem(lines: readonly string[], eol: string, bullet: string, width: 2 | 4): string {
  const indent = ' '.repeat(width);
  return lines.map((line, index) => (index === 0 ? bullet + indent.slice(1) : indent) + line).join(eol);
}
