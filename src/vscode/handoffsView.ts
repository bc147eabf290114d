import { basename } from 'node:path';
import * as vscode from 'vscode';
import { isOfThisBranch, isOwnNote, type ListedNote } from '../core/noteLife.js';
import type { UnreadableNote } from '../node/handoffNotes.js';
import { readWorktrees, type Worktree } from '../node/gitWorktrees.js';
import type { BuiltInGit } from './builtInGit.js';
import type { FolderNotes, KnownNotes } from './folderNotes.js';
import { oneLine, plainMessage } from './foreignText.js';
import { age } from './usageWords.js';

export const handoffsViewId = 'sessionHandoff.handoffs';

/** A note of a folder in the list, or a file among them that is none. */
export type HandoffNode =
  | { readonly kind: 'note'; readonly folder: vscode.WorkspaceFolder; readonly listed: ListedNote }
  | { readonly kind: 'broken'; readonly folder: vscode.WorkspaceFolder; readonly broken: UnreadableNote }
  | { readonly kind: 'folder'; readonly folder: vscode.WorkspaceFolder };

const filters = ['all', 'open', 'mine', 'branch'] as const;
type Filter = (typeof filters)[number];
const filterKey = 'handoffs.filter';

export const fileOf = (node: HandoffNode): string | undefined => (node.kind === 'note' ? node.listed.note.file : node.kind === 'broken' ? node.broken.file : undefined);

const stateWords = (state: ListedNote['state']): string => {
  switch (state) {
    case 'open': return vscode.l10n.t('open');
    case 'done': return vscode.l10n.t('done');
    case 'superseded': return vscode.l10n.t('superseded');
    case 'expired': return vscode.l10n.t('expired');
  }
};
const icons: Readonly<Record<ListedNote['state'], string>> = { open: 'circle-large-outline', done: 'pass', superseded: 'circle-slash', expired: 'history' };

const filterWords = (filter: Filter): string => {
  switch (filter) {
    case 'all': return vscode.l10n.t('All handoffs');
    case 'open': return vscode.l10n.t('Open ones');
    case 'mine': return vscode.l10n.t('Mine');
    case 'branch': return vscode.l10n.t('Of this branch');
  }
};

