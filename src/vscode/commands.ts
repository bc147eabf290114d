import * as vscode from 'vscode';
import type { AgentConnector } from './agentConnector.js';
import type { AgentSessions } from './agentSessions.js';
import type { ChecklistController } from './checklistController.js';
import type { ContextReminder } from './contextReminder.js';
import { draftCommands } from './draftCommands.js';
import type { FolderNotes } from './folderNotes.js';
import { handoffCommands } from './handoffCommands.js';
import type { HandoffFolders } from './handoffFolders.js';
import type { HandoffsView } from './handoffsView.js';
import type { LinksView } from './linksView.js';
import { chooseSession } from './sessionChoice.js';

/** What the commands act on. */
export interface CommandSubjects {
  readonly checklist: ChecklistController;
  readonly folders: HandoffFolders;
  readonly sessions: AgentSessions;
  readonly reminder: ContextReminder;
  readonly links: LinksView;
  readonly notes: FolderNotes;
  readonly handoffs: HandoffsView;
  readonly connector: AgentConnector;
  readonly log: vscode.LogOutputChannel;
}

/** Every command of the manifest, and what it does. Tests check that the two agree. */
export function registerCommands({ checklist, folders, sessions, reminder, links, notes, handoffs, connector, log }: CommandSubjects): vscode.Disposable {
  const inFolder = (act: (folder: vscode.WorkspaceFolder) => unknown) => async (): Promise<void> => {
    const folder = await checklist.folder();
    if (folder) await act(folder.workspaceFolder);
  };
  const commands: Record<string, (...args: unknown[]) => unknown> = {
    open: (focus) => checklist.open(focus),
    ...draftCommands(checklist, folders),
    preview: () => checklist.preview(),
    write: () => checklist.write(),
    undoWrite: () => checklist.undoWrite(),
    newSession: () => checklist.newSession(),
    chooseFolder: () => checklist.chooseFolder(),
    refresh: () => checklist.refresh(),
    openDocuments: () => checklist.openDocuments(),
    chooseSession: inFolder((folder) => chooseSession(sessions, folder)),
    remindLater: inFolder((folder) => { reminder.later(folder); }),
    remindAgain: () => { reminder.remindAgain(); },
    checkLinks: inFolder((folder) => links.check(folder)),
    cancelCheckLinks: () => { links.cancel(); },
    ...handoffCommands({ checklist, notes, view: handoffs, log }),
    ...connector.commands(async () => (await checklist.folder())?.workspaceFolder),
    openSettings: () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:session-handoff.session-handoff'),
    showLog: () => { log.show(); },
  };
  return vscode.Disposable.from(...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`sessionHandoff.${name}`, run)));
}
