import * as vscode from 'vscode';
import type { AgentSessions } from './agentSessions.js';
import { plainLabel, plainMessage } from './foreignText.js';
import { age, agentName, shortUsage } from './usageWords.js';

/** Longer titles would leave no room for how full the session is. */
const choiceLimit = 48;

/** Shows all agent sessions of a folder and pins the chosen one; the first choice takes the live one again. */
export async function chooseSession(sessions: AgentSessions, folder: vscode.WorkspaceFolder): Promise<void> {
  const all = sessions.list(folder);
  if (all.length === 0) {
    void vscode.window.showInformationMessage(plainMessage(sessions.foundNothing(folder)));
    return;
  }
  const pinned = sessions.pinned(folder);
  const picks = [
    { label: vscode.l10n.t('$(sync) Follow the live session'), description: pinned ? '' : vscode.l10n.t('now'), file: undefined },
    ...all.map(({ file, usage, title, idle, ended, place }) => ({
      label: `${file === pinned ? '$(pinned)' : '$(comment-discussion)'} ${plainLabel(title ?? '', choiceLimit) || plainLabel(usage.sessionId ?? '').slice(0, 8) || vscode.l10n.t('untitled')}`,
      description: `${shortUsage(usage)} · ${agentName(usage.agent)} · ${age(usage.lastActivity)}`,
      detail: [plainLabel(usage.model ?? ''), ended ? vscode.l10n.t('cleared') : idle ? vscode.l10n.t('idle') : vscode.l10n.t('live'), place === 'worktree' ? vscode.l10n.t('in another worktree') : place === 'below' ? vscode.l10n.t('in a folder below') : ''].filter(Boolean).join(' · '),
      file,
    })),
  ];
  const picked = await vscode.window.showQuickPick(picks, { title: vscode.l10n.t('Whose context is shown?'), placeHolder: vscode.l10n.t('A chosen session stays until you choose another.'), matchOnDescription: true });
  if (picked) await sessions.pin(folder, picked.file);
}
