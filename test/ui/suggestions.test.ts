import { describe, expect, it } from 'vitest';
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
});
