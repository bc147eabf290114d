import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConflictChoice, NoteFields, WritePlan, WriteRequest } from '../core/documents/writePlan.js';
import type { GitState } from '../core/gitState.js';
import type { Draft, Session } from '../core/session.js';
import { readDocuments, type DocumentTexts } from '../node/documentFiles.js';
import type { DocumentsWorker } from '../node/documentsWorker.js';
import { previousNoteIn } from '../node/handoffNotes.js';
import { noteFieldsOf } from '../node/noteFields.js';
import { configuration } from './configuration.js';
import { findDocuments, type FolderDocuments } from './documentsPlace.js';
import { localDate, type HandoffFolder } from './handoffFolder.js';

const gitOf = (folder: HandoffFolder): GitState | undefined => (folder.git?.kind === 'state' ? folder.git.state : undefined);

/** A document or note of a folder, by its name relative to the documents' folder. */
export const documentUri = (place: FolderDocuments, file: string): vscode.Uri => vscode.Uri.file(join(place.base, place.documentsFolder, file));

/** Works out what a Write of a folder's draft would change: where its documents are, what stands in them, what goes where. */
export class WritePlanner {
  constructor(
    private readonly state: vscode.Memento,
    private readonly worker: DocumentsWorker,
    /** The agent that works in a folder, if one does. */
    private readonly agent: (folder: vscode.WorkspaceFolder) => string | undefined,
  ) {}

  /**
   * Where the folder's documents are.
   * @param ask whether the person may be asked when there are several
   * @returns undefined when the person did not say
   */
  place(folder: HandoffFolder, ask: boolean): Promise<FolderDocuments | undefined> {
    return findDocuments(folder.workspaceFolder, this.state, ask);
  }

  /** What the handoff note of a session says of itself, its file's name included. */
  note(folder: HandoffFolder, session: Session): NoteFields {
    return noteFieldsOf(session, gitOf(folder), this.agent(folder.workspaceFolder));
  }

  /** The open documents that have unsaved changes, by file. */
  dirty(place: FolderDocuments, files: readonly string[]): Map<string, vscode.TextDocument> {
    const wanted = new Map(files.map((file) => [join(place.base, place.documentsFolder, file), file]));
    return new Map(vscode.workspace.textDocuments.flatMap((document) => {
      const file = document.uri.scheme === 'file' && document.isDirty && !document.isClosed ? wanted.get(document.uri.fsPath) : undefined;
      return file === undefined ? [] : [[file, document] as const];
    }));
  }

  /** Plans with texts that were read already. */
  async planWith(folder: HandoffFolder, place: FolderDocuments, draft: Draft, texts: DocumentTexts['texts'], choices: Record<string, ConflictChoice>, signal: AbortSignal): Promise<WritePlan> {
    const note = this.note(folder, draft.session);
    const request: WriteRequest = {
      draft, mapping: configuration.mapping(folder.workspaceFolder), date: draft.session.date ?? localDate(new Date()),
      workspacePath: place.workspacePath, documentsFolder: place.documentsFolder, texts, choices,
      note: texts[note.file] === undefined ? { ...note, previous: await previousNoteIn(place, note, draft.session) } : note,
    };
    return this.worker.plan(request, signal);
  }

  /** Reads the documents, unsaved ones from their editors, and plans. Nothing is written. */
  async plan(folder: HandoffFolder, place: FolderDocuments, signal: AbortSignal): Promise<{ plan: WritePlan; texts: DocumentTexts }> {
    const { draft } = folder;
    const note = this.note(folder, draft.session).file;
    const read = await readDocuments(place, [note]);
    const dirty = Object.fromEntries([...this.dirty(place, [...Object.keys(read.texts), note])].map(([file, document]) => [file, document.getText()]));
    const texts = { ...read, texts: { ...read.texts, ...dirty } };
    return { plan: await this.planWith(folder, place, draft, texts.texts, {}, signal), texts };
  }
}
