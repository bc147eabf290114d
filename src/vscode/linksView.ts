import * as vscode from 'vscode';
import { withoutControls } from '../core/links/untrustedText.js';
import type { CheckedLink } from '../node/linkChecks.js';
import type { LinkHealth } from './linkHealth.js';
import { foundPlace, isElsewhere, statedPlace, stateName, stateSentence } from './linkWords.js';

interface Group {
  readonly status: CheckedLink['status'];
  readonly links: readonly Listed[];
}
interface Listed {
  readonly link: CheckedLink;
  /** Relative to the folder that holds `.claude`. */
  readonly document: string;
}
type Node = Group | Listed;

/** What needs a person first. */
const order: readonly CheckedLink['status'][] = ['lost', 'ambiguous', 'edited', 'moved', 'exact'];
const icons: Readonly<Record<CheckedLink['status'], string>> = { lost: 'error', ambiguous: 'question', edited: 'edit', moved: 'arrow-right', exact: 'pass' };

/** "Check Links": every link of a folder's documents, by what became of its line. */
export class LinksView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<Node>;
  readonly #own: vscode.Disposable;
  #folder: vscode.WorkspaceFolder | undefined;
  #cancelled = false;
  /** How many checks are under way. */
  #checking = 0;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly health: LinkHealth) {
    this.#view = vscode.window.createTreeView<Node>('sessionHandoff.links', { treeDataProvider: this, showCollapseAll: true });
    this.#own = vscode.Disposable.from(this.#changed, this.#view, health.onDidChange((folder) => { if (folder === this.#folder) this.#show(); }));
  }

  /** Whether this folder's links are on screen. */
  shows(folder: vscode.WorkspaceFolder): boolean {
    return this.#view.visible && this.#folder === folder;
  }

  /** Checks all links of a folder and lists them. */
  async check(folder: vscode.WorkspaceFolder): Promise<void> {
    this.#folder = folder;
    this.#cancelled = false;
    this.#checking++;
    this.#show();
    await vscode.commands.executeCommand('setContext', 'sessionHandoff.linksShown', true);
    await vscode.commands.executeCommand('setContext', 'sessionHandoff.linksChecking', true);
    await vscode.commands.executeCommand('sessionHandoff.links.focus');
    try {
      await vscode.window.withProgress({ location: { viewId: 'sessionHandoff.links' } }, () => this.health.checkFolder(folder));
    } catch (error) {
      this.#view.message = !this.#cancelled ? vscode.l10n.t('The links could not be checked: {0}', withoutControls(error instanceof Error ? error.message : String(error)))
        : this.getChildren().length === 0 ? vscode.l10n.t('Cancelled.') : vscode.l10n.t('Cancelled. What is listed was found before.');
      return;
    } finally {
      if (--this.#checking === 0) await vscode.commands.executeCommand('setContext', 'sessionHandoff.linksChecking', false);
    }
    this.#show();
  }

  /** Ends the check. */
  cancel(): void {
    this.#cancelled = true;
    this.health.cancel();
  }

  #show(): void {
    const folder = this.#folder;
    const count = folder ? this.health.documents(folder).reduce((sum, { links }) => sum + links.length, 0) : 0;
    // Documents that are open are checked beside: that they have none says nothing of the others.
    this.#view.message = count > 0 ? '' : this.#checking > 0 ? vscode.l10n.t('Checking links…') : vscode.l10n.t('There are no links into code in the documents and notes of this folder.');
    this.#view.description = folder && (vscode.workspace.workspaceFolders?.length ?? 0) > 1 ? folder.name : '';
    this.#changed.fire(undefined);
  }

  getChildren(node?: Node): Node[] {
    if (node) return 'links' in node ? [...node.links] : [];
    if (!this.#folder) return [];
    const all = this.health.documents(this.#folder).flatMap(({ path, links }) => links.map((link): Listed => ({ link, document: path })));
    return order.map((status): Group => ({ status, links: all.filter(({ link }) => link.status === status) })).filter(({ links }) => links.length > 0);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if ('links' in node) {
      const group = new vscode.TreeItem(stateName(node.status), node.status === 'exact' ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded);
      group.id = node.status;
      group.description = String(node.links.length);
      group.iconPath = new vscode.ThemeIcon(icons[node.status]);
      return group;
    }
    const { link, document } = node;
    const item = new vscode.TreeItem(statedPlace(link));
    const name = `${document.split('/').at(-1) ?? document}:${link.link.documentLine}`;
    item.description = isElsewhere(link) ? `→ ${foundPlace(link)} · ${name}` : name;
    item.tooltip = [stateSentence(link), `${document}:${link.link.documentLine}`].join('\n');
    item.accessibilityInformation = { label: `${statedPlace(link)}, ${stateSentence(link)} ${name}` };
    const uri = this.#folder && this.health.uriOf(this.#folder, document);
    const line = new vscode.Position(link.link.documentLine - 1, 0);
    if (uri) item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri, { selection: new vscode.Range(line, line) } satisfies vscode.TextDocumentShowOptions] };
    return item;
  }

  dispose(): void {
    this.#own.dispose();
  }
}
