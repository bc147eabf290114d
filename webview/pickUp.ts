import type { PickUpIcon, PickUpLine, PickUpSection, PickUpView, PlaceView, TextPart } from '../src/protocol.js';
import { h, type Child, type Vnode } from './dom.js';
import { handOverPart, receiptsPart } from './handOver.js';
import { noticesPart } from './header.js';
import { filled, icon, iconButton, inShort, linkState, namedIcon, wordButton, words, type Drawing } from './parts.js';

const icons: Readonly<Record<PickUpIcon, string>> = {
  branch: 'git-branch', commits: 'git-commit', files: 'diff', people: 'person', links: 'link', warning: 'warning', working: 'play', uncommitted: 'source-control', other: 'note',
  discovered: 'lightbulb', fixed: 'bug', changed: 'git-compare',
};

/** A sentence, some of whose words open something. */
const sentence = (parts: readonly TextPart[], { send }: Drawing): Child[] => parts.map(({ text, place, tone }) => {
  const said = words(text);
  if (place !== undefined) return h('button', { type: 'button', class: 'link', on: { click: () => { send({ type: 'openPickUp', place }); } } }, ...said);
  return tone === undefined ? said : h('span', { class: tone }, ...said);
});

function placeLink(link: PlaceView, drawing: Drawing, inBar: boolean): Vnode {
  const { strings, send } = drawing;
  const state = linkState(link.state, drawing);
  return h('span', { class: `chip${link.state === 'lost' ? ' lost' : ''}` },
    h('button', {
      type: 'button', class: 'link', ...(inBar ? { first: { tabindex: '-1' } } : {}), 'aria-label': [filled(strings.openLink, link.label), state?.words, link.was].filter(Boolean).join(', '),
      title: [link.label, link.text, state?.words].filter(Boolean).join('\n'), on: { click: () => { send({ type: 'openPickUp', place: link.place }); } },
    }, state && icon(state.icon, 'small'), h('span', { class: 'short' }, link.short), h('span', { class: 'long' }, link.label)),
    link.was !== undefined && h('span', { class: 'was dim' }, link.was));
}

/** Links of a line: one stop of the Tab key, however many they are. */
const linksBar = (links: readonly PlaceView[], name: string, drawing: Drawing): Child => links.length > 0
  && h('div', { role: 'toolbar', class: 'bar', 'aria-label': `${drawing.strings.itemMenu}: ${inShort(name)}` }, ...links.map((link) => placeLink(link, drawing, true)));

const nameOf = (parts: readonly TextPart[]): string => parts.map(({ text }) => text).join('');
const hasControls = ({ parts, links }: PickUpLine): boolean => links.length > 0 || parts.some(({ place }) => place !== undefined);

function line(one: PickUpLine, label: string | undefined, drawing: Drawing): Vnode {
  const isInline = one.icon === 'working' && one.links.length === 1;
  return h('li', { key: one.id, class: `told about-${one.icon}`, ...(hasControls(one) ? { 'data-row': '' } : {}) },
    label === undefined ? icon(icons[one.icon]) : namedIcon(icons[one.icon], label),
    h('div', { class: 'said' },
      h('span', { dir: 'auto' }, ...sentence(one.parts, drawing)),
      isInline ? [' ', ...one.links.map((link) => placeLink(link, drawing, false))] : linksBar(one.links, nameOf(one.parts), drawing)));
}

function step({ id, text, done, links }: PickUpView['steps'][number], drawing: Drawing): Vnode {
  const { send } = drawing;
  // Two rows for the arrow keys: the step itself, and what it links to.
  return h('li', { key: id, class: 'step' },
    h('div', { 'data-row': '' }, h('vscode-checkbox', {
      class: 'tick', 'aria-label': text.replaceAll('`', ''), set: { checked: done },
      on: { change: (event: Event) => { const { checked } = event.currentTarget as Element & { checked: boolean }; if (checked !== done) send({ type: 'tickStep', step: id, ticked: checked }); } },
    }, h('span', { class: `title${done ? ' dim' : ''}`, dir: 'auto' }, ...words(text)))),
    links.length > 0 && h('div', { 'data-row': '' }, linksBar(links, text, drawing)));
}

function command({ id, text, remark }: PickUpView['commands'][number], canInsert: boolean, drawing: Drawing): Vnode {
  const { strings, send } = drawing;
  return h('li', { key: id, class: 'command', 'data-row': '' },
    h('div', { class: 'line' },
      h('code', { dir: 'ltr' }, text),
      h('div', { role: 'toolbar', class: 'tools', 'aria-label': `${strings.itemMenu}: ${inShort(text)}` }, h('span', { class: 'actions' },
        canInsert && iconButton('terminal', { label: filled(strings.insertCommand, text), click: () => { send({ type: 'insertCommand', command: id }); } }, true),
        iconButton('copy', { label: filled(strings.copyCommand, text), click: () => { send({ type: 'copyCommand', command: id }); } }, true)))),
    remark !== '' && h('div', { class: 'dim', dir: 'auto' }, ...words(remark)));
}

