import type { DocumentMapping } from '../checklist.js';
import type { Draft, Written } from '../session.js';

/** What the handoff note's front matter says, besides the session's own id, date and focus. */
export interface NoteFields {
  /** `handoffs/<name>.md`, relative to the documents' folder; the session keeps it from its first Write on. */
  readonly file: string;
  /** Git's user, else the operating system's. */
  readonly author: string;
  readonly branch?: string;
  /** Full hash of HEAD. */
  readonly commit?: string;
  /** Which agent the session is with. */
  readonly agent?: string;
  /** The name of the note that this one follows. */
  readonly previous?: string;
}

/** What the person chose for an entry whose old bytes no longer stand in its document exactly once. */
export type ConflictChoice = 'append' | 'skip';

/** What is to be written, and into what. */
export interface WriteRequest {
  readonly draft: Draft;
  readonly mapping: DocumentMapping;
  /** `YYYY-MM-DD`: the date of the section. */
  readonly date: string;
  /** The way from the folder that holds `.claude` to the workspace folder: POSIX, `''` when they are one, else like `backend`. */
  readonly workspacePath: string;
  /** The documents' folder relative to the folder that holds `.claude`, like `.claude/docs`. */
  readonly documentsFolder: string;
  /** Each document's present text with its BOM and line endings, by its name relative to the documents' folder; absent: the file is missing. */
  readonly texts: Readonly<Record<string, string>>;
  readonly note: NoteFields;
  /** By `<entry id> <file>`. */
  readonly choices?: Readonly<Record<string, ConflictChoice>>;
}

/** Replaces `length` UTF-16 units at `offset` by `text`. Edits of one file do not overlap and stand in ascending order. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** What happens to one file. */
export interface FileChange {
  /** POSIX, relative to the documents' folder. */
  readonly file: string;
  /** Absent: the file is created. */
  readonly before?: string;
  readonly edits: readonly TextEdit[];
  readonly after: string;
  /** Ids of the entries that this change puts there. */
  readonly entries: readonly string[];
  /** 1-based line of the first inserted entry in `after`. */
  readonly line: number;
}

/**
 * An entry that was written before, and whose old text is not in the document exactly once: it was edited since in the
 * draft, or is gone from the document. The person is asked. (Never of the note, which follows its session.)
 */
export interface WriteConflict {
  readonly entry: string;
  readonly file: string;
  /** How often the text written before stands in the file now: 0, or more than 1. */
  readonly occurrences: number;
}

/** What a Write would do. Nothing in it means that everything stands there already. */
export interface WritePlan {
  /** Only files whose text changes; the documents in the checklist's order, the note last. */
  readonly changes: readonly FileChange[];
  /** The exact text of every entry in every file after the plan is carried out, also of what stood there before. */
  readonly written: readonly Omit<Written, 'at'>[];
  readonly conflicts: readonly WriteConflict[];
}
