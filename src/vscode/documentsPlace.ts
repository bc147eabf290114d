import * as vscode from 'vscode';
import { checkDocumentsFolder, findBaseFolder, type BaseFolder } from '../node/baseFolder.js';
import type { DocumentsPlace } from '../node/documentFiles.js';
import { configuration } from './configuration.js';

/** Where a workspace folder's documents are, and how the folder lies to them. */
export interface FolderDocuments extends DocumentsPlace {
  /** From the folder that holds `.claude` to the workspace folder: POSIX, `''` when they are one. */
  readonly workspacePath: string;
}

const choiceKey = (folder: vscode.WorkspaceFolder): string => `documentsBase:${folder.uri.toString()}`;

/**
 * Finds the folder that holds `.claude`. If it is not the workspace folder itself the person is asked once, at the first Write.
 * @param ask false: the nearest is taken without asking, as long as the person has not chosen
 * @returns undefined when the person thought better of it
 * @throws an error with a message for the person when the setting cannot be used or the folder is not on a disk
 */
export async function findDocuments(folder: vscode.WorkspaceFolder, state: vscode.Memento, ask: boolean): Promise<FolderDocuments | undefined> {
  if (folder.uri.scheme !== 'file') throw new Error(vscode.l10n.t('“{0}” is not on a disk, so no documents can be written there. Your entries stay in the checklist.', folder.name));
  const setting = checkDocumentsFolder(configuration.documentsFolder(folder));
  if (setting.kind === 'refused') throw new Error(vscode.l10n.t('The setting “sessionHandoff.documents.folder” cannot be used: {0}', setting.message));
  const found = await findBaseFolder(folder.uri.fsPath);
  const base = found.workspacePath === '' ? found : await chooseBase(folder, found, state, ask);
  return base && { ...base, documentsFolder: setting.folder };
}

async function chooseBase(folder: vscode.WorkspaceFolder, nearest: BaseFolder, state: vscode.Memento, ask: boolean): Promise<BaseFolder | undefined> {
  const own: BaseFolder = { base: folder.uri.fsPath, workspacePath: '' };
  const chosen = state.get<'nearest' | 'own'>(choiceKey(folder));
  if (chosen) return chosen === 'own' ? own : nearest;
  if (!ask) return nearest;
  const picked = await vscode.window.showQuickPick([
    { label: nearest.base, description: vscode.l10n.t('has a .claude folder already'), choice: 'nearest' as const },
    { label: own.base, description: vscode.l10n.t('the folder that is open'), choice: 'own' as const },
  ], { title: vscode.l10n.t('Where do this folder’s documents belong?'), placeHolder: vscode.l10n.t('You are asked once for this folder.'), ignoreFocusOut: true });
  if (!picked) return undefined;
  await state.update(choiceKey(folder), picked.choice);
  return picked.choice === 'own' ? own : nearest;
}
