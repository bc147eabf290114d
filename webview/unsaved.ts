import { checklist, type ItemId } from '../src/core/checklist.js';
import { fields, listOf, oneOf, text, type Shape } from '../src/core/shape.js';
import type { PageMessage, PanelState } from '../src/protocol.js';
import { textLimit } from './limits.js';

/**
 * What a person is writing and has not saved: a new entry, an entry being edited, or a suggestion being edited before it is
 * accepted. `owner` is the item, the entry or the suggestion.
 */
export interface Form {
  readonly kind: 'add' | 'edit' | 'accept';
  readonly owner: string;
  readonly item: ItemId;
  readonly text: string;
  readonly detail: string;
  /** What the fields began with. */
  readonly from: { readonly text: string; readonly detail: string };
  /** The intent was sent and nothing of it has come back: the ids of the item's entries at that time. */
  readonly sent?: readonly string[];
}

export const keyOf = (form: Pick<Form, 'kind' | 'owner'>): string => `${form.kind} ${form.owner}`;
export const isChanged = (form: Form): boolean => form.text !== form.from.text || form.detail !== form.from.detail;

const itemsOf = (state: PanelState) => state.categories.flatMap((category) => category.items);
const entriesOf = (state: PanelState, item: ItemId) => itemsOf(state).find(({ id }) => id === item)?.entries ?? [];
const entryIn = (state: PanelState, id: string) => itemsOf(state).flatMap(({ entries }) => entries).find((entry) => entry.id === id);
const suggestionIn = (state: PanelState, id: string) => itemsOf(state).flatMap(({ suggestions }) => suggestions).find((one) => one.id === id);

/** Whether what the form is about still exists; else saving it adds a new entry, so that nothing typed is lost. */
export const hasOwner = (form: Form, state: PanelState): boolean =>
  form.kind === 'add' || (form.kind === 'edit' ? entryIn(state, form.owner) : suggestionIn(state, form.owner)) !== undefined;

/** The intent that saves a form; undefined when there is nothing to save (no words). */
export function intentOf(form: Form, state: PanelState): PageMessage | undefined {
  const [words, detail] = [form.text.trim(), form.detail.trim()];
  if (words === '') return undefined;
  if (form.kind === 'add' || !hasOwner(form, state)) return { type: 'addEntry', item: form.item, text: words, detail };
  return form.kind === 'edit'
    ? { type: 'editEntry', entry: form.owner, text: words, detail }
    : { type: 'acceptSuggestion', suggestion: form.owner, item: form.item, text: words, detail };
}

/** The form once its intent is sent: it waits, still holding the text, until the state shows the result. */
export const sentForm = (form: Form, state: PanelState): Form => ({ ...form, sent: entriesOf(state, form.item).map(({ id }) => id) });

/** Whether the state shows what the form sent. */
function isSettled(form: Form, state: PanelState): boolean {
  if (!form.sent) return false;
  const known = form.sent;
  const added = entriesOf(state, form.item).some(({ id }) => !known.includes(id));
  if (form.kind === 'accept') return added || !hasOwner(form, state);
  if (form.kind === 'add') return added;
  const entry = entryIn(state, form.owner);
  return entry ? entry.text !== form.from.text || entry.detail !== form.from.detail : added;
}

/** The forms that remain beside a new state, and those that it has answered. A form without changes goes with its owner. */
export function settleForms(forms: readonly Form[], state: PanelState): { readonly open: readonly Form[]; readonly settled: readonly Form[] } {
  const settled = forms.filter((form) => isSettled(form, state));
  return { settled, open: forms.filter((form) => !settled.includes(form) && (hasOwner(form, state) || isChanged(form))) };
}

/** What VS Code keeps for the page while it is hidden: per folder the forms with changes, and where the list was scrolled to. */
export interface Kept {
  readonly forms: Readonly<Record<string, readonly Form[]>>;
  readonly scroll: number;
}

const limited = text(textLimit);
const form: Shape<Form> = fields({
  kind: oneOf('add', 'edit', 'accept'), owner: text(200), item: oneOf<ItemId>(...checklist.map((one) => one.id)), text: limited, detail: limited,
  from: fields({ text: limited, detail: limited }),
});
const forms = listOf(form, 200);

/** What was kept, read with care: an older version may have written it. */
export function readKept(value: unknown): Kept {
  const kept = typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
  const entries = typeof kept['forms'] === 'object' && kept['forms'] !== null ? Object.entries(kept['forms']) : [];
  return {
    forms: Object.fromEntries(entries.flatMap(([folder, list]) => (forms(list) ? [[folder, list.map(({ kind, owner, item, text: words, detail, from }): Form => ({ kind, owner, item, text: words, detail, from }))]] : []))),
    scroll: typeof kept['scroll'] === 'number' && Number.isFinite(kept['scroll']) ? kept['scroll'] : 0,
  };
}
