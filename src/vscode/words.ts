import * as vscode from 'vscode';
import type { CategoryId, ItemId } from '../core/checklist.js';
import type { PageStrings } from '../protocol.js';

/** The localised words of the checklist. The files that are written never use them. */
export const itemTitle = (item: ItemId): string => {
  switch (item) {
    case 'pattern': return vscode.l10n.t('New patterns or architecture insights');
    case 'businessRule': return vscode.l10n.t('Business rules clarified during work');
    case 'integration': return vscode.l10n.t('Integration points between systems');
    case 'performanceSecurity': return vscode.l10n.t('Performance or security findings');
    case 'decision': return vscode.l10n.t('Decisions, with the alternatives rejected');
    case 'bug': return vscode.l10n.t('Bugs and their root causes');
    case 'error': return vscode.l10n.t('Error messages and solutions');
    case 'workaround': return vscode.l10n.t('Workarounds (temporary or permanent)');
    case 'deadEnd': return vscode.l10n.t('Attempts that did not work, and why');
    case 'endpoint': return vscode.l10n.t('New or modified API endpoints');
    case 'schema': return vscode.l10n.t('Database schema changes');
    case 'entity': return vscode.l10n.t('New entities or relationships');
    case 'inProgress': return vscode.l10n.t('Current work in progress (file:line)');
    case 'uncommitted': return vscode.l10n.t('Uncommitted changes needing attention');
    case 'nextStep': return vscode.l10n.t('Next immediate steps');
    case 'restartCommand': return vscode.l10n.t('Commands to run on restart');
  }
};

export const categoryTitle = (category: CategoryId): string => {
  switch (category) {
    case 'discovered': return vscode.l10n.t('Discovered');
    case 'fixed': return vscode.l10n.t('Fixed');
    case 'changed': return vscode.l10n.t('Changed');
    case 'handoff': return vscode.l10n.t('Handoff');
  }
};

/** The page's own words. */
export const pageStrings = (): PageStrings => ({
  folder: vscode.l10n.t('Folder'),
  focusLabel: vscode.l10n.t('Focus area'),
  focusPlaceholder: vscode.l10n.t('Focus area (optional), such as “API changes”'),
  add: vscode.l10n.t('Add'),
  addTo: vscode.l10n.t('Add an entry: {0}'),
  text: vscode.l10n.t('What was learned'),
  textPlaceholder: vscode.l10n.t('What the next session should know'),
  detail: vscode.l10n.t('Detail'),
  detailPlaceholder: vscode.l10n.t('Detail (optional): cause, solution, alternatives'),
  save: vscode.l10n.t('Save'),
  cancel: vscode.l10n.t('Cancel'),
  edit: vscode.l10n.t('Edit'),
  delete: vscode.l10n.t('Delete'),
  moveTo: vscode.l10n.t('Move to'),
  document: vscode.l10n.t('Document'),
  openLink: vscode.l10n.t('Open {0}'),
  removeLink: vscode.l10n.t('Remove the link {0}'),
  addLink: vscode.l10n.t('Link the cursor’s line'),
  accept: vscode.l10n.t('Accept'),
  dismiss: vscode.l10n.t('Dismiss'),
  openEvidence: vscode.l10n.t('Show the evidence: {0}'),
  suggestedCount: vscode.l10n.t('{0} suggested'),
  entryCount: vscode.l10n.t('Entries: {0}'),
  nothingHere: vscode.l10n.t('nothing here'),
  preview: vscode.l10n.t('Preview'),
  write: vscode.l10n.t('Write Handoff'),
  undoWrite: vscode.l10n.t('Undo Write'),
  backToChecklist: vscode.l10n.t('Back to the Checklist'),
  newSession: vscode.l10n.t('New Session'),
  dismissNotice: vscode.l10n.t('Dismiss'),
  loading: vscode.l10n.t('Loading…'),
  contextUsed: vscode.l10n.t('Context used'),
  suggestion: vscode.l10n.t('Suggestion'),
  entry: vscode.l10n.t('Entry'),
  writtenBadge: vscode.l10n.t('Written'),
  editedBadge: vscode.l10n.t('Changed since it was written'),
  goneBadge: vscode.l10n.t('No longer in the document'),
  fold: vscode.l10n.t('Fold'),
  unfold: vscode.l10n.t('Unfold'),
  linkMoved: vscode.l10n.t('The line has moved'),
  linkLost: vscode.l10n.t('The line is gone'),
  linkEdited: vscode.l10n.t('The line was edited'),
  linkAmbiguous: vscode.l10n.t('The line is no longer unique'),
  itemMenu: vscode.l10n.t('Actions'),
  checklist: vscode.l10n.t('Checklist'),
  results: vscode.l10n.t('Result'),
  close: vscode.l10n.t('Close'),
  undo: vscode.l10n.t('Undo'),
  composerKeys: vscode.l10n.t('Enter saves, Shift+Enter makes a new line, Escape cancels'),
  considered: vscode.l10n.t('Considered'),
  nextSteps: vscode.l10n.t('Next'),
  session: vscode.l10n.t('Session'),
  pickUp: vscode.l10n.t('Handoff'),
  sinceThen: vscode.l10n.t('Since then'),
  carryOn: vscode.l10n.t('Carry on'),
  learned: vscode.l10n.t('Learned'),
  looking: vscode.l10n.t('Looking at what changed…'),
  nothingLearned: vscode.l10n.t('The note says nothing of what was learned.'),
  nothingToDo: vscode.l10n.t('The note names no next step.'),
  insertCommand: vscode.l10n.t('Insert into the terminal, without running it: {0}'),
  copyCommand: vscode.l10n.t('Copy: {0}'),
  handOver: vscode.l10n.t('Hand it to the agent'),
  markDone: vscode.l10n.t('Mark Done'),
  reopen: vscode.l10n.t('Open Again'),
  continueNote: vscode.l10n.t('Continue'),
  toChecklist: vscode.l10n.t('To the Checklist'),
  openNote: vscode.l10n.t('Open the note’s file'),
  matchesFocus: vscode.l10n.t('Matches the focus area'),
  severityInfo: vscode.l10n.t('Information'),
  severityWarning: vscode.l10n.t('Warning'),
  severityError: vscode.l10n.t('Error'),
  sourceChanges: vscode.l10n.t('From the changed code'),
  sourceDiagnostics: vscode.l10n.t('From the Problems view'),
  sourceAgent: vscode.l10n.t('From the agent’s session'),
  sourceCursor: vscode.l10n.t('From where you worked'),
  sourceGit: vscode.l10n.t('From git'),
  sourceCommits: vscode.l10n.t('From the session’s commits'),
});
