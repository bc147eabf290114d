import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { makeHandoffSample } from './handoffSample.js';
import { notificationOf } from './notices.js';
import { runAxe, themes, withWorkbench } from './workbench.js';

const scratch = (): string => mkdtempSync(join(inject('workbench').scratch, 'handoff-'));

/** Stand-ins for the agents' programs where their installers put them; the editor takes its search path from the login shell. */
function installAgents(home: string): void {
  const bin = join(home, '.local/bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['claude', 'codex']) {
    // It tells how many words it was given, and which.
    writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > "$HOME/${name}-was-told"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const name of ['.bashrc', '.zshrc']) writeFileSync(join(home, name), 'PATH="$HOME/.local/bin:$PATH"\n');
}

describe('picking a handoff up', () => {
  it('is offered when the folder is opened, and shows the world against the note', async () => {
    const folder = scratch();
    const home = join(folder, 'home');
    installAgents(home);
    const sample = makeHandoffSample(join(folder, 'sample'), home);
    await withWorkbench({ workspace: sample.folder, env: { ...sample.env, HOME: home }, settings: { 'terminal.integrated.gpuAcceleration': 'off' }, viewport: { width: 1240, height: 1000 } }, async (workbench) => {
      const { page } = workbench;
      const offer = await notificationOf(page, 'Handoff from 2 h ago on feature/auth');
      await workbench.screenshot('offer');
      await offer.getByRole('button', { name: 'Continue' }).click();
      const frame = await workbench.frame();
      await frame.locator('#pickup-headline').waitFor();
      await frame.locator('.told', { hasText: 'committed in' }).waitFor();
      await frame.locator('.told', { hasText: 'links right' }).waitFor();
      const since = await frame.locator('[data-section="since"] .told').allTextContents();
      expect(since[0]).toBe('Same branch, 2 commits on top (1 by someone else)');
      expect(since.some((line) => /^2 of 3 uncommitted files are still so; users\.entity\.ts was committed in [0-9a-f]{7}/.test(line))).toBe(true);
      expect(since.some((line) => /votes\.service\.ts was changed by Bob Stone in [0-9a-f]{7}/.test(line))).toBe(true);
      for (const theme of themes) {
        await workbench.setTheme(theme);
        expect(await runAxe(frame)).toEqual([]);
        await workbench.screenshot(`pick-up-${theme.replace('Default ', '').replaceAll(' ', '-').toLowerCase()}`);
      }
      expect(await frame.locator('.hand-over vscode-button').allTextContents()).toEqual(['claude', 'codex', 'Copy Prompt']);
      // The line as it stands now, not as it was written.
      await frame.locator('.about-working .link').click();
      await workbench.statusBar().getByText(/Ln 253,/).first().waitFor();
      // Commands stand in terminals of ours, at the prompt, and run only when the person presses Enter.
      const terminal = page.locator('.terminal-wrapper.active .xterm-rows');
      const said = async (): Promise<string> => (await terminal.textContent() ?? '').replaceAll('\u00a0', ' ');
      await frame.getByRole('button', { name: /^Insert.*: npm run migration:run$/ }).click();
      await expect.poll(said, { timeout: 30_000 }).toMatch(/npm run migration:run\s*$/);
      await frame.locator('.hand-over vscode-button', { hasText: 'claude' }).click();
      await expect.poll(said, { timeout: 30_000 }).toContain("claude 'Read the handoff note .claude/docs/handoffs/");
      await workbench.screenshot('pick-up-terminal');
      expect(existsSync(join(home, 'claude-was-told'))).toBe(false);
      await page.locator('.terminal-wrapper.active .xterm').click();
      await page.keyboard.press('Enter');
      await expect.poll(() => (existsSync(join(home, 'claude-was-told')) ? readFileSync(join(home, 'claude-was-told'), 'utf8').split('\n') : []), { timeout: 30_000 }).toEqual(['1', expect.stringMatching(new RegExp(`^Read the handoff note \\.claude/docs/${sample.note.replaceAll('.', '\\.')}\\. .* first next step\\.$`)), '']);
      await frame.locator('.step vscode-checkbox').first().click();
      await frame.getByRole('button', { name: 'Mark Done' }).click();
      await frame.locator('.note-status', { hasText: 'Done' }).waitFor();
      // The list is below the checklist, folded until somebody wants it.
      await workbench.runCommand('Session Handoff: Show Handoffs');
      const row = page.locator('.pane', { hasText: 'Handoffs' }).locator('.monaco-list-row', { hasText: 'feature/auth' });
      await row.filter({ hasText: 'done' }).waitFor();
      await workbench.screenshot('handoffs');
      expect(readFileSync(join(sample.folder, '.claude/docs', sample.note), 'utf8')).toContain('\nstatus: "done"\n');
    });
  });
});
