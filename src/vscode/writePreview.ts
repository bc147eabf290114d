import * as vscode from 'vscode';
import type { WritePlan } from '../core/documents/writePlan.js';
import type { DocumentPreview, PreviewedFile } from './documentPreview.js';
import type { FolderDocuments } from './documentsPlace.js';
import type { HandoffFolder } from './handoffFolder.js';
import { documentUri, type WritePlanner } from './writePlanner.js';

/** A preview follows changes of the draft and the documents, not every keystroke. In milliseconds. */
const followAfter = 700;

const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

const previewedFiles = (place: FolderDocuments, plan: WritePlan): PreviewedFile[] => plan.changes.map(({ file, before, after }) => {
  const target = documentUri(place, file);
  return { target, present: before === undefined ? undefined : target, after: withoutMark(after) };
});

/** Shows the plan of a Write and keeps what is shown true while it is open: when Write comes, it does what is seen. */
export class WritePreview implements vscode.Disposable {
  #following: vscode.Disposable | undefined;

  constructor(
    private readonly planner: WritePlanner,
    private readonly previews: DocumentPreview,
    /** Told what went wrong while a preview was computed again. */
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Opens the diff editor on a plan that changes something, and computes it again when a document or the draft changes. */
  async show(folder: HandoffFolder, place: FolderDocuments, plan: WritePlan): Promise<void> {
    await this.previews.show(previewedFiles(place, plan), vscode.l10n.t('Session Handoff: what would be written'));
    this.#follow(folder, place);
  }

  #follow(folder: HandoffFolder, place: FolderDocuments): void {
    this.#following?.dispose();
    let timer: NodeJS.Timeout | undefined;
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!this.previews.open) {
          this.dispose();
          return;
        }
        this.planner.plan(folder, place, new AbortController().signal).then(({ plan, texts }) => {
          const present = new Map(Object.entries(texts.texts).map(([file, text]) => [documentUri(place, file).path, withoutMark(text)]));
          this.previews.update(previewedFiles(place, plan), present);
        }, this.failed);
      }, followAfter);
    };
    const files = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(documentUri(place, ''), '**/*.md'));
    this.#following = vscode.Disposable.from(files, files.onDidChange(again), files.onDidCreate(again), files.onDidDelete(again), folder.onDidChange(again), { dispose: () => { clearTimeout(timer); } });
  }

  dispose(): void {
    this.#following?.dispose();
    this.#following = undefined;
  }
}
