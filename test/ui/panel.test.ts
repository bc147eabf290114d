import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { git, makeSample } from '../editor/sample/makeSample.mjs';
import { addByKeyboard, entryOf, itemOf, openChecklist } from './checklistPage.js';
import { openWorkbench, runAxe, withWorkbench, type Sample, type Workbench } from './workbench.js';

const documentsOf = (sample: Sample): string => join(sample.folder, '.claude/docs');
const said = (frame: Frame, text: string | RegExp): Promise<void> => frame.locator('.toast:visible', { hasText: text }).first().waitFor();
const button = (within: Locator | Frame, name: string | RegExp): Locator => within.locator('vscode-button', { hasText: name }).or(within.locator(`vscode-button[title^="${String(name)}"]`)).first();
const quickInput = (page: Page): Locator => page.locator('.quick-input-widget:visible');

/** Opens a menu of an entry and takes the choice with that label. */
async function choose(frame: Frame, opener: Locator, label: string): Promise<void> {
  await opener.click();
  await frame.locator('.menu [role="menuitemradio"]', { hasText: label }).click();
}

/** Where the cursor of the active editor is, as the status bar says it. */
const cursorAt = (workbench: Workbench, line: number): Promise<void> => workbench.statusBar().getByText(new RegExp(`Ln ${line},`)).first().waitFor();

