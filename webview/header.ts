import type { NoticeView, UsageView } from '../src/protocol.js';
import { h, type Vnode } from './dom.js';
import { icon, iconButton, namedIcon, wordButton, words, type Drawing } from './parts.js';

const textOf = (event: Event) => (event.currentTarget as Element & { readonly value: string }).value;

/** The headline with its number in bold: "71 % of context used". */
function headline(text: string): (Vnode | string)[] {
  const number = /\d[\d.,'\u00a0\u202f]*(?:[kM]\b|[ \u00a0\u202f]?%)?/u.exec(text);
  if (!number) return [text];
  return [text.slice(0, number.index), h('strong', {}, number[0]), text.slice(number.index + number[0].length)].filter((part) => part !== '');
}

function usagePart(usage: UsageView, { strings }: Drawing): Vnode {
  return h('section', { key: 'usage', class: `usage ${usage.level}`, 'aria-label': strings.contextUsed },
    h('div', { class: 'line' },
      h('span', { class: 'headline' }, usage.level === 'urgent' && icon('warning', 'small'), ...headline(usage.headline)),
      usage.amount !== undefined && h('span', { class: 'dim' }, usage.amount)),
    usage.percent !== undefined && h('div', { class: 'meter', role: 'meter', 'aria-label': strings.contextUsed, 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(usage.percent), 'aria-valuetext': usage.headline },
      h('div', { class: 'fill', vars: { '--fill': `${String(usage.percent)}%` } })),
    h('div', { class: 'line dim' }, usage.remaining !== undefined && h('span', {}, usage.remaining), h('span', { class: 'agent' }, usage.agent)));
}

function noticePart(notice: NoticeView, { strings, send }: Drawing): Vnode {
  const name = { info: strings.severityInfo, warning: strings.severityWarning, error: strings.severityError }[notice.severity];
  return h('li', { key: notice.id, class: `notice ${notice.severity}`, 'data-row': '' },
    namedIcon(notice.severity, name),
    h('div', { class: 'said', role: notice.severity === 'error' ? 'alert' : undefined },
      h('span', { dir: 'auto' }, ...words(notice.text)),
      notice.actions.length > 0 && h('div', { class: 'buttons' },
        ...notice.actions.map((action) => wordButton(action.label, { key: action.id, primary: action.primary === true, click: () => { send({ type: 'noticeAction', notice: notice.id, action: action.id }); } })))),
    notice.dismissable && iconButton('close', { label: strings.dismissNotice, click: () => { send({ type: 'dismissNotice', notice: notice.id }); } }));
}

/** A list of what should be known, in the checklist and beside a result. */
export const noticesPart = (key: string, notices: readonly NoticeView[], drawing: Drawing): Vnode =>
  h('ul', { key, class: 'notices', hidden: notices.length === 0 }, ...notices.map((notice) => noticePart(notice, drawing)));

/** Above the checklist: how full the context is, which folder, the focus area, the session, and what should be known. */
export function headerPart(drawing: Drawing): Vnode[] {
  const { state, strings, send, sessionOpen, toggleSession, typeFocus } = drawing;
  return [
    h('div', { key: 'top', class: 'top' },
      state.usage && usagePart(state.usage, drawing),
      state.folders.length > 1 && h('vscode-dropdown', {
        key: 'folder', class: 'folder', 'aria-label': strings.folder, title: strings.folder, set: { value: state.folder },
        on: { change: (event: Event) => { const folder = textOf(event); if (folder !== state.folder && state.folders.some(({ id }) => id === folder)) send({ type: 'selectFolder', folder }); } },
      }, ...state.folders.map(({ id, name }) => h('vscode-option', { key: id, value: id, selected: id === state.folder }, name))),
      h('vscode-text-field', {
        key: 'focus', class: 'focus field', 'aria-label': strings.focusLabel, placeholder: strings.focusPlaceholder, title: strings.focusLabel, maxlength: 200, 'data-field': 'focus', dir: 'auto',
        on: {
          input: (event: Event) => { typeFocus(textOf(event), false); },
          keydown: (event: Event) => { const { key, isComposing } = event as KeyboardEvent; if (key === 'Enter' && !isComposing) typeFocus(textOf(event), true); },
        },
      }),
      state.session.text !== '' && h('div', { key: 'session', class: 'session' },
        h('button', { type: 'button', 'aria-expanded': String(sessionOpen), 'aria-label': `${strings.session}: ${state.session.text}`, title: state.session.tooltip, on: { click: toggleSession } },
          icon('git-branch', 'small'), h('span', {}, state.session.text)),
        sessionOpen && h('p', {}, state.session.tooltip))),
    noticesPart('notices', state.notices, drawing),
  ];
}
