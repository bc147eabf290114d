import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDraft } from '../../src/node/draftFiles.js';
import { addByKeyboard, entryOf, openChecklist } from './checklistPage.js';
import { withWorkbench } from './workbench.js';

describe('a program that rewrites a document and drops our text', () => {
  it('is told in the open panel, entry by entry, and nothing is written again by itself; the draft still holds it', async () => {
    await withWorkbench({ viewport: { width: 1500, height: 1100 } }, async (workbench) => {
      const { page, sample } = workbench;
      if (!sample) throw new Error('no sample');
      const document = join(sample.folder, '.claude/docs/TROUBLESHOOTING.md');
      const before = readFileSync(document, 'utf8');
      const frame = await openChecklist(workbench);
      await addByKeyboard(page, frame, 'bug', 'Dropped by the agent');
      await addByKeyboard(page, frame, 'bug', 'Kept by the agent');
      await page.keyboard.press('Control+Enter');
      await frame.locator('.result').waitFor();
      await frame.locator('.result').getByRole('button', { name: 'Back to the Checklist' }).click();
      const [dropped, kept] = [entryOf(frame, 'bug', 'Dropped by the agent'), entryOf(frame, 'bug', 'Kept by the agent')];
      await kept.locator('.badge-written').waitFor();

      // As an agent's edit does: replaced as a whole, in one go, while nobody touches the panel.
      const written = readFileSync(document, 'utf8');
      const taken = written.split('\n').filter((line) => !line.includes('Dropped by the agent')).join('\n');
      expect(taken).not.toBe(written);
      writeFileSync(document, taken);
      await dropped.locator('.badge-gone[aria-label="No longer in the document"]').waitFor();
      expect(await kept.locator('.badge-gone').count()).toBe(0);
      expect(readFileSync(document, 'utf8')).toBe(taken);

      // Put back, it is there again; where the whole section is taken away both are told, and both are kept.
      writeFileSync(document, written);
      await expect.poll(() => frame.locator('.badge-gone').count(), { timeout: 30_000 }).toBe(0);
      writeFileSync(document, before);
      await expect.poll(() => frame.locator('.badge-gone').count(), { timeout: 30_000 }).toBe(2);
      await workbench.screenshot('dropped-by-a-program');
      expect(readFileSync(document, 'utf8')).toBe(before);
      const stored = await readDraft(sample.folder, { home: sample.env.SESSION_HANDOFF_HOME });
      expect(stored?.draft.entries.map(({ text }) => text)).toEqual(expect.arrayContaining(['Dropped by the agent', 'Kept by the agent']));
    });
  });
});
