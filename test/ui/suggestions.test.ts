import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openChecklist } from './checklistPage.js';
import { withWorkbench, type Sample } from './workbench.js';

/** Appends what the person typed to the agent's transcript, as the agent does. */
function say(sample: Sample, text: string): void {
  const lines = readFileSync(sample.transcript ?? '', 'utf8').trimEnd().split('\n');
  const last = lines.map((line) => JSON.parse(line) as { uuid?: string }).findLast(({ uuid }) => uuid !== undefined)?.uuid ?? null;
  appendFileSync(sample.transcript ?? '', `${JSON.stringify({
    parentUuid: last, isSidechain: false, userType: 'external', cwd: sample.folder, sessionId: sample.sessionId, version: '2.1.240', gitBranch: 'feature/auth', type: 'user',
    message: { role: 'user', content: text }, uuid: `typed-${String(lines.length)}`, timestamp: new Date().toISOString(),
  })}\n`);
}

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

  it('follows the agent while the panel is open, shows its evidence, and keeps what was decided about it over a reload and Write', async () => {
    await withWorkbench({ viewport: { width: 1500, height: 1700 } }, async (workbench) => {
      const { page, sample } = workbench;
      if (!sample) throw new Error('no sample');
      let frame = await openChecklist(workbench);
      const suggestion = (text: string) => frame.locator('.suggestion', { hasText: text });
      const entry = (item: string, text: string) => frame.locator(`[data-item="${item}"] .entry`, { hasText: text });
      const action = (text: string, name: string) => suggestion(text).locator(`.actions vscode-button[title^="${name}"]`);
      const [voter, twice, hours, token] = ['Never show the e-mail address of a voter', 'send the welcome mail only once', 'a vote can be changed for 24 hours', 'The user said: "Never put the verification token'] as const;
      await suggestion(hours).waitFor({ timeout: 60_000 });
      for (const [theme, name] of [['Default Light Modern', 'light'], ['Default High Contrast', 'high-contrast'], ['Default Dark Modern', 'dark']] as const) {
        await workbench.setTheme(theme);
        await workbench.screenshot(`suggestions-${name}`);
      }

      // The agent's session goes on, and a commit is made, while the panel is open.
      say(sample, `${voter} in this project.`);
      await suggestion(voter).waitFor();
      execFileSync('git', ['-c', 'user.name=Sam', '-c', 'user.email=sam@example.org', 'commit', '--allow-empty', '-q', '-m', `fix(mail): ${twice}\n\nThe hook ran for every save of the user.`], { cwd: sample.folder });
      await suggestion(twice).waitFor({ timeout: 60_000 });

      // The evidence opens as plain text beside the panel: the moment of the transcript, and the commit.
      await suggestion(voter).locator('button.evidence').first().click();
      await page.locator('.tab.active', { hasText: 'Transcript' }).waitFor();
      await page.locator('.editor-instance .view-line', { hasText: 'Never show the e-mail address' }).first().waitFor();
      await suggestion(twice).locator('button.evidence').first().click();
      await page.locator('.tab.active', { hasText: 'Commit' }).waitFor();
      await page.locator('.editor-instance .view-line', { hasText: 'The hook ran for every save' }).first().waitFor();
      await workbench.screenshot('suggestions-evidence');

      // Edited first, accepted as it is, moved, dismissed.
      await action(voter, 'Edit').click();
      await frame.locator('.composer [data-field="text"]').waitFor();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' Voters stay anonymous.');
      await page.keyboard.press('Enter');
      const anonymous = () => frame.locator('.entry', { hasText: 'Voters stay anonymous' });
      await anonymous().waitFor();
      await action(twice, 'Accept').click();
      await entry('bug', twice).waitFor();
      await action(hours, 'Move to').click();
      await frame.locator('[role=menuitemradio]', { hasText: 'Decisions, with the alternatives rejected' }).click();
      await entry('decision', hours).waitFor();
      await action(token, 'Dismiss').click();
      await expect.poll(() => frame.locator('.suggestion').filter({ hasText: new RegExp([voter, twice, hours, token].join('|')) }).count()).toBe(0);

      await workbench.reload();
      frame = await openChecklist(workbench);
      await anonymous().waitFor();
      await entry('decision', hours).waitFor();
      // What comes after them in the same transcript is there: so they were found again, and are not shown again.
      say(sample, 'Never store the IP address of a voter in this project.');
      await suggestion('Never store the IP address').waitFor({ timeout: 60_000 });
      await frame.locator('[data-item="nextStep"] .suggestion').first().waitFor();
      expect(await frame.locator('.suggestion').filter({ hasText: new RegExp([voter, twice, hours, token].join('|')) }).count()).toBe(0);

      await workbench.runCommand('Session Handoff: Write Handoff');
      await frame.locator('.result').waitFor();
      const written = (name: string) => readFileSync(join(sample.folder, '.claude/docs', name), 'utf8');
      expect(written('TROUBLESHOOTING.md')).toContain(twice);
      expect(written('PROJECT_KNOWLEDGE.md')).toContain(hours);
      expect(`${written('PROJECT_KNOWLEDGE.md')}${written('BEST_PRACTICES.md')}`).toContain('Voters stay anonymous');
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
