// The checklist's page as a person uses it: by keyboard where that is the matter, else by click.
import type { Frame, Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench.js';

/** Runs "Session Handoff" and waits until the checklist has the keyboard. */
export async function openChecklist(workbench: Workbench): Promise<Frame> {
  await workbench.runCommand('Session Handoff');
  const frame = await workbench.frame();
  await frame.locator('[data-category="handoff"]').waitFor({ timeout: 30_000 });
  await frame.waitForFunction(() => document.hasFocus() && document.activeElement !== document.body);
  return frame;
}

/** Goes to an item's row by the arrow keys alone, as a person without a mouse does. */
async function goTo(page: Page, frame: Frame, item: string): Promise<void> {
  await page.keyboard.press('Home');
  for (let step = 0; step < 200; step++) {
    if (await frame.evaluate((id) => document.activeElement?.closest('[data-item]')?.getAttribute('data-item') === id && document.activeElement.closest('.head') !== null, item)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`the arrow keys do not reach ${item}`);
}

/** Adds an entry of one line, by keyboard alone. */
export async function addByKeyboard(page: Page, frame: Frame, item: string, text: string): Promise<void> {
  await goTo(page, frame, item);
  await page.keyboard.press('+');
  await frame.locator('.composer [data-field="text"]').waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await entryOf(frame, item, text).waitFor();
}

/** The row of the entry that says this, by what is shown of its text. */
export const entryOf = (frame: Frame, item: string, text: string): Locator => frame.locator(`[data-item="${item}"] .entry`, { hasText: text.replaceAll('`', '').slice(0, 20) }).first();

/** The item's part of the page. */
export const itemOf = (frame: Frame, item: string): Locator => frame.locator(`[data-item="${item}"]`);
