import { checklist, categoryHeadings, categoryIds, documentNames, type ItemId } from '../../../src/core/checklist.js';
import type { EntryView, HandOverView, ItemView, LinkView, PageStrings, PanelState, PickUpView, PlaceView, SuggestionView } from '../../../src/protocol.js';

/** The page's words as the host has them in English. */
export const strings: PageStrings = {
  folder: 'Folder', focusLabel: 'Focus area', focusPlaceholder: 'Focus area (optional), such as “API changes”',
  add: 'Add', addTo: 'Add an entry: {0}', text: 'What was learned', textPlaceholder: 'What the next session should know',
  detail: 'Detail', detailPlaceholder: 'Detail (optional): cause, solution, alternatives', save: 'Save', cancel: 'Cancel', edit: 'Edit', delete: 'Delete',
  moveTo: 'Move to', document: 'Document', openLink: 'Open {0}', removeLink: 'Remove the link {0}', addLink: 'Link the cursor’s line', accept: 'Accept',
  dismiss: 'Dismiss', openEvidence: 'Show the evidence: {0}', suggestedCount: '{0} suggested', entryCount: '{0} entries', nothingHere: 'nothing here',
  preview: 'Preview', write: 'Write Handoff', undoWrite: 'Undo Write', backToChecklist: 'Back to the Checklist', newSession: 'New Session', dismissNotice: 'Dismiss',
  loading: 'Loading…', contextUsed: 'Context used', suggestion: 'Suggestion', entry: 'Entry', writtenBadge: 'Written', editedBadge: 'Changed since it was written',
  goneBadge: 'No longer in the document', fold: 'Fold', unfold: 'Unfold', linkMoved: 'The line has moved', linkLost: 'The line is gone', linkEdited: 'The line was edited',
  linkAmbiguous: 'The line is no longer unique', itemMenu: 'Actions', checklist: 'Checklist', results: 'Result', close: 'Close', undo: 'Undo',
  composerKeys: 'Enter saves, Shift+Enter makes a new line, Escape cancels', considered: 'Considered: {0}', nextSteps: 'Next', session: 'Session',
  pickUp: 'Handoff', sinceThen: 'Since then', carryOn: 'Carry on', learned: 'Learned', looking: 'Looking at what changed…', nothingLearned: 'The note says nothing of what was learned.',
  nothingToDo: 'The note names no next step.', insertCommand: 'Insert into the terminal, without running it: {0}', copyCommand: 'Copy: {0}', handOver: 'Hand it to the agent',
  markDone: 'Mark Done', reopen: 'Open Again', continueNote: 'Continue', toChecklist: 'To the Checklist', openNote: 'Open the note’s file',
  matchesFocus: 'Matches the focus area', severityInfo: 'Information', severityWarning: 'Warning', severityError: 'Error',
  sourceChanges: 'From the changed code', sourceDiagnostics: 'From the Problems view', sourceAgent: 'From the agent’s session', sourceCursor: 'From where you worked',
  sourceGit: 'From git', sourceCommits: 'From the session’s commits',
};

export const link = (path: string, line: number, more: Partial<LinkView> = {}): LinkView =>
  ({ label: `${path}:${String(line)}`, short: `${path.slice(path.lastIndexOf('/') + 1)}:${String(line)}`, ...more });

export const entry = (id: string, item: ItemId, text: string, more: Partial<EntryView> = {}): EntryView =>
  ({ id, item, text, detail: '', links: [], destination: checklist.find((one) => one.id === item)?.destination ?? 'handoffNote', written: '', ...more });

export const suggestion = (id: string, item: ItemId, text: string, more: Partial<SuggestionView> = {}): SuggestionView =>
  ({ id, item, text, detail: '', links: [], source: 'changes', evidence: [], ...more });

