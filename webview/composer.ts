import { h, type Vnode } from './dom.js';
import { textLimit } from './limits.js';
import { wordButton, type Drawing } from './parts.js';
import { keyOf, type Form } from './unsaved.js';

interface Field extends HTMLElement { readonly value: string }
const valueOf = (event: Event): string => (event.currentTarget as Field).value;

/**
 * Where an entry is written: text, optional detail, Save and Cancel. Enter saves, as in a chat, since most entries are one
 * line; Shift+Enter starts a new line; Escape cancels. Enter that ends an input method's composition does neither.
 */
export function composer(form: Form, name: string, { strings, type, save, leave }: Drawing): Vnode {
  const key = keyOf(form);
  const keydown = (event: Event) => {
    const pressed = event as KeyboardEvent;
    // 229: the key belongs to the input method, also where isComposing is already false (Safari, some Linux ones).
    if (pressed.isComposing || pressed.keyCode === 229) return;
    const inField = (pressed.target as Element).localName === 'vscode-text-area';
    if (pressed.key === 'Escape') leave(key);
    else if (pressed.key === 'Enter' && (pressed.ctrlKey || pressed.metaKey || (inField && !pressed.shiftKey))) save(key);
    else return;
    pressed.preventDefault();
    pressed.stopPropagation();
  };
  const field = (what: 'text' | 'detail', label: string, placeholder: string, rows: number) => h('vscode-text-area', {
    class: `field write-${what}`, 'aria-label': label, placeholder, rows, maxlength: textLimit, resize: 'none', title: strings.composerKeys, readonly: form.sent !== undefined,
    'data-field': what, set: { value: form[what] }, on: { input: (event: Event) => { type(key, what, valueOf(event)); } },
  });
  return h('li', { key: `form ${key}`, class: 'composer', 'data-row': '', 'data-form': key, on: { keydown } },
    h('div', { role: 'group', 'aria-label': name },
      field('text', strings.text, strings.textPlaceholder, 2),
      field('detail', strings.detail, strings.detailPlaceholder, 1),
      h('div', { class: 'buttons' },
        wordButton(form.kind === 'accept' ? strings.accept : strings.save, { primary: true, title: strings.composerKeys, click: () => { save(key); } }),
        wordButton(strings.cancel, { click: () => { leave(key); } }))));
}
