import { matchesTitle } from './codeLink.js';
import { withoutControls } from './untrustedText.js';

/**
 * Whether `title` (decoded) states `line`: equal in a title's form, or a beginning where the title was cut and ends in `…`.
 * The whole text of a line states it too, and runs of white space count as one space, since a Markdown formatter may
 * have re-wrapped the title.
 */
export function statesLine(title: string, line: string): boolean {
  if (title === line.trim()) return true;
  const text = withoutControls(title.trim()).trim();
  return matchesTitle(line, text) || matchesTitle(squeeze(line), squeeze(text));
}

function squeeze(text: string): string {
  return text.trim().replace(/[^\S\n]+/g, ' ');
}

/**
 * The lines of a text as VS Code counts them: `\r\n`, `\n` and a lone `\r` end a line; the text after the last end is a
 * line too, if only an empty one. A byte order mark is not part of the first line.
 */
export function splitLines(text: string): string[] {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return body.includes('\r') ? body.split(/\r\n|\n|\r/) : body.split('\n');
}

// A byte order mark stays in the text, as in the file: offsets count it.
const KEEP_MARK = { ignoreBOM: true };

/**
 * The text of a file's bytes, or undefined for a binary file (a NUL within the first 8,000 bytes, git's rule, unless a
 * byte order mark says UTF-16). UTF-8 and UTF-16 by their marks, else UTF-8, else (not valid UTF-8) Windows-1252, so
 * that a file that changed its encoding still compares by its text.
 */
export function decodeAnyText(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le', KEEP_MARK).decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be', KEEP_MARK).decode(bytes);
  if (bytes.subarray(0, 8000).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ...KEEP_MARK }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * How much a line says, as a weight: 0 for a blank one, under 0.5 for braces and keywords that every block has, about 1 for
 * a short statement, at most 3. What is matched by little must be supported by more around it.
 */
export function lineWeight(line: string): number {
  const text = line.trim();
  if (text === '') return 0;
  const words = text.match(/[\p{L}\p{N}]+/gu);
  if (!words) return 0.1;
  if (words.length === 1 && COMMON.has(text.replace(/[^\p{L}]+/gu, ' ').trim().toLowerCase())) return 0.2;
  let letters = 0;
  for (const word of words) letters += Math.min(word.length, 12);
  return Math.min(3, 0.3 + letters / 14);
}

/** Whether a line alone says so little that only its surroundings tell it from others: blank, braces, `end`, `else`, … */
export function isWeakLine(line: string): boolean {
  return lineWeight(line) < 0.5 && !/[\p{L}\p{N}]{4,}/u.test(line.replace(/\b(?:else|then|done|begin|endif|break|return|pass)\b/giu, ''));
}

const COMMON = new Set(['end', 'else', 'fi', 'done', 'then', 'do', 'begin', 'try', 'finally', 'return', 'break', 'continue', 'pass', 'div', 'p', 'ul', 'li', 'tr', 'td', 'span', 'endif', 'endfor', 'endblock', 'override', 'test', 'public', 'private', 'protected', 'default']);
