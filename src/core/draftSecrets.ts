import { type SecretFinding, maskSecrets } from './secretRules.js';
import type { Draft, DraftChange, Entry } from './session.js';

/** A text of the draft that would be written, and where it stands. */
export interface DraftText {
  /** Absent: the focus. */
  readonly entry?: string;
  readonly field: 'text' | 'detail' | 'link' | 'focus';
  /** Which link of the entry, from 0. */
  readonly link?: number;
  readonly text: string;
}

/** A secret in the draft. */
export interface DraftSecret extends Omit<DraftText, 'text'> {
  readonly finding: SecretFinding;
  /** The text with this and its other secrets masked: to be shown, since the secret itself should be shown nowhere. */
  readonly masked: string;
}

/** Every text of the draft that a Write puts into a file; of a link that is its path and its title. */
export function textsOfDraft(draft: Pick<Draft, 'entries' | 'focus'>): DraftText[] {
  const texts: DraftText[] = draft.focus === '' ? [] : [{ field: 'focus', text: draft.focus }];
  for (const { id, text, detail, links } of draft.entries) {
    texts.push({ entry: id, field: 'text', text });
    if (detail !== undefined) texts.push({ entry: id, field: 'detail', text: detail });
    for (const [link, { path, text: title }] of links.entries()) {
      texts.push({ entry: id, field: 'link', link, text: path });
      if (title !== undefined) texts.push({ entry: id, field: 'link', link, text: title });
    }
  }
  return texts;
}

/** What was found in each text, as secrets of the draft. */
export const secretsOfDraft = (texts: readonly DraftText[], findings: readonly (readonly SecretFinding[])[]): DraftSecret[] =>
  texts.flatMap(({ text, ...place }, index) => (findings[index] ?? []).map((finding) => ({ ...place, finding, masked: maskSecrets(text, findings[index] ?? []) })));

/**
 * The changes that mask secrets in a draft: words are masked where they stand, a link loses the title that holds one (masked it
 * would no longer say which line it means), and all of the link if the path does.
 */
export function maskDraft(draft: Pick<Draft, 'entries' | 'focus'>, texts: readonly DraftText[], findings: readonly (readonly SecretFinding[])[]): DraftChange[] {
  const changes: DraftChange[] = [];
  const masked = texts.flatMap((place, index) => ((findings[index]?.length ?? 0) > 0 ? [{ ...place, after: maskSecrets(place.text, findings[index] ?? []) }] : []));
  for (const entry of draft.entries) {
    const own = masked.filter((one) => one.entry === entry.id);
    if (own.length === 0) continue;
    let after: Entry = entry;
    for (const { field, after: text } of own) {
      if (field === 'text') after = { ...after, text };
      else if (field === 'detail') after = { ...after, detail: text };
    }
    const links = entry.links.flatMap((link, index) => {
      const found = own.filter((one) => one.field === 'link' && one.link === index);
      if (found.length === 0) return [link];
      return found.some(({ text }) => text === link.path) ? [] : [{ path: link.path, line: link.line }];
    });
    changes.push({ kind: 'entry', entry: { ...after, links } });
  }
  const focus = masked.find(({ field }) => field === 'focus');
  if (focus) changes.push({ kind: 'focus', focus: focus.after });
  return changes;
}
