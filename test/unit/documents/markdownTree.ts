import fc from 'fast-check';
import type { List, ListItem, Node, Parent, RootContent } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { TextEdit } from '../../../src/core/documents/writePlan.js';

const plain = unified().use(remarkParse).use(remarkGfm).freeze();
const withFrontMatter = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter).freeze();
/** remark-frontmatter sees no list in a text whose first line is a rule; without it such a text is read as CommonMark says. */
const parse = (text: string) => (/^\ufeff?---[ \t]*[\r\n](?:[^]*?[\r\n])?---[ \t]*(?:[\r\n]|$)/.test(text) ? withFrontMatter : plain).parse(text);

/** The blocks of a text as remark reads them, without positions. */
export const treeOf = (text: string): RootContent[] => parse(text).children.map((node) => withoutPositions(node) as RootContent);

/** micromark counts the line end behind HTML that is open at its container's end to it, or not, by what follows: no reader sees a difference. */
function withoutPositions(node: RootContent): unknown {
  return JSON.parse(JSON.stringify(node, function withoutPosition(this: { type?: string }, key, value: unknown) {
    if (key === 'position') return undefined;
    return key === 'value' && this.type === 'html' && typeof value === 'string' ? value.replace(/[\r\n]+$/, '') : value;
  }));
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Splits a tree with our section in it into what stood there before and what is ours; says what is wrong if there is more to it. */
export function insertedBlocks(before: string, after: string): RootContent[] {
  const old = treeOf(before);
  const now = treeOf(after);
  let head = 0;
  while (head < old.length && head < now.length && same(old[head], now[head])) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && same(old[old.length - 1 - tail], now[now.length - 1 - tail])) tail++;
  if (head + tail !== old.length) throw new Error(`the old tree changed:\n${JSON.stringify(old.slice(head, old.length - tail), null, 1)}\nis now\n${JSON.stringify(now.slice(head, now.length - tail), null, 1)}`);
  return now.slice(head, now.length - tail);
}

/** The plain text of a node as a reader sees it, line ends included. */
export function textOf(node: Node): string {
  if ('value' in node && typeof node.value === 'string') return node.value;
  return 'children' in node ? (node as Parent).children.map(textOf).join('') : '';
}

/** The lists of blocks that should be one section of ours: a heading, then headings of categories with one list each. */
export function listsOfSection(blocks: readonly RootContent[], date: string): List[] {
  const [title, ...rest] = blocks;
  if (title?.type !== 'heading' || title.depth !== 2 || textOf(title) !== `Session: ${date}`) throw new Error(`no heading of the section: ${JSON.stringify(blocks)}`);
  return rest.flatMap((node, index) => {
    if (index % 2 === 0) {
      if (node.type !== 'heading' || node.depth !== 3) throw new Error(`no heading of a category: ${JSON.stringify(node)}`);
      return [];
    }
    if (node.type !== 'list' || node.ordered || node.spread) throw new Error(`no tight list: ${JSON.stringify(node)}`);
    return [node];
  });
}

/** An item of ours holds one paragraph of text, code and links to code; nothing else. */
export function textOfItem(item: ListItem): string {
  const [paragraph, ...others] = item.children;
  if (paragraph?.type !== 'paragraph' || others.length > 0 || (item.checked ?? null) !== null || item.spread) throw new Error(`more than a paragraph: ${JSON.stringify(item)}`);
  const strange = paragraph.children.filter(({ type }) => type !== 'text' && type !== 'inlineCode' && type !== 'link');
  if (strange.length > 0) throw new Error(`more than text: ${JSON.stringify(strange)}`);
  return textOf(paragraph);
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const { offset, length, text: inserted } of edits) {
    if (offset < from) throw new Error('edits overlap or are out of order');
    result += text.slice(from, offset) + inserted;
    from = offset + length;
  }
  return result + text.slice(from);
}

/** Pieces of lines that mean something in Markdown, alone or together. */
export const fragments = [
  'a', 'word', 'text ', '  ', ' ', '   ', '    ', '\t', '- ', '* ', '+ ', '1. ', '12) ', '- [ ] ', '- [x] ', '> ', '>', '#', '# ', '## ', '### ', '###### ', '## Session: 2026-11-22', '### Fixed',
  '## Session: 2026-11-21', 'Session: 2026-11-22', '---', '===', '***', '___', '- - -', '```', '````', '~~~', '```js', '<!--', '-->', '<!-- c -->', '<div>', '</div>', '<details>', '<pre>', '</pre>', '<script>', '<?', '?>', '<!X', '>', ']]>', '<![CDATA[',
  '| a | b |', '|---|:-:|', '| c |', '[a]: /u', '[a]', '[^1]', '[^1]: note', '[x](y)', '![i](j "t")', '"', '\'', '(', ')', '`', '``', '`code`', '*', '**', '_', '__', '~', '~~', '\\', '&amp;', '&#35;', '&', 'https://e.org', 'www.e.org', 'a@b.org', '<https://e.org>',
  '$$', '$', ':::', '+++', '\u202e', '\u0000', '\u001b[31m', 'é', '日本', '😀', '\u00a0', '[ ]', '[', ']', '!', '<', '<b>', '</b>', '=', '-', '+', '1.', ':', '|',
];

/** Any line, likely to mean something. */
const line = fc.array(fc.constantFrom(...fragments), { maxLength: 5 }).map((parts) => parts.join(''));
const lineEnding = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r');

/** A document of anybody's. */
export const anyDocument = fc.tuple(fc.constantFrom('', '', '', '\ufeff', '---\ntitle: a\n---\n'), fc.array(fc.tuple(line, lineEnding), { maxLength: 14 }), fc.boolean())
  .map(([start, lines, ended]) => start + lines.map(([text, end], index) => text + (index === lines.length - 1 && !ended ? '' : end)).join(''));

/** A document with one kind of line end. */
export const documentWith = (end: string) => fc.array(line, { maxLength: 14 }).map((lines) => lines.join(end));

/** What anybody types or pastes. */
export const anyText = fc.oneof(fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n')), fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }));

/** Whether remark itself can parse a text: mdast-util-gfm-task-list-item fails an assertion of its own on a few. */
export function parses(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Offsets at which the blocks of a text without BOM begin. */
export const blockStartsOf = (text: string): number[] => parse(text).children.map((node) => node.position?.start.offset ?? 0);
