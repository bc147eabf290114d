import * as vscode from 'vscode';
import type { AgentSession } from '../core/agents/sessions.js';
import type { AgentId, Compaction, ContextUsage } from '../core/agents/usage.js';
import { levelOf, type ReminderLevel, type ReminderSettings } from '../core/reminder.js';
import type { UsageView } from '../protocol.js';

/** "950", "62k", "1.2M": tokens as people say them. */
export function tokens(count: number): string {
  if (count < 1_000) return String(Math.round(count));
  if (count < 999_500) return `${Math.round(count / 1_000)}k`;
  return `${(count / 1_000_000).toFixed(count % 1_000_000 < 50_000 ? 0 : 1)}M`;
}

/** A share is rounded down: 99.6 % is not full. */
export const percent = (value: number): string => vscode.l10n.t('{0} %', Math.floor(value));

export const agentName = (agent: AgentId): string => (agent === 'claude' ? 'Claude Code' : 'Codex');

/** The name of an agent as a receipt or a note has it, which is anybody's text. */
export const namedAgent = (agent: string): string => (agent === 'claude' || agent === 'codex' ? agentName(agent) : vscode.l10n.t('an agent'));

/** "now", "5 min ago", "3 h ago" */
export function age(iso: string | null, now = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(iso ?? '')) / 60_000);
  if (!Number.isFinite(minutes)) return vscode.l10n.t('at an unknown time');
  if (minutes < 1) return vscode.l10n.t('now');
  if (minutes < 60) return vscode.l10n.t('{0} min ago', minutes);
  if (minutes < 48 * 60) return vscode.l10n.t('{0} h ago', Math.floor(minutes / 60));
  return vscode.l10n.t('{0} days ago', Math.floor(minutes / 1_440));
}

export const levelOfUsage = ({ usedTokens: used, compactAt, window }: ContextUsage, settings: ReminderSettings): ReminderLevel => levelOf({ used, compactAt, window }, settings);

/** The status bar's text: "62 %", "124k" where the window is not known, a dash where nothing is. */
export function shortUsage({ percent: share, usedTokens }: ContextUsage): string {
  if (share !== null) return percent(share);
  return usedTokens === null ? '–' : tokens(usedTokens);
}

/** "until it compacts by itself", as an estimate; undefined where that is not known. */
export function untilCompaction({ compactAt, usedTokens }: ContextUsage): string | undefined {
  if (compactAt === null || usedTokens === null) return undefined;
  const left = compactAt - usedTokens;
  return left > 0 ? vscode.l10n.t('compacts in about {0} tokens', tokens(left)) : vscode.l10n.t('compacts any moment');
}

/** The same as a sentence that says what it is: an estimate. */
export function untilCompactionWords(usage: ContextUsage): string | undefined {
  const until = untilCompaction(usage);
  return until && vscode.l10n.t('{0} (an estimate)', capitalised(until));
}

/** "Compacted twice, last 5 min ago (187k → 31k)"; undefined where it never was, or nobody counted yet. */
export function compactionsWords(compactions: readonly Compaction[] | null): string | undefined {
  const last = compactions?.at(-1);
  if (!compactions || !last) return undefined;
  const size = last.before === undefined ? '' : last.after === undefined ? vscode.l10n.t(' (from {0})', tokens(last.before)) : vscode.l10n.t(' ({0} → {1})', tokens(last.before), tokens(last.after));
  return compactions.length === 1 ? vscode.l10n.t('Compacted once, {0}{1}', age(last.at ?? null), size) : vscode.l10n.t('Compacted {0} times, last {1}{2}', compactions.length, age(last.at ?? null), size);
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** How sure the window is, in a sentence. */
export function windowReason({ usage, windowCondition }: AgentSession): string {
  switch (usage.windowSource) {
    case 'setting': return vscode.l10n.t('Window: from the settings.');
    case 'transcript': return vscode.l10n.t('Window: stated by the session.');
    case 'observed': return vscode.l10n.t('Window: at least this large, since more than 200k was used.');
    case 'model': return vscode.l10n.t('Window: known for this model.');
    case null:
      return windowCondition ? vscode.l10n.t('The window of this model depends on your plan ({0}), and the session does not state it, so no percentage is shown. Set it in the setting “sessionHandoff.context.windows”.', windowCondition)
        : vscode.l10n.t('The window of this model is not known, so no percentage is shown. Set it in the setting “sessionHandoff.context.windows”.');
  }
}

/** The meter on top of the checklist. */
export function usageView(session: AgentSession, settings: ReminderSettings): UsageView {
  const { usage, idle, ended } = session;
  const { usedTokens, window } = usage;
  const remaining = untilCompaction(usage);
  const state = ended ? vscode.l10n.t('cleared') : idle ? vscode.l10n.t('idle, {0}', age(usage.lastActivity)) : age(usage.lastActivity);
  return {
    headline: usage.percent !== null ? vscode.l10n.t('{0} of context used', percent(usage.percent)) : usedTokens !== null ? vscode.l10n.t('{0} tokens used', tokens(usedTokens)) : vscode.l10n.t('Context use unknown until the next reply'),
    ...(usedTokens !== null && window !== null ? { amount: vscode.l10n.t('{0} of {1}', tokens(usedTokens), tokens(window)) } : {}),
    ...(usage.percent !== null ? { percent: Math.min(100, usage.percent) } : {}),
    level: levelOfUsage(usage, settings),
    ...(remaining && !idle && !ended ? { remaining } : {}),
    agent: vscode.l10n.t('{0} · {1}', agentName(usage.agent), state),
  };
}
