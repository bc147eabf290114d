import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openChecklist } from './checklistPage.js';
import { withWorkbench } from './workbench.js';

const git = (folder: string, ...args: string[]): string => execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'protocol.file.allow=always', '-c', 'commit.gpgsign=false', ...args], { cwd: folder, encoding: 'utf8' });

describe('what git says, in the panel', () => {
  it('names stashes and a submodule, and cuts ten thousand changed files', async () => {
    await withWorkbench({ viewport: { width: 1400, height: 1100 } }, async (workbench) => {
      const { sample } = workbench;
      if (!sample) throw new Error('no sample');
      const { folder } = sample;
      const library = mkdtempSync(join(tmpdir(), 'session-handoff-library-'));
      git(library, 'init', '-q');
      git(library, 'commit', '-q', '--allow-empty', '-m', 'one');
      writeFileSync(join(folder, 'README.md'), 'Put away\n');
      git(folder, 'stash', 'push', '-q', '--', 'README.md');
      git(folder, 'submodule', '--quiet', 'add', library, 'a-library');
      const frame = await openChecklist(workbench);
      const session = frame.locator('.session button').first();
      await expect.poll(() => session.getAttribute('title'), { timeout: 30_000 }).toContain('1 stash');
      const uncommitted = frame.locator('[data-item="uncommitted"] .suggestion').first();
      await expect.poll(() => uncommitted.textContent(), { timeout: 30_000 }).toContain('a-library');
      await workbench.screenshot('git-stash-and-submodule');

      const changed = git(folder, 'status', '--porcelain', '-uall', '--', '.', ':!.claude').split('\n').filter(Boolean).length;
      mkdirSync(join(folder, 'many'));
      for (let index = changed; index < 10_000; index++) writeFileSync(join(folder, 'many', `${String(index)}.ts`), '');
      await workbench.runCommand('Session Handoff: Look Again');
      await expect.poll(() => session.textContent(), { timeout: 60_000 }).toContain('10,000 files changed');
      await expect.poll(() => uncommitted.textContent(), { timeout: 30_000 }).toContain('and 9,980 more');
      await workbench.screenshot('git-ten-thousand-files');
    });
  });
});
