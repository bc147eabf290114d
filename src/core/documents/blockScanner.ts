import { frontMatterEnd, headingText, lineEnd, type Heading } from './outline.js';

/** What a scan of a document's lines tells. */
export interface Scan {
  /** Headings that stand in no container. */
  readonly headings: readonly Heading[];
  /** Where the last block begins that stands in no container, or the length of the text if there is none. */
  readonly lastBlock: number;
  /** At the end of the text a fence, comment or other HTML is open: in no container, or inside a list, quote or footnote. */
  readonly open: 'no' | 'root' | 'container';
  /** The block before the last one is a list, quote or footnote that ends in code or HTML. */
  readonly openBefore: boolean;
}

interface Quote { readonly kind: 'quote' }
interface Footnote { readonly kind: 'footnote' }
interface Item {
  readonly kind: 'item';
  /** Bullet, or the delimiter of the number. */
  readonly marker: string;
  /** Columns that later lines need to be in it. */
  readonly size: number;
  /** Nothing stands behind its marker, and nothing has come yet. */
  empty: boolean;
  /** It was empty, and a blank line followed: whatever comes is not in it. */
  ended: boolean;
}
type Container = Quote | Footnote | Item;

interface Fence { readonly kind: 'fence'; readonly character: string; readonly length: number }
/** HTML that ends at a line with `until`, or at a blank line. */
interface Html { readonly kind: 'html'; readonly until: RegExp | undefined }
interface Paragraph {
  readonly kind: 'paragraph';
  readonly start: number;
  /** It may be, or begin with, link reference definitions. */
  readonly bracket: boolean;
  /** A later line looks like a table's delimiter row. */
  table: boolean;
}
/** Indented code; blank lines may stand in it. */
interface Indented { readonly kind: 'indented' }
type Leaf = Fence | Html | Paragraph | Indented | undefined;

/** Names of HTML blocks that end at a blank line (CommonMark 0.31, 4.6, condition 6). */
const blockNames = 'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul';
const htmlStarts: readonly { readonly start: RegExp; readonly until: RegExp | undefined }[] = [
  { start: /^<(?:script|pre|style|textarea)(?=[\s>]|$)/i, until: /<\/(?:script|pre|style|textarea)>/i },
  { start: /^<!--/, until: /-->/ },
  { start: /^<\?/, until: /\?>/ },
  { start: /^<!\[CDATA\[/, until: /\]\]>/ },
  { start: /^<![A-Za-z]/, until: />/ },
  { start: new RegExp(`^</?(?:${blockNames})(?:[ \\t]|/?>|$)`, 'i'), until: undefined },
];
/** Condition 7: one complete tag alone on its line; it does not interrupt a paragraph. */
const completeTag = /^(?:<[A-Za-z][A-Za-z0-9-]*(?:[ \t]+[A-Za-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^ \t"'=<>`]+|'[^']*'|"[^"]*"))?)*[ \t]*\/?>|<\/[A-Za-z][A-Za-z0-9-]*[ \t]*>)[ \t]*$/;

const thematicBreak = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const atxHeading = /^(#{1,6})(?:[ \t]|$)/;
const setextUnderline = /^(?:=+|-+)[ \t]*$/;
const fenceStart = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
const listMarker = /^(?:([-+*])|(\d{1,9})([.)]))(?=[ \t]|$)/;
const footnoteStart = /^\[\^[^\s[\]]+\]:/;
const delimiterRow = /^[-:| \t]*[-:][-:| \t]*$/;

/** One line, read from left to right in columns: a tab leads to the next multiple of four (CommonMark 2.2). */
class Line {
  #at: number;
  #column = 0;
  /** Columns of a tab that were used in part. */
  #rest = 0;

  constructor(private readonly text: string, start: number, private readonly end: number) {
    this.#at = start;
  }

  /** Columns before what is not white space. */
  indent(): number {
    let columns = this.#rest;
    let column = this.#column + this.#rest;
    for (let at = this.#at; at < this.end; at++) {
      const width = this.text[at] === ' ' ? 1 : this.text[at] === '\t' ? 4 - (column % 4) : 0;
      if (width === 0) return columns;
      columns += width;
      column += width;
    }
    return columns;
  }

  /** What is left of the line, without white space before it. */
  content(): string {
    let at = this.#at;
    while (at < this.end && (this.text[at] === ' ' || this.text[at] === '\t')) at++;
    return this.text.slice(at, this.end);
  }

  isBlank(): boolean {
    return this.content() === '';
  }

