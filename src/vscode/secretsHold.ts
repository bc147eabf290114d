import * as vscode from 'vscode';
import type { Entry } from '../core/session.js';
import type { SecretFinding, SecretScanner } from '../node/secrets.js';
import { configuration } from './configuration.js';
import type { HandoffFolder } from './handoffFolder.js';

/** One text of the draft that would be written, and how to put another in its place. */
interface Written {
  readonly text: string;
  readonly entry?: Entry;
  readonly where: string;
  replace(text: string): void;
}

/**
 * Looks for secrets in everything that would be written (texts, details, the lines in link titles, the focus area) and
 * holds Write when one is found: the person masks it, looks at the place, or says that it is none.
 */
export class SecretsHold {
  /** Findings that the person called harmless, for this window only. */
  readonly #harmless = new Set<string>();

  constructor(private readonly scanner: SecretScanner) {}

  /**
   * Asks the person about each Write with findings.
   * @returns the entry to show, `''` for another place, when Write is held; undefined when it may go on
   */
  async ask(folder: HandoffFolder): Promise<string | undefined> {
    if (!configuration.scansSecrets()) return undefined;
    const written = this.#texts(folder);
    const found = (await this.scanner.scan(written.map(({ text }) => text)))
      .flatMap((findings, index) => {
        const one = written[index];
        const serious = findings.filter((finding) => one && !this.#harmless.has(one.text.slice(finding.start, finding.end)));
        return one && serious.length ? [{ one, findings: serious }] : [];
      });
    const [first] = found;
    if (!first) return undefined;
    const mask = vscode.l10n.t('Mask and Write');
    const show = vscode.l10n.t('Show the Place');
    const harmless = vscode.l10n.t('It Is No Secret');
    const count = found.reduce((sum, { findings }) => sum + findings.length, 0);
    const detail = found.flatMap(({ one, findings }) => findings.map((finding) => vscode.l10n.t('{0}: {1}', one.where, finding.label))).slice(0, 8).join('\n');
    const answer = await vscode.window.showWarningMessage(
      count === 1 ? vscode.l10n.t('What would be written holds something that looks like a secret.') : vscode.l10n.t('What would be written holds {0} places that look like secrets.', count),
      { modal: true, detail }, mask, show, harmless);
    if (answer === mask) {
      for (const { one, findings } of found) one.replace(masked(one.text, findings));
      // Masking one text can uncover nothing new, but an entry has several texts: look at all of them once more.
      return this.ask(folder);
    }
    if (answer === harmless) {
      for (const { one, findings } of found) for (const { start, end } of findings) this.#harmless.add(one.text.slice(start, end));
      return undefined;
    }
    return first.one.entry?.id ?? '';
  }

  #texts(folder: HandoffFolder): Written[] {
    const change = (id: string, edit: (entry: Entry) => Entry): void => {
      const now = folder.draft.entries.find((entry) => entry.id === id);
      if (now) folder.apply({ kind: 'entry', entry: edit(now) });
    };
    const name = (entry: Entry): string => entry.text.split('\n')[0]?.slice(0, 30) ?? '';
    return [
      { text: folder.draft.focus, where: vscode.l10n.t('Focus area'), replace: (focus) => { folder.apply({ kind: 'focus', focus }); } },
      ...folder.draft.entries.flatMap((entry): Written[] => [
        { text: entry.text, entry, where: vscode.l10n.t('Entry “{0}…”', name(entry)), replace: (text) => { change(entry.id, (now) => ({ ...now, text })); } },
        ...(entry.detail === undefined ? [] : [{ text: entry.detail, entry, where: vscode.l10n.t('Detail of “{0}…”', name(entry)), replace: (detail: string) => { change(entry.id, (now) => ({ ...now, detail })); } }]),
        ...entry.links.flatMap((link, index) => (link.text === undefined ? [] : [{
          text: link.text, entry, where: vscode.l10n.t('The line at {0}', `${link.path}:${link.line}`),
          replace: (text: string) => { change(entry.id, (now) => ({ ...now, links: now.links.map((one, at) => (at === index ? { ...one, text } : one)) })); },
        }])),
      ]),
    ];
  }
}

/** The text with every finding replaced by asterisks. */
function masked(text: string, findings: readonly SecretFinding[]): string {
  return [...findings].sort((a, b) => b.start - a.start).reduce((now, { start, end }) => `${now.slice(0, start)}***${now.slice(end)}`, text);
}
