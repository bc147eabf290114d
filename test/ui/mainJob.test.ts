import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeDocuments } from '../../src/node/documentFiles.js';
import { addByKeyboard, entryOf, openChecklist } from './checklistPage.js';
import { runAxe, themes, withWorkbench } from './workbench.js';

const example = [
  ['pattern', 'User entity needs `is_verified` flag for email verification flow', 'BEST_PRACTICES.md', 'Discovered'],
  ['pattern', 'Vote service has race condition when user votes rapidly', 'BEST_PRACTICES.md', 'Discovered'],
  ['bug', 'Fixed N+1 query in idea listing (added eager loading)', 'TROUBLESHOOTING.md', 'Fixed'],
  ['bug', 'Resolved JWT refresh token not updating `last_login`', 'TROUBLESHOOTING.md', 'Fixed'],
  ['endpoint', 'Added POST /api/auth/verify-email endpoint', 'PROJECT_API.md', 'Changed'],
  ['schema', 'Added `verification_token` column to users table', 'PROJECT_DATABASE.md', 'Changed'],
  ['nextStep', 'Implement email verification flow', 'handoffNote', 'Handoff'],
  ['restartCommand', '`npm run migration:run`', 'handoffNote', 'Handoff'],
] as const;

const snapshot = (folder: string): Map<string, string> => new Map(existsSync(folder)
  ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name)).map((path) => [path.slice(folder.length + 1), readFileSync(path, 'base64')])
  : []);

describe('the main job, by keyboard', () => {
  it('writes what was typed, undoes it to the byte, and writes nothing twice', async () => {
    await withWorkbench({ viewport: { width: 1500, height: 1100 } }, async (workbench) => {
      const { page, sample } = workbench;
      if (!sample) throw new Error('no sample');
      const documents = join(sample.folder, '.claude/docs');
      const before = snapshot(documents);
      await workbench.openFile('src/auth/auth.service.ts', 245);
      const frame = await openChecklist(workbench);
      for (const [item, text] of example) await addByKeyboard(page, frame, item, text);

      // Working on: the line of the cursor, linked to the entry by keyboard.
      await addByKeyboard(page, frame, 'inProgress', 'Email verification in the auth service');
      await workbench.screenshot('main-job-capturing');
      expect(await runAxe(frame)).toEqual([]);

      await page.keyboard.press('Control+Enter');
      await frame.locator('.result').waitFor();
      await workbench.screenshot('main-job-written');
      expect(await runAxe(frame)).toEqual([]);
      for (const [, text, document, category] of example) {
        if (document === 'handoffNote') continue;
        const written = readFileSync(join(documents, document), 'utf8');
        expect(written.startsWith(Buffer.from(before.get(document) ?? '', 'base64').toString().trimEnd())).toBe(true);
        expect(written).toMatch(new RegExp(`## Session: \\d{4}-\\d{2}-\\d{2}\\n\\n### ${category}\\n\\n(?:- .*\\n)*- ${text.replace(/[.*+?^${}()|[\]\\]/g, '\\\\?\\$&')}`));
      }
      const [note] = readdirSync(join(documents, 'handoffs'));
      if (!note) throw new Error('no note');
      const text = readFileSync(join(documents, 'handoffs', note), 'utf8');
      expect(note).toMatch(/^\d{8}T\d{6}Z-feature-auth-[A-Za-z0-9]{8}\.md$/);
      expect(text).toMatch(/^---\nschema: 1\nid: "/);
      expect(text).toContain('- Next: Implement email verification flow');
      expect(text).toContain('- Run on restart: `npm run migration:run`');
      expect(execFileSync('git', ['status', '--porcelain', '--', '.claude'], { cwd: sample.folder, encoding: 'utf8' }).trim().split('\n')).toHaveLength(5);

      const after = snapshot(documents);
      await page.keyboard.press('Escape');
      await workbench.runCommand('Session Handoff: Write Handoff');
      await frame.locator('.result', { hasText: 'Nothing was changed' }).waitFor();
      expect(snapshot(documents)).toEqual(after);

      await workbench.runCommand('Session Handoff: Undo Write');
      await frame.locator('.category').first().waitFor();
      await expect.poll(() => [...snapshot(documents)].filter(([path]) => !path.includes('.gitattributes'))).toEqual([...before]);
    });
  });

  it('shows that a Write waits for another one, and can be cancelled with every entry kept', async () => {
    await withWorkbench({}, async (workbench) => {
      const { sample } = workbench;
      if (!sample) throw new Error('no sample');
      const documents = join(sample.folder, '.claude/docs');
      const before = snapshot(documents);
      const frame = await openChecklist(workbench);
      await addByKeyboard(workbench.page, frame, 'bug', 'Written after the other one');
      let end = (): void => undefined;
      const held = new Promise<void>((resolve) => { end = resolve; });
      const place = { base: sample.folder, documentsFolder: '.claude/docs', home: sample.env.SESSION_HANDOFF_HOME };
      let begun = (): void => undefined;
      const isHeld = new Promise<void>((resolve) => { begun = resolve; });
      const other = writeDocuments(place, { notes: [], writtenBefore: [], plan: async () => { begun(); await held; return { changes: [], written: [], conflicts: [] }; } });
      try {
        await isHeld;
        await workbench.page.keyboard.press('Control+Enter');
        await frame.locator('.busy', { hasText: 'Writing…' }).waitFor();
        await workbench.screenshot('write-under-way');
        await frame.locator('vscode-button.cancel').click();
        await frame.locator('.toast:visible', { hasText: 'Cancelled. Every entry is still in the checklist.' }).waitFor();
        await frame.locator('.busy').waitFor({ state: 'detached' });
        expect(snapshot(documents)).toEqual(before);
        await entryOf(frame, 'bug', 'Written after the other one').waitFor();
      } finally {
        end();
        await other;
      }
      await workbench.runCommand('Session Handoff: Write Handoff');
      await frame.locator('.result', { hasText: 'written' }).waitFor();
      expect(readFileSync(join(documents, 'TROUBLESHOOTING.md'), 'utf8')).toContain('- Written after the other one');
    });
  });

  it('keeps every entry over a reload of the window', async () => {
    await withWorkbench({}, async (workbench) => {
      const frame = await openChecklist(workbench);
      await addByKeyboard(workbench.page, frame, 'bug', 'A bug that must not be forgotten');
      await workbench.reload();
      const again = await openChecklist(workbench);
      await again.locator('.entry', { hasText: 'A bug that must not be forgotten' }).waitFor();
    });
  });
});

describe('the checklist in every theme', () => {
  it.each(themes)('%s has no serious accessibility finding', async (theme) => {
    await withWorkbench({ theme }, async (workbench) => {
      const frame = await openChecklist(workbench);
      await addByKeyboard(workbench.page, frame, 'bug', 'Resolved JWT refresh token not updating `last_login`');
      await frame.locator('.suggestion').first().waitFor();
      await workbench.screenshot(`checklist-${theme.toLowerCase().replaceAll(' ', '-')}`);
      expect(await runAxe(frame)).toEqual([]);
    });
  });
});
