import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, runAxe, themes, withWorkbench, type Workbench } from './workbench.js';

describe('the workbench on the sample', () => {
  let workbench: Workbench;
  beforeAll(async () => { workbench = await openWorkbench({ theme: 'Default Light Modern' }); });
  afterAll(() => workbench.close());

  it('has the sample open, on its branch', async () => {
    await workbench.statusBar().getByText('feature/auth').waitFor();
    await workbench.openFile('src/auth/auth.service.ts', 245);
    await workbench.page.locator('.monaco-editor .view-line', { hasText: 'this.users.touch(user.id)' }).first().waitFor();
    // The sample's own type check is clean: nothing red in a picture, and tests may break it and mend it.
    await workbench.statusBar().getByText("Initializing 'tsconfig.json'").waitFor();
    await workbench.statusBar().getByText("Initializing 'tsconfig.json'").waitFor({ state: 'hidden' });
    await workbench.page.locator('.statusbar-item[aria-label="No Problems"]').waitFor();
    await workbench.screenshot('workbench-sample');
  });

  it('has our extension under development loaded', async () => {
    await workbench.runCommand('Developer: Show Running Extensions');
    await workbench.page.locator('.runtime-extensions-editor').getByText(/^(Session Handoff|session-handoff\.session-handoff)$/).first().waitFor();
    await workbench.screenshot('running-extensions');
  });
});

describe('the themes', () => {
  it('opens in the one asked for, and changes to each other', async () => {
    await withWorkbench({ theme: 'Default High Contrast Light', workspace: 'empty' }, async ({ page, screenshot, setTheme }) => {
      await page.locator('.monaco-workbench.hc-light').waitFor();
      for (const theme of themes) {
        await setTheme(theme);
        await screenshot(`theme ${theme}`);
      }
    });
  });
});

describe('axe', () => {
  it('finds an unlabelled button, and judges contrast by what stands behind the page', async () => {
    await withWorkbench({ workspace: 'empty' }, async ({ page }) => {
      const frame = await blankFrame(page, '<html lang="en"><title>x</title><body style="background: transparent"><main><h1 style="color: #ddd">Seen on dark</h1><button></button></main></body></html>');
      expect((await runAxe(frame)).map(({ id }) => id)).toEqual(['button-name']);
      await frame.evaluate(() => { document.querySelector('button')?.setAttribute('aria-label', 'Add'); });
      expect(await runAxe(frame)).toEqual([]);
    });
  });
});

/** A frame of the workbench's page with that text, as a webview's inner frame is one. */
async function blankFrame(page: Page, html: string): Promise<Frame> {
  await page.evaluate(() => { const frame = document.createElement('iframe'); frame.id = 'blank'; frame.src = 'about:blank'; document.body.append(frame); });
  const frame = await (await page.waitForSelector('iframe#blank', { state: 'attached' })).contentFrame();
  if (!frame) throw new Error('no frame');
  await frame.setContent(html);
  return frame;
}
