import * as vscode from 'vscode';
import { documentNames } from '../core/checklist.js';
import { unwrittenEntries } from '../core/draftJournal.js';
import type { CodeLink, Suggestion } from '../core/session.js';
import { combineSuggestions } from '../core/suggestions/combine.js';
import { undocumented } from '../core/suggestions/documented.js';
import { visibleSuggestions } from '../core/suggestions/visible.js';
import type { NoticeView, PageMessage, PanelState } from '../protocol.js';
import type { AgentSessions } from './agentSessions.js';
import { configuration } from './configuration.js';
import type { CursorTracker } from './cursorTracker.js';
import { DraftIntents, isDraftMessage, type DraftMessage } from './draftIntents.js';
import type { EvidenceView } from './evidenceView.js';
import { plainMessage } from './foreignText.js';
import { Gaps, gapsWords } from './gaps.js';
import type { HandoffFolder } from './handoffFolder.js';
import type { HandoffFolders } from './handoffFolders.js';
import type { LinkHealth } from './linkHealth.js';
import { draftNotices, gitNotices, linkNotices, prdNotice, sessionNotices } from './notices.js';
import type { NoticeSource } from './noticeSource.js';
import { Panel } from './panel.js';
import { evidenceOf, panelState } from './panelState.js';
import { isPickUpMessage, type PickUp, type PickUpMessage } from './pickUp.js';
import { openPlace, uriOf } from './places.js';
import type { SuggestionProvider } from './suggestionProviders.js';
import type { WriteFlow } from './writeFlow.js';
import { usageView } from './usageWords.js';

/** How long a Write waits to learn where its lines are now, in milliseconds. */
const patience = 3_000;

/**
 * The checklist: it turns intents (of the page and of commands) into changes of the draft, and everything that is known
 * into the state of the page.
 */
export class ChecklistController implements vscode.Disposable {
  readonly panel: Panel;
  readonly #own: vscode.Disposable[] = [];
  /** The folder that is shown: the chosen one, else the one of the active editor. */
  #shown: HandoffFolder | undefined;
  readonly #dismissedNotices = new Set<string>();
  readonly #gaps: Gaps;
  /** What changes the draft, from the page and from commands. */
  readonly intents: DraftIntents;
  readonly #typed = new vscode.EventEmitter<void>();
  /** The person types in the page. */
  readonly onDidType = this.#typed.event;

