import { dirname, join, relative, sep } from 'node:path';
import { documentNames } from '../core/checklist.js';
import type { FileChange, WritePlan } from '../core/documents/writePlan.js';
import type { DraftChange, Written } from '../core/session.js';
import { type ReadFile, hashOf, readWhole, removeFile, removeStaleTemporaries, replaceFile, resolveInside } from './atomicFile.js';
import { FileError } from './fileError.js';
import { withLock } from './lockFile.js';
import { decodeText, encodeText } from './textFile.js';
import { type FileUndo, type UndoStep, dropUndo, keepUndo, listUndo, newUndoId, readUndo } from './undoRecords.js';
import { nameOfFolder, privateFolder, realFolder, userStateFolder } from './userState.js';

/** The folder of the documents, and where per-user state about it goes. */
export interface DocumentsPlace {
  /** The folder that holds `.claude`: absolute. Nothing outside it is read or written. */
  readonly base: string;
  /** POSIX, relative to `base`, as `checkDocumentsFolder` gave it. */
  readonly documentsFolder: string;
  /** The per-user folder; absent: the platform's. */
  readonly home?: string;
}

/** The documents and notes as they stand on the disk. */
export interface DocumentTexts {
  /** By name relative to the documents' folder, with BOM and line endings; what is missing on the disk is missing here. */
  readonly texts: Readonly<Record<string, string>>;
  /** SHA-256 of the bytes, by the same names. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Files that stand there and cannot be read or may not be written; by the same names. */
  readonly refused: Readonly<Record<string, FileError>>;
}

/** What became of one file of a Write. `line` is as in the plan; `error` tells why it failed: the file is then as it was. */
export interface FileResult {
  readonly file: string;
  readonly status: 'written' | 'created' | 'elsewhere' | 'failed';
  readonly line: number;
  readonly entries: readonly string[];
  readonly beforeHash?: string;
  readonly afterHash?: string;
  readonly error?: FileError;
}

/** What a Write did. */
export interface WriteOutcome {
  readonly files: readonly FileResult[];
  /** The plan made last: where a file had changed meanwhile it was made again. */
  readonly plan: WritePlan;
  /** What was done to each file, of whichever plan, also where it failed or is left to an editor. */
  readonly changes: readonly FileChange[];
  /** What stands in the documents now, of the files that did not fail: to be put into the draft as `written`. */
  readonly written: readonly Written[];
  /** Names the undo record; absent when nothing was written. */
  readonly undo?: string;
}

