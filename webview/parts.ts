import type { LinkView, PageMessage, PageStrings, PanelState } from '../src/protocol.js';
import { h, type Child, type Vnode } from './dom.js';
import { segmentsOf } from './inlineCode.js';
import type { Form } from './unsaved.js';

/** What every part of the page is drawn from, and where it sends what the person does. */
export interface Drawing {
  readonly state: PanelState;
  readonly strings: PageStrings;
  readonly forms: ReadonlyMap<string, Form>;
  /** Sends an intent to the host. */
  readonly send: (message: PageMessage) => void;
  readonly open: (form: Form) => void;
  readonly type: (key: string, field: 'text' | 'detail', value: string) => void;
  readonly save: (key: string) => void;
  readonly leave: (key: string) => void;
  /** Whether the long form of the session line is open. */
  readonly sessionOpen: boolean;
  readonly toggleSession: () => void;
  readonly typeFocus: (value: string, now: boolean) => void;
}

/** The words with `{0}`, `{1}` replaced. */
export const filled = (words: string, ...values: readonly (string | number)[]): string =>
  words.replace(/\{(\d)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));

/** An icon beside a text that says the same. */
export const icon = (name: string, more = ''): Vnode => h('span', { class: `codicon codicon-${name} ${more}`.trim(), 'aria-hidden': 'true' });

/** An icon that says something of its own. */
export const namedIcon = (name: string, label: string, more = ''): Vnode =>
  h('span', { class: `codicon codicon-${name} ${more}`.trim(), role: 'img', 'aria-label': label, title: label });

/** A text with its code spans. */
export const words = (text: string): Child[] => segmentsOf(text).map((part) => (part.code ? h('code', {}, part.text) : part.text));

/** For screen readers only. */
export const unseen = (text: string): Vnode => h('span', { class: 'unseen' }, text);

/** The text on one line, short enough to tell rows apart by name. */
export function inShort(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

const linkIcons = { moved: 'arrow-swap', edited: 'edit', ambiguous: 'question', lost: 'warning' } as const;

/** The mark of a link whose line is not where it was, with its words; undefined where there is nothing to say. */
export function linkState(state: LinkView['state'], { strings }: Drawing): { readonly icon: string; readonly words: string } | undefined {
  if (state === undefined || state === 'exact') return undefined;
  const said = { moved: strings.linkMoved, edited: strings.linkEdited, ambiguous: strings.linkAmbiguous, lost: strings.linkLost };
  return { icon: linkIcons[state], words: said[state] };
}

interface ButtonSettings {
  readonly key?: string;
  readonly class?: string;
  readonly label: string;
  readonly title?: string;
  readonly shortcut?: string;
  readonly click: (event: Event) => void;
}

/** A button that is only an icon; in a toolbar, where arrow keys reach it, it is no stop of its own. */
export const iconButton = (name: string, { key, label, title, shortcut, click, class: more }: ButtonSettings, toolbar = false): Vnode => h('vscode-button', {
  ...(key === undefined ? {} : { key }), class: more, 'aria-label': label, title: title ?? (shortcut ? `${label} (${shortcut})` : label), appearance: 'icon',
  ...(toolbar ? { first: { tabindex: '-1' } } : {}), on: { click },
}, icon(name));

/** A button with words. A disabled one keeps the focus, so that it can be told why. */
export const wordButton = (label: string, { primary = false, disabled = false, click, key, title, class: more, icon: name }:
Omit<ButtonSettings, 'label'> & { readonly primary?: boolean; readonly disabled?: boolean; readonly icon?: string }): Vnode => h('vscode-button', {
  ...(key === undefined ? {} : { key }), appearance: primary ? 'primary' : 'secondary', 'aria-disabled': disabled ? 'true' : undefined, title, class: more,
  on: { click: (event: Event) => { if (!disabled) click(event); } },
}, name !== undefined && h('span', { slot: 'start', class: `codicon codicon-${name}`, 'aria-hidden': 'true' }), label);
