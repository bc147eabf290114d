// npm run screenshots: media/panel.png for the README, of the real VS Code on the sample.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../editor/setup.mjs';
import { addByKeyboard, entryOf, openChecklist } from './checklistPage.js';
import { withWorkbench } from './workbench.js';

/** What the picture shows: entries with the line that each is about. */
const entries = [
  ['pattern', 'Vote service has race condition when user votes rapidly', 'src/votes/votes.service.ts', 78],
  ['bug', 'Resolved JWT refresh token not updating `last_login`', 'src/auth/auth.service.ts', 245],
  ['bug', 'Fixed N+1 query in idea listing (added eager loading)', 'src/ideas/ideas.service.ts', 28],
  ['nextStep', 'Implement email verification flow', undefined, 0],
  ['restartCommand', '`npm run migration:run`', undefined, 0],
] as const;

it('media/panel.png', async () => {
  await withWorkbench({ viewport: { width: 1240, height: 1000 }, scale: 2, settings: { 'editor.minimap.enabled': false, 'breadcrumbs.enabled': false, 'workbench.layoutControl.enabled': false } }, async (workbench) => {
    const { page } = workbench;
    const frame = await openChecklist(workbench);
    for (const [item, text, file, line] of entries) {
      await addByKeyboard(page, frame, item, text);
      if (!file) continue;
      await workbench.openFile(file, line);
      await workbench.statusBar().getByText(new RegExp(`Ln ${line},`)).first().waitFor();
      await entryOf(frame, item, text).locator('vscode-button[title^="Link the"]').click();
      await entryOf(frame, item, text).locator('.chip').waitFor();
    }
    await workbench.openFile('src/auth/auth.service.ts', 245);
    await frame.locator('.suggestion').first().waitFor();
    // The sash between side bar and editor.
    const side = await page.locator('.part.sidebar').boundingBox();
    if (!side) throw new Error('no side bar');
    await page.mouse.move(side.x + side.width, side.y + 500);
    await page.mouse.down();
    await page.mouse.move(side.x + 440, side.y + 500, { steps: 8 });
    await page.mouse.up();
    await page.mouse.move(1000, 700);
    // What was said of the last step is closed: the picture shows the checklist as it stands.
    const close = frame.locator('.toast:visible vscode-button[title="Close"]');
    if (await close.count() > 0) await close.click();
    await frame.locator('#checklist, main').first().evaluate((main) => { main.scrollTop = 0; });
    await page.waitForTimeout(1_000);
    const path = join(root, 'media/panel.png');
    await page.screenshot({ path, animations: 'disabled', clip: { x: 0, y: 18, width: 860, height: 960 } });
    // The browser stores 24 bits a pixel. The picture in the repository was reduced to 200 colours, which looks the same in a quarter.
    expect(statSync(path).size).toBeGreaterThan(50_000);
  });
});
