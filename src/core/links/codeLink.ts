import type { CodeLink } from '../session.js';
import { codeSpan } from './codeSpan.js';
import { hasControls, withoutControls } from './untrustedText.js';

/** Where a link is written: both ways start at the folder that holds `.claude`. */
export interface LinkPlace {
  /** The folder of the document, POSIX, like `.claude/docs/handoffs`; `''` is the folder that holds `.claude` itself. */
  readonly folder: string;
  /** The workspace folder, to which links' paths are relative; `''` when it is the folder that holds `.claude`. */
  readonly workspacePath: string;
}

/** How much of a line's text a link's title holds before it is cut. */
export const titleLength = 120;

/**
 * A path relative to the folder that holds `.claude`, `.` and `..` resolved; `..` at its beginning leads out of it.
 * An absolute path (POSIX, drive or UNC) stays as it is.
 */
export function pathFromBase(path: string, workspacePath: string): string {
  if (isAbsolute(path)) return path;
  const segments: string[] = [];
  for (const segment of `${workspacePath}/${path}`.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop();
    else segments.push(segment);
  }
  return segments.join('/');
}

const isAbsolute = (path: string): boolean => /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path);

/**
 * Whether VS Code would resolve a written link to this path (relative to the folder that holds `.claude`): not outside of
 * it, not absolute, no control characters, no backslash (VS Code takes it for a separator) and no `%` before two
 * hexadecimal digits (its link target loses one level of encoding; measured with vscode-markdown-languageservice 0.4.0 and 0.5.0).
 */
export function isLinkable(path: string): boolean {
  return path !== '' && path !== '..' && !path.startsWith('../') && !isAbsolute(path) && !hasControls(path) && !path.includes('\\') && !/%[\dA-Fa-f]{2}/.test(path);
}

/**
 * A line's text as a link's title holds it, before it is encoded: trimmed, without control and bidirectional characters,
 * at most 120 characters, then `…`. Lines are compared in this form; one that ends in `…` is a beginning.
 */
export function titleOf(line: string): string {
  const text = withoutControls(line.trim()).trim();
  const characters = text.length > titleLength ? [...text] : [];
  return characters.length > titleLength ? `${characters.slice(0, titleLength).join('')}…` : text;
}

/**
 * Whether a line's text is the one that a title was made of, or begins with it where the title was cut.
 * @param title decoded
 */
export function matchesTitle(line: string, title: string): boolean {
  const text = withoutControls(line.trim()).trim();
  return text === title || titleOf(line) === title || (title.endsWith('…') && text.startsWith(title.slice(0, -1)));
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;', '\\': '&#92;', '`': '&#96;', '[': '&#91;', ']': '&#93;',
};
const named: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'", nbsp: '\u00a0' };

/** A title for writing between double quotes: what Markdown or VS Code's link finder would trip over is a character reference. */
export const encodeTitle = (title: string): string => title.replace(/[&"<>\\`[\]]/g, (character) => references[character] ?? character);

/**
 * The text of a title as it stands in a document, quotes not included: character references and backslash escapes of
 * others decoded. What is no reference stays.
 */
export function decodeTitle(encoded: string): string {
  return encoded.replace(/&(?:#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6})|([a-z]{2,4}));|\\([!-/:-@[-`{-~])/g, (whole, decimal?: string, hex?: string, name?: string, escaped?: string) => {
    if (escaped !== undefined) return escaped;
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

/** One segment of an address: `encodeURIComponent`, and `!'()*` too, which Markdown or VS Code would read otherwise. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The address of a file's line, from a document's folder: relative, POSIX, encoded, `#L` and the line.
 * @param path relative to the folder that holds `.claude`, and linkable
 */
export function addressOf(path: string, line: number, folder: string): string {
  const from = folder.split('/').filter((segment) => segment !== '' && segment !== '.');
  const to = path.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => '..'), ...to.slice(common).map(encodeSegment)].join('/') + `#L${line}`;
}

const labelEscapes = /[\\`*_~[\]<]|&(?=[#\w]+;)/g;
const isWord = (character: string): boolean => /^[\p{L}\p{N}]$/u.test(character);

/** A label that reads as exactly this text; `_` inside a word stays as it is, so that paths stay legible in the source. */
function escapeLabel(label: string): string {
  return label.replace(labelEscapes, (character, at: number) => (character === '_' && isWord(label.charAt(at - 1)) && isWord(label.charAt(at + 1)) ? character : `\\${character}`));
}

/** The 1-based line that is written: a whole number from 1. */
const lineOf = ({ line }: CodeLink): number => (Number.isFinite(line) ? Math.max(1, Math.trunc(line)) : 1);

/** `path:line` from the folder that holds `.claude`, as plain text. */
export const codeLinkLabel = (link: CodeLink, workspacePath: string): string => `${pathFromBase(link.path, workspacePath)}:${lineOf(link)}`;

/**
 * A place in the code as Markdown: `[path:line](address#Lline "text of that line")`. What cannot be linked (`isLinkable`)
 * is `path:line` in code font.
 */
export function formatCodeLink(link: CodeLink, place: LinkPlace): string {
  const path = pathFromBase(link.path, place.workspacePath);
  const line = lineOf(link);
  if (!isLinkable(path)) return codeSpan(`${withoutControls(path)}:${line}`);
  const title = titleOf(link.text ?? '');
  return `[${escapeLabel(`${path}:${line}`)}](${addressOf(path, line, place.folder)}${title === '' ? '' : ` "${encodeTitle(title)}"`})`;
}
