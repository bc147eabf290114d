import type { CategoryView, EntryView, ItemView, LinkView, SuggestionView } from '../src/protocol.js';
import { composer } from './composer.js';
import { h, type Child, type Vnode } from './dom.js';
import { openMenu } from './menu.js';
import { filled, icon, iconButton, inShort, linkState, namedIcon, unseen, words, wordButton, type Drawing } from './parts.js';
import { keyOf, type Form } from './unsaved.js';

const sourceIcons = { changes: 'git-commit', diagnostics: 'error', agent: 'comment-discussion', cursor: 'target', git: 'source-control', commits: 'git-commit' } as const;

function sourceName(source: SuggestionView['source'], { strings }: Drawing): string {
  const names = { changes: strings.sourceChanges, diagnostics: strings.sourceDiagnostics, agent: strings.sourceAgent, cursor: strings.sourceCursor, git: strings.sourceGit, commits: strings.sourceCommits };
  return names[source];
}

function chip(owner: string, link: LinkView, index: number, removable: boolean, drawing: Drawing): Vnode {
  const { strings, send } = drawing;
  const state = linkState(link.state, drawing);
  const remove = () => { send({ type: 'removeLink', entry: owner, index }); };
  return h('span', { class: `chip${link.state === 'lost' ? ' lost' : ''}` },
    h('button', {
      type: 'button', class: 'link', first: { tabindex: '-1' }, 'aria-label': [filled(strings.openLink, link.label), state?.words].filter(Boolean).join(', '),
      title: [link.label, link.text, state?.words].filter(Boolean).join('\n'),
      on: {
        click: () => { send({ type: 'openLink', owner, index }); },
        keydown: (event: Event) => {
          const { key } = event as KeyboardEvent;
          if (!removable || (key !== 'Delete' && key !== 'Backspace')) return;
          event.stopPropagation();
          remove();
        },
      },
    }, state && icon(state.icon, 'small'), h('span', { class: 'short' }, link.short), h('span', { class: 'long' }, link.label)),
    removable && h('button', { type: 'button', class: 'remove', first: { tabindex: '-1' }, 'aria-label': filled(strings.removeLink, link.label), title: `${filled(strings.removeLink, link.label)} (Delete)`, on: { click: remove } },
      icon('close', 'small')));
}

function toolbar(name: string, ...children: readonly Child[]): Vnode {
  return h('div', { role: 'toolbar', class: 'bar', 'aria-label': name }, ...children);
}

function itemMenu(anchor: Element, chosen: ItemView['id'], { state, strings }: Drawing, choose: (item: ItemView['id']) => void): void {
  openMenu({
    anchor, label: strings.moveTo,
    groups: state.categories.map((category) => ({
      label: category.title, choices: category.items.map(({ title, id }) => ({ label: title, value: id, chosen: id === chosen })),
    })),
    choose: (item) => { if (item !== chosen) choose(item); },
  });
}

/** The button that sends an entry, or a suggestion as it is accepted, to another item. */
function moveButton(chosen: ItemView['id'], drawing: Drawing, choose: (item: ItemView['id']) => void): Vnode {
  const { moveTo } = drawing.strings;
  return h('vscode-button', { appearance: 'icon', 'aria-label': moveTo, title: moveTo, 'aria-haspopup': 'menu', first: { tabindex: '-1' },
    on: { click: (event: Event) => { itemMenu(event.currentTarget as Element, chosen, drawing, choose); } } }, icon('arrow-right'));
}

function documentMenu(anchor: Element, entry: EntryView, handoff: boolean, { state, strings, send }: Drawing): void {
  openMenu({
    anchor, label: strings.document,
    // Only what belongs to the handoff goes to the note alone; everything else goes to one of the documents, and to the note with it.
    groups: [{ choices: state.destinations.filter(({ id }) => handoff || id !== 'handoffNote' || entry.destination === 'handoffNote')
      .map(({ id, label }) => ({ label, value: id, chosen: id === entry.destination })) }],
    choose: (id) => { if (id !== entry.destination) send({ type: 'setDocument', entry: entry.id, document: id === 'handoffNote' ? 'default' : id }); },
  });
}

