import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { offeredNote } from '../core/noteLife.js';
import { whyNoReceipt, type WhyNoReceipt } from '../core/whyNoReceipt.js';
import { findDocuments } from '../node/editorSettings.js';
import { readHandoverFacts } from '../node/handoverFacts.js';
import { agentPlaces } from '../node/transcriptFiles.js';
import { realFolder } from '../node/userState.js';
import type { NoticeView } from '../protocol.js';
import type { AgentConnector } from './agentConnector.js';
import type { AgentSessions } from './agentSessions.js';
import type { FolderNotes } from './folderNotes.js';
import { oneLine, plainMessage } from './foreignText.js';
import type { NoticeSource } from './noticeSource.js';
import { namedAgent } from './usageWords.js';

/** How long a new agent session has to be handed the note, in milliseconds (issue 7). */
const patience = 60_000;
const noticePrefix = 'noReceipt:';

/** A new session of an agent, and when it was seen first. */
interface Seen {
  readonly session: string;
  readonly agent: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  /** The open note that it should have been handed. */
  readonly note: string;
}

interface Watched {
  /** Transcripts that were there before, or were looked after already. */
  readonly known: Set<string>;
  missing: Seen | undefined;
}

/**
 * Proof that a handoff arrives: says so when a new agent session appears in a folder that is connected, an open note waits for it, and no
 * receipt comes within a minute.
 */
export class ReceiptWatch implements NoticeSource, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #folders = new Map<string, Watched>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #own: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(private readonly sessions: AgentSessions, private readonly notes: FolderNotes, private readonly connector: AgentConnector, private readonly log: vscode.LogOutputChannel, private readonly wait = patience) {
    this.#own = vscode.Disposable.from(this.#changed,
      sessions.onDidChange((folder) => { this.#look(folder); }),
      notes.onDidChange((folder) => { this.#settle(folder); }));
  }

  #look(folder: vscode.WorkspaceFolder): void {
    if (!this.sessions.looked(folder)) return;
    const list = this.sessions.list(folder).filter(({ usage, place }) => usage.agent === 'claude' && place !== 'worktree');
    const key = folder.uri.toString();
    const watched = this.#folders.get(key);
    if (!watched) {
      // What ran before this window looked is no new session.
      this.#folders.set(key, { known: new Set(list.map(({ file }) => file)), missing: undefined });
      return;
    }
    for (const { file, usage, idle } of list) {
      if (watched.known.has(file) || idle || usage.sessionId === null) continue;
      watched.known.add(file);
      const known = this.notes.known(folder);
      const note = known && offeredNote(known.listed, known.here)?.note.file;
      if (note === undefined || this.connector.connection(folder)?.kind !== 'connected') continue;
      const seen: Seen = { session: usage.sessionId, agent: usage.agent, began: Date.now(), note };
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        void this.#judge(folder, watched, seen);
      }, this.wait);
      this.#timers.add(timer);
    }
  }

  async #judge(folder: vscode.WorkspaceFolder, watched: Watched, seen: Seen): Promise<void> {
    await this.notes.refresh(folder);
    if (this.#hasReceipt(folder, seen) || this.connector.connection(folder)?.kind !== 'connected') return;
    watched.missing = seen;
    this.#changed.fire(folder);
  }

  #hasReceipt(folder: vscode.WorkspaceFolder, { session }: Seen): boolean {
    return this.notes.known(folder)?.records.receipts.some((receipt) => receipt.session === session) ?? false;
  }

  /** A receipt that came late, or a note that is done, ends the complaint. */
  #settle(folder: vscode.WorkspaceFolder): void {
    const watched = this.#folders.get(folder.uri.toString());
    if (!watched?.missing) return;
    const isOpen = this.notes.known(folder)?.listed.some(({ note, state }) => note.file === watched.missing?.note && state === 'open');
    if (isOpen && !this.#hasReceipt(folder, watched.missing)) return;
    watched.missing = undefined;
    this.#changed.fire(folder);
  }

  notices(folder: vscode.WorkspaceFolder): readonly NoticeView[] {
    const missing = this.#folders.get(folder.uri.toString())?.missing;
    if (!missing) return [];
    const time = new Intl.DateTimeFormat(vscode.env.language, { hour: '2-digit', minute: '2-digit' }).format(new Date(missing.began));
    return [{
      id: noticePrefix + missing.session, severity: 'warning', dismissable: true, actions: [{ id: 'why', label: vscode.l10n.t('Why?') }],
      text: vscode.l10n.t('A session of {0} began at {1} and was not handed the handoff, although it is connected.', namedAgent(missing.agent), time),
    }];
  }

  /** Says why, as far as files tell. */
  async act(folder: vscode.WorkspaceFolder, notice: string): Promise<string | undefined> {
    const missing = this.#folders.get(folder.uri.toString())?.missing;
    if (!notice.startsWith(noticePrefix)) return undefined;
    const place = this.notes.known(folder)?.place;
    if (!missing || !place) return '';
    const facts = await readHandoverFacts({
      folder: await realFolder(folder.uri.fsPath), documents: await findDocuments(folder.uri.fsPath, place.home), places: agentPlaces(homedir(), process.env), session: missing.session, began: missing.began, now: new Date(),
    });
    const answer = whyNoReceipt(facts);
    this.log.info(`no receipt of session ${missing.session}: ${answer.why}`);
    const words = whyWords(answer);
    const again = vscode.l10n.t('Connect Claude Code…');
    const actions = ['notConnected', 'oldHooks', 'launcherMissing', 'runtimeMissing'].includes(answer.why) ? [again] : [];
    void vscode.window.showInformationMessage(plainMessage(words), ...actions).then(async (chosen) => { if (chosen === again) await vscode.commands.executeCommand('sessionHandoff.connectAgent'); });
    return words;
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#own.dispose();
  }
}

