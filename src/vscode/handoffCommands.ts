import * as vscode from 'vscode';
import type { ChecklistController } from './checklistController.js';
import type { FolderNotes } from './folderNotes.js';
import { plainMessage } from './foreignText.js';
import { deleteNote, fileOf, type HandoffNode, type HandoffsView } from './handoffsView.js';
import { openPlace } from './places.js';

const isNode = (value: unknown): value is HandoffNode => typeof value === 'object' && value !== null && 'kind' in value && 'folder' in value;

/** The commands on notes, by name: on the one that is clicked or selected in the view, or on the one that is offered. */
export function handoffCommands({ checklist, notes, view, log }: { readonly checklist: ChecklistController; readonly notes: FolderNotes; readonly view: HandoffsView; readonly log: vscode.LogOutputChannel }): Record<string, (...args: unknown[]) => unknown> {
  const onNote = (act: (folder: vscode.WorkspaceFolder, file: string) => Promise<unknown>) => async (clicked?: unknown): Promise<void> => {
    const node = isNode(clicked) ? clicked : view.selected;
    const file = node && fileOf(node);
    if (!node || file === undefined) {
      await view.focus();
      return;
    }
    try {
      await act(node.folder, file);
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      void vscode.window.showErrorMessage(plainMessage(error instanceof Error ? error.message : String(error)));
    }
  };
  const uriOf = (folder: vscode.WorkspaceFolder, file: string): vscode.Uri | undefined => {
    const known = notes.known(folder);
    return known && notes.uriOf(known, file);
  };
  return {
    showHandoffs: () => view.focus(),
    filterHandoffs: () => view.chooseFilter(),
    pickUp: async () => {
      const folder = await checklist.folder();
      if (!folder) return;
      await notes.refresh(folder.workspaceFolder);
      const offered = notes.offered(folder.workspaceFolder);
      if (offered) await checklist.pickUpNote(folder.workspaceFolder, offered.note.file, false);
      else await view.focus();
    },
    openHandoff: onNote((folder, file) => checklist.pickUpNote(folder, file, false)),
    openHandoffFile: onNote(async (folder, file) => {
      const uri = uriOf(folder, file);
      if (uri) await openPlace(uri, 1);
    }),
    markHandoffDone: onNote((folder, file) => notes.mark(folder, file, 'done')),
    reopenHandoff: onNote((folder, file) => notes.mark(folder, file, 'open')),
    deleteHandoff: onNote(async (folder, file) => {
      const uri = uriOf(folder, file);
      if (uri && await deleteNote(uri)) await notes.refresh(folder);
    }),
  };
}
