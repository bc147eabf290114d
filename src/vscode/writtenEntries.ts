import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Entry } from '../core/session.js';
import { readDocuments } from '../node/documentFiles.js';
import type { FolderDocuments } from './documentsPlace.js';
import type { HandoffFolder } from './handoffFolder.js';
import type { WritePlanner } from './writePlanner.js';

/** A look at the documents follows changes of the draft, not every keystroke. In milliseconds. */
const checkAfter = 700;

/** Entries that were written and do not stand in their document as they are in the draft, by id. */
export interface WrittenState {
  /** Somebody took the text out of the document. */
  readonly gone: ReadonlySet<string>;
  /** The entry was changed after it was written. */
  readonly edited: ReadonlySet<string>;
}

interface Looked extends WrittenState {
  /** The documents' texts when they were last looked at. */
  readonly documents: readonly string[];
  readonly timer?: NodeJS.Timeout;
}

/** The watch over a folder's documents. */
interface Watch {
  /** Absolute. */
  readonly documents: string;
  readonly watcher: vscode.Disposable;
  timer?: NodeJS.Timeout;
}

const nothing: Looked = { gone: new Set(), edited: new Set(), documents: [] };
const unixLines = (text: string): string => text.replaceAll('\r\n', '\n');
const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean => one.size === other.size && [...one].every((id) => other.has(id));

/** Follows what became of the entries that were written, and what the documents say. */
export class WrittenEntries implements vscode.Disposable {
  readonly #folders = new Map<HandoffFolder, Looked>();
  readonly #watches = new Map<HandoffFolder, Watch>();
  readonly #changed = new vscode.EventEmitter<HandoffFolder>();
  readonly #own: vscode.Disposable;
  #disposed = false;
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly planner: WritePlanner,
    /** Told why the documents could not be looked at. */
    private readonly failed: (error: unknown) => void,
  ) {
    this.#own = vscode.Disposable.from(this.#changed, vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
      for (const folder of this.#folders.keys()) if (removed.includes(folder.workspaceFolder)) this.#forget(folder);
    }));
  }

  #of(folder: HandoffFolder): Looked {
    const known = this.#folders.get(folder);
    if (known) return known;
    this.#folders.set(folder, nothing);
    folder.onDidChange(() => { this.#checkLater(folder); });
    return nothing;
  }

  #set(folder: HandoffFolder, change: Partial<Looked>): void {
    this.#folders.set(folder, { ...this.#of(folder), ...change });
  }

  state(folder: HandoffFolder): WrittenState {
    return this.#of(folder);
  }

  /** The documents' texts when they were last looked at. */
  documents(folder: HandoffFolder): readonly string[] {
    return this.#of(folder).documents;
  }

  #checkLater(folder: HandoffFolder): void {
    const { gone, edited, timer } = this.#of(folder);
    if (folder.draft.written.length === 0 && gone.size === 0 && edited.size === 0) return;
    clearTimeout(timer);
    this.#set(folder, { timer: setTimeout(() => { void this.check(folder); }, checkAfter) });
  }

  /** Agents and people rewrite documents while nothing happens here: what became of our text is looked at again, at most so often as changes come. */
  #watch(folder: HandoffFolder, place: FolderDocuments): void {
    const documents = join(place.base, place.documentsFolder);
    if (this.#watches.get(folder)?.documents === documents) return;
    this.#unwatch(folder);
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(documents), '*.md'));
    const look = (): void => {
      watch.timer ??= setTimeout(() => {
        delete watch.timer;
        void this.check(folder);
      }, checkAfter);
    };
    const watch: Watch = { documents, watcher: vscode.Disposable.from(watcher, watcher.onDidChange(look), watcher.onDidCreate(look), watcher.onDidDelete(look)) };
    this.#watches.set(folder, watch);
  }

  #unwatch(folder: HandoffFolder): void {
    const watch = this.#watches.get(folder);
    if (!watch) return;
    clearTimeout(watch.timer);
    watch.watcher.dispose();
    this.#watches.delete(folder);
  }

  #forget(folder: HandoffFolder): void {
    this.#unwatch(folder);
    clearTimeout(this.#folders.get(folder)?.timer);
    this.#folders.delete(folder);
  }

  /** Looks whether what was written still stands in the documents. Throws nothing. */
  async check(folder: HandoffFolder): Promise<void> {
    try {
      const place = folder.workspaceFolder.uri.scheme === 'file' ? await this.planner.place(folder, false) : undefined;
      if (place) await this.#read(folder, place);
      if (place && !this.#disposed && folder.draft.written.length) this.#watch(folder, place);
      const found: WrittenState = place && folder.draft.written.length ? await this.#compare(folder, place) : nothing;
      if (this.#disposed) return;
      const known = this.#of(folder);
      if (isSame(found.gone, known.gone) && isSame(found.edited, known.edited)) return;
      this.#set(folder, { gone: found.gone, edited: found.edited });
      this.#changed.fire(folder);
    } catch (error) {
      if (!this.#disposed) this.failed(error);
    }
  }

  async #read(folder: HandoffFolder, place: FolderDocuments): Promise<void> {
    const documents = Object.values((await readDocuments(place)).texts);
    if (documents.join('\0') === this.#of(folder).documents.join('\0')) return;
    this.#set(folder, { documents });
    this.#changed.fire(folder);
  }

  async #compare(folder: HandoffFolder, place: FolderDocuments): Promise<WrittenState> {
    const { plan, texts } = await this.planner.plan(folder, place, new AbortController().signal);
    const entries = new Map(folder.draft.entries.map((entry): [string, Entry] => [entry.id, entry]));
    const gone = new Set(folder.draft.written.filter(({ entry, file, text }) => entries.has(entry) && !file.startsWith('handoffs/') && !unixLines(texts.texts[file] ?? '').includes(unixLines(text).trim())).map(({ entry }) => entry));
    const written = new Set(folder.draft.written.map(({ entry }) => entry));
    const edited = new Set([...plan.changes.flatMap(({ entries: ids }) => ids), ...plan.conflicts.map(({ entry }) => entry)].filter((id) => written.has(id) && !gone.has(id)));
    return { gone, edited };
  }

  dispose(): void {
    this.#disposed = true;
    for (const folder of [...this.#folders.keys()]) this.#forget(folder);
    this.#own.dispose();
  }
}
