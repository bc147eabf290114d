import * as vscode from 'vscode';
import type { Draft, Suggestion } from '../core/session.js';
import type { AgentFound, AgentSuggestionsWorker } from '../node/agentSuggestionsInWorker.js';
import type { AgentSessions } from './agentSessions.js';
import { oneLine, plainMessage } from './foreignText.js';
import type { GitSubject } from './gitSuggestions.js';
import type { SuggestionProvider } from './suggestionProviders.js';

/** A growing transcript is looked at again at most so often, in milliseconds: what is new is shown within a second. */
const pause = 500;

/** What the source needs to know of a folder. */
export interface AgentSubject extends GitSubject {
  readonly draft: Draft;
}

/**
 * What the agent's own transcript suggests: read in a worker since the last compaction, clear or Write, while somebody
 * looks, and read on when it grows. It reads only; nothing is run.
 */
export class AgentSuggestions implements SuggestionProvider {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #found = new Map<string, readonly Suggestion[]>();
  /** Folders that are being read; true: something changed since the question was put. */
  readonly #running = new Map<string, boolean>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  /** When each folder was last read, in milliseconds since the start. */
  readonly #read = new Map<string, number>();
  readonly #told = new Set<string>();
  readonly #own: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  /**
   * @param worker is disposed with this
   * @param subject the folder's session and draft, once the folder is opened
   * @param watched whether somebody looks at this folder now
   */
  constructor(
    private readonly worker: AgentSuggestionsWorker,
    private readonly sessions: AgentSessions,
    private readonly subject: (folder: vscode.WorkspaceFolder) => AgentSubject | undefined,
    watched: (folder: vscode.WorkspaceFolder) => boolean,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#own = vscode.Disposable.from(this.#changed, sessions.onDidChange((folder) => { if (watched(folder)) this.refresh(folder); }));
  }

  suggestions(folder: vscode.WorkspaceFolder): readonly Suggestion[] {
    return this.#found.get(folder.uri.toString()) ?? [];
  }

  looking(folder: vscode.WorkspaceFolder): boolean {
    const key = folder.uri.toString();
    return !this.sessions.looked(folder) || this.#running.has(key) || this.#waiting.has(key);
  }

  /** Reads at once, or when the pause since the last reading is over; several askings until then are one. */
  refresh(folder: vscode.WorkspaceFolder): void {
    const key = folder.uri.toString();
    if (this.#waiting.has(key)) return;
    if (this.#running.has(key)) {
      this.#running.set(key, true);
      return;
    }
    const wait = Math.max(0, (this.#read.get(key) ?? -pause) + pause - performance.now());
    this.#waiting.set(key, setTimeout(() => {
      this.#waiting.delete(key);
      void this.#look(folder);
    }, wait));
  }

  async #look(folder: vscode.WorkspaceFolder): Promise<void> {
    const key = folder.uri.toString();
    const subject = this.subject(folder);
    const session = this.sessions.shown(folder);
    if (!subject || !session) {
      if (this.#found.delete(key)) this.#changed.fire(folder);
      return;
    }
    this.#running.set(key, false);
    const { draft, git } = subject;
    const written = Math.max(0, ...draft.written.map(({ at }) => Date.parse(at) || 0));
    const asked = draft.session.id;
    const take = ({ suggestions, skipped: { malformed, unknown }, problems, whole }: AgentFound): void => {
      // Another session was begun or chosen meanwhile: this is the old one's.
      if (this.subject(folder)?.session.id !== asked || this.sessions.shown(folder)?.file !== session.file) return;
      // What is shown already stays until all is known: nothing comes and goes while a transcript is read anew.
      if (!whole && this.#found.has(key)) return;
      if (whole && malformed + unknown > 0) this.log.debug(`transcript: ${malformed} lines could not be read, ${unknown} records are of unknown kinds`);
      for (const { key: problem, reason } of problems) this.#tell(problem, reason);
      this.#found.set(key, suggestions);
      this.#changed.fire(folder);
    };
    try {
      await this.worker.ask({
        file: session.file, folder: folder.uri.fsPath, ...(written > 0 ? { since: written } : {}),
        ...(git?.kind === 'state' && git.state.changedCount === git.state.files.length ? { uncommitted: git.state.files.map(({ path }) => path) } : {}),
      }, take);
    } catch (error) {
      // A transcript that is gone or cannot be read suggests nothing; the rest goes on.
      this.log.warn(error instanceof Error ? error.message : String(error));
    } finally {
      const again = this.#running.get(key);
      this.#running.delete(key);
      this.#read.set(key, performance.now());
      if (again) this.refresh(folder);
    }
  }

  /** Says once what of the agent's findings could not be read: the person asked for them and waits. */
  #tell(problem: string, reason: string): void {
    if (this.#told.has(problem)) return;
    this.#told.add(problem);
    this.log.warn(reason);
    void vscode.window.showWarningMessage(plainMessage(vscode.l10n.t("Session Handoff: of the agent's findings not everything can be offered: {0}", oneLine(reason, 300))));
  }

  dispose(): void {
    for (const waiting of this.#waiting.values()) clearTimeout(waiting);
    this.worker.dispose();
    this.#own.dispose();
  }
}