  constructor(
    context: vscode.ExtensionContext,
    private readonly folders: HandoffFolders,
    private readonly providers: readonly SuggestionProvider[],
    private readonly writes: WriteFlow,
    tracker: CursorTracker,
    private readonly sessions: AgentSessions,
    private readonly links: LinkHealth,
    private readonly evidence: EvidenceView,
    private readonly pickUp: PickUp,
    private readonly noticeSources: readonly NoticeSource[],
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#gaps = new Gaps(providers);
    this.panel = new Panel(context.extensionUri, (revision) => this.#state(revision), log);
    this.intents = new DraftIntents((text, undo) => { this.panel.send({ type: 'announce', text, undo }); }, (folder) => this.#suggestions(folder));
    this.#own.push(
      this.panel,
      this.panel.onDidReceive((message) => { void this.#handle(message); }),
      this.panel.onDidChangeVisibility((visible) => { if (visible) void this.#becameVisible(); }),
      this.#typed,
      folders.onDidChange((folder) => { if (folder === this.#shown || !this.#shown) this.panel.update(); }),
      folders.onDidChangeFolders(() => { void this.#selectFolder(undefined); }),
      writes.onDidChange(() => { this.panel.update(); }),
      sessions.onDidChange((folder) => { if (this.#shown?.workspaceFolder === folder) this.panel.update(); }),
      links.onDidChange((folder) => {
        folders.opened(folder)?.place((link) => links.draftLink(folder, link));
        if (this.#shown?.workspaceFolder === folder) this.panel.update();
      }),
      ...noticeSources.map((source) => source.onDidChange((folder) => { if (this.#shown?.workspaceFolder === folder) this.panel.update(); })),
      pickUp.onDidChange((folder) => { if (folder === this.#shown) this.panel.update(); }),
      tracker.onDidEdit((edit) => { folders.opened(edit.folder)?.follow(edit); }),
      ...providers.map((provider) => provider.onDidChange((folder) => { if (this.#shown?.workspaceFolder === folder) this.panel.update(); })),
      vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(configuration.section)) this.panel.update(); }),
    );
  }

  /** The workspace folder that is shown, or would be. */
  get workspaceFolder(): vscode.WorkspaceFolder | undefined {
    const active = vscode.window.activeTextEditor && vscode.workspace.getWorkspaceFolder(vscode.window.activeTextEditor.document.uri);
    return this.#shown?.workspaceFolder ?? active ?? vscode.workspace.workspaceFolders?.[0];
  }

  /** "4 entries, 9 suggestions not looked at, 2 gaps", for the status bar's tooltip. */
  draftWords(folder: vscode.WorkspaceFolder): string {
    const opened = this.folders.opened(folder);
    if (!opened) return vscode.l10n.t('The checklist was not opened yet.');
    const entries = opened.draft.entries.length;
    const suggestions = this.#suggestions(opened);
    return [entries === 1 ? vscode.l10n.t('1 entry') : vscode.l10n.t('{0} entries', entries),
      suggestions.length === 1 ? vscode.l10n.t('1 suggestion not looked at') : vscode.l10n.t('{0} suggestions not looked at', suggestions.length),
      gapsWords(this.#gaps.of(opened, suggestions).length)].filter(Boolean).join(', ');
  }

  /** The folder that commands without one mean; asks when there are several and none is obvious. */
  async folder(): Promise<HandoffFolder | undefined> {
    if (this.#shown) return this.#shown;
    await this.#selectFolder(undefined);
    if (!this.#shown) void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder first: a handoff belongs to a folder.'));
    return this.#shown;
  }

  async #selectFolder(id: string | undefined): Promise<void> {
    const all = vscode.workspace.workspaceFolders ?? [];
    const active = vscode.window.activeTextEditor && vscode.workspace.getWorkspaceFolder(vscode.window.activeTextEditor.document.uri);
    const wanted = all.find((folder) => folder.uri.toString() === (id ?? this.#shown?.workspaceFolder.uri.toString())) ?? active ?? all[0];
    this.#shown = wanted && await this.folders.open(wanted);
    if (this.#shown && this.panel.visible) this.#refresh(this.#shown);
    this.panel.update();
  }

  async #becameVisible(): Promise<void> {
    if (!this.#shown) await this.#selectFolder(undefined);
    else this.#refresh(this.#shown);
  }

  #refresh(folder: HandoffFolder): void {
    for (const provider of this.providers) provider.refresh?.(folder.workspaceFolder, folder.draft.session);
    void this.writes.check(folder);
    // What goes wrong is logged there; the panel shows what was known.
    this.links.checkFolder(folder.workspaceFolder).catch(() => undefined);
  }

  #suggestions(folder: HandoffFolder): Suggestion[] {
    const { draft, workspaceFolder } = folder;
    const found = this.providers.flatMap((provider) => provider.suggestions(workspaceFolder, draft.session));
    return visibleSuggestions(draft, undocumented(combineSuggestions(found), this.writes.documents(folder)));
  }

  #state(revision: number): PanelState | undefined {
    const folder = this.#shown;
    if (!folder) return undefined;
    const status = this.writes.status(folder);
    const session = this.sessions.shown(folder.workspaceFolder);
    const suggestions = this.#suggestions(folder);
    // A result shows only what writing itself has to say.
    const pickUp = status.result ? undefined : this.pickUp.view(folder);
    const others = status.result || pickUp ? [] : [...this.noticeSources.flatMap((source) => source.notices(folder.workspaceFolder, suggestions)), ...sessionNotices(folder.workspaceFolder, this.sessions), ...gitNotices(folder.git), ...prdNotice(folder.git), ...linkNotices(this.links.documents(folder.workspaceFolder))];
    const notices: NoticeView[] = [...draftNotices(folder.store.problems), ...status.notices, ...others]
      .filter(({ id }) => !this.#dismissedNotices.has(`${folder.workspaceFolder.uri.toString()} ${id}`));
    return panelState({
      folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri, name }) => ({ id: uri.toString(), name })), folder: folder.workspaceFolder.uri.toString(),
      draft: folder.draft, suggestions, nudges: this.#gaps.of(folder, suggestions), git: folder.git, mapping: configuration.mapping(folder.workspaceFolder),
      folded: folder.folded, gone: status.gone, edited: status.edited, notices, busy: status.busy, result: status.result && { ...status.result, ...this.pickUp.ofSession(folder) }, pickUp,
      usage: session && usageView(session, configuration.reminder()), linkState: (link) => this.links.draftLink(folder.workspaceFolder, link)?.status,
    }, revision);
  }

  async #handle(message: PageMessage): Promise<void> {
    const folder = message.type === 'selectFolder' ? undefined : await this.folder();
    try {
      if (message.type === 'selectFolder') await this.#selectFolder(message.folder);
      else if (!folder) return;
      else if (isPickUpMessage(message)) await this.#handlePickUp(folder, message);
      else if (isDraftMessage(message)) this.intents.handle(folder, message);
      else await this.#handleIn(folder, message);
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error));
      void vscode.window.showErrorMessage(plainMessage(error instanceof Error ? error.message : String(error)));
    }
  }

  async #handleIn(folder: HandoffFolder, message: Exclude<PageMessage, { type: 'selectFolder' } | PickUpMessage | DraftMessage>): Promise<void> {
    switch (message.type) {
      case 'ready':
        return;
      case 'typing':
        if (message.typing) this.#typed.fire();
        return;
      case 'openLink': {
        const link = this.#linksOf(folder, message.owner)[message.index];
        if (link) await this.#open(folder, link);
        return;
      }
      case 'openEvidence': {
        const suggestion = this.#suggestions(folder).find(({ id }) => id === message.suggestion);
        const evidence = suggestion && evidenceOf(suggestion)[message.index];
        if (evidence?.link) await this.#open(folder, evidence.link);
        else if (evidence) await this.evidence.show(folder.workspaceFolder, evidence);
        return;
      }
      case 'noticeAction':
        await this.#noticeAction(folder, message.notice, message.action);
        return;
      case 'dismissNotice':
        this.#dismissNotice(folder, message.notice);
        return;
      case 'preview':
        await this.#placeLinks(folder);
        await this.writes.preview(folder);
        return;
      case 'write':
        await this.write(folder);
        return;
      case 'cancel':
        this.writes.cancel(folder);
        return;
      case 'undoWrite':
        await this.undoWrite(folder);
        return;
      case 'openResult':
        await this.writes.openResult(folder, message.file);
        return;
      case 'closeResult':
        this.writes.closeResult(folder);
        this.panel.send({ type: 'reveal', target: 'first' });
        return;
      case 'newSession':
        await this.newSession(folder);
        return;
    }
  }

  async #handlePickUp(folder: HandoffFolder, message: PickUpMessage): Promise<void> {
    this.#announce(await this.pickUp.handle(folder, message));
    if (message.type === 'continueNote' || message.type === 'closePickUp') this.#refresh(folder);
    if (message.type === 'closePickUp') this.panel.send({ type: 'reveal', target: 'first' });
  }

  /** Shows a note on the page that picks it up; `continues` ends the session that wrote it. */
  async pickUpNote(workspaceFolder: vscode.WorkspaceFolder, file: string, continues: boolean): Promise<void> {
    const folder = await this.folders.open(workspaceFolder);
    await this.pickUp.show(folder, file);
    this.writes.closeResult(folder);
    if (folder !== this.#shown) await this.#selectFolder(workspaceFolder.uri.toString());
    if (continues && await this.pickUp.continueNote(folder, file)) this.#announce(vscode.l10n.t('A new session has begun; it carries this handoff on'));
    await this.panel.show();
    this.panel.send({ type: 'reveal', target: 'pickUp' });
  }

  #dismissNotice(folder: HandoffFolder, notice: string): void {
    this.writes.dismissNotice(folder, notice);
    this.#dismissedNotices.add(`${folder.workspaceFolder.uri.toString()} ${notice}`);
    this.panel.update();
  }

  #announce(text: string): void {
    if (text) this.panel.send({ type: 'announce', text, undo: false });
  }

  async #noticeAction(folder: HandoffFolder, notice: string, action: string): Promise<void> {
    for (const source of this.noticeSources) {
      const said = await source.act(folder.workspaceFolder, notice, action);
      if (said === undefined) continue;
      this.#announce(said);
      return;
    }
    switch (action) {
      case 'trust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
      case 'checkLinks':
        await vscode.commands.executeCommand('sessionHandoff.checkLinks');
        return;
      case 'lookAgain':
        this.#refresh(folder);
        await this.sessions.refresh(folder.workspaceFolder);
        return;
      default:
        this.#announce(await this.writes.noticeAction(folder, notice, action));
    }
  }

  #linksOf(folder: HandoffFolder, owner: string): readonly CodeLink[] {
    return folder.draft.entries.find(({ id }) => id === owner)?.links ?? this.#suggestions(folder).find(({ id }) => id === owner)?.links ?? [];
  }

  async #open(folder: HandoffFolder, link: CodeLink): Promise<void> {
    const { file = link.path, line = link.line } = this.links.draftLink(folder.workspaceFolder, link) ?? {};
    await openPlace(uriOf(folder.workspaceFolder, file), line, { viewColumn: vscode.ViewColumn.Active });
  }

  /** The opening command. */
  async open(focus?: unknown): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.length ? await this.folder() : undefined;
    if (!folder) {
      await vscode.commands.executeCommand('sessionHandoff.welcome.focus');
      return;
    }
    if (typeof focus === 'string') this.intents.setFocus(folder, focus.slice(0, 500));
    await this.panel.show();
    this.panel.send({ type: 'reveal', target: 'first' });
  }

  async chooseFolder(): Promise<void> {
    const picked = await vscode.window.showWorkspaceFolderPick({ placeHolder: vscode.l10n.t('Whose session?') });
    if (picked) await this.#selectFolder(picked.uri.toString());
  }

  async refresh(): Promise<void> {
    const folder = await this.folder();
    if (!folder) return;
    this.#refresh(folder);
    await this.sessions.refresh(folder.workspaceFolder);
  }

  async preview(): Promise<void> {
    const folder = await this.folder();
    if (!folder) return;
    await this.#placeLinks(folder);
    await this.writes.preview(folder);
  }

  /** What is written states where lines are now; a check that takes long or fails holds nothing up. */
  async #placeLinks({ workspaceFolder }: HandoffFolder): Promise<void> {
    const enough = new Promise<void>((resolve) => { setTimeout(resolve, patience).unref(); });
    await Promise.race([this.links.checkDraft(workspaceFolder).catch(() => undefined), enough]);
  }

  async write(chosen?: HandoffFolder): Promise<void> {
    const folder = chosen ?? await this.folder();
    if (!folder) return;
    await this.#placeLinks(folder);
    const outcome = await this.writes.write(folder);
    if (outcome.wrote || outcome.held) this.pickUp.close(folder);
    if (outcome.held) {
      this.panel.send({ type: 'reveal', target: { entry: outcome.held } });
      return;
    }
    this.#announce(outcome.text);
    if (outcome.wrote) this.panel.send({ type: 'reveal', target: 'result' });
    if (!this.panel.visible && outcome.text) void vscode.window.showInformationMessage(outcome.text);
  }

  async undoWrite(chosen?: HandoffFolder): Promise<void> {
    const folder = chosen ?? await this.folder();
    if (!folder) return;
    const text = await this.writes.undo(folder);
    this.#announce(text);
    if (!this.panel.visible) void vscode.window.showInformationMessage(text);
  }

  async newSession(chosen?: HandoffFolder): Promise<void> {
    const folder = chosen ?? await this.folder();
    if (!folder) return;
    const carried = unwrittenEntries(folder.draft).length;
    this.writes.closeResult(folder);
    this.pickUp.close(folder);
    await folder.newSession();
    this.#refresh(folder);
    this.panel.send({ type: 'announce', text: carried ? vscode.l10n.t('A new session has begun; what was not written yet came along') : vscode.l10n.t('A new session has begun'), undo: false });
    this.panel.send({ type: 'reveal', target: 'first' });
  }

  /** A session ended by itself: says so, and leaves the focus and a result that is shown where they are. */
  sessionEnded(folder: HandoffFolder, carried: number): void {
    this.#refresh(folder);
    if (folder !== this.#shown) return;
    this.panel.send({ type: 'announce', undo: false, text: carried ? vscode.l10n.t('The agent’s context was emptied after your Write: a new session has begun, and what was not written yet came along')
      : vscode.l10n.t('The agent’s context was emptied after your Write: a new session has begun') });
  }

  /** Goes to one of the documents or notes that exist. */
  async openDocuments(): Promise<void> {
    const folder = await this.folder();
    if (!folder) return;
    const uris = await this.writes.existingDocuments(folder);
    if (uris.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no document yet. Write makes them.'));
      return;
    }
    const byName = uris.map((uri) => ({ label: uri.path.split('/').at(-1) ?? '', uri })).sort((a, b) => rankOf(a.label) - rankOf(b.label));
    const picked = await vscode.window.showQuickPick(byName, { placeHolder: vscode.l10n.t('Open a document') });
    if (picked) await openPlace(picked.uri, 1);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#own).dispose();
  }
}

const rankOf = (name: string): number => {
  const index = documentNames.findIndex((document) => document === name);
  return index < 0 ? documentNames.length : index;
};
