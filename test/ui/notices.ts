// What the panel tells the person, and what they answer to it.
import type { Frame, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The notice that says this. */
export const noticeOf = (frame: Frame, text: string | RegExp): Locator => frame.locator('.notice', { hasText: text });

/** The notification that says this, in the notification centre: this build's test driver shows no toasts. */
export async function notificationOf(page: Page, text: string | RegExp): Promise<Locator> {
  const found = page.locator('.notifications-center .notification-list-item', { hasText: text });
  // Without a notification the centre closes again by itself.
  await expect.poll(async () => {
    if (await page.locator('.notifications-center.visible').count() === 0) await page.locator('.statusbar-item[id="status.notifications"] a').click();
    return found.count();
  }, { timeout: 60_000, interval: 500 }).toBe(1);
  return found;
}

/** The modal question that is open. */
export const dialogOf = (page: Page): Locator => page.locator('.monaco-dialog-box');

/** Answers the modal question by one of its buttons. */
export async function answerDialog(page: Page, button: string): Promise<void> {
  await dialogOf(page).getByRole('button', { name: button, exact: true }).click();
  await dialogOf(page).waitFor({ state: 'hidden' });
}
