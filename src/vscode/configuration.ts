import * as vscode from 'vscode';
import { checklist, isDocumentName, isItemId, type DocumentMapping } from '../core/checklist.js';

/** The settings of the extension, read where they are used, so that a change holds at once. Wrong values read as the default. */
export const configuration = {
  section: 'sessionHandoff',

  /** As written in the settings; validated where the folder is resolved. In Restricted Mode VS Code leaves workspace values out. */
  documentsFolder: (folder: vscode.WorkspaceFolder): string => {
    const value: unknown = vscode.workspace.getConfiguration('sessionHandoff', folder).get('documents.folder');
    return typeof value === 'string' && value.trim() ? value.trim() : '.claude/docs';
  },

  mapping: (folder: vscode.WorkspaceFolder): DocumentMapping => {
    const value: unknown = vscode.workspace.getConfiguration('sessionHandoff', folder).get('documents.mapping');
    if (typeof value !== 'object' || value === null) return {};
    const handoff = new Set<string>(checklist.filter(({ category }) => category === 'handoff').map(({ id }) => id));
    return Object.fromEntries(Object.entries(value).filter(([item, document]) => isItemId(item) && !handoff.has(item) && isDocumentName(document)));
  },

  tracksCursor: (): boolean => vscode.workspace.getConfiguration('sessionHandoff').get('cursor.track') !== false,
  scansSecrets: (): boolean => vscode.workspace.getConfiguration('sessionHandoff').get('secrets.scan') !== false,
};
