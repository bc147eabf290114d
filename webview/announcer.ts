import type { PageStrings } from '../src/protocol.js';
import { h, patchChildren } from './dom.js';
import { iconButton, wordButton } from './parts.js';

/** How long a message without Undo stays; one with Undo stays until the next one, or until it is closed. */
const shownFor = 6_000;

/**
 * Says what happened: to screen readers by a live region that is always there, to eyes by a line above the footer, which
 * takes its own room and so never covers what is being worked on.
 */
export class Announcer {
  private readonly live = document.createElement('div');
  private readonly line = document.createElement('div');
  private strings: PageStrings | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private undo = false;
  private before: HTMLElement | undefined;

  constructor(parent: Element, private readonly sendUndo: () => void) {
    this.live.className = 'unseen';
    this.live.setAttribute('role', 'status');
    this.live.setAttribute('aria-live', 'polite');
    this.line.className = 'toast';
    this.line.hidden = true;
    this.line.addEventListener('focusin', (event) => {
      const from = (event as FocusEvent).relatedTarget;
      if (from instanceof HTMLElement && !this.line.contains(from)) this.before = from;
    });
    parent.append(this.live, this.line);
  }

  /** The words of the two buttons. */
  speak(strings: PageStrings): void {
    this.strings = strings;
  }

  /** Only the live region: for what the page shows anyway. */
  say(text: string): void {
    // The same text twice is a change only if the region was empty in between.
    this.live.textContent = '';
    setTimeout(() => { this.live.textContent = text; }, 50);
  }

  announce(text: string, undo: boolean): void {
    this.say(text);
    const { strings } = this;
    if (!strings) return;
    this.undo = undo;
    patchChildren(this.line, [
      // Spoken already; the buttons beside it are for everybody.
      h('span', { class: 'said', 'aria-hidden': 'true', dir: 'auto' }, text),
      ...(undo ? [wordButton(strings.undo, { key: 'undo', title: `${strings.undo} (Ctrl+Z)`, click: () => { this.takeBack(); } })] : []),
      iconButton('close', { key: 'close', label: strings.close, click: () => { this.hide(); } }),
    ]);
    this.line.hidden = false;
    clearTimeout(this.timer);
    if (!undo) this.timer = setTimeout(() => { if (!this.line.matches(':hover, :focus-within')) this.hide(); }, shownFor);
  }

  /** Sends Undo if the last message offered it. */
  takeBack(): boolean {
    if (!this.undo) return false;
    this.hide();
    this.sendUndo();
    return true;
  }

  private hide(): void {
    this.undo = false;
    if (this.line.matches(':focus-within') && this.before?.isConnected) this.before.focus();
    this.line.hidden = true;
  }
}
