import type { DocumentName, ItemId } from './checklist.js';

/** A place in the code: file and line, and the text that stood there, by which the line can be found again. */
export interface CodeLink {
  /** POSIX, relative to the workspace folder; `..` leads out of it (a monorepo's other folders). */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** The line's text as it was at capture, trimmed; absent when it is not known. */
  readonly text?: string;
  /** Up to two lines before and after at capture, trimmed: only drafts keep them. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Where a suggestion comes from. */
export type SuggestionSource = 'changes' | 'diagnostics' | 'agent' | 'cursor' | 'git' | 'commits';

/** One thing learned: text, optional detail, code links, its item. */
export interface Entry {
  readonly id: string;
  readonly item: ItemId;
  /** One line or several; inline code in backticks is kept. */
  readonly text: string;
  readonly detail?: string;
  readonly links: readonly CodeLink[];
  /** Another document than its item's. */
  readonly document?: DocumentName;
  /** ISO 8601, when it was accepted. */
  readonly created: string;
  /** The suggestion it was accepted from, so that the same is not proposed again. */
  readonly suggestion?: string;
}

/** What a suggestion rests on: shown beside it, opened by a click. */
export interface Evidence {
  /** Plain text of one line: the error, the commit's subject, the moment in the transcript. */
  readonly text: string;
  /** Opens when clicked. */
  readonly link?: CodeLink;
  /** ISO 8601. */
  readonly at?: string;
  /** Full hash of a commit that a click shows. */
  readonly commit?: string;
  /** The transcript's record that a click shows: its own id. */
  readonly record?: string;
}

/** An entry proposed from evidence; a person accepts, edits or dismisses it. */
export interface Suggestion {
  /** Stable: the same matter found again has the same id, so that a dismissal holds. */
  readonly id: string;
  readonly item: ItemId;
  readonly text: string;
  readonly detail?: string;
  readonly links: readonly CodeLink[];
  readonly source: SuggestionSource;
  readonly evidence: readonly Evidence[];
  /** Higher is shown first; within one item. */
  readonly rank?: number;
}

/** One stretch of work with an agent, on one folder. */
export interface Session {
  /** Lower-case hexadecimal or any `[A-Za-z0-9-]`; its first eight characters are in the note's name. */
  readonly id: string;
  /** ISO 8601 with offset. */
  readonly created: string;
  /** HEAD when it began; commits since then belong to the session. */
  readonly startCommit?: string;
  /** `YYYY-MM-DD` in the person's time zone: frozen at the first Write. */
  readonly date?: string;
  /** The name of the note in `handoffs/`, frozen at the first Write. */
  readonly note?: string;
}

/** What one Write left in one file for one entry: its exact bytes as text, so that a later Write can replace them. */
export interface Written {
  readonly entry: string;
  /** POSIX, relative to the documents' folder. */
  readonly file: string;
  /** The exact inserted text, line endings included. */
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The session's accepted entries, focus and ticks, before and after they are written. */
export interface Draft {
  readonly session: Session;
  readonly focus: string;
  /** In the order of acceptance. */
  readonly entries: readonly Entry[];
  /** Items that the person has considered; an item with entries is always one. */
  readonly ticks: readonly ItemId[];
  /** Ids of dismissed suggestions. */
  readonly dismissed: readonly string[];
  readonly written: readonly Written[];
}

/** A draft with nothing in it. */
export const emptyDraft = (session: Session): Draft => ({ session, focus: '', entries: [], ticks: [], dismissed: [], written: [] });

/**
 * One change of a draft, as the journal keeps it. Changes are data, so that windows can merge what each appended:
 * the later one (by `at`, then by `by`, then by `seq`) of the same subject wins.
 */
export type DraftChange =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'removeEntry'; readonly id: string }
  | { readonly kind: 'focus'; readonly focus: string }
  | { readonly kind: 'tick'; readonly item: ItemId; readonly ticked: boolean }
  | { readonly kind: 'dismiss'; readonly suggestion: string; readonly dismissed: boolean }
  | { readonly kind: 'written'; readonly written: readonly Written[] }
  | { readonly kind: 'unwritten'; readonly written: readonly Pick<Written, 'entry' | 'file'>[] };

const without = <T>(list: readonly T[], value: T): readonly T[] => (list.includes(value) ? list.filter((other) => other !== value) : list);
const withValue = <T>(list: readonly T[], value: T): readonly T[] => (list.includes(value) ? list : [...list, value]);

/**
 * The draft after a change; the draft itself when the change says nothing new. Adding an entry ticks its item;
 * removing one leaves the tick, since the item was considered.
 */
export function changeDraft(draft: Draft, change: DraftChange): Draft {
  switch (change.kind) {
    case 'session':
      return { ...draft, session: { ...draft.session, ...change.session } };
    case 'entry': {
      const known = draft.entries.some(({ id }) => id === change.entry.id);
      const entries = known ? draft.entries.map((entry) => (entry.id === change.entry.id ? change.entry : entry)) : [...draft.entries, change.entry];
      return { ...draft, entries, ticks: withValue(draft.ticks, change.entry.item) };
    }
    case 'removeEntry': {
      const entries = draft.entries.filter(({ id }) => id !== change.id);
      return entries.length === draft.entries.length ? draft : { ...draft, entries };
    }
    case 'focus':
      return draft.focus === change.focus ? draft : { ...draft, focus: change.focus };
    case 'tick':
      return draft.ticks.includes(change.item) === change.ticked ? draft : { ...draft, ticks: change.ticked ? withValue(draft.ticks, change.item) : without(draft.ticks, change.item) };
    case 'dismiss':
      return draft.dismissed.includes(change.suggestion) === change.dismissed ? draft : { ...draft, dismissed: change.dismissed ? withValue(draft.dismissed, change.suggestion) : without(draft.dismissed, change.suggestion) };
    case 'written': {
      const replaced = (old: Written) => change.written.some(({ entry, file }) => entry === old.entry && file === old.file);
      return { ...draft, written: [...draft.written.filter((old) => !replaced(old)), ...change.written] };
    }
    case 'unwritten': {
      const undone = (old: Written) => change.written.some(({ entry, file }) => entry === old.entry && file === old.file);
      return { ...draft, written: draft.written.filter((old) => !undone(old)) };
    }
  }
}
