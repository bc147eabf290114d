/**
 * The component library, behind one door: no other file imports it. It is no longer developed, so what is wrong with it is
 * put right here.
 */
import { letStylesBe } from './strictStyles.js';
import {
  Button, Checkbox, ProgressRing, TextArea, TextField,
  provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption, vsCodeProgressRing, vsCodeTextArea, vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** Components write a name of their own ("Text area", "Loading") over the one that they were given, when they are connected. */
function keepGivenNames(): void {
  for (const component of [Checkbox, TextArea, TextField]) {
    const prototype = component.prototype as { connectedCallback(this: HTMLElement): void };
    const connected = prototype.connectedCallback;
    prototype.connectedCallback = function keepName(this: HTMLElement) {
      const given = this.getAttribute('aria-label');
      connected.call(this);
      if (given !== null) this.setAttribute('aria-label', given);
    };
  }
}

/** The button hears only of three attributes and swallows the rest, `aria-expanded` and `aria-disabled` among them. */
function passAttributesOn(): void {
  interface Listening { attributeChangedCallback(this: HTMLElement, name: string, before: string | null, after: string | null): void }
  const own = Button.prototype as unknown as Listening;
  const changed = own.attributeChangedCallback;
  const inherited = Object.getPrototypeOf(Button.prototype) as Listening;
  own.attributeChangedCallback = function passOn(this: HTMLElement, name, before, after) {
    inherited.attributeChangedCallback.call(this, name, before, after);
    changed.call(this, name, before, after);
  };
}

/** The ring calls itself an alert; it is decoration beside a text that says the same. */
function silenceRing(): void {
  const prototype = ProgressRing.prototype as unknown as { connectedCallback(this: HTMLElement): void };
  const connected = prototype.connectedCallback;
  prototype.connectedCallback = function silence(this: HTMLElement) {
    connected.call(this);
    for (const name of ['aria-live', 'aria-label', 'role']) this.removeAttribute(name);
    this.setAttribute('aria-hidden', 'true');
  };
}

/** Registers the components that the page uses: `vscode-button` and so on. Its badge is not one: it needs a style attribute. */
export function registerComponents(): void {
  letStylesBe();
  keepGivenNames();
  passAttributesOn();
  silenceRing();
  provideVSCodeDesignSystem().register(
    vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing(), vsCodeTextArea(), vsCodeTextField());
}
