import * as vscode from 'vscode';
import { openDraft } from '../node/openDraft.js';
import { HandoffFolder } from './handoffFolder.js';

/** The workspace folders whose draft was opened: each on first use, until it leaves the workspace. */
export class HandoffFolders implements vscode.Disposable {
  readonly #opened = new Map<string, Promise<HandoffFolder>>();
  readonly #ready = new Map<string, HandoffFolder>();
  readonly #changed = new vscode.EventEmitter<HandoffFolder>();
  readonly #foldersChanged = new vscode.EventEmitter<void>();
  readonly #own: vscode.Disposable;
  readonly onDidChange = this.#changed.event;
  /** Folders were added to or removed from the workspace. */
  readonly onDidChangeFolders = this.#foldersChanged.event;

  constructor(private readonly state: vscode.Memento) {
    this.#own = vscode.Disposable.from(this.#changed, this.#foldersChanged, vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
      for (const folder of removed) {
        const key = folder.uri.toString();
        void this.#opened.get(key)?.then((opened) => { opened.dispose(); });
        this.#opened.delete(key);
        this.#ready.delete(key);
      }
      this.#foldersChanged.fire();
    }));
  }

  /** The folder with its draft; opened on first use. */
  open(folder: vscode.WorkspaceFolder): Promise<HandoffFolder> {
    const key = folder.uri.toString();
    let opening = this.#opened.get(key);
    if (!opening) {
      opening = this.#open(folder);
      this.#opened.set(key, opening);
      // A failure is told to who asked, and tried again at the next asking.
      opening.catch(() => { this.#opened.delete(key); });
    }
    return opening;
  }

  async #open(folder: vscode.WorkspaceFolder): Promise<HandoffFolder> {
    // A folder that is not on a disk has no path: its address names the draft as well.
    const store = await openDraft(folder.uri.scheme === 'file' ? folder.uri.fsPath : `/${folder.uri.toString()}`);
    const opened = new HandoffFolder(folder, store, this.state);
    opened.onDidChange(() => { this.#changed.fire(opened); });
    this.#ready.set(folder.uri.toString(), opened);
    return opened;
  }

  /** The folder, if it was opened already. */
  opened(folder: vscode.WorkspaceFolder): HandoffFolder | undefined {
    return this.#ready.get(folder.uri.toString());
  }

  dispose(): void {
    for (const folder of this.#ready.values()) folder.dispose();
    this.#own.dispose();
  }
}
