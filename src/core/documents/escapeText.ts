import { codeSpan } from '../links/codeSpan.js';
import { spelledBidi, withoutBidi } from '../links/untrustedText.js';

/** A stretch of typed text: plain, or code that keeps its look. */
interface Piece {
  readonly code: boolean;
  readonly text: string;
}

/**
 * What GitHub, remark-gfm and VS Code's preview turn into a link by themselves, escaped or not (remark looks at the decoded
 * text): it is put in code font, so that no link stands in a document but ours.
 * Source: GFM 6.9, mdast-util-gfm-autolink-literal 2.0.1, linkify-it. Wider than theirs on purpose.
 */
const autolink = /(?:https?:\/\/|ftp:\/\/|www\.|(?:mailto|xmpp):(?=\S))[^\s`]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?:\/[^\s`]*)?/giu;
const trailingPunctuation = /[?!.,:;*_~'")\]}>]+$/;

const isPunctuation = (character: string | undefined): boolean => character !== undefined && /^[!-/:-@[-`{-~]$/.test(character);
const isSpace = (character: string | undefined): boolean => character === undefined || character === ' ' || character === '\t';
const isWord = (character: string | undefined): boolean => character !== undefined && /^[\p{L}\p{N}]$/u.test(character);

/** Splits one line at its code spans (CommonMark 6.1: a run of backticks is closed by the next run of the same length). */
function splitAtCode(line: string): Piece[] {
  const runs = [...line.matchAll(/`+/g)].map((match) => ({ at: match.index, length: match[0].length }));
  const pieces: Piece[] = [];
  let from = 0;
  for (let i = 0; i < runs.length; i++) {
    const open = runs[i];
    const end = open ? runs.findIndex((run, index) => index > i && run.length === open.length) : -1;
    const close = runs[end];
    if (!open || !close) continue;
    const inside = line.slice(open.at + open.length, close.at);
    const stripped = inside.startsWith(' ') && inside.endsWith(' ') && /[^ ]/.test(inside) ? inside.slice(1, -1) : inside;
    pieces.push({ code: false, text: line.slice(from, open.at) }, { code: true, text: stripped });
    from = close.at + close.length;
    i = end;
  }
  pieces.push({ code: false, text: line.slice(from) });
  return pieces;
}

function splitAtAutolinks({ code, text }: Piece): Piece[] {
  if (code) return [{ code, text }];
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(autolink)) {
    const prefix = /^(?:https?:\/\/|ftp:\/\/|www\.|mailto:|xmpp:)/i.exec(match[0])?.[0].length ?? match[0].length;
    const length = Math.max(prefix, match[0].replace(trailingPunctuation, '').length);
    pieces.push({ code: false, text: text.slice(from, match.index) }, { code: true, text: match[0].slice(0, length) });
    from = match.index + length;
  }
  pieces.push({ code: false, text: text.slice(from) });
  return pieces;
}

/** Pieces of one line without empty ones; neighbouring code is one piece, since two spans side by side would read as one fence. */
function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  for (const piece of splitAtCode(line).flatMap(splitAtAutolinks)) {
    const text = piece.code ? withoutBidi(piece.text) : piece.text;
    if (text === '') continue;
    const last = pieces.at(-1);
    if (piece.code && last?.code) pieces[pieces.length - 1] = { code: true, text: last.text + text };
    else pieces.push({ code: piece.code, text });
  }
  return pieces;
}

/** Whether a run of `*`, `_` or `~` could open or close emphasis (CommonMark 6.2, narrowed to what never can). */
function isDelimiter(text: string, start: number, end: number): boolean {
  const before = text[start - 1];
  const after = text[end];
  if (isSpace(before) && isSpace(after)) return false;
  return !(text[start] === '_' && isWord(before) && isWord(after));
}

const delimiterRuns = (text: string) => [...text.matchAll(/\*+|_+|~+/g)].map((match) => ({ character: match[0].charAt(0), start: match.index, end: match.index + match[0].length }));

/**
 * Which of `*`, `_` and `~` need escapes in these lines: one that has a single delimiter run in a whole paragraph has no
 * partner, and is left as it was typed.
 */
