import { noteValue, type NoteFrontMatter } from './handoffNote.js';

/** A note as a list of notes knows it. */
export interface NoteSummary extends NoteFrontMatter {
  /** Its name relative to the documents' folder: `handoffs/<name>.md`. */
  readonly file: string;
}

/**
 * `open` until a person marks it done; else a newer note of the same author and branch has taken its place, or it is too old to
 * be offered. Only open and done are ever written; the other two are worked out here.
 */
export type NoteState = 'open' | 'done' | 'superseded' | 'expired';

/** A note with its state. */
export interface ListedNote {
  readonly note: NoteSummary;
  readonly state: NoteState;
  /** Which note took its place: its `file`. */
  readonly supersededBy?: string;
  /** Milliseconds since the note's session began; never negative. */
  readonly age: number;
}

/** Who works where. Absent: not known. */
export interface Here {
  /** As notes name their author: git's user, else the operating system's. */
  readonly author?: string;
  /** Absent on a detached HEAD and outside of git. */
  readonly branch?: string;
  /** Full hash of HEAD. */
  readonly commit?: string;
}

/** After how many days a note is no longer offered, unless a setting says otherwise (issue 7). */
export const defaultExpiryDays = 14;

const millisecondsADay = 86_400_000;

/** One spelling of an author: the same letters however they are composed, and the address without regard to case. */
const authorKey = (author: string): string => noteValue(author).normalize('NFC').trim().replace(/\s+/g, ' ').replace(/<[^>]*>$/, (address) => address.toLowerCase());

/** On what a note was: its branch; without one its commit, since two detached HEADs are two places; '' outside of git. */
const lineOfWork = (branch: string, commit: string): string => (branch !== '' ? `branch ${noteValue(branch)}` : commit !== '' ? `commit ${commit}` : '');

const createdAt = ({ created }: NoteSummary): number => Date.parse(created) || 0;

/** Newest first; notes of one moment by name, so that the order never depends on the disk's. */
const newestFirst = (one: NoteSummary, other: NoteSummary): number => createdAt(other) - createdAt(one) || (one.file < other.file ? 1 : one.file > other.file ? -1 : 0);

/** Whether a note was written by whoever works here; an author that is not known is nobody's. */
export const isOwnNote = (note: NoteFrontMatter, here: Here): boolean => authorKey(note.author) !== '' && authorKey(note.author) === authorKey(here.author ?? '');

/**
 * Whether a note belongs to the branch that is checked out here. One that was written on a detached HEAD belongs to that commit,
 * also when a branch was begun there since.
 */
export const isOfThisBranch = (note: NoteFrontMatter, here: Here): boolean => (note.branch === '' && note.commit !== ''
  ? note.commit === here.commit
  : lineOfWork(note.branch, note.commit) === lineOfWork(here.branch ?? '', here.commit ?? ''));

/**
 * Works out every note's state. A newer note of the same author and branch supersedes, done or not: what was finished later makes
 * an older plan no more current.
 * @param notes of one documents' folder, in any order
 * @param now milliseconds since 1970
 * @param days after which an open note expires; 0 or less: never
 * @returns newest first
 */
export function withStates(notes: readonly NoteSummary[], now: number, days: number = defaultExpiryDays): readonly ListedNote[] {
  const newest = new Map<string, string>();
  return notes.toSorted(newestFirst).map((note): ListedNote => {
    const key = JSON.stringify([authorKey(note.author), lineOfWork(note.branch, note.commit)]);
    // Notes of unknown authors may be several people's.
    const later = authorKey(note.author) === '' ? undefined : newest.get(key);
    if (later === undefined) newest.set(key, note.file);
    const age = Math.max(0, now - createdAt(note));
    if (note.status === 'done') return { note, state: 'done', age };
    if (later !== undefined) return { note, state: 'superseded', supersededBy: later, age };
    return { note, state: days > 0 && age > days * millisecondsADay ? 'expired' : 'open', age };
  });
}

const stateOrder: Record<NoteState, number> = { open: 0, expired: 1, superseded: 2, done: 3 };

/**
 * The order of a list: open notes of this branch first, the person's own before others'; then the other open ones; then what is
 * over. Within each the newest first.
 */
export function inListOrder(listed: readonly ListedNote[], here: Here): readonly ListedNote[] {
  const place = ({ note, state }: ListedNote): number => (state !== 'open' ? 3 + stateOrder[state] : !isOfThisBranch(note, here) ? 2 : isOwnNote(note, here) ? 0 : 1);
  return listed.toSorted((one, other) => place(one) - place(other) || newestFirst(one.note, other.note));
}

/**
 * The note that may be offered or handed over by itself: open, of the person who works here, and of this branch. Others' notes
 * never are.
 */
export function offeredNote(listed: readonly ListedNote[], here: Here): ListedNote | undefined {
  return listed.filter(({ note, state }) => state === 'open' && isOwnNote(note, here) && isOfThisBranch(note, here)).toSorted((one, other) => newestFirst(one.note, other.note))[0];
}

/**
 * The note that a new note of a session follows: the newest of the same author and branch, whatever became of it.
 * @param session the new note's session: its own notes do not count, nor those of sessions that began later
 * @returns its `file`, for the front matter's `previous`; '' when there is none
 */
export function previousNote(notes: readonly NoteSummary[], here: Here, session: { readonly id: string; readonly created: string }): string {
  const began = Date.parse(session.created) || 0;
  return notes.filter((note) => note.id !== session.id && createdAt(note) <= began && isOwnNote(note, here) && isOfThisBranch(note, here)).toSorted(newestFirst)[0]?.file ?? '';
}
