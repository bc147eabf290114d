import type { HostMessage, PageMessage, PageStrings, PanelState } from '../src/protocol.js';
import { Announcer } from './announcer.js';
import { checklistPart, footerPart } from './checklist.js';
import { h, patchChildren } from './dom.js';
import { headerPart } from './header.js';
import { readHostMessage } from './hostMessage.js';
import { focusRow, listenToKeys, rowsOf, settleStops } from './keyboard.js';
import type { Drawing } from './parts.js';
import { pickUpFooter, pickUpPart } from './pickUp.js';
import { resultPart } from './result.js';
import { hasOwner, intentOf, isChanged, keyOf, readKept, sentForm, settleForms, type Form, type Kept } from './unsaved.js';

/** The part of `acquireVsCodeApi()` that the page uses. */
export interface Host {
  postMessage(message: PageMessage): void;
  getState(): unknown;
  setState(state: Kept): unknown;
}

type Revealed = Extract<Extract<HostMessage, { type: 'reveal' }>['target'], object>;

/** Without a key for this long, the person has stopped typing. */
const typingPause = 3_000;
/** The focus area is sent when typing pauses this long, on Enter, and when the field is left. */
const focusPause = 400;
/** How long an older state may lag behind what was sent. */
const lag = 2_000;

const isField = (element: Element | null): boolean => element !== null && ['vscode-text-area', 'vscode-text-field'].includes(element.localName);

/**
 * The page: a view of the last state, plus what a person has typed and not saved. That text is kept by VS Code (`setState`),
 * not by the host: it is no entry yet, must not enter the draft's journal, and comes back with the page when the view was hidden or the window reloaded.
 */
export class Page {
  private state: PanelState | undefined;
  private strings: PageStrings | undefined;
  private forms = new Map<string, Form>();
  private folder = '';
  private kept: Kept;
  private sessionOpen = false;
  private awaited: HTMLElement | (() => HTMLElement | null | undefined) | undefined;
  private typing = false;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private focusTimer: ReturnType<typeof setTimeout> | undefined;
  private focusTyped: string | undefined;
  private focusSent: { readonly value: string; readonly at: number } | undefined;
  private scrollTimer: ReturnType<typeof setTimeout> | undefined;
  private frame: number | undefined;
  private restored = false;
  /** What is to be revealed once its category is unfolded or the result closed. */
  private hidden: Revealed | undefined;
  private readonly main = document.createElement('main');
  private readonly foot = document.createElement('div');
  private readonly announcer: Announcer;

  constructor(private readonly root: HTMLElement, private readonly host: Host) {
    this.kept = readKept(host.getState());
    this.foot.className = 'foot';
    root.append(this.main);
    this.announcer = new Announcer(root, () => { this.send({ type: 'undo' }); });
    root.append(this.foot);
    listenToKeys(root);
    this.main.addEventListener('scroll', () => {
      clearTimeout(this.scrollTimer);
      this.scrollTimer = setTimeout(() => { this.keep(); }, 200);
    }, { passive: true });
    root.addEventListener('focusout', (event) => { this.left(event.target); });
    root.addEventListener('keydown', (event) => {
      const undo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (undo && !isField(document.activeElement) && this.announcer.takeBack()) event.preventDefault();
      const write = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.defaultPrevented && !isField(document.activeElement);
      if (!write || !this.state?.canWrite || this.state.result || this.state.pickUp) return;
      event.preventDefault();
      this.send({ type: 'write' });
    });
  }

  /** Takes a message from the host; anything else is ignored. */
  receive(data: unknown): void {
    const message = readHostMessage(data);
    if (message) this.handle(message);
  }

