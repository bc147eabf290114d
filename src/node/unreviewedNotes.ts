import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeUnreviewedNote, encodeUnreviewedNote, type UnreviewedNote } from '../core/unreviewedNote.js';
import { readWhole, removeStaleTemporaries, replaceFile } from './atomicFile.js';
import { FileError } from './fileError.js';
import { folderState, nameOfFolder, privateFolder, realFolder, userStateFolder } from './userState.js';

/** How many notes are kept for one folder; older ones go. */
const kept = 20;

const fileName = /^\d{8}T\d{9}Z-[A-Za-z0-9-]+\.json$/;

/** Sorts by time, whatever the id. */
const nameOf = ({ created, id }: Pick<UnreviewedNote, 'created' | 'id'>): string => `${new Date(created).toISOString().replace(/[-:.]/g, '')}-${id}.json`;

/**
 * Where the unreviewed notes of a folder lie, to be watched. It need not exist yet.
 * @param base the folder that holds `.claude`
 */
export const unreviewedFolder = async (base: string, home: string = userStateFolder()): Promise<string> => join(home, 'folders', nameOfFolder(await realFolder(base)), 'unreviewed');

/**
 * Stores a note, or stores it again with more in it, whole or not at all.
 * @param base the folder that holds `.claude`
 * @throws FileError when it cannot be stored
 */
export async function storeUnreviewed(base: string, note: UnreviewedNote, home: string = userStateFolder()): Promise<void> {
  const folder = await realFolder(await privateFolder(join(await folderState(base, home), 'unreviewed')));
  const path = join(folder, nameOf(note));
  const before = await readWhole(path, 'the unreviewed note');
  await replaceFile(path, Buffer.from(encodeUnreviewedNote(note)), before?.hash, 'the unreviewed note', 0o600);
  const names = (await readdir(folder)).filter((name) => fileName.test(name)).sort();
  for (const name of names.slice(0, -kept)) await rm(join(folder, name), { force: true });
  await removeStaleTemporaries(folder);
}

/**
 * The notes of a folder that nobody has reviewed, newest first. What cannot be read is left out.
 * @param base the folder that holds `.claude`
 */
export async function listUnreviewed(base: string, home: string = userStateFolder()): Promise<readonly UnreviewedNote[]> {
  const folder = await unreviewedFolder(base, home);
  const names = (await readdir(folder).catch(() => [])).filter((name) => fileName.test(name)).sort().reverse();
  const notes = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').then(decodeUnreviewedNote, () => undefined)));
  return notes.filter((note) => note !== undefined);
}

/** Removes a note: it was reviewed. One that is gone already is no error. */
export async function removeUnreviewed(base: string, note: Pick<UnreviewedNote, 'created' | 'id'>, home: string = userStateFolder()): Promise<void> {
  const name = nameOf(note);
  if (!fileName.test(name)) throw new FileError(name, 'outside', 'it is not an unreviewed note.');
  await rm(join(await unreviewedFolder(base, home), name), { force: true });
}
