import { randomBytes } from 'node:crypto';
import { open, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { FileError, codeOf, fileError } from './fileError.js';
import { isAlive, processTag, readProcessTag } from './processTag.js';

/** How often a holder says that it still holds, in milliseconds. */
const heartbeat = 2_000;
/** After how long a silent holder counts as gone, in milliseconds: one of another machine, or one that hangs. */
const silence = 30_000;

/** How many times as long the whole wait may become while one holder follows the other. */
const turns = 10;

/** How long to wait for a lock, and when to give up. */
export interface LockOptions {
  /** Milliseconds for which one and the same holder is waited for; 30,000 if not given. Where others get their turn in between, ten times as long. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
}

/**
 * Does something while no other process of ours does it: a lock file, made exclusively, with its holder in it. The lock of a
 * process that died is taken over at once, one of a process that hangs after half a minute. It keeps writers from working in
 * vain and from the few microseconds that a hash check cannot cover; what is written is checked by hash all the same.
 * @param path of the lock file; its folder exists
 * @param subject what is locked, for the message
 * @throws FileError `busy` when it could not be had in time; the signal's reason when that is aborted; what `act` throws
 */
export async function withLock<T>(path: string, subject: string, act: () => Promise<T>, { wait = 30_000, signal }: LockOptions = {}): Promise<T> {
  const token = `${processTag} ${randomBytes(8).toString('hex')}`;
  const end = Date.now() + turns * wait;
  let until = Date.now() + wait;
  let holder: string | undefined;
  for (let round = 0; !(await take(path, token, subject)); round++) {
    signal?.throwIfAborted();
    await removeStaleLock(path);
    const now = await holderOf(path);
    if (now && now !== holder) {
      holder = now;
      until = Math.min(Date.now() + wait, end);
    }
    if (Date.now() > until) throw new FileError(subject, 'busy', 'another window or program of ours is writing there. Try again in a moment.');
    // Random, so that waiting processes do not wake together; shorter the longer it takes, so that who came first is likely first.
    await new Promise((done) => setTimeout(done, 1 + Math.random() * Math.max(25 - round, 8)));
  }
  const beating = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, heartbeat);
  beating.unref();
  try {
    return await act();
  } finally {
    clearInterval(beating);
    // Taken over while we hung: then it is another's.
    if ((await holderOf(path)) === token) await unlink(path).catch(() => undefined);
  }
}

async function take(path: string, token: string, subject: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(token);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    // Windows says EPERM while a file of that name is being removed.
    if (['EEXIST', 'EPERM', 'EBUSY'].includes(codeOf(error) ?? '') && (codeOf(error) === 'EEXIST' || process.platform === 'win32')) return false;
    throw fileError(subject, error);
  }
}

const holderOf = (path: string) => readFile(path, 'utf8').catch(() => undefined);

async function isStale(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry) return false;
  if (Date.now() - entry.mtimeMs > silence) return true;
  const owner = readProcessTag((await holderOf(path))?.split(' ')[0] ?? '');
  // A lock without a holder in it is being written this moment, or its process died in between: silence decides.
  return owner?.isThisMachine === true && !isAlive(owner.pid);
}

/** Removes a lock whose holder is gone, so that it does not stay where nobody asks for it again. Only one process at a time may, else the second would remove the lock that a third took meanwhile. */
export async function removeStaleLock(path: string): Promise<void> {
  if (!(await isStale(path))) return;
  const right = `${path}.takeover`;
  try {
    await (await open(right, 'wx', 0o600)).close();
  } catch {
    const entry = await stat(right).catch(() => undefined);
    if (entry && Date.now() - entry.mtimeMs > silence) await unlink(right).catch(() => undefined);
    return;
  }
  try {
    if (await isStale(path)) await unlink(path).catch(() => undefined);
  } finally {
    await unlink(right).catch(() => undefined);
  }
}
