import * as vscode from 'vscode';
import { categoryIds, checklist, destinationOf, documentNames, type CategoryId, type DocumentMapping, type ItemId } from '../core/checklist.js';
import { focusNamesItem } from '../core/focus.js';
import type { GitAnswer } from '../core/gitState.js';
import type { CodeLink, Draft, Entry, Evidence, Suggestion } from '../core/session.js';
import type { CategoryView, EntryView, FolderView, ItemView, LinkView, NoticeView, PanelState, PickUpView, ResultView, SuggestionView, UsageView } from '../protocol.js';
import type { Nudge } from '../core/suggestions/nudges.js';
import { gapsWords, nudgeWords } from './gaps.js';
import { categoryTitle, itemTitle } from './words.js';

/** What the panel shows, before it is put into words. */
export interface PanelModel {
  readonly folders: readonly FolderView[];
  readonly folder: string;
  readonly draft: Draft;
  /** Those that are to be shown, best first. */
  readonly suggestions: readonly Suggestion[];
  /** What the checklist does not say though changes ask for it. */
  readonly nudges: readonly Nudge[];
  readonly git: GitAnswer | undefined;
  readonly mapping: DocumentMapping;
  /** What the person folded or unfolded. */
  readonly folded: ReadonlySet<CategoryId>;
  /** Ids of entries whose text is no longer in the document that it was written to. */
  readonly gone: ReadonlySet<string>;
  /** Ids of entries that were edited after they were written. */
  readonly edited: ReadonlySet<string>;
  readonly notices: readonly NoticeView[];
  readonly usage?: UsageView | undefined;
  readonly busy?: PanelState['busy'] | undefined;
  readonly result?: ResultView | undefined;
  readonly pickUp?: PickUpView | undefined;
  readonly linkState?: (link: CodeLink) => LinkView['state'];
}

/** "src/auth/auth.service.ts:245" as a chip. */
export function linkView(link: CodeLink, state?: LinkView['state']): LinkView {
  const name = link.path.split('/').at(-1) ?? link.path;
  return { label: `${link.path}:${link.line}`, short: `${name}:${link.line}`, ...(link.text ? { text: link.text } : {}), ...(state ? { state } : {}) };
}

/** The document's name, as the person reads it in the panel. */
export const destinationLabel = (destination: EntryView['destination']): string => (destination === 'handoffNote' ? vscode.l10n.t('Handoff note') : destination);

