import { readableText, withoutControls } from '../links/untrustedText.js';
import { maskSecrets } from './maskSecrets.js';

/*
 * A stranger's text as part of a suggestion: one line that says the same, with nothing in it that Markdown, HTML, a terminal
 * or a reader's eye would take for more than text.
 */

/** Each run is tried from its start only, so that a long one costs no more than its length; an address takes along what is joined to its end. */
const bareLink = /(?<!\\)\\*(?:(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.|\b(?:mailto|xmpp):)[^\s`<>"]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+[\w.+@-]*)/gi;
/** Tags, comments and instructions, also unfinished ones; addresses between angle brackets. */
const tag = /(?<!\\)\\*<(?:\/?[A-Za-z!?]|[^\s<>`]*@)[^<>`]*>?/g;

const tagOrCode = new RegExp(`(\`[^\`]*\`)|(${tag.source})`, 'g');

/** What begins a block where it begins a line. Source: CommonMark 0.31 §4 and §5, GFM §4.10 (tables). */
const blockStart = /^(?:\s|(?:#{1,6}|[-+*•]|\d{1,9}[.)])(?=\s|$)|[>|]|~{3,}|`{3,})/;
/** A line of nothing but such marks: a rule, the line under a heading, the second row of a table, or nothing said at all. */
const onlyMarks = /^[\s#>|:=*_+~`\\.•-]*$/;

const beginsBlock = (line: string): boolean => blockStart.test(line) || onlyMarks.test(line);

/**
 * A line without the marks that would make a block of it. Asked last of all: what is taken out of a text, its markup or what
 * was cut away, may leave such a mark at its start.
 */
function withoutBlockStart(line: string): string {
  let rest = line;
  for (let mark = blockStart.exec(rest); mark; mark = blockStart.exec(rest)) rest = rest.slice(mark[0].length);
  return onlyMarks.test(rest) ? '' : rest.trimEnd();
}

/** Cuts a text at a word's end if one is near; `…` says that something is missing. */
export function cut(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const start = characters.slice(0, length - 1).join('');
  const space = start.lastIndexOf(' ');
  return `${(space > length * 0.7 ? start.slice(0, space) : start).trimEnd()}…`;
}

const oneLine = (text: string): string => withoutControls(readableText(text).replace(/\s+/g, ' ')).trim();

/** Text in code font, on one line: nothing in it can end the code or be read as markup. Secrets are masked. */
export function code(text: string, length = 160): string {
  const inside = cut(oneLine(maskSecrets(text)).replaceAll('`', "'"), length).trim();
  return inside === '' ? '' : `\`${inside}\``;
}

/** A command as typed, on one line, secrets masked: plain, since its place says that it is a command; in code font if it holds a link. */
export function commandLine(command: string): string {
  const text = oneLine(maskSecrets(command)).replaceAll('`', "'");
  bareLink.lastIndex = 0;
  tag.lastIndex = 0;
  return bareLink.test(text) || tag.test(text) || beginsBlock(text) || /\]\s*[([:]/.test(text) ? code(command, Infinity) : text;
}

/** Prose on one line: markup is taken away, links and tags are put into code font, where they are not live. Secrets are masked. */
export function prose(text: string, length = 240): string {
  const masked = maskSecrets(text);
  const lines = readableText(masked).split('\n').filter((line) => !/^\s*(?:```|~~~)/.test(line)).map(withoutBlockStart);
  const flat = withoutControls(lines.join(' ').replace(/\s+/g, ' ')).trim();
  const short = cut(flat, length);
  const pieces = short.split('`');
  // An odd number of backticks: the last one opens nothing.
  const closed = pieces.length % 2 === 1 ? pieces : [...pieces.slice(0, -2), `${pieces.at(-2) ?? ''}'${pieces.at(-1) ?? ''}`];
  return withoutBlockStart(closed.map((piece, index) => {
    if (index % 2 === 1) return piece.trim() === '' ? '' : `\`${piece}\``;
    // A backslash before our own code font would take it away; before a link it goes into it.
    return (index < closed.length - 1 ? piece.replace(/\\+$/, '') : piece)
      .replace(/!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, (_, label: string, address: string) => (label === address ? address : `${label} (${address})`))
      .replace(/\*\*([^*]+)\*\*|__([^_]+)__/g, (_, bold?: string, other?: string) => bold ?? other ?? '')
      .replace(/!?\[|\]\(|\]\[|\]:/g, (mark) => (mark.startsWith(']') ? `] ${mark.slice(1)}` : '['))
      .replace(bareLink, (link) => {
        const end = /[.,;:!?)\]'"]+$/.exec(link)?.[0] ?? '';
        return `\`${link.slice(0, link.length - end.length)}\`${end}`;
      })
      .replace(tagOrCode, (_, span?: string, element?: string) => span ?? `\`${(element ?? '').trim()}\``);
  }).join('').trim());
}

/** A person's or an agent's words, marked as such. */
export const quoted = (text: string, length = 240): string => `"${prose(text, length).replaceAll('"', "'")}"`;

/** Lines of a detail: each is safe by itself; empty ones are left out. */
export const detailOf = (lines: readonly (string | undefined)[]): string | undefined => {
  const said = lines.filter((line): line is string => line !== undefined && line.trim() !== '');
  return said.length === 0 ? undefined : said.join('\n');
};
