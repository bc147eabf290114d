// The links of a document as a person sees them, in the real editor: the offer when it is opened, hover, list, quick fixes, and
// what becomes of them when code moves.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatCodeLink } from '../../src/core/links/codeLink.js';
import { notificationOf } from './notices.js';
import { openWorkbench, type Workbench } from './workbench.js';

const document = '.claude/docs/BEST_PRACTICES.md';
const source = 'src/shop/price.ts';
const code = [
  'import { sum } from "./sum";', '', 'export function priceOf(basket: Basket): number {', '  const total = sum(basket.items.map(({ price }) => price));', '  return applyDiscount(total, basket.customer);', '}', '',
  'export function taxOf(basket: Basket): number {', '  const rate = rateFor(basket.customer.country);', '  return Math.round(priceOf(basket) * rate);', '}', '', 'export function refund(basket: Basket): void {', '  ledger.cancel(basket.id);', '  mail.send(basket.customer, "refunded");', '}', '',
];
const later = ['// Prices are in cents.', '', ...code.slice(0, 8), '  const rate = await rateFor(basket.customer.country, basket.date);', ...code.slice(9, 13), ...code.slice(14)];
const link = (line: number): string => formatCodeLink({ path: source, line, text: code[line - 1] ?? '' }, { folder: '.claude/docs', workspacePath: '' });
const written = `# Best practices

- Prices are rounded once, at the end (${link(10)})
- Discounts come last (${link(5)})
- The rate depends on the country (${link(9)})
- A refund cancels the booking (${link(14)})
- By hand: \`${source}:3\`
`;
const themes = ['Default High Contrast', 'Default Light Modern', 'Default Dark Modern'] as const;

class Sample {
  constructor(readonly folder: string) {}
  put(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }
  git(...args: string[]): void {
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: this.folder, stdio: 'ignore' });
  }
  commit(message: string, ...paths: string[]): void {
    this.git('add', '--all', '--', ...paths);
    this.git('commit', '-qm', message, '--', ...paths);
  }
  /** The document, its links written for the code as it was; then the code as it is. */
  capture(): void {
    this.put(source, code.join('\n'));
    this.put(document, written);
    this.commit('Price a basket', source, document);
    this.put(source, later.join('\n'));
    this.commit('Book rates by date', source);
  }
}
const sampleOf = ({ sample }: Workbench): Sample => new Sample(sample?.folder ?? '');
const linesOf = ({ page }: Workbench): Locator => page.locator('.editor-instance .view-lines');
const listOf = ({ page }: Workbench): Locator => page.locator('.pane', { has: page.locator('.pane-header[aria-label^="Links"]') });

/** The words that stand behind the links in the editor; they are no text of the document. */
async function hints({ page }: Workbench): Promise<string[]> {
  return page.locator('.editor-instance .view-lines span').evaluateAll((spans) => spans.map((span) => getComputedStyle(span, '::after').content).filter((content) => content !== 'none' && content !== 'normal').map((content) => content.replace(/^"|"$/g, '').replace(/\u00a0/g, ' ')));
}
const untilHints = (workbench: Workbench, wanted: string[]): Promise<unknown> => expect.poll(() => hints(workbench), { timeout: 120_000, interval: 500 }).toEqual(wanted);

