import * as vscode from 'vscode';
import type { WriteOutcome } from '../node/documentFiles.js';
import type { NoticeView, ResultView } from '../protocol.js';

/** What a Write came to; how its note is handed over, and to whom, is not for here. */
export type WriteResult = Omit<ResultView, 'handOver' | 'receipts'>;

/** What is said when the documents state everything already. */
export const nothingChanged = (): WriteResult => ({ headline: vscode.l10n.t('Everything stands in the documents already. Nothing was changed.'), files: [], canUndo: false, next: [] });

/** A Write that did not come through, as a notice with its way out. */
export const writeFailed = (text: string): NoticeView => ({ id: 'writeFailed', severity: 'error', text, actions: [{ id: 'retry', label: vscode.l10n.t('Try Again'), primary: true }], dismissable: true });

const countOf = (entries: readonly string[]): string => (entries.length === 1 ? vscode.l10n.t('1 entry') : vscode.l10n.t('{0} entries', entries.length));

/** What the panel has to know to put a Write into words. */
export interface WriteSurroundings {
  /** Files whose open editor refused the edit. */
  readonly refused: ReadonlySet<string>;
  readonly canUndo: boolean;
  readonly documentsIgnored: boolean;
  /** Of the note, relative to the workspace folder. */
  readonly notePath: string;
}

/** A Write in words: what went where, what failed, what to do next. */
export function wordsOfWrite(outcome: WriteOutcome, { refused, canUndo, documentsIgnored, notePath }: WriteSurroundings): { result: WriteResult; failure?: NoticeView } {
  const files = outcome.files.map(({ file, status, entries, error }) => {
    const isFailed = status === 'failed' || refused.has(file);
    const count = countOf(entries);
    const detail = isFailed ? vscode.l10n.t('not written: {0}', error?.message ?? vscode.l10n.t('the editor refused the edit'))
      : status === 'elsewhere' ? vscode.l10n.t('{0}, in the editor: the file has unsaved changes and was not saved', count)
        : status === 'created' ? vscode.l10n.t('{0}, new file', count) : count;
    return { id: file, label: file, detail, canOpen: !isFailed };
  });
  const failed = outcome.files.filter(({ file, status }) => status === 'failed' || refused.has(file));
  const headline = failed.length ? vscode.l10n.t('{0} of {1} files were written. Every entry is still in the checklist.', files.length - failed.length, files.length)
    : files.length === 1 ? vscode.l10n.t('1 file was written') : vscode.l10n.t('{0} files were written', files.length);
  // While a file is missing the handoff is not written: nobody should clear the session on our word.
  const next = failed.length ? [] : [
    vscode.l10n.t('You can clear or close the agent’s session: the handoff is written.'),
    documentsIgnored ? vscode.l10n.t('Git ignores these files: they stay on this machine.') : vscode.l10n.t('Commit the documents so that your team has them too.'),
    vscode.l10n.t('Let the next session read {0} first.', notePath),
  ];
  return { result: { headline, files, canUndo, next }, ...(failed.length && { failure: writeFailed(failed.map(({ file, error }) => error?.message ?? file).join(' ')) }) };
}
