import * as vscode from 'vscode';

/** One document as it is and as it would be. */
export interface PreviewedFile {
  /** The file itself; undefined: it would be created. */
  readonly present: vscode.Uri | undefined;
  /** Where it would be. */
  readonly target: vscode.Uri;
  readonly after: string;
}

const scheme = 'session-handoff-preview';

/**
 * Shows what a Write would do in VS Code's own diff editor. The right side is computed, never a file: it can be
 * computed again while it is open.
 */
export class DocumentPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #texts = new Map<string, string>();
  readonly #own: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#own = vscode.Disposable.from(this.#changed, vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { if (uri.scheme === scheme) this.#texts.delete(uri.toString()); }));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** Whether a preview is open somewhere. */
  get open(): boolean {
    return vscode.workspace.textDocuments.some(({ uri }) => uri.scheme === scheme);
  }

  #side(target: vscode.Uri, side: 'now' | 'then', text: string): vscode.Uri {
    // The path keeps the file's name and language; the authority tells folders of one name apart.
    const uri = vscode.Uri.from({ scheme, path: target.path, query: side });
    if (this.#texts.get(uri.toString()) !== text) {
      this.#texts.set(uri.toString(), text);
      this.#changed.fire(uri);
    }
    return uri;
  }

  #sides(file: PreviewedFile): [vscode.Uri, vscode.Uri, vscode.Uri] {
    return [file.target, file.present ?? this.#side(file.target, 'now', ''), this.#side(file.target, 'then', file.after)];
  }

  /** Opens the diff of one file, or of several in one editor. */
  async show(files: readonly PreviewedFile[], title: string): Promise<void> {
    const sides = files.map((file) => this.#sides(file));
    const [only] = sides;
    if (!only) return;
    if (sides.length === 1) await vscode.commands.executeCommand('vscode.diff', only[1], only[2], title, { preview: true } satisfies vscode.TextDocumentShowOptions);
    else await vscode.commands.executeCommand('vscode.changes', title, sides);
  }

  /**
   * Gives open previews what would be written now.
   * @param present what stands in each file now, by the path of its URI: shown where a Write would change nothing any more
   */
  update(files: readonly PreviewedFile[], present: ReadonlyMap<string, string>): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme !== scheme || uri.query !== 'then') continue;
      const after = files.find(({ target }) => target.path === uri.path)?.after ?? present.get(uri.path);
      if (after !== undefined) this.#side(uri, 'then', after);
    }
  }

  dispose(): void {
    this.#own.dispose();
  }
}
