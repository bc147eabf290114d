import * as vscode from 'vscode';
import { initialReminderState, remind, storedReminderState, wakeAt, type ReminderAnswer, type ReminderEvent, type ReminderMessage, type ReminderState } from '../core/reminder.js';
import type { AgentSessions } from './agentSessions.js';
import { configuration } from './configuration.js';
import { levelOfUsage, tokens } from './usageWords.js';

const stateKey = 'reminder.sessions';
/** "Never show again" holds in every folder. */
const neverKey = 'reminder.never';

/**
 * Tells the person in time that the agent's context fills, and that it was emptied. What is told and when is decided by the
 * state machine in core/reminder; this shows its messages, brings back the answers, and keeps the state over a reload.
 */
export class ContextReminder implements vscode.Disposable {
  readonly #own: vscode.Disposable;
  #state: ReminderState;
  #timer: NodeJS.Timeout | undefined;
  #known = new Set<string>();

  constructor(private readonly memento: vscode.Memento, private readonly everywhere: vscode.Memento, private readonly sessions: AgentSessions) {
    const stored = memento.get<Partial<ReminderState>>(stateKey);
    this.#state = { ...initialReminderState, ...stored, never: everywhere.get<boolean>(neverKey, false), shown: null, typedAt: null, focused: vscode.window.state.focused };
    this.#own = vscode.Disposable.from(
      sessions.onDidChange((folder) => { this.#look(folder); }),
      sessions.onDidReset(({ folder, file, cleared, happened, before, after }) => { this.#take({ kind: 'reset', folder: folder.uri.toString(), session: file, cleared, happened, before, after }); }),
      vscode.window.onDidChangeWindowState(({ focused }) => { if (focused !== this.#state.focused) this.#take({ kind: 'focus', focused }); }),
      vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('sessionHandoff.reminder')) this.#take({ kind: 'tick' }); }),
    );
  }

  /** The person types in the checklist: nothing comes between. */
  typed(): void {
    this.#take({ kind: 'typed' });
  }

  /** The handoff of a folder was written. */
  written(folder: vscode.WorkspaceFolder): void {
    this.#take({ kind: 'written', folder: folder.uri.toString() });
  }

  /** Something new is in the draft or in the folder that no handoff holds yet. */
  newWork(folder: vscode.WorkspaceFolder): void {
    this.#take({ kind: 'newWork', folder: folder.uri.toString() });
  }

  remindAgain(): void {
    this.#take({ kind: 'remindAgain' });
  }

  /** "Remind me later", of the session that is shown. */
  later(folder: vscode.WorkspaceFolder): void {
    const session = this.sessions.shown(folder);
    if (!session) return;
    const level = levelOfUsage(session.usage, configuration.reminder());
    if (level !== 'warning' && level !== 'urgent') {
      vscode.window.setStatusBarMessage(vscode.l10n.t('You will be reminded when the context fills further'), 5_000);
      return;
    }
    vscode.window.setStatusBarMessage(vscode.l10n.t('You will be reminded in 15 minutes, or when 5 % more is used'), 5_000);
    this.#take({ kind: 'answered', message: { kind: 'threshold', session: session.file, level, used: session.usage.usedTokens ?? 0 }, answer: 'later' });
  }

  #look(folder: vscode.WorkspaceFolder): void {
    const now = new Set<string>();
    const prefix = folder.uri.toString();
    for (const { file, usage, idle, ended } of this.sessions.list(folder)) {
      now.add(file);
      this.#take({ kind: 'usage', folder: prefix, session: file, usage: { used: usage.usedTokens, compactAt: usage.compactAt, window: usage.window }, idle, ended });
    }
    for (const key of this.#known) if (key.startsWith(`${prefix}\0`) && !now.has(key.slice(prefix.length + 1))) {
      this.#known.delete(key);
      this.#take({ kind: 'gone', folder: prefix, session: key.slice(prefix.length + 1) });
    }
    for (const file of now) this.#known.add(`${prefix}\0${file}`);
  }

  #take(event: ReminderEvent): void {
    const settings = configuration.reminder();
    const before = this.#state;
    const { state, show } = remind(before, event, Date.now(), settings);
    this.#state = state;
    // What was told and answered must hold over a reload; how full a session is can be read again.
    if (show || event.kind === 'answered' || event.kind === 'written' || event.kind === 'newWork' || event.kind === 'remindAgain' || event.kind === 'reset') void this.memento.update(stateKey, storedReminderState(state, Date.now()));
    if (state.never !== before.never) void this.everywhere.update(neverKey, state.never || undefined);
    clearTimeout(this.#timer);
    const wake = wakeAt(state, Date.now(), settings);
    if (wake !== null) this.#timer = setTimeout(() => { this.#take({ kind: 'tick' }); }, Math.max(50, wake - Date.now()));
    if (show) void this.#show(show);
  }

  async #show(message: ReminderMessage): Promise<void> {
    const open = vscode.l10n.t('Open checklist');
    const later = vscode.l10n.t('Later');
    const session = vscode.l10n.t('Not in this session');
    // A fourth button would cut the words of all short: "never" is offered after "not in this session".
    const answers: Record<string, ReminderAnswer> = { [open]: 'open', [later]: 'later', [session]: 'notInThisSession' };
    const chosen = message.kind === 'reset' ? await vscode.window.showInformationMessage(this.#resetWords(message), open, session)
      : message.level === 'urgent' ? await vscode.window.showWarningMessage(this.#fillingWords(message), open, later, session)
        : await vscode.window.showInformationMessage(this.#fillingWords(message), open, later, session);
    const answer = answers[chosen ?? ''] ?? 'closed';
    this.#take({ kind: 'answered', message, answer });
    if (answer === 'open') await vscode.commands.executeCommand('sessionHandoff.open');
    if (answer === 'notInThisSession') await this.#offerNever(message);
  }

  async #offerNever(message: ReminderMessage): Promise<void> {
    const never = vscode.l10n.t('Never show again');
    if (await vscode.window.showInformationMessage(vscode.l10n.t('You will not be reminded in this session.'), never) === never) {
      this.#take({ kind: 'answered', message, answer: 'never' });
      const settings = vscode.l10n.t('Open settings');
      if (await vscode.window.showInformationMessage(vscode.l10n.t('You will not be reminded any more. The status bar still shows how full the context is.'), settings) === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'sessionHandoff.reminder');
    }
  }

  #fillingWords(message: Extract<ReminderMessage, { kind: 'threshold' }>): string {
    const usage = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => this.sessions.list(folder)).find(({ file }) => file === message.session)?.usage;
    const used = usage?.window ? vscode.l10n.t('{0} of {1} tokens', tokens(message.used), tokens(usage.window)) : vscode.l10n.t('{0} tokens', tokens(message.used));
    return message.level === 'urgent' ? vscode.l10n.t('The agent’s context is nearly full ({0}). Write the handoff now, before it is compacted.', used)
      : vscode.l10n.t('The agent’s context fills ({0}). A good moment to capture what was learned.', used);
  }

  #resetWords({ cleared, at, before, after }: Extract<ReminderMessage, { kind: 'reset' }>): string {
    const time = new Intl.DateTimeFormat(vscode.env.language, { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
    const size = before === null ? '' : after === null ? vscode.l10n.t(' ({0})', tokens(before)) : vscode.l10n.t(' ({0} → {1})', tokens(before), tokens(after));
    return cleared ? vscode.l10n.t('Context was cleared at {0}{1}. Capture what you still remember?', time, size)
      : vscode.l10n.t('Context was compacted at {0}{1}. Capture what you still remember?', time, size);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#own.dispose();
  }
}