/** The view "Handoffs": the notes of the open folders, open ones of this branch first. */
export class HandoffsView implements vscode.TreeDataProvider<HandoffNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<HandoffNode>;
  readonly #own: vscode.Disposable;
  readonly #worktrees = new Map<string, readonly Worktree[]>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly notes: FolderNotes, private readonly git: BuiltInGit, private readonly state: vscode.Memento) {
    this.#view = vscode.window.createTreeView<HandoffNode>(handoffsViewId, { treeDataProvider: this, showCollapseAll: false });
    this.#own = vscode.Disposable.from(this.#changed, this.#view,
      notes.onDidChange((folder) => {
        this.#show();
        void this.#lookForWorktrees(folder);
      }),
      this.#view.onDidChangeVisibility(({ visible }) => {
        // A note that is looked at has an age of now.
        if (visible) for (const folder of vscode.workspace.workspaceFolders ?? []) void notes.refresh(folder);
      }));
    this.#show();
  }

  get #filter(): Filter {
    const kept = this.state.get<string>(filterKey);
    return filters.find((one) => one === kept) ?? 'all';
  }

  /** The note that is selected, for a command that names none. */
  get selected(): HandoffNode | undefined {
    return this.#view.selection[0];
  }

  /** Reveals the view and gives it the keyboard. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${handoffsViewId}.focus`);
  }

  async chooseFilter(): Promise<void> {
    const chosen = this.#filter;
    const picked = await vscode.window.showQuickPick(filters.map((filter) => ({ label: filterWords(filter), description: filter === chosen ? vscode.l10n.t('shown now') : '', filter })), { title: vscode.l10n.t('Which handoffs are shown?') });
    if (!picked) return;
    await this.state.update(filterKey, picked.filter === 'all' ? undefined : picked.filter);
    this.#show();
  }

  async #lookForWorktrees(folder: vscode.WorkspaceFolder): Promise<void> {
    const known = this.notes.known(folder);
    // Which branch is checked out where matters only where notes name other branches, and no program is run without trust.
    if (!known || !vscode.workspace.isTrusted || !known.listed.some(({ note }) => note.branch !== '' && note.branch !== known.here.branch)) return;
    const found = await readWorktrees(known.place.base, { git: await this.git.path() });
    const before = this.#worktrees.get(folder.uri.toString());
    this.#worktrees.set(folder.uri.toString(), found);
    if (JSON.stringify(found) !== JSON.stringify(before ?? [])) this.#changed.fire(undefined);
  }

  #show(): void {
    const filter = this.#filter;
    this.#view.description = filter === 'all' ? '' : filterWords(filter);
    const problems = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => this.notes.problem(folder) ?? []);
    const all = (vscode.workspace.workspaceFolders ?? []).map((folder) => this.notes.known(folder));
    const count = all.reduce((sum, known) => sum + (known ? known.listed.length + known.broken.length : 0), 0);
    const shown = (vscode.workspace.workspaceFolders ?? []).reduce((sum, folder) => sum + this.#nodes(folder).length, 0);
    const leftOut = all.reduce((sum, known) => sum + (known?.leftOut ?? 0), 0);
    const message = [...new Set(problems), ...(count > 0 && shown === 0 ? [vscode.l10n.t('None of {0} handoffs is shown by this filter.', count)] : []),
      ...(vscode.workspace.isTrusted || count === 0 ? [] : [vscode.l10n.t('Restricted Mode: git is not asked, so which of these are yours is not known.')]), ...(leftOut > 0 ? [vscode.l10n.t('{0} older ones are not listed.', leftOut)] : [])].join(' ');
    // Without a message and without notes the welcome is shown.
    this.#view.message = message;
    void vscode.commands.executeCommand('setContext', 'sessionHandoff.hasHandoffs', count > 0);
    this.#changed.fire(undefined);
  }

  #nodes(folder: vscode.WorkspaceFolder): HandoffNode[] {
    const known = this.notes.known(folder);
    if (!known) return [];
    const filter = this.#filter;
    const isShown = ({ note, state }: ListedNote): boolean => filter === 'all' || (filter === 'open' ? state === 'open' : filter === 'mine' ? isOwnNote(note, known.here) : isOfThisBranch(note, known.here));
    return [...known.listed.filter(isShown).map((listed): HandoffNode => ({ kind: 'note', folder, listed })), ...(filter === 'all' ? known.broken.map((broken): HandoffNode => ({ kind: 'broken', folder, broken })) : [])];
  }

  getChildren(node?: HandoffNode): HandoffNode[] {
    if (node) return node.kind === 'folder' ? this.#nodes(node.folder) : [];
    const folders = vscode.workspace.workspaceFolders ?? [];
    const [only] = folders;
    if (folders.length <= 1) return only ? this.#nodes(only) : [];
    return folders.filter((folder) => this.#nodes(folder).length > 0).map((folder): HandoffNode => ({ kind: 'folder', folder }));
  }

  getTreeItem(node: HandoffNode): vscode.TreeItem {
    if (node.kind === 'folder') {
      const item = new vscode.TreeItem(node.folder.name, vscode.TreeItemCollapsibleState.Expanded);
      item.id = node.folder.uri.toString();
      item.contextValue = 'folder';
      return item;
    }
    const known = this.notes.known(node.folder);
    return node.kind === 'broken' ? brokenItem(node) : noteItem(node, known, this.#worktrees.get(node.folder.uri.toString()) ?? []);
  }

  dispose(): void {
    this.#own.dispose();
  }
}

function brokenItem(node: Extract<HandoffNode, { kind: 'broken' }>): vscode.TreeItem {
  const { file, reason } = node.broken;
  const item = new vscode.TreeItem(vscode.l10n.t('Cannot be read'));
  item.id = `${node.folder.uri.toString()} ${file}`;
  item.description = oneLine(basename(file));
  item.tooltip = `${oneLine(basename(file))}\n${oneLine(reason, 300)}`;
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = 'broken';
  item.command = { command: 'sessionHandoff.openHandoffFile', title: vscode.l10n.t('Open the File'), arguments: [node] };
  item.accessibilityInformation = { label: `${oneLine(basename(file))}, ${oneLine(reason, 300)}` };
  return item;
}

function noteItem(node: Extract<HandoffNode, { kind: 'note' }>, known: KnownNotes | undefined, worktrees: readonly Worktree[]): vscode.TreeItem {
  const { note, state } = node.listed;
  const isOwn = known !== undefined && isOwnNote(note, known.here);
  const isHere = known !== undefined && isOfThisBranch(note, known.here);
  const elsewhere = isHere || note.branch === '' ? undefined : worktrees.find(({ branch }) => branch === note.branch);
  const branch = oneLine(note.branch) || (note.commit === '' ? vscode.l10n.t('no branch') : vscode.l10n.t('detached at {0}', note.commit.slice(0, 7)));
  const by = isOwn || note.author === '' ? '' : vscode.l10n.t('by {0}', oneLine(note.author.replace(/\s*<[^<>]*>\s*$/, '') || note.author, 40));
  const worktree = elsewhere ? vscode.l10n.t('worktree {0}', oneLine(basename(elsewhere.path), 40)) : '';
  const item = new vscode.TreeItem(branch);
  item.id = `${node.folder.uri.toString()} ${note.file}`;
  item.description = [state === 'open' && isHere ? '' : stateWords(state), age(note.created), worktree, by, oneLine(note.focus, 60)].filter(Boolean).join(' · ');
  const details = [`${branch} · ${stateWords(state)}`, new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(note.created)),
    ...(note.focus ? [vscode.l10n.t('Focus: {0}', oneLine(note.focus, 200))] : []), ...(note.author ? [vscode.l10n.t('by {0}', oneLine(note.author, 120))] : []), ...(elsewhere ? [vscode.l10n.t('Checked out in {0}', oneLine(elsewhere.path, 200))] : []), note.file];
  item.tooltip = details.join('\n');
  item.accessibilityInformation = { label: [branch, stateWords(state), age(note.created), worktree, by, oneLine(note.focus, 60)].filter(Boolean).join(', ') };
  item.iconPath = state === 'open' && isHere && isOwn ? new vscode.ThemeIcon('play-circle', new vscode.ThemeColor('testing.iconPassed')) : new vscode.ThemeIcon(icons[state]);
  item.contextValue = note.status === 'done' ? 'note.done' : 'note.open';
  item.command = { command: 'sessionHandoff.openHandoff', title: vscode.l10n.t('Open Handoff'), arguments: [node] };
  return item;
}

/**
 * Moves a note's file to the trash, after asking.
 * @returns whether it is gone
 */
export async function deleteNote(uri: vscode.Uri): Promise<boolean> {
  const name = basename(uri.path);
  const move = vscode.l10n.t('Move to Trash');
  if (await vscode.window.showWarningMessage(plainMessage(vscode.l10n.t('Delete the handoff “{0}”?', oneLine(name, 120))), { modal: true, detail: vscode.l10n.t('You can restore it from the trash.') }, move) !== move) return false;
  try {
    await vscode.workspace.fs.delete(uri, { useTrash: true });
    return true;
  } catch {
    // A disk without a trash, as on a remote machine.
    const forever = vscode.l10n.t('Delete Permanently');
    if (await vscode.window.showWarningMessage(vscode.l10n.t('It cannot be moved to the trash here.'), { modal: true, detail: vscode.l10n.t('Delete it permanently? This cannot be undone.') }, forever) !== forever) return false;
    await vscode.workspace.fs.delete(uri, { useTrash: false });
    return true;
  }
}