  /** Goes on by so many columns of white space, or to what is not. */
  skipColumns(columns: number): void {
    let left = columns;
    const used = Math.min(left, this.#rest);
    this.#rest -= used;
    this.#column += used;
    left -= used;
    while (left > 0 && this.#at < this.end) {
      const width = this.text[this.#at] === ' ' ? 1 : this.text[this.#at] === '\t' ? 4 - (this.#column % 4) : 0;
      if (width === 0) return;
      this.#at++;
      const taken = Math.min(left, width);
      this.#column += taken;
      this.#rest = width - taken;
      left -= taken;
    }
  }

  /** Goes on by so many characters, none of them white space. */
  skipCharacters(count: number): void {
    this.#at += count;
    this.#column += count;
  }
}

/** Thrown, and caught in `scanBlocks`, where the lines leave open how remark reads them. */
class Unsure extends Error {}

class Scanner {
  readonly headings: Heading[] = [];
  #containers: Container[] = [];
  #leaf: Leaf;
  #lastBlock: number;
  #openBefore = false;
  /** What was begun last is code or HTML, closed or not. */
  #endsInRaw = false;
  #lineStart = 0;
  #lineEnd = 0;
  /** The line before is blank, or this is the first. */
  #afterBlank = true;

  constructor(private readonly text: string) {
    this.#lastBlock = text.length;
  }

  scan(): Scan {
    const { text } = this;
    let at = frontMatterEnd(text);
    while (at < text.length) {
      const next = lineEnd(text, at);
      let end = next;
      while (end > at && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
      this.#lineStart = at;
      this.#lineEnd = next;
      const source = text.slice(at, end);
      this.#take(new Line(text, at, end), source);
      this.#afterBlank = /^[ \t]*$/.test(source);
      at = next;
    }
    const open = this.#leaf?.kind === 'fence' || (this.#leaf?.kind === 'html' && this.#leaf.until !== undefined);
    return { headings: this.headings, lastBlock: this.#lastBlock, open: !open ? 'no' : this.#containers.length === 0 ? 'root' : 'container', openBefore: this.#openBefore };
  }

  #take(line: Line, whole: string): void {
    const matched = this.#matchContainers(line);
    const all = matched === this.#containers.length;
    if (all && this.#continueLeaf(line)) return;
    if (line.isBlank()) {
      // A blank line ends a paragraph, and what no container takes it into.
      if (!all || this.#leaf?.kind !== 'indented') this.#leaf = undefined;
      this.#containers.length = matched;
      return;
    }
    this.#startBlocks(line, matched, whole);
  }

  /** How many of the open containers this line is in. */
  #matchContainers(line: Line): number {
    let matched = 0;
    for (const container of this.#containers) {
      const indent = line.indent();
      const blank = line.isBlank();
      if (container.kind === 'quote') {
        if (indent > 3 || !line.content().startsWith('>')) break;
        line.skipColumns(indent);
        line.skipCharacters(1);
        line.skipColumns(1);
      } else if (container.kind === 'footnote') {
        if (!blank && indent < 4) break;
        line.skipColumns(4);
      } else if (blank) {
        if (container.empty) container.ended = true;
        line.skipColumns(container.size);
      } else {
        if (container.ended || indent < container.size) break;
        container.empty = false;
        line.skipColumns(container.size);
      }
      matched++;
    }
    return matched;
  }

  /** Whether the line belongs to the open fence or HTML. */
  #continueLeaf(line: Line): boolean {
    const leaf = this.#leaf;
    if (leaf?.kind === 'fence') {
      const content = line.content().replace(/[ \t]+$/, '');
      const closes = line.indent() <= 3 && content.length >= leaf.length && content === leaf.character.repeat(content.length);
      if (closes) this.#leaf = undefined;
      return true;
    }
    if (leaf?.kind === 'html') {
      if (leaf.until?.source.startsWith('\\]') && line.content().includes(']]]>')) throw new Unsure();
      if (leaf.until ? leaf.until.test(line.content()) : line.isBlank()) this.#leaf = undefined;
      return leaf.until !== undefined || !line.isBlank();
    }
    return false;
  }

  #startBlocks(line: Line, matchedBefore: number, whole: string): void {
    let matched = matchedBefore;
    const paragraph = this.#leaf?.kind === 'paragraph' ? this.#leaf : undefined;
    /** Whether a paragraph is open that a line in fewer containers would continue lazily. */
    let interrupts = paragraph !== undefined;
    const lazy = matched < this.#containers.length;
    const open = (container: Container) => {
      const before = this.#containers[matched];
      const continuesList = container.kind === 'item' && before?.kind === 'item' && before.marker === container.marker;
      if (matched === 0 && !continuesList) this.#startLastBlock();
      this.#containers.length = matched;
      this.#containers.push(container);
      this.#leaf = undefined;
      this.#endsInRaw = false;
      interrupts = false;
      matched++;
    };
    const startLeaf = (leaf: Leaf, isRaw = leaf !== undefined && leaf.kind !== 'paragraph') => {
      if (matched === 0) this.#startLastBlock();
      this.#containers.length = matched;
      this.#leaf = leaf;
      this.#endsInRaw = isRaw;
    };
    for (;;) {
      const indent = line.indent();
      const content = line.content();
      if (content === '') {
        // Only behind a new container's marker.
        return;
      }
      if (indent >= 4) {
        if (interrupts) {
          if (lazy && matched < this.#containers.length && paragraph?.table) throw new Unsure();
          return;
        }
        if (this.#leaf?.kind !== 'indented' || matched < this.#containers.length) startLeaf({ kind: 'indented' });
        return;
      }
      if (content.startsWith('>')) {
        line.skipColumns(indent);
        line.skipCharacters(1);
        open({ kind: 'quote' });
        line.skipColumns(1);
        continue;
      }
      const atx = atxHeading.exec(content);
      if (atx) {
        startLeaf(undefined);
        if (matched === 0) this.#heading(this.#lineStart, (atx[1] ?? '').length, whole);
        return;
      }
      const fence = fenceStart.exec(content);
      if (fence) {
        const run = fence[1] ?? fence[2] ?? '';
        startLeaf({ kind: 'fence', character: run.charAt(0), length: run.length });
        return;
      }
      if (content.startsWith('<')) {
        const html = htmlStarts.find(({ start }) => start.test(content));
        if (html) {
          if (content.includes(']]]>')) throw new Unsure();
          const opened = content.replace(/^<!--|^<\?|^<!\[CDATA\[/, (start) => (start === '<!--' ? '--' : start === '<?' ? '?' : ''));
          startLeaf(html.until?.test(opened) ? undefined : { kind: 'html', until: html.until }, true);
          return;
        }
        if (completeTag.test(content)) {
          if (!interrupts) {
            startLeaf({ kind: 'html', until: undefined });
            return;
          }
          if (matched < this.#containers.length || paragraph?.table) throw new Unsure();
        }
      }
      if (interrupts && paragraph && matched === this.#containers.length && setextUnderline.test(content)) {
        if (paragraph.bracket || paragraph.table) {
          if (matched === 0) throw new Unsure();
        }
        if (matched === 0) this.#heading(paragraph.start, content.startsWith('=') ? 1 : 2, this.text.slice(paragraph.start, this.#lineEnd));
        this.#leaf = undefined;
        this.#endsInRaw = false;
        return;
      }
      if (thematicBreak.test(content)) {
        startLeaf(undefined);
        return;
      }
      const marker = listMarker.exec(content);
      if (marker && this.#openItem(line, marker, indent, matched, paragraph, open)) continue;
      if (footnoteStart.test(content)) {
        line.skipColumns(indent);
        line.skipCharacters((footnoteStart.exec(content)?.[0] ?? '').length);
        open({ kind: 'footnote' });
        continue;
      }
      if (interrupts && paragraph) {
        if (matched < this.#containers.length && paragraph.table) throw new Unsure();
        if (delimiterRow.test(content)) paragraph.table = true;
        return;
      }
      startLeaf({ kind: 'paragraph', start: this.#lineStart, bracket: content.startsWith('['), table: false });
      return;
    }
  }

  /** Opens a list item if the marker may begin one here. */
  #openItem(line: Line, marker: RegExpExecArray, indent: number, matched: number, paragraph: Paragraph | undefined, open: (item: Item) => void): boolean {
    const [found, bullet, number, delimiter] = marker;
    const kind = bullet ?? delimiter ?? '';
    const empty = /^[ \t]*$/.test(line.content().slice(found.length));
    const next = this.#containers[matched];
    const sibling = next?.kind === 'item' && next.marker === kind;
    if (!sibling && (!this.#afterBlank || this.#leaf) && (empty || (number !== undefined && number !== '1'))) {
      // Such an item does not interrupt a paragraph. Directly behind anything else, or in another container, implementations do not agree.
      if (!paragraph || this.#leaf !== paragraph || matched < this.#containers.length || paragraph.table) throw new Unsure();
      return false;
    }
    line.skipColumns(indent);
    line.skipCharacters(found.length);
    const spaces = line.indent();
    const after = empty || spaces > 4 ? 1 : spaces;
    open({ kind: 'item', marker: kind, size: indent + found.length + after, empty, ended: false });
    line.skipColumns(after);
    return true;
  }

  #startLastBlock(): void {
    this.#openBefore = this.#containers.length > 0 && this.#endsInRaw;
    this.#lastBlock = this.#lineStart;
  }

  #heading(start: number, depth: number, source: string): void {
    this.#lastBlock = start;
    this.headings.push({ start, end: this.#lineEnd, depth, text: headingText(source) });
  }
}

/**
 * Scans the lines of a Markdown text for its block structure (CommonMark 0.31 with GFM's footnotes and tables), without
 * looking into paragraphs: some hundred times faster than a parser. Where implementations differ, or only a parse of the
 * paragraph can tell, it gives up.
 * @param text without BOM
 * @returns undefined where it is not sure to read the text as remark does
 */
export function scanBlocks(text: string): Scan | undefined {
  try {
    return new Scanner(text).scan();
  } catch (error) {
    if (error instanceof Unsure) return undefined;
    throw error;
  }
}