const sketchEntries: EntryView[] = [
  entry('e1', 'pattern', 'Vote service has a race condition when a user votes rapidly', { links: [link('src/votes/votes.service.ts', 88, { text: 'await this.votes.save(vote);' })] }),
  entry('e2', 'bug', 'Resolved JWT refresh token not updating `last_login`', {
    detail: 'Root cause: the refresh path skipped the login hook.', links: [link('src/auth/auth.service.ts', 245, { state: 'moved' })], written: 'edited',
  }),
  entry('e3', 'inProgress', 'Working on the verification mail', { links: [link('src/auth/auth.service.ts', 251)] }),
];
const sketchSuggestions: SuggestionView[] = [
  suggestion('s1', 'businessRule', '“A vote can be changed for 24 hours, then it is final.”', { source: 'agent', evidence: [{ text: 'you, 13:41', canOpen: true }] }),
  suggestion('s2', 'deadEnd', 'Locking the row in `castVote` timed out the tests; reverted', { source: 'agent', evidence: [{ text: 'undone after 2 failing runs', canOpen: false }] }),
  suggestion('s3', 'endpoint', 'Added `POST /api/auth/verify-email` endpoint', { links: [link('src/auth/auth.controller.ts', 61)] }),
  suggestion('s4', 'schema', 'Added `verification_token` column to `users` table', { links: [link('migrations/1708-verify.ts', 9)] }),
  suggestion('s5', 'nextStep', 'Implement email verification flow', { source: 'agent', evidence: [{ text: 'open to-do', canOpen: true }] }),
];

export interface Content {
  readonly entries?: readonly EntryView[];
  readonly suggestions?: readonly SuggestionView[];
  readonly items?: Partial<Record<ItemId, Partial<ItemView>>>;
  readonly folded?: readonly string[];
  readonly state?: Partial<PanelState>;
}

/** A state as the host would send it; without content, the one of the design's sketch. */
export function stateWith(revision: number, { entries = sketchEntries, suggestions = sketchSuggestions, items = {}, folded = [], state = {} }: Content = {}): PanelState {
  return {
    revision, folders: [{ id: 'file:///voting', name: 'voting-api' }], folder: 'file:///voting', focus: '',
    usage: { headline: '71 % of context used', amount: '142k of 200k', percent: 71, level: 'warning', remaining: 'compacts in about 25k tokens', agent: 'Claude Code · now' },
    session: { text: 'feature/auth at 3f2c1ab · since 13:02 · 4 files changed', tooltip: 'Branch feature/auth, 2 commits ahead of origin/feature/auth\nHEAD 3f2c1ab “Send the verification mail”\nSession since 13:02' },
    categories: categoryIds.map((id) => ({
      id, title: categoryHeadings[id], folded: folded.includes(id),
      items: checklist.filter(({ category }) => category === id).map((item) => {
        const own = entries.filter((one) => one.item === item.id);
        return { id: item.id, title: item.title, ticked: own.length > 0, focused: false, entries: own, suggestions: suggestions.filter((one) => one.item === item.id), ...items[item.id] };
      }),
    })),
    notices: [], summary: `${String(entries.length)} entries for 3 documents`, gaps: '1 gap', canWrite: true,
    destinations: [...documentNames.map((id) => ({ id, label: id })), { id: 'handoffNote', label: 'Handoff note' }],
    ...state,
  };
}

/** Everything at once: notices of each severity, nudge, focus, all link states and badges, right-to-left text, several folders. */
export const crowded = (revision: number): PanelState => stateWith(revision, {
  entries: [...sketchEntries,
    entry('e4', 'error', 'خطأ في الاتصال بقاعدة البيانات `ECONNREFUSED` عند بدء التشغيل', { links: [link('src/db/connect.ts', 12, { state: 'lost' })], written: 'gone' }),
    entry('e5', 'workaround', 'Pin `pg` to 8.11: 8.12 drops idle clients.\nRemove when issue 3120 is closed.', {
      links: [link('package.json', 31, { state: 'edited' }), link('src/a very long folder name/with/many/parts/and-a-long-file-name.service.ts', 1204, { state: 'ambiguous' })], written: 'written',
    })],
  items: {
    pattern: { focused: true }, integration: { ticked: true },
    entity: { nudge: { id: 'n1', text: '3 entities changed, New entities is empty' } },
  },
  state: {
    focus: 'email verification',
    folders: [{ id: 'file:///voting', name: 'voting-api' }, { id: 'file:///web', name: 'voting-web' }],
    notices: [
      { id: 'held', severity: 'error', text: 'Write is held: what looks like an AWS key stands in “Commands to run on restart”.', dismissable: false, actions: [{ id: 'mask', label: 'Mask it', primary: true }, { id: 'show', label: 'Show' }] },
      { id: 'ignored', severity: 'warning', text: '`.claude` is ignored by git: these files stay on this machine.', dismissable: true, actions: [] },
      { id: 'trust', severity: 'info', text: 'Restricted Mode: what git says is off.', dismissable: true, actions: [{ id: 'trust', label: 'Manage Trust' }] },
    ],
  },
});

