import * as vscode from 'vscode';
import type { Session, Suggestion } from '../core/session.js';
import { diagnosticsAfter, emptyDiagnostics, nextSettling, restoreDiagnostics, suggestFixedDiagnostics, type DiagnosticsEvent, type DiagnosticsState, type LineText, type Problem } from '../core/suggestions/diagnostics.js';
import { checkedOut } from '../node/checkedOut.js';
import { lineChanges } from './cursorTracker.js';
import { folderPathOf, uriOf, type FolderPath } from './places.js';
import type { SuggestionProvider } from './suggestionProviders.js';

/** Servers report in bursts; one look after this many milliseconds takes a burst at once. */
const burst = 150;
/** What stood when the window opened is looked at after the start, in milliseconds. */
const firstLook = 2_000;
/** That a document is dirty is told right after its change, in milliseconds. */
const dirtyDelay = 500;
/** What stands is written down at most so often, in milliseconds. */
const saving = 5_000;

const keyOf = (folder: vscode.WorkspaceFolder): string => `diagnostics:${folder.uri.toString()}`;

/** A file of an open folder whose problems count: not our own documents, nor another side of a diff. */
function placeOf(uri: vscode.Uri): FolderPath | undefined {
  const place = folderPathOf(uri);
  return place && uri.scheme === place.folder.uri.scheme && !place.path.startsWith('.claude/') ? place : undefined;
}

const codeOf = ({ code }: vscode.Diagnostic): string => String(typeof code === 'object' ? code.value : code ?? '');

/** The mended problems in one text: what changes in it is news. */
const mended = ({ fixed }: DiagnosticsState): string => fixed.map(({ at, path, message }) => `${String(at)} ${path} ${message}`).join('\n');

/** What the Problems view shows of a document: hints and information are no problems. */
const problemsOf = (diagnostics: readonly vscode.Diagnostic[]): Problem[] => diagnostics.flatMap((one): Problem[] => {
  const severity = one.severity === vscode.DiagnosticSeverity.Error ? 'error' : one.severity === vscode.DiagnosticSeverity.Warning ? 'warning' : undefined;
  return severity ? [{ severity, message: one.message, source: one.source ?? '', code: codeOf(one), line: one.range.start.line + 1 }] : [];
});

/** The documents that are in a tab. One that only an extension has opened is not in front of anybody. */
function documentsInTabs(): Set<string> {
  const uris = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : input instanceof vscode.TabInputTextDiff ? [input.modified] : []));
  return new Set(uris.map(String));
}

/**
 * Problems that were mended while the window was open: follows what the editor reports, the edits near it and the saves, per
 * workspace folder. It listens and reads git's `HEAD`; nothing is run. What it knows is kept over a reload.
 */
export class DiagnosticSuggestions implements SuggestionProvider {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #own: vscode.Disposable;
  readonly #states = new Map<string, DiagnosticsState>();
  /** Documents whose problems changed since the last look. */
  readonly #reported = new Map<string, vscode.Uri>();
  /** Folders whose state is not written down yet. */
  readonly #unsaved = new Set<vscode.WorkspaceFolder>();
  /** Documents whose problems went together with everything else of their source: they are asked for again. */
  readonly #silent = new Map<string, vscode.Uri>();
  /** Documents that changed a moment ago: they may have come from the disk. */
  readonly #clean = new Map<vscode.TextDocument, NodeJS.Timeout>();
  #look: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;
  #save: NodeJS.Timeout | undefined;
  /** Looks come one after the other: each asks what is checked out first. */
  #looking: Promise<void> = Promise.resolve();
  #disposed = false;
  readonly onDidChange = this.#changed.event;

  constructor(private readonly memory: vscode.Memento) {
    this.#own = vscode.Disposable.from(
      this.#changed,
      vscode.languages.onDidChangeDiagnostics(({ uris }) => { this.#report(uris, burst); }),
      vscode.workspace.onDidChangeTextDocument((event) => { this.#edited(event); }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => { this.#saved(uri); }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { this.#closed(uri); }),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        const inTabs = closed.length > 0 ? documentsInTabs() : undefined;
        for (const { input } of closed) if (input instanceof vscode.TabInputText && !inTabs?.has(input.uri.toString())) this.#closed(input.uri);
      }),
    );
    this.#look = setTimeout(() => { this.#report(vscode.languages.getDiagnostics().map(([uri]) => uri), 0); }, firstLook);
  }

  suggestions(folder: vscode.WorkspaceFolder, session: Session): readonly Suggestion[] {
    return suggestFixedDiagnostics(this.#state(folder), Date.parse(session.created));
  }

  #state(folder: vscode.WorkspaceFolder): DiagnosticsState {
    const key = keyOf(folder);
    let state = this.#states.get(key);
    if (!state) {
      const kept: unknown = this.memory.get(key);
      state = kept === undefined ? emptyDiagnostics : restoreDiagnostics(kept);
      this.#states.set(key, state);
    }
    return state;
  }

  #take(folder: vscode.WorkspaceFolder, event: DiagnosticsEvent, alive?: (source: string) => boolean): void {
    const before = this.#state(folder);
    const after = diagnosticsAfter(before, event, alive);
    if (after === before) return;
    this.#states.set(keyOf(folder), after);
    this.#unsaved.add(folder);
    if (mended(after) !== mended(before)) {
      this.#write();
      this.#changed.fire(folder);
    } else this.#save ??= setTimeout(() => { this.#write(); }, saving);
  }

