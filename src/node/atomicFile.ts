import { createHash, randomBytes } from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, readdir, realpath, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { FileError, codeOf, fileError } from './fileError.js';
import { isAlive, processTag, readProcessTag } from './processTag.js';

/** A file as it was read. */
export interface ReadFile {
  /** Where it really is, symbolic links followed, in the spelling of the disk. */
  readonly realPath: string;
  readonly bytes: Uint8Array;
  /** SHA-256, lower-case hexadecimal. */
  readonly hash: string;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number };
}

/** Larger files are nobody's document: 64 MB. */
const largest = 64 * 1024 * 1024;

/** SHA-256 of bytes, lower-case hexadecimal. */
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Whether a real path is a folder or lies in it; both absolute. */
export const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

/**
 * Where a path really is, symbolic links followed, also links among its folders. The file and its nearest folders may be missing.
 * @param root the folder that it must not lead out of
 * @param path absolute
 * @throws FileError `outside` when it leads out of `root`, into a `.git` folder, or, through a link, to a file of another kind
 *   (a `.md` that is really a `.ts`); `brokenLink`, `denied`, `notDirectory` as they come
 */
export async function resolveInside(root: string, path: string): Promise<string> {
  const file = relative(root, path) || path;
  let realRoot: string;
  try {
    realRoot = await realpath(root);
  } catch (error) {
    throw fileError(root, error);
  }
  let existing = resolve(path);
  const missing: string[] = [];
  let real: string | undefined;
  while (real === undefined) {
    try {
      real = await realpath(existing);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw fileError(file, error);
      const isLink = await lstat(existing).then((entry) => entry.isSymbolicLink(), () => false);
      if (isLink) throw new FileError(file, 'brokenLink', 'it is a symbolic link that leads nowhere. Remove the link or make its target.');
      if (dirname(existing) === existing) throw fileError(file, error);
      missing.unshift(basename(existing));
      existing = dirname(existing);
    }
  }
  const target = join(real, ...missing);
  if (!isInside(realRoot, target)) throw new FileError(file, 'outside', 'a symbolic link leads out of the folder; nothing is written there.');
  if (relative(realRoot, target).split(sep).some((part) => part.toLowerCase() === '.git')) {
    throw new FileError(file, 'outside', "it leads into git's own folder; nothing is written there.");
  }
  if (extname(target).toLowerCase() !== extname(path).toLowerCase()) {
    throw new FileError(file, 'outside', 'it is a symbolic link to a file of another kind; nothing is written there.');
  }
  return target;
}

/**
 * Reads a file whole.
 * @param realPath as `resolveInside` gave it
 * @param file the name to put into a message
 * @returns undefined when there is none
 * @throws FileError when something stands there that cannot be read as a file
 */
export async function readWhole(realPath: string, file: string): Promise<ReadFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK the opening of a named pipe would wait for ever for a writer.
    handle = await open(realPath, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const entry = await handle.stat();
    if (entry.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    if (!entry.isFile()) throw new FileError(file, 'other', 'it is not an ordinary file.');
    if (entry.size > largest) throw new FileError(file, 'large', `it is larger than ${largest / 1024 / 1024} MB.`);
    const bytes = await handle.readFile();
    return { realPath, bytes, hash: hashOf(bytes), mode: entry.mode & 0o7777, owner: { uid: entry.uid, gid: entry.gid } };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw fileError(file, error);
  } finally {
    await handle?.close();
  }
}

/** `.session-handoff-<process tag>-<random>.tmp`: beside the target, so that the rename stays on one disk. */
const temporaryName = /^\.session-handoff-(.+)-[0-9a-f]{12}\.tmp$/;
const own = new Set<string>();

/**
 * Removes the temporary files that dead processes left in a folder. One of this machine goes when its process is gone; one of
 * another machine (a shared disk, a container), whose processes we cannot see, when it is an hour old. Never throws.
 * @param what folders of such a name are removed only from our own state, never from a repository
 */
export async function removeStaleTemporaries(folder: string, what: 'files' | 'files and folders' = 'files'): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(names.map(async (name) => {
    const tag = temporaryName.exec(name)?.[1];
    if (tag === undefined) return;
    const path = join(folder, name);
    if (own.has(path)) return;
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.NaN }));
    const isOld = Date.now() - mtimeMs > 3_600_000;
    const owner = readProcessTag(tag);
    if (isOld || (owner?.isThisMachine && (owner.pid === process.pid || !isAlive(owner.pid)))) await (what === 'files' ? unlink(path) : rm(path, { recursive: true })).catch(() => undefined);
  }));
}

/** Makes a rename or a new name in a folder last through a power cut; file systems that cannot are left alone. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  // Windows cannot sync a folder, and some network disks refuse: the rename itself was done.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** The mode of files that are new: what the person's umask leaves of 0666. */
const newFileMode = 0o666;

