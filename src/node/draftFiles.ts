import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type JournalRecord, type JournalText, type Seen, addRecords, decodeJournal, draftOf, lateRecords } from '../core/draftJournal.js';
import type { Draft, Session } from '../core/session.js';
import { codeOf, fileError } from './fileError.js';
import { isAlive, readProcessTag } from './processTag.js';
import { folderState, privateFolder, realFolder, userStateFolder } from './userState.js';

/** Something about the draft's files that the person should know. Everything that could be read is in the draft. */
export interface DraftProblem {
  /** Absolute: where the file is now. */
  readonly file: string;
  /** `damaged`: set aside, its readable part kept; `newer`: written by a newer version, left alone; `unreadable`; `notSaved`: tried again by itself. */
  readonly reason: 'damaged' | 'newer' | 'unreadable' | 'notSaved';
  /** Lines that could not be used. */
  readonly lines: number;
  readonly message: string;
}

/** A draft as it is on the disk. */
export interface StoredDraft {
  readonly draft: Draft;
  readonly problems: readonly DraftProblem[];
}

/** What may be said about the per-user state's place and the clock; tests and the command line use it. */
export interface DraftOptions {
  /** The per-user folder; absent: the platform's. */
  readonly home?: string;
  readonly now?: () => Date;
  /** How many journals of windows that are gone lead to one snapshot; 8 if not given. */
  readonly compactAt?: number;
}

// One folder a session, named by when it began, so that the last name is the current session: no file has to point to it.
const sessionName = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([A-Za-z0-9-]+)$/;
/** A journal of a window: its process' tag, the window, a number. */
const journalName = /^([0-9a-f]{8}-\d+)-[0-9a-f]{12}-\d+\.journal$/;

/** A moment as ISO 8601 in the time zone of this machine, with its offset. */
export function localTime(moment: Date): string {
  const offset = -moment.getTimezoneOffset();
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  return `${new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}

/** Where the drafts of a workspace folder are: one folder a session. Made, with private permissions. */
export async function draftsFolder(workspaceFolder: string, home: string): Promise<string> {
  return realFolder(await privateFolder(join(await folderState(workspaceFolder, home), 'drafts')));
}

/** The names of the sessions' folders, the current one last. */
export async function sessionFolders(drafts: string): Promise<string[]> {
  try {
    return (await readdir(drafts)).filter((name) => sessionName.test(name)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw fileError(drafts, error);
  }
}

/** What is known of a session from its folder's name alone. */
export function sessionOf(name: string): Session {
  const [, year, month, day, hour, minute, second, milli, id = 'unknown'] = sessionName.exec(name) ?? [];
  const began = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
  return { id, created: Number.isNaN(began.getTime()) ? '1970-01-01T00:00:00Z' : localTime(began) };
}

/** A journal as it was read. */
interface Journal {
  readonly name: string;
  readonly records: readonly JournalRecord[];
  readonly corrupt: number;
  readonly torn: boolean;
  readonly newer: number;
  readonly isOwnerGone: boolean;
}

/** Journals by path, as they were when they were last read. */
export type JournalCache = Map<string, { readonly state: string; readonly text: JournalText }>;

/**
 * Reads every journal of a session's folder; one that is gone or cannot be read is left out, the latter with a problem.
 * @param cache spares reading those that have not changed
 */
export async function readJournals(folder: string, problems: DraftProblem[], cache: JournalCache = new Map()): Promise<Journal[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => journalName.test(name)).sort();
  const journals = await Promise.all(names.map(async (name): Promise<Journal | undefined> => {
    const path = join(folder, name);
    try {
      const entry = await stat(path, { bigint: true });
      const state = `${entry.ino} ${entry.size} ${entry.mtimeNs} ${entry.ctimeNs}`;
      const known = cache.get(path);
      const text = known?.state === state ? known.text : decodeJournal(await readFile(path, 'utf8'));
      cache.set(path, { state, text });
      const { records, corrupt, torn, newer } = text;
      const owner = readProcessTag(journalName.exec(name)?.[1] ?? '');
      // Processes of another machine (a shared home folder) cannot be seen: a day of silence says that they are gone.
      const isOwnerGone = owner?.isThisMachine ? !isAlive(owner.pid) : Date.now() - Number(entry.mtimeMs) > 86_400_000;
      if (newer > 0) problems.push({ file: path, reason: 'newer', lines: newer, message: `${newer} changes of the draft were written by a newer version of Session Handoff and are left alone. Update the extension to see them.` });
      return { name, records, corrupt, torn, newer, isOwnerGone };
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') problems.push({ file: path, reason: 'unreadable', lines: 0, message: fileError(path, error).message });
      return undefined;
    }
  }));
  return journals.filter((journal) => journal !== undefined);
}

const isSeen = (value: unknown): value is Seen => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((count) => typeof count === 'number');

/** What the session before had recorded when this one began; undefined when it cannot be read. */
export async function readSeen(folder: string): Promise<Seen | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'seen.json'), 'utf8'));
    return isSeen(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** All records that make a draft, the newest of each subject. */
interface Loaded {
  readonly registers: Map<string, JournalRecord>;
  readonly journals: readonly Journal[];
  readonly problems: DraftProblem[];
}

/** Reads the current session's journals, and of the one before what came in late. */
export async function loadJournals(drafts: string, sessions: readonly string[], cache?: JournalCache): Promise<Loaded> {
  const problems: DraftProblem[] = [];
  const registers = new Map<string, JournalRecord>();
  const current = sessions.at(-1);
  if (current === undefined) return { registers, journals: [], problems };
  const previous = sessions.at(-2);
  const journals = await readJournals(join(drafts, current), problems, cache);
  const seen = previous === undefined ? undefined : await readSeen(join(drafts, current));
  if (previous !== undefined && seen) {
    const old = await readJournals(join(drafts, previous), [], cache);
    addRecords(registers, lateRecords(old.flatMap(({ records }) => records), seen));
  }
  for (const { records } of journals) addRecords(registers, records);
  return { registers, journals, problems };
}

/**
 * The draft of a workspace folder as it is on the disk, without becoming a window of it: for the command line.
 * @returns undefined when no session was ever begun there
 */
export async function readDraft(workspaceFolder: string, { home = userStateFolder() }: DraftOptions = {}): Promise<StoredDraft | undefined> {
  const drafts = await draftsFolder(workspaceFolder, home);
  const sessions = await sessionFolders(drafts);
  const current = sessions.at(-1);
  if (current === undefined) return undefined;
  const { registers, journals, problems } = await loadJournals(drafts, sessions);
  for (const { name, corrupt, torn, isOwnerGone } of journals) {
    const lines = corrupt + (torn && isOwnerGone ? 1 : 0);
    if (lines > 0) problems.push({ file: join(drafts, current, name), reason: 'damaged', lines, message: `${lines} changes of the draft are damaged; everything else was read.` });
  }
  return { draft: draftOf(registers, sessionOf(current)), problems };
}

/** One millisecond after the time in a session folder's name, in the same form. */
export function laterName(name: string): string {
  const [, year, month, day, hour, minute, second, milli] = sessionName.exec(name) ?? [];
  return new Date(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`) + 1).toISOString().replace(/[-:.]/g, '');
}
