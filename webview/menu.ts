interface Choice<V extends string> { readonly label: string; readonly value: V; readonly chosen: boolean }
interface Menu<V extends string> {
  /** Where it opens, and where the focus returns. */
  readonly anchor: Element;
  readonly label: string;
  readonly groups: readonly { readonly label?: string; readonly choices: readonly Choice<V>[] }[];
  readonly choose: (value: V) => void;
}

let closeOpen: (() => void) | undefined;

function element(tag: string, attributes: Readonly<Record<string, string>>, text = ''): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/**
 * A menu of which one choice holds, in the browser's top layer. Arrow keys, Home, End and first letters move; Enter and
 * space choose; Escape and Tab leave it. It stands outside what updates redraw, so that none disturbs it.
 */
export function openMenu<V extends string>({ anchor, label, groups, choose }: Menu<V>): void {
  closeOpen?.();
  const menu = element('div', { role: 'menu', class: 'menu', 'aria-label': label, popover: 'manual', tabindex: '-1' });
  const items: HTMLElement[] = [];
  const close = (refocus: boolean) => {
    if (closeOpen !== finish) return;
    closeOpen = undefined;
    document.removeEventListener('pointerdown', outside, true);
    window.removeEventListener('blur', finish);
    window.removeEventListener('resize', finish);
    anchor.removeAttribute('aria-expanded');
    // The anchor first: an element that is removed while focused leaves the focus nowhere.
    if (refocus && anchor instanceof HTMLElement && anchor.isConnected) anchor.focus();
    menu.remove();
  };
  const finish = () => { close(false); };
  const outside = (event: Event) => { if (event.target instanceof Node && !menu.contains(event.target)) close(false); };
  for (const group of groups) {
    const block = element('div', group.label === undefined ? { role: 'group' } : { role: 'group', 'aria-label': group.label });
    if (group.label !== undefined) block.append(element('div', { class: 'heading', 'aria-hidden': 'true' }, group.label));
    for (const choice of group.choices) {
      const item = element('button', { type: 'button', role: 'menuitemradio', 'aria-checked': String(choice.chosen), tabindex: '-1' });
      item.append(element('span', { class: `codicon codicon-${choice.chosen ? 'check' : 'blank'}`, 'aria-hidden': 'true' }), element('span', {}, choice.label));
      item.addEventListener('click', () => { close(true); choose(choice.value); });
      items.push(item);
      block.append(item);
    }
    menu.append(block);
  }
  menu.addEventListener('keydown', (event) => {
    const at = items.findIndex((item) => item === document.activeElement);
    const go = (to: number) => { items.at(((to % items.length) + items.length) % items.length)?.focus(); };
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(-1);
    else if (event.key === 'Escape' || event.key === 'Tab') close(true);
    else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const letter = event.key.toLocaleLowerCase();
      const order = items.map((_, index) => (at + 1 + index) % items.length);
      const found = order.find((index) => items[index]?.textContent.trim().toLocaleLowerCase().startsWith(letter) === true);
      if (found !== undefined) go(found);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  closeOpen = finish;
  document.body.append(menu);
  menu.showPopover();
  anchor.setAttribute('aria-expanded', 'true');
  const [at, size] = [anchor.getBoundingClientRect(), menu.getBoundingClientRect()];
  const below = at.bottom + size.height <= window.innerHeight || at.top < size.height;
  menu.style.setProperty('--left', `${String(Math.max(4, Math.min(at.left, window.innerWidth - size.width - 4)))}px`);
  menu.style.setProperty('--top', `${String(Math.max(4, Math.min(below ? at.bottom : at.top - size.height, window.innerHeight - size.height - 4)))}px`);
  (items.find((item) => item.getAttribute('aria-checked') === 'true') ?? items[0])?.focus();
  document.addEventListener('pointerdown', outside, true);
  window.addEventListener('blur', finish);
  window.addEventListener('resize', finish);
}
