import * as vscode from 'vscode';
import type { SessionActivity } from '../core/agents/activity.js';
import type { Draft, Suggestion } from '../core/session.js';
import { suggestFromAgent } from '../core/suggestions/agent.js';
import { readProjectFile } from '../node/projectFile.js';
import { readActivityInSlices } from '../node/transcriptActivity.js';
import type { AgentSessions } from './agentSessions.js';
import type { GitSubject } from './gitSuggestions.js';
import type { SuggestionProvider } from './suggestionProviders.js';

/** A growing transcript is read again at most so often, in milliseconds: what is new is shown within a second. */
const pause = 700;
/** Larger files are not looked into for the line of an edit. */
const largestText = 512 * 1024;

/** What the source needs to know of a folder. */
export interface AgentSubject extends GitSubject {
  readonly draft: Draft;
}

/**
 * What the agent's own transcript suggests: read in slices since the last compaction, clear or Write, while somebody
 * looks. It reads only; nothing is run.
 */
export class AgentSuggestions implements SuggestionProvider {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #found = new Map<string, readonly Suggestion[]>();
  readonly #running = new Map<string, AbortController>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #own: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  /**
   * @param subject the folder's session and draft, once the folder is opened
   * @param watched whether somebody looks at this folder now
   */
  constructor(
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

  /** Reads soon; several askings within the pause are one. */
  refresh(folder: vscode.WorkspaceFolder): void {
    const key = folder.uri.toString();
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, setTimeout(() => {
      this.#waiting.delete(key);
      void this.#read(folder);
    }, this.#found.has(key) ? pause : 0));
  }

  async #read(folder: vscode.WorkspaceFolder): Promise<void> {
    const key = folder.uri.toString();
    this.#running.get(key)?.abort();
    const subject = this.subject(folder);
    const session = this.sessions.shown(folder);
    if (!subject || !session) {
      if (this.#found.delete(key)) this.#changed.fire(folder);
      return;
    }
    const running = new AbortController();
    this.#running.set(key, running);
    const take = (activity: SessionActivity): void => {
      this.#found.set(key, this.#suggest(folder, subject, activity));
      this.#changed.fire(folder);
    };
    const written = Math.max(0, ...subject.draft.written.map(({ at }) => Date.parse(at) || 0));
    try {
      const activity = await readActivityInSlices(session.file, { signal: running.signal, ...(written > 0 ? { since: written } : {}) }, take);
      if (running.signal.aborted) return;
      const { malformed, unknown } = activity.skipped;
      if (malformed + unknown > 0) this.log.debug(`transcript: ${malformed} lines could not be read, ${unknown} records are of unknown kinds`);
      take(activity);
    } catch (error) {
      // A transcript that is gone or cannot be read suggests nothing; the rest goes on.
      if (!running.signal.aborted) this.log.warn(error instanceof Error ? error.message : String(error));
    } finally {
      if (this.#running.get(key) === running) this.#running.delete(key);
    }
  }

  #suggest(folder: vscode.WorkspaceFolder, { git }: AgentSubject, activity: SessionActivity): Suggestion[] {
    const texts = new Map<string, string | undefined>();
    const fileText = (path: string): string | undefined => {
      if (!texts.has(path)) texts.set(path, readProjectFile(folder.uri.fsPath, path, largestText));
      return texts.get(path);
    };
    return suggestFromAgent(activity, {
      roots: [folder.uri.fsPath], fileText,
      ...(git?.kind === 'state' && git.state.changedCount === git.state.files.length ? { uncommitted: new Set(git.state.files.map(({ path }) => path)) } : {}),
    });
  }

  dispose(): void {
    for (const waiting of this.#waiting.values()) clearTimeout(waiting);
    for (const running of this.#running.values()) running.abort();
    this.#own.dispose();
  }
}
