import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { handedTo, runHooks } from '../integration/standInAgent.js';
import { git, makeSample } from '../editor/sample/makeSample.mjs';
import { continueTranscript } from '../editor/sample/transcript.mjs';
import { entryOf, openChecklist } from './checklistPage.js';
import { connected, nextStep, ownScratch } from './connectedAgent.js';
import { writeNote } from './handoffSample.js';
import { answerDialog, dialogOf, noticeOf, notificationOf } from './notices.js';
import { inEveryTheme, withWorkbench } from './workbench.js';

const viewport = { width: 1240, height: 1000 };

describe('three worktrees of one repository', () => {
  it('are connected each by itself, and an agent is handed the note of the branch that it works on', async () => {
    const into = ownScratch();
    const sample = makeSample(join(into, 'sample'), { home: join(into, 'home') });
    const home = sample.env.SESSION_HANDOFF_HOME;
    const branches = ['feature/auth', 'feature/mail', 'feature/votes'];
    const [main = '', mail = '', votes = ''] = branches.map((branch, index) => (index === 0 ? sample.folder : join(into, branch.replace('/', '-'))));
    git(main, ['worktree', 'add', '-q', '-b', 'feature/mail', mail]);
    git(main, ['worktree', 'add', '-q', '-b', 'feature/votes', votes]);
    // Committed notes are in every worktree.
    for (const folder of [main, mail, votes]) for (const [index, branch] of branches.entries()) writeNote(folder, { id: `w${index}b2c3d4`, age: (index + 1) * 3_600_000, branch, entries: nextStep(`Carry on with ${branch}`) });
    await connected(main, home);
    await withWorkbench({ workspace: mail, env: sample.env, viewport }, async (workbench) => {
      const { page } = workbench;
      const frame = await openChecklist(workbench);
      await noticeOf(frame, /Handoff from 2 h ago on feature\/mail/).waitFor();
      const offer = noticeOf(frame, 'connected in another worktree of this repository');
      await offer.waitFor();
      await workbench.screenshot('connect-offer');
      await offer.getByRole('button', { name: 'Connect Claude Code…' }).click();
      await dialogOf(page).waitFor();
      expect(await dialogOf(page).textContent()).toMatch(/Connect Claude Code in this folder\?[^]*"SessionStart"[^]*startup\|clear\|compact[^]*"PreCompact"[^]*session-handoff-hook/);
      await workbench.screenshot('connect-dialog');
      await answerDialog(page, 'Connect');
      await offer.waitFor({ state: 'detached' });
      // Where a note's branch is checked out stands beside it.
      await workbench.runCommand('Session Handoff: Show Handoffs');
      const rows = page.locator('.pane', { hasText: 'Handoffs' }).locator('.monaco-list-row');
      await rows.filter({ hasText: 'feature/votes' }).filter({ hasText: 'worktree feature-votes' }).waitFor();
      expect(await rows.first().textContent()).toContain('feature/mail');
      await workbench.screenshot('handoffs-of-worktrees');

      const [mailTold, mainTold] = [await handedTo(mail, 'aaaa1111'), await handedTo(main, 'bbbb2222')];
      for (const branch of branches) {
        expect(mailTold.includes(`Carry on with ${branch}`)).toBe(branch === 'feature/mail');
        expect(mainTold.includes(`Carry on with ${branch}`)).toBe(branch === 'feature/auth');
      }
      // The third was not connected: its agent runs no hook of ours.
      expect(await handedTo(votes, 'cccc3333', 'startup', 1)).toBe('');
      await noticeOf(frame, /Picked up .* by Claude Code, session aaaa/).waitFor({ timeout: 30_000 });
      expect(await noticeOf(frame, 'bbbb').count()).toBe(0);

      // The rule that hides the settings is all worktrees': it stays as long as one of them has such a file.
      await workbench.runCommand('Session Handoff: Disconnect Claude Code…');
      await answerDialog(page, 'Disconnect');
      await expect.poll(() => existsSync(join(mail, '.claude/settings.local.json')), { timeout: 30_000 }).toBe(false);
      await notificationOf(page, 'Claude Code is disconnected');
      expect(existsSync(join(main, '.claude/settings.local.json'))).toBe(true);
      expect(git(main, ['status', '--porcelain'])).not.toContain('settings.local.json');
    });
  });
});