describe('the panel on the sample', () => {
  let workbench: Workbench;
  let frame: Frame;
  let sample: Sample;
  let page: Page;
  beforeAll(async () => {
    writeFileSync(join(dirname(inject('workbench').userSettings), 'keybindings.json'), JSON.stringify([{ key: 'ctrl+alt+b', command: 'sessionHandoff.open', args: 'bug fixes' }]));
    workbench = await openWorkbench({ viewport: { width: 1500, height: 1200 } });
    page = workbench.page;
    page.setDefaultTimeout(25_000);
    if (!workbench.sample) throw new Error('no sample');
    sample = workbench.sample;
    await workbench.openFile('src/auth/auth.service.ts', 245);
    frame = await openChecklist(workbench);
  });
  afterAll(async () => {
    await workbench.screenshot('panel-at-the-end').catch(() => undefined);
    await workbench.close();
  });

  it('captures the cursor’s line by its keys, without leaving the editor', async () => {
    await page.keyboard.press('Control+1');
    await page.keyboard.press('Control+G');
    await quickInput(page).locator('input').first().fill(':245');
    await page.keyboard.press('Enter');
    await cursorAt(workbench, 245);
    await page.keyboard.press('Control+K');
    await page.keyboard.press('h');
    await quickInput(page).locator('.monaco-list-row', { hasText: 'Bugs and their root causes' }).waitFor();
    await workbench.screenshot('capture-quick-pick');
    await page.keyboard.type('Bugs and');
    await page.keyboard.press('Enter');
    await quickInput(page).getByText('What should the next session know').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Captured by its keys');
    await page.keyboard.press('Enter');
    const row = entryOf(frame, 'bug', 'Captured by its keys');
    await row.waitFor();
    expect(await row.locator('.chip .long').textContent()).toBe('src/auth/auth.service.ts:245');
    expect(await page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null)).toBe(true);
  });

  it('takes the keyboard by its keys, and opens the line of a link', async () => {
    await page.keyboard.press('Control+Home');
    await cursorAt(workbench, 1);
    await page.keyboard.press('Control+K');
    await page.keyboard.press('Shift+H');
    await frame.waitForFunction(() => document.hasFocus() && document.activeElement?.closest('[data-row]') !== null);
    await entryOf(frame, 'bug', 'Captured by its keys').locator('.chip .link').click();
    await cursorAt(workbench, 245);
  });

  it('removes a link, takes that back, and links the cursor’s line', async () => {
    const row = entryOf(frame, 'bug', 'Captured by its keys');
    await row.locator('.chip .remove').click();
    await row.locator('.chip').waitFor({ state: 'detached' });
    await said(frame, 'Link removed');
    await button(frame.locator('.toast'), 'Undo').click();
    await row.locator('.chip').waitFor();
    await workbench.openFile('src/votes/votes.service.ts', 12);
    await button(row, 'Link the').click();
    await row.locator('.chip', { hasText: 'votes.service.ts:12' }).waitFor();
    expect(await row.locator('.chip').count()).toBe(2);
    await button(row, 'Link the').click();
    await said(frame, 'linked already');
    await row.locator('.chip .remove').nth(1).click();
    await expect.poll(() => row.locator('.chip').count()).toBe(1);
  });

  it('accepts a suggestion with its links, and takes that back', async () => {
    const suggestion = itemOf(frame, 'uncommitted').locator('.suggestion');
    await suggestion.waitFor();
    const text = await suggestion.locator('.text').textContent() ?? '';
    const links = await suggestion.locator('.chip').count();
    expect(links).toBeGreaterThan(1);
    await suggestion.locator('.accept').click();
    const accepted = itemOf(frame, 'uncommitted').locator('.entry', { hasText: text });
    await accepted.waitFor();
    expect(await accepted.locator('.chip').count()).toBe(links);
    await suggestion.waitFor({ state: 'detached' });
    await button(frame.locator('.toast'), 'Undo').click();
    await suggestion.waitFor();
    await accepted.waitFor({ state: 'detached' });
  });

  it('dismisses a suggestion, and brings it back by Ctrl+Z', async () => {
    const suggestion = itemOf(frame, 'uncommitted').locator('.suggestion');
    await suggestion.locator('.accept').focus();
    await page.keyboard.press('Delete');
    await suggestion.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Z');
    await suggestion.waitFor();
  });

  it('changes a suggestion’s words before it is accepted', async () => {
    const suggestion = itemOf(frame, 'uncommitted').locator('.suggestion');
    const text = await suggestion.locator('.text').textContent() ?? '';
    await button(suggestion, 'Edit').click();
    await frame.locator('.composer [data-field="text"]').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(': finish it first');
    await page.keyboard.press('Enter');
    await itemOf(frame, 'uncommitted').locator('.entry', { hasText: `${text}: finish it first` }).waitFor();
    await frame.locator('.composer').waitFor({ state: 'detached' });
  });

  it('edits in place over several lines, and keeps inline code', async () => {
    await addByKeyboard(page, frame, 'bug', 'First line with `code`');
    const row = entryOf(frame, 'bug', 'First line with');
    await page.keyboard.press('ArrowDown');
    await row.locator('.text').dblclick();
    await frame.locator('.composer [data-field="text"]').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line with `await touch(id)`');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Root cause: the `login` hook was skipped.');
    await page.keyboard.press('Enter');
    await row.locator('.text code', { hasText: 'await touch(id)' }).waitFor();
    expect(await row.locator('.text').textContent()).toBe('First line with code\nsecond line with await touch(id)');
    expect(await row.locator('.detail code').textContent()).toBe('login');
    // Both lines are seen as two.
    expect((await row.locator('.text').boundingBox())?.height).toBeGreaterThan(30);
  });

  it('moves an entry to another item, and sends it to another document', async () => {
    const row = entryOf(frame, 'bug', 'First line with');
    await choose(frame, button(row, 'Move to'), 'Error messages and solutions');
    const moved = entryOf(frame, 'error', 'First line with');
    await moved.waitFor();
    expect(await moved.locator('.document .name').textContent()).toBe('TROUBLESHOOTING.md');
    await choose(frame, moved.locator('.document'), 'BEST_PRACTICES.md');
    await moved.locator('.document .name', { hasText: 'BEST_PRACTICES.md' }).waitFor();
    expect(await itemOf(frame, 'error').locator('.tick').evaluate((tick) => (tick as HTMLElement & { checked: boolean }).checked)).toBe(true);
  });

  it('deletes an entry, and takes that back', async () => {
    await addByKeyboard(page, frame, 'workaround', 'Deleted by its key');
    const row = entryOf(frame, 'workaround', 'Deleted by its key');
    await button(row, 'Edit').focus();
    await page.keyboard.press('Delete');
    await row.waitFor({ state: 'detached' });
    await button(frame.locator('.toast'), 'Undo').click();
    await row.waitFor();
  });

  it('unfolds and marks what the focus area names, also as the command’s argument', async () => {
    const fold = (category: string, expanded: boolean): Locator => frame.locator(`[data-category="${category}"] .fold[aria-expanded="${String(expanded)}"]`);
    for (const category of ['fixed', 'changed']) {
      if (await fold(category, true).count() > 0) await fold(category, true).click();
      await fold(category, false).waitFor();
    }
    await frame.locator('.focus.field input').fill('API changes');
    await page.keyboard.press('Enter');
    await itemOf(frame, 'endpoint').locator('.match').waitFor();
    await fold('changed', true).waitFor();
    await fold('fixed', false).waitFor();

    const openByKeys = async (timeout: number): Promise<void> => {
      await page.keyboard.press('Control+1');
      await page.waitForFunction(() => document.activeElement?.closest('.monaco-editor'));
      await page.keyboard.press('Control+Alt+B');
      await fold('fixed', true).waitFor({ timeout });
    };
    await openByKeys(8_000).catch(async () => {
      // The window sometimes reads the keys before the server's files are there, and does not watch them; loaded anew, it has them.
      await workbench.reload();
      frame = await openChecklist(workbench);
      await openByKeys(25_000);
    });
    await itemOf(frame, 'bug').locator('.match').waitFor();
    await expect.poll(() => frame.locator('.focus.field').evaluate((field) => (field as HTMLInputElement).value)).toBe('bug fixes');
    await workbench.screenshot('panel-focus');
  });

  it('previews several documents in VS Code’s diff editor, and follows a change on the disk', async () => {
    await addByKeyboard(page, frame, 'endpoint', 'Added POST /api/auth/verify-email endpoint');
    await button(frame.locator('.footer'), 'Preview').click();
    const diff = page.locator('.multi-diff-root-uri-container, .multiDiffEditor').first();
    await diff.waitFor();
    await page.locator('.multiDiffEntry').first().waitFor();
    await page.locator('.multiDiffEntry .view-line', { hasText: 'verify-email' }).first().waitFor();
    await workbench.screenshot('preview-several');
    const file = join(documentsOf(sample), 'PROJECT_API.md');
    const before = readFileSync(file);
    appendFileSync(file, '\nA line from somebody else\n');
    // Both sides show it: it is what Write would leave.
    await expect.poll(() => page.locator('.multiDiffEntry .modified .view-line', { hasText: /A\sline\sfrom\ssomebody\selse/ }).count(), { timeout: 20_000 }).toBeGreaterThan(0);
    await workbench.screenshot('preview-followed');
    writeFileSync(file, before);
    await workbench.runCommand('View: Close All Editors');
  });

  it('ticks an item without an entry, and has it all after a reload', async () => {
    await itemOf(frame, 'integration').locator('.tick').click();
    await itemOf(frame, 'integration').locator('.nothing').waitFor();
    await page.waitForTimeout(600);
    await workbench.reload();
    frame = await openChecklist(workbench);
    await itemOf(frame, 'integration').locator('.nothing').waitFor();
    await entryOf(frame, 'error', 'First line with').waitFor();
    expect(await entryOf(frame, 'error', 'First line with').locator('.document .name').textContent()).toBe('BEST_PRACTICES.md');
  });

  it('shows what was written, opens each spot, adds the lines for git when asked to, and undoes the rest by its button', async () => {
    const documents = documentsOf(sample);
    const before = readdirSync(documents).filter((name) => name.endsWith('.md')).map((name) => [name, readFileSync(join(documents, name), 'base64')]);
    await button(frame.locator('.footer'), 'Write').click();
    const result = frame.locator('.result');
    await result.waitFor();
    await result.locator('.notice', { hasText: 'merge=union' }).waitFor();
    await workbench.screenshot('result-with-offer');
    expect(await runAxe(frame)).toEqual([]);
    const spot = readFileSync(join(documents, 'TROUBLESHOOTING.md'), 'utf8').split('\n').findLastIndex((line) => line.startsWith('## Session: ')) + 1;
    await result.locator('.link', { hasText: 'TROUBLESHOOTING.md' }).click();
    await page.locator('.tab.active', { hasText: 'TROUBLESHOOTING.md' }).waitFor();
    await expect.poll(async () => Number(/Ln (\d+)/.exec(await workbench.statusBar().textContent() ?? '')?.[1])).toBeGreaterThanOrEqual(spot);

    await button(result.locator('.notice'), 'Add These Lines').click();
    await result.locator('.notice').waitFor({ state: 'detached' });
    expect(readFileSync(join(documents, '.gitattributes'), 'utf8')).toContain('TROUBLESHOOTING.md merge=union');
    await button(result, 'Undo Write').click();
    await frame.locator('.category').first().waitFor();
    await said(frame, 'Undone');
    expect(readdirSync(documents).filter((name) => name.endsWith('.md')).map((name) => [name, readFileSync(join(documents, name), 'base64')])).toEqual(before);
    expect(existsSync(join(documents, '.gitattributes'))).toBe(true);
    await entryOf(frame, 'error', 'First line with').waitFor();
  });

  it('says when a PRD changed', async () => {
    mkdirSync(join(sample.folder, '.claude-project/docs'), { recursive: true });
    writeFileSync(join(sample.folder, '.claude-project/docs/PRD.md'), '# PRD\n');
    await workbench.runCommand('Session Handoff: Look Again');
    await frame.locator('.notice', { hasText: '/project-doc-writer' }).waitFor();
    await workbench.screenshot('panel-notices');
  });
});

