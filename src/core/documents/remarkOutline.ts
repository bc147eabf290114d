import type { List, Root, RootContent } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { headingText, lineEnd, lineStart, type Block, type Heading, type Outline } from './outline.js';

const processor = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter).freeze();
/** For a part of a document, which has no front matter whatever its first line is. */
const partProcessor = unified().use(remarkParse).use(remarkGfm).freeze();

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

/** Whether a block that ends its document never closes: the heading of a section appended to it would not be one. */
function isOpenEnded(node: RootContent, source: string): boolean {
  if (node.type !== 'code' && node.type !== 'html') return false;
  return partProcessor.parse(`${source}\n\n# a\n`).children.at(-1)?.type !== 'heading';
}

/**
 * The outline of a text as remark (CommonMark, GFM, front matter) reads it.
 * @param text without BOM: remark does not count one
 */
export function remarkOutline(text: string): Outline {
  return outlineOf(processor.parse(text), text, 0);
}

/** The blocks of the part of a text from `start` to `end`, both of which are borders of blocks that stand in no container. */
export function blocksOfPart(text: string, start: number, end: number): readonly Block[] {
  return outlineOf(partProcessor.parse(text.slice(start, end)), text, start).blocks(start, end);
}

function outlineOf(root: Root, text: string, base: number): Outline {
  const headings: Heading[] = [];
  const blocks: Block[] = [];
  for (const node of root.children) {
    const span = spanOf(node);
    if (!span) continue;
    const start = lineStart(text, base + span.start);
    // A block that ends with a line's end (indented code in some cases) does not reach into the next line.
    const end = lineEnd(text, Math.max(start, base + span.end - (/[\r\n]/.test(text.charAt(base + span.end - 1)) ? 1 : 0)));
    if (node.type === 'heading') headings.push({ start, end, depth: node.depth, text: headingText(text.slice(base + span.start, base + span.end)) });
    else blocks.push(node.type === 'list' ? { start, end, list: listOf(node, text, base) } : { start, end });
  }
  const last = root.children.at(-1);
  const lastBlock = blocks.at(-1);
  const open = last !== undefined && lastBlock !== undefined && last.type !== 'heading' && isOpenEnded(last, text.slice(lastBlock.start, lastBlock.end));
  return { headings, end: open ? lastBlock.start : base + (text.length - base), blocks: (from, to) => blocks.filter((block) => block.start >= from && block.end <= to) };
}