  private handle(message: HostMessage): void {
    switch (message.type) {
      case 'strings':
        this.strings = message.strings;
        document.documentElement.lang = message.locale;
        this.announcer.speak(message.strings);
        this.schedule();
        return;
      case 'state':
        if (this.state && message.state.revision < this.state.revision) return;
        this.take(message.state);
        return;
      case 'announce':
        this.flush();
        // Its headline stands on the page already.
        if (message.text === this.state?.result?.headline && document.querySelector('#result-headline')) this.announcer.say(message.text);
        else this.announcer.announce(message.text, message.undo);
        return;
      case 'reveal':
        this.flush();
        this.reveal(message.target);
    }
  }

  private take(state: PanelState): void {
    if (state.folder !== this.folder) {
      // What was typed for one folder is not sent to the other.
      clearTimeout(this.focusTimer);
      this.focusTyped = undefined;
      this.focusSent = undefined;
      this.folder = state.folder;
      this.forms = new Map((this.kept.forms[state.folder] ?? []).map((form) => [keyOf(form), form]));
    }
    if (state.busy && state.busy.text !== this.state?.busy?.text) this.announcer.say(state.busy.text);
    this.state = state;
    const { open, settled } = settleForms([...this.forms.values()], state);
    if (settled.length > 0 || open.length !== this.forms.size) {
      for (const form of settled) this.followForm(form);
      this.forms = new Map(open.map((form) => [keyOf(form), form]));
      this.keep();
    }
    this.schedule();
  }

  /** Many states may arrive between two frames: only the last is drawn. */
  private schedule(): void {
    this.frame ??= requestAnimationFrame(() => { this.draw(); });
  }

  private flush(): void {
    if (this.frame !== undefined) this.draw();
  }

  private draw(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    const { state, strings } = this;
    if (!state || !strings) return;
    const active = document.activeElement instanceof HTMLElement && document.activeElement !== document.body ? document.activeElement : undefined;
    const neighbours = active ? this.neighboursOf(active) : [];
    const drawing: Drawing = {
      state, strings, forms: this.forms, sessionOpen: this.sessionOpen,
      send: (message) => { this.send(message); },
      open: (form) => { this.open(form); },
      type: (key, field, value) => { this.type(key, field, value); },
      save: (key) => { this.save(key); },
      leave: (key) => { this.leave(key); },
      toggleSession: () => { this.sessionOpen = !this.sessionOpen; this.draw(); },
      typeFocus: (value, now) => { this.typeFocus(value, now); },
    };
    // A result or a note waits until the person has finished the sentence.
    const isTyping = isField(active ?? null) && this.main.contains(active ?? null);
    const { result, pickUp }: Pick<PanelState, 'result' | 'pickUp'> = isTyping ? {} : state;
    if (result) {
      patchChildren(this.main, [resultPart(result, drawing)]);
      patchChildren(this.foot, []);
    } else if (pickUp) {
      patchChildren(this.main, pickUpPart(pickUp, drawing));
      patchChildren(this.foot, [pickUpFooter(pickUp, drawing)]);
    } else {
      patchChildren(this.main, [h('h1', { key: 'title', class: 'unseen' }, strings.checklist), ...headerPart(drawing), ...checklistPart(drawing)]);
      patchChildren(this.foot, [footerPart(drawing)]);
    }
    this.main.setAttribute('aria-label', result ? strings.results : pickUp ? strings.pickUp : strings.checklist);
    settleStops(this.root);
    this.showFocusArea(state);
    if (!this.restored) {
      this.restored = true;
      this.main.scrollTop = this.kept.scroll;
    }
    this.settleFocus(active, neighbours);
    this.showHidden();
  }

  /** Where the focus may go if the focused element goes: the rows after it in its item, then those before it. */
  private neighboursOf(active: HTMLElement): (() => HTMLElement | null)[] {
    const rows = rowsOf(this.main);
    const row = active.closest('[data-row]');
    const at = rows.findIndex((one) => one === row);
    if (at < 0) return [];
    const item = row?.closest('[data-item]');
    const entry = row instanceof HTMLElement ? row.dataset['entry'] : undefined;
    const after = rows.slice(at + 1).filter((one) => item && one.closest('[data-item]') === item);
    const candidates = [...after, ...rows.slice(0, at).reverse()].map((candidate) => () => candidate);
    return entry === undefined ? candidates : [() => this.rowOf(entry), ...candidates];
  }