function entryRow(entry: EntryView, handoff: boolean, drawing: Drawing): Vnode {
  const { state, strings, send, open } = drawing;
  const name = inShort(entry.text);
  const edit = () => { open({ kind: 'edit', owner: entry.id, item: entry.item, text: entry.text, detail: entry.detail, from: { text: entry.text, detail: entry.detail } }); };
  const remove = () => { send({ type: 'deleteEntry', entry: entry.id }); };
  const badge = { '': undefined, written: ['check', strings.writtenBadge], edited: ['edit', strings.editedBadge], gone: ['circle-slash', strings.goneBadge] }[entry.written];
  const destination = state.destinations.find(({ id }) => id === entry.destination)?.label ?? entry.destination;
  const keydown = (event: Event) => {
    const { key } = event as KeyboardEvent;
    if (key === 'F2') edit();
    else if (key === 'Delete') remove();
    else return;
    event.preventDefault();
  };
  return h('li', { key: `entry ${entry.id}`, class: 'entry', 'data-row': '', 'data-entry': entry.id, on: { keydown } },
    unseen(`${strings.entry}: `),
    h('div', { class: 'text', dir: 'auto', on: { dblclick: edit } }, ...words(entry.text)),
    entry.detail !== '' && h('div', { class: 'detail', dir: 'auto' }, ...words(entry.detail)),
    toolbar(`${strings.itemMenu}: ${name}`,
      h('span', { class: 'actions' },
        iconButton('edit', { label: strings.edit, shortcut: 'F2', click: edit }, true),
        iconButton('link', { label: strings.addLink, click: () => { send({ type: 'addLink', entry: entry.id }); } }, true),
        moveButton(entry.item, drawing, (to) => { send({ type: 'moveEntry', entry: entry.id, item: to }); }),
        iconButton('trash', { label: strings.delete, shortcut: 'Delete', click: remove }, true)),
      ...entry.links.map((link, index) => chip(entry.id, link, index, true, drawing)),
      h('span', { class: 'where' },
        badge && namedIcon(badge[0] ?? '', badge[1] ?? '', `small badge-${entry.written}`),
        h('button', { type: 'button', class: 'document', first: { tabindex: '-1' }, 'aria-haspopup': 'menu', 'aria-label': `${strings.document}: ${destination}`, title: strings.document,
          on: { click: (event: Event) => { documentMenu(event.currentTarget as Element, entry, handoff, drawing); } } },
        h('span', { class: 'name' }, destination), icon('chevron-down', 'small')))));
}

function suggestionRow(suggestion: SuggestionView, drawing: Drawing): Vnode {
  const { strings, send, open } = drawing;
  const { id, item, text, detail } = suggestion;
  const edit = () => { open({ kind: 'accept', owner: id, item, text, detail, from: { text, detail } }); };
  const dismiss = () => { send({ type: 'dismissSuggestion', suggestion: id }); };
  const keydown = (event: Event) => {
    const { key } = event as KeyboardEvent;
    if (key === 'F2') edit();
    else if (key === 'Delete') dismiss();
    else return;
    event.preventDefault();
  };
  return h('li', { key: `suggestion ${id}`, class: 'suggestion', 'data-row': '', on: { keydown } },
    unseen(`${strings.suggestion}: `),
    h('div', { class: 'text', dir: 'auto' }, ...words(text)),
    detail !== '' && h('div', { class: 'detail', dir: 'auto' }, ...words(detail)),
    toolbar(`${strings.itemMenu}: ${inShort(text)}`,
      namedIcon(sourceIcons[suggestion.source], sourceName(suggestion.source, drawing), 'source'),
      ...suggestion.links.map((link, index) => chip(id, link, index, false, drawing)),
      ...suggestion.evidence.map((evidence, index) => (evidence.canOpen
        ? h('button', { type: 'button', class: 'link evidence', dir: 'auto', first: { tabindex: '-1' }, title: filled(strings.openEvidence, evidence.text), on: { click: () => { send({ type: 'openEvidence', suggestion: id, index }); } } }, evidence.text)
        : h('span', { class: 'evidence', dir: 'auto', title: evidence.text }, evidence.text))),
      h('span', { class: 'actions' },
        iconButton('check', { class: 'accept', label: strings.accept, click: () => { send({ type: 'acceptSuggestion', suggestion: id, item, text, detail }); } }, true),
        iconButton('edit', { label: strings.edit, shortcut: 'F2', click: edit }, true),
        moveButton(item, drawing, (to) => { send({ type: 'acceptSuggestion', suggestion: id, item: to, text, detail }); }),
        iconButton('close', { label: strings.dismiss, shortcut: 'Delete', click: dismiss }, true))));
}

