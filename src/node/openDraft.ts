import { randomBytes } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type JournalRecord, type Registers, type Seen, type Stamp, addRecords, compareStamps, draftOf, encodeRecord, encodeSnapshot, lateRecords, nextStamp, seenIn, unwrittenEntries,
} from '../core/draftJournal.js';
import type { Draft, DraftChange, Session } from '../core/session.js';
import { removeStaleTemporaries, replaceFile, syncFolder } from './atomicFile.js';
import {
  type DraftOptions, type DraftProblem, type JournalCache, draftsFolder, laterName, loadJournals, localTime, readJournals, readSeen, sessionFolders, sessionOf,
} from './draftFiles.js';
import { type FileError, fileError } from './fileError.js';
import { removeStaleLock, withLock } from './lockFile.js';
import { processTag } from './processTag.js';
import { privateFolder, userStateFolder } from './userState.js';

/** What the new session starts with. */
export interface NewSessionOptions {
  readonly startCommit?: string;
  /** Takes along the entries that no Write has put anywhere; true if not given. */
  readonly carry?: boolean;
}

const newSessionId = () => randomBytes(8).toString('hex');

/** The journal that this window appends to. */
interface OwnJournal {
  readonly handle: FileHandle;
  readonly path: string;
  lines: number;
  /** The last append failed, so that the file may end within a line. */
  isBroken: boolean;
}

/**
 * The draft of a workspace folder, shared by every window that has it open: each appends to its own journal and reads the others'.
 * What `apply` was given is on the disk, synced, some milliseconds later. Made by `openDraft`.
 */
export class OpenDraft {
  readonly #drafts: string;
  readonly #now: () => Date;
  readonly #compactAt: number;
  /** This window in stamps and file names. */
  readonly #window = randomBytes(6).toString('hex');
  readonly #listeners = new Set<(draft: Draft) => void>();
  #sessions: readonly string[] = [];
  #registers = new Map<string, JournalRecord>();
  /** Made of the registers when it is asked for; absent after a change. */
  #draft: Draft | undefined;
  #cache: JournalCache = new Map();
  #problems: readonly DraftProblem[] = [];
  #latest: Stamp | undefined;
  #seq = 0;

  // The writer: what is accepted and not yet synced, and the journal that this window has in the current session.
  #pending: JournalRecord[] = [];
  #own = new Map<string, JournalRecord>();
  #file: OwnJournal | undefined;
  #files = 0;
  #work: Promise<void> = Promise.resolve();
  #failure: FileError | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  #watchers: FSWatcher[] = [];
  #poll: ReturnType<typeof setInterval> | undefined;
  #look: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  /** Only `openDraft` calls this. */
  constructor(drafts: string, { now = () => new Date(), compactAt = 8 }: DraftOptions) {
    this.#drafts = drafts;
    this.#now = now;
    this.#compactAt = compactAt;
  }