const waysToHandOver: readonly HandOverView[] = [
  { id: 'claudeExtension', label: 'Claude Code', icon: 'agent', title: 'Opens Claude Code with the prompt filled in; you send it' },
  { id: 'claudeTerminal', label: 'claude', icon: 'terminal', title: 'Puts the command into a terminal; you run it' },
  { id: 'copyPrompt', label: 'Copy Prompt', icon: 'copy', title: 'Copies the prompt' },
];

const place = (path: string, line: number, more: Partial<PlaceView> = {}): PlaceView => ({ ...link(path, line), place: `${path}:${String(line)}`, ...more });

/** The note of the design's sketch, picked up. */
export const pickUp: PickUpView = {
  note: 'handoffs/20261122T130233Z-feature-auth-1a2b3c4d.md', headline: 'Handoff from 2 h ago', time: '22 November 2026 at 14:02', branch: 'feature/auth', about: 'Focus: email verification · by you · 3f2c1ab',
  looking: false,
  since: [
    { id: 'branch', icon: 'branch', links: [], parts: [{ text: 'Same branch, 2 commits on top ' }, { text: '(1 by someone else)', tone: 'dim' }] },
    { id: 'files', icon: 'files', links: [], parts: [{ text: '2 of 3 uncommitted files are still so; ' }, { text: 'users.entity.ts', place: 'file:users' }, { text: ' was committed in 9c41d20' }] },
    { id: 'links', icon: 'links', links: [], parts: [{ text: '5 links right, ' }, { text: '1 moved', tone: 'attention' }, { text: ', 0 lost' }] },
  ],
  carryOn: [{ id: 'w1', icon: 'working', parts: [{ text: 'Working on' }], links: [place('src/auth/auth.service.ts', 251, { state: 'moved', was: 'was 245', text: 'await this.mail.send(token);' })] }],
  steps: [{ id: 'n1', text: 'Implement email verification flow', done: false, links: [] }, { id: 'n2', text: 'Cover the expired-token case', done: true, links: [place('test/auth.spec.ts', 12)] }],
  commands: [{ id: 'c1', text: 'npm run migration:run', remark: '' }, { id: 'c2', text: 'docker compose up -d db', remark: 'before the tests' }],
  canInsert: true,
  learned: [
    { id: 'l1', icon: 'discovered', parts: [{ text: 'Vote service has a race condition when a user votes rapidly' }], links: [place('src/votes/votes.service.ts', 88)] },
    { id: 'l2', icon: 'fixed', parts: [{ text: 'Resolved JWT refresh token not updating `last_login`' }], links: [] },
    { id: 'l3', icon: 'changed', parts: [{ text: 'Added `POST /api/auth/verify-email` endpoint' }], links: [place('src/auth/auth.controller.ts', 61, { state: 'lost' })] },
  ],
  handOver: waysToHandOver, receipts: ['Picked up 14:02 by Claude Code, session 88a8'], isDone: false, continueTitle: 'Continue in Claude Code', folded: [],
};

export const pickedUp = (revision: number, more: Partial<PickUpView> = {}): PanelState => stateWith(revision, { state: { pickUp: { ...pickUp, ...more } } });

export const written = (revision: number): PanelState => stateWith(revision, {
  state: {
    result: {
      headline: 'Wrote 3 entries to 3 files', canUndo: true, handOver: waysToHandOver, receipts: [],
      files: [
        { id: 'f1', label: '.claude/docs/TROUBLESHOOTING.md', detail: '1 entry under Fixed', canOpen: true },
        { id: 'f2', label: '.claude/docs/BEST_PRACTICES.md', detail: 'In the editor, not saved yet', canOpen: true },
        { id: 'f3', label: '.claude/docs/handoffs/20261122T130233Z-feature-auth-1a2b3c4d.md', detail: 'The handoff note', canOpen: true },
      ],
      next: ['Reset the agent’s context: `/clear` or `/compact`', 'Start the next session with `/continue-handoff`'],
    },
  },
});