/** The form that stands in the place of its owner's row, if it is open. */
const formFor = (kind: Form['kind'], owner: string, drawing: Drawing) => drawing.forms.get(keyOf({ kind, owner }));

function itemRow(item: ItemView, category: CategoryView, drawing: Drawing): Vnode {
  const { strings, send, open, forms } = drawing;
  const shown = new Set<string>();
  const formOr = (kind: 'edit' | 'accept', owner: string, row: () => Vnode): Vnode => {
    const form = formFor(kind, owner, drawing);
    if (!form || form.item !== item.id) return row();
    shown.add(keyOf(form));
    return composer(form, inShort(form.from.text), drawing);
  };
  const entries = item.entries.map((entry) => formOr('edit', entry.id, () => entryRow(entry, category.id === 'handoff', drawing)));
  const suggestions = item.suggestions.map((suggestion) => formOr('accept', suggestion.id, () => suggestionRow(suggestion, drawing)));
  // Whose entry or suggestion has gone meanwhile: the text stays open.
  const loose = [...forms.values()].filter((form) => form.item === item.id && form.kind !== 'add' && !shown.has(keyOf(form)));
  const adding = formFor('add', item.id, drawing);
  const add = () => { open({ kind: 'add', owner: item.id, item: item.id, text: '', detail: '', from: { text: '', detail: '' } }); };
  const empty = item.entries.length === 0 && suggestions.length === 0 && loose.length === 0 && !adding;
  const keydown = (event: Event) => {
    const { key } = event as KeyboardEvent;
    // Not Insert: the editor hears the keys of the page too, and would begin to overtype.
    if (key !== '+') return;
    event.preventDefault();
    add();
  };
  return h('li', { key: item.id, class: `item${item.focused ? ' focused' : ''}`, 'data-item': item.id },
    h('div', { class: 'head', 'data-row': '', on: { keydown } },
      h('vscode-checkbox', {
        class: 'tick', 'aria-label': item.ticked && empty ? `${item.title}, ${strings.nothingHere}` : item.title, title: filled(strings.considered, item.title), set: { checked: item.ticked },
        // Raised also when the state sets it, by then nothing has to be said.
        on: { change: (event: Event) => { const { checked } = event.currentTarget as Element & { checked: boolean }; if (checked !== item.ticked) send({ type: 'tick', item: item.id, ticked: checked }); } },
      }, h('span', { class: 'title' }, item.title), item.ticked && empty && h('span', { class: 'nothing' }, ` · ${strings.nothingHere}`)),
      item.focused && namedIcon('target', strings.matchesFocus, 'small match'),
      iconButton('add', { class: 'add', label: filled(strings.addTo, item.title), title: `${strings.add} (+)`, click: add })),
    item.nudge && nudge(item.nudge, drawing),
    !empty && h('ul', { class: 'rows', 'aria-label': item.title },
      ...entries, ...loose.map((form) => composer(form, inShort(form.from.text), drawing)),
      adding && composer(adding, filled(strings.addTo, item.title), drawing),
      ...suggestions));
}

