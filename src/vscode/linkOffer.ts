import * as vscode from 'vscode';
import { configuration } from './configuration.js';
import { updateMoved } from './linkFixes.js';
import type { LinkHealth } from './linkHealth.js';

/**
 * VS Code follows the number that a link states, so a moved link opens the wrong line: when a document with moved links is opened,
 * updating them is offered once, or done where the setting says so. Edited lines are never updated without the person seeing them.
 */
export class LinkOffer implements vscode.Disposable {
  /** Documents that were answered for, or asked about, in this window. */
  readonly #asked = new Set<string>();
  /** Documents that are shown: how many checks had begun when they came into sight, or that they were looked at since. */
  readonly #shown = new Map<string, number | 'seen'>();
  readonly #own: vscode.Disposable;

  constructor(private readonly health: LinkHealth) {
    this.#own = vscode.Disposable.from(
      health.onDidCheck((document) => { void this.#look(document); }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => { this.#show(editors); }),
    );
    this.#show(vscode.window.visibleTextEditors);
  }

  #show(editors: readonly vscode.TextEditor[]): void {
    const shown = new Set(editors.map(({ document }) => document.uri.toString()));
    for (const uri of this.#shown.keys()) if (!shown.has(uri)) this.#shown.delete(uri);
    const added = editors.map(({ document }) => document).filter(({ uri }) => !this.#shown.has(uri.toString()));
    for (const { uri } of added) this.#shown.set(uri.toString(), this.health.begun);
    // What was known when its tab was last closed may be old.
    if (added.length > 0) this.health.checkShown(added);
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const since = this.#shown.get(key);
    if (since === undefined || since === 'seen' || !this.health.isCurrent(document) || !this.health.isCheckedSince(document, since)) return;
    // Only what was there when it was opened: lines that move while the person works are marked, and wait.
    this.#shown.set(key, 'seen');
    const known = this.health.links(document);
    const setting = configuration.linksUpdate();
    if (!known || setting === 'never') return;
    const { moved } = updateMoved(document, known);
    if (moved.length === 0) return;
    if (setting === 'moved') {
      await this.#update(document);
      return;
    }
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    const name = document.uri.path.split('/').at(-1) ?? '';
    const update = vscode.l10n.t('Update Links');
    const always = vscode.l10n.t('Always');
    const text = moved.length === 1 ? vscode.l10n.t('A link in {0} leads to a line that has moved.', name) : vscode.l10n.t('{0} links in {1} lead to lines that have moved.', moved.length, name);
    const answer = await vscode.window.showInformationMessage(text, update, vscode.l10n.t('Not Now'), always);
    if (answer === always) await vscode.workspace.getConfiguration('sessionHandoff').update('links.update', 'moved', vscode.ConfigurationTarget.Global);
    if (answer === update || answer === always) await this.#update(document);
  }

  /** Into the editor's text, one undo; saving is the person's. */
  async #update(document: vscode.TextDocument): Promise<void> {
    const known = this.health.links(document);
    if (document.isClosed || !known) return;
    const { moved, edit } = updateMoved(document, known);
    if (moved.length === 0 || !await vscode.workspace.applyEdit(edit)) return;
    vscode.window.setStatusBarMessage(moved.length === 1 ? vscode.l10n.t('$(check) 1 link updated, not saved yet') : vscode.l10n.t('$(check) {0} links updated, not saved yet', moved.length), 5_000);
  }

  dispose(): void {
    this.#own.dispose();
  }
}
