import * as vscode from 'vscode';
import type { CategoryId } from '../core/checklist.js';
import type { GitAnswer } from '../core/gitState.js';
import { presentLinks } from '../core/links/draftLine.js';
import type { FoundLine } from '../core/links/findLine.js';
import { changeDraft, type CodeLink, type Draft, type DraftChange, type Entry, type Session } from '../core/session.js';
import { followChanges } from '../core/suggestions/cursor.js';
import { inverseOf } from '../core/undoableChange.js';
import { localTime } from '../node/draftFiles.js';
import type { OpenDraft } from '../node/openDraft.js';
import { configuration } from './configuration.js';
import type { DocumentEdit } from './cursorTracker.js';
import type { GitSubject } from './gitSuggestions.js';

/** Steps of undo that are kept; older ones are forgotten. */
const undoSteps = 50;

/**
 * One workspace folder's session: its draft, the undo of changes to it, and what was found out about the folder.
 * The draft's store writes every change down; nothing here is the only copy of anything.
 */
export class HandoffFolder implements GitSubject, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #own: vscode.Disposable[] = [this.#changed];
  readonly #undo: DraftChange[][] = [];
  /** Lines that moved with edits and are not yet in the journal: a journal line a keystroke would be too many. */
  readonly #followed = new Map<string, Entry>();
  #following: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;
  git: GitAnswer | undefined;
  folded: Set<CategoryId>;

  constructor(readonly workspaceFolder: vscode.WorkspaceFolder, readonly store: OpenDraft, private readonly state: vscode.Memento) {
    this.folded = new Set(this.state.get<CategoryId[]>(this.#foldKey, []));
    this.#own.push(store.onDidChange(() => { this.#changed.fire(); }));
  }

  get #foldKey(): string {
    return `folded:${this.workspaceFolder.uri.toString()}`;
  }

  /** The draft as it is now, with the places where its lines stand now. */
  get draft(): Draft {
    const { draft } = this.store;
    return this.#followed.size === 0 ? draft : { ...draft, entries: draft.entries.map((entry) => this.#followed.get(entry.id) ?? entry) };
  }

  get session(): Session {
    return this.store.draft.session;
  }

  get documentsFolder(): string {
    return configuration.documentsFolder(this.workspaceFolder);
  }

  /** Applies changes that the person made, as one step that `undo` takes back. */
  apply(...changes: DraftChange[]): void {
    this.commitFollowed();
    const inverse: DraftChange[] = [];
    for (const change of changes) {
      inverse.unshift(...inverseOf(this.store.draft, change));
      this.store.apply(change);
    }
    if (inverse.length) {
      this.#undo.push(inverse);
      if (this.#undo.length > undoSteps) this.#undo.shift();
    }
    this.#changed.fire();
  }

  /** Records what is not the person's to undo in the checklist, such as what a Write wrote. */
  record(...changes: DraftChange[]): void {
    for (const change of changes) if (changeDraft(this.store.draft, change) !== this.store.draft) this.store.apply(change);
    this.#changed.fire();
  }

  /** Takes back the last step; false when there is none. */
  undo(): boolean {
    const step = this.#undo.pop();
    if (!step) return false;
    this.commitFollowed();
    for (const change of step) this.store.apply(change);
    this.#changed.fire();
    return true;
  }

  /** Ends the session and begins the next one, which takes the unwritten entries along; the old draft stays in the archive. */
  async newSession(): Promise<void> {
    this.commitFollowed();
    const head = this.git?.kind === 'state' ? this.git.state.head : undefined;
    await this.store.newSession(head ? { startCommit: head } : {});
    this.#undo.length = 0;
    this.#changed.fire();
  }

  fold(category: CategoryId, folded: boolean): void {
    if (folded) this.folded.add(category);
    else this.folded.delete(category);
    void this.state.update(this.#foldKey, [...this.folded]);
    this.#changed.fire();
  }

  /** Entries' links follow an edit of the document that they point into. */
  follow(edit: DocumentEdit): void {
    let moved = false;
    for (const entry of this.draft.entries) {
      if (!entry.links.some(({ path }) => path === edit.path)) continue;
      const links = entry.links.map((link): CodeLink => {
        if (link.path !== edit.path) return link;
        const line = followChanges(link.line, edit.changes);
        return line === link.line ? link : { ...link, line };
      });
      if (links.every((link, index) => link === entry.links[index])) continue;
      this.#followed.set(entry.id, { ...entry, links });
      moved = true;
    }
    if (!moved) return;
    this.#following ??= setTimeout(() => { this.commitFollowed(); }, 1_000);
    this.#changed.fire();
  }

  /**
   * Links of entries that were not written yet get the place where their unchanged line is now, also if it moved while this window
   * was closed; what stands in a document is for its reader to update.
   */
  place(found: (link: CodeLink) => FoundLine | undefined): void {
    const { draft } = this;
    const moved = draft.entries.flatMap((entry) => {
      const links = draft.written.some(({ entry: id }) => id === entry.id) ? entry.links : presentLinks(entry.links, found);
      return links === entry.links ? [] : [{ kind: 'entry' as const, entry: { ...entry, links } }];
    });
    if (moved.length === 0) return;
    this.commitFollowed();
    this.record(...moved);
  }

  /** Writes moved lines into the journal now. */
  commitFollowed(): void {
    clearTimeout(this.#following);
    this.#following = undefined;
    const followed = [...this.#followed.values()];
    this.#followed.clear();
    const present = new Set(this.store.draft.entries.map(({ id }) => id));
    for (const entry of followed) if (present.has(entry.id)) this.store.apply({ kind: 'entry', entry });
  }

  dispose(): void {
    this.commitFollowed();
    vscode.Disposable.from(...this.#own).dispose();
    void this.store.dispose();
  }
}

/** `YYYY-MM-DD` in the person's time zone. */
export const localDate = (date: Date): string => localTime(date).slice(0, 10);
