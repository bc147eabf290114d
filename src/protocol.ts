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
  /** Moves the focus: to an item's add field, an entry, the focus area, the result. */
  | { readonly type: 'reveal'; readonly target: { readonly item: ItemId } | { readonly entry: string } | 'focus' | 'result' | 'first' };

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
  /** The person is typing, or has stopped: the reminder waits. */
  | { readonly type: 'typing'; readonly typing: boolean };
