import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { git, makeSample } from '../editor/sample/makeSample.mjs';
import { openChecklist } from './checklistPage.js';
import { writeNote } from './handoffSample.js';
import { noticeOf } from './notices.js';
import { openWorkbench, withWorkbench } from './workbench.js';

const viewport = { width: 1240, height: 1000 };
const scratch = (): string => mkdtempSync(join(inject('workbench').scratch, 'worlds-'));
const steps = [{ item: 'nextStep', text: 'Implement email verification flow', links: [] }] as const;

describe('a handoff whose world has changed', () => {
  it('says that its branch was rebased, and then deleted; a note edited by hand is shown as it stands, a broken one is explained', async () => {
    const into = scratch();
    const { folder, env } = makeSample(join(into, 'sample'), { home: join(into, 'home') });
    const note = writeNote(folder, { entries: steps });
    const file = join(folder, '.claude/docs', note);
    await withWorkbench({ workspace: folder, env, viewport }, async (workbench) => {
      const { page } = workbench;
      await workbench.runCommand('Session Handoff: Pick Up the Handoff');
      const frame = await workbench.frame();
      const branch = frame.locator('[data-section="since"] .told').first();
      const says = (words: RegExp): Promise<void> => expect.poll(() => branch.textContent(), { timeout: 60_000 }).toMatch(words);
      await says(/^Same branch, no commit since$/);

      // Somebody's commit comes onto main, and the branch is rebased onto it.
      const upstream = git(folder, ['commit-tree', 'main^{tree}', '-p', 'main', '-m', 'Move on']).trim();
      git(folder, ['update-ref', 'refs/heads/main', upstream]);
      git(folder, ['-c', 'core.editor=true', 'rebase', '--quiet', '--autostash', 'main']);
      await says(/^Same branch, rebased or amended since/);
      await workbench.screenshot('rebased');

      writeFileSync(file, readFileSync(file, 'utf8').replace('- Next: Implement email verification flow\n', '- Next: Implement email verification flow\r\n- Next: Ask Ada about the token, first\r\n'));
      await frame.locator('.step', { hasText: 'Ask Ada about the token, first' }).waitFor();
      const edited = readFileSync(file, 'utf8');
      await frame.getByRole('button', { name: 'Mark Done' }).click();
      await frame.locator('.note-status', { hasText: 'Done' }).waitFor();
      expect(readFileSync(file, 'utf8')).toBe(edited.replace('\nstatus: "open"\n', '\nstatus: "done"\n'));
      await frame.getByRole('button', { name: 'Open Again' }).click();
      await expect.poll(() => readFileSync(file, 'utf8')).toBe(edited);

      git(folder, ['checkout', '--quiet', '-b', 'feature/next']);
      git(folder, ['branch', '--quiet', '-D', 'feature/auth']);
      await says(/^feature\/auth is gone, and its commit is not in feature\/next$/);
      await workbench.screenshot('branch-gone');

      writeFileSync(file, '---\nid: "a1b2c3d4"\ncreated: "yesterday"\n---\n\n## Session\n');
      await workbench.runCommand('Session Handoff: Show Handoffs');
      const row = page.locator('.pane', { hasText: 'Handoffs' }).locator('.monaco-list-row', { hasText: 'cannot be read' });
      await row.waitFor();
      // There is nothing left to carry on: the checklist is back.
      await frame.locator('[data-category="handoff"]').waitFor();
      await row.click();
      await page.locator('.tab.active', { hasText: note.replace('handoffs/', '') }).waitFor();
      expect(readFileSync(file, 'utf8')).toBe('---\nid: "a1b2c3d4"\ncreated: "yesterday"\n---\n\n## Session\n');
      await workbench.screenshot('broken-note');
    });
  });
});

describe('two windows on one folder', () => {
  it('see what the other does to a handoff, and neither picks up what is done', async () => {
    const into = scratch();
    const { folder, env } = makeSample(join(into, 'sample'), { home: join(into, 'home') });
    const note = writeNote(folder, { entries: steps });
    const status = (): string | undefined => /^status: .*$/m.exec(readFileSync(join(folder, '.claude/docs', note), 'utf8'))?.[0];
    await withWorkbench({ workspace: folder, env, viewport }, async (first) => {
      const second = await openWorkbench({ workspace: folder, env, viewport });
      try {
        const [one, two] = [await openChecklist(first), await openChecklist(second)];
        const offers = [noticeOf(one, 'Handoff from 2 h ago'), noticeOf(two, 'Handoff from 2 h ago')] as const;
        for (const offer of offers) await offer.waitFor();
        await offers[0].getByRole('button', { name: 'Continue' }).click();
        await one.locator('#pickup-headline').waitFor();
        // It is still open: the other window goes on offering it, until it is done.
        expect(await offers[1].count()).toBe(1);
        await offers[1].getByRole('button', { name: 'Done' }).click();
        await offers[1].waitFor({ state: 'detached' });
        expect(status()).toBe('status: "done"');
        await one.locator('.note-status', { hasText: 'Done' }).waitFor({ timeout: 30_000 });
        await one.getByRole('button', { name: 'Open Again' }).click();
        await offers[1].waitFor({ timeout: 30_000 });
        expect(status()).toBe('status: "open"');
        // A newer note of the same person and branch takes its place in both.
        writeNote(folder, { id: 'e5f6a7b8', age: 60_000, entries: [{ item: 'nextStep', text: 'Cover the expired-token case', links: [] }] });
        await noticeOf(two, /Handoff from \d+ min ago/).waitFor({ timeout: 30_000 });
        await expect.poll(() => one.locator('.note-status').textContent(), { timeout: 30_000 }).toContain('A newer one took its place');
      } catch (error) {
        await second.screenshot(`failed-second-window-${Date.now()}`).catch(() => undefined);
        throw error;
      } finally {
        await second.close();
      }
    });
  });
});

describe('a handoff in Restricted Mode', () => {
  it('is shown as it was written: git is not asked, nothing goes into a terminal, and the prompt can be copied', async () => {
    const into = scratch();
    const { folder, env } = makeSample(join(into, 'sample'), { home: join(into, 'home') });
    writeNote(folder, { entries: [...steps, { item: 'restartCommand', text: 'npm run migration:run', links: [] }] });
    await withWorkbench({ workspace: folder, env, viewport, trust: false }, async (workbench) => {
      const { page } = workbench;
      await workbench.runCommand('Session Handoff: Show Handoffs');
      const view = page.locator('.pane', { hasText: 'Handoffs' });
      await view.getByText('Restricted Mode: git is not asked, so which of these are yours is not known.').waitFor();
      await view.locator('.monaco-list-row', { hasText: 'feature/auth' }).click();
      const frame = await workbench.frame();
      await frame.locator('[data-section="since"] .told', { hasText: 'Restricted Mode: git is not asked' }).waitFor();
      expect(await frame.locator('.hand-over vscode-button').allTextContents()).toEqual(['Copy Prompt']);
      expect(await frame.getByRole('button', { name: /^Insert into the terminal/ }).count()).toBe(0);
      await frame.getByRole('button', { name: /^Copy.*npm run migration:run$/ }).click();
      await frame.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
      await workbench.screenshot('pick-up-restricted');
    });
  });
});
