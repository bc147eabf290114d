import { decodeTitle, pathFromBase } from './codeLink.js';

/** A stretch of a text: offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** A link into code as it stands in a document. */
export interface WrittenLink {
  /** `titled`: written by us, its line can be found again; `plain`: a link of others or by hand; `code`: `path:line` in code font */
  kind: 'titled' | 'plain' | 'code';
  /** POSIX, relative to the folder that holds `.claude`; `..` at its beginning leads out of it */
  path: string;
  /** 1-based */
  line: number;
  /** the last line of a range */
  lastLine?: number;
  /** the line's text, decoded; with `titled` only */
  text?: string;
  /** 1-based line of the document */
  documentLine: number;
  /** the whole link */
  span: Span;
  /** what stands between its brackets (or backticks) */
  label: Span;
  /** its address without angle brackets; absent for `code` */
  address?: Span;
  /** what stands between the title's quotes; with `titled` only */
  title?: Span;
}

// A label may hold escaped brackets, code and one level of brackets; an address balanced parentheses, one level.
const INLINE = /\[((?:\\[^\n]|`[^`\n]*`|\[(?:\\[^\n]|[^[\]\\\n])*\]|[^[\]\\`\n])*)\]\(([ \t]*)(?:<((?:\\[^\n]|[^<>\\\n])*)>|((?:\\[^\n]|\((?:\\[^\n]|[^()\\\s])*\)|[^()\\\s<])(?:\\[^\n]|\((?:\\[^\n]|[^()\\\s])*\)|[^()\\\s])*))(?:([ \t]+|[ \t]*\n[ \t]*)(?:"((?:\\[^\n]|[^"\\\n])*)"|'((?:\\[^\n]|[^'\\\n])*)'))?[ \t]*\)/y;
/** The fragments that VS Code follows: `#L73`, `#73`, `#L73,84`, `#L73-L83` (vscode-markdown-languageservice, util/path.ts), and GitHub's `#L73C5`. */
const FRAGMENT = /^L?(\d{1,9})(?:[,C]\d+)?(?:-L?(\d{1,9})(?:[,C]\d+)?)?$/i;
/** `src/a.ts:12`, `src/a.ts:12:5`, `src/a.ts:12-20` and nothing else; what looks like a host and its port is left to the caller. */
const PATH_AND_LINE = /^(?:\.\/)?((?:[^\s:`"'<>|*?\\/]+\/)*[^\s:`"'<>|*?\\/]+):(\d{1,9})(?::\d+)?(?:-(\d{1,9}))?$/;

/**
 * The links into code of a Markdown text, in order. What stands in fenced or indented code, in HTML comments or in front matter
 * is no link. Never throws, whatever the text; linear in its length but for hostile brackets, which are bounded by their line.
 * @param folder the document's folder, POSIX, relative to the folder that holds `.claude` (`.claude/docs`)
 */
export function readLinks(text: string, folder: string): WrittenLink[] {
  const links: WrittenLink[] = [];
  for (const block of proseOf(text)) readBlock(text, block, folder, links);
  return links;
}

interface Block extends Span {
  /** 1-based line of its start */
  line: number;
}

/** The stretches of a text that are prose: paragraphs, and each line that begins like another block. */
function proseOf(text: string): Block[] {
  const blocks: Block[] = [];
  let fence: { mark: string; length: number } | undefined;
  let comment = false;
  let frontMatter = false;
  let blank = true;
  let number = 0;
  for (let start = 0; start <= text.length; ) {
    number++;
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length + 1 : newline + 1;
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, '');
    const begin = start;
    start = next;
    if (number === 1 && /^\ufeff?---\s*$/.test(line)) {
      frontMatter = true;
      continue;
    }
    if (frontMatter) {
      if (/^(?:---|\.\.\.)\s*$/.test(line)) frontMatter = false;
      continue;
    }
    // Quote marks and list bullets may stand before a fence.
    const inner = line.replace(/^(?:\s*(?:>|[-*+]\s|\d{1,9}[.)]\s))*\s*/, '');
    const marks = /^(`{3,}|~{3,})(.*)$/.exec(inner);
    if (fence) {
      if (marks?.[1]?.startsWith(fence.mark) && marks[1].length >= fence.length && marks[2]?.trim() === '') fence = undefined;
      continue;
    }
    if (marks?.[1] && !(marks[1].startsWith('`') && marks[2]?.includes('`'))) {
      fence = { mark: marks[1].charAt(0), length: marks[1].length };
      continue;
    }
    if (comment) {
      const close = line.indexOf('-->');
      if (close >= 0) comment = false;
      // A comment that begins a line is a block: the rest of its last line belongs to it.
      continue;
    }
    if (inner.startsWith('<!--')) {
      comment = !inner.slice(4).includes('-->');
      blank = false;
      continue;
    }
    // Indented code can only follow a blank line; in a list it is the item's text instead, so only deep indentation counts.
    if (blank && /^(?: {8}|\t\t)/.test(line)) continue;
    blank = line.trim() === '';
    if (blank) continue;
    // Code and titles may go on in the next line of a paragraph.
    const last = blocks.at(-1);
    if (last && !/^#{1,6}\s/.test(text.slice(last.start, last.start + 8)) && last.end === begin - 1 && !/^\s*(?:[-*+](?:\s|$)|>|#{1,6}(?:\s|$)|\||\d{1,9}[.)](?:\s|$)|(?:[-=_*]\s*)+$)/.test(line)) last.end = end;
    else blocks.push({ start: begin, end, line: number });
  }
  return blocks;
}

function readBlock(text: string, block: Block, folder: string, links: WrittenLink[]): void {
  for (let at = block.start; at < block.end; ) {
    const letter = text[at];
    if (letter === '\\') at += 2;
    else if (letter === '!' && text[at + 1] === '[') at += 2;
    else if (letter === '`') at = readCode(text, block, at, links);
    else if (letter === '<' && text.startsWith('<!--', at)) {
      const close = text.indexOf('-->', at + 4);
      at = close >= 0 && close < block.end ? close + 3 : at + 4;
    } else if (letter === '[') {
      const read = readInline(text, block, at, folder);
      if (read) {
        links.push(read);
        at = read.span.end;
      } else at++;
    } else at++;
  }
}

function lineAt(text: string, block: Block, at: number): number {
  let line = block.line;
  for (let end = text.indexOf('\n', block.start); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}

/** A code span; the position after it, or after its opening backticks if nothing closes it in the paragraph. */
function readCode(text: string, block: Block, at: number, links: WrittenLink[]): number {
  let open = at;
  while (text[open] === '`') open++;
  const fence = text.slice(at, open);
  let close = text.indexOf(fence, open);
  while (close >= 0 && close < block.end && (text[close + fence.length] === '`' || text[close - 1] === '`')) {
    while (text[close] === '`') close++;
    close = text.indexOf(fence, close);
  }
  if (close < 0 || close >= block.end) return open;
  const found = PATH_AND_LINE.exec(text.slice(open, close).trim());
  const path = found?.[1];
  if (path !== undefined && found && Number(found[2]) > 0 && looksLikePath(path)) {
    links.push({ kind: 'code', path: pathFromBase(path, ''), line: Number(found[2]), ...(found[3] ? { lastLine: Number(found[3]) } : {}), documentLine: lineAt(text, block, at), span: { start: at, end: close + fence.length }, label: { start: open, end: close } });
  }
  return close + fence.length;
}

/** A folder and a file with an ending, or a file with an ending; `localhost:80` and `10.0.0.1:80` are neither. */
function looksLikePath(path: string): boolean {
  if (/^[\d.]+$/.test(path) || path.startsWith('//')) return false;
  return /\.[A-Za-z][\w-]*$/.test(path) || (path.includes('/') && !/^[\w-]+(?:\.[\w-]+)+\//.test(path));
}

function readInline(text: string, block: Block, at: number, folder: string): WrittenLink | undefined {
  INLINE.lastIndex = at;
  const found = INLINE.exec(text);
  if (!found || at + found[0].length > block.end) return undefined;
  const [whole, label = '', space = '', bracketed, bare, gap = '', double, single] = found;
  const written = bracketed ?? bare ?? '';
  const target = targetOf(written, folder);
  // A link holds no other link: the inner one counts.
  if (!target || /(?:^|[^\\])\]\(/.test(label.replace(/`[^`\n]*`/g, ''))) return undefined;
  const labelStart = at + 1;
  const addressStart = labelStart + label.length + 2 + space.length + (bracketed === undefined ? 0 : 1);
  const address = { start: addressStart, end: addressStart + written.length };
  const title = double ?? single;
  const common = { ...target, documentLine: lineAt(text, block, at), span: { start: at, end: at + whole.length }, label: { start: labelStart, end: labelStart + label.length }, address };
  if (title === undefined || title.trim() === '') return { kind: 'plain', ...common };
  const titleStart = address.end + (bracketed === undefined ? 0 : 1) + gap.length + 1;
  return { kind: 'titled', ...common, text: decodeTitle(title), title: { start: titleStart, end: titleStart + title.length } };
}

/** File and line of an address, undefined if it has another scheme, no line, or no file. */
function targetOf(written: string, folder: string): { path: string; line: number; lastLine?: number } | undefined {
  const address = decodeTitle(written);
  if (/^[A-Za-z][A-Za-z\d+.-]*:/.test(address) || address.startsWith('//')) return undefined;
  const hash = address.indexOf('#');
  const fragment = FRAGMENT.exec(hash < 0 ? '' : address.slice(hash + 1));
  const file = address.slice(0, Math.max(0, hash)).replace(/\?.*$/, '');
  if (!fragment || file === '' || Number(fragment[1]) === 0) return undefined;
  const decoded = decodePath(file);
  if (decoded.includes('\0')) return undefined;
  const path = pathFromBase(decoded.replace(/^\/+/, ''), decoded.startsWith('/') ? '' : folder);
  return { path, line: Number(fragment[1]), ...(fragment[2] ? { lastLine: Number(fragment[2]) } : {}) };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
