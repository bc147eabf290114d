import * as vscode from 'vscode';
import { destinationOf } from '../core/checklist.js';
import type { ConflictChoice, WriteConflict } from '../core/documents/writePlan.js';
import type { Draft } from '../core/session.js';
import { readDocuments, undoableWrites, undoWrite, writeDocuments, type WriteOutcome } from '../node/documentFiles.js';
import type { SecretScanner } from '../node/secrets.js';
import type { NoticeView, PanelState } from '../protocol.js';
import { applyToBuffer, changesAfterUndo, restoreBuffer, type BufferEdit } from './bufferEdits.js';
import { configuration } from './configuration.js';
import type { DocumentPreview } from './documentPreview.js';
import type { FolderDocuments } from './documentsPlace.js';
import { plainMessage } from './foreignText.js';
import { localDate, type HandoffFolder } from './handoffFolder.js';
import { MergeAttributesOffer } from './mergeAttributesOffer.js';
import { openPlace } from './places.js';
import { SecretsHold } from './secretsHold.js';
import { documentUri, type WritePlanner } from './writePlanner.js';
import { WritePreview } from './writePreview.js';
import { nothingChanged, wordsOfWrite, writeFailed, type WriteResult } from './writeResult.js';
import { WrittenEntries, type WrittenState } from './writtenEntries.js';

/** Shorter work shows no progress. In milliseconds. */
const progressAfter = 300;

/** What the panel shows of writing. */
export interface WriteStatus extends WrittenState {
  readonly busy: PanelState['busy'];
  readonly result: WriteResult | undefined;
  readonly notices: readonly NoticeView[];
}

/** What came of asking for a Write. */
export interface WriteAnswer {
  readonly wrote: boolean;
  /** For the live region; empty when the person cancelled. */
  readonly text: string;
  /** The entry that holds Write. */
  readonly held?: string;
}

interface Folder {
  busy?: { text: string; abort: AbortController };
  shownBusy: boolean;
  result?: WriteResult;
  /** What each line of the result opens. */
  places: Map<string, { uri: vscode.Uri; line: number }>;
  undo?: string;
  buffers: BufferEdit[];
  notices: NoticeView[];
}

/** A plan that cannot be carried out before the person has decided something. */
class Undecided extends Error {
  constructor(readonly conflicts: readonly WriteConflict[]) {
    super('the person is asked');
  }
}

/** Preview, Write and Undo Write of a folder's draft: asks what has to be asked, and says what became of it. */
export class WriteFlow implements vscode.Disposable {
  readonly #folders = new WeakMap<HandoffFolder, Folder>();
  readonly #changed = new vscode.EventEmitter<HandoffFolder>();
  readonly #own: vscode.Disposable[] = [this.#changed];
  readonly #secrets: SecretsHold;
  readonly #attributes: MergeAttributesOffer;
  readonly #preview: WritePreview;
  readonly #writtenEntries: WrittenEntries;
  readonly #wrote = new vscode.EventEmitter<HandoffFolder>();
  readonly onDidChange = this.#changed.event;
  /** A Write put the draft into the documents. */
  readonly onDidWrite = this.#wrote.event;

  constructor(
    state: vscode.Memento,
    private readonly planner: WritePlanner,
    scanner: SecretScanner,
    previews: DocumentPreview,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#secrets = new SecretsHold(scanner);
    this.#attributes = new MergeAttributesOffer(state);
    const failed = (error: unknown): void => { this.#failure(error); };
    this.#preview = new WritePreview(planner, previews, failed);
    this.#writtenEntries = new WrittenEntries(planner, failed);
    this.#own.push(this.#preview, this.#writtenEntries, this.#writtenEntries.onDidChange((folder) => { this.#changed.fire(folder); }));
  }

  #of(folder: HandoffFolder): Folder {
    let own = this.#folders.get(folder);
    if (!own) {
      own = { shownBusy: false, places: new Map(), buffers: [], notices: [] };
      this.#folders.set(folder, own);
    }
    return own;
  }

