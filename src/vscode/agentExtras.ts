import * as vscode from 'vscode';
import { findingsCommandFile, memoryFile, memoryLine } from '../core/agentFiles.js';
import { addIgnoreRule, readIgnoreState, removeIgnoreRule } from '../node/agentConnection.js';
import { addFindingsCommand, addMemoryLine, hasFindingsCommand, hasMemoryLine, removeFindingsCommand, removeMemoryLine } from '../node/agentFiles.js';
import { findDocuments } from './documentsPlace.js';

interface Extra extends vscode.QuickPickItem {
  readonly file: string;
  readonly there: boolean;
  /** Gives words for the person when it could not be added. */
  readonly add: () => Promise<string | undefined>;
  readonly remove: () => Promise<unknown>;
}

/**
 * Lets the person choose what else the agent is told in a folder: a line in its personal memory that points at the documents, and a command
 * that ends a session with its findings. What is unticked goes again; a file that is not ours stays.
 * @throws FileError with words for the person
 */
export async function chooseAgentExtras(folder: vscode.WorkspaceFolder, state: vscode.Memento): Promise<void> {
  const place = await findDocuments(folder, state, true);
  if (!place) return;
  const { base, documentsFolder } = place;
  const [memory, findings] = await Promise.all([hasMemoryLine(base), hasFindingsCommand(base)]);
  const extras: Extra[] = [
    {
      label: vscode.l10n.t('Point at the documents'), description: memoryFile, detail: vscode.l10n.t('Adds the line: {0}', memoryLine(documentsFolder)), picked: memory, file: memoryFile, there: memory,
      add: async () => { await addMemoryLine(base, documentsFolder); return undefined; }, remove: () => removeMemoryLine(base),
    },
    {
      label: vscode.l10n.t('The command /handoff-findings'), description: findingsCommandFile, detail: vscode.l10n.t('When you run it, the agent ends with its findings, which are then suggested here. This one costs tokens.'), picked: findings, file: findingsCommandFile, there: findings,
      add: async () => (await addFindingsCommand(base) === 'exists' ? vscode.l10n.t('{0} is there already and is not ours: it was left alone.', findingsCommandFile) : undefined), remove: () => removeFindingsCommand(base),
    },
  ];
  const chosen = await vscode.window.showQuickPick(extras, { title: vscode.l10n.t('What else may Claude Code know in this folder?'), placeHolder: vscode.l10n.t('What is unticked is taken out again.'), canPickMany: true, ignoreFocusOut: true });
  if (!chosen) return;
  for (const extra of extras) {
    const wanted = chosen.includes(extra);
    if (wanted && !extra.there) {
      const problem = await extra.add();
      if (problem !== undefined) void vscode.window.showWarningMessage(problem);
      else if (vscode.workspace.isTrusted) {
        // Personal files: git should not show them as the person's work.
        const ignore = await readIgnoreState(base, extra.file);
        if (ignore.kind === 'missing') await addIgnoreRule(ignore);
      }
    } else if (!wanted && extra.there) {
      await extra.remove();
      if (vscode.workspace.isTrusted) await removeIgnoreRule(base, extra.file);
    }
  }
}
