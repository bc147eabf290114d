import * as vscode from 'vscode';
import { defaultReminderSettings, type ReminderSettings, type Threshold } from '../core/reminder.js';
import { defaultExpiryDays } from '../core/noteLife.js';
import { checklist, isDocumentName, isItemId, type DocumentMapping } from '../core/checklist.js';

/** Up to 100 is a percentage, above it tokens. */
const thresholdOf = (value: unknown, otherwise: Threshold): Threshold =>
  (typeof value !== 'number' || !(value > 0) ? otherwise : value <= 100 ? { percent: value } : { tokens: value });

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

  /** Windows by model id; what is no number of tokens is left out. */
  windows: (): Record<string, number> => {
    const value: unknown = vscode.workspace.getConfiguration('sessionHandoff').get('context.windows');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, number] => typeof pair[1] === 'number' && pair[1] > 0));
  },

  /** When the status bar item is shown. */
  statusBar: (): 'auto' | 'always' | 'never' => {
    const value: unknown = vscode.workspace.getConfiguration('sessionHandoff').get('context.statusBar');
    return value === 'always' || value === 'never' ? value : 'auto';
  },

  reminder: (): ReminderSettings => {
    const settings = vscode.workspace.getConfiguration('sessionHandoff.reminder');
    return {
      quiet: thresholdOf(settings.get('quiet'), defaultReminderSettings.quiet), warning: thresholdOf(settings.get('warning'), defaultReminderSettings.warning),
      urgent: thresholdOf(settings.get('urgent'), defaultReminderSettings.urgent), enabled: settings.get('enabled') !== false,
    };
  },

  /** What happens to moved links of a document that is opened. */
  linksUpdate: (): 'ask' | 'moved' | 'never' => {
    const value: unknown = vscode.workspace.getConfiguration('sessionHandoff').get('links.update');
    return value === 'moved' || value === 'never' ? value : 'ask';
  },

  /** After how many days an open note is no longer offered; 0: never. */
  noteExpiryDays: (): number => {
    const value: unknown = vscode.workspace.getConfiguration('sessionHandoff').get('notes.expireAfterDays');
    return typeof value === 'number' && value >= 0 ? value : defaultExpiryDays;
  },

  tracksCursor: (): boolean => vscode.workspace.getConfiguration('sessionHandoff').get('cursor.track') !== false,
  scansSecrets: (): boolean => vscode.workspace.getConfiguration('sessionHandoff').get('secrets.scan') !== false,
};