/** The cause and what to do, in a sentence or two. */
function whyWords(answer: WhyNoReceipt): string {
  const detail = 'detail' in answer ? oneLine(answer.detail, 200) : '';
  switch (answer.why) {
    case 'notConnected': return vscode.l10n.t('Claude Code is not connected in this folder any more. Connect it again.');
    case 'oldHooks': return vscode.l10n.t('The hooks are not the ones of this installation. Connect Claude Code again.');
    case 'settingsUnreadable': return vscode.l10n.t('.claude/settings.local.json cannot be read, so the agent runs no hook of it. Correct the file.');
    case 'hooksOff': return vscode.l10n.t('Hooks are switched off in {0}.', detail);
    case 'notTrusted': return vscode.l10n.t('Claude Code does not trust this folder yet: its hooks wait until you accept the folder there.');
    case 'launcherMissing': return vscode.l10n.t('The launcher that the hook runs is missing. Connect Claude Code again.');
    case 'runtimeMissing': return vscode.l10n.t('Neither VS Code’s runtime nor node was found by the hook. Connect Claude Code again, or install Node.js.');
    case 'beganBefore': return vscode.l10n.t('The session began before Claude Code was connected; the next one is handed the handoff.');
    case 'failed': return vscode.l10n.t('The hook ran and failed: {0}', detail);
    case 'noNotes': return vscode.l10n.t('The hook found no handoff in this folder.');
    case 'broken': return vscode.l10n.t('The handoff cannot be read; the view Handoffs says why.');
    case 'expired': return vscode.l10n.t('The handoff is too old to be handed over (setting “sessionHandoff.notes.expireAfterDays”).');
    case 'done': return vscode.l10n.t('The handoff was marked done.');
    case 'otherBranch': return vscode.l10n.t('Another branch than the handoff’s is checked out.');
    case 'otherAuthor': return vscode.l10n.t('The handoff is somebody else’s: other people’s are never handed over by themselves.');
    case 'unknownAuthor': return vscode.l10n.t('Git does not say who you are (user.name, user.email), so no handoff is yours.');
    case 'handed': return vscode.l10n.t('This session was handed the handoff already.');
    case 'unknown': return vscode.l10n.t('No cause was found: the agent did not run the hook. Its own log may tell (claude --debug).');
  }
}
