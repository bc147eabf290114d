import { realpath } from 'node:fs/promises';
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { documentNames } from '../core/checklist.js';
import { findDocuments } from './documentsPlace.js';

/** Where the documents of a workspace folder are, as the editor and as git see it. */
export class DocumentsHere {
  private constructor(
    /** The folder that holds `.claude`, real. */
    readonly base: string,
    /** The same as the editor names it. */
    private readonly uri: vscode.Uri,
    /** The workspace folder, relative to the base. */
    readonly workspacePath: string,
    /** Relative to the base. */
    readonly documentsFolder: string,
  ) {}

  /** Without asking; undefined where they cannot be: a setting that cannot be used is told where somebody writes. */
  static async find(folder: vscode.WorkspaceFolder, state: vscode.Memento): Promise<DocumentsHere | undefined> {
    const found = folder.uri.scheme === 'file' ? await findDocuments(folder, state, false).catch(() => undefined) : undefined;
    if (!found) return undefined;
    const up = found.workspacePath === '' ? [] : found.workspacePath.split('/').map(() => '..');
    return new DocumentsHere(await realpath(found.base), vscode.Uri.joinPath(folder.uri, ...up), found.workspacePath, found.documentsFolder);
  }

  /** The file of a path that is relative to the base. */
  uriOf(path: string): vscode.Uri {
    return vscode.Uri.joinPath(this.uri, ...path.split('/'));
  }

  /** A file's path relative to the base, POSIX; undefined if it lies elsewhere. */
  pathOf(uri: vscode.Uri): string | undefined {
    if (uri.scheme !== 'file') return undefined;
    for (const base of [this.uri.path, vscode.Uri.file(this.base).path]) {
      const root = base.endsWith('/') ? base : `${base}/`;
      if (uri.path.startsWith(root)) return uri.path.slice(root.length);
    }
    return undefined;
  }

  /** The path of one of the five documents or of a handoff note; undefined for every other file. */
  documentPathOf(uri: vscode.Uri): string | undefined {
    const path = this.pathOf(uri);
    if (!path?.startsWith(`${this.documentsFolder}/`)) return undefined;
    const name = path.slice(this.documentsFolder.length + 1);
    return documentNames.some((document) => document === name) || /^handoffs\/[^/]+\.md$/.test(name) ? path : undefined;
  }

  /** Texts of editors with unsaved changes, by absolute path. */
  unsaved(): [path: string, text: string][] {
    return vscode.workspace.textDocuments.flatMap((document): [string, string][] => {
      const path = document.isDirty ? this.pathOf(document.uri) : undefined;
      return path === undefined ? [] : [[posix.join(this.base.replaceAll('\\', '/'), path), document.getText()]];
    });
  }
}
