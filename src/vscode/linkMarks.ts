import * as vscode from 'vscode';
import type { CheckedLink } from '../node/linkChecks.js';
import type { LinkHealth } from './linkHealth.js';
import { inlineWords, isElsewhere, stateSentence } from './linkWords.js';

/** The stretch of a link that is marked: its label, or all of it where that is empty. */
export function labelRange(document: vscode.TextDocument, { link }: CheckedLink): vscode.Range {
  const { start, end } = link.label.end > link.label.start ? link.label : link.span;
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

export const linkRange = (document: vscode.TextDocument, { link }: CheckedLink): vscode.Range => new vscode.Range(document.positionAt(link.span.start), document.positionAt(link.span.end));

/**
 * Marks links in open documents: a line that is elsewhere now is a hint with text behind the link, a lost one an information in the
 * Problems view. Nothing louder, so that nobody switches it off.
 */
export class LinkMarks implements vscode.Disposable {
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('session-handoff');
  readonly #inline = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 1ch', fontStyle: 'italic' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #own: vscode.Disposable;

  constructor(private readonly health: LinkHealth) {
    this.#own = vscode.Disposable.from(
      this.#diagnostics, this.#inline,
      health.onDidCheck((document) => { this.#mark(document); }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => { for (const editor of editors) this.#decorate(editor); }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { this.#diagnostics.delete(uri); }),
    );
  }

  #mark(document: vscode.TextDocument): void {
    // The text went on meanwhile: the next check marks it.
    if (!this.health.isCurrent(document)) return;
    this.#diagnostics.set(document.uri, (this.health.links(document)?.links ?? []).flatMap((link) => {
      const severity = link.status === 'lost' ? vscode.DiagnosticSeverity.Information : link.status === 'ambiguous' || isElsewhere(link) ? vscode.DiagnosticSeverity.Hint : undefined;
      if (severity === undefined) return [];
      const diagnostic = new vscode.Diagnostic(labelRange(document, link), stateSentence(link), severity);
      diagnostic.source = 'Session Handoff';
      diagnostic.code = link.status;
      return [diagnostic];
    }));
    for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) this.#decorate(editor);
  }

  #decorate(editor: vscode.TextEditor): void {
    const { document } = editor;
    if (!this.health.isCurrent(document)) return;
    editor.setDecorations(this.#inline, (this.health.links(document)?.links ?? []).flatMap((link) => {
      const contentText = inlineWords(link);
      return contentText === undefined ? [] : [{ range: linkRange(document, link), renderOptions: { after: { contentText } } }];
    }));
  }

  dispose(): void {
    this.#own.dispose();
  }
}