describe('links of a document, on screen', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({ settings: { 'editor.minimap.enabled': false } });
    sampleOf(workbench).capture();
    await workbench.openFile(document);
  });
  afterAll(() => workbench.close());

  it('offers to update the moved ones when it is opened, once', async () => {
    const { page } = workbench;
    const words = '2 links in BEST_PRACTICES.md lead to lines that have moved.';
    const offer = await notificationOf(page, words);
    expect(await offer.locator('.notification-list-item-buttons-container .monaco-button').allTextContents()).toEqual(['Update Links', 'Not Now', 'Always']);
    await untilHints(workbench, ['now line 12', 'now line 7', 'edited, now line 11']);
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await notificationOf(page, words);
      await workbench.screenshot(`links offer ${theme}`);
    }
    await offer.getByText('Update Links').click();
    await linesOf(workbench).getByText('price.ts:12').first().waitFor();
    await linesOf(workbench).getByText('price.ts:7').first().waitFor();
    // A line that was edited is never updated without the person seeing it, and nothing is saved.
    await untilHints(workbench, ['edited, now line 11']);
    expect(readFileSync(join(sampleOf(workbench).folder, document), 'utf8')).toBe(written);
    await page.locator('.editor-instance .view-line').first().click();
    await page.keyboard.press('Control+Z');
    await untilHints(workbench, ['now line 12', 'now line 7', 'edited, now line 11']);
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile(document);
    await untilHints(workbench, ['now line 12', 'now line 7', 'edited, now line 11']);
    await page.locator('.statusbar-item[id="status.notifications"] a').click();
    expect(await page.locator('.notifications-center .notification-list-item', { hasText: 'BEST_PRACTICES.md' }).count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('shows in a hover the line as it was and as it is', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+1');
    await workbench.runCommand('Go to Line/Column...');
    await page.keyboard.type('5:40');
    await page.keyboard.press('Enter');
    await workbench.runCommand('Show or Focus Hover');
    const hover = page.locator('.monaco-hover:visible', { hasText: 'As it is' });
    await hover.waitFor();
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.openFile(document, 5);
      await page.keyboard.press('Home');
      for (let step = 0; step < 40; step++) await page.keyboard.press('ArrowRight');
      await workbench.runCommand('Show or Focus Hover');
      await hover.waitFor();
      await workbench.screenshot(`links hover ${theme}`);
    }
  });

  it('lists all links by state, lost ones first', async () => {
    await workbench.runCommand('Session Handoff: Check Links');
    const rows = listOf(workbench).locator('.monaco-list-row');
    // The tree shows its groups before what is in them.
    await expect.poll(async () => (await rows.allTextContents()).map((row) => row.replace(/\s+/g, ' ')).join('\n'), { timeout: 60_000 }).toMatch(/Lost\s*\d+[\s\S]*price\.ts:14[\s\S]*Edited\s*1[\s\S]*price\.ts:9[\s\S]*Moved\s*2/);
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`links view ${theme}`);
    }
  });

  it('updates the moved links into the text, not saved, and undo takes all of it back', async () => {
    const { page } = workbench;
    const lines = linesOf(workbench);
    await workbench.openFile(document, 3);
    await workbench.runCommand('Quick Fix...');
    await page.locator('.action-widget:visible', { hasText: 'Update all moved links' }).waitFor();
    await workbench.screenshot('links quick fixes');
    await page.locator('.action-widget:visible').getByText('Update all moved links').click();
    await lines.getByText('price.ts:12').first().waitFor();
    await lines.getByText('price.ts:7').first().waitFor();
    await workbench.screenshot('links updated');
    expect(readFileSync(join(sampleOf(workbench).folder, document), 'utf8')).toBe(written);
    await page.keyboard.press('Control+Z');
    await lines.getByText('price.ts:10').first().waitFor();
    await lines.getByText('price.ts:5').first().waitFor();
  });

  it('follows a function to another file, that file by its new name, and the branch that is checked out', async () => {
    const sample = sampleOf(workbench);
    sample.git('checkout', '-q', '-b', 'split');
    sample.put(source, later.slice(0, 9).join('\n'));
    sample.put('src/shop/tax.ts', ['import { priceOf } from "./price";', '', ...later.slice(9)].join('\n'));
    sample.commit('Tax is on its own', 'src/shop');
    await untilHints(workbench, ['now src/shop/tax.ts:5', 'now line 7', 'edited, now src/shop/tax.ts:4']);
    renameSync(join(sample.folder, 'src/shop/tax.ts'), join(sample.folder, 'src/shop/taxes.ts'));
    sample.commit('Rename', 'src/shop');
    await untilHints(workbench, ['now src/shop/taxes.ts:5', 'now line 7', 'edited, now src/shop/taxes.ts:4']);
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`links in another file ${theme}`);
    }
    sample.put(source, later.slice(0, 9).filter((line) => !line.includes('applyDiscount')).join('\n'));
    sample.commit('No discounts', source);
    await untilHints(workbench, ['now src/shop/taxes.ts:5', 'edited, now src/shop/taxes.ts:4']);
    await workbench.runCommand('View: Toggle Problems');
    await workbench.page.locator('.markers-panel .monaco-list-row', { hasText: /The line is gone: commit [0-9a-f]{7} removed it\./ }).first().waitFor();
    await workbench.screenshot('links lost in problems');
    sample.git('checkout', '-q', '-');
    await untilHints(workbench, ['now line 12', 'now line 7', 'edited, now line 11']);
  });

  it('says that there are no links where there are none', async () => {
    const sample = sampleOf(workbench);
    await workbench.runCommand('View: Close All Editors');
    rmSync(join(sample.folder, '.claude/docs'), { recursive: true });
    await workbench.runCommand('Session Handoff: Check Links');
    await listOf(workbench).getByText('There are no links into code in the documents and notes of this folder.').waitFor();
    expect(await listOf(workbench).locator('.monaco-list-row').count()).toBe(0);
    await workbench.screenshot('links view empty');
  });
});

describe('a check of links that takes long', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'session-handoff-slow-git-'));
  const go = join(scratch, 'go');
  let workbench: Workbench;
  beforeAll(async () => {
    // A git that reads no history before it is told to.
    const slow = join(scratch, 'git');
    writeFileSync(slow, `#!/bin/sh\ncase " $* " in *" log "*) while [ ! -e '${go}' ]; do sleep 0.2; done;; esac\nexec git "$@"\n`);
    chmodSync(slow, 0o755);
    workbench = await openWorkbench({ settings: { 'git.path': slow, 'editor.minimap.enabled': false } });
    sampleOf(workbench).capture();
  });
  afterAll(async () => {
    writeFileSync(go, '');
    await workbench.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('says so, can be cancelled, and lists the links when it is asked again', async () => {
    const list = listOf(workbench);
    await workbench.runCommand('Session Handoff: Check Links');
    await list.getByText('Checking links…').waitFor();
    await list.locator('.monaco-progress-container.active').waitFor();
    await workbench.screenshot('links view checking');
    await list.hover();
    await list.getByRole('button', { name: 'Cancel Checking Links' }).click();
    await list.getByText('Cancelled.', { exact: true }).waitFor();
    await workbench.screenshot('links view cancelled');
    writeFileSync(go, '');
    await workbench.runCommand('Session Handoff: Check Links');
    await list.locator('.monaco-list-row', { hasText: 'Lost' }).first().waitFor();
    expect(await list.getByText('Cancelled').count()).toBe(0);
  });
});
