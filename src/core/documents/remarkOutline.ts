import type { List, RootContent } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { frontMatterEnd, headingText, leadingLines, lineEnd, lineStart, type Block, type Heading, type Outline } from './outline.js';

const processor = unified().use(remarkParse).use(remarkGfm).freeze();

/** The blocks of a part of a text. A BOM that begins it is a character like others there, which remark would leave out. */
const parsePart = (part: string): readonly RootContent[] => processor.parse(part.startsWith('\ufeff') ? `\n${part}` : part).children;

interface Span {
  readonly start: number;
  readonly end: number;
}

const spanOf = (node: RootContent): Span | undefined => {
  const start = node.position?.start.offset;
  const end = node.position?.end.offset;
  return start === undefined || end === undefined ? undefined : { start, end };
};

function listOf(list: List, text: string, base: number): NonNullable<Block['list']> {
  const items = list.children.flatMap((item) => {
    const start = item.position?.start.offset;
    const end = item.position?.end.offset;
    return start === undefined || end === undefined ? [] : [{ start: base + start, end: base + end }];
  });
  return {
    bullet: text.charAt(items[0]?.start ?? 0),
    ordered: list.ordered === true,
    tasks: list.children.some(({ checked }) => typeof checked === 'boolean'),
    items,
  };
}

/** Whether code or HTML is the last thing in a node; only these can be open at their end. */
function endsInRaw(node: RootContent): boolean {
  if (node.type === 'code' || node.type === 'html') return true;
  if (node.type !== 'list' && node.type !== 'listItem' && node.type !== 'blockquote' && node.type !== 'footnoteDefinition') return false;
  const last = node.children.at(-1);
  return last !== undefined && endsInRaw(last);
}

/** Whether a blank line behind a block may belong to code or HTML inside it. */
const isOpenContainer = (node: RootContent | undefined): boolean => node !== undefined && 'children' in node && endsInRaw(node);

const withoutPositions = (nodes: readonly RootContent[]): string => JSON.stringify(nodes, (key, value: unknown) => (key === 'position' ? undefined : value));

/**
 * How something can be appended to a text so that what stands there stays what it is and a heading is one: behind a blank
 * line, directly, or (`end` before the last block) not behind it at all.
 * @param lastBlock where the last block begins that stands in no container
 * @param from where a block before it begins: micromark 4.0.3 reads HTML that ends a text without line end otherwise than
 *   before a line end, if it stands directly behind a list or quote
 */
export function endingOf(text: string, lastBlock: number, from = lastBlock): Pick<Outline, 'end' | 'tight'> {
  const tail = text.slice(from);
  const old = parsePart(tail);
  const last = old.at(-1);
  if (!last || !endsInRaw(last)) return { end: text.length, tight: false };
  for (const tight of [false, true]) {
    const eol = tail.endsWith('\r') ? '\r\n' : '\n';
    const now = parsePart(`${tail}${leadingLines(tail, tail.length, eol, !tight)}# a\n`);
    if (now.at(-1)?.type === 'heading' && withoutPositions(now.slice(0, -1)) === withoutPositions(old)) return { end: text.length, tight };
  }
  return { end: lastBlock, tight: false };
}

/**
 * The outline of a text as remark (CommonMark, GFM, front matter) reads it.
 * @param text without BOM: remark does not count one
 */
export function remarkOutline(text: string): Outline {
  const start = frontMatterEnd(text);
  const outline = partOf(text, start, text.length);
  const last = outline.nodes.at(-1);
  const { headings, all } = outline;
  const lastBlock = all.at(-1);
  const ending = last && lastBlock && endsInRaw(last) ? endingOf(text, lastBlock.start, all.at(-2)?.start) : { end: text.length, tight: false };
  return { headings, ...ending, tight: ending.end < text.length ? isOpenContainer(outline.nodes.at(-2)) : ending.tight, blocks: (from, to) => all.filter((block) => block.start >= from && block.end <= to) };
}

/** The blocks of the part of a text from `start` to `end`, both of which are borders of blocks that stand in no container. */
export function blocksOfPart(text: string, start: number, end: number): readonly Block[] {
  return partOf(text, start, end).all;
}

function partOf(text: string, from: number, to: number): { nodes: readonly RootContent[]; headings: Heading[]; all: Block[] } {
  const headings: Heading[] = [];
  const all: Block[] = [];
  const nodes = parsePart(text.slice(from, to));
  // parsePart puts a line end before a BOM.
  const base = text.startsWith('\ufeff', from) ? from - 1 : from;
  for (const node of nodes) {
    const span = spanOf(node);
    if (!span) continue;
    const start = lineStart(text, base + span.start);
    // A block that ends with a line's end (some open code and HTML) does not reach into the next line.
    const end = lineEnd(text, Math.max(start, base + span.end - (/[\r\n]/.test(text.charAt(base + span.end - 1)) ? 1 : 0)));
    if (node.type === 'heading') headings.push({ start, end, depth: node.depth, text: headingText(text.slice(base + span.start, base + span.end)) });
    else all.push({ start, end, open: isOpenContainer(node), ...(node.type === 'list' ? { list: listOf(node, text, base) } : {}) });
  }
  return { nodes, headings, all };
}
