import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openChecklist } from './checklistPage.js';
import { withWorkbench } from './workbench.js';

describe('what the panel proposes on the sample', () => {
  it('comes from the diff, the agent, git and the cursor, and can be accepted, dismissed and taken back', async () => {
    await withWorkbench({ viewport: { width: 1400, height: 1500 } }, async (workbench) => {
      await workbench.runCommand('Session Handoff');
      const frame = await workbench.frame();
      const suggestion = (text: string) => frame.locator('.suggestion', { hasText: text });
      await suggestion('Added POST /api/auth/verify-email endpoint').waitFor({ timeout: 60_000 });
      await suggestion('verification_token').first().waitFor();
      await frame.locator('[data-item="nextStep"] .suggestion').first().waitFor();
      await frame.locator('[data-item="uncommitted"] .suggestion').first().waitFor();
      await workbench.screenshot('suggestions');

      await suggestion('Added POST /api/auth/verify-email endpoint').locator('.accept').click();
      await frame.locator('[data-item="endpoint"] .entry', { hasText: 'POST /api/auth/verify-email' }).waitFor();
      await expect.poll(() => suggestion('Added POST /api/auth/verify-email endpoint').count()).toBe(0);

      const before = await frame.locator('.suggestion').count();
      await suggestion('verification_token').first().locator('.actions > *').last().click();
      await expect.poll(() => frame.locator('.suggestion').count()).toBe(before - 1);
      await frame.locator('vscode-button', { hasText: 'Undo' }).click();
      await expect.poll(() => frame.locator('.suggestion').count()).toBe(before);
    });
  });

  it('follows the diff while the panel is open: it comes with a change that is saved, and goes when that is undone', async () => {
    await withWorkbench({ sample: { git: 'committed', transcript: false } }, async (workbench) => {
      const { sample } = workbench;
      if (!sample) throw new Error('no sample');
      const path = join(sample.folder, 'src/auth/auth.controller.ts');
      const committed = readFileSync(path, 'utf8');
      const frame = await openChecklist(workbench);
      const added = frame.locator('[data-item="endpoint"] .suggestion', { hasText: 'Added POST /api/auth/forget-me endpoint' });
      expect(await added.count()).toBe(0);
      const end = committed.lastIndexOf('}');
      writeFileSync(path, `${committed.slice(0, end)}\n  @Post('forget-me')\n  forgetMe(): void {}\n${committed.slice(end)}`);
      await added.waitFor({ timeout: 60_000 });
      writeFileSync(path, committed);
      await added.waitFor({ state: 'detached', timeout: 60_000 });
    });
  });

  it('tells of a problem that the agent broke and mended in an open file, and names the gaps', async () => {
    await withWorkbench({ viewport: { width: 1500, height: 1200 }, sample: { git: 'committed', transcript: false } }, async (workbench) => {
      const { page, sample } = workbench;
      if (!sample) throw new Error('no sample');
      for (const name of ['tags', 'teams', 'topics']) {
        mkdirSync(join(sample.folder, 'src', name));
        writeFileSync(join(sample.folder, 'src', name, `${name}.controller.ts`), `export const ${name} = 1;\n`);
        writeFileSync(join(sample.folder, 'src', name, `${name}.names.ts`), `export const names = ['${name}'];\n`);
      }
      const path = join(sample.folder, 'src/topics/topics.names.ts');
      await workbench.openFile('src/topics/topics.names.ts', 1);
      const frame = await openChecklist(workbench);
      await frame.locator('.nudge', { hasText: '3 controllers changed, API endpoints is empty' }).waitFor({ timeout: 60_000 });
      await frame.locator('.nudge', { hasText: '6 files uncommitted, no next step' }).waitFor();
      await expect.poll(() => frame.locator('.gaps').innerText()).toBe('2 gaps');
      for (const [theme, name] of [['Default Light Modern', 'light'], ['Default High Contrast', 'high-contrast'], ['Default Dark Modern', 'dark']] as const) {
        await workbench.setTheme(theme);
        await workbench.screenshot(`gaps-${name}`);
      }
      await frame.locator('.nudge', { hasText: '3 controllers' }).locator('vscode-button').click();
      await expect.poll(() => frame.locator('.gaps').innerText()).toBe('1 gap');
      await workbench.reload();
      const again = await openChecklist(workbench);
      await again.locator('.nudge', { hasText: 'no next step' }).waitFor({ timeout: 60_000 });
      expect(await again.locator('.nudge').count()).toBe(1);

      // The agent writes the file, the editor shows the problem; it stands for a while, then it is mended.
      writeFileSync(path, "export const names: number[] = ['topics'];\n");
      await page.locator('.squiggly-error').first().waitFor({ timeout: 90_000 });
      await page.waitForTimeout(6_000);
      writeFileSync(path, "export const names: string[] = ['topics'];\n");
      await again.locator('.suggestion', { hasText: "Fixed: Type 'string' is not assignable to type 'number'. (ts 2322)" }).waitFor({ timeout: 60_000 });
      await workbench.screenshot('suggestions-fixed-problem');
    });
  });
});
