import * as vscode from 'vscode';
import type { LinkHealth } from './linkHealth.js';
import { linkRange } from './linkMarks.js';
import { stateSentence } from './linkWords.js';

/** VS Code knows most languages by the ending of their files too; what it does not know is shown plain. */
const languageOf = (path: string): string => /\.([A-Za-z0-9]{1,10})$/.exec(path)?.[1]?.toLowerCase() ?? '';

/** The line as it was and as it is. Its texts come from the repository: they are shown as code, never as Markdown. */
export class LinkHover implements vscode.HoverProvider {
  constructor(private readonly health: LinkHealth) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const link = this.health.links(document)?.links.find((one) => linkRange(document, one).contains(position));
    if (!link) return undefined;
    const content = new vscode.MarkdownString();
    content.appendText(stateSentence(link));
    const show = (words: string, text: string, path: string): void => {
      content.appendMarkdown('\n\n');
      content.appendText(words);
      content.appendCodeblock(text.trim(), languageOf(path));
    };
    const was = link.link.text;
    if (was !== undefined && (link.status !== 'exact' || link.now === undefined)) show(vscode.l10n.t('As it was, at line {0}:', link.link.line), was, link.link.path);
    if (link.now !== undefined && link.file !== undefined) {
      const where = link.file === link.link.path ? vscode.l10n.t('As it is, at line {0}:', link.line ?? 0) : vscode.l10n.t('As it is, at {0}:', `${link.file}:${link.line ?? 0}`);
      show(where, link.now, link.file);
    }
    for (const choice of link.choices ?? []) show(vscode.l10n.t('Perhaps {0}:', `${choice.path}:${choice.line}`), choice.text, choice.path);
    return new vscode.Hover(content, linkRange(document, link));
  }
}
