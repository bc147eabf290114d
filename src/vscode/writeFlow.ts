import { join } from 'node:path';
import * as vscode from 'vscode';
import { destinationOf } from '../core/checklist.js';
import type { ConflictChoice, FileChange, WriteConflict, WritePlan, WriteRequest } from '../core/documents/writePlan.js';
import type { GitState } from '../core/gitState.js';
import type { Draft, DraftChange, Entry, Written } from '../core/session.js';
import { readDocuments, undoableWrites, undoWrite, writeDocuments, type DocumentTexts, type WriteOutcome } from '../node/documentFiles.js';
import type { DocumentsWorker } from '../node/documentsWorker.js';
import type { SecretScanner } from '../node/secrets.js';
import { previousNoteIn } from '../node/handoffNotes.js';
import { noteFieldsOf } from '../node/noteFields.js';
import type { NoticeView, PanelState, ResultView } from '../protocol.js';
import { configuration } from './configuration.js';
import type { DocumentPreview, PreviewedFile } from './documentPreview.js';
import { findDocuments, type FolderDocuments } from './documentsPlace.js';
import { localDate, type HandoffFolder } from './handoffFolder.js';
import { MergeAttributesOffer } from './mergeAttributesOffer.js';
import { openPlace } from './places.js';
import { SecretsHold } from './secretsHold.js';

/** Shorter work shows no progress. In milliseconds. */
const progressAfter = 300;
/** A look at the documents follows changes of the draft, not every keystroke. In milliseconds. */
const checkAfter = 700;

/** What a Write came to; how its note is handed over, and to whom, is not for here. */
export type WriteResult = Omit<ResultView, 'handOver' | 'receipts'>;

/** What the panel shows of writing. */
export interface WriteStatus {
  readonly busy: PanelState['busy'];
  readonly result: WriteResult | undefined;
  readonly notices: readonly NoticeView[];
  readonly gone: ReadonlySet<string>;
  readonly edited: ReadonlySet<string>;
}

/** What came of asking for a Write. */
export interface WriteAnswer {
  readonly wrote: boolean;
  /** For the live region; empty when the person cancelled. */
  readonly text: string;
  /** The entry that holds Write. */
  readonly held?: string;
}

/** A document with unsaved changes that got its entries in the editor: what it takes to undo that. */
interface BufferEdit {
  readonly file: string;
  readonly uri: vscode.Uri;
  readonly before: string;
  readonly after: string;
  readonly writtenBefore: readonly Written[];
  readonly entries: readonly string[];
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
  gone: Set<string>;
  edited: Set<string>;
  /** The documents' texts when they were last looked at. */
  documents: readonly string[];
  checking?: NodeJS.Timeout;
}

/** A plan that cannot be carried out before the person has decided something. */
class Undecided extends Error {
  constructor(readonly conflicts: readonly WriteConflict[]) {
    super('the person is asked');
  }
}

const gitOf = (folder: HandoffFolder): GitState | undefined => (folder.git?.kind === 'state' ? folder.git.state : undefined);
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');
const unixLines = (text: string): string => text.replaceAll('\r\n', '\n');

/** Preview, Write and Undo Write of a folder's draft: asks what has to be asked, and says what became of it. */
export class WriteFlow implements vscode.Disposable {
  readonly #folders = new WeakMap<HandoffFolder, Folder>();
  readonly #changed = new vscode.EventEmitter<HandoffFolder>();
  readonly #own: vscode.Disposable[] = [this.#changed];
  readonly #secrets: SecretsHold;
  readonly #attributes: MergeAttributesOffer;
  #previewed: { folder: HandoffFolder; watcher: vscode.Disposable } | undefined;
  readonly #wrote = new vscode.EventEmitter<HandoffFolder>();
  readonly onDidChange = this.#changed.event;
  /** A Write put the draft into the documents. */
  readonly onDidWrite = this.#wrote.event;

  constructor(
    private readonly state: vscode.Memento,
    private readonly planner: DocumentsWorker,
    scanner: SecretScanner,
    private readonly previews: DocumentPreview,
    /** The agent that works in a folder, if one does. */
    private readonly agent: (folder: vscode.WorkspaceFolder) => string | undefined,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#secrets = new SecretsHold(scanner);
    this.#attributes = new MergeAttributesOffer(state);
  }

