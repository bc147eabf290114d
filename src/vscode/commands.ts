import * as vscode from 'vscode';
import type { ChecklistController } from './checklistController.js';

/** Every command of the manifest, and what it does. Tests check that the two agree. */
export function registerCommands(checklist: () => ChecklistController, log: vscode.LogOutputChannel): vscode.Disposable {
  const commands: Record<string, (...args: unknown[]) => unknown> = {
    open: (focus) => checklist().open(focus),
    capture: (margin) => checklist().capture(margin),
    addEntry: () => checklist().addEntryFromPalette(),
    setFocus: () => checklist().askFocus(),
    preview: () => checklist().preview(),
    write: () => checklist().write(),
    undoWrite: () => checklist().undoWrite(),
    newSession: () => checklist().newSession(),
    chooseFolder: () => checklist().chooseFolder(),
    refresh: () => checklist().refresh(),
    openDocuments: () => checklist().openDocuments(),
    showLog: () => { log.show(); },
  };
  return vscode.Disposable.from(...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`sessionHandoff.${name}`, run)));
}