  status(folder: HandoffFolder): WriteStatus {
    const { busy, shownBusy, result, notices } = this.#of(folder);
    const { gone, edited } = this.#writtenEntries.state(folder);
    return { busy: busy && shownBusy ? { text: busy.text, cancellable: true } : undefined, result, notices, gone, edited };
  }

  /** The documents' texts when they were last looked at. */
  documents(folder: HandoffFolder): readonly string[] {
    return this.#writtenEntries.documents(folder);
  }

  #notice(folder: HandoffFolder, notice: NoticeView): void {
    const own = this.#of(folder);
    own.notices = [...own.notices.filter(({ id }) => id !== notice.id), notice];
    this.#changed.fire(folder);
  }

  dismissNotice(folder: HandoffFolder, id: string): void {
    const own = this.#of(folder);
    own.notices = own.notices.filter((notice) => notice.id !== id);
    this.#changed.fire(folder);
  }

  cancel(folder: HandoffFolder): void {
    this.#of(folder).busy?.abort.abort();
  }

  closeResult(folder: HandoffFolder): void {
    delete this.#of(folder).result;
    this.#changed.fire(folder);
  }

  /** Runs one piece of work for a folder, with its progress in the panel; a second one at the same time is refused. */
  async #working<T>(folder: HandoffFolder, text: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const own = this.#of(folder);
    if (own.busy) return undefined;
    const abort = new AbortController();
    own.busy = { text, abort };
    const showing = setTimeout(() => { own.shownBusy = true; this.#changed.fire(folder); }, progressAfter);
    try {
      return await work(abort.signal);
    } finally {
      clearTimeout(showing);
      delete own.busy;
      own.shownBusy = false;
      this.#changed.fire(folder);
    }
  }

  /** The error in words for the person, and in the log. */
  #failure(error: unknown): string {
    this.log.error(error instanceof Error ? error : String(error));
    return error instanceof Error ? error.message : String(error);
  }

  /** Shows each document as it would be, in VS Code's diff editor; it follows what changes meanwhile. */
  async preview(folder: HandoffFolder): Promise<void> {
    try {
      const place = await this.planner.place(folder, false);
      if (!place) return;
      const planned = await this.#working(folder, vscode.l10n.t('Computing the preview…'), (signal) => this.planner.plan(folder, place, signal));
      if (!planned) return;
      const refused = Object.values(planned.texts.refused).map(({ message }) => message);
      if (refused.length) void vscode.window.showWarningMessage(plainMessage(refused.join('\n')));
      if (planned.plan.changes.length === 0) {
        void vscode.window.showInformationMessage(folder.draft.entries.length ? vscode.l10n.t('Everything stands in the documents already.') : vscode.l10n.t('There is nothing to write yet. Add an entry first.'));
        return;
      }
      await this.#preview.show(folder, place, planned.plan);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) void vscode.window.showErrorMessage(plainMessage(this.#failure(error)));
    }
  }

  /** Writes the draft. Whatever fails, every entry stays in the draft. */
  async write(folder: HandoffFolder): Promise<WriteAnswer> {
    try {
      if (folder.draft.entries.length === 0) return { wrote: false, text: vscode.l10n.t('There is nothing to write yet. Add an entry first.') };
      const place = await this.planner.place(folder, true);
      if (!place) return { wrote: false, text: '' };
      const held = await this.#secrets.ask(folder);
      if (held) return { wrote: false, text: '', held };
      const choices: Record<string, ConflictChoice> = {};
      for (;;) {
        try {
          const answer = await this.#working(folder, vscode.l10n.t('Writing…'), (signal) => this.#carryOut(folder, place, choices, signal));
          return answer ?? { wrote: false, text: vscode.l10n.t('A Write is under way already.') };
        } catch (error) {
          if (!(error instanceof Undecided)) throw error;
          if (!(await this.#askConflicts(folder, error.conflicts, choices))) return { wrote: false, text: '' };
        }
      }
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') return { wrote: false, text: vscode.l10n.t('Cancelled. Every entry is still in the checklist.') };
      const text = vscode.l10n.t('Nothing was written: {0} Every entry is still in the checklist.', this.#failure(error));
      this.#notice(folder, writeFailed(text));
      return { wrote: false, text };
    }
  }

  async #askConflicts(folder: HandoffFolder, conflicts: readonly WriteConflict[], choices: Record<string, ConflictChoice>): Promise<boolean> {
    for (const { entry, file, occurrences } of conflicts) {
      const text = folder.draft.entries.find(({ id }) => id === entry)?.text.split('\n')[0] ?? entry;
      const add = vscode.l10n.t('Add It Again');
      const leave = vscode.l10n.t('Leave the Document');
      const why = occurrences === 0 ? vscode.l10n.t('What was written before is no longer in {0}: somebody changed or removed it.', file)
        : vscode.l10n.t('What was written before stands in {0} more than once.', file);
      const answer = await vscode.window.showWarningMessage(vscode.l10n.t('“{0}” was changed after it was written.', text), { modal: true, detail: why }, add, leave);
      if (!answer) return false;
      choices[`${entry} ${file}`] = answer === add ? 'append' : 'skip';
    }
    return true;
  }

  async #carryOut(folder: HandoffFolder, place: FolderDocuments, choices: Record<string, ConflictChoice>, signal: AbortSignal): Promise<WriteAnswer> {
    const own = this.#of(folder);
    folder.commitFollowed();
    const note = this.planner.note(folder, folder.session).file;
    // Frozen before the first byte is written: a Write that is killed and repeated joins what it began.
    const { session } = folder.draft;
    if (session.date === undefined || session.note === undefined) folder.record({ kind: 'session', session: { ...session, date: session.date ?? localDate(new Date()), note } });
    await folder.store.flush();
    const { draft } = folder;
    const dirty = this.planner.dirty(place, [...new Set(draft.entries.map((entry) => destinationOf(entry, configuration.mapping(folder.workspaceFolder))).filter((name) => name !== 'handoffNote')), note]);
    const outcome = await writeDocuments(place, {
      notes: [note], signal, writtenBefore: draft.written, dirty: Object.fromEntries([...dirty].map(([file, document]) => [file, document.getText()])),
      plan: async ({ texts, refused }) => {
        const plan = await this.planner.planWith(folder, place, draft, texts, choices, signal);
        if (plan.conflicts.length) throw new Undecided(plan.conflicts);
        // A document that cannot be read must not be made anew over it.
        const unreadable = plan.changes.map(({ file }) => refused[file]).find((error) => error !== undefined);
        if (unreadable) throw unreadable;
        return plan;
      },
    });
    const lost = await this.#applyToEditors(own, outcome, dirty, draft);
    folder.record({ kind: 'written', written: outcome.written.filter(({ file }) => !lost.has(file)) });
    if (outcome.undo) own.undo = outcome.undo;
    else delete own.undo;
    return this.#conclude(folder, place, outcome, lost);
  }

  /** Documents with unsaved changes get the edit in their buffer and are not saved. Gives the files where that did not go. */
  async #applyToEditors(own: Folder, outcome: WriteOutcome, dirty: ReadonlyMap<string, vscode.TextDocument>, draft: Draft): Promise<Set<string>> {
    const lost = new Set<string>();
    own.buffers = [];
    for (const { file, status } of outcome.files) {
      const change = outcome.changes.find((one) => one.file === file);
      const document = dirty.get(file);
      if (status !== 'elsewhere' || !change || !document) continue;
      if (!(await applyToBuffer(document, change))) {
        lost.add(file);
        continue;
      }
      own.buffers.push({ file, uri: document.uri, before: change.before ?? '', after: document.getText(), entries: change.entries, writtenBefore: draft.written.filter((one) => one.file === file) });
    }
    return lost;
  }

  async #conclude(folder: HandoffFolder, place: FolderDocuments, outcome: WriteOutcome, lost: ReadonlySet<string>): Promise<WriteAnswer> {
    const own = this.#of(folder);
    own.places.clear();
    own.notices = own.notices.filter(({ id }) => id !== 'writeFailed');
    if (outcome.files.length === 0) {
      own.result = nothingChanged();
      this.#changed.fire(folder);
      return { wrote: true, text: own.result.headline };
    }
    for (const { file, status, line } of outcome.files) if (status !== 'failed' && !lost.has(file)) own.places.set(file, { uri: documentUri(place, file), line });
    const ignored = folder.git?.kind === 'state' && folder.git.state.documentsIgnored;
    const { result, failure } = wordsOfWrite(outcome, {
      refused: lost, canUndo: own.undo !== undefined || own.buffers.length > 0, documentsIgnored: ignored, notePath: `${place.documentsFolder}/${folder.draft.session.note ?? ''}`,
    });
    own.result = result;
    if (failure) own.notices = [...own.notices, failure];
    else this.#wrote.fire(folder);
    // Only git reads the lines; a .gitattributes that cannot be read must not make a Write look failed.
    const offer = folder.git?.kind === 'state' && !ignored ? await this.#attributes.offer(place).catch((error: unknown) => { this.#failure(error); }) : undefined;
    if (offer) own.notices = [...own.notices.filter(({ id }) => id !== offer.id), offer];
    this.#changed.fire(folder);
    return { wrote: true, text: result.headline };
  }

  /** Undoes the last Write; gives the words for the person. */
  async undo(folder: HandoffFolder): Promise<string> {
    try {
      const own = this.#of(folder);
      const place = await this.planner.place(folder, false);
      if (!place) return '';
      const id = own.undo ?? (own.buffers.length ? undefined : (await undoableWrites(place))[0]?.id);
      if (id === undefined && own.buffers.length === 0) return vscode.l10n.t('There is no Write to undo.');
      const kept: string[] = [];
      let restored = 0;
      if (id !== undefined) {
        const files = (await undoableWrites(place)).find((one) => one.id === id)?.files ?? [];
        const outcome = await undoWrite(place, id, [...this.planner.dirty(place, files).keys()]);
        folder.record(...outcome.changes);
        restored += outcome.files.filter(({ status }) => status !== 'kept').length;
        kept.push(...outcome.files.flatMap(({ status, error, file }) => (status === 'kept' ? [error?.message ?? file] : [])));
      }
      for (const buffer of own.buffers) {
        if (await restoreBuffer(buffer)) {
          restored++;
          folder.record(...changesAfterUndo(buffer));
        } else kept.push(vscode.l10n.t('{0} was changed after the Write; it was left as it is.', buffer.file));
      }
      own.buffers = [];
      delete own.undo;
      delete own.result;
      this.#changed.fire(folder);
      const text = restored === 1 ? vscode.l10n.t('Undone: 1 file is as it was before the Write.') : vscode.l10n.t('Undone: {0} files are as they were before the Write.', restored);
      if (kept.length === 0) return text;
      const left = vscode.l10n.t('Not undone: {0}', kept.join(' '));
      this.#notice(folder, { id: 'undoKept', severity: 'warning', text: left, actions: [], dismissable: true });
      return restored ? `${text} ${left}` : left;
    } catch (error) {
      return this.#failure(error);
    }
  }

  async openResult(folder: HandoffFolder, file: string): Promise<void> {
    const place = this.#of(folder).places.get(file);
    if (place) await openPlace(place.uri, place.line);
  }

  /** Carries out an action of one of our notices; gives the words for the live region. */
  async noticeAction(folder: HandoffFolder, notice: string, action: string): Promise<string> {
    if (notice === 'writeFailed' && action === 'retry') {
      this.dismissNotice(folder, notice);
      await vscode.commands.executeCommand('sessionHandoff.write');
      return '';
    }
    const place = await this.planner.place(folder, false);
    const said = place && await this.#attributes.act(place, notice, action);
    if (said === undefined) return '';
    this.dismissNotice(folder, notice);
    return said;
  }

  async existingDocuments(folder: HandoffFolder): Promise<vscode.Uri[]> {
    const place = await this.planner.place(folder, false);
    if (!place) return [];
    const note = folder.draft.session.note;
    const { texts } = await readDocuments(place, note ? [note] : []);
    return Object.keys(texts).map((file) => documentUri(place, file));
  }

  /** Looks whether what was written still stands in the documents. Throws nothing. */
  check(folder: HandoffFolder): Promise<void> {
    return this.#writtenEntries.check(folder);
  }

  dispose(): void {
    this.#wrote.dispose();
    vscode.Disposable.from(...this.#own).dispose();
  }
}
