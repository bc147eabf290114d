// What the page's test files share: a host that is started once for a file, panels that are closed and looked over after each test, and the keyboard.
import type { AxeResults, RunOptions } from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { PageMessage, PanelState } from '../../../src/protocol.js';
import { DevHost, type Panel, type PanelOptions } from './devHost.js';

let host: DevHost;
let open: Panel[] = [];
beforeAll(async () => { host = await DevHost.start(); });
afterEach(async () => {
  const panels = open;
  open = [];
  for (const panel of panels) {
    expect(await panel.violations()).toEqual([]);
    expect(panel.errors).toEqual([]);
    await panel.close();
  }
});
afterAll(async () => { await host.stop(); });

/** Opens the page, with a state if one is given; what it sent while it loaded is not among its intents. */
export async function show(state?: PanelState, options: Omit<PanelOptions, 'messages'> = {}): Promise<Panel> {
  const panel = await host.open({ ...options, messages: state ? [{ type: 'state', state }] : [] });
  open.push(panel);
  await panel.intents();
  return panel;
}

/** What a person would call the element that has the keyboard. */
export const focused = (page: Page) => page.evaluate(() => {
  const element = document.activeElement;
  return element === null || element === document.body ? '' : (element.getAttribute('aria-label') ?? element.textContent).replace(/\s+/g, ' ').trim();
});

/** Presses a key until the element of that name has the keyboard; a name that ends in `…` is how the element's begins. */
export async function press(page: Page, key: string, until: string, most = 80): Promise<void> {
  const passed: string[] = [];
  for (let times = 0; times < most; times += 1) {
    await page.keyboard.press(key);
    const name = await focused(page);
    passed.push(name);
    if (name === until || (until.endsWith('…') && name.startsWith(until.slice(0, -1)))) return;
  }
  throw new Error(`${key} never reached “${until}”, but: ${passed.join(' | ')}`);
}

/** One message of the page, as `intents` gives them. */
export const intent = (type: string, more: Readonly<Record<string, unknown>> = {}) => [{ type, ...more }] as unknown as PageMessage[];

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds serious or critical in the page as it stands, in words. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(async () => (globalThis as unknown as { axe: { run(context: Document, options: RunOptions): Promise<AxeResults> } }).axe.run(document, { resultTypes: ['violations'] }));
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`).join('; ')}`);
}
