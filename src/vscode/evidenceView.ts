import * as vscode from 'vscode';
import type { Evidence } from '../core/session.js';
import type { EvidenceTexts } from './evidenceTexts.js';

/** The address under which evidence is shown. */
export const evidenceScheme = 'session-handoff-evidence';

/**
 * Shows what a suggestion rests on, read-only, as plain text: nothing in it can be clicked or run. Its tab opens at once and is
 * filled when the evidence was read: a person who went on elsewhere meanwhile keeps the keyboard.
 */
export class EvidenceView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #texts = new Map<string, string>();
  /** What is being read, by the document that waits for it. */
  readonly #readings = new Map<string, AbortController>();
  readonly #own: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  /** @param scheme a window has one view for each */
  constructor(private readonly texts: Pick<EvidenceTexts, 'read'>, private readonly scheme = evidenceScheme) {
    this.#own = vscode.Disposable.from(this.#changed, vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { if (uri.scheme === scheme) this.#texts.delete(uri.toString()); }),
      // The document outlives its tab by minutes: the tab tells whether anybody waits.
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => { for (const { input } of closed) if (input instanceof vscode.TabInputText) this.#giveUp(input.uri.toString()); }));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** Opens the evidence beside nothing, in the active column, and begins to read it; where it is not there any more, the document says so. */
  async show(folder: vscode.WorkspaceFolder, evidence: Evidence): Promise<void> {
    const { commit, record, at } = evidence;
    const name = commit === undefined ? vscode.l10n.t('Transcript {0}', at ?? record ?? '') : vscode.l10n.t('Commit {0}', commit.slice(0, 7));
    // The ending keeps languages with links and code lenses of their own away.
    const uri = vscode.Uri.from({ scheme: this.scheme, path: `/${name.replace(/[\\/:]/g, '.')}.${commit === undefined ? 'txt' : 'diff'}`, query: commit ?? record ?? at ?? '' });
    const key = uri.toString();
    if (!this.#texts.has(key)) this.#texts.set(key, vscode.l10n.t('Reading…'));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true, viewColumn: vscode.ViewColumn.Active });
    void this.#fill(uri, folder, evidence);
  }

  async #fill(uri: vscode.Uri, folder: vscode.WorkspaceFolder, evidence: Evidence): Promise<void> {
    const key = uri.toString();
    this.#giveUp(key);
    const reading = new AbortController();
    this.#readings.set(key, reading);
    const text = await this.texts.read(folder, evidence, reading.signal);
    if (this.#readings.get(key) !== reading) return;
    this.#readings.delete(key);
    const gone = evidence.commit === undefined ? vscode.l10n.t('This moment is no longer in the agent’s transcript.') : vscode.l10n.t('This commit is no longer in the repository.');
    this.#texts.set(key, text ?? gone);
    this.#changed.fire(uri);
  }

  #giveUp(key: string): void {
    this.#readings.get(key)?.abort();
    this.#readings.delete(key);
  }

  dispose(): void {
    for (const key of [...this.#readings.keys()]) this.#giveUp(key);
    this.#own.dispose();
  }
}
