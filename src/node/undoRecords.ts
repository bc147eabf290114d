import { randomBytes } from 'node:crypto';
import { open, readFile, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Written } from '../core/session.js';
import { fileError } from './fileError.js';
import { privateFolder } from './userState.js';

/** One replacement of one file, in the order in which they were made. */
export interface UndoStep {
  /** POSIX, relative to the documents' folder. */
  readonly file: string;
  /** The bytes before, base64, and their SHA-256; absent when the file was created. */
  readonly before?: string;
  readonly beforeHash?: string;
  /** SHA-256 of what was written. */
  readonly afterHash: string;
}

/** What the draft said of one file before a Write, and which entries the Write put there. */
export interface FileUndo {
  readonly file: string;
  readonly written: readonly string[];
  readonly before: readonly Written[];
}

/** What one Write did, with the bytes that were there before. */
export interface UndoRecord {
  readonly version: 1;
  /** ISO 8601. */
  readonly at: string;
  readonly steps: readonly UndoStep[];
  readonly files: readonly FileUndo[];
}

/** How many records are kept for one documents' folder, and how many bytes they may take together; the oldest go first. */
const most = { records: 20, bytes: 32 * 1024 * 1024 };

const isId = (id: string) => /^[0-9TZ]{16,20}-[0-9a-f]{8}$/.test(id);

/** A name for a new record that sorts by time. */
export const newUndoId = (now: Date): string => `${now.toISOString().replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;

/** Writes a record, whole or not at all, readable by the user alone; removes the oldest when there are too many. */
export async function keepUndo(folder: string, id: string, record: UndoRecord): Promise<void> {
  await privateFolder(folder);
  const path = join(folder, `${id}.json`);
  const temporary = `${path}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(record));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError('the record for Undo Write', error);
  }
  await removeOldest(folder, id);
}

async function removeOldest(folder: string, kept: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).sort().reverse();
  let bytes = 0;
  let records = 0;
  for (const name of names) {
    const path = join(folder, name);
    const size = await stat(path).then((entry) => entry.size, () => 0);
    if (name.endsWith('.tmp')) {
      // Left by a process that died while it wrote; one that is being written this moment is younger.
      const age = await stat(path).then((entry) => Date.now() - entry.mtimeMs, () => 0);
      if (age > 3_600_000) await unlink(path).catch(() => undefined);
      continue;
    }
    bytes += size;
    records++;
    if ((records > most.records || bytes > most.bytes) && name !== `${kept}.json`) await unlink(path).catch(() => undefined);
  }
}

/** A record by its id; undefined when there is none or it cannot be read. */
export async function readUndo(folder: string, id: string): Promise<UndoRecord | undefined> {
  if (!isId(id)) return undefined;
  const text = await readFile(join(folder, `${id}.json`), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** All records that can be read, newest first. */
export async function listUndo(folder: string): Promise<readonly { readonly id: string; readonly record: UndoRecord }[]> {
  const ids = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length)).sort().reverse();
  const records = await Promise.all(ids.map(async (id) => ({ id, record: await readUndo(folder, id) })));
  return records.flatMap(({ id, record }) => (record ? [{ id, record }] : []));
}

/** Removes a record. */
export const dropUndo = (folder: string, id: string): Promise<void> => (isId(id) ? rm(join(folder, `${id}.json`), { force: true }) : Promise.resolve());

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isStep = (value: unknown): value is UndoStep => isObject(value) && isText(value['file']) && isText(value['afterHash'])
  && (value['before'] === undefined ? value['beforeHash'] === undefined : isText(value['before']) && isText(value['beforeHash']));
const isWritten = (value: unknown): value is Written => isObject(value) && ['entry', 'file', 'text', 'at'].every((key) => isText(value[key]));
const isFileUndo = (value: unknown): value is FileUndo => isObject(value) && isText(value['file'])
  && Array.isArray(value['written']) && value['written'].every(isText) && Array.isArray(value['before']) && value['before'].every(isWritten);
const isRecord = (value: unknown): value is UndoRecord => isObject(value) && value['version'] === 1 && isText(value['at'])
  && Array.isArray(value['steps']) && value['steps'].every(isStep) && Array.isArray(value['files']) && value['files'].every(isFileUndo);
