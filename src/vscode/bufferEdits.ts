import * as vscode from 'vscode';
import type { FileChange } from '../core/documents/writePlan.js';
import type { DraftChange, Written } from '../core/session.js';

/** A document with unsaved changes that got its entries in the editor: what it takes to undo that. */
export interface BufferEdit {
  readonly file: string;
  readonly uri: vscode.Uri;
  readonly before: string;
  readonly after: string;
  readonly writtenBefore: readonly Written[];
  readonly entries: readonly string[];
}

/** Puts a planned change into an open document, unsaved; false when the document is no longer what was planned with. */
export async function applyToBuffer(document: vscode.TextDocument, change: FileChange): Promise<boolean> {
  if (document.isClosed || document.getText() !== change.before) return false;
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, text } of change.edits) edit.replace(document.uri, new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), text);
  return vscode.workspace.applyEdit(edit);
}

/** Takes the edit back; false when the document was changed or closed since. */
export async function restoreBuffer({ uri, before, after }: BufferEdit): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  if (!document || document.getText() !== after) return false;
  const edit = new vscode.WorkspaceEdit();
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  edit.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(after.length - end)), before.slice(start, before.length - end));
  return vscode.workspace.applyEdit(edit);
}

/** What the draft has to forget when the edit was taken back. */
export function changesAfterUndo({ file, entries, writtenBefore }: BufferEdit): DraftChange[] {
  const before = new Set(writtenBefore.map(({ entry }) => entry));
  const fresh = entries.filter((entry) => !before.has(entry));
  return [
    ...(fresh.length ? [{ kind: 'unwritten' as const, written: fresh.map((entry) => ({ entry, file })) }] : []),
    ...(writtenBefore.length ? [{ kind: 'written' as const, written: writtenBefore }] : []),
  ];
}
