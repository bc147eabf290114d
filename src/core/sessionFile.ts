import { checklist, documentNames, isDocumentName, isItemId, type DocumentName } from './checklist.js';
import { contentHash } from './contentHash.js';
import type { CodeLink, Draft, Entry, Session } from './session.js';

/** What a session file may hold at most. */
export const sessionFileLimits = {
  /** UTF-16 units of the whole file. */
  file: 4_000_000,
  entries: 5_000,
  /** UTF-16 units of a text or a detail. */
  text: 20_000,
  linksOfEntry: 100,
  path: 4_096,
  focus: 1_000,
} as const;

/** A session file that cannot be used; the message is one line that says where, what and what to do. */
export class SessionFileError extends Error {
  override readonly name = 'SessionFileError';
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`);

function textField(fields: Fields, field: string, where: string, limit: number): string | undefined {
  const value = fields[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new SessionFileError(`${where}: '${field}' is ${kindOf(value)}; write it as text in quotes.`);
  if (value.length > limit) throw new SessionFileError(`${where}: '${field}' has ${value.length} characters; shorten it to ${limit}.`);
  return value;
}

function listField(fields: Fields, field: string, where: string, limit: number): readonly unknown[] {
  const value = fields[field] ?? [];
  if (!Array.isArray(value)) throw new SessionFileError(`${where}: '${field}' is ${kindOf(value)}; write it as a list in square brackets.`);
  if (value.length > limit) throw new SessionFileError(`${where}: '${field}' has ${value.length} members; at most ${limit} are taken.`);
  return value;
}

function readLink(value: unknown, where: string): CodeLink {
  if (!isObject(value)) throw new SessionFileError(`${where}: a link is ${kindOf(value)}; write {"path": "src/a.ts", "line": 1}.`);
  const path = textField(value, 'path', where, sessionFileLimits.path)?.replace(/^(?:\.\/)+/, '') ?? '';
  if (path === '') throw new SessionFileError(`${where}: 'path' is missing; write the file's path relative to --folder.`);
  const { line } = value;
  if (typeof line !== 'number' || !Number.isSafeInteger(line) || line < 1) throw new SessionFileError(`${where}: 'line' is ${typeof line === 'number' ? String(line) : kindOf(line)}; write a whole number from 1.`);
  const text = textField(value, 'text', where, sessionFileLimits.text);
  return { path, line, ...(text === undefined ? {} : { text }) };
}

function readDocument(fields: Fields, where: string): DocumentName | undefined {
  const document = textField(fields, 'document', where, 200);
  if (document === undefined || isDocumentName(document)) return document;
  throw new SessionFileError(`${where}: 'document' is '${document.slice(0, 60)}'; use one of ${documentNames.join(', ')}.`);
}

function readEntry(value: unknown, index: number, created: string): Entry {
  const where = `entry ${index + 1}`;
  if (!isObject(value)) throw new SessionFileError(`${where} is ${kindOf(value)}; write {"item": "bug", "text": "…"}.`);
  const { item } = value;
  if (!isItemId(item)) throw new SessionFileError(`${where}: 'item' is ${typeof item === 'string' ? `'${item.slice(0, 60)}'` : kindOf(item)}; use one of ${checklist.map(({ id }) => id).join(', ')}.`);
  const text = textField(value, 'text', where, sessionFileLimits.text) ?? '';
  const detail = textField(value, 'detail', where, sessionFileLimits.text);
  const links = listField(value, 'links', where, sessionFileLimits.linksOfEntry).map((link, at) => readLink(link, `${where}, link ${at + 1}`));
  if (text.trim() === '' && links.length === 0) throw new SessionFileError(`${where}: 'text' is missing; write what was learned.`);
  const document = readDocument(value, where);
  return { id: `entry-${index + 1}`, item, text, ...(detail === undefined ? {} : { detail }), links, ...(document === undefined ? {} : { document }), created };
}

const isDate = (value: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) && new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);

/**
 * Reads the session file of the command line (contracts, "A session file") into a draft with nothing written yet; the
 * session's `date` is set. Unknown fields are ignored. Without an id it is made of the content, and without a time it is
 * noon (UTC) of the date, so that the same file always names the same note.
 * @param json the file's text, with or without BOM
 * @throws SessionFileError with one line for the person
 */
export function readSessionFile(json: string): Draft & { readonly session: Session & { readonly date: string } } {
  if (json.length > sessionFileLimits.file) throw new SessionFileError(`the session file has ${json.length} characters; at most ${sessionFileLimits.file} are read.`);
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\ufeff/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : 'it cannot be parsed';
    throw new SessionFileError(`the session file is not JSON (${reason}); correct it there.`);
  }
  const where = 'the session file';
  if (!isObject(value)) throw new SessionFileError(`${where} is ${kindOf(value)}; write an object with "date" and "entries".`);
  const { version = 1 } = value;
  if (version !== 1) throw new SessionFileError(`${where}: 'version' is ${typeof version === 'number' ? version : kindOf(version)}; this Session Handoff reads version 1.`);
  const date = textField(value, 'date', where, 40);
  if (date === undefined) throw new SessionFileError(`${where}: 'date' is missing; write the section's date like 2026-11-22.`);
  if (!isDate(date)) throw new SessionFileError(`${where}: 'date' is '${date}'; write a day of the calendar like 2026-11-22.`);
  const created = textField(value, 'created', where, 80) ?? `${date}T12:00:00Z`;
  if (!/^\d{4}-\d{2}-\d{2}T/.test(created) || Number.isNaN(Date.parse(created))) throw new SessionFileError(`${where}: 'created' is '${created}'; write a time like 2026-11-22T14:02:33+01:00.`);
  const focus = textField(value, 'focus', where, sessionFileLimits.focus) ?? '';
  if (value['entries'] === undefined) throw new SessionFileError(`${where}: 'entries' is missing; write a list of {"item", "text"}.`);
  const entries = listField(value, 'entries', where, sessionFileLimits.entries).map((entry, index) => readEntry(entry, index, created));
  const named = textField(value, 'id', where, 200);
  if (named !== undefined && !/^[A-Za-z0-9-]+$/.test(named)) throw new SessionFileError(`${where}: 'id' is '${named.slice(0, 60)}'; use letters, digits and hyphens, or leave it out.`);
  const id = named ?? contentHash(JSON.stringify([date, created, focus, entries]));
  return { session: { id, created, date }, focus, entries, ticks: [...new Set(entries.map(({ item }) => item))], dismissed: [], written: [] };
}
