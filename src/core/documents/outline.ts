/** A heading that stands in no container (no list, no quote): only these make sections. */
export interface Heading {
  /** Where its first line begins. */
  readonly start: number;
  /** Behind its last line's end. */
  readonly end: number;
  readonly depth: number;
  /** As it stands in the source, without `#` and the spaces around it. */
  readonly text: string;
}

/** One item of a list. */
export interface ListItem {
  /** Where its bullet stands. */
  readonly start: number;
  /** Behind its last character, line end not included. */
  readonly end: number;
}

/** A block that stands in no container, and is no heading. */
export interface Block {
  readonly start: number;
  /** Behind its last line's end. */
  readonly end: number;
  /** A list, quote or footnote that ends in code or HTML which may still be open: a blank line behind it can belong to that. */
  readonly open: boolean;
  readonly list?: { readonly bullet: string; readonly ordered: boolean; readonly tasks: boolean; readonly items: readonly ListItem[] };
}

/** The blocks of a Markdown text by their positions (UTF-16 offsets). */
export interface Outline {
  readonly headings: readonly Heading[];
  /**
   * Where the document's blocks end for us: the beginning of a fence, comment or other HTML that is never closed and
   * would swallow whatever is appended; else the length of the text.
   */
  readonly end: number;
  /** A blank line at `end` would become part of what stands there: an open fence or HTML inside a list, quote or footnote. */
  readonly tight: boolean;
  /** The other blocks between two offsets, both of which are borders of blocks. */
  blocks(start: number, end: number): readonly Block[];
}

/** The offset of the line that `offset` is on. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at--;
  return at;
}

/** Behind the end of the line that `offset` is on: behind its line end, or the length of the text. */
export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  if (text[at] === '\r' && text[at + 1] === '\n') return at + 2;
  return Math.min(at + 1, text.length);
}

/** The text of a heading by its source (ATX or setext), as it is compared. */
export function headingText(source: string): string {
  const atx = /^[ \t]*#{1,6}(?:[ \t]+|$)/.exec(source);
  if (atx) return source.slice(atx[0].length).replace(/[\r\n]+$/, '').replace(/(?:^|[ \t]+)#+[ \t]*$/, '').trim();
  return source.replace(/[\r\n]+[ \t]*(?:=+|-+)[ \t]*[\r\n]*$/, '').trim();
}

/** The text has nothing but white space. */
export const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

/** The line ends that part an insertion at `offset` from the lines before it: with `blank`, up to a blank line. */
export function leadingLines(text: string, offset: number, eol: string, blank: boolean): string {
  const start = lineStart(text, offset);
  const lastLine = text.slice(start, offset);
  if (isBlank(text.slice(0, offset))) return lastLine === '' ? '' : eol;
  if (lastLine !== '') return blank && !isBlank(lastLine) ? eol + eol : eol;
  const before = start - (text.startsWith('\r\n', start - 2) ? 2 : 1);
  return blank && !isBlank(text.slice(lineStart(text, before), before)) ? eol : '';
}

/**
 * Where the text behind YAML front matter begins; 0 if there is none: a first line of dashes without a second
 * one is a rule. (remark-frontmatter 5.0.0 then sees no list and no quote in the whole text: we do not ask it.)
 */
export function frontMatterEnd(text: string): number {
  if (!/^---[ \t]*(?:[\r\n]|$)/.test(text.slice(0, 200))) return 0;
  let at = lineEnd(text, 0);
  while (at < text.length) {
    const next = lineEnd(text, at);
    if (/^---[ \t]*$/.test(text.slice(at, next).replace(/[\r\n]+$/, ''))) return next;
    at = next;
  }
  return 0;
}
