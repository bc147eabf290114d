/**
 * Messages between the extension host and the page: one union each way, types only. The host owns the state; the page
 * renders it and sends intents. All text is already localised and is shown as text, never as HTML.
 */
import type { CategoryId, Destination, DocumentName, ItemId } from './core/checklist.js';
import type { SuggestionSource } from './core/session.js';

/** A place in the code as a chip: a click opens it. */
export interface LinkView {
  /** `src/auth/auth.service.ts:245` */
  readonly label: string;
  /** Only the file's name and line, for narrow panels. */
  readonly short: string;
  /** The line's text, for the tooltip. */
  readonly text?: string;
  readonly state?: 'exact' | 'moved' | 'edited' | 'ambiguous' | 'lost';
}

export interface EntryView {
  readonly id: string;
  readonly item: ItemId;
  readonly text: string;
  readonly detail: string;
  readonly links: readonly LinkView[];
  readonly destination: Destination;
  /** Where it stands already, if it was written: '' not yet, 'written', 'edited' (changed since), 'gone' (no longer in the document). */
  readonly written: '' | 'written' | 'edited' | 'gone';
}

export interface EvidenceView {
  readonly text: string;
  readonly canOpen: boolean;
}

export interface SuggestionView {
  readonly id: string;
  readonly item: ItemId;
  readonly text: string;
  readonly detail: string;
  readonly links: readonly LinkView[];
  readonly source: SuggestionSource;
  /** "undone after 2 failing runs", "you, 13:41": shown beside the source's icon. */
  readonly evidence: readonly EvidenceView[];
}

export interface ItemView {
  readonly id: ItemId;
  readonly title: string;
  readonly ticked: boolean;
  readonly entries: readonly EntryView[];
  readonly suggestions: readonly SuggestionView[];
  /** One line: "3 controllers changed, API endpoints is empty"; dismissable. */
  readonly nudge?: { readonly id: string; readonly text: string };
  /** Matches the focus area. */
  readonly focused: boolean;
}

export interface CategoryView {
  readonly id: CategoryId;
  readonly title: string;
  readonly items: readonly ItemView[];
  readonly folded: boolean;
}

/** Something that the person should know, with what to do: Restricted Mode, no git, documents ignored by git, a held secret. */
export interface NoticeView {
  readonly id: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly actions: readonly { readonly id: string; readonly label: string; readonly primary?: boolean }[];
  readonly dismissable: boolean;
}

/** How full the agent's context is; what is not known is absent. */
export interface UsageView {
  /** "71 % of context used", "142k tokens used" */
  readonly headline: string;
  /** "142k of 200k" */
  readonly amount?: string;
  /** 0 to 100; absent: unknown, no bar is drawn. */
  readonly percent?: number;
  readonly level: 'normal' | 'quiet' | 'warning' | 'urgent';
  /** "compacts in about 25k tokens" */
  readonly remaining?: string;
  /** "Claude Code · now" */
  readonly agent: string;
}

/** Where one Write put what. */
export interface ResultView {
  readonly headline: string;
  readonly files: readonly { readonly id: string; readonly label: string; readonly detail: string; readonly canOpen: boolean }[];
  readonly canUndo: boolean;
  /** What to do next. */
  readonly next: readonly string[];
  /** How the note can be handed to an agent from here. */
  readonly handOver: readonly HandOverView[];
  /** "Picked up 14:02 by Claude Code, session 88a8", newest first. */
  readonly receipts: readonly string[];
}

/** One way to hand a note to an agent that this machine can serve, best first. */
export interface HandOverView {
  readonly id: string;
  readonly label: string;
  readonly icon: 'agent' | 'terminal' | 'copy';
  readonly title: string;
}

/** A stretch of a sentence. */
export interface TextPart {
  readonly text: string;
  /** A click opens this: an id of the host. */
  readonly place?: string;
  readonly tone?: 'dim' | 'attention';
}

/** A place in the code that a note links to, where it stands now. */
export interface PlaceView extends LinkView {
  readonly place: string;
  /** "was 245" */
  readonly was?: string;
}

/** A line of a note, or of what happened since. */
export interface PickUpLine {
  readonly id: string;
  readonly icon: PickUpIcon;
  readonly parts: readonly TextPart[];
  readonly links: readonly PlaceView[];
}

