import * as vscode from 'vscode';
import { receiptsOf } from '../node/receipts.js';
import { readSnoozes, snoozeNote } from '../node/snoozes.js';
import type { NoticeView } from '../protocol.js';
import type { FolderNotes } from './folderNotes.js';
import { oneLine, plainMessage } from './foreignText.js';
import type { NoticeSource } from './noticeSource.js';
import { receiptWords } from './pickUpView.js';
import { age } from './usageWords.js';

/** "Later" is so much later, in milliseconds. */
const later = 4 * 60 * 60_000;
const noticePrefix = 'offer:';

/** What the person answered to an offer. */
export type OfferAnswer = 'continue' | 'later' | 'done';

/**
 * Offers the open note of the person who works here on the branch that is checked out: once by a notification when the folder is opened,
 * and in the panel as long as it is open. Never another person's, and none that this window wrote itself.
 */
export class NoteOffer implements NoticeSource, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #own: vscode.Disposable;
  /** Folders that were looked at: what appears later is no news of the past. */
  readonly #looked = new Set<string>();
  /** Notes that are not offered in this window: written, continued or put off here. */
  readonly #quiet = new Set<string>();
  readonly #snoozed = new Map<string, Readonly<Record<string, number>>>();
  readonly onDidChange = this.#changed.event;

  /** @param continued shows the note and ends its session */
  constructor(private readonly notes: FolderNotes, private readonly continued: (folder: vscode.WorkspaceFolder, file: string) => Promise<void>, private readonly log: vscode.LogOutputChannel) {
    this.#own = vscode.Disposable.from(this.#changed, notes.onDidChange((folder) => { void this.#look(folder); }));
  }

  async #look(folder: vscode.WorkspaceFolder): Promise<void> {
    const key = folder.uri.toString();
    const known = this.notes.known(folder);
    if (!known) return;
    this.#snoozed.set(key, await readSnoozes(known.place.base, known.place.home));
    const isFirst = !this.#looked.has(key);
    // Who works here is not known before the folder is trusted: the offer comes then.
    if (known.here.author !== undefined) this.#looked.add(key);
    this.#changed.fire(folder);
    const offered = this.#offered(folder);
    if (isFirst && offered) await this.#ask(folder, offered.note.file, offered.note.created, offered.note.branch);
  }

  #offered(folder: vscode.WorkspaceFolder): ReturnType<FolderNotes['offered']> {
    const offered = this.notes.offered(folder);
    if (!offered || this.#quiet.has(offered.note.file)) return undefined;
    return (this.#snoozed.get(folder.uri.toString())?.[offered.note.file] ?? 0) > Date.now() ? undefined : offered;
  }

  /** The offer in the panel, if there is one. */
  notices(folder: vscode.WorkspaceFolder): readonly NoticeView[] {
    const offered = this.#offered(folder);
    if (!offered) return [];
    const { file, created, branch } = offered.note;
    const receipt = receiptsOf(this.notes.known(folder)?.records.receipts ?? [], file).at(-1);
    return [{
      id: noticePrefix + file, severity: 'info', dismissable: false, text: receipt ? `${words(created, branch)}\n${receiptWords(receipt)}` : words(created, branch),
      actions: [{ id: 'continue', label: vscode.l10n.t('Continue'), primary: true }, { id: 'later', label: vscode.l10n.t('Later') }, { id: 'done', label: vscode.l10n.t('Done') }],
    }];
  }

  async act(folder: vscode.WorkspaceFolder, notice: string, action: string): Promise<string | undefined> {
    if (!notice.startsWith(noticePrefix)) return undefined;
    if (action === 'continue' || action === 'later' || action === 'done') await this.answer(folder, notice.slice(noticePrefix.length), action);
    return action === 'done' ? vscode.l10n.t('Marked done') : action === 'later' ? vscode.l10n.t('Put off for 4 hours; it is listed under Handoffs') : '';
  }

  /** This window wrote or took up the note: it needs no offer here. */
  hush(folder: vscode.WorkspaceFolder, file: string): void {
    this.#quiet.add(file);
    this.#changed.fire(folder);
  }

  /** Carries out an answer. @throws an error with words for the person */
  async answer(folder: vscode.WorkspaceFolder, file: string, answer: OfferAnswer): Promise<void> {
    const known = this.notes.known(folder);
    if (!known) return;
    switch (answer) {
      case 'continue':
        await this.continued(folder, file);
        return;
      case 'later':
        await snoozeNote(known.place.base, file, Date.now() + later, known.place.home);
        this.#snoozed.set(folder.uri.toString(), await readSnoozes(known.place.base, known.place.home));
        this.#changed.fire(folder);
        return;
      case 'done':
        await this.notes.mark(folder, file, 'done');
    }
  }

  async #ask(folder: vscode.WorkspaceFolder, file: string, created: string, branch: string): Promise<void> {
    const answers: Readonly<Record<string, OfferAnswer>> = { [vscode.l10n.t('Continue')]: 'continue', [vscode.l10n.t('Later')]: 'later', [vscode.l10n.t('Done')]: 'done' };
    const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
    const text = several ? vscode.l10n.t('{0}: {1}', oneLine(folder.name), words(created, branch)) : words(created, branch);
    const chosen = await vscode.window.showInformationMessage(plainMessage(text), ...Object.keys(answers));
    const answer = answers[chosen ?? ''];
    if (!answer) return;
    try {
      await this.answer(folder, file, answer);
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error));
      void vscode.window.showErrorMessage(plainMessage(error instanceof Error ? error.message : String(error)));
    }
  }

  dispose(): void {
    this.#own.dispose();
  }
}

/** "Handoff from 2 h ago on feature/auth" */
const words = (created: string, branch: string): string => (branch === '' ? vscode.l10n.t('Handoff from {0}', age(created)) : vscode.l10n.t('Handoff from {0} on {1}', age(created), oneLine(branch)));