describe('several folders', () => {
  it('have a checklist each, by the choice of a folder', async () => {
    const scratch = join(inject('workbench').scratch, 'several');
    const samples = ['api', 'web'].map((name) => makeSample(join(scratch, name), { name: `ideas-${name}`, home: inject('workbench').home }));
    const [, web] = samples;
    if (!web) throw new Error('no second sample');
    git(web.folder, ['rm', '-r', '--quiet', '--cached', '.claude']);
    writeFileSync(join(web.folder, '.git/info/exclude'), '.claude/\n');
    const file = join(scratch, 'ideas.code-workspace');
    writeFileSync(file, JSON.stringify({ folders: samples.map(({ folder }) => ({ path: folder })) }));
    await withWorkbench({ workspace: file }, async (workbench) => {
      const frame = await openChecklist(workbench);
      await addByKeyboard(workbench.page, frame, 'bug', 'Only in the first');
      await frame.locator('vscode-dropdown.folder').click();
      await frame.locator('vscode-option', { hasText: 'ideas-web' }).click();
      await frame.locator('.entry', { hasText: 'Only in the first' }).waitFor({ state: 'detached' });
      await frame.locator('[data-category="discovered"] .fold').focus();
      await addByKeyboard(workbench.page, frame, 'bug', 'Only in the second');
      await frame.locator('.notice', { hasText: 'Git ignores the documents' }).waitFor();
      await workbench.screenshot('panel-folders');
      await frame.locator('vscode-dropdown.folder').click();
      await frame.locator('vscode-option', { hasText: 'ideas-api' }).click();
      await frame.locator('.entry', { hasText: 'Only in the first' }).waitFor();
      expect(await frame.locator('.entry', { hasText: 'Only in the second' }).count()).toBe(0);
    });
  });
});

