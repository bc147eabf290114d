import * as vscode from 'vscode';
import { endsSession, unwrittenEntries } from '../core/draftJournal.js';
import { typingMs } from '../core/reminder.js';
import type { AgentSessions } from './agentSessions.js';
import type { HandoffFolder } from './handoffFolder.js';
import type { HandoffFolders } from './handoffFolders.js';

/** A session that ended by itself. */
export interface EndedSession {
  readonly folder: HandoffFolder;
  /** Entries that no Write had put anywhere, and that the new session has. */
  readonly carried: number;
}

/**
 * Ends a folder's session when the agent's context was compacted or cleared after a Write (design): what is learned from then
 * on belongs to the next handoff. A compaction that happened while no window was open ends it as well. The old draft stays in
 * the archive, what was not written yet comes along, and nothing changes under the hands of a person who types.
 */
export class SessionEnd implements vscode.Disposable {
  readonly #ended = new vscode.EventEmitter<EndedSession>();
  readonly #own: vscode.Disposable;
  /** Folders whose context was emptied, with the latest time, in milliseconds since 1970. */
  readonly #emptied = new Map<vscode.WorkspaceFolder, number>();
  #typedAt = -Infinity;
  #waiting: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  readonly onDidEnd = this.#ended.event;

  constructor(private readonly folders: HandoffFolders, private readonly sessions: AgentSessions, private readonly log: vscode.LogOutputChannel) {
    this.#own = vscode.Disposable.from(this.#ended,
      sessions.onDidChange((folder) => {
        // An agent in another worktree of the repository works for another folder.
        const times = this.sessions.list(folder).filter(({ place }) => place !== 'worktree').map(({ compactions }) => Date.parse(compactions?.at(-1)?.at ?? ''));
        this.#note(folder, Math.max(-Infinity, ...times.filter(Number.isFinite)));
      }),
      sessions.onDidReset(({ folder, file, cleared, happened }) => {
        if (cleared && this.sessions.list(folder).find((session) => session.file === file)?.place !== 'worktree') this.#note(folder, happened);
      }));
  }

  /** The person types in the checklist. */
  typed(): void {
    this.#typedAt = Date.now();
  }

  #note(folder: vscode.WorkspaceFolder, at: number): void {
    if (at <= (this.#emptied.get(folder) ?? -Infinity)) return;
    this.#emptied.set(folder, at);
    this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      if (Date.now() < this.#typedAt + typingMs) this.#soon();
      else this.#work = this.#work.then(() => this.#endThem());
    }, Math.max(0, this.#typedAt + typingMs - Date.now()));
  }

  async #endThem(): Promise<void> {
    for (const [workspaceFolder, at] of this.#emptied) {
      try {
        const folder = await this.folders.open(workspaceFolder);
        if (!endsSession(folder.draft, { kind: 'contextReset', at: new Date(at).toISOString() })) continue;
        const carried = unwrittenEntries(folder.draft).length;
        await folder.newSession();
        this.#ended.fire({ folder, carried });
      } catch (error) {
        this.log.error(error instanceof Error ? error : String(error));
      }
    }
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    this.#own.dispose();
  }
}
