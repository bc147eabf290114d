import { categoryIds, checklist, documentNames, type Destination, type ItemId } from '../src/core/checklist.js';
import { either, fields, finite, flag, listOf, oneOf, text, whole, type Shape } from '../src/core/shape.js';
import type { CategoryView, EntryView, EvidenceView, HostMessage, HandOverView, ItemView, LinkView, NoticeView, PanelState, PickUpLine, PickUpView, PlaceView, ResultView, SuggestionView, TextPart, UsageView } from '../src/protocol.js';

const words = text(200_000);
const item = oneOf<ItemId>(...checklist.map((one) => one.id));
const destination = oneOf<Destination>('handoffNote', ...documentNames);
const many = 10_000;

const link: Shape<LinkView> = fields({ label: words, short: words },
  { text: words, state: oneOf('exact', 'moved', 'edited', 'ambiguous', 'lost') });
const links = listOf(link, many);
const entry: Shape<EntryView> = fields({
  id: words, item, text: words, detail: words, links, destination, written: oneOf('', 'written', 'edited', 'gone'),
});
const evidence: Shape<EvidenceView> = fields({ text: words, canOpen: flag });
const suggestion: Shape<SuggestionView> = fields({
  id: words, item, text: words, detail: words, links, source: oneOf('changes', 'diagnostics', 'agent', 'cursor', 'git', 'commits'), evidence: listOf(evidence, many),
});
const itemView: Shape<ItemView> = fields(
  { id: item, title: words, ticked: flag, entries: listOf(entry, many), suggestions: listOf(suggestion, many), focused: flag },
  { nudge: fields({ id: words, text: words }) });
const category: Shape<CategoryView> = fields({ id: oneOf(...categoryIds), title: words, items: listOf(itemView, 100), folded: flag });
const notice: Shape<NoticeView> = fields({
  id: words, severity: oneOf('info', 'warning', 'error'), text: words, dismissable: flag,
  actions: listOf(fields({ id: words, label: words }, { primary: flag }), 20),
});
const usage: Shape<UsageView> = fields(
  { headline: words, level: oneOf('normal', 'quiet', 'warning', 'urgent'), agent: words }, { amount: words, percent: finite(0, 100), remaining: words });
const handOver: Shape<readonly HandOverView[]> = listOf(fields({ id: words, label: words, icon: oneOf('agent', 'terminal', 'copy'), title: words }), 20);
const result: Shape<ResultView> = fields({
  headline: words, canUndo: flag, next: listOf(words, 100), handOver, receipts: listOf(words, 100),
  files: listOf(fields({ id: words, label: words, detail: words, canOpen: flag }), many),
});
const parts: Shape<readonly TextPart[]> = listOf(fields({ text: words }, { place: words, tone: oneOf('dim', 'attention') }), many);
const places: Shape<readonly PlaceView[]> = listOf(fields({ label: words, short: words, place: words },
  { text: words, state: oneOf('exact', 'moved', 'edited', 'ambiguous', 'lost'), was: words }), many);
const lines: Shape<readonly PickUpLine[]> = listOf(fields({
  id: words, icon: oneOf('branch', 'commits', 'files', 'people', 'links', 'warning', 'working', 'uncommitted', 'other', 'discovered', 'fixed', 'changed'), parts, links: places,
}), many);
const pickUp: Shape<PickUpView> = fields({
  note: words, headline: words, time: words, branch: words, about: words, since: lines, looking: flag, carryOn: lines,
  steps: listOf(fields({ id: words, text: words, done: flag, links: places }), many), commands: listOf(fields({ id: words, text: words, remark: words }), many),
  canInsert: flag, learned: lines, handOver, receipts: listOf(words, 100), isDone: flag, folded: listOf(oneOf('since', 'carryOn', 'learned'), 3),
}, { status: parts, continueTitle: words });
const state: Shape<PanelState> = fields(
  {
    revision: whole(0, Number.MAX_SAFE_INTEGER), folder: words, folders: listOf(fields({ id: words, name: words }), many), focus: words,
    session: fields({ text: words, tooltip: words }), categories: listOf(category, 20), notices: listOf(notice, 100),
    summary: words, gaps: words, canWrite: flag, destinations: listOf(fields({ id: destination, label: words }), 20),
  },
  { usage, busy: fields({ text: words, cancellable: flag }), result, pickUp });

const strings: Shape<Extract<HostMessage, { type: 'strings' }>['strings']> = (value): value is Extract<HostMessage, { type: 'strings' }>['strings'] =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => words(one));

const message: Shape<HostMessage> = either(
  fields({ type: oneOf('strings'), strings, locale: text(100) }),
  fields({ type: oneOf('state'), state }),
  fields({ type: oneOf('announce'), text: words, undo: flag }),
  fields({ type: oneOf('reveal'), target: either(oneOf('focus', 'result', 'pickUp', 'first'), fields({ item }), fields({ entry: words })) }));

/** The host's message, or undefined for anything else that reaches the window. */
export const readHostMessage = (value: unknown): HostMessage | undefined => (message(value) ? value : undefined);