/** What `writeDocuments` needs besides the place. */
export interface WriteSteps {
  /** Handoff notes to read beside the five documents, like `handoffs/x.md`. */
  readonly notes: readonly string[];
  /** Computes the plan from the present texts; called again when a file changed meanwhile. What it throws ends the Write. */
  readonly plan: (texts: DocumentTexts) => Promise<WritePlan>;
  /** Texts of editors with unsaved changes, by file: they are planned with, and their files are left to the editor (`elsewhere`). */
  readonly dirty?: Readonly<Record<string, string>>;
  /** What the draft says was written before this Write, so that Undo Write can say it again. */
  readonly writtenBefore: readonly Written[];
  /** How often to plan again at most; 50 if not given. */
  readonly attempts?: number;
  /** As of `LockOptions`: for another Write on the same folder. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

const documentsRoot = (place: DocumentsPlace) => join(place.base, ...place.documentsFolder.split('/'));

/**
 * Where a file of the documents' folder really is.
 * @throws FileError when it is not below the base folder, or belongs to generated documents
 */
async function locate(place: DocumentsPlace, file: string): Promise<string> {
  const path = join(documentsRoot(place), ...file.split('/'));
  const way = relative(documentsRoot(place), path);
  if (way.startsWith('..') || /[\0\\]/.test(file)) throw new FileError(file, 'outside', "it is not in the documents' folder.");
  const real = await resolveInside(place.base, path);
  const inBase = relative(await realFolder(place.base), real).split(sep);
  if (inBase[0]?.toLowerCase() === '.claude-project') throw new FileError(file, 'outside', 'it leads into .claude-project, which belongs to generated documents.');
  return real;
}

const nameInMessage = (place: DocumentsPlace, file: string) => `${place.documentsFolder}/${file}`;

async function readOne(place: DocumentsPlace, file: string): Promise<{ read: ReadFile; text: string } | undefined> {
  const real = await locate(place, file).catch((error: unknown) => {
    throw error instanceof FileError ? new FileError(nameInMessage(place, file), error.reason, withoutName(error), { cause: error }) : error;
  });
  const read = await readWhole(real, nameInMessage(place, file));
  return read && { read, text: decodeText(read.bytes, nameInMessage(place, file)) };
}

const withoutName = (error: FileError) => error.message.slice(error.file.length + 2);

/**
 * Reads the five documents and the notes named. Never throws for a file: what cannot be read is in `refused`.
 * @throws FileError only when the base folder itself is gone
 */
export async function readDocuments(place: DocumentsPlace, notes: readonly string[] = []): Promise<DocumentTexts> {
  const texts: Record<string, string> = {};
  const hashes: Record<string, string> = {};
  const refused: Record<string, FileError> = {};
  await resolveInside(place.base, place.base);
  await Promise.all([...documentNames, ...notes].map(async (file) => {
    try {
      const one = await readOne(place, file);
      if (!one) return;
      texts[file] = one.text;
      hashes[file] = one.read.hash;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      refused[file] = error;
    }
  }));
  return { texts, hashes, refused };
}

/**
 * Writes the documents: reads them, plans, and replaces file by file, each whole or not at all. A file that changed since it was
 * read leads to reading and planning again, so that nobody's text is overwritten. Not atomic over the files: each has its result.
 * Only one process of ours writes into one documents' folder at a time.
 * @throws FileError `busy` when another Write did not end, `changed` when a file changed at every attempt; what `plan` throws
 */
export async function writeDocuments(place: DocumentsPlace, steps: WriteSteps): Promise<WriteOutcome> {
  const home = place.home ?? userStateFolder();
  const locks = await privateFolder(join(home, 'locks'));
  const lock = join(locks, `${nameOfFolder(await identityOf(place))}.lock`);
  return withLock(lock, place.documentsFolder, () => carryOut(place, home, steps), { ...(steps.wait !== undefined && { wait: steps.wait }), ...(steps.signal && { signal: steps.signal }) });
}

/** One path for every way to the same documents' folder, also before it exists. */
async function identityOf(place: DocumentsPlace): Promise<string> {
  const real = await realFolder(place.base);
  return resolveInside(place.base, documentsRoot(place)).catch(() => join(real, ...place.documentsFolder.split('/')));
}

async function carryOut(place: DocumentsPlace, home: string, steps: WriteSteps): Promise<WriteOutcome> {
  const { attempts = 50, dirty = {}, signal, now = () => new Date() } = steps;
  const undoSteps: UndoStep[] = [];
  const undoFiles = new Map<string, FileUndo>();
  const results = new Map<string, FileResult>();
  const carriedOut = new Map<string, FileChange>();
  const cleaned = new Set<string>();
  const records = await undoFolder(place, home);
  const keepRecord = (id: string, kept: readonly UndoStep[]) => keepUndo(records, id, { version: 1, at: now().toISOString(), steps: kept, files: [...undoFiles.values()] });
  let undo: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const read = await readDocuments(place, steps.notes);
    const plan = await steps.plan({ ...read, texts: { ...read.texts, ...dirty } });
    // Once a file is written the Write goes on to its end, so that what was written is also reported.
    if (undoSteps.length === 0) signal?.throwIfAborted();
    const changes = plan.changes.map((change) => ({ change, ...(!Object.hasOwn(dirty, change.file) && { bytes: encodeText(change.after, change.file) }) }));
    const planned: UndoStep[] = [];
    for (const { change, bytes } of changes) {
      if (!bytes || read.refused[change.file]) continue;
      planned.push({
        file: change.file,
        afterHash: hashOf(bytes),
        ...(change.before !== undefined && { before: Buffer.from(encodeText(change.before, change.file)).toString('base64'), beforeHash: read.hashes[change.file] ?? '' }),
      });
    }
    // Kept before the first file is touched, so that what a killed Write did can be undone as well.
    if (planned.length > 0) {
      for (const one of undoOf(plan, steps.writtenBefore)) undoFiles.set(one.file, one);
      undo ??= newUndoId(now());
      await keepRecord(undo, [...undoSteps, ...planned]);
    }
    let isStale = false;
    for (const { change, bytes } of changes) {
      const { file, line, entries } = change;
      const base = { file, line, entries };
      if (!bytes) {
        results.set(file, { ...base, status: 'elsewhere' });
        carriedOut.set(file, change);
        continue;
      }
      try {
        const refusal = read.refused[file];
        if (refusal) throw refusal;
        const beforeHash = read.hashes[file];
        if ((change.before === undefined) !== (beforeHash === undefined)) throw new FileError(nameInMessage(place, file), 'other', 'the plan does not fit what was read.');
        const real = await locate(place, file);
        if (!cleaned.has(dirname(real))) await removeStaleTemporaries(dirname(real));
        cleaned.add(dirname(real));
        await replaceFile(real, bytes, beforeHash, nameInMessage(place, file));
        const wasCreated = beforeHash === undefined || results.get(file)?.status === 'created';
        results.set(file, { ...base, status: wasCreated ? 'created' : 'written', ...(beforeHash !== undefined && { beforeHash }), afterHash: hashOf(bytes) });
        carriedOut.set(file, change);
        undoSteps.push(...planned.filter((step) => step.file === file));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        if (error.reason === 'changed' && attempt < attempts) {
          isStale = true;
          break;
        }
        results.set(file, { ...base, status: 'failed', error });
        carriedOut.set(file, change);
      }
    }
    if (isStale) {
      await new Promise((done) => setTimeout(done, Math.random() * Math.min(5 * attempt, 100)));
      continue;
    }
    if (undo && undoSteps.length === 0) await dropUndo(records, undo);
    else if (undo && (planned.length === 0 || planned.some((step) => !undoSteps.includes(step)))) await keepRecord(undo, undoSteps);
    const at = now().toISOString();
    const failed = new Set([...results.values()].filter(({ status }) => status === 'failed').map(({ file }) => file));
    const written = plan.written.filter(({ file }) => !failed.has(file)).map((one) => ({ ...one, at }));
    return { files: [...results.values()], plan, changes: [...carriedOut.values()], written, ...(undo && undoSteps.length > 0 && { undo }) };
  }
}