  private rowOf(entry: string): HTMLElement | null {
    return this.main.querySelector<HTMLElement>(`[data-entry="${CSS.escape(entry)}"]`);
  }

  /** Moves the focus only when its element is gone, or when an action of the person awaited this update. */
  private settleFocus(active: HTMLElement | undefined, neighbours: readonly (() => HTMLElement | null)[]): void {
    const { awaited } = this;
    this.awaited = undefined;
    // Focusing takes the keyboard from the editor: not while the person is there.
    if (!document.hasFocus()) return;
    const gone = active !== undefined && (!active.isConnected || !active.checkVisibility());
    const target = typeof awaited === 'function' ? awaited() : awaited;
    if (target && (gone || active === undefined)) {
      if (target.matches('[data-row]')) focusRow(target);
      else target.focus();
      return;
    }
    if (!gone) return;
    const headline = this.main.querySelector<HTMLElement>('#result-headline, #pickup-headline');
    const next = headline ?? neighbours.map((candidate) => candidate()).find((candidate) => candidate?.isConnected && candidate.checkVisibility());
    if (next === headline) headline?.focus();
    else if (next) focusRow(next);
    else { const [first] = rowsOf(this.main); if (first) focusRow(first); }
  }

  private send(message: PageMessage): void {
    if (message.type !== 'typing' && message.type !== 'setFocus') this.sendFocusArea();
    this.host.postMessage(message);
  }

  // What is typed.

  private noteTyping(typing: boolean): void {
    clearTimeout(this.typingTimer);
    if (typing) this.typingTimer = setTimeout(() => { this.noteTyping(false); }, typingPause);
    if (typing === this.typing) return;
    this.typing = typing;
    this.send({ type: 'typing', typing });
  }

  private left(target: EventTarget | null): void {
    if (!(target instanceof Element) || !isField(target)) return;
    if (target.classList.contains('focus')) this.sendFocusArea();
    this.noteTyping(false);
    // Once the focus has arrived where it goes: a result or a fold may have waited for it.
    if (this.state?.result || this.state?.pickUp || this.state?.categories.some(({ folded }) => folded)) setTimeout(() => { this.draw(); });
  }

  private open(form: Form): void {
    const key = keyOf(form);
    for (const [other, { sent }] of this.forms) {
      const there = this.forms.get(other);
      if (other !== key && there && !isChanged(there) && !sent) this.forms.delete(other);
    }
    if (!this.forms.has(key)) this.forms.set(key, form);
    this.draw();
    const row = this.formRow(key);
    row?.querySelector<HTMLElement>('vscode-text-area')?.focus();
    row?.scrollIntoView({ block: 'nearest' });
  }

  private formRow(key: string): HTMLElement | null {
    return this.main.querySelector<HTMLElement>(`[data-form="${CSS.escape(key)}"]`);
  }

  private type(key: string, field: 'text' | 'detail', value: string): void {
    const form = this.forms.get(key);
    if (!form || form[field] === value) return;
    this.forms.set(key, { ...form, [field]: value });
    this.keep();
    this.noteTyping(true);
  }

  private save(key: string): void {
    const form = this.forms.get(key);
    if (!form || !this.state || form.sent) return;
    const same = form.kind === 'edit' && hasOwner(form, this.state) && form.text.trim() === form.from.text.trim() && form.detail.trim() === form.from.detail.trim();
    const intent = intentOf(form, this.state);
    // The host would change nothing, and nothing would come back.
    if (same) { this.leave(key); return; }
    if (!intent) return;
    this.noteTyping(false);
    this.forms.set(key, sentForm(form, this.state));
    this.send(intent);
    this.draw();
    setTimeout(() => {
      const waiting = this.forms.get(key);
      if (!waiting?.sent) return;
      // No answer: the text is the person's again.
      const { sent: _, ...free } = waiting;
      this.forms.set(key, free);
      this.draw();
    }, lag);
  }

