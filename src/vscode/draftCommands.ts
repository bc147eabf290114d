import * as vscode from 'vscode';
import { captureEditor, pickItem } from './capture.js';
import type { ChecklistController } from './checklistController.js';
import type { HandoffFolder } from './handoffFolder.js';
import type { HandoffFolders } from './handoffFolders.js';
import { itemTitle } from './words.js';

const countIn = (folder: HandoffFolder) => (item: string): number => folder.draft.entries.filter((entry) => entry.item === item).length;

/** The commands that change the draft without the page: they ask for what the page would have said. */
export function draftCommands(checklist: ChecklistController, folders: HandoffFolders): Record<string, (...args: unknown[]) => unknown> {
  const { intents } = checklist;
  return {
    /** Captures the current line or selection for an item, without leaving the editor. */
    async capture(margin) {
      const editor = vscode.window.activeTextEditor;
      if (!editor) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open a file and put the cursor on the line to capture.'));
        return;
      }
      const line = typeof margin === 'object' && margin !== null && 'lineNumber' in margin && typeof margin.lineNumber === 'number' ? margin.lineNumber : undefined;
      const captured = captureEditor(editor, line);
      const folder = captured.folder ? await folders.open(captured.folder) : await checklist.folder();
      if (!folder) return;
      const place = captured.link ? `${captured.link.path}:${captured.link.line}` : '';
      const item = await pickItem(place ? vscode.l10n.t('Capture {0}', place) : vscode.l10n.t('Capture'), countIn(folder));
      if (!item) return;
      const text = await vscode.window.showInputBox({
        title: itemTitle(item), value: captured.text, prompt: captured.unlinked ?? vscode.l10n.t('What should the next session know? The link to {0} is added.', place), ignoreFocusOut: true,
      });
      if (!text?.trim()) return;
      intents.addEntry(folder, item, text, '', captured.link ? [captured.link] : []);
      vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Captured for “{0}”', itemTitle(item)), 4_000);
    },
    /** Adds an entry: the item, then the text. */
    async addEntry() {
      const folder = await checklist.folder();
      const item = folder && await pickItem(vscode.l10n.t('Add Entry'), countIn(folder));
      const text = item && await vscode.window.showInputBox({ title: itemTitle(item), prompt: vscode.l10n.t('What should the next session know?'), ignoreFocusOut: true });
      if (folder && item && text) intents.addEntry(folder, item, text, '');
    },
    async setFocus() {
      const folder = await checklist.folder();
      if (!folder) return;
      const focus = await vscode.window.showInputBox({ title: vscode.l10n.t('Focus Area'), value: folder.draft.focus, prompt: vscode.l10n.t('Such as “API changes” or “bug fixes”; empty: none.') });
      if (focus !== undefined) intents.setFocus(folder, focus);
    },
  };
}
