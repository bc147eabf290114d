import * as vscode from 'vscode';
import { momentText } from '../core/agents/transcriptMoment.js';
import { readableText } from '../core/links/untrustedText.js';
import type { Evidence } from '../core/session.js';
import { maskSecrets } from '../core/suggestions/maskSecrets.js';
import { git } from '../node/gitObjects.js';
import { findMoment } from '../node/transcriptActivity.js';
import type { AgentSessions } from './agentSessions.js';
import type { BuiltInGit } from './builtInGit.js';

const scheme = 'session-handoff-evidence';
/** More of a commit is not shown: it is to be recognised, not reviewed. */
const longestCommit = 200_000;

/**
 * Shows what a suggestion rests on, read-only: the moment of the agent's transcript, or the commit. It is shown as plain text,
 * with secrets masked: nothing in it can be clicked or run.
 */
export class EvidenceView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #own: vscode.Disposable;

  constructor(private readonly sessions: AgentSessions, private readonly builtIn: BuiltInGit) {
    this.#own = vscode.Disposable.from(vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { if (uri.scheme === scheme) this.#texts.delete(uri.toString()); }));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** Opens the evidence beside nothing, in the active column; says so when it is not there any more. */
  async show(folder: vscode.WorkspaceFolder, evidence: Evidence): Promise<void> {
    const text = evidence.commit === undefined ? await this.#moment(folder, evidence) : await this.#commit(folder, evidence.commit);
    if (text === undefined || text === '') {
      void vscode.window.showInformationMessage(evidence.commit === undefined ? vscode.l10n.t('This moment is no longer in the agent’s transcript.') : vscode.l10n.t('This commit is no longer in the repository.'));
      return;
    }
    const name = evidence.commit === undefined ? vscode.l10n.t('Transcript {0}', evidence.at ?? evidence.record ?? '') : vscode.l10n.t('Commit {0}', evidence.commit.slice(0, 7));
    // The ending keeps languages with links and code lenses of their own away.
    const uri = vscode.Uri.from({ scheme, path: `/${name.replace(/[\\/:]/g, '.')}.${evidence.commit === undefined ? 'txt' : 'diff'}`, query: evidence.commit ?? evidence.record ?? evidence.at ?? '' });
    this.#texts.set(uri.toString(), maskSecrets(text));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true, viewColumn: vscode.ViewColumn.Active });
  }

  async #moment(folder: vscode.WorkspaceFolder, { record, at }: Evidence): Promise<string | undefined> {
    const session = this.sessions.shown(folder);
    if (!session) return undefined;
    try {
      return momentText(await findMoment(session.file, { ...(record === undefined ? {} : { record }), ...(at === undefined ? {} : { at }) }));
    } catch {
      // The transcript is gone: so is the moment.
      return undefined;
    }
  }

  async #commit(folder: vscode.WorkspaceFolder, hash: string): Promise<string | undefined> {
    if (!vscode.workspace.isTrusted || folder.uri.scheme !== 'file' || !/^[\da-f]{40,64}$/i.test(hash)) return undefined;
    try {
      const shown = await git({ folder: folder.uri.fsPath }, ['show', '--stat', '--patch', '--no-color', '--no-ext-diff', '--no-textconv', '--no-show-signature', '--end-of-options', hash, '--'], { program: await this.builtIn.path() });
      return readableText(shown.subarray(0, longestCommit).toString('utf8'));
    } catch {
      return undefined;
    }
  }

  dispose(): void {
    this.#own.dispose();
  }
}
