import * as vscode from 'vscode';
import { plainMessage } from './foreignText.js';

/** A path as core knows it: POSIX, relative to a workspace folder. */
export interface FolderPath {
  readonly folder: vscode.WorkspaceFolder;
  readonly path: string;
}

function asFile(uri: vscode.Uri): vscode.Uri | undefined {
  if (vscode.workspace.getWorkspaceFolder(uri)) return uri;
  // Both stand for a file of a folder: the older side of a diff, and a cell of a notebook.
  if (uri.scheme !== 'git' && uri.scheme !== 'vscode-notebook-cell') return undefined;
  return vscode.workspace.workspaceFolders?.map((folder) => folder.uri.with({ path: uri.path })).find((file) => vscode.workspace.getWorkspaceFolder(file));
}

/** Where an editor's document is, if it stands for a file of an open folder; undefined for untitled, output and foreign files. */
export function folderPathOf(uri: vscode.Uri): FolderPath | undefined {
  const file = asFile(uri);
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  if (!file || !folder) return undefined;
  const root = folder.uri.path.replace(/\/$/, '');
  const path = file.path.slice(root.length + 1);
  return path ? { folder, path } : undefined;
}

/** The file that a path of core names. `..` leads out of the folder, never out of the file system's scheme. */
export const uriOf = (folder: vscode.WorkspaceFolder, path: string): vscode.Uri => vscode.Uri.joinPath(folder.uri, ...path.split('/'));

/**
 * Opens a file at a line, or says why not. A line beyond the end opens the last one.
 * @param line 1-based
 */
export async function openPlace(uri: vscode.Uri, line: number, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const at = document.lineAt(Math.min(Math.max(line, 1), document.lineCount) - 1);
    const position = new vscode.Position(at.lineNumber, at.firstNonWhitespaceCharacterIndex);
    const editor = await vscode.window.showTextDocument(document, { ...options, selection: new vscode.Range(position, position) });
    editor.revealRange(at.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  } catch {
    // Not text, too large, or gone: what VS Code itself makes of it is the best explanation.
    try {
      await vscode.commands.executeCommand('vscode.open', uri);
    } catch {
      void vscode.window.showWarningMessage(plainMessage(vscode.l10n.t('{0} cannot be opened: it may have been moved or deleted.', vscode.workspace.asRelativePath(uri))));
    }
  }
}
