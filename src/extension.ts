import { join } from 'node:path';
import * as vscode from 'vscode';
import { AgentSessions } from './vscode/agentSessions.js';
import { AgentSuggestions } from './vscode/agentSuggestions.js';
import { BuiltInGit } from './vscode/builtInGit.js';
import { ChangeSuggestions } from './vscode/changeSuggestions.js';
import { ChecklistController } from './vscode/checklistController.js';
import { registerCommands } from './vscode/commands.js';
import { ContextReminder } from './vscode/contextReminder.js';
import { ContextStatusBar } from './vscode/contextStatusBar.js';
import { CursorTracker } from './vscode/cursorTracker.js';
import { DiagnosticSuggestions } from './vscode/diagnosticSuggestions.js';
import { DocumentPreview } from './vscode/documentPreview.js';
import { GitSuggestions } from './vscode/gitSuggestions.js';
import { HandoffFolders } from './vscode/handoffFolders.js';
import { LinkFixes } from './vscode/linkFixes.js';
import { LinkHealth } from './vscode/linkHealth.js';
import { LinkHover } from './vscode/linkHover.js';
import { LinkMarks } from './vscode/linkMarks.js';
import { LinkOffer } from './vscode/linkOffer.js';
import { LinksView } from './vscode/linksView.js';
import { NewWork } from './vscode/newWork.js';
import { SessionEnd } from './vscode/sessionEnd.js';
import { CursorSuggestions } from './vscode/suggestionProviders.js';
import { WriteFlow } from './vscode/writeFlow.js';
import { AgentSuggestionsWorker } from './node/agentSuggestionsInWorker.js';
import { ChangeDetection } from './node/changesInWorker.js';
import { DocumentsWorker } from './node/documentsWorker.js';
import { LinksWorker } from './node/linksWorker.js';
import { SecretScanner } from './node/secrets.js';

/** Builds everything and owns every disposable. Nothing is read and no program is run here: that waits for the first look. */
export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  const log = own(vscode.window.createOutputChannel('Session Handoff', { log: true }));
  const worker = (name: string): string => join(context.extensionPath, 'dist', `${name}.worker.js`);
  const tracker = own(new CursorTracker(context.workspaceState));
  const folders = own(new HandoffFolders(context.workspaceState));
  const builtInGit = own(new BuiltInGit());
  const isWatched = (folder: vscode.WorkspaceFolder): boolean => checklist.panel.visible && folders.opened(folder) !== undefined;
  const git = own(new GitSuggestions(builtInGit, (folder) => folders.opened(folder), isWatched, log));
  const changes = own(new ChangeSuggestions(new ChangeDetection(worker('changes')), builtInGit, (folder) => folders.opened(folder), log));
  own(git.onDidChange((folder) => { void changes.look(folder); }));
  const previews = own(new DocumentPreview());
  const sessions = own(new AgentSessions(context.workspaceState));
  const planner = new DocumentsWorker(worker('documents'));
  const scanner = new SecretScanner(worker('secrets'));
  own({ dispose: () => { void planner.dispose(); void scanner.dispose(); } });
  const writes = own(new WriteFlow(context.workspaceState, planner, scanner, previews, (folder) => sessions.shown(folder)?.usage.agent, log));
  const links = own(new LinkHealth(folders, new LinksWorker(worker('links')), builtInGit, context.workspaceState, (folder) => isWatched(folder) || linksView.shows(folder), log));
  const linksView: LinksView = own(new LinksView(links));
  own(new LinkMarks(links));
  own(new LinkOffer(links));
  const markdown: vscode.DocumentSelector = { scheme: 'file', pattern: '**/*.md' };
  own(vscode.languages.registerCodeActionsProvider(markdown, new LinkFixes(links), LinkFixes.metadata));
  own(vscode.languages.registerHoverProvider(markdown, new LinkHover(links)));
  const agent = own(new AgentSuggestions(new AgentSuggestionsWorker(worker('agentSuggestions')), sessions, (folder) => folders.opened(folder), isWatched, log));
  // Which files are uncommitted says where the agent's work stands.
  own(git.onDidChange((folder) => { agent.refresh(folder); }));
  const diagnostics = own(new DiagnosticSuggestions(context.workspaceState));
  const checklist: ChecklistController = own(new ChecklistController(context, folders, [changes, agent, diagnostics, git, own(new CursorSuggestions(tracker))], writes, tracker, sessions, links, log));
  const reminder = own(new ContextReminder(context.workspaceState, context.globalState, sessions));
  const status = own(new ContextStatusBar(sessions, () => checklist.workspaceFolder, (folder) => checklist.draftWords(folder)));
  const sessionEnd = own(new SessionEnd(folders, sessions, log));
  own(sessionEnd.onDidEnd(({ folder, carried }) => { checklist.sessionEnded(folder, carried); }));
  own(checklist.onDidType(() => {
    reminder.typed();
    sessionEnd.typed();
  }));
  const newWork = own(new NewWork(context.workspaceState, folders, sessions, tracker));
  own(writes.onDidWrite((folder) => {
    newWork.written(folder);
    reminder.written(folder.workspaceFolder);
  }));
  own(newWork.onDidAppear((folder) => { reminder.newWork(folder); }));
  own(folders.onDidChange(() => { status.update(); }));
  own(git.onDidChange(() => { status.update(); }));
  own(registerCommands({ checklist, sessions, reminder, links: linksView, log }));
  log.info(`activated in ${(performance.now() - began).toFixed(1)} ms`);
}
