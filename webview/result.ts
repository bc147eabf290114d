import type { ResultView } from '../src/protocol.js';
import { h, type Vnode } from './dom.js';
import { handOverPart, receiptsPart } from './handOver.js';
import { noticesPart } from './header.js';
import { icon, wordButton, words, type Drawing } from './parts.js';

/** After a Write: what went where, what to do next, and the way back. */
export function resultPart(result: ResultView, drawing: Drawing): Vnode {
  const { state, strings, send } = drawing;
  const idle = !state.busy;
  return h('section', { key: 'result', class: 'result', 'aria-labelledby': 'result-headline' },
    h('h1', { id: 'result-headline', tabindex: -1 }, icon('pass'), h('span', {}, result.headline)),
    result.files.length > 0 && h('ul', { class: 'files', 'aria-label': strings.results }, ...result.files.map((file) => h('li', { key: file.id },
      icon('markdown', 'small'),
      h('div', {},
        file.canOpen
          ? h('button', { type: 'button', class: 'link', on: { click: () => { send({ type: 'openResult', file: file.id }); } } }, file.label)
          : h('span', {}, file.label),
        file.detail !== '' && h('div', { class: 'dim', dir: 'auto' }, ...words(file.detail)))))),
    noticesPart('problems', state.notices.filter(({ severity }) => severity !== 'info'), drawing),
    result.next.length > 0 && [h('h2', { key: 'next' }, strings.nextSteps), h('ol', { key: 'steps', class: 'steps' }, ...result.next.map((step) => h('li', { dir: 'auto' }, ...words(step))))],
    receiptsPart(result.receipts),
    handOverPart(result.handOver, drawing),
    state.busy && h('div', { key: 'busy', class: 'status' }, h('vscode-progress-ring', {}), h('span', { class: 'busy' }, state.busy.text),
      state.busy.cancellable && wordButton(strings.cancel, { class: 'cancel', click: () => { send({ type: 'cancel' }); } })),
    h('div', { class: 'buttons stacked' },
      wordButton(strings.backToChecklist, { primary: true, disabled: !idle, click: () => { send({ type: 'closeResult' }); } }),
      result.canUndo && wordButton(strings.undoWrite, { key: 'undo', disabled: !idle, click: () => { send({ type: 'undoWrite' }); } }),
      wordButton(strings.newSession, { key: 'new', disabled: !idle, click: () => { send({ type: 'newSession' }); } })),
    noticesPart('offers', state.notices.filter(({ severity }) => severity === 'info'), drawing));
}
