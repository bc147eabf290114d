import type { RootContent } from 'mdast';
import { outlineOf } from '../../../src/core/documents/documentOutline.js';
import { planWrite } from '../../../src/core/documents/planWrite.js';
import { remarkOutline } from '../../../src/core/documents/remarkOutline.js';
import { spliceDocument } from '../../../src/core/documents/spliceDocument.js';
import type { FileChange } from '../../../src/core/documents/writePlan.js';
import { readableText } from '../../../src/core/links/untrustedText.js';
import { applyEdits, insertedBlocks, listsOfSection, same, textOf, textOfItem, treeOf } from './markdownTree.js';
import { entry, noteFile, request } from './writing.js';

export const name = 'TROUBLESHOOTING.md';
const eq = (what: string, found: unknown, wanted: unknown) => {
  if (!same(found, wanted)) throw new Error(`${what}:\n${JSON.stringify(found, null, 1)}\nis not\n${JSON.stringify(wanted, null, 1)}`);
};

function changeOf(changes: readonly FileChange[], before: string): FileChange {
  const change = changes.find(({ file }) => file === name);
  if (!change) throw new Error('nothing to write');
  eq('edits applied', applyEdits(before, change.edits), change.after);
  if (change.edits.some(({ length }) => length > 0)) throw new Error('bytes of the document were replaced');
  return change;
}

/** A section of a date that no document here has: real headings and tight lists, the old tree around it untouched. */
export function checkNewSection(before: string): void {
  const plan = planWrite(request([entry('bug', 'one'), entry('bug', 'two'), entry('endpoint', 'three', { document: name })], { [name]: before }, { date: '2026-11-30' }));
  const change = changeOf(plan.changes, before);
  const lists = listsOfSection(insertedBlocks(before, change.after), '2026-11-30');
  eq('items', lists.map(({ children }) => children.map(textOfItem)), [['one', 'two'], ['three']]);
  eq('the line of the first entry', change.after.split(/\r\n|[\r\n]/)[change.line - 1]?.replace(/^- {1,3}/, ''), 'one');
}

const ours = (node: RootContent): boolean => node.type === 'heading' && /^(?:Session: 2026-11-22|Discovered|Fixed|Changed)$/.test(textOf(node));

/** Entries that join what is there: without them the tree is the old one, but for new headings of ours; a second Write changes nothing. */
export function checkJoining(before: string): void {
  const entries = [entry('bug', 'zyxwv one'), entry('endpoint', 'zyxwv two', { document: name }), entry('decision', 'zyxwv three', { document: name })];
  const plan = planWrite(request(entries, { [name]: before }));
  const change = changeOf(plan.changes, before);
  const found: string[] = [];
  const now = treeOf(change.after).flatMap((node): RootContent[] => {
    if (node.type !== 'list') return [node];
    const kept = node.children.filter((item) => {
      if (!JSON.stringify(item).includes('zyxwv')) return true;
      found.push(textOfItem(item));
      return false;
    });
    return kept.length === 0 ? [] : [{ ...node, children: kept }];
  });
  eq('items', found.toSorted(), ['zyxwv one', 'zyxwv three', 'zyxwv two']);
  const old = treeOf(before);
  let at = 0;
  for (const node of now) {
    if (at < old.length && same(node, old[at])) at++;
    else if (!ours(node)) throw new Error(`the old tree changed: ${JSON.stringify(node, null, 1)} instead of ${JSON.stringify(old[at], null, 1)}`);
  }
  eq('the old tree to its end', at, old.length);
  const texts: Record<string, string> = { [name]: change.after, [noteFile]: plan.changes.at(-1)?.after ?? '' };
  eq('a second Write', planWrite(request(entries, texts)).changes, []);
  for (const { file, text } of plan.written) if (!(texts[file] ?? '').includes(text)) throw new Error(`what was written is not there: ${text}`);
}

/** A text that is scanned is written to as if remark had parsed it. */
export function checkScanned(before: string): void {
  const text = before.replace(/^\ufeff/, '');
  for (const date of ['2026-11-22', '2026-11-30']) {
    const place = (category: 'fixed' | 'changed' | 'handoff', id: string) => ({ id, category, lines: [`zyxwv ${id}`] });
    const entries = [place('fixed', 'one'), place('changed', 'two'), place('handoff', 'three')];
    eq('what the scanned text becomes', spliceDocument(text, outlineOf(text, 0), date, entries).after, spliceDocument(text, remarkOutline(text), date, entries).after);
  }
}

/** What a reader of one of our items sees of typed text: white space at the borders of lines is not Markdown's to keep. */
const asRead = (typed: string): string => typed.split('\n').map((line) => line.replace(/^[ \t]+|[ \t]+$/g, '')).filter((line) => line.trim() !== '').join('\n');
/** The text without what marks inline code, without white space at its borders, and without direction marks, which code cannot hold. */
const bare = (text: string): string => text.replace(/[`\u202a-\u202e\u2066-\u2069\s]/g, '');

/** Typed text stays in its item, reads as typed, is no link, and nothing of the document changes by it. */
export function checkTyped(text: string, detail: string, before: string): void {
  const plan = planWrite(request([entry('bug', text, { detail }), entry('error', 'the last')], { [name]: before }));
  const change = changeOf(plan.changes, before);
  const [list] = listsOfSection(insertedBlocks(before, change.after), '2026-11-22');
  const items = list?.children ?? [];
  const typed = asRead(`${readableText(text).trim()}\n${readableText(detail)}`);
  eq('items', items.length, typed === '' ? 1 : 2);
  const [item] = items;
  if (typed === '' || !item) return;
  if (JSON.stringify(item).includes('"type":"link')) throw new Error(`a link: ${JSON.stringify(item)}`);
  eq('the text', bare(textOfItem(item)), bare(typed));
  if (!typed.includes('`')) eq('the text to the letter', textOfItem(item).replace(/[\u202a-\u202e\u2066-\u2069]/g, ''), typed.replace(/[\u202a-\u202e\u2066-\u2069]/g, ''));
}

/** A second Write of the same draft, with and without the record of the first, changes nothing. */
export function checkSecondWrite(typed: readonly (readonly [string, string, string])[]): void {
  const entries = typed.map(([item, text, detail]) => entry(item as 'bug', text, { detail, links: [{ path: text.slice(0, 9), line: detail.length, text: detail }] }));
  const plan = planWrite(request(entries, {}));
  const texts = Object.fromEntries(plan.changes.map(({ file, after }) => [file, after]));
  eq('without record', planWrite(request(entries, texts)).changes, []);
  const draft = { ...request(entries, {}).draft, written: plan.written.map((one) => ({ ...one, at: '' })) };
  const again = planWrite(request(entries, texts, { draft }));
  eq('with record', again.changes, []);
  eq('conflicts', again.conflicts, []);
}
