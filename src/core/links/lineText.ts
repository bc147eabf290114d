/** The longest title of a code link in characters (design.md, "A code link"); a longer line is cut there and ends in `…`. */
export const TITLE_LENGTH = 120;

const ELLIPSIS = '…';
// Control characters (tab included: it separates nothing that a title needs), soft hyphen, zero-width and bidirectional
// marks, embeddings, overrides and isolates, line and paragraph separators, byte order mark.
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A line as a title states it: without control and bidirectional characters, then trimmed. Not cut: compare with
 * {@link statesLine}. Tabs inside a line go as the title's writer drops them, so both sides must be normalised.
 */
export function normaliseLine(line: string): string {
  return line.replace(INVISIBLE, '').trim();
}

/**
 * Whether `title` (decoded, as written) states `line`: equal after normalising, or, where the title was cut and ends in
 * `…`, the line begins with what stands before it. Runs of white space count as one space, since a title's white space
 * may have been re-wrapped by a Markdown formatter.
 */
export function statesLine(title: string, line: string): boolean {
  const stated = squeeze(normaliseLine(title));
  const present = squeeze(normaliseLine(line));
  if (stated === present) return true;
  if (!stated.endsWith(ELLIPSIS)) return false;
  const prefix = stated.slice(0, -ELLIPSIS.length);
  // A title shorter than the cut that ends in … is a line that ends so, not a prefix.
  return [...normaliseLine(title)].length >= TITLE_LENGTH && present.startsWith(prefix.trimEnd());
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/**
 * The lines of a text as VS Code counts them: `\r\n`, `\n` and a lone `\r` end a line; the text after the last end is a
 * line too, if only an empty one. A byte order mark is not part of the first line.
 */
export function splitLines(text: string): string[] {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return body.includes('\r') ? body.split(/\r\n|\n|\r/) : body.split('\n');
}

/**
 * The text of a file's bytes, or undefined for a binary file (a NUL within the first 8,000 bytes, git's rule, unless a
 * byte order mark says UTF-16). UTF-8 and UTF-16 by their marks, else UTF-8, else (not valid UTF-8) Windows-1252, so
 * that a file that changed its encoding still compares by its text.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 8000).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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
