import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { connectHooks, hooksPreview } from '../core/agentHooks.js';
import { addIgnoreRule, connectAgent, disconnectAgent, hookCommandHere, readConnection, readIgnoreState, removeIgnoreRule, settingsFile, type Connection } from '../node/agentConnection.js';
import { readWhole, resolveInside } from '../node/atomicFile.js';
import { rememberEditorSettings } from '../node/editorSettings.js';
import { inOtherWorktrees, readWorktrees } from '../node/gitWorktrees.js';
import { installLauncher } from '../node/launcher.js';
import { decodeText } from '../node/textFile.js';
import { realFolder } from '../node/userState.js';
import type { NoticeView } from '../protocol.js';
import { chooseAgentExtras } from './agentExtras.js';
import type { BuiltInGit } from './builtInGit.js';
import { configuration } from './configuration.js';
import type { DocumentPreview } from './documentPreview.js';
import { findDocuments, type FolderDocuments } from './documentsPlace.js';
import type { FolderNotes } from './folderNotes.js';
import { plainMessage } from './foreignText.js';
import type { NoticeSource } from './noticeSource.js';

/** The launcher is refreshed when the editor has settled, in milliseconds. */
const refreshAfter = 5_000;
const offerId = 'connectAgent';
const noOfferKey = (agents: string): string => `connectAgent:${agents}`;

/** Where the agent is started, and where alone it looks for its settings: it goes up to no other folder (seen up to its 2.1.228). */
const agentFolder = (folder: vscode.WorkspaceFolder): string => folder.uri.fsPath;

interface Known {
  readonly connection: Connection;
  /** Another worktree of the repository is connected, and this one is not. */
  readonly elsewhere: boolean;
}

/**
 * "Connect Claude Code" and "Disconnect": hooks in the agent's personal settings of a folder that hand a note to its new sessions and keep
 * what is known before a compaction. What will be added is shown first, and nothing is added without the person's word.
 */
