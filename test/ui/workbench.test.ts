import { afterAll, beforeAll, describe, it } from 'vitest';
import { openWorkbench, themes, withWorkbench, type Workbench } from './workbench.js';

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
  it.each(themes)('%s is the one asked for', async (theme) => {
    await withWorkbench({ theme, workspace: 'empty' }, async ({ page, screenshot }) => {
      const kind = { 'Default Dark Modern': 'vs-dark', 'Default Light Modern': 'vs', 'Default High Contrast': 'hc-black', 'Default High Contrast Light': 'hc-light' }[theme];
      await page.locator(`.monaco-workbench.${kind}`).waitFor();
      await screenshot(`theme-${kind}`);
    });
  });
});
