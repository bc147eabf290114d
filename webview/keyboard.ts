/**
 * The checklist by keyboard: Up, Down, Home and End go from row to row; a row's own controls are one stop of the Tab key,
 * with Left and Right between them, so that Tab from the first entry to Write is not a journey of a hundred stops.
 */
const rowSelector = '[data-row]';
const stops = 'button, vscode-button, vscode-checkbox';

const controlsOf = (bar: Element): HTMLElement[] => [...bar.querySelectorAll<HTMLElement>(stops)].filter((control) => control.checkVisibility());
/** Keys belong to the text, or to the open list. */
const keepsItsKeys = (target: Element) => target.closest('vscode-text-area, vscode-text-field, vscode-dropdown, .menu') !== null;

/** Every row in the order in which they stand. */
export const rowsOf = (root: Element): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(rowSelector)].filter((row) => row.checkVisibility());

/** Focuses the stop of a row: its field, else the control of its bar that Tab would reach, else its first control. */
export function focusRow(row: Element): void {
  const target = row.querySelector<HTMLElement>('vscode-text-area') ?? row.querySelector<HTMLElement>('[role="toolbar"] [tabindex="0"]') ?? row.querySelector<HTMLElement>(stops);
  target?.focus();
  row.scrollIntoView({ block: 'nearest' });
}

/** In each bar exactly one control can be reached by Tab: the one used last, at first the first action. */
export function settleStops(root: Element): void {
  for (const bar of root.querySelectorAll('[role="toolbar"]')) {
    const controls = [...bar.querySelectorAll<HTMLElement>(stops)];
    if (controls.some((control) => control.getAttribute('tabindex') === '0')) continue;
    (bar.querySelector<HTMLElement>(`.actions :is(${stops})`) ?? controls[0])?.setAttribute('tabindex', '0');
  }
}

/** Starts listening; lasts as long as the page. */
export function listenToKeys(root: HTMLElement): void {
  root.addEventListener('focusin', (event) => {
    const control = event.target instanceof Element ? event.target.closest<HTMLElement>(stops) : null;
    const bar = control?.closest('[role="toolbar"]');
    if (!control || !bar) return;
    for (const other of bar.querySelectorAll(stops)) other.setAttribute('tabindex', other === control ? '0' : '-1');
  });
  root.addEventListener('keydown', (event) => {
    const target = event.target;
    if (event.defaultPrevented || !(target instanceof Element) || keepsItsKeys(target) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const bar = target.closest('[role="toolbar"]');
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (bar && step !== undefined) {
      const controls = controlsOf(bar);
      const at = controls.findIndex((control) => control === target);
      controls.at((at + step) % controls.length)?.focus();
      event.preventDefault();
      return;
    }
    const rows = rowsOf(root);
    const row = target.closest(rowSelector);
    const at = rows.findIndex((one) => one === row);
    if (at < 0) return;
    const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) }[event.key];
    if (!next) return;
    event.preventDefault();
    focusRow(next);
  });
}