  private leave(key: string): void {
    const form = this.forms.get(key);
    if (!form) return;
    this.noteTyping(false);
    this.followForm(form);
    this.forms.delete(key);
    this.keep();
    this.draw();
  }

  /** The focus goes back to where the form was opened. */
  private followForm(form: Form): void {
    if (!this.formRow(keyOf(form))?.contains(document.activeElement)) return;
    const { kind, owner, item } = form;
    this.awaited = () => (kind === 'edit' ? this.rowOf(owner) : undefined)
      ?? this.main.querySelector<HTMLElement>(`[data-item="${item}"] .add`);
  }

  private keep(): void {
    const changed = [...this.forms.values()].filter(isChanged).map((form): Form => { const { sent: _, ...rest } = form; return rest; });
    const { [this.folder]: __, ...others } = this.kept.forms;
    this.kept = { forms: changed.length > 0 ? { ...others, [this.folder]: changed } : others, scroll: this.restored ? this.main.scrollTop : this.kept.scroll };
    this.host.setState(this.kept);
  }

  // The focus area.

  private typeFocus(value: string, now: boolean): void {
    clearTimeout(this.focusTimer);
    this.focusTyped = value;
    if (now) this.sendFocusArea();
    else {
      this.focusTimer = setTimeout(() => { this.sendFocusArea(); }, focusPause);
      this.noteTyping(true);
    }
  }

  private sendFocusArea(): void {
    clearTimeout(this.focusTimer);
    const focus = this.focusTyped?.trim();
    this.focusTyped = undefined;
    if (focus === undefined || focus === (this.focusSent?.value ?? this.state?.focus)) return;
    this.focusSent = { value: focus, at: Date.now() };
    this.send({ type: 'setFocus', focus });
  }

  private showFocusArea(state: PanelState): void {
    const field = this.main.querySelector<HTMLElement & { value: string }>('.focus.field');
    if (this.focusSent && (state.focus === this.focusSent.value || Date.now() - this.focusSent.at > lag)) this.focusSent = undefined;
    if (!field || field === document.activeElement || this.focusTyped !== undefined || this.focusSent) return;
    if (field.value !== state.focus) field.value = state.focus;
  }

  // Where the host wants the focus.

  private reveal(target: Extract<HostMessage, { type: 'reveal' }>['target']): void {
    const { state } = this;
    if (!state) return;
    if (target === 'focus') { this.main.querySelector<HTMLElement>('.focus.field')?.focus(); return; }
    if (target === 'result' || target === 'pickUp' || target === 'first') {
      const headline = this.main.querySelector<HTMLElement>('#result-headline, #pickup-headline');
      const first = this.main.querySelector<HTMLElement>('.category [data-row]');
      if (headline) headline.focus();
      else if (target === 'first' && first) focusRow(first);
      return;
    }
    const category = state.categories.find(({ items }) => items.some((item) => ('item' in target ? item.id === target.item : item.entries.some(({ id }) => id === target.entry))));
    if (!category) return;
    // Out of sight: shown as soon as the host has answered.
    this.hidden = state.result || state.pickUp || category.folded ? target : undefined;
    if (state.result) this.send({ type: 'closeResult' });
    if (state.pickUp) this.send({ type: 'closePickUp' });
    if (category.folded) this.send({ type: 'fold', category: category.id, folded: false });
    if (!this.hidden) this.show(target);
  }

  private showHidden(): void {
    const { hidden, state } = this;
    if (!hidden || !state || state.result || state.pickUp) return;
    this.hidden = undefined;
    this.reveal(hidden);
  }

  private show(target: Revealed): void {
    if ('item' in target) this.open({ kind: 'add', owner: target.item, item: target.item, text: '', detail: '', from: { text: '', detail: '' } });
    else { const row = this.rowOf(target.entry); if (row) focusRow(row); }
  }
}
