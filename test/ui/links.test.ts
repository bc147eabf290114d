// The links of a document as a person sees them, in the real editor: hover, list, quick fixes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatCodeLink } from '../../src/core/links/codeLink.js';
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

describe('links of a document, on screen', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({ settings: { 'editor.minimap.enabled': false } });
    const { folder } = workbench.sample ?? { folder: '' };
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    const git = (...args: string[]): void => { execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: folder }); };
    put(source, code.join('\n'));
    put(document, written);
    git('add', '--', source, document);
    git('commit', '-qm', 'Price a basket', '--', source, document);
    put(source, later.join('\n'));
    git('commit', '-qm', 'Book rates by date', '--', source);
    await workbench.openFile(document);
  });
  afterAll(() => workbench.close());

  it('shows in a hover the line as it was and as it is', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+1');
    await workbench.runCommand('Go to Line/Column...');
    await page.keyboard.type('5:40');
    await page.keyboard.press('Enter');
    await workbench.runCommand('Show or Focus Hover');
    const hover = page.locator('.monaco-hover:visible', { hasText: 'As it is' });
    await hover.waitFor();
    for (const theme of ['Default High Contrast', 'Default Light Modern', 'Default Dark Modern'] as const) {
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
    const { page } = workbench;
    await workbench.runCommand('Session Handoff: Check Links');
    const rows = page.locator('.pane', { has: page.locator('.pane-header[aria-label^="Links"]') }).locator('.monaco-list-row');
    await rows.filter({ hasText: 'Lost' }).first().waitFor();
    expect((await rows.allTextContents()).map((row) => row.replace(/\s+/g, ' ')).join('\n')).toMatch(/Lost\s*\d+[\s\S]*price\.ts:14[\s\S]*Edited\s*1[\s\S]*price\.ts:9[\s\S]*Moved\s*2/);
    for (const theme of ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`links view ${theme}`);
    }
  });

  it('updates the moved links into the text, not saved, and undo takes all of it back', async () => {
    const { page, sample } = workbench;
    const lines = page.locator('.editor-instance .view-lines');
    await workbench.openFile(document, 3);
    await workbench.runCommand('Quick Fix...');
    await page.locator('.action-widget:visible', { hasText: 'Update all moved links' }).waitFor();
    await workbench.screenshot('links quick fixes');
    await page.locator('.action-widget:visible').getByText('Update all moved links').click();
    await lines.getByText('price.ts:12').first().waitFor();
    await lines.getByText('price.ts:7').first().waitFor();
    await workbench.screenshot('links updated');
    expect(readFileSync(join(sample?.folder ?? '', document), 'utf8')).toBe(written);
    await page.keyboard.press('Control+Z');
    await lines.getByText('price.ts:10').first().waitFor();
    await lines.getByText('price.ts:5').first().waitFor();
  });
});
