import * as vscode from 'vscode';
import { inListOrder, offeredNote, withStates, type Here, type ListedNote } from '../core/noteLife.js';
import type { NoteStatus } from '../core/handoffNote.js';
import { rememberEditorSettings } from '../node/editorSettings.js';
import { readHere } from '../node/gitHere.js';
import { listNotes, markNote, type UnreadableNote } from '../node/handoffNotes.js';
import { readReceipts, receiptsFolder, type FolderReceipts } from '../node/receipts.js';
import { privateFolder } from '../node/userState.js';
import type { BuiltInGit } from './builtInGit.js';
import { configuration } from './configuration.js';
import { findDocuments, type FolderDocuments } from './documentsPlace.js';

/** The first look waits until the editor has started and sat idle for so long, in milliseconds (design). */
const firstLook = 2_000;
/** Git and a Write change several files for one action. In milliseconds. */
const settle = 300;

/** What is known of a folder's notes. */
export interface KnownNotes {
  readonly place: FolderDocuments;
  readonly here: Here;
  /** As a list shows them: open ones of this branch first. */
  readonly listed: readonly ListedNote[];
  readonly broken: readonly UnreadableNote[];
  /** How many older files were not looked at. */
  readonly leftOut: number;
  readonly records: FolderReceipts;
}

interface Followed {
  known?: KnownNotes;
  /** Why there is nothing, in words for the person. */
  problem?: string;
  running: Promise<void>;
  timer?: NodeJS.Timeout;
  watched?: { readonly key: string; readonly watcher: vscode.Disposable };
}

/**
 * The handoff notes of every workspace folder, with their states and receipts: looked through two seconds after the start, and again
 * when a note, a receipt or the branch changes. Who works here is asked of git in trusted workspaces only; else it is not known, and no
 * note is anybody's own.
 */
export class FolderNotes implements vscode.Disposable {
  readonly #folders = new Map<string, Followed>();
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #own: vscode.Disposable[] = [this.#changed];
  #waiting: NodeJS.Timeout | undefined;
  readonly onDidChange = this.#changed.event;

  constructor(private readonly state: vscode.Memento, private readonly git: BuiltInGit, private readonly log: vscode.LogOutputChannel) {
    this.#waiting = setTimeout(() => { this.#begin(); }, firstLook);
  }