  #of(folder: HandoffFolder): Folder {
    let own = this.#folders.get(folder);
    if (!own) {
      own = { shownBusy: false, places: new Map(), buffers: [], notices: [], gone: new Set(), edited: new Set(), documents: [] };
      this.#folders.set(folder, own);
      folder.onDidChange(() => { this.#checkLater(folder); });
    }
    return own;
  }

  status(folder: HandoffFolder): WriteStatus {
    const { busy, shownBusy, result, notices, gone, edited } = this.#of(folder);
    return { busy: busy && shownBusy ? { text: busy.text, cancellable: true } : undefined, result, notices, gone, edited };
  }

  /** The documents' texts when they were last looked at. */
  documents(folder: HandoffFolder): readonly string[] {
    return this.#of(folder).documents;
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

  async #request(folder: HandoffFolder, place: FolderDocuments, draft: Draft, texts: DocumentTexts['texts'], choices: Record<string, ConflictChoice>): Promise<WriteRequest> {
    const note = noteFieldsOf(draft.session, gitOf(folder), this.agent(folder.workspaceFolder));
    return {
      draft, mapping: configuration.mapping(folder.workspaceFolder), date: draft.session.date ?? localDate(new Date()),
      workspacePath: place.workspacePath, documentsFolder: place.documentsFolder, texts, choices,
      note: texts[note.file] === undefined ? { ...note, previous: await previousNoteIn(place, note, draft.session) } : note,
    };
  }

  /** The documents that are open with unsaved changes, by file. */
  #dirty(place: FolderDocuments, files: readonly string[]): Map<string, vscode.TextDocument> {
    const wanted = new Map(files.map((file) => [join(place.base, place.documentsFolder, file), file]));
    return new Map(vscode.workspace.textDocuments.flatMap((document) => {
      const file = document.uri.scheme === 'file' && document.isDirty && !document.isClosed ? wanted.get(document.uri.fsPath) : undefined;
      return file === undefined ? [] : [[file, document] as const];
    }));
  }

