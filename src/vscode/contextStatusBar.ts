import * as vscode from 'vscode';
import type { AgentSession } from '../core/agents/sessions.js';
import type { ReminderLevel } from '../core/reminder.js';
import type { AgentSessions } from './agentSessions.js';
import { configuration } from './configuration.js';
import { oneLine, plainMarkdown } from './foreignText.js';
import { age, agentName, capitalised, compactionsWords, levelOfUsage, percent, shortUsage, tokens, untilCompactionWords, windowReason } from './usageWords.js';

/** The commands that the tooltip may link to: nothing else in it can run anything. */
const linked = ['sessionHandoff.open', 'sessionHandoff.chooseSession', 'sessionHandoff.remindLater', 'sessionHandoff.openSettings'];

const backgrounds: Partial<Record<ReminderLevel, string>> = { warning: 'statusBarItem.warningBackground', urgent: 'statusBarItem.errorBackground' };
/** The age in the tooltip is renewed so often, in milliseconds. */
const renewal = 60_000;

/** What the tooltip tells of the draft: "4 entries, 9 suggestions not looked at, 2 gaps". */
export type DraftWords = (folder: vscode.WorkspaceFolder) => string;

/** One status bar item: how full the agent's context is. A click opens the checklist. */
export class ContextStatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('sessionHandoff.context', vscode.StatusBarAlignment.Right, 90);
  readonly #own: vscode.Disposable;
  readonly #renewing: NodeJS.Timeout;
  #update: NodeJS.Immediate | undefined;

  constructor(private readonly sessions: AgentSessions, private readonly folder: () => vscode.WorkspaceFolder | undefined, private readonly draft: DraftWords) {
    this.#item.name = vscode.l10n.t('Session Handoff: Context');
    this.#item.command = 'sessionHandoff.open';
    this.#renewing = setInterval(() => { this.update(); }, renewal);
    this.#own = vscode.Disposable.from(this.#item, sessions.onDidChange(() => { this.update(); }),
      vscode.window.onDidChangeActiveTextEditor(() => { this.update(); }),
      vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(configuration.section)) this.update(); }));
  }

  /** Draws anew, once for all that changed in this turn. */
  update(): void {
    this.#update ??= setImmediate(() => {
      this.#update = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    const folder = this.folder();
    const session = folder && this.sessions.shown(folder);
    const when = configuration.statusBar();
    if (!folder || when === 'never' || (!session && when === 'auto')) {
      this.#item.hide();
      return;
    }
    if (session) this.#show(folder, session);
    else {
      this.#item.text = '$(checklist)';
      this.#item.backgroundColor = undefined;
      this.#item.tooltip = vscode.l10n.t('Session Handoff: no agent session was found for this folder');
      this.#item.accessibilityInformation = { label: vscode.l10n.t('Session Handoff: no agent session') };
    }
    this.#item.show();
  }

  #show(folder: vscode.WorkspaceFolder, session: AgentSession): void {
    const { usage, idle, ended } = session;
    const level = idle || ended ? 'normal' : levelOfUsage(usage, configuration.reminder());
    const icon = level === 'urgent' ? '$(error)' : level === 'warning' ? '$(warning)' : level === 'quiet' ? '$(circle-filled)' : '$(checklist)';
    this.#item.text = `${icon} ${shortUsage(usage)}${idle ? vscode.l10n.t(' idle') : ''}`;
    const background = backgrounds[level];
    this.#item.backgroundColor = background ? new vscode.ThemeColor(background) : undefined;
    this.#item.tooltip = this.#tooltip(folder, session);
    const used = usage.percent !== null ? vscode.l10n.t('{0} of the agent’s context used', percent(usage.percent))
      : usage.usedTokens !== null ? vscode.l10n.t('{0} tokens in the agent’s context', tokens(usage.usedTokens)) : vscode.l10n.t('the agent’s context use is unknown');
    this.#item.accessibilityInformation = { label: vscode.l10n.t('Session Handoff: {0}. Opens the checklist.', used), role: 'button' };
  }

  #tooltip(folder: vscode.WorkspaceFolder, session: AgentSession): vscode.MarkdownString {
    const { usage, title, idle, ended, compactions } = session;
    // No theme icons and no HTML: a session's title is a stranger's.
    const tooltip = new vscode.MarkdownString();
    tooltip.isTrusted = { enabledCommands: linked };
    const amount = usage.usedTokens === null ? '' : usage.window === null ? vscode.l10n.t('{0} tokens', tokens(usage.usedTokens)) : vscode.l10n.t('{0} of {1} tokens', tokens(usage.usedTokens), tokens(usage.window));
    const headline = usage.percent !== null ? vscode.l10n.t('**{0} of the agent’s context used** ({1})', percent(usage.percent), amount)
      : usage.usedTokens !== null ? vscode.l10n.t('**{0} in the agent’s context**', amount) : vscode.l10n.t('**Context use unknown until the agent’s next reply**');
    const state = ended ? vscode.l10n.t('cleared') : idle ? vscode.l10n.t('idle, last active {0}', age(usage.lastActivity)) : vscode.l10n.t('active {0}', age(usage.lastActivity));
    const name = title === null ? '' : oneLine(title);
    const link = (text: string, command: string): string => `[${text}](command:${command})`;
    const groups = [
      [headline, ended ? undefined : untilCompactionWords(usage), compactionsWords(compactions)],
      [usage.model === null ? undefined : vscode.l10n.t('Model: {0}', plainMarkdown(usage.model)), plainMarkdown(windowReason(session), Infinity)],
      [vscode.l10n.t('{0} session: {1}', agentName(usage.agent), plainMarkdown(name || (usage.sessionId?.slice(0, 8) ?? vscode.l10n.t('untitled')))), capitalised(state)],
      [vscode.l10n.t('Draft: {0}', this.draft(folder))],
      [[
        link(vscode.l10n.t('Open checklist'), 'sessionHandoff.open'), link(vscode.l10n.t('Choose session'), 'sessionHandoff.chooseSession'),
        link(vscode.l10n.t('Remind me later'), 'sessionHandoff.remindLater'), link(vscode.l10n.t('Settings'), 'sessionHandoff.openSettings'),
      ].join(' · ')],
    ];
    tooltip.appendMarkdown(groups.map((lines) => lines.filter(Boolean).join('  \n')).filter(Boolean).join('\n\n'));
    return tooltip;
  }

  dispose(): void {
    clearInterval(this.#renewing);
    if (this.#update) clearImmediate(this.#update);
    this.#own.dispose();
  }
}
