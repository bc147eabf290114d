import type { HandOverView } from '../src/protocol.js';
import { h, type Vnode } from './dom.js';
import { wordButton, type Drawing } from './parts.js';

const icons: Readonly<Record<HandOverView['icon'], string>> = { agent: 'comment-discussion', terminal: 'terminal', copy: 'copy' };

/** The ways to hand the shown note to an agent; the best one first. */
export const handOverPart = (ways: readonly HandOverView[], { strings, send }: Drawing): Vnode =>
  h('div', { key: 'handOver', class: 'hand-over', role: 'group', 'aria-label': strings.handOver, hidden: ways.length === 0 },
    h('span', { class: 'dim', 'aria-hidden': 'true' }, strings.handOver),
    h('div', { class: 'buttons' }, ...ways.map(({ id, label, icon, title }) =>
      wordButton(label, { key: id, title, icon: icons[icon], click: () => { send({ type: 'handOver', way: id }); } }))));

/** Which agent sessions were handed the note. */
export const receiptsPart = (receipts: readonly string[]): Vnode =>
  h('ul', { key: 'receipts', class: 'receipts dim', hidden: receipts.length === 0 }, ...receipts.map((receipt) => h('li', {}, receipt)));
