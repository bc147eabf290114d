import * as vscode from 'vscode';
import type { GitAnswer } from '../core/gitState.js';
import type { Session, Suggestion } from '../core/session.js';
import { suggestFromCommits } from '../core/suggestions/commits.js';
import { namedFiles, suggestFromGit } from '../core/suggestions/git.js';
import { readGit } from '../node/git.js';
import type { BuiltInGit } from './builtInGit.js';
import type { SuggestionProvider } from './suggestionProviders.js';

/** Git writes several files for one action; one look after the last of them is enough. In milliseconds. */
const settle = 400;

/** What `GitSuggestions` needs to know of a folder, and whom it tells what it found. */
export interface GitSubject {
  readonly session: Session;
  readonly documentsFolder: string;
  git: GitAnswer | undefined;
}

/**
 * What git says of each folder: looked at when the panel is seen, when git's own files changed and when a file was saved,
 * never while nobody looks. In Restricted Mode and in folders that are not on a disk git is not run at all.
 */
export class GitSuggestions implements SuggestionProvider {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #own: vscode.Disposable[] = [this.#changed];
  readonly #running = new Map<string, AbortController>();
  readonly #answers = new WeakMap<GitSubject, readonly Suggestion[]>();
  #timer: NodeJS.Timeout | undefined;
  readonly onDidChange = this.#changed.event;

  /**
   * @param subject the folder's session, once it is opened
   * @param watched whether somebody looks at this folder now
   */
  constructor(
    private readonly builtIn: BuiltInGit,
    private readonly subject: (folder: vscode.WorkspaceFolder) => GitSubject | undefined,
    private readonly watched: (folder: vscode.WorkspaceFolder) => boolean,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#own.push(
      builtIn.onDidChange(() => { this.#later(); }),
      vscode.workspace.onDidSaveTextDocument(() => { this.#later(); }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { this.#later(); }),
      vscode.window.onDidChangeWindowState(({ focused }) => { if (focused) this.#later(); }),
    );
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const folder of vscode.workspace.workspaceFolders ?? []) if (this.watched(folder)) void this.look(folder);
    }, settle);
  }

  suggestions(folder: vscode.WorkspaceFolder): readonly Suggestion[] {
    const subject = this.subject(folder);
    if (subject?.git?.kind !== 'state') return [];
    let suggestions = this.#answers.get(subject);
    if (!suggestions) {
      suggestions = [...suggestFromGit(subject.git.state), ...suggestFromCommits(subject.git.state.commits)];
      this.#answers.set(subject, suggestions);
    }
    return suggestions;
  }

  looking(folder: vscode.WorkspaceFolder): boolean {
    return this.#running.has(folder.uri.toString());
  }

  refresh(folder: vscode.WorkspaceFolder): void {
    void this.look(folder);
  }

  /** Asks git now; a look that is still under way for the same folder gives way to this one. */
  async look(folder: vscode.WorkspaceFolder): Promise<void> {
    const subject = this.subject(folder);
    if (!subject) return;
    const key = folder.uri.toString();
    this.#running.get(key)?.abort();
    const running = new AbortController();
    this.#running.set(key, running);
    try {
      const answer = await this.#ask(folder, subject, running.signal);
      if (running.signal.aborted) return;
      subject.git = answer;
      this.#answers.delete(subject);
      this.#changed.fire(folder);
    } catch (error) {
      if (!running.signal.aborted) this.log.error(error instanceof Error ? error : String(error));
    } finally {
      if (this.#running.get(key) === running) this.#running.delete(key);
    }
  }

  async #ask(folder: vscode.WorkspaceFolder, subject: GitSubject, signal: AbortSignal): Promise<GitAnswer> {
    if (!vscode.workspace.isTrusted) return { kind: 'unavailable', reason: 'untrusted' };
    if (folder.uri.scheme !== 'file') return { kind: 'unavailable', reason: 'virtual' };
    return readGit(folder.uri.fsPath, {
      git: await this.builtIn.path(), documentsFolder: subject.documentsFolder, files: 500, lines: namedFiles, commits: 50, signal,
      // A folder's first session begins before git was asked: then its commits are those made since.
      ...(subject.session.startCommit ? { startCommit: subject.session.startCommit } : { since: subject.session.created }),
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const running of this.#running.values()) running.abort();
    vscode.Disposable.from(...this.#own).dispose();
  }
}
