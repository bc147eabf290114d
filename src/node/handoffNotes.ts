import { type Dirent, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readNote, readNoteHead, setStatus, type NoteStatus, type ReadNote } from '../core/handoffNote.js';
import { previousNote, type Here, type NoteSummary } from '../core/noteLife.js';
import { readWhole, replaceFile, resolveInside } from './atomicFile.js';
import type { DocumentsPlace } from './documentFiles.js';
import { FileError, codeOf, fileError } from './fileError.js';
import { decodeText, encodeText } from './textFile.js';

/** A file among the notes that cannot be read as one. */
export interface UnreadableNote {
  readonly file: string;
  /** One plain sentence: why, and what to do. */
  readonly reason: string;
}

/** The notes of a documents' folder. */
export interface NoteList {
  /** In no order: `inListOrder` gives one. */
  readonly notes: readonly NoteSummary[];
  readonly broken: readonly UnreadableNote[];
  /** How many older files were not looked at. */
  readonly leftOut: number;
}

/** How many notes are looked at, the newest by name: years of several people's work. */
const mostNotes = 2_000;
/** How much of a file is read for its front matter, in bytes: our own is shorter even if every character of it is escaped. */
const headSize = 4 * 1024;
const largestHead = 64 * 1024;
/** How many files are read before the event loop gets a turn. */
const slice = 50;

const notesFolder = (place: DocumentsPlace): string => join(place.base, ...place.documentsFolder.split('/'), 'handoffs');
/** What we name a note: a file of another name that is no note is somebody's own, and nothing to complain about. */
const ourName = /^[+\d]+T\d{6}Z-.+\.md$/;
const isNoteName = (name: string): boolean => name.toLowerCase().endsWith('.md') && !name.startsWith('.');

/**
 * Lists the notes of a documents' folder by their front matter. Never throws for a file: one that cannot be read is in `broken`.
 * @returns an empty list when there is no folder of notes
 * @throws FileError when the folder stands there and cannot be read, or leads out of the base folder
 */
export async function listNotes(place: DocumentsPlace): Promise<NoteList> {
  const folder = notesFolder(place);
  let real: string;
  let entries: Dirent[];
  try {
    real = await resolveInside(place.base, folder);
    entries = await readdir(real, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || (error instanceof FileError && error.reason === 'missing')) return { notes: [], broken: [], leftOut: 0 };
    throw fileError(`${place.documentsFolder}/handoffs`, error);
  }
  const files = entries.filter(({ name }) => isNoteName(name)).sort((one, other) => (one.name < other.name ? 1 : -1));
  const notes: NoteSummary[] = [];
  const broken: UnreadableNote[] = [];
  for (const [index, entry] of files.slice(0, mostNotes).entries()) {
    if (index > 0 && index % slice === 0) await new Promise<void>((resolve) => { setImmediate(resolve); });
    const file = `handoffs/${entry.name}`;
    try {
      const path = entry.isSymbolicLink() ? await resolveInside(place.base, join(folder, entry.name)) : join(real, entry.name);
      const head = readHead(path, file);
      if (head.kind === 'head') {
        const { id, author, created, branch, commit, focus, agent, previous, status } = head;
        notes.push({ file, id, author, created, branch, commit, focus, agent, previous, status });
      } else if (ourName.test(entry.name)) broken.push({ file, reason: head.reason });
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' && ourName.test(entry.name)) broken.push({ file, reason: reasonOf(file, error) });
    }
  }
  return { notes, broken, leftOut: Math.max(0, files.length - mostNotes) };
}

/** The sentence of a file error, without the file's name before it. */
function reasonOf(file: string, error: unknown): string {
  const { message } = fileError(file, error);
  const why = message.slice(file.length + 2);
  return `${why.slice(0, 1).toUpperCase()}${why.slice(1)}`;
}

/** Reads as much of a file as its front matter needs; synchronous, since 500 small files in turn would wait 500 times. */
function readHead(path: string, file: string): ReturnType<typeof readNoteHead> {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const entry = fstatSync(descriptor);
    if (!entry.isFile()) throw new FileError(file, 'other', 'it is not an ordinary file.');
    for (let size = headSize; ; size = largestHead) {
      const bytes = Buffer.alloc(Math.min(size, entry.size));
      const read = readSync(descriptor, bytes, 0, bytes.length, 0);
      // The last character may be cut in half: only a whole file tells about its encoding.
      const isWhole = size >= entry.size;
      const head = readNoteHead(isWhole ? decodeText(bytes.subarray(0, read), file) : bytes.toString('utf8', 0, read));
      if (head.kind === 'head' || isWhole || size === largestHead) return head;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A note that was read whole. */
export interface OpenedNote {
  readonly file: string;
  /** Absolute, symbolic links followed. */
  readonly path: string;
  readonly note: ReadNote;
  readonly text: string;
}

/** Where a note's file really is. */
async function locateNote(place: DocumentsPlace, file: string): Promise<string> {
  const name = /^handoffs\/([^/\\\0]+)$/.exec(file)?.[1];
  if (name === undefined || !isNoteName(name)) throw new FileError(file, 'outside', 'it is not a note of this folder.');
  return resolveInside(place.base, join(notesFolder(place), name));
}

/**
 * Reads one note whole.
 * @param file its name relative to the documents' folder: `handoffs/<name>.md`
 * @throws FileError `missing` when it is gone, `other` with the reason when it is no note
 */
export async function openNote(place: DocumentsPlace, file: string): Promise<OpenedNote> {
  const path = await locateNote(place, file);
  const read = await readWhole(path, file);
  if (!read) throw new FileError(file, 'missing', 'the note does not exist any more.');
  const text = decodeText(read.bytes, file);
  const note = readNote(text);
  if (note.kind === 'broken') throw new FileError(file, 'other', note.reason);
  return { file, path, note, text };
}

/**
 * Marks a note done, or open again: only the bytes of its status line change, atomically; a file that another program changed
 * meanwhile is read again.
 * @returns false when it said so already
 * @throws FileError as `openNote`, and what the disk said; the file is then as it was
 */
export async function markNote(place: DocumentsPlace, file: string, status: NoteStatus): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const path = await locateNote(place, file);
    const read = await readWhole(path, file);
    if (!read) throw new FileError(file, 'missing', 'the note does not exist any more.');
    const before = decodeText(read.bytes, file);
    const head = readNoteHead(before);
    if (head.kind === 'broken') throw new FileError(file, 'other', head.reason);
    const after = setStatus(before, status);
    if (after === before) return false;
    try {
      await replaceFile(path, encodeText(after, file), read.hash, file);
      return true;
    } catch (error) {
      if (!(error instanceof FileError) || error.reason !== 'changed' || attempt >= 5) throw error;
    }
  }
}

/**
 * The note that a session's new note follows, as `previousNote` says; '' also where the notes cannot be listed: the Write will say that better.
 */
export const previousNoteIn = (place: DocumentsPlace, here: Here, session: { readonly id: string; readonly created: string }): Promise<string> =>
  listNotes(place).then(({ notes }) => previousNote(notes, here, session), () => '');
