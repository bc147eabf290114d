import * as vscode from 'vscode';
import { maskDraft, secretsOfDraft, textsOfDraft, type DraftSecret } from '../core/draftSecrets.js';
import type { Draft } from '../core/session.js';
import type { SecretScanner } from '../node/secrets.js';
import { configuration } from './configuration.js';
import type { HandoffFolder } from './handoffFolder.js';

/** So many places are named; the others are counted. */
const namedPlaces = 8;

/**
 * Looks for secrets in everything that would be written (texts, details, links with their titles, the focus area) and
 * holds Write when one is found: the person masks it, looks at the place, or says that it is none.
 */
export class SecretsHold {
  /** Texts that the person called harmless, for this window only. */
  readonly #harmless = new Set<string>();

  constructor(private readonly scanner: SecretScanner) {}

  /**
   * Asks the person if there are findings.
   * @returns the entry to show (`''` for the focus area) when Write is held; undefined when it may go on
   * @throws when the texts could not be scanned: nothing may be written then
   */
  async ask(folder: HandoffFolder): Promise<string | undefined> {
    if (!configuration.scansSecrets()) return undefined;
    const { draft } = folder;
    const texts = textsOfDraft(draft);
    const findings = (await this.scanner.scan(texts.map(({ text }) => text)))
      .map((found, index) => found.filter(({ start, end }) => !this.#harmless.has(texts[index]?.text.slice(start, end) ?? '')));
    const secrets = secretsOfDraft(texts, findings);
    const [first] = secrets;
    if (!first) return undefined;
    const mask = vscode.l10n.t('Mask and Write');
    const show = vscode.l10n.t('Show the Place');
    const harmless = vscode.l10n.t('It Is No Secret');
    const places = secrets.slice(0, namedPlaces).map((secret) => placeWords(secret, draft));
    if (secrets.length > places.length) places.push(vscode.l10n.t('and {0} more', secrets.length - places.length));
    const answer = await vscode.window.showWarningMessage(
      secrets.length === 1 ? vscode.l10n.t('What would be written holds something that looks like a secret.') : vscode.l10n.t('What would be written holds {0} things that look like secrets.', secrets.length),
      { modal: true, detail: places.join('\n') }, mask, show, harmless);
    if (answer === mask) {
      folder.apply(...maskDraft(draft, texts, findings));
      // The draft may have changed while the question stood: look once more before anything is written.
      return this.ask(folder);
    }
    if (answer === harmless) {
      for (const [index, found] of findings.entries()) for (const { start, end } of found) this.#harmless.add(texts[index]?.text.slice(start, end) ?? '');
      return this.ask(folder);
    }
    return first.entry ?? '';
  }
}

/** Where a secret stands, with the text around it, the secret itself masked. */
function placeWords({ entry, field, masked, finding }: DraftSecret, draft: Draft): string {
  const shown = masked.replace(/\s+/g, ' ').slice(0, 80);
  const name = draft.entries.find(({ id }) => id === entry)?.text.split('\n')[0]?.slice(0, 30) ?? '';
  switch (field) {
    case 'focus': return vscode.l10n.t('Focus area ({0}): {1}', finding.rule, shown);
    case 'text': return vscode.l10n.t('Entry ({0}): {1}', finding.rule, shown);
    case 'detail': return vscode.l10n.t('Detail of “{0}…” ({1}): {2}', name, finding.rule, shown);
    case 'link': return vscode.l10n.t('Linked line of “{0}…” ({1}): {2}', name, finding.rule, shown);
  }
}