/** For every file of the plan what the draft must say again when the file is restored. */
function undoOf(plan: WritePlan, writtenBefore: readonly Written[]): FileUndo[] {
  return plan.changes.map(({ file }) => ({
    file,
    written: plan.written.filter((one) => one.file === file).map(({ entry }) => entry),
    before: writtenBefore.filter((one) => one.file === file),
  }));
}

/** What an Undo Write did with one file; `error` tells why it was left as it is. */
export interface UndoResult {
  readonly file: string;
  readonly status: 'restored' | 'removed' | 'unchanged' | 'kept';
  readonly error?: FileError;
}

/** What an Undo Write did. */
export interface UndoOutcome {
  readonly files: readonly UndoResult[];
  /** To be applied to the draft, so that it says again what it said before the files were written. */
  readonly changes: readonly DraftChange[];
}

const undoFolder = async (place: DocumentsPlace, home: string) => join(home, 'undo', nameOfFolder(await identityOf(place)));

/** The Writes of a documents' folder that can be undone, newest first. Unreadable records are left out. */
export async function undoableWrites(place: DocumentsPlace): Promise<readonly { readonly id: string; readonly at: string; readonly files: readonly string[] }[]> {
  const records = await listUndo(await undoFolder(place, place.home ?? userStateFolder()));
  return records.map(({ id, record }) => ({ id, at: record.at, files: [...new Set(record.steps.map(({ file }) => file))] }));
}

/**
 * Undoes a Write: every file that is still what was written is restored to the byte, a file that the Write created is removed,
 * every other is left and named. The record is dropped when nothing of it is left to undo.
 * @param id from `WriteOutcome.undo` or `undoableWrites`
 * @param dirty files that have unsaved changes in an editor: they are left as they are
 * @throws FileError `missing` when there is no such record, `busy` as in a Write
 */
export async function undoWrite(place: DocumentsPlace, id: string, dirty: readonly string[] = []): Promise<UndoOutcome> {
  const home = place.home ?? userStateFolder();
  const folder = await undoFolder(place, home);
  const record = await readUndo(folder, id);
  if (!record) throw new FileError(place.documentsFolder, 'missing', 'there is no record of this Write any more, so it cannot be undone.');
  const locks = await privateFolder(join(home, 'locks'));
  return withLock(join(locks, `${nameOfFolder(await identityOf(place))}.lock`), place.documentsFolder, async () => {
    const files: UndoResult[] = [];
    for (const file of new Set(record.steps.map((step) => step.file))) {
      files.push(await undoFile(place, file, record.steps.filter((step) => step.file === file).reverse(), dirty.includes(file)));
    }
    const undone = new Set(files.filter(({ status }) => status !== 'kept').map(({ file }) => file));
    if (undone.size === files.length) await dropUndo(folder, id);
    return { files, changes: draftAfterUndo(record.files.filter(({ file }) => undone.has(file))) };
  });
}

/** Goes back over one file's steps, the newest first, as far as the file is what each step left. */
async function undoFile(place: DocumentsPlace, file: string, steps: readonly UndoStep[], isDirty: boolean): Promise<UndoResult> {
  const named = nameInMessage(place, file);
  try {
    if (isDirty) throw new FileError(named, 'changed', 'it has unsaved changes in an editor; it was left as it is.');
    const real = await locate(place, file);
    let status: UndoResult['status'] = 'unchanged';
    for (const step of steps) {
      const now = await readWhole(real, named);
      // A Write that was killed or failed had left this file untouched.
      if (now?.hash === step.beforeHash) continue;
      if (now?.hash !== step.afterHash) {
        if (status !== 'unchanged') break;
        throw new FileError(named, 'changed', 'it was changed after the Write; it was left as it is.');
      }
      if (step.before === undefined) {
        await removeFile(real, step.afterHash, named);
        status = 'removed';
      } else {
        await replaceFile(real, Buffer.from(step.before, 'base64'), step.afterHash, named);
        status = 'restored';
      }
    }
    return { file, status };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { file, status: 'kept', error };
  }
}

/** The draft's changes that make it say what it said before the files were written. */
function draftAfterUndo(files: readonly FileUndo[]): DraftChange[] {
  const changes: DraftChange[] = [];
  for (const { file, written, before } of files) {
    const gone = written.filter((entry) => !before.some((one) => one.entry === entry));
    if (gone.length > 0) changes.push({ kind: 'unwritten', written: gone.map((entry) => ({ entry, file })) });
    if (before.length > 0) changes.push({ kind: 'written', written: before });
  }
  return changes;
}