  #write(): void {
    clearTimeout(this.#save);
    this.#save = undefined;
    for (const folder of this.#unsaved) void this.memory.update(keyOf(folder), this.#state(folder));
    this.#unsaved.clear();
  }

  #report(uris: readonly vscode.Uri[], wait: number): void {
    for (const uri of uris) this.#reported.set(uri.toString(), uri);
    clearTimeout(this.#look);
    this.#look = setTimeout(() => {
      this.#look = undefined;
      this.#looking = this.#looking.then(() => this.#lookAtProblems());
    }, wait);
  }

  /** Another branch is other code: asked before anything is taken for mended. */
  async #followBranch(folder: vscode.WorkspaceFolder): Promise<void> {
    if (folder.uri.scheme !== 'file') return;
    const branch = await checkedOut(folder.uri.fsPath);
    if (branch !== '') this.#take(folder, { kind: 'branch', at: Date.now(), branch });
  }

  async #lookAtProblems(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    for (const folder of folders) await this.#followBranch(folder);
    if (this.#disposed) return;
    const uris = new Map([...this.#silent, ...this.#reported]);
    this.#reported.clear();
    this.#silent.clear();
    const all = new Map(vscode.languages.getDiagnostics().map(([uri, diagnostics]) => [uri.toString(), diagnostics]));
    const speaking = new Set([...all.values()].flat().map(({ source }) => source ?? ''));
    const inTabs = documentsInTabs();
    const at = Date.now();
    for (const [key, uri] of uris) {
      const place = placeOf(uri);
      if (!place) continue;
      const diagnostics = all.get(key);
      const problems = problemsOf(diagnostics ?? []);
      const known = this.#state(place.folder).standing.some(({ path }) => path === place.path) || this.#state(place.folder).fixed.some(({ path }) => path === place.path);
      if (problems.length === 0 && !known) continue;
      // A server that reports "none" leaves an empty list; one that stops or restarts takes its list away.
      const answers = diagnostics !== undefined;
      this.#take(place.folder, { kind: 'problems', at, path: place.path, problems, open: inTabs.has(key), lineText: lineTextIn(place.folder) }, (source) => {
        const alive = answers || speaking.has(source);
        if (!alive) this.#silent.set(key, uri);
        return alive;
      });
    }
    this.#settleLater();
  }

  #settleLater(): void {
    clearTimeout(this.#settle);
    const now = Date.now();
    const due = [...this.#states.values()].flatMap((state) => nextSettling(state, now) ?? []);
    if (due.length === 0) return;
    this.#settle = setTimeout(() => { this.#looking = this.#looking.then(() => this.#settleNow()); }, Math.max(burst, Math.min(...due) - now));
  }

  async #settleNow(): Promise<void> {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (nextSettling(this.#state(folder)) === undefined) continue;
      await this.#followBranch(folder);
      if (this.#disposed) return;
      this.#take(folder, { kind: 'tick', at: Date.now(), lineText: lineTextIn(folder) });
    }
    this.#settleLater();
  }

  #edited(event: vscode.TextDocumentChangeEvent): void {
    const { document, contentChanges } = event;
    const place = contentChanges.length === 0 ? undefined : placeOf(document.uri);
    if (!place || !this.#state(place.folder).standing.some(({ path }) => path === place.path)) return;
    this.#take(place.folder, { kind: 'changed', at: Date.now(), path: place.path, changes: lineChanges(event) });
    // An agent's edit comes from the disk: the document is loaded anew and is as it is there.
    clearTimeout(this.#clean.get(document));
    this.#clean.set(document, setTimeout(() => {
      this.#clean.delete(document);
      if (!document.isDirty && !document.isClosed) this.#saved(document.uri);
    }, dirtyDelay));
  }

  #saved(uri: vscode.Uri): void {
    const place = placeOf(uri);
    if (!place || !this.#state(place.folder).standing.some(({ path }) => path === place.path)) return;
    this.#take(place.folder, { kind: 'saved', at: Date.now(), path: place.path, lineText: lineTextIn(place.folder) });
  }

  #closed(uri: vscode.Uri): void {
    const place = placeOf(uri);
    if (place && this.#state(place.folder).standing.some(({ path }) => path === place.path)) this.#take(place.folder, { kind: 'closed', at: Date.now(), path: place.path });
  }

  dispose(): void {
    this.#disposed = true;
    for (const timer of [this.#look, this.#settle, ...this.#clean.values()]) clearTimeout(timer);
    this.#write();
    this.#own.dispose();
  }
}

/** The present text of lines in documents that the editor has. */
function lineTextIn(folder: vscode.WorkspaceFolder): LineText {
  return (path, line) => {
    const uri = uriOf(folder, path).toString();
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
    return document && line <= document.lineCount ? document.lineAt(line - 1).text : undefined;
  };
}