function nudge({ id, text }: { readonly id: string; readonly text: string }, { strings, send }: Drawing): Vnode {
  return h('div', { key: `nudge ${id}`, class: 'nudge', 'data-row': '' }, icon('lightbulb', 'small'), h('span', { class: 'said', dir: 'auto' }, ...words(text)),
    iconButton('close', { label: strings.dismiss, click: () => { send({ type: 'dismissNudge', nudge: id }); } }));
}

/** Whether the category's items show: folded by the host, unless a field in it is being typed in. */
const isFolded = (category: CategoryView): boolean => category.folded
  && !document.activeElement?.closest(`[data-category="${category.id}"] .composer`);

function categoryPart(category: CategoryView, drawing: Drawing): Vnode {
  const { strings, send } = drawing;
  const count = (list: 'entries' | 'suggestions') => category.items.reduce((sum, item) => sum + item[list].length, 0);
  const [entries, suggestions] = [count('entries'), count('suggestions')];
  const folded = isFolded(category);
  const fold = (to: boolean) => { if (to !== category.folded) send({ type: 'fold', category: category.id, folded: to }); };
  const keydown = (event: Event) => {
    const { key } = event as KeyboardEvent;
    if (key === 'ArrowLeft' || key === 'ArrowRight') { event.preventDefault(); fold(key === 'ArrowLeft'); }
  };
  return h('section', { key: category.id, class: 'category', 'data-category': category.id },
    h('h2', { 'data-row': '' },
      h('button', { type: 'button', class: 'fold', 'aria-expanded': String(!folded), 'aria-controls': `items-${category.id}`, title: folded ? `${strings.unfold} (→)` : `${strings.fold} (←)`,
        on: { click: () => { fold(!category.folded); }, keydown } },
      icon(folded ? 'chevron-right' : 'chevron-down'),
      h('span', { class: 'name' }, category.title),
      suggestions > 0 && h('span', { class: 'suggested' }, filled(strings.suggestedCount, suggestions)),
      entries > 0 && [h('span', { key: 'badge', class: 'badge', 'aria-hidden': 'true' }, String(entries)), unseen(filled(strings.entryCount, entries))])),
    h('ul', { id: `items-${category.id}`, class: 'items', 'aria-label': category.title, hidden: folded },
      ...(folded ? [] : category.items.map((item) => itemRow(item, category, drawing)))));
}

/** The four categories with their items, entries and suggestions. */
export const checklistPart = (drawing: Drawing): Vnode[] => drawing.state.categories.map((category) => categoryPart(category, drawing));

/** What stands below the checklist: what would be written, and the two ways to go on; or what is being done. */
export function footerPart({ state, strings, send }: Drawing): Vnode {
  const { busy } = state;
  const idle = !busy && state.canWrite;
  return h('footer', { key: 'footer', class: 'footer' },
    h('div', { class: 'status' },
      busy ? [h('vscode-progress-ring', { key: 'ring' }), h('span', { key: 'busy', class: 'busy' }, busy.text),
        busy.cancellable && wordButton(strings.cancel, { key: 'cancel', class: 'cancel', click: () => { send({ type: 'cancel' }); } })]
        : [h('span', { key: 'summary', class: 'summary' }, state.summary), state.gaps !== '' && h('span', { key: 'gaps', class: 'gaps' }, state.gaps)]),
    h('div', { class: 'buttons' },
      wordButton(strings.preview, { disabled: !idle, click: () => { send({ type: 'preview' }); } }),
      wordButton(strings.write, { primary: true, title: `${strings.write} (Ctrl+Enter)`, disabled: !idle, click: () => { send({ type: 'write' }); } })));
}
