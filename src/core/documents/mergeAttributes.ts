import { documentNames } from '../checklist.js';
import type { TextEdit } from './writePlan.js';

/** What `.gitattributes` in the documents' folder needs, so that branches that append to the same end merge. */
export interface AttributesPlan {
  /** The lines to add, without line ends; none if git knows of every document already. */
  readonly lines: readonly string[];
  readonly edits: readonly TextEdit[];
  readonly after: string;
}

/** Whether a pattern of `.gitattributes` (gitattributes(5)) in the documents' folder matches a document there. */
function matches(pattern: string, name: string): boolean {
  const own = pattern.replace(/^\//, '');
  if (own.includes('/')) return false;
  const expression = own.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  try {
    return new RegExp(`^${expression}$`).test(name);
  } catch {
    return false;
  }
}

/**
 * Works out the lines `<document> merge=union` that are missing. A document for which the file says anything about
 * `merge` is left to whoever wrote that.
 * @param text the present `.gitattributes` of the documents' folder; undefined if there is none
 */
export function mergeAttributesEdits(text?: string): AttributesPlan {
  const before = text ?? '';
  const said = before.split(/\r\n|[\r\n]/).flatMap((line) => {
    const [pattern = '', ...attributes] = line.trim().split(/[ \t]+/);
    const merge = attributes.some((attribute) => /^[-!]?merge(?:=|$)|^-?binary$/.test(attribute));
    return merge && !pattern.startsWith('#') ? [pattern.replace(/^"(.*)"$/, '$1')] : [];
  });
  const lines = documentNames.filter((name) => !said.some((pattern) => matches(pattern, name))).map((name) => `${name} merge=union`);
  if (lines.length === 0) return { lines, edits: [], after: before };
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const inserted = (before === '' || /[\r\n]$/.test(before) ? '' : eol) + lines.map((line) => line + eol).join('');
  return { lines, edits: [{ offset: before.length, length: 0, text: inserted }], after: before + inserted };
}
