import * as vscode from 'vscode';
import { categoryIds, checklist, type ItemId } from '../core/checklist.js';
import { describePlace } from '../core/suggestions/cursor.js';
import type { CodeLink } from '../core/session.js';
import { folderPathOf } from './places.js';
import { categoryTitle, itemTitle } from './words.js';

/** What was captured in the editor: the place as a link where it can be linked, and words that name it. */
export interface Captured {
  readonly folder: vscode.WorkspaceFolder | undefined;
  readonly link?: CodeLink;
  /** A first text for the entry: what the person selected, else the line. */
  readonly text: string;
  /** Why there is no link, for the person. */
  readonly unlinked?: string;
}

const maximumQuote = 400;

/**
 * The place of the cursor, or of the selection's start. Untitled, output and foreign files give words without a link.
 * @param line 1-based; the line that a click in the margin named, else the cursor's
 */
export function captureEditor(editor: vscode.TextEditor, line?: number): Captured {
  const { document, selection } = editor;
  const index = Math.min(line === undefined ? selection.start.line : line - 1, document.lineCount - 1);
  const text = document.lineAt(Math.max(0, index)).text;
  const selected = line === undefined && !selection.isEmpty ? document.getText(selection).trim().slice(0, maximumQuote) : '';
  const place = folderPathOf(document.uri);
  if (!place) {
    const reason = document.isUntitled ? vscode.l10n.t('The file is not saved yet, so the entry has no link.')
      : vscode.l10n.t('This is not a file of the open folder, so the entry has no link.');
    return { folder: undefined, text: selected || text.trim(), unlinked: reason };
  }
  // A cell's lines are not the notebook file's: the link names the file.
  const inNotebook = document.uri.scheme === 'vscode-notebook-cell';
  const around = (from: number, to: number): string[] => Array.from({ length: Math.max(0, to - from) }, (_, at) => document.lineAt(from + at).text.trim());
  const link: CodeLink = inNotebook ? { path: place.path, line: 1 } : {
    path: place.path, line: index + 1, ...(text.trim() ? { text: text.trim() } : {}),
    before: around(Math.max(0, index - 2), index), after: around(index + 1, Math.min(document.lineCount, index + 3)),
  };
  return { folder: place.folder, link, text: selected.includes('\n') || !selected ? describePlace({ path: place.path, text }) : selected };
}

/** Asks which item an entry belongs to. Undefined: the person thought better of it. */
export async function pickItem(title: string, counts: (item: ItemId) => number): Promise<ItemId | undefined> {
  const picks = categoryIds.flatMap((category) => [
    { label: categoryTitle(category), kind: vscode.QuickPickItemKind.Separator },
    ...checklist.filter((item) => item.category === category).map(({ id }) => ({ label: itemTitle(id), description: counts(id) ? String(counts(id)) : '', id })),
  ]);
  const picked = await vscode.window.showQuickPick(picks, { title, placeHolder: vscode.l10n.t('Which item of the checklist does it belong to?'), matchOnDescription: false });
  return picked && 'id' in picked ? picked.id : undefined;
}
