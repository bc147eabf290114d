import * as vscode from 'vscode';
import { emptyCursorHistory, followEdits, followRename, recordEdit, recordStay, type CursorHistory, type LineChange } from '../core/suggestions/cursor.js';
import { configuration } from './configuration.js';
import { folderPathOf } from './places.js';

/** An edit of a document, in core's terms. */
export interface DocumentEdit {
  readonly folder: vscode.WorkspaceFolder;
  readonly path: string;
  readonly changes: readonly LineChange[];
  /** The present text of a 1-based line, `''` beyond the end. */
  readonly textAt: (line: number) => string;
}

/** The changes of one event as core's line changes. */
export const lineChanges = (event: vscode.TextDocumentChangeEvent): LineChange[] => event.contentChanges.map(({ range, text }) => ({
  startLine: range.start.line, startColumn: range.start.character, endLine: range.end.line, endColumn: range.end.character, text,
}));

const keyOf = (folder: vscode.WorkspaceFolder): string => `cursor:${folder.uri.toString()}`;

/**
 * Follows the active editor: where the person edited last and stayed longest, per workspace folder. It listens to
 * events only, reads nothing, and keeps its history over a reload in the workspace's own state.
 */
export class CursorTracker implements vscode.Disposable {
  readonly #histories = new Map<string, CursorHistory>();
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #edited = new vscode.EventEmitter<DocumentEdit>();
  readonly #own: vscode.Disposable;
  #stay: { folder: vscode.WorkspaceFolder; path: string; line: number; text: string; since: number } | undefined;
  #saving: NodeJS.Timeout | undefined;

  /** The history of a folder changed: an edit, or the end of a stay. */
  readonly onDidChange = this.#changed.event;
  /** A document of a folder was edited: captured places follow. */
  readonly onDidEdit = this.#edited.event;

  constructor(private readonly state: vscode.Memento) {
    this.#own = vscode.Disposable.from(
      this.#changed, this.#edited,
      vscode.window.onDidChangeActiveTextEditor((editor) => { this.#move(editor); }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => { if (textEditor === vscode.window.activeTextEditor) this.#move(textEditor); }),
      vscode.window.onDidChangeWindowState(({ focused }) => { this.#move(focused ? vscode.window.activeTextEditor : undefined); }),
      vscode.workspace.onDidChangeTextDocument((event) => { this.#edit(event); }),
      vscode.workspace.onDidRenameFiles(({ files }) => { for (const { oldUri, newUri } of files) this.#rename(oldUri, newUri); }),
      vscode.workspace.onDidDeleteFiles(({ files }) => { for (const uri of files) this.#rename(uri, undefined); }),
    );
    this.#move(vscode.window.activeTextEditor);
  }

  /** The folder's history, the present stay included. */
  history(folder: vscode.WorkspaceFolder): CursorHistory {
    const history = this.#read(folder);
    if (this.#stay?.folder !== folder) return history;
    const now = Date.now();
    return recordStay(history, this.#stay, now - this.#stay.since, now);
  }

  #read(folder: vscode.WorkspaceFolder): CursorHistory {
    const key = keyOf(folder);
    let history = this.#histories.get(key);
    if (!history) {
      const stored = this.state.get<CursorHistory>(key);
      history = Array.isArray(stored?.places) ? stored : emptyCursorHistory;
      this.#histories.set(key, history);
    }
    return history;
  }

  #write(folder: vscode.WorkspaceFolder, history: CursorHistory): void {
    this.#histories.set(keyOf(folder), history);
    // A loss of half a minute of places harms nobody; a write at every keystroke would.
    this.#saving ??= setTimeout(() => { this.#save(); }, 30_000);
    this.#changed.fire(folder);
  }

  #save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    for (const [key, history] of this.#histories) void this.state.update(key, history.places.length ? history : undefined);
  }

  #move(editor: vscode.TextEditor | undefined): void {
    const now = Date.now();
    const stay = this.#stay;
    const place = editor && configuration.tracksCursor() && editor.document.uri.scheme !== 'git' ? folderPathOf(editor.document.uri) : undefined;
    const line = editor?.selection.active.line ?? 0;
    if (stay && place && stay.folder === place.folder && stay.path === place.path && stay.line === line + 1) return;
    this.#stay = undefined;
    if (stay) {
      const history = recordStay(this.#read(stay.folder), stay, now - stay.since, now);
      if (history !== this.#read(stay.folder)) this.#write(stay.folder, history);
    }
    if (editor && place) this.#stay = { ...place, line: line + 1, text: editor.document.lineAt(Math.min(line, editor.document.lineCount - 1)).text, since: now };
  }

  #edit(event: vscode.TextDocumentChangeEvent): void {
    const { document, contentChanges } = event;
    if (contentChanges.length === 0) return;
    const place = folderPathOf(document.uri);
    if (!place || document.uri.scheme !== place.folder.uri.scheme) return;
    const changes = lineChanges(event);
    const textAt = (line: number): string => (line >= 1 && line <= document.lineCount ? document.lineAt(line - 1).text : '');
    this.#edited.fire({ ...place, changes, textAt });
    if (!configuration.tracksCursor()) return;
    let history = followEdits(this.#read(place.folder), place.path, changes, textAt);
    // An agent's edit comes from the disk: the document is reloaded and clean. Only what was typed here is the person's place.
    if (document.isDirty && vscode.window.activeTextEditor?.document === document) {
      const first = Math.min(...changes.map((change) => change.startLine)) + 1;
      const line = textAt(first).trim() ? first : Math.max(1, first - 1);
      history = recordEdit(history, { path: place.path, line, text: textAt(line) }, Date.now());
    }
    if (history !== this.#read(place.folder)) this.#write(place.folder, history);
  }

  #rename(from: vscode.Uri, to: vscode.Uri | undefined): void {
    const old = folderPathOf(from);
    if (!old) return;
    const fresh = to && folderPathOf(to);
    const history = followRename(this.#read(old.folder), old.path, fresh?.folder === old.folder ? fresh.path : undefined);
    if (history !== this.#read(old.folder)) this.#write(old.folder, history);
  }

  dispose(): void {
    this.#move(undefined);
    this.#save();
    this.#own.dispose();
  }
}