const time = (iso: string): string => {
  const date = new Date(iso);
  const sameDay = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(vscode.env.language, sameDay ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(date);
};

function sessionLine(git: GitAnswer | undefined, draft: Draft): PanelState['session'] {
  const since = vscode.l10n.t('since {0}', time(draft.session.created));
  if (git?.kind !== 'state') return { text: since, tooltip: vscode.l10n.t('Session of {0}', time(draft.session.created)) };
  const { branch, head, changedCount, upstream, commitCount, stashes, operation } = git.state;
  const short = head?.slice(0, 7);
  const where = branch ? (short ? vscode.l10n.t('{0} at {1}', branch, short) : vscode.l10n.t('{0}, no commit yet', branch)) : vscode.l10n.t('detached at {0}', short ?? '?');
  const changed = changedCount === 1 ? vscode.l10n.t('1 file changed') : vscode.l10n.t('{0} files changed', changedCount.toLocaleString(vscode.env.language));
  const tooltip = [
    where,
    ...(operation ? [vscode.l10n.t('{0} not finished', operation)] : []),
    ...(upstream ? [vscode.l10n.t('{0} ahead of and {1} behind {2}', upstream.ahead, upstream.behind, upstream.name)] : []),
    changed,
    ...(commitCount ? [commitCount === 1 ? vscode.l10n.t('1 commit in this session') : vscode.l10n.t('{0} commits in this session', commitCount)] : []),
    ...(stashes ? [stashes === 1 ? vscode.l10n.t('1 stash') : vscode.l10n.t('{0} stashes', stashes)] : []),
    since,
  ].join('\n');
  return { text: [where, ...(operation ? [vscode.l10n.t('{0} not finished', operation)] : []), since, changed].join(' · '), tooltip };
}

function entryView(entry: Entry, model: PanelModel): EntryView {
  const written = model.gone.has(entry.id) ? 'gone' : model.edited.has(entry.id) ? 'edited' : model.draft.written.some(({ entry: id }) => id === entry.id) ? 'written' : '';
  return {
    id: entry.id, item: entry.item, text: entry.text, detail: entry.detail ?? '',
    links: entry.links.map((link) => linkView(link, model.linkState?.(link))),
    destination: destinationOf(entry, model.mapping), written,
  };
}

/** So much evidence fits beside a suggestion; the first is the most telling. */
const shownEvidence = 3;

function suggestionView(suggestion: Suggestion): SuggestionView {
  const links = suggestion.links.map((link) => linkView(link));
  const labels = new Set(links.map(({ label }) => label));
  return {
    id: suggestion.id, item: suggestion.item, text: suggestion.text, detail: suggestion.detail ?? '', links, source: suggestion.source,
    // The page answers by the place in the list, so what only repeats a link is left out at the end of it.
    evidence: evidenceOf(suggestion).map(({ text, at, link, commit, record }) => ({ text: evidenceWords(text, at, suggestion), canOpen: Boolean(link ?? commit ?? record ?? (suggestion.source === 'agent' ? at : undefined)) }))
      .filter(({ text }) => !labels.has(text)).slice(0, shownEvidence),
  };
}

/** Evidence is shown as plain text: the marks of inline code would stand there as they are. */
const plain = (text: string): string => text.replaceAll('`', '');

/** What evidence says, its time first: a long one is cut at its end. A quotation that the suggestion's text is already gives only its time. */
function evidenceWords(text: string, at: string | undefined, suggestion: Suggestion): string {
  const words = plain(text);
  if (!at) return words;
  return words.toLowerCase() === plain(suggestion.text).toLowerCase() ? time(at) : vscode.l10n.t('{0} {1}', time(at), words);
}

/** The evidence in the order in which it is shown: what says more than a link of the suggestion first. */
export const evidenceOf = ({ evidence, links }: Suggestion): Evidence[] => {
  const labels = new Set(links.map(({ path, line }) => `${path}:${line}`));
  return [...evidence].sort((a, b) => Number(labels.has(a.text)) - Number(labels.has(b.text)));
};

const nudgeOf = (item: ItemId, nudges: readonly Nudge[]): Pick<ItemView, 'nudge'> => {
  const nudge = nudges.find((one) => one.item === item);
  return nudge ? { nudge: { id: nudge.id, text: nudgeWords(nudge) } } : {};
};

function categoryView(category: CategoryId, model: PanelModel): CategoryView {
  const { draft, suggestions } = model;
  return {
    id: category, title: categoryTitle(category), folded: model.folded.has(category),
    items: checklist.filter((item) => item.category === category).map(({ id }) => ({
      id, title: itemTitle(id), ticked: draft.ticks.includes(id),
      entries: draft.entries.filter((entry) => entry.item === id).map((entry) => entryView(entry, model)),
      suggestions: suggestions.filter((suggestion) => suggestion.item === id).map(suggestionView),
      ...nudgeOf(id, model.nudges),
      focused: draft.focus !== '' && focusNamesItem(draft.focus, id),
    })),
  };
}

/** The whole state of the page, in the person's language. */
export function panelState(model: PanelModel, revision: number): PanelState {
  const { draft } = model;
  const destinations = new Set(draft.entries.map((entry) => destinationOf(entry, model.mapping)).filter((destination) => destination !== 'handoffNote'));
  const entries = draft.entries.length === 1 ? vscode.l10n.t('1 entry') : vscode.l10n.t('{0} entries', draft.entries.length);
  const summary = draft.entries.length === 0 ? vscode.l10n.t('No entries yet')
    : destinations.size === 0 ? vscode.l10n.t('{0} for the handoff note', entries)
      : destinations.size === 1 ? vscode.l10n.t('{0} for 1 document and the note', entries)
        : vscode.l10n.t('{0} for {1} documents and the note', entries, destinations.size);
  return {
    revision, folders: model.folders, folder: model.folder, focus: draft.focus, session: sessionLine(model.git, draft),
    categories: categoryIds.map((category) => categoryView(category, model)),
    notices: model.notices, summary, gaps: gapsWords(model.nudges.length), canWrite: draft.entries.length > 0 && !model.busy,
    ...(model.usage ? { usage: model.usage } : {}), ...(model.busy ? { busy: model.busy } : {}), ...(model.result ? { result: model.result } : {}), ...(model.pickUp ? { pickUp: model.pickUp } : {}),
    destinations: [...documentNames, 'handoffNote' as const].map((id) => ({ id, label: destinationLabel(id) })),
  };
}
