// What the panel tells the person, and what they answer to it.
import type { Frame, Locator, Page } from 'playwright-core';

/** The notice that says this. */
export const noticeOf = (frame: Frame, text: string | RegExp): Locator => frame.locator('.notice', { hasText: text });

/** The modal question that is open. */
export const dialogOf = (page: Page): Locator => page.locator('.monaco-dialog-box');

/** Answers the modal question by one of its buttons. */
export async function answerDialog(page: Page, button: string): Promise<void> {
  await dialogOf(page).getByRole('button', { name: button, exact: true }).click();
  await dialogOf(page).waitFor({ state: 'hidden' });
}