function pairedCharacters(lines: readonly (readonly Piece[])[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const pieces of lines) {
    for (const { code, text } of pieces) {
      if (code) continue;
      for (const run of delimiterRuns(text)) {
        // The neighbours of a piece are code, whose backticks are punctuation: never a reason to leave one out.
        if (isDelimiter(text, run.start, run.end) || run.start === 0 || run.end === text.length) counts.set(run.character, (counts.get(run.character) ?? 0) + 1);
      }
    }
  }
  return new Set([...counts].filter(([, count]) => count > 1).map(([character]) => character));
}

function escapePlain(text: string, paired: ReadonlySet<string>): string {
  const escaped = new Set<number>();
  for (const run of delimiterRuns(text)) {
    if (!paired.has(run.character)) continue;
    if (!isDelimiter(text, run.start, run.end) && run.start > 0 && run.end < text.length) continue;
    for (let at = run.start; at < run.end; at++) escaped.add(at);
  }
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const next = text[at + 1];
    // VS Code's link finder reads HTML in the source, escaped by a backslash or not; without attributes it has no link.
    if (character === '<' && /^<[A-Za-z][\w:.-]*(?:[\s/]|$)/.test(text.slice(at))) {
      result += '&lt;';
      continue;
    }
    // It also takes two backticks for code, escaped or not, and finds none of our links between them.
    if (character === '`') {
      result += '&#96;';
      continue;
    }
    const escape =
      character === '[' ||
      // VS Code's link finder would join it with a bracket that stands open anywhere before.
      (character === ']' && /^[([:]$/.test(next ?? '')) ||
      (character === '<' && !isSpace(next) && next !== '=') ||
      (character === '&' && /^&[#\w]+;/.test(text.slice(at, at + 40))) ||
      (character === '\\' && (next === undefined || isPunctuation(next) || spelledBidi(next) !== next)) ||
      escaped.has(at);
    result += escape ? `\\${character}` : character;
  }
  return result;
}

/** What would begin a block of its own at the start of a line: headings, quotes, lists, rules, fences, tables, mathematics. */
const blockStart = /^(?:#{1,6}(?=[ \t]|$)|>|[-+*](?=[ \t]|$)|~{3,}|={1,}[ \t]*$|[-_*](?:[ \t]*[-_*]){2,}[ \t]*$|-+[ \t]*$|[|:\- \t]+$|\$\$)/;
const orderedMarker = /^(\d{1,9})([.)])(?=[ \t]|$)/;

function escapeLineStart(escaped: string): string {
  const ordered = orderedMarker.exec(escaped);
  if (ordered) return `${ordered[1] ?? ''}\\${escaped.slice(ordered[1]?.length ?? 0)}`;
  return blockStart.test(escaped) ? `\\${escaped}` : escaped;
}

/**
 * Typed texts as the lines of one Markdown paragraph that reads as exactly those lines: inline code stays code, everything
 * else is literal text, and nothing in it opens a block, a link, a reference, a table or HTML. Blank lines are left out,
 * white space at the end of a line too; indentation of later lines stays in the source (a paragraph ignores it).
 * @param texts as `readableText` gives them; they follow each other in one paragraph
 * @returns the lines of each text
 */
export function escapeLines(texts: readonly string[]): string[][] {
  let first = true;
  const typed = texts.map((text) => text.split('\n').map((line) => line.replace(/[ \t]+$/, '')).filter((line) => line.trim() !== '').map((line) => {
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    const kept = first ? '' : indent;
    first = false;
    return { indent: kept, pieces: piecesOf(line.slice(indent.length)) };
  }));
  const paired = pairedCharacters(typed.flat().map(({ pieces }) => pieces));
  return typed.map((lines) => lines.map(({ indent, pieces }) => {
    const rendered = pieces.map(({ code, text }) => (code ? codeSpan(text) : spelledBidi(escapePlain(text, paired)))).join('');
    return indent + (pieces[0]?.code === false ? escapeLineStart(rendered) : rendered);
  }));
}

/**
 * The inverse of `escapeLines` for one line: Markdown text as it was typed, code spans in their backticks, character
 * references of ours decoded.
 */
export function unescapeLine(line: string): string {
  return line.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)|\\([!-/:-@[-`{-~])|&#x([0-9A-F]{1,6});|&lt;|&#96;/g, (whole, fence: string | undefined, _code, escaped: string | undefined, hex: string | undefined) => {
    if (fence !== undefined) return whole;
    if (whole === '&lt;') return '<';
    if (whole === '&#96;') return '`';
    return escaped ?? String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(hex ?? '20', 16)));
  });
}
