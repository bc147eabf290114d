import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { GitAnswer } from '../core/gitState.js';
import type { DraftProblem } from '../node/draftFiles.js';
import type { NoticeView } from '../protocol.js';
import type { AgentSessions } from './agentSessions.js';

const lookAgain = (): NoticeView['actions'] => [{ id: 'lookAgain', label: vscode.l10n.t('Look Again') }];

/** What the person should know of git: why it says nothing and what to do, and whether the documents stay on this machine. */
export function gitNotices(git: GitAnswer | undefined): NoticeView[] {
  if (!git) return [];
  if (git.kind === 'state') {
    return git.state.documentsIgnored
      ? [{ id: 'documentsIgnored', severity: 'info', text: vscode.l10n.t('Git ignores the documents’ folder: what you write stays on this machine.'), actions: [], dismissable: true }]
      : [];
  }
  switch (git.reason) {
    case 'untrusted':
      return [{ id: 'git:untrusted', severity: 'warning', text: vscode.l10n.t('Restricted Mode: git is not run, so changes are not proposed. The checklist and the documents work.'),
        actions: [{ id: 'trust', label: vscode.l10n.t('Manage Workspace Trust') }], dismissable: true }];
    case 'noGit':
      return [{ id: 'git:noGit', severity: 'info', text: vscode.l10n.t('Git was not found, so changes are not proposed. Install git, or set “git.path” in your user settings.'), actions: lookAgain(), dismissable: true }];
    case 'noRepository':
      return [{ id: 'git:noRepository', severity: 'info', text: vscode.l10n.t('This folder is not in a git repository, so changes are not proposed. “git init” makes it one.'), actions: lookAgain(), dismissable: true }];
    case 'virtual':
      return [{ id: 'git:virtual', severity: 'info', text: vscode.l10n.t('This folder is not on a disk: git is not asked and documents cannot be written. The checklist and its draft work.'), actions: [], dismissable: true }];
    case 'failed':
      return [{ id: 'git:failed', severity: 'warning', text: vscode.l10n.t('Git did not answer: {0}', (git.message ?? '').split('\n')[0] ?? ''), actions: lookAgain(), dismissable: true }];
  }
}

const isPrd = (path: string): boolean => path.startsWith('.claude-project/') || /(^|\/)[^/]*prd[^/]*\.md$/i.test(path);

/** A PRD in the diff: its documents are another command's. */
export function prdNotice(git: GitAnswer | undefined): NoticeView[] {
  if (git?.kind !== 'state' || !git.state.files.some(({ path }) => isPrd(path))) return [];
  return [{ id: 'prd', severity: 'info', text: vscode.l10n.t('A PRD changed. For documents generated from it use /project-doc-writer; this checklist is for what the session learned.'), actions: [], dismissable: true }];
}

/** What is wrong with the draft's files: everything that could be read is in the draft all the same. */
export function draftNotices(problems: readonly DraftProblem[]): NoticeView[] {
  return problems.map(({ file, reason, lines, message }): NoticeView => {
    const notice = (severity: NoticeView['severity'], text: string, dismissable = true): NoticeView => ({ id: `draft:${reason}:${basename(file)}`, severity, text, actions: [], dismissable });
    switch (reason) {
      case 'damaged':
        return notice('warning', vscode.l10n.t('A file of the draft was damaged: {0} changes could not be read, everything else is here. It was set aside as {1}.', lines, basename(file)));
      case 'newer':
        return notice('warning', vscode.l10n.t('A newer version of Session Handoff wrote a part of this draft ({0}). It is left alone; update to see it.', basename(file)));
      case 'unreadable':
        return notice('warning', vscode.l10n.t('A file of the draft could not be read: {0}', message));
      case 'notSaved':
        return notice('error', vscode.l10n.t('The draft could not be saved: {0} It stays here and is tried again.', message), false);
    }
  });
}

/** No agent session was found: where it was looked for, and that the checklist works without. */
export function sessionNotices(folder: vscode.WorkspaceFolder, sessions: AgentSessions): NoticeView[] {
  if (!sessions.looked(folder) || sessions.list(folder).length > 0 || folder.uri.scheme !== 'file') return [];
  return [{ id: 'noSession', severity: 'info', dismissable: true, actions: lookAgain(), text: sessions.foundNothing(folder) }];
}
