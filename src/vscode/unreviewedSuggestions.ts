import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Suggestion } from '../core/session.js';
import type { UnreviewedNote } from '../core/unreviewedNote.js';
import { listUnreviewed, removeUnreviewed, unreviewedFolder } from '../node/unreviewedNotes.js';
import { privateFolder } from '../node/userState.js';
import type { NoticeView } from '../protocol.js';
import { findDocuments, type FolderDocuments } from './documentsPlace.js';
import type { NoticeSource } from './noticeSource.js';
import type { SuggestionProvider } from './suggestionProviders.js';
import { namedAgent } from './usageWords.js';

/** The first look waits as the one at notes does, in milliseconds (design). */
const firstLook = 2_000;
const settle = 300;
const noticeId = 'unreviewed';

interface Kept {
  readonly place: FolderDocuments;
  readonly notes: readonly UnreviewedNote[];
}

/** A path of the workspace folder from one of the folder that holds `.claude`. */
const fromWorkspace = <T extends { readonly path: string }>(link: T, { workspacePath }: FolderDocuments): T => ({ ...link, path: posix.relative(workspacePath, link.path) });

/**
 * What the safety net kept before an agent's context was compacted, as suggestions: nobody has reviewed it, so nothing of it is an
 * entry before the person accepts it.
 */
export class UnreviewedSuggestions implements SuggestionProvider, NoticeSource {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #own: vscode.Disposable[] = [this.#changed];
  readonly #kept = new Map<string, Kept>();
  readonly #watched = new Map<string, vscode.Disposable>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #disposed = false;
  readonly onDidChange = this.#changed.event;

  constructor(private readonly state: vscode.Memento, private readonly log: vscode.LogOutputChannel) {
    const waiting = setTimeout(() => { for (const folder of vscode.workspace.workspaceFolders ?? []) this.refresh(folder); }, firstLook);
    this.#own.push({ dispose: () => { clearTimeout(waiting); } }, vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const folder of removed) {
        const key = folder.uri.toString();
        this.#watched.get(key)?.dispose();
        this.#watched.delete(key);
        this.#kept.delete(key);
      }
      for (const folder of added) this.refresh(folder);
    }));
  }

  refresh(folder: vscode.WorkspaceFolder): void {
    const key = folder.uri.toString();
    clearTimeout(this.#timers.get(key));
    if (this.#disposed) return;
    this.#timers.set(key, setTimeout(() => {
      this.#look(folder).catch((error: unknown) => { if (!this.#disposed) this.log.warn(error instanceof Error ? error.message : String(error)); });
    }, settle));
  }

  async #look(folder: vscode.WorkspaceFolder): Promise<void> {
    if (folder.uri.scheme !== 'file') return;
    const key = folder.uri.toString();
    const place = await findDocuments(folder, this.state, false);
    if (!place) return;
    const notes = await listUnreviewed(place.base, place.home);
    const stored = await unreviewedFolder(place.base, place.home);
    // Of a folder that is made while it is watched the editor does not tell the first file.
    await privateFolder(stored).catch((error: unknown) => { this.log.warn(error instanceof Error ? error.message : String(error)); });
    // Meanwhile the window or the folder may have been closed, and of two looks at once only one watches.
    if (this.#disposed || !vscode.workspace.workspaceFolders?.some(({ uri }) => uri.toString() === key)) return;
    const before = this.#kept.get(key)?.notes ?? [];
    this.#kept.set(key, { place, notes });
    if (!this.#watched.has(key)) {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(stored), '*.json'));
      const later = (): void => { this.refresh(folder); };
      this.#watched.set(key, vscode.Disposable.from(watcher, watcher.onDidCreate(later), watcher.onDidChange(later), watcher.onDidDelete(later)));
    }
    if (JSON.stringify(before) !== JSON.stringify(notes)) this.#changed.fire(folder);
  }

  suggestions(folder: vscode.WorkspaceFolder): readonly Suggestion[] {
    const kept = this.#kept.get(folder.uri.toString());
    if (!kept) return [];
    return kept.notes.flatMap((note) => {
      const evidence = { text: vscode.l10n.t('kept before the context was compacted'), at: note.created };
      return [
        ...note.entries.map((entry): Suggestion => ({
          id: `unreviewed:${entry.id}`, item: entry.item, text: entry.text, ...(entry.detail === undefined ? {} : { detail: entry.detail }), source: 'agent', rank: 9,
          links: entry.links.map((link) => fromWorkspace(link, kept.place)), evidence: [evidence],
        })),
        ...note.suggestions.map((one): Suggestion => ({
          ...one, links: one.links.map((link) => fromWorkspace(link, kept.place)),
          evidence: [...one.evidence.map(({ link, ...rest }) => ({ ...rest, ...(link && { link: fromWorkspace(link, kept.place) }) })), evidence],
        })),
      ];
    });
  }

  /** That there is something to review: of what was accepted or dismissed nothing is left. */
  notices(folder: vscode.WorkspaceFolder, shown: readonly Suggestion[]): readonly NoticeView[] {
    const kept = this.#kept.get(folder.uri.toString());
    const [newest] = kept?.notes ?? [];
    if (!newest) return [];
    const own = new Set(this.suggestions(folder).map(({ id }) => id));
    const left = shown.filter(({ id }) => own.has(id)).length;
    if (left === 0) return [];
    const time = new Intl.DateTimeFormat(vscode.env.language, { hour: '2-digit', minute: '2-digit' }).format(new Date(newest.created));
    return [{
      id: noticeId, severity: 'info', dismissable: false,
      text: left === 1 ? vscode.l10n.t('The context of {0} was compacted at {1}. What was known then was kept, and nobody has reviewed it: 1 suggestion below.', namedAgent(newest.agent), time)
        : vscode.l10n.t('The context of {0} was compacted at {1}. What was known then was kept, and nobody has reviewed it: {2} suggestions below.', namedAgent(newest.agent), time, left),
      actions: [{ id: 'reviewed', label: vscode.l10n.t('Reviewed') }],
    }];
  }

  /** Reviewed: what was kept goes. */
  async act(folder: vscode.WorkspaceFolder, notice: string): Promise<string | undefined> {
    if (notice !== noticeId) return undefined;
    const kept = this.#kept.get(folder.uri.toString());
    for (const note of kept?.notes ?? []) if (kept) await removeUnreviewed(kept.place.base, note, kept.place.home);
    await this.#look(folder);
    return vscode.l10n.t('What you accepted is in the checklist; the rest was removed');
  }

  dispose(): void {
    this.#disposed = true;
    for (const watcher of this.#watched.values()) watcher.dispose();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.#own).dispose();
  }
}
