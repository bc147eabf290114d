import * as vscode from 'vscode';
import type { GitAnswer } from '../core/gitState.js';
import type { AgentSessions } from './agentSessions.js';
import type { CursorTracker } from './cursorTracker.js';
import type { HandoffFolder } from './handoffFolder.js';
import type { HandoffFolders } from './handoffFolders.js';

/** An agent that used so many more tokens since the Write has done something worth handing over. */
const workOfAgent = 10_000;

/** What git says of the work, without what our own Write changed. */
const printOf = (git: GitAnswer | undefined): string => (git?.kind === 'state' ? JSON.stringify([git.state.head, git.state.files.map(({ path, kind }) => [path, kind])]) : '');
const draftPrint = ({ draft }: HandoffFolder): string => JSON.stringify(draft.entries);

interface Written {
  readonly git: string;
  readonly draft: string;
  readonly used: ReadonlyMap<string, number>;
}

/** Tells when, after a Write, something happened that no handoff holds: the reminder is quiet until then. */
export class NewWork implements vscode.Disposable {
  readonly #appeared = new vscode.EventEmitter<void>();
  readonly #written = new Map<string, Written>();
  readonly #own: vscode.Disposable;
  readonly onDidAppear = this.#appeared.event;

  constructor(folders: HandoffFolders, private readonly sessions: AgentSessions, tracker: CursorTracker) {
    this.#own = vscode.Disposable.from(this.#appeared,
      folders.onDidChange((folder) => {
        const written = this.#written.get(folder.workspaceFolder.uri.toString());
        if (written && (written.draft !== draftPrint(folder) || (written.git !== '' && folder.git && written.git !== printOf(folder.git)))) this.#tell(folder.workspaceFolder);
      }),
      sessions.onDidChange((folder) => {
        const used = this.#written.get(folder.uri.toString())?.used;
        if (used && sessions.list(folder).some(({ file, usage }) => (usage.usedTokens ?? 0) - (used.get(file) ?? 0) >= workOfAgent)) this.#tell(folder);
      }),
      tracker.onDidEdit(({ folder, path }) => { if (!path.startsWith('.claude/') && this.#written.has(folder.uri.toString())) this.#tell(folder); }));
  }

  /** A handoff was written: what is there now is in it. */
  written(folder: HandoffFolder): void {
    const { workspaceFolder } = folder;
    this.#written.set(workspaceFolder.uri.toString(), {
      git: printOf(folder.git), draft: draftPrint(folder),
      used: new Map(this.sessions.list(workspaceFolder).map(({ file, usage }) => [file, usage.usedTokens ?? 0])),
    });
  }

  #tell(folder: vscode.WorkspaceFolder): void {
    this.#written.delete(folder.uri.toString());
    this.#appeared.fire();
  }

  dispose(): void {
    this.#own.dispose();
  }
}