describe('where something is missing', () => {
  it('says what to do without a folder', async () => {
    await withWorkbench({ workspace: 'empty' }, async (workbench) => {
      await workbench.runCommand('Session Handoff');
      await workbench.page.locator('.welcome-view-content').getByText(/folder/i).first().waitFor();
      await workbench.page.locator('.welcome-view-content .monaco-button').first().waitFor();
      await workbench.screenshot('welcome-no-folder');
    });
  });

  it('says that there is no repository, and works; at 200 % zoom nothing is cut off', async () => {
    await withWorkbench({ sample: { git: 'none' }, zoom: 200, viewport: { width: 1500, height: 1000 } }, async (workbench) => {
      const frame = await openChecklist(workbench);
      await frame.locator('.notice', { hasText: 'not in a git repository' }).waitFor();
      await addByKeyboard(workbench.page, frame, 'bug', 'Written without git');
      await workbench.screenshot('panel-zoom-200');
      expect(await frame.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      await workbench.page.keyboard.press('Control+Enter');
      await frame.locator('.result').waitFor();
      expect(await frame.locator('.notice', { hasText: 'merge=union' }).count()).toBe(0);
    });
  });

  it('says what Restricted Mode leaves out; a narrow panel cuts nothing off', async () => {
    await withWorkbench({ trust: false }, async (workbench) => {
      const { page } = workbench;
      const frame = await openChecklist(workbench);
      await frame.locator('.notice', { hasText: 'Restricted Mode' }).waitFor();
      await addByKeyboard(page, frame, 'bug', 'A bug whose `long_name_without_any_place_to_break_it_at_all` has to stay readable');
      const side = await page.locator('.part.sidebar').boundingBox();
      if (!side) throw new Error('no side bar');
      await page.mouse.move(side.x + side.width, side.y + 400);
      await page.mouse.down();
      await page.mouse.move(side.x + 240, side.y + 400, { steps: 8 });
      await page.mouse.up();
      await expect.poll(async () => Math.round((await page.locator('.part.sidebar').boundingBox())?.width ?? 0)).toBeLessThanOrEqual(245);
      await workbench.screenshot('panel-240', page.locator('.part.sidebar'));
      expect(await frame.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      expect(await runAxe(frame)).toEqual([]);
    });
  });
});
