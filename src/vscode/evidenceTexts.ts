import * as vscode from 'vscode';
import { momentText } from '../core/agents/transcriptMoment.js';
import { readableText } from '../core/links/untrustedText.js';
import type { Evidence } from '../core/session.js';
import { maskSecrets } from '../core/suggestions/maskSecrets.js';
import { git } from '../node/gitObjects.js';
import { findMoment } from '../node/transcriptActivity.js';
import type { AgentSessions } from './agentSessions.js';
import type { BuiltInGit } from './builtInGit.js';

/** More of a commit is not shown: it is to be recognised, not reviewed. */
const longestCommit = 200_000;

/** What a suggestion rests on, as plain text with secrets masked: the moment of the agent's transcript, or the commit. */
export class EvidenceTexts {
  constructor(private readonly sessions: AgentSessions, private readonly builtIn: BuiltInGit) {}

  /** @returns undefined when it is not there (any more), or the signal gave it up */
  async read(folder: vscode.WorkspaceFolder, evidence: Evidence, signal: AbortSignal): Promise<string | undefined> {
    const text = evidence.commit === undefined ? await this.#moment(folder, evidence, signal) : await this.#commit(folder, evidence.commit);
    return text === undefined || text === '' ? undefined : maskSecrets(text);
  }

  async #moment(folder: vscode.WorkspaceFolder, { record, at }: Evidence, signal: AbortSignal): Promise<string | undefined> {
    const session = this.sessions.shown(folder);
    if (!session) return undefined;
    try {
      return momentText(await findMoment(session.file, { ...(record === undefined ? {} : { record }), ...(at === undefined ? {} : { at }) }, signal));
    } catch {
      // The transcript is gone, and so is the moment; or nobody waits for it any more.
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
}