  /** The draft with every change accepted so far, of all windows. */
  get draft(): Draft {
    return (this.#draft ??= draftOf(this.#registers, this.#session()));
  }

  get problems(): readonly DraftProblem[] {
    return this.#failure
      ? [...this.#problems, { file: this.#failure.file, reason: 'notSaved', lines: this.#pending.length, message: this.#failure.message }]
      : this.#problems;
  }

  /** Accepts a change: it is in `draft` at once, and on the disk some milliseconds later. Never throws: see `flush` and `problems`. */
  apply(change: DraftChange): void {
    const record: JournalRecord = { ...nextStamp(this.#now(), this.#window, this.#seq++, this.#latest), change };
    this.#latest = record;
    addRecords(this.#registers, [record]);
    this.#pending.push(record);
    this.#draft = undefined;
    this.#schedule();
  }

  /**
   * Waits until everything accepted is on the disk.
   * @throws FileError when it cannot be saved; it stays in `draft` and is tried again by itself
   */
  async flush(): Promise<void> {
    this.#schedule();
    await this.#work;
    if (this.#failure) throw this.#failure;
  }

  /** Tells of changes that others made, of a new session, and of problems that came or went; not of what `apply` was given. */
  onDidChange(listener: (draft: Draft) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /**
   * Ends the session and begins a new one, in every window. The old one stays on the disk. When another window began one at
   * the same moment, that one is taken.
   * @throws FileError when it cannot be begun; the old session then goes on
   */
  async newSession({ startCommit, carry = true }: NewSessionOptions = {}): Promise<Draft> {
    await this.flush();
    const before = this.#sessions.at(-1);
    await withLock(join(this.#drafts, 'sessions.lock'), 'the draft', async () => {
      const sessions = await sessionFolders(this.#drafts);
      if (sessions.at(-1) !== before) return;
      const { registers } = await loadJournals(this.#drafts, sessions);
      const old = draftOf(registers, this.#session());
      await this.#begin(startCommit, carry ? unwrittenEntries(old).map((entry) => ({ kind: 'entry', entry })) : [], seenIn(registers));
    });
    await this.#read();
    return this.draft;
  }

  /** Saves what is accepted and lets go of files, watchers and timers. Throws nothing: what cannot be saved is lost with the window. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#look);
    clearInterval(this.#poll);
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
    this.#listeners.clear();
    await this.flush().catch(() => undefined);
    clearTimeout(this.#retry);
    await this.#file?.handle.close().catch(() => undefined);
    this.#file = undefined;
  }

  /** Only `openDraft` calls this: finds or begins the session, reads it, and watches. */
  async start(): Promise<void> {
    if ((await sessionFolders(this.#drafts)).length === 0) {
      await withLock(join(this.#drafts, 'sessions.lock'), 'the draft', async () => {
        if ((await sessionFolders(this.#drafts)).length === 0) await this.#begin(undefined, [], {});
      });
    }
    await this.#read();
    this.#work = this.#work.then(() => this.#tidy()).catch(() => undefined);
    await this.#work;
  }

  #session(): Session {
    return sessionOf(this.#sessions.at(-1) ?? '');
  }

  /** Makes a session's folder with everything in it under another name first, so that it is there whole or not at all. */
  async #begin(startCommit: string | undefined, changes: readonly DraftChange[], seen: Seen): Promise<void> {
    const id = newSessionId();
    const stamp = nextStamp(this.#now(), this.#window, this.#seq++, this.#latest);
    this.#latest = stamp;
    const session: Session = { id, created: localTime(new Date(stamp.at)), ...(startCommit !== undefined && { startCommit }) };
    const records: JournalRecord[] = [{ ...stamp, change: { kind: 'session', session } }];
    for (const change of changes) records.push({ ...stamp, seq: this.#seq++, change });
    const making = join(this.#drafts, `.session-handoff-${processTag}-${randomBytes(6).toString('hex')}.tmp`);
    try {
      await mkdir(making, { mode: 0o700 });
      await writeSynced(join(making, 'seen.json'), JSON.stringify(seen));
      await writeSynced(join(making, this.#nextFile()), records.map(encodeRecord).join(''));
      await syncFolder(making);
      // The name of the last session sorts last even when the clock was set back.
      const last = (await sessionFolders(this.#drafts)).at(-1) ?? '';
      const began = stamp.at.replace(/[-:.]/g, '');
      const name = `${began > last.slice(0, began.length) ? began : laterName(last)}-${id}`;
      await rename(making, join(this.#drafts, name));
      await syncFolder(this.#drafts);
    } catch (error) {
      await rm(making, { recursive: true, force: true }).catch(() => undefined);
      throw fileError('the draft', error);
    }
  }

  #nextFile(): string {
    return `${processTag}-${this.#window}-${this.#files++}.journal`;
  }

  /** Reads all journals anew and merges them with what is not synced yet. */
  async #read(): Promise<void> {
    const sessions = await sessionFolders(this.#drafts);
    const loaded = await loadJournals(this.#drafts, sessions, this.#cache);
    if (this.#isDisposed) return;
    const current = sessions.at(-1);
    let isNew = current !== this.#sessions.at(-1);
    if (isNew) {
      const seen = current === undefined ? undefined : await readSeen(join(this.#drafts, current));
      // From here to the end nothing waits, so that no change falls between the sessions.
      const late = seen ? lateRecords(this.#own.values(), seen).filter((record) => !this.#pending.includes(record)) : [];
      this.#sessions = sessions;
      this.#own = new Map();
      const old = this.#file;
      this.#file = undefined;
      if (old) this.#work = this.#work.then(() => old.handle.close()).catch(() => undefined);
      this.#pending.unshift(...late);
      this.#registers = loaded.registers;
      addRecords(this.#registers, this.#pending);
      this.#cache = new Map([...this.#cache].filter(([path]) => sessions.slice(-2).some((name) => path.startsWith(join(this.#drafts, name)))));
      if (current !== undefined) this.#watch(current);
    } else {
      isNew = this.#learn(loaded.registers);
    }
    for (const record of this.#registers.values()) {
      if (!this.#latest || compareStamps(this.#latest, record) < 0) this.#latest = record;
    }
    const setAside = this.#problems.filter(({ reason }) => reason === 'damaged');
    const hadProblems = JSON.stringify(this.#problems);
    this.#problems = [...setAside, ...loaded.problems];
    if (isNew) this.#draft = undefined;
    if (this.#pending.length > 0) this.#schedule();
    if (isNew || hadProblems !== JSON.stringify(this.#problems)) this.#tell();
  }

  /** Takes what others made newer into the registers; says whether there was anything. */
  #learn(others: Registers): boolean {
    let isNew = false;
    for (const [subject, record] of others) {
      const known = this.#registers.get(subject);
      if (known && compareStamps(known, record) >= 0) continue;
      this.#registers.set(subject, record);
      isNew = true;
    }
    return isNew;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener(this.draft);
  }

  #watch(current: string): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
    const look = () => {
      // Several writers' events become one look; a steady stream of them does not put it off.
      this.#look ??= setTimeout(() => {
        this.#look = undefined;
        if (!this.#isDisposed) void this.#read().catch(() => undefined);
      }, 40);
    };
    const watchers = [this.#drafts, join(this.#drafts, current)];
    try {
      for (const folder of watchers) {
        const watcher = watch(folder, { persistent: false }, (event, name) => {
          if (typeof name !== 'string' || !name.startsWith(`${processTag}-${this.#window}-`)) look();
          else if (event === 'rename') this.#work = this.#work.then(() => this.#heal()).catch(() => undefined);
        });
        watcher.on('error', () => this.#pollInstead(look));
        this.#watchers.push(watcher);
      }
    } catch {
      // No watches left on this machine, or a disk that has none.
      this.#pollInstead(look);
    }
  }

  #pollInstead(look: () => void): void {
    if (this.#poll || this.#isDisposed) return;
    this.#poll = setInterval(look, 3_000);
    this.#poll.unref();
  }

  #schedule(): void {
    if (this.#pending.length === 0) return;
    this.#work = this.#work.then(() => this.#save());
  }

  /** Appends and syncs what is pending. Whatever came meanwhile is a later turn's. */
  async #save(): Promise<void> {
    const batch = this.#pending.slice();
    if (batch.length === 0) return;
    const session = this.#sessions.at(-1);
    if (session === undefined) return;
    clearTimeout(this.#retry);
    try {
      const file = this.#file ?? (await this.#newJournal(session, []));
      const text = `${file.isBroken ? '\n' : ''}${batch.map(encodeRecord).join('')}`;
      file.isBroken = true;
      await file.handle.appendFile(text);
      await file.handle.datasync();
      file.isBroken = false;
      file.lines += batch.length;
      if (this.#sessions.at(-1) !== session) {
        // The session changed while this was written: the next turn writes it into the new one as well.
        return;
      }
      addRecords(this.#own, batch);
      await this.#heal();
      if (this.#file === file && file.lines > 4 * this.#own.size + 500) await this.#rewrite(session, file, true);
      this.#pending = this.#pending.filter((record) => !batch.includes(record));
      this.#failures = 0;
      if (this.#failure) {
        this.#failure = undefined;
        this.#tell();
      }
    } catch (error) {
      const isNews = !this.#failure;
      this.#failure = fileError('the draft', error);
      const wait = Math.min(1_000 * 2 ** this.#failures++, 30_000);
      if (!this.#isDisposed) {
        this.#retry = setTimeout(() => this.#schedule(), wait);
        this.#retry.unref();
      }
      if (isNews) this.#tell();
    }
  }

  /** Writes this window's journal again when somebody removed it or set it aside. */
  async #heal(): Promise<void> {
    const file = this.#file;
    const session = this.#sessions.at(-1);
    if (!file || session === undefined) return;
    const isThere = await stat(file.path).then(async (entry) => entry.ino === (await file.handle.stat()).ino, () => false);
    if (!isThere && this.#file === file) await this.#rewrite(session, file, false);
  }

  /** A new journal of this window that holds records already, made whole before it gets its name. */
  async #newJournal(session: string, records: readonly JournalRecord[]): Promise<OwnJournal> {
    const folder = await privateFolder(join(this.#drafts, session));
    const path = join(folder, this.#nextFile());
    await replaceFile(path, Buffer.from(encodeSnapshot(addRecords(new Map(), records))), undefined, path, 0o600);
    const handle = await open(path, 'a', 0o600);
    const file = { handle, path, lines: records.length, isBroken: false };
    if (this.#sessions.at(-1) === session) this.#file = file;
    return file;
  }

  async #rewrite(session: string, old: OwnJournal, isThere: boolean): Promise<void> {
    await this.#newJournal(session, [...this.#own.values()]);
    await old.handle.close();
    if (isThere) await unlink(old.path).catch(() => undefined);
  }

  /**
   * Sets damaged journals of windows that are gone aside, and puts many of them into one. What they hold is first in this
   * window's own journal, synced, so that a kill at any moment leaves it at least once; reading it twice changes nothing.
   */
  async #tidy(): Promise<void> {
    await removeStaleTemporaries(this.#drafts, 'files and folders');
    await removeStaleLock(join(this.#drafts, 'sessions.lock'));
    const session = this.#sessions.at(-1);
    if (session === undefined) return;
    const folder = join(this.#drafts, session);
    await removeStaleTemporaries(folder);
    const gone = (await readJournals(folder, [])).filter(({ isOwnerGone, newer }) => isOwnerGone && newer === 0);
    const damaged = gone.filter(({ corrupt, torn }) => corrupt > 0 || torn);
    const taken = gone.length >= this.#compactAt ? gone : damaged;
    if (taken.length === 0 || this.#sessions.at(-1) !== session) return;
    const records = taken.flatMap((journal) => journal.records);
    const old = this.#file;
    const own = addRecords(new Map(this.#own), records);
    await this.#newJournal(session, [...own.values()]);
    this.#own = own;
    await old?.handle.close();
    if (old) await unlink(old.path).catch(() => undefined);
    for (const { name, corrupt, torn } of taken) {
      const path = join(folder, name);
      if (corrupt === 0 && !torn) {
        await unlink(path).catch(() => undefined);
        continue;
      }
      const aside = join(await privateFolder(join(this.#drafts, 'damaged')), `${session}-${name}`);
      await rename(path, aside).catch(() => undefined);
      const lines = corrupt + (torn ? 1 : 0);
      this.#problems = [...this.#problems, { file: aside, reason: 'damaged', lines, message: `${lines} ${lines === 1 ? 'change' : 'changes'} of the draft could not be read; the file was set aside, everything else in it was kept.` }];
    }
    await syncFolder(folder);
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Opens the draft of a workspace folder as one more window of it; the first to do so begins a session.
 * @param workspaceFolder absolute; every way to the same real folder opens the same draft
 * @throws FileError when the per-user state cannot be made or read
 */
export async function openDraft(workspaceFolder: string, options: DraftOptions = {}): Promise<OpenDraft> {
  const opened = new OpenDraft(await draftsFolder(workspaceFolder, options.home ?? userStateFolder()), options);
  await opened.start();
  return opened;
}