  #begin(): void {
    this.#waiting = undefined;
    const all = (): void => { for (const folder of vscode.workspace.workspaceFolders ?? []) this.#later(folder); };
    all();
    this.#own.push(
      this.git.onDidChange(all),
      vscode.workspace.onDidGrantWorkspaceTrust(all),
      vscode.window.onDidChangeWindowState(({ focused }) => { if (focused) all(); }),
      vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('sessionHandoff.documents') || event.affectsConfiguration('sessionHandoff.notes')) all(); }),
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const folder of removed) {
          this.#leave(folder.uri.toString());
          this.#changed.fire(folder);
        }
        for (const folder of added) this.#later(folder);
      }),
    );
  }

  #of(folder: vscode.WorkspaceFolder): Followed {
    const key = folder.uri.toString();
    let own = this.#folders.get(key);
    if (!own) this.#folders.set(key, own = { running: Promise.resolve() });
    return own;
  }

  #later(folder: vscode.WorkspaceFolder): void {
    const own = this.#of(folder);
    clearTimeout(own.timer);
    own.timer = setTimeout(() => { void this.refresh(folder); }, settle);
  }

  /** What was found; undefined before the first look and where there can be no notes. */
  known(folder: vscode.WorkspaceFolder): KnownNotes | undefined {
    return this.#folders.get(folder.uri.toString())?.known;
  }

  /** Why a folder's notes cannot be listed, in words for the person. */
  problem(folder: vscode.WorkspaceFolder): string | undefined {
    return this.#folders.get(folder.uri.toString())?.problem;
  }

  /** The note that may be offered by itself: open, the person's own, of this branch. */
  offered(folder: vscode.WorkspaceFolder): ListedNote | undefined {
    const known = this.known(folder);
    return known && offeredNote(known.listed, known.here);
  }

  /** Looks again; one look of a folder at a time. */
  refresh(folder: vscode.WorkspaceFolder): Promise<void> {
    const own = this.#of(folder);
    own.running = own.running.then(async () => {
      try {
        const known = await this.#read(folder);
        own.known = known;
        delete own.problem;
        await this.#watch(folder, own, known);
        if (known.listed.length > 0) await this.#remember(folder, known.place);
      } catch (error) {
        delete own.known;
        own.problem = error instanceof Error ? error.message : String(error);
        this.log.warn(`the notes of ${folder.name} cannot be listed: ${own.problem}`);
      }
      if (this.#folders.get(folder.uri.toString()) === own) this.#changed.fire(folder);
    });
    return own.running;
  }

  async #read(folder: vscode.WorkspaceFolder): Promise<KnownNotes> {
    const place = await findDocuments(folder, this.state, false);
    if (!place) throw new Error(vscode.l10n.t('It is not known yet where this folder’s documents belong.'));
    const [{ notes, broken, leftOut }, records, here] = await Promise.all([listNotes(place), readReceipts(place.base, place.home), this.#here(place)]);
    return { place, here, listed: inListOrder(withStates(notes, Date.now(), configuration.noteExpiryDays()), here), broken, leftOut, records };
  }

  /** The same words as an agent's hook has for it; git may have to be asked, and no program is run in a workspace that is not trusted. */
  async #here({ base }: FolderDocuments): Promise<Here> {
    return vscode.workspace.isTrusted ? readHere(base) : {};
  }

  /** What only the editor knows, for hooks and the command line: a folder without notes and without a choice has nothing to tell. */
  async #remember(folder: vscode.WorkspaceFolder, { base, documentsFolder, home }: FolderDocuments): Promise<void> {
    await rememberEditorSettings(folder.uri.fsPath, { base, documentsFolder, expiryDays: configuration.noteExpiryDays() }, home);
  }

  async #watch(folder: vscode.WorkspaceFolder, own: Followed, { place, listed }: KnownNotes): Promise<void> {
    const records = await receiptsFolder(place.base, place.home);
    const hasNotes = listed.length > 0;
    const key = JSON.stringify([place.base, place.documentsFolder, records, hasNotes]);
    if (own.watched?.key === key) return;
    // Of a folder that is made later the editor does not tell the first file, and the first receipt is the one that is waited for.
    if (hasNotes) await privateFolder(records).catch((error: unknown) => { this.log.warn(error instanceof Error ? error.message : String(error)); });
    if (this.#folders.get(folder.uri.toString()) !== own) return;
    own.watched?.watcher.dispose();
    const watchers = [new vscode.RelativePattern(vscode.Uri.joinPath(vscode.Uri.file(place.base), ...place.documentsFolder.split('/'), 'handoffs'), '*.md'), new vscode.RelativePattern(vscode.Uri.file(records), '*.jsonl')]
      .map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
    const later = (): void => { this.#later(folder); };
    own.watched = { key, watcher: vscode.Disposable.from(...watchers, ...watchers.flatMap((watcher) => [watcher.onDidCreate(later), watcher.onDidChange(later), watcher.onDidDelete(later)])) };
  }

  /**
   * Marks a note done or open again.
   * @throws FileError with words for the person
   */
  async mark(folder: vscode.WorkspaceFolder, file: string, status: NoteStatus): Promise<void> {
    const known = this.known(folder);
    if (!known) return;
    await markNote(known.place, file, status);
    await this.refresh(folder);
  }

  /** The note's file. */
  uriOf({ place }: KnownNotes, file: string): vscode.Uri {
    return vscode.Uri.joinPath(vscode.Uri.file(place.base), ...place.documentsFolder.split('/'), ...file.split('/'));
  }

  #leave(key: string): void {
    const own = this.#folders.get(key);
    clearTimeout(own?.timer);
    own?.watched?.watcher.dispose();
    this.#folders.delete(key);
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    for (const key of [...this.#folders.keys()]) this.#leave(key);
    vscode.Disposable.from(...this.#own).dispose();
  }
}