export type PickUpIcon = 'branch' | 'commits' | 'files' | 'people' | 'links' | 'warning' | 'working' | 'uncommitted' | 'other' | 'discovered' | 'fixed' | 'changed';

export type PickUpSection = 'since' | 'carryOn' | 'learned';

/** A handoff note that is picked up: the world against it, then the steps. */
export interface PickUpView {
  /** The note's file relative to the documents' folder. */
  readonly note: string;
  /** "Handoff from 2 h ago" */
  readonly headline: string;
  /** "22 November 2026 at 14:02" */
  readonly time: string;
  readonly branch: string;
  /** "Focus: email verification · by you · 3f2c1ab" */
  readonly about: string;
  /** "Done", "A newer note took its place"; absent for an open one. */
  readonly status?: readonly TextPart[];
  readonly since: readonly PickUpLine[];
  /** What happened since is still being looked up. */
  readonly looking: boolean;
  readonly carryOn: readonly PickUpLine[];
  readonly steps: readonly { readonly id: string; readonly text: string; readonly done: boolean; readonly links: readonly PlaceView[] }[];
  readonly commands: readonly { readonly id: string; readonly text: string; readonly remark: string }[];
  /** False in Restricted Mode and without a terminal: commands can be copied only. */
  readonly canInsert: boolean;
  readonly learned: readonly PickUpLine[];
  readonly handOver: readonly HandOverView[];
  /** "Picked up 14:02 by Claude Code, session 88a8", newest first; what is wrong comes as a notice. */
  readonly receipts: readonly string[];
  readonly isDone: boolean;
  /** What Continue does, "Continue in Claude Code"; absent for a note that is not to be carried on. */
  readonly continueTitle?: string;
  readonly folded: readonly PickUpSection[];
}

export interface FolderView {
  readonly id: string;
  readonly name: string;
}

/** Everything that the page shows. */
export interface PanelState {
  /** Grows with every message; an older state than the shown one is dropped. */
  readonly revision: number;
  /** More than one: a choice is shown. */
  readonly folders: readonly FolderView[];
  readonly folder: string;
  readonly usage?: UsageView;
  readonly focus: string;
  /** "feature/auth at 3f2c1ab · since 13:02 · 4 files changed"; the long form is the tooltip. */
  readonly session: { readonly text: string; readonly tooltip: string };
  readonly categories: readonly CategoryView[];
  readonly notices: readonly NoticeView[];
  /** "3 entries for 3 documents" */
  readonly summary: string;
  /** "1 gap"; empty when there is none. */
  readonly gaps: string;
  readonly canWrite: boolean;
  readonly busy?: { readonly text: string; readonly cancellable: boolean };
  readonly result?: ResultView;
  /** Shown instead of the checklist. */
  readonly pickUp?: PickUpView;
  /** Names of the destinations, for the choice of a document. */
  readonly destinations: readonly { readonly id: Destination; readonly label: string }[];
}

/** The page's own words, localised by the host. `{0}` is replaced. */
export type PageStrings = Readonly<Record<
  | 'folder' | 'focusLabel' | 'focusPlaceholder' | 'add' | 'addTo' | 'text' | 'textPlaceholder' | 'detail' | 'detailPlaceholder' | 'save' | 'cancel'
  | 'edit' | 'delete' | 'moveTo' | 'document' | 'openLink' | 'removeLink' | 'addLink' | 'accept' | 'dismiss' | 'openEvidence' | 'suggestedCount' | 'entryCount'
  | 'nothingHere' | 'preview' | 'write' | 'undoWrite' | 'backToChecklist' | 'newSession' | 'dismissNotice' | 'loading' | 'contextUsed' | 'suggestion' | 'entry'
  | 'writtenBadge' | 'editedBadge' | 'goneBadge' | 'fold' | 'unfold' | 'linkMoved' | 'linkLost' | 'linkEdited' | 'linkAmbiguous' | 'itemMenu' | 'checklist' | 'results' | 'close'
  // Undo in the message that follows a deletion; how a composer is saved and left; what a tick means; the heading above `ResultView.next`.
  | 'undo' | 'composerKeys' | 'considered' | 'nextSteps' | 'session' | 'matchesFocus'
  // A note that is picked up.
  | 'pickUp' | 'sinceThen' | 'carryOn' | 'learned' | 'looking' | 'nothingLearned' | 'nothingToDo' | 'insertCommand' | 'copyCommand' | 'handOver' | 'markDone' | 'reopen' | 'continueNote' | 'toChecklist' | 'openNote'
  // Names of icons, for screen readers and tooltips.
  | 'severityInfo' | 'severityWarning' | 'severityError'
  | 'sourceChanges' | 'sourceDiagnostics' | 'sourceAgent' | 'sourceCursor' | 'sourceGit' | 'sourceCommits',
  string>>;