describe('what is kept before a compaction', () => {
  it('is offered for review, handed to the agent again, and gone once it was reviewed', async () => {
    const into = ownScratch();
    const sample = makeSample(join(into, 'sample'), { home: join(into, 'home') });
    const { folder, env, transcript, sessionId } = sample;
    await connected(folder, env.SESSION_HANDOFF_HOME);
    await withWorkbench({ workspace: folder, env, viewport }, async (workbench) => {
      const frame = await openChecklist(workbench);
      const compact = { hook_event_name: 'PreCompact', trigger: 'auto', session_id: sessionId, transcript_path: transcript ?? '' } as const;
      const kept = noticeOf(frame, /The context of Claude Code was compacted at .* nobody has reviewed it: \d+ suggestions? below/);
      const before = git(folder, ['status', '--porcelain']);
      // A machine under load may not give the hook the time to find anything: then there is nothing to keep, and it is silent all the same.
      for (let attempt = 1; await kept.count() === 0 && attempt <= 10; attempt++) {
        expect((await runHooks(folder, compact)).map(({ code, output, errors }) => ({ code, output, errors }))).toEqual([{ code: 0, output: '', errors: '' }]);
        await kept.waitFor({ timeout: 10_000 }).catch(() => undefined);
      }
      await kept.waitFor();
      expect(git(folder, ['status', '--porcelain'])).toBe(before);
      await inEveryTheme(workbench, 'automatic');
      expect(await handedTo(folder, sessionId, 'compact')).toMatch(/^Automatic notes that no person has reviewed/);
      const folders = join(env.SESSION_HANDOFF_HOME, 'folders');
      const stored = (): string[] => readdirSync(folders).flatMap((name) => (existsSync(join(folders, name, 'unreviewed')) ? readdirSync(join(folders, name, 'unreviewed')) : []));
      expect(stored().length).toBeGreaterThan(0);
      await kept.getByRole('button', { name: 'Reviewed' }).click();
      await kept.waitFor({ state: 'detached' });
      expect(stored()).toEqual([]);
    });
  });
});

describe('an agent that was asked for its findings', () => {
  it('has them suggested as text, malformed ones explained, and the handoff that they go into says who picked it up', async () => {
    const into = ownScratch();
    const { folder, env, transcript } = makeSample(join(into, 'sample'), { home: join(into, 'home') });
    const file = transcript ?? '';
    await connected(folder, env.SESSION_HANDOFF_HOME);
    await withWorkbench({ workspace: folder, env, viewport }, async (workbench) => {
      const frame = await openChecklist(workbench);
      const say = (text: string): void => { continueTranscript(file).say(text).appendTo(file); };
      say('Here they are:\n\n```session-handoff\n[a](command:noop)\n```');
      const malformed = await notificationOf(workbench.page, /of the agent's findings not everything can be offered: the findings are not JSON/);
      // What the agent wrote is no link in it.
      expect(await malformed.locator('a[href], .notification-list-item-message a').count()).toBe(0);
      await workbench.screenshot('findings-malformed');
      say('```session-handoff\n{"entries": [{"item": "deadEnd", "text": "Locking the row did not help <img src=x onerror=alert(1)>", "links": [{"path": "src/votes/votes.service.ts", "line": 78}]}]}\n```');
      const finding = frame.locator('[data-item="deadEnd"] .suggestion', { hasText: 'Locking the row did not help <img src=x onerror=alert(1)>' });
      await finding.waitFor({ timeout: 60_000 });
      expect(await frame.locator('img').count()).toBe(0);
      await finding.locator('.accept').click();
      await entryOf(frame, 'deadEnd', 'Locking the row did not help').waitFor();

      await workbench.runCommand('Session Handoff: Write Handoff');
      const result = frame.locator('.result');
      await result.getByText('You can clear or close the agent’s session: the handoff is written.').waitFor();
      await frame.locator('.hand-over vscode-button', { hasText: 'Copy Prompt' }).waitFor();
      // The session goes on after a clear, and is handed what was written.
      expect(await handedTo(folder, 'dddd4444', 'clear')).toContain('Locking the row did not help');
      await frame.getByText(/Picked up .* by Claude Code, session dddd/).first().waitFor({ timeout: 30_000 });
      await inEveryTheme(workbench, 'after-writing');
    });
  });
});