/**
 * Puts bytes in the place of a file, whole or not at all: a temporary file in the same folder, synced, the target's hash checked
 * just before, renamed. Its permissions are kept.
 * @param realPath as `resolveInside` gave it; missing folders are made
 * @param expectedHash what the file must hold now; undefined: there must be none, and one that came up meanwhile is not touched
 * @param file the name to put into a message
 * @param newMode permission bits of a new file
 * @throws FileError `changed` when the file is not what was expected; else what the disk said. The file is then as it was.
 */
export async function replaceFile(realPath: string, bytes: Uint8Array, expectedHash: string | undefined, file: string, newMode = newFileMode): Promise<void> {
  const folder = dirname(realPath);
  const temporary = join(folder, `.session-handoff-${processTag}-${randomBytes(6).toString('hex')}.tmp`);
  own.add(temporary);
  try {
    await mkdir(folder, { recursive: true });
    const before = await readWhole(realPath, file);
    if (before?.hash !== expectedHash) throw changed(file);
    // Renaming over a write-protected file works on POSIX; whoever protected it did not mean that.
    if (before && (before.mode & 0o222) === 0) throw new FileError(file, 'readOnlyFile', 'the file is read-only. Allow writing to it and try again.');
    const handle = await open(temporary, 'wx', before ? 0o600 : newMode);
    try {
      await handle.writeFile(bytes);
      if (before) {
        // Only root may give a file away; for everybody else it is their own already, or becomes theirs as with every editor.
        await handle.chown(before.owner.uid, before.owner.gid).catch(() => undefined);
        await handle.chmod(before.mode);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A folder among the parents may have been swapped for a link since the path was resolved.
    if ((await realpath(folder)) !== folder) throw new FileError(file, 'outside', 'one of its folders was replaced by a symbolic link; nothing was written.');
    if (expectedHash === undefined) await createFrom(temporary, realPath, file);
    else await renameOver(temporary, realPath, expectedHash, file);
    await syncFolder(folder);
  } catch (error) {
    throw fileError(file, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
    own.delete(temporary);
  }
}

const changed = (file: string) => new FileError(file, 'changed', 'it was changed by another program meanwhile.');

/** Gives the temporary file its name only if that name is free. */
async function createFrom(temporary: string, realPath: string, file: string): Promise<void> {
  try {
    await link(temporary, realPath);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw changed(file);
    // Disks without hard links (exFAT, some network disks): an empty file takes the name, and is replaced if it is still empty.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES', 'EINVAL'].includes(codeOf(error) ?? '')) throw error;
    const placeholder = await open(realPath, 'wx').catch((cause: unknown) => {
      throw codeOf(cause) === 'EEXIST' ? changed(file) : cause;
    });
    await placeholder.close();
    await renameOver(temporary, realPath, hashOf(new Uint8Array()), file);
  }
}

/**
 * Hash, stat and rename run in one go, without a turn of the event loop between them: what is left is the time between the
 * stat and the rename (some microseconds), in which another program's change would be overwritten.
 */
async function renameOver(temporary: string, realPath: string, expectedHash: string, file: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      whileUnchanged(realPath, expectedHash, file, () => renameSync(temporary, realPath));
      return;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT') throw changed(file);
      // On Windows a virus scanner or an indexer may hold the file for some milliseconds.
      if (process.platform !== 'win32' || attempt >= 10 || !['EPERM', 'EACCES', 'EBUSY'].includes(code ?? '')) throw error;
      await new Promise((done) => setTimeout(done, 20 * (attempt + 1)));
    }
  }
}

/** Acts on a file right after its hash and then its stat were found as expected. */
function whileUnchanged(realPath: string, expectedHash: string, file: string, act: () => void): void {
  const descriptor = openSync(realPath, 'r');
  let seen: BigIntStats;
  try {
    seen = fstatSync(descriptor, { bigint: true });
    if (hashOf(readFileSync(descriptor)) !== expectedHash) throw changed(file);
  } finally {
    // Windows replaces no file that is open.
    closeSync(descriptor);
  }
  const now = lstatSync(realPath, { bigint: true });
  if (now.ino !== seen.ino || now.size !== seen.size || now.mtimeNs !== seen.mtimeNs || now.ctimeNs !== seen.ctimeNs) throw changed(file);
  act();
}

/**
 * Removes a file if it still holds what is expected; hash, stat and removal in one go, as in a replacement.
 * @throws FileError `changed` if it does not
 */
export async function removeFile(realPath: string, expectedHash: string, file: string): Promise<void> {
  try {
    whileUnchanged(realPath, expectedHash, file, () => unlinkSync(realPath));
    await syncFolder(dirname(realPath));
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? changed(file) : fileError(file, error);
  }
}