function section(id: PickUpSection, title: string, { folded }: PickUpView, drawing: Drawing, ...children: readonly Child[]): Vnode {
  const { send } = drawing;
  const isFolded = folded.includes(id);
  const fold = (to: boolean) => { if (to !== isFolded) send({ type: 'foldPickUp', section: id, folded: to }); };
  return h('section', { key: id, class: 'category', 'data-section': id },
    h('h2', { class: 'heading', 'data-row': '' }, h('button', {
      type: 'button', class: 'fold', 'aria-expanded': String(!isFolded), 'aria-controls': `part-${id}`,
      on: {
        click: () => { fold(!isFolded); },
        keydown: (event: Event) => { const to = { ArrowLeft: true, ArrowRight: false }[(event as KeyboardEvent).key]; if (to !== undefined) { event.preventDefault(); fold(to); } },
      },
    }, icon(isFolded ? 'chevron-right' : 'chevron-down'), h('span', { class: 'name' }, title))),
    h('div', { id: `part-${id}`, class: 'part', hidden: isFolded }, ...(isFolded ? [] : children)));
}

/** A note that is picked up: what became of the world that it speaks of, what to do, what was learned. */
export function pickUpPart(view: PickUpView, drawing: Drawing): Vnode[] {
  const { state, strings, send } = drawing;
  const learned = { discovered: state.categories.find(({ id }) => id === 'discovered')?.title, fixed: state.categories.find(({ id }) => id === 'fixed')?.title, changed: state.categories.find(({ id }) => id === 'changed')?.title };
  const labelOf = ({ icon: name }: PickUpLine) => (name === 'discovered' || name === 'fixed' || name === 'changed' ? learned[name] : undefined);
  const hasWork = view.carryOn.length + view.steps.length + view.commands.length > 0;
  return [
    h('div', { key: 'top', class: 'top picked' },
      h('div', { class: 'line' },
        h('h1', { id: 'pickup-headline', tabindex: -1, title: view.time }, h('strong', {}, view.headline), view.branch !== '' && h('span', { class: 'branch dim', dir: 'auto' }, view.branch)),
        h('span', { class: 'tools' },
          iconButton('go-to-file', { label: strings.openNote, click: () => { send({ type: 'openNote' }); } }),
          iconButton('close', { label: strings.backToChecklist, click: () => { send({ type: 'closePickUp' }); } }))),
      view.about !== '' && h('div', { class: 'dim', dir: 'auto' }, view.about),
      view.status && h('div', { key: 'status', class: 'note-status' }, icon(view.isDone ? 'pass' : 'info', 'small'), h('span', {}, ...sentence(view.status, drawing)))),
    noticesPart('notices', state.notices, drawing),
    section('since', strings.sinceThen, view, drawing,
      view.looking && h('div', { class: 'looking' }, h('vscode-progress-ring', {}), h('span', {}, strings.looking)),
      h('ul', { class: 'lines', 'aria-label': strings.sinceThen }, ...view.since.map((one) => line(one, undefined, drawing)))),
    section('carryOn', strings.carryOn, view, drawing,
      !hasWork && h('p', { class: 'dim' }, strings.nothingToDo),
      h('ul', { class: 'lines', 'aria-label': strings.carryOn, hidden: !hasWork },
        ...view.carryOn.map((one) => line(one, undefined, drawing)), ...view.steps.map((one) => step(one, drawing)), ...view.commands.map((one) => command(one, view.canInsert, drawing)))),
    section('learned', strings.learned, view, drawing,
      view.learned.length === 0 ? h('p', { class: 'dim' }, strings.nothingLearned)
        : h('ul', { class: 'lines', 'aria-label': strings.learned }, ...view.learned.map((one) => line(one, labelOf(one), drawing)))),
  ];
}

/** Below a note: who picked it up, how to hand it over, and the two ways to leave it. */
export function pickUpFooter(view: PickUpView, drawing: Drawing): Vnode {
  const { strings, send } = drawing;
  return h('footer', { key: 'pickUpFooter', class: 'footer' },
    receiptsPart(view.receipts),
    handOverPart(view.handOver, drawing),
    h('div', { class: 'buttons' },
      wordButton(view.isDone ? strings.reopen : strings.markDone, { key: 'mark', click: () => { send({ type: 'markNote', done: !view.isDone }); } }),
      view.continueTitle !== undefined ? wordButton(strings.continueNote, { key: 'continue', primary: true, title: view.continueTitle, click: () => { send({ type: 'continueNote' }); } })
        : wordButton(strings.toChecklist, { key: 'leave', primary: true, click: () => { send({ type: 'closePickUp' }); } })));
}
