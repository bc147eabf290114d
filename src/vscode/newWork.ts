import * as vscode from 'vscode';
import { contentHash } from '../core/contentHash.js';
import type { GitAnswer } from '../core/gitState.js';
import type { AgentSessions } from './agentSessions.js';
import type { CursorTracker } from './cursorTracker.js';
import type { HandoffFolder } from './handoffFolder.js';
import type { HandoffFolders } from './handoffFolders.js';

/** An agent that used so many more tokens since the Write has done something worth handing over. */
const workOfAgent = 10_000;

const keyOf = (folder: vscode.WorkspaceFolder): string => `writtenState:${folder.uri.toString()}`;

const filesOf = (git: GitAnswer | undefined): string[] | undefined => (git?.kind === 'state' ? git.state.files.map(({ path, kind }) => `${kind} ${path}`) : undefined);
const entriesOf = ({ draft }: HandoffFolder): string[] => draft.entries.map(({ id, item, text, detail, document }) => contentHash(JSON.stringify([id, item, text, detail, document])));

/** What was there at a Write. Plain data: it holds over a reload, as the reminder's silence does. */
interface Written {
  /** Uncommitted files; absent while git has not answered. Commits alone are no new work: they may be of what was written. */
  readonly files?: readonly string[];
  readonly entries: readonly string[];
  /** Tokens by transcript: the least since the Write, since a compaction begins anew. */
  readonly used: Readonly<Record<string, number>>;
}

/** Tells when, after a Write, something happened that no handoff holds: the reminder is quiet until then. */
export class NewWork implements vscode.Disposable {
  readonly #appeared = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #own: vscode.Disposable;
  /** In this folder. */
  readonly onDidAppear = this.#appeared.event;

  constructor(private readonly state: vscode.Memento, folders: HandoffFolders, private readonly sessions: AgentSessions, tracker: CursorTracker) {
    this.#own = vscode.Disposable.from(this.#appeared, folders.onDidChange((folder) => { this.#lookAtDraft(folder); }), sessions.onDidChange((folder) => { this.#lookAtAgents(folder); }),
      tracker.onDidEdit(({ folder, path }) => { if (!path.startsWith('.claude/') && this.#written(folder)) this.#tell(folder); }));
  }

  #written(folder: vscode.WorkspaceFolder): Written | undefined {
    return this.state.get<Written>(keyOf(folder));
  }

  #lookAtDraft(folder: HandoffFolder): void {
    const written = this.#written(folder.workspaceFolder);
    if (!written) return;
    const files = filesOf(folder.git);
    const isNew = (now: readonly string[], then: readonly string[]): boolean => now.some((one) => !then.includes(one));
    if (isNew(entriesOf(folder), written.entries) || (files && written.files && isNew(files, written.files))) this.#tell(folder.workspaceFolder);
    else if (files && !written.files) void this.state.update(keyOf(folder.workspaceFolder), { ...written, files });
  }

  #lookAtAgents(folder: vscode.WorkspaceFolder): void {
    const written = this.#written(folder);
    if (!written) return;
    const used = this.#used(folder);
    // A session that was not there at the Write counts from where it is first seen: its system prompt is no work.
    if (Object.entries(used).some(([file, tokens]) => tokens - (written.used[file] ?? tokens) >= workOfAgent)) this.#tell(folder);
    else if (Object.entries(used).some(([file, tokens]) => tokens < (written.used[file] ?? Infinity))) {
      void this.state.update(keyOf(folder), { ...written, used: { ...written.used, ...Object.fromEntries(Object.entries(used).map(([file, tokens]) => [file, Math.min(tokens, written.used[file] ?? tokens)])) } });
    }
  }

  #used(folder: vscode.WorkspaceFolder): Record<string, number> {
    return Object.fromEntries(this.sessions.list(folder).flatMap(({ file, idle, usage: { usedTokens } }) => (idle || usedTokens === null ? [] : [[file, usedTokens]])));
  }

  /** A handoff was written: what is there now is in it. */
  written(folder: HandoffFolder): void {
    const files = filesOf(folder.git);
    void this.state.update(keyOf(folder.workspaceFolder), { ...(files && { files }), entries: entriesOf(folder), used: this.#used(folder.workspaceFolder) } satisfies Written);
  }

  #tell(folder: vscode.WorkspaceFolder): void {
    void this.state.update(keyOf(folder), undefined);
    this.#appeared.fire(folder);
  }

  dispose(): void {
    this.#own.dispose();
  }
}