  async #plan(folder: HandoffFolder, place: FolderDocuments, signal: AbortSignal): Promise<{ plan: WritePlan; texts: DocumentTexts }> {
    const { draft } = folder;
    const note = noteFieldsOf(draft.session, gitOf(folder), this.agent(folder.workspaceFolder)).file;
    const read = await readDocuments(place, [note]);
    const dirty = Object.fromEntries([...this.#dirty(place, [...Object.keys(read.texts), note])].map(([file, document]) => [file, document.getText()]));
    const texts = { ...read, texts: { ...read.texts, ...dirty } };
    return { plan: await this.planner.plan(await this.#request(folder, place, draft, texts.texts, {}), signal), texts };
  }

  /** Shows each document as it would be, in VS Code's diff editor; it follows what changes meanwhile. */
  async preview(folder: HandoffFolder): Promise<void> {
    try {
      const place = await findDocuments(folder.workspaceFolder, this.state, false);
      if (!place) return;
      const planned = await this.#working(folder, vscode.l10n.t('Computing the preview…'), (signal) => this.#plan(folder, place, signal));
      if (!planned) return;
      const refused = Object.values(planned.texts.refused).map(({ message }) => message);
      if (refused.length) void vscode.window.showWarningMessage(refused.join('\n'));
      if (planned.plan.changes.length === 0) {
        void vscode.window.showInformationMessage(folder.draft.entries.length ? vscode.l10n.t('Everything stands in the documents already.') : vscode.l10n.t('There is nothing to write yet. Add an entry first.'));
        return;
      }
      await this.previews.show(this.#previewedFiles(place, planned.plan), vscode.l10n.t('Session Handoff: what would be written'));
      this.#followPreview(folder, place);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) void vscode.window.showErrorMessage(this.#failure(error));
    }
  }

  #previewedFiles(place: FolderDocuments, plan: WritePlan): PreviewedFile[] {
    return plan.changes.map(({ file, before, after }) => {
      const target = vscode.Uri.file(join(place.base, place.documentsFolder, file));
      return { target, present: before === undefined ? undefined : target, after: withoutMark(after) };
    });
  }

  /** While a preview is open it is computed again when a document or the draft changes: what it shows is what Write would do. */
  #followPreview(folder: HandoffFolder, place: FolderDocuments): void {
    this.#previewed?.watcher.dispose();
    let timer: NodeJS.Timeout | undefined;
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!this.previews.open) {
          this.#previewed?.watcher.dispose();
          this.#previewed = undefined;
          return;
        }
        this.#plan(folder, place, new AbortController().signal).then(({ plan, texts }) => {
          const present = new Map(Object.entries(texts.texts).map(([file, text]) => [vscode.Uri.file(join(place.base, place.documentsFolder, file)).path, withoutMark(text)]));
          this.previews.update(this.#previewedFiles(place, plan), present);
        }, (error: unknown) => { this.#failure(error); });
      }, checkAfter);
    };
    const files = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(join(place.base, place.documentsFolder)), '**/*.md'));
    this.#previewed = { folder, watcher: vscode.Disposable.from(files, files.onDidChange(again), files.onDidCreate(again), files.onDidDelete(again), folder.onDidChange(again), { dispose: () => { clearTimeout(timer); } }) };
  }

  /** Writes the draft. Whatever fails, every entry stays in the draft. */
  async write(folder: HandoffFolder): Promise<WriteAnswer> {
    try {
      if (folder.draft.entries.length === 0) return { wrote: false, text: vscode.l10n.t('There is nothing to write yet. Add an entry first.') };
      const place = await findDocuments(folder.workspaceFolder, this.state, true);
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
      this.#notice(folder, { id: 'writeFailed', severity: 'error', text, actions: [{ id: 'retry', label: vscode.l10n.t('Try Again'), primary: true }], dismissable: true });
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
    const note = noteFieldsOf(folder.session, gitOf(folder), this.agent(folder.workspaceFolder)).file;
    // Frozen before the first byte is written: a Write that is killed and repeated joins what it began.
    const { session } = folder.draft;
    if (session.date === undefined || session.note === undefined) folder.record({ kind: 'session', session: { ...session, date: session.date ?? localDate(new Date()), note } });
    await folder.store.flush();
    const { draft } = folder;
    const dirty = this.#dirty(place, [...new Set(draft.entries.map((entry) => destinationOf(entry, configuration.mapping(folder.workspaceFolder))).filter((name) => name !== 'handoffNote')), note]);
    const outcome = await writeDocuments(place, {
      notes: [note], signal, writtenBefore: draft.written, dirty: Object.fromEntries([...dirty].map(([file, document]) => [file, document.getText()])),
      plan: async ({ texts, refused }) => {
        const plan = await this.planner.plan(await this.#request(folder, place, draft, texts, choices), signal);
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
      if (!(await applyChange(document, change))) {
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
      const text = vscode.l10n.t('Everything stands in the documents already. Nothing was changed.');
      own.result = { headline: text, files: [], canUndo: false, next: [] };
      this.#changed.fire(folder);
      return { wrote: true, text };
    }
    const failed = outcome.files.filter(({ file, status }) => status === 'failed' || lost.has(file));
    const files = outcome.files.map(({ file, status, line, entries, error }) => {
      const isFailed = status === 'failed' || lost.has(file);
      if (!isFailed) own.places.set(file, { uri: vscode.Uri.file(join(place.base, place.documentsFolder, file)), line });
      const count = entries.length === 1 ? vscode.l10n.t('1 entry') : vscode.l10n.t('{0} entries', entries.length);
      const detail = isFailed ? vscode.l10n.t('not written: {0}', error?.message ?? vscode.l10n.t('the editor refused the edit'))
        : status === 'elsewhere' ? vscode.l10n.t('{0}, in the editor: the file has unsaved changes and was not saved', count)
          : status === 'created' ? vscode.l10n.t('{0}, new file', count) : count;
      return { id: file, label: file, detail, canOpen: !isFailed };
    });
    const done = files.length - failed.length;
    const headline = failed.length ? vscode.l10n.t('{0} of {1} files were written. Every entry is still in the checklist.', done, files.length)
      : files.length === 1 ? vscode.l10n.t('1 file was written') : vscode.l10n.t('{0} files were written', files.length);
    if (failed.length) {
      const names = failed.map(({ file, error }) => error?.message ?? file).join(' ');
      own.notices = [...own.notices, { id: 'writeFailed', severity: 'error', text: names, actions: [{ id: 'retry', label: vscode.l10n.t('Try Again'), primary: true }], dismissable: true }];
    }
    if (failed.length === 0) this.#wrote.fire(folder);
    const ignored = folder.git?.kind === 'state' && folder.git.state.documentsIgnored;
    own.result = {
      headline, files, canUndo: own.undo !== undefined || own.buffers.length > 0,
      // While a file is missing the handoff is not written: nobody should clear the session on our word.
      next: failed.length ? [] : [
        vscode.l10n.t('You can clear or close the agent’s session: the handoff is written.'),
        ignored ? vscode.l10n.t('Git ignores these files: they stay on this machine.') : vscode.l10n.t('Commit the documents so that your team has them too.'),
        vscode.l10n.t('Let the next session read {0} first.', `${place.documentsFolder}/${folder.draft.session.note ?? ''}`),
      ],
    };
    // Only git reads the lines; a .gitattributes that cannot be read must not make a Write look failed.
    const offer = folder.git?.kind === 'state' && !ignored ? await this.#attributes.offer(place).catch((error: unknown) => { this.#failure(error); }) : undefined;
    if (offer) own.notices = [...own.notices.filter(({ id }) => id !== offer.id), offer];
    this.#changed.fire(folder);
    return { wrote: true, text: headline };
  }

  /** Undoes the last Write; gives the words for the person. */
  async undo(folder: HandoffFolder): Promise<string> {
    try {
      const own = this.#of(folder);
      const place = await findDocuments(folder.workspaceFolder, this.state, false);
      if (!place) return '';
      const id = own.undo ?? (own.buffers.length ? undefined : (await undoableWrites(place))[0]?.id);
      if (id === undefined && own.buffers.length === 0) return vscode.l10n.t('There is no Write to undo.');
      const kept: string[] = [];
      let restored = 0;
      if (id !== undefined) {
        const files = (await undoableWrites(place)).find((one) => one.id === id)?.files ?? [];
        const outcome = await undoWrite(place, id, [...this.#dirty(place, files).keys()]);
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
    const place = await findDocuments(folder.workspaceFolder, this.state, false);
    const said = place && await this.#attributes.act(place, notice, action);
    if (said === undefined) return '';
    this.dismissNotice(folder, notice);
    return said;
  }

  async existingDocuments(folder: HandoffFolder): Promise<vscode.Uri[]> {
    const place = await findDocuments(folder.workspaceFolder, this.state, false);
    if (!place) return [];
    const note = folder.draft.session.note;
    const { texts } = await readDocuments(place, note ? [note] : []);
    return Object.keys(texts).map((file) => vscode.Uri.file(join(place.base, place.documentsFolder, file)));
  }

  #checkLater(folder: HandoffFolder): void {
    const own = this.#of(folder);
    if (folder.draft.written.length === 0 && own.gone.size === 0 && own.edited.size === 0) return;
    clearTimeout(own.checking);
    own.checking = setTimeout(() => { void this.check(folder); }, checkAfter);
  }

  /** Looks whether what was written still stands in the documents: "no longer in the document", "changed since it was written". */
  async check(folder: HandoffFolder): Promise<void> {
    const own = this.#of(folder);
    try {
      const place = folder.workspaceFolder.uri.scheme === 'file' ? await findDocuments(folder.workspaceFolder, this.state, false) : undefined;
      if (place) await this.#readDocuments(folder, place);
      const found = place && folder.draft.written.length ? await this.#compare(folder, place) : { gone: new Set<string>(), edited: new Set<string>() };
      const same = (one: Set<string>, other: Set<string>): boolean => one.size === other.size && [...one].every((id) => other.has(id));
      if (same(found.gone, own.gone) && same(found.edited, own.edited)) return;
      Object.assign(own, found);
      this.#changed.fire(folder);
    } catch (error) {
      this.#failure(error);
    }
  }

  async #readDocuments(folder: HandoffFolder, place: FolderDocuments): Promise<void> {
    const own = this.#of(folder);
    const documents = Object.values((await readDocuments(place)).texts);
    if (documents.join('\0') === own.documents.join('\0')) return;
    own.documents = documents;
    this.#changed.fire(folder);
  }

  async #compare(folder: HandoffFolder, place: FolderDocuments): Promise<Pick<Folder, 'gone' | 'edited'>> {
    const { plan, texts } = await this.#plan(folder, place, new AbortController().signal);
    const entries = new Map(folder.draft.entries.map((entry): [string, Entry] => [entry.id, entry]));
    const gone = new Set(folder.draft.written.filter(({ entry, file, text }) => entries.has(entry) && !file.startsWith('handoffs/') && !unixLines(texts.texts[file] ?? '').includes(unixLines(text).trim())).map(({ entry }) => entry));
    const written = new Set(folder.draft.written.map(({ entry }) => entry));
    const edited = new Set([...plan.changes.flatMap(({ entries: ids }) => ids), ...plan.conflicts.map(({ entry }) => entry)].filter((id) => written.has(id) && !gone.has(id)));
    return { gone, edited };
  }

  dispose(): void {
    this.#previewed?.watcher.dispose();
    this.#wrote.dispose();
    vscode.Disposable.from(...this.#own).dispose();
  }
}

/** Puts a planned change into an open document, if the document is still what was planned with. */
async function applyChange(document: vscode.TextDocument, change: FileChange): Promise<boolean> {
  if (document.isClosed || document.getText() !== change.before) return false;
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, text } of change.edits) edit.replace(document.uri, new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), text);
  return vscode.workspace.applyEdit(edit);
}

async function restoreBuffer({ uri, before, after }: BufferEdit): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  if (!document || document.getText() !== after) return false;
  const edit = new vscode.WorkspaceEdit();
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  edit.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(after.length - end)), before.slice(start, before.length - end));
  return vscode.workspace.applyEdit(edit);
}

function changesAfterUndo({ file, entries, writtenBefore }: BufferEdit): DraftChange[] {
  const before = new Set(writtenBefore.map(({ entry }) => entry));
  const fresh = entries.filter((entry) => !before.has(entry));
  return [
    ...(fresh.length ? [{ kind: 'unwritten' as const, written: fresh.map((entry) => ({ entry, file })) }] : []),
    ...(writtenBefore.length ? [{ kind: 'written' as const, written: writtenBefore }] : []),
  ];
}

