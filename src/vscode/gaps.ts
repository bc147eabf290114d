import * as vscode from 'vscode';
import type { Suggestion } from '../core/session.js';
import { filledItems, findNudges, type Nudge } from '../core/suggestions/nudges.js';
import type { HandoffFolder } from './handoffFolder.js';
import type { SuggestionProvider } from './suggestionProviders.js';

/**
 * What the checklist does not say though changes ask for it. While a source is still looking nothing new is said: an item
 * that is about to have suggestions is not empty.
 */
export class Gaps {
  readonly #found = new WeakMap<HandoffFolder, readonly Nudge[]>();

  constructor(private readonly providers: readonly SuggestionProvider[]) {}

  /** @param suggestions those that are shown */
  of(folder: HandoffFolder, suggestions: readonly Suggestion[]): readonly Nudge[] {
    const { draft, git } = folder;
    const filled = filledItems(draft, suggestions);
    if (this.providers.some((provider) => provider.looking?.(folder.workspaceFolder))) {
      return (this.#found.get(folder) ?? []).filter(({ id, item }) => !filled.has(item) && !draft.dismissed.includes(id));
    }
    const nudges = git?.kind === 'state' ? findNudges(git.state, filled, draft.dismissed) : [];
    this.#found.set(folder, nudges);
    return nudges;
  }
}

/** A gap in one line, in the person's language. */
export function nudgeWords({ matter, count }: Nudge): string {
  const number = count.toLocaleString(vscode.env.language);
  switch (matter) {
    case 'endpoints': return count === 1 ? vscode.l10n.t('1 controller changed, API endpoints is empty') : vscode.l10n.t('{0} controllers changed, API endpoints is empty', number);
    case 'schema': return count === 1 ? vscode.l10n.t('A migration was added or changed, Database schema is empty') : vscode.l10n.t('{0} migrations were added or changed, Database schema is empty', number);
    case 'entities': return count === 1 ? vscode.l10n.t('1 model changed, Entities is empty') : vscode.l10n.t('{0} models changed, Entities is empty', number);
    case 'nextStep': return count === 1 ? vscode.l10n.t('1 file uncommitted, no next step') : vscode.l10n.t('{0} files uncommitted, no next step', number);
  }
}

/** "2 gaps"; empty when there is none. */
export const gapsWords = (count: number): string => (count === 0 ? '' : count === 1 ? vscode.l10n.t('1 gap') : vscode.l10n.t('{0} gaps', count.toLocaleString(vscode.env.language)));
