import { homedir } from 'node:os';
import { dirname, sep } from 'node:path';
import * as vscode from 'vscode';
import { sessionToShow, type AgentSession } from '../core/agents/sessions.js';
import { FolderSessions, type SessionReset } from '../node/folderSessions.js';
import { agentPlaces } from '../node/transcriptFiles.js';
import { configuration } from './configuration.js';

/** The first look at the transcript folders waits until the editor has started and sat idle for so long, in milliseconds (design). */
const firstLook = 2_000;

const pinKey = (folder: vscode.WorkspaceFolder): string => `pinnedSession:${folder.uri.toString()}`;

/** A context that was emptied, and where. */
export interface FolderReset extends SessionReset {
  readonly folder: vscode.WorkspaceFolder;
}

interface Followed {
  readonly sessions: FolderSessions;
  list: readonly AgentSession[];
  /** Everything was looked through at least once. */
  looked: boolean;
}

/** The agent sessions of every workspace folder: followed from two seconds after the start until the window closes. */
export class AgentSessions implements vscode.Disposable {
  readonly #folders = new Map<string, Followed>();
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #reset = new vscode.EventEmitter<FolderReset>();
  readonly #own: vscode.Disposable[] = [this.#changed, this.#reset];
  #waiting: NodeJS.Timeout | undefined;
  readonly onDidChange = this.#changed.event;
  /** An agent's context was compacted or cleared. */
  readonly onDidReset = this.#reset.event;

  constructor(private readonly state: vscode.Memento) {
    this.#waiting = setTimeout(() => { this.#begin(); }, firstLook);
  }

  #begin(): void {
    this.#waiting = undefined;
    for (const folder of vscode.workspace.workspaceFolders ?? []) this.#follow(folder);
    this.#own.push(
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const folder of removed) {
          this.#leave(folder);
          this.#changed.fire(folder);
        }
        for (const folder of added) this.#follow(folder);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('sessionHandoff.context.windows')) return;
        for (const folder of vscode.workspace.workspaceFolders ?? []) {
          this.#leave(folder);
          this.#follow(folder);
        }
      }),
    );
  }

  #follow(folder: vscode.WorkspaceFolder): void {
    // A transcript belongs to a path of the machine we run on.
    if (folder.uri.scheme !== 'file') return;
    const sessions = new FolderSessions({
      folder: folder.uri.fsPath, places: agentPlaces(homedir(), process.env), windows: configuration.windows(), environment: process.env,
      onChange: (list) => {
        own.list = list;
        this.#changed.fire(folder);
      },
      onReset: (reset) => { this.#reset.fire({ ...reset, folder }); },
    });
    const own: Followed = { sessions, list: [], looked: false };
    this.#folders.set(folder.uri.toString(), own);
    void sessions.refresh().then(() => {
      own.looked = true;
      // That nothing was found is news as well.
      if (own.list.length === 0) this.#changed.fire(folder);
    });
  }

  #leave(folder: vscode.WorkspaceFolder): void {
    const key = folder.uri.toString();
    this.#folders.get(key)?.sessions.dispose();
    this.#folders.delete(key);
  }

  /** All sessions of a folder, live ones first. */
  list(folder: vscode.WorkspaceFolder): readonly AgentSession[] {
    return this.#folders.get(folder.uri.toString())?.list ?? [];
  }

  /** The session that is shown for a folder: the pinned one, else the live one. */
  shown(folder: vscode.WorkspaceFolder): AgentSession | undefined {
    return sessionToShow(this.list(folder), this.pinned(folder));
  }

  pinned(folder: vscode.WorkspaceFolder): string | undefined {
    return this.state.get<string>(pinKey(folder));
  }

  /** Shows this session from now on; undefined: the live one again. */
  async pin(folder: vscode.WorkspaceFolder, file: string | undefined): Promise<void> {
    await this.state.update(pinKey(folder), file);
    this.#changed.fire(folder);
  }

  /** Whether everything was looked through for a folder at least once. */
  looked(folder: vscode.WorkspaceFolder): boolean {
    return this.#folders.get(folder.uri.toString())?.looked ?? false;
  }

  /** Where sessions of a folder were looked for. */
  lookedIn(folder: vscode.WorkspaceFolder): readonly string[] {
    return this.#folders.get(folder.uri.toString())?.sessions.lookedIn ?? [];
  }

  /** That nothing was found, where and in which folders, in a sentence: "…on this machine. Looked in ~/.claude/projects, …" */
  foundNothing(folder: vscode.WorkspaceFolder): string {
    const { remoteName } = vscode.env;
    const where = remoteName === undefined ? vscode.l10n.t('on this machine') : remoteName === 'wsl' ? vscode.l10n.t('in WSL')
      : /container/.test(remoteName) ? vscode.l10n.t('in the container') : vscode.l10n.t('on the remote machine ({0})', remoteName);
    // Claude Code keeps a folder for each project, named after its path: where these lie says enough.
    const places = new Set(this.lookedIn(folder).map((place) => (/[\\/]projects[\\/][^\\/]+$/.test(place) ? dirname(place) : place))
      .map((place) => (place.startsWith(`${homedir()}${sep}`) ? `~${place.slice(homedir().length)}` : place)));
    return vscode.l10n.t('No agent session was found for this folder {0}. Looked in {1}. The checklist works without one.', where, [...places].sort().join(', '));
  }

  async refresh(folder: vscode.WorkspaceFolder): Promise<void> {
    await this.#folders.get(folder.uri.toString())?.sessions.refresh();
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    for (const { sessions } of this.#folders.values()) sessions.dispose();
    vscode.Disposable.from(...this.#own).dispose();
  }
}