export class AgentConnector implements NoticeSource, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #known = new Map<string, Known>();
  readonly #own: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #refreshed = false;
  readonly onDidChange = this.#changed.event;

  /** @param dist the folder of the built command line */
  constructor(
    private readonly state: vscode.Memento,
    private readonly dist: string,
    private readonly notes: FolderNotes,
    private readonly git: BuiltInGit,
    private readonly previews: DocumentPreview,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#own = vscode.Disposable.from(this.#changed, notes.onDidChange((folder) => { void this.#look(folder); }));
    this.#timer = setTimeout(() => { void this.#refreshLauncher(); }, refreshAfter);
  }

  /** How a folder is connected, once it was looked at. */
  connection(folder: vscode.WorkspaceFolder): Connection | undefined {
    return this.#known.get(folder.uri.toString())?.connection;
  }

  async #look(folder: vscode.WorkspaceFolder): Promise<void> {
    const known = this.notes.known(folder);
    if (!known) return;
    const { place } = known;
    try {
      const before = this.#known.get(folder.uri.toString());
      const connection = await readConnection(agentFolder(folder), place.home);
      const elsewhere = connection.kind === 'disconnected' && (before?.elsewhere ?? await this.#isConnectedElsewhere(folder, place));
      this.#known.set(folder.uri.toString(), { connection, elsewhere });
      if (before?.connection.kind !== connection.kind || before.elsewhere !== elsewhere) this.#changed.fire(folder);
    } catch (error) {
      this.log.warn(error instanceof Error ? error.message : String(error));
    }
  }

  /** The settings are ignored by git, so a new worktree has none. */
  async #isConnectedElsewhere(folder: vscode.WorkspaceFolder, { home }: FolderDocuments): Promise<boolean> {
    for (const other of await this.#inOtherWorktrees(folder)) if ((await readConnection(other, home)).kind === 'connected') return true;
    return false;
  }

  /** The same folder in the repository's other worktrees; none where git may not be asked. */
  async #inOtherWorktrees(folder: vscode.WorkspaceFolder): Promise<readonly string[]> {
    return vscode.workspace.isTrusted ? inOtherWorktrees(await readWorktrees(agentFolder(folder), { git: await this.git.path() }), await realFolder(agentFolder(folder))) : [];
  }

  /** The hooks name a launcher of the per-user folder, which is this version's from now on: only where somebody uses it. */
  async #refreshLauncher(): Promise<void> {
    try {
      for (const folder of vscode.workspace.workspaceFolders ?? []) {
        if (folder.uri.scheme !== 'file' || this.#refreshed) continue;
        const place = await findDocuments(folder, this.state, false).catch(() => undefined);
        if (!place || (await readConnection(agentFolder(folder), place.home)).kind !== 'connected') continue;
        await this.#install(place);
      }
    } catch (error) {
      this.log.warn(`the launcher could not be refreshed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #install({ home }: FolderDocuments): Promise<void> {
    await installLauncher({ dist: this.dist, runtime: process.execPath, ...(home === undefined ? {} : { home }) });
    this.#refreshed = true;
  }

  /** Shows what will be added, and adds it when the person says so. @throws an error with words for the person */
  async connect(folder: vscode.WorkspaceFolder): Promise<void> {
    if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('In Restricted Mode nothing is connected: trust the folder first.'));
    const place = await findDocuments(folder, this.state, true);
    if (!place) return;
    const agents = agentFolder(folder);
    const before = await readConnection(agents, place.home);
    if (before.kind === 'connected') {
      void vscode.window.showInformationMessage(vscode.l10n.t('Claude Code is connected in this folder already.'));
      return;
    }
    const ignore = await readIgnoreState(agents);
    if (ignore.kind === 'tracked') throw new Error(vscode.l10n.t('{0} is in the repository, so hooks in it would run for everybody. Take it out of git first (git rm --cached), then connect again.', settingsFile));
    const command = hookCommandHere(place.home);
    const path = await resolveInside(agents, join(agents, ...settingsFile.split('/')));
    const read = await readWhole(path, settingsFile);
    const planned = connectHooks(read && decodeText(read.bytes, settingsFile), command);
    if (planned.kind === 'refused') throw new Error(vscode.l10n.t('{0} is left alone: {1}', settingsFile, planned.reason));
    if (planned.kind === 'edited' && !(await this.#ask(agents, planned.text, read !== undefined, command, ignore))) return;
    await this.#install(place);
    // The hook is told what only the editor knows: which documents are this folder's.
    await rememberEditorSettings(agents, { base: place.base, documentsFolder: place.documentsFolder, expiryDays: configuration.noteExpiryDays() }, place.home);
    const change = await connectAgent(agents, place.home);
    if (change.kind === 'refused') throw new Error(vscode.l10n.t('{0} is left alone: {1}', settingsFile, change.reason));
    if (ignore.kind === 'missing') await addIgnoreRule(ignore);
    await this.#look(folder);
    void vscode.window.showInformationMessage(vscode.l10n.t('Claude Code is connected: a new session in this folder is handed your open handoff. “Disconnect Claude Code” takes this out again.'));
  }

  /** Asks with the exact lines; the whole file can be seen as a diff first. */
  async #ask(agents: string, after: string, exists: boolean, command: string, ignore: Awaited<ReturnType<typeof readIgnoreState>>): Promise<boolean> {
    const connect = vscode.l10n.t('Connect');
    const show = vscode.l10n.t('Show as Diff');
    const detail = [
      exists ? vscode.l10n.t('Added to {0}; everything else in it stays:', settingsFile) : vscode.l10n.t('{0} is made with:', settingsFile), hooksPreview(command), '',
      ...(ignore.kind === 'missing' ? [vscode.l10n.t('Added to {0}, so that git does not show the file:', ignore.file), ignore.line, ''] : []),
      vscode.l10n.t('A new session of Claude Code here is then handed your open handoff, and what is known is kept before a compaction. Nothing leaves this machine.'),
    ].join('\n');
    const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('Connect Claude Code in this folder?'), { modal: true, detail }, connect, show);
    if (chosen !== show) return chosen === connect;
    const target = vscode.Uri.file(join(agents, ...settingsFile.split('/')));
    await this.previews.show([{ target, present: exists ? target : undefined, after }], vscode.l10n.t('Connect Claude Code: {0}', settingsFile));
    return await vscode.window.showInformationMessage(vscode.l10n.t('Add these lines?'), connect, vscode.l10n.t('Cancel')) === connect;
  }

  /** Takes out what `connect` added, after asking. @throws an error with words for the person */
  async disconnect(folder: vscode.WorkspaceFolder): Promise<void> {
    const place = await findDocuments(folder, this.state, false);
    if (!place) return;
    const agents = agentFolder(folder);
    if ((await readConnection(agents, place.home)).kind === 'disconnected') {
      void vscode.window.showInformationMessage(vscode.l10n.t('Claude Code is not connected in this folder.'));
      return;
    }
    const disconnect = vscode.l10n.t('Disconnect');
    const detail = vscode.l10n.t('The hooks of Session Handoff go out of {0}, and the ignore rule that was added for it. Everything else stays.', settingsFile);
    if (await vscode.window.showWarningMessage(vscode.l10n.t('Disconnect Claude Code in this folder?'), { modal: true, detail }, disconnect) !== disconnect) return;
    const change = await disconnectAgent(agents, place.home);
    if (change.kind === 'refused') throw new Error(vscode.l10n.t('{0} is left alone: {1}', settingsFile, change.reason));
    // All worktrees share the rule.
    const others = await this.#inOtherWorktrees(folder);
    if (vscode.workspace.isTrusted && !others.some((other) => existsSync(join(other, ...settingsFile.split('/'))))) await removeIgnoreRule(agents);
    await this.state.update(noOfferKey(agents), true);
    await this.#look(folder);
    void vscode.window.showInformationMessage(vscode.l10n.t('Claude Code is disconnected: what was added is gone.'));
  }

  notices(folder: vscode.WorkspaceFolder): readonly NoticeView[] {
    const known = this.#known.get(folder.uri.toString());
    if (!known || this.state.get<boolean>(noOfferKey(agentFolder(folder)))) return [];
    const actions = [{ id: 'connect', label: vscode.l10n.t('Connect Claude Code…') }, { id: 'never', label: vscode.l10n.t('Don’t Ask Again') }];
    if (known.connection.kind === 'other') return [{ id: offerId, severity: 'warning', dismissable: true, actions, text: vscode.l10n.t('The hooks in {0} are not the ones of this installation: Claude Code may be handed nothing here. Connect again to renew them.', settingsFile) }];
    return known.elsewhere ? [{ id: offerId, severity: 'info', dismissable: true, actions, text: vscode.l10n.t('Claude Code is connected in another worktree of this repository, and not in this one.') }] : [];
  }

  async act(folder: vscode.WorkspaceFolder, notice: string, action: string): Promise<string | undefined> {
    if (notice !== offerId) return undefined;
    if (action === 'connect') await this.connect(folder);
    else {
      await this.state.update(noOfferKey(agentFolder(folder)), true);
      this.#changed.fire(folder);
    }
    return '';
  }

  /** The commands, by name. */
  commands(folder: () => Promise<vscode.WorkspaceFolder | undefined>): Record<string, () => Promise<void>> {
    const run = (act: (chosen: vscode.WorkspaceFolder) => Promise<void>) => async (): Promise<void> => {
      const chosen = await folder();
      try {
        if (chosen) await act(chosen);
      } catch (error) {
        this.log.error(error instanceof Error ? error : String(error));
        void vscode.window.showErrorMessage(plainMessage(error instanceof Error ? error.message : String(error)));
      }
    };
    return { connectAgent: run((chosen) => this.connect(chosen)), disconnectAgent: run((chosen) => this.disconnect(chosen)), agentExtras: run((chosen) => chooseAgentExtras(chosen, this.state)) };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#own.dispose();
  }
}
