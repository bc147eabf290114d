import * as vscode from 'vscode';
import { withoutControls } from '../core/links/untrustedText.js';
import type { CheckedLink } from '../node/linkChecks.js';

/** Untrusted text of one line, for a place that shows text only. */
const short = (text: string, length = 80): string => {
  const clean = withoutControls(text);
  return clean.length > length ? `${clean.slice(0, length)}…` : clean;
};

/** Where a link leads to another place than its number says. */
export const isElsewhere = ({ link, file, line }: CheckedLink): boolean => file !== undefined && (file !== link.path || line !== link.line);

/** "src/a.ts:12", as the link states it. */
export const statedPlace = ({ link }: CheckedLink): string => short(`${link.path}:${link.line}`);

/** "line 260", or "src/b.ts:12" in another file. */
export function foundPlace({ link, file, line }: CheckedLink): string {
  return file === link.path || file === undefined ? vscode.l10n.t('line {0}', line ?? 0) : short(`${file}:${line ?? 0}`);
}

/** What is written behind the link in the editor; undefined where there is nothing to say. */
export function inlineWords(link: CheckedLink): string | undefined {
  switch (link.status) {
    case 'moved': return vscode.l10n.t('now {0}', foundPlace(link));
    case 'edited': return isElsewhere(link) ? vscode.l10n.t('edited, now {0}', foundPlace(link)) : undefined;
    case 'ambiguous': return vscode.l10n.t('no longer unique');
    default: return undefined;
  }
}

/** One sentence on what became of the line. */
export function stateSentence(link: CheckedLink): string {
  switch (link.status) {
    case 'exact': return link.link.kind === 'titled' ? vscode.l10n.t('The line stands where it was written.') : vscode.l10n.t('The file has this line. Whether it is the one that was meant is not known: the link does not hold its text.');
    case 'moved': return vscode.l10n.t('The line has moved: now {0}.', foundPlace(link));
    case 'edited': return isElsewhere(link) ? vscode.l10n.t('The line was edited, and is now {0}.', foundPlace(link)) : vscode.l10n.t('The line was edited since.');
    case 'ambiguous': return vscode.l10n.t('The line is no longer unique: it could be one of several.');
    case 'lost':
      if (link.removedBy) return vscode.l10n.t('The line is gone: commit {0} removed it.', link.removedBy.slice(0, 7));
      return link.how === 'no such file' ? vscode.l10n.t('The file is gone.') : link.how === 'the file is shorter' ? vscode.l10n.t('The file has fewer lines.') : vscode.l10n.t('The line is gone.');
  }
}

/** The names of the states, as groups. */
export const stateName = (status: CheckedLink['status']): string => {
  switch (status) {
    case 'exact': return vscode.l10n.t('Open the right line');
    case 'moved': return vscode.l10n.t('Moved');
    case 'edited': return vscode.l10n.t('Edited');
    case 'ambiguous': return vscode.l10n.t('Not unique');
    case 'lost': return vscode.l10n.t('Lost');
  }
};