/** Host → page. */
export type HostMessage =
  | { readonly type: 'strings'; readonly strings: PageStrings; readonly locale: string }
  | { readonly type: 'state'; readonly state: PanelState }
  /** Spoken by the live region and shown for a moment; `undo` offers an Undo button that sends the intent `undo`. */
  | { readonly type: 'announce'; readonly text: string; readonly undo: boolean }
  /** Moves the focus: to an item's add field, an entry, the focus area, the result, the note that is picked up. */
  | { readonly type: 'reveal'; readonly target: { readonly item: ItemId } | { readonly entry: string } | 'focus' | 'result' | 'pickUp' | 'first' };

/** Page → host. Every intent is validated before it is used. */
export type PageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'selectFolder'; readonly folder: string }
  | { readonly type: 'setFocus'; readonly focus: string }
  | { readonly type: 'tick'; readonly item: ItemId; readonly ticked: boolean }
  | { readonly type: 'fold'; readonly category: CategoryId; readonly folded: boolean }
  | { readonly type: 'addEntry'; readonly item: ItemId; readonly text: string; readonly detail: string }
  | { readonly type: 'editEntry'; readonly entry: string; readonly text: string; readonly detail: string }
  | { readonly type: 'deleteEntry'; readonly entry: string }
  | { readonly type: 'moveEntry'; readonly entry: string; readonly item: ItemId }
  | { readonly type: 'setDocument'; readonly entry: string; readonly document: DocumentName | 'default' }
  | { readonly type: 'openLink'; readonly owner: string; readonly index: number }
  | { readonly type: 'removeLink'; readonly entry: string; readonly index: number }
  /** Adds the place where the active editor's cursor is. */
  | { readonly type: 'addLink'; readonly entry: string }
  | { readonly type: 'acceptSuggestion'; readonly suggestion: string; readonly item: ItemId; readonly text: string; readonly detail: string }
  | { readonly type: 'dismissSuggestion'; readonly suggestion: string }
  | { readonly type: 'openEvidence'; readonly suggestion: string; readonly index: number }
  | { readonly type: 'dismissNudge'; readonly nudge: string }
  | { readonly type: 'noticeAction'; readonly notice: string; readonly action: string }
  | { readonly type: 'dismissNotice'; readonly notice: string }
  | { readonly type: 'undo' }
  | { readonly type: 'preview' }
  | { readonly type: 'write' }
  | { readonly type: 'cancel' }
  | { readonly type: 'undoWrite' }
  | { readonly type: 'openResult'; readonly file: string }
  | { readonly type: 'closeResult' }
  | { readonly type: 'newSession' }
  /** Hands the note that is shown (picked up, or just written) to an agent in one of the ways that the state offers. */
  | { readonly type: 'handOver'; readonly way: string }
  | { readonly type: 'continueNote' }
  | { readonly type: 'markNote'; readonly done: boolean }
  | { readonly type: 'openNote' }
  | { readonly type: 'closePickUp' }
  /** Opens what a part or a link of the note stands for. */
  | { readonly type: 'openPickUp'; readonly place: string }
  | { readonly type: 'tickStep'; readonly step: string; readonly ticked: boolean }
  | { readonly type: 'insertCommand'; readonly command: string }
  | { readonly type: 'copyCommand'; readonly command: string }
  | { readonly type: 'foldPickUp'; readonly section: PickUpSection; readonly folded: boolean }
  /** The person is typing, or has stopped: the reminder waits. */
  | { readonly type: 'typing'; readonly typing: boolean };
