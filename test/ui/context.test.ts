import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { Transcript, continueTranscript, writeTranscript } from '../editor/sample/transcript.mjs';
import { addByKeyboard, entryOf, openChecklist } from './checklistPage.js';
import { withWorkbench, type Sample, type Workbench } from './workbench.js';

/** The window of the sample's model is 200k, so that it compacts at an estimated 167k: 84k, 117k and 147k are the thresholds. */
const quietAt = 84_000;
const warningAt = 118_000;
const urgentAt = 150_000;

const fullOf = (sample: Sample | null): { readonly sample: Sample; readonly transcript: string } => {
  if (!sample?.transcript) throw new Error('no transcript');
  return { sample, transcript: sample.transcript };
};

/** Adds a reply after which so many tokens are in the context. */
function grow(file: string, used: number): void {
  const agent = continueTranscript(file);
  agent.perReply = 0;
  agent.used = used - 1;
  agent.say('Done').appendTo(file);
}

/** Another session of the sample's folder, with one reply. */
function addSession({ folder, home }: Sample, { sessionId, used, model, title, minutesAgo = 0 }: { sessionId: string; used: number; model?: string; title?: string; minutesAgo?: number }): string {
  const transcript = new Transcript({ folder, sessionId, ...(model ? { model } : {}), start: new Date(Date.now() - minutesAgo * 60_000) }).prompt('Go on');
  transcript.used = used - 1;
  transcript.say('Done');
  if (title) transcript.raw({ type: 'ai-title', aiTitle: title, sessionId });
  return writeTranscript({ home, transcript });
}

function compact(file: string, after: number): void {
  continueTranscript(file).compact(after).appendTo(file);
}

const item = (workbench: Workbench): Locator => workbench.page.locator('.statusbar-item[id="session-handoff.session-handoff.sessionHandoff.context"]');
/** The messages of ours. This build's test driver shows no toasts, so that they are looked at in the notification centre, which lists the same. */
const messages = (workbench: Workbench): Locator => workbench.page.locator('.notifications-center .notification-list-item', { hasText: /context/i, hasNotText: 'You will not be reminded' });

/** Whether the centre is open now, after trying to open it: its item toggles it, and it closes by itself with the last message in it. */
async function openCentre(workbench: Workbench): Promise<boolean> {
  const centre = workbench.page.locator('.notifications-center.visible');
  if (await centre.count() > 0) return true;
  await workbench.page.locator('.statusbar-item[id="status.notifications"] a').click({ timeout: 5_000 }).catch(() => undefined);
  // The item's own tooltip would lie over the messages' buttons.
  await workbench.page.mouse.move(700, 300);
  return centre.waitFor({ timeout: 2_000 }).then(() => true, () => false);
}

/** Waits for a message: a new one draws the centre anew, or closes it. */
async function comes(workbench: Workbench, found: Locator): Promise<void> {
  await expect.poll(async () => {
    await openCentre(workbench);
    return found.count();
  }, { timeout: 30_000 }).toBe(1);
}

/** Presses a button of a message, also if the message is drawn anew meanwhile. */
async function press(workbench: Workbench, found: Locator, button: string): Promise<void> {
  await expect.poll(async () => {
    await openCentre(workbench);
    return found.locator('.monaco-button', { hasText: button }).click({ timeout: 3_000 }).then(() => true, () => false);
  }, { timeout: 30_000 }).toBe(true);
}

async function shows(workbench: Workbench, text: string): Promise<void> {
  await expect.poll(() => item(workbench).textContent(), { timeout: 20_000, interval: 50 }).toContain(text);
}

async function message(workbench: Workbench, text: RegExp): Promise<Locator> {
  const found = messages(workbench).filter({ hasText: text });
  await comes(workbench, found);
  // Never two at once.
  expect(await messages(workbench).count()).toBe(1);
  return found;
}

async function answer(workbench: Workbench, text: RegExp, button: string): Promise<void> {
  const found = await message(workbench, text);
  await press(workbench, found, button);
  await found.waitFor({ state: 'hidden' });
}

/** What follows an answer: that nothing more will be told. */
async function told(workbench: Workbench, text: string): Promise<Locator> {
  const found = workbench.page.locator('.notifications-center .notification-list-item', { hasText: text });
  await comes(workbench, found);
  return found;
}

const buttons = (found: Locator): Promise<string[]> => found.locator('.monaco-button').allTextContents();

/** No message comes for a while. */
async function silent(workbench: Workbench, milliseconds = 1_500): Promise<void> {
  await workbench.page.waitForTimeout(milliseconds);
  await expect.poll(() => openCentre(workbench), { timeout: 20_000 }).toBe(true);
  expect(await messages(workbench).allTextContents()).toEqual([]);
}

async function tooltip(workbench: Workbench): Promise<Locator> {
  await workbench.page.mouse.move(700, 300);
  await workbench.page.locator('.monaco-hover:visible').waitFor({ state: 'hidden' }).catch(() => undefined);
  await item(workbench).hover();
  const hover = workbench.page.locator('.monaco-hover:visible', { hasText: 'Choose session' });
  await hover.waitFor();
  return hover;
}

const rows = (workbench: Workbench): Locator => workbench.page.locator('.quick-input-widget:visible .monaco-list-row');

/** Opens the choice of sessions and waits until it lists so many, with the entry that follows the live one. */
async function openChoice(workbench: Workbench, sessions: number): Promise<void> {
  await workbench.runCommand('Session Handoff: Choose Agent Session…');
  await rows(workbench).filter({ hasText: 'Follow the live session' }).waitFor();
  await expect.poll(() => rows(workbench).count()).toBe(sessions + 1);
}

const classes = (workbench: Workbench): Promise<string | null> => item(workbench).getAttribute('class');

describe('how full the context is', () => {
  it('shows every threshold, reminds once each, and tells of a compaction', async () => {
    await withWorkbench({ sample: { session: { usedTokens: 60_100 } }, viewport: { width: 1400, height: 1000 } }, async (workbench) => {
      const { transcript } = fullOf(workbench.sample);

      // Below every threshold.
      await shows(workbench, '30 %');
      expect(await item(workbench).locator('a').getAttribute('aria-label')).toContain('Session Handoff: 30 % of the agent’s context used');
      expect(await item(workbench).locator('.codicon-checklist').count()).toBe(1);
      expect(await item(workbench).getAttribute('class')).not.toMatch(/warning-kind|error-kind/);

      // Quiet: a mark, no message. How long it takes from the appended record to the screen.
      const began = performance.now();
      grow(transcript, quietAt);
      await item(workbench).getByText('42 %').waitFor();
      console.log(`an appended record is shown after ${Math.round(performance.now() - began)} ms`);
      expect(await item(workbench).locator('.codicon-circle-filled').count()).toBe(1);
      await silent(workbench);

      // Warning: a notification with three answers, that fit, once.
      grow(transcript, warningAt);
      await shows(workbench, '59 %');
      expect(await item(workbench).getAttribute('class')).toContain('warning-kind');
      const first = await message(workbench, /fills \(118k of 200k tokens\)/);
      expect(await buttons(first)).toEqual(['Open checklist', 'Later', 'Not in this session']);
      expect(await first.locator('.codicon-info').count()).toBe(1);
      await workbench.screenshot('context-warning');
      await answer(workbench, /fills/, 'Later');
      grow(transcript, warningAt + 4_000);
      await shows(workbench, '61 %');
      await silent(workbench);
      // "Later" ends when 5 % more is used.
      grow(transcript, warningAt + 9_000);
      await answer(workbench, /fills \(127k/, 'Open checklist');
      const frame = await workbench.frame();
      await frame.locator('[data-category="handoff"]').waitFor();

      // A compaction: one quiet message, armed again. A jump over both thresholds tells the highest.
      compact(transcript, 31_000);
      const reset = await message(workbench, /Context was compacted at .* \(127k → 31k\)\. Capture what you still remember\?/);
      await workbench.screenshot('context-compacted');
      await shows(workbench, '15 %');
      await press(workbench, reset, 'Open checklist');
      grow(transcript, urgentAt);
      const urgent = await message(workbench, /nearly full \(150k of 200k tokens\)/);
      expect(await urgent.locator('.codicon-warning').count()).toBe(1);
      expect(await item(workbench).getAttribute('class')).toContain('error-kind');
      for (const theme of ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast'] as const) {
        await workbench.setTheme(theme);
        await message(workbench, /nearly full/);
        await workbench.screenshot(`context-message-${theme.toLowerCase().replaceAll(' ', '-')}`);
        await tooltip(workbench);
        await workbench.screenshot(`context-urgent-${theme.toLowerCase().replaceAll(' ', '-')}`);
      }
      await workbench.setTheme('Default Dark Modern');
      const text = await (await tooltip(workbench)).innerText();
      expect(text).toMatch(/75 % of the agent’s context used \(150k of 200k tokens\)/);
      expect(text).toMatch(/Compacts in about 17k tokens \(an estimate\)/);
      expect(text).toMatch(/Compacted once, .*\(127k → 31k\)/);
      expect(text).toMatch(/Model: claude-sonnet-4-5/);
      expect(text).toMatch(/Draft: 0 entries/);
    });
  });

  it('is hidden without an agent session, and the panel says where it looked', async () => {
    await withWorkbench({ sample: { transcript: false } }, async (workbench) => {
      const { sample } = workbench;
      if (!sample) throw new Error('no sample');
      const frame = await openChecklist(workbench);
      const notice = frame.locator('.notice', { hasText: 'No agent session was found' });
      await notice.waitFor();
      expect(await notice.textContent()).toMatch(/Looked in .*\/home\/\.claude\/projects, .*\/home\/\.codex\/sessions, .*The checklist works without one\./);
      await workbench.screenshot('context-no-session');
      expect(await item(workbench).count()).toBe(0);
      // Unless the person wants it always.
      await workbench.changeSettings({ 'sessionHandoff.context.statusBar': 'always' });
      await item(workbench).locator('.codicon-checklist').waitFor();
      expect(await item(workbench).locator('a').getAttribute('aria-label')).toContain('no agent session');
    });
  });

  it('is not told of an idle session, and is never shown where the person wants that', async () => {
    await withWorkbench({ sample: { session: { usedTokens: 152_000, now: new Date(Date.now() - 2 * 3_600_000) } } }, async (workbench) => {
      await shows(workbench, '75 % idle');
      expect(await classes(workbench)).not.toMatch(/warning-kind|error-kind/);
      await silent(workbench);
      const text = await (await tooltip(workbench)).innerText();
      expect(text).toMatch(/Idle, last active 2 h ago/);
      await workbench.changeSettings({ 'sessionHandoff.context.statusBar': 'never' });
      // The panel draws the meter when the sessions were read: then the item would be there as well.
      const frame = await openChecklist(workbench);
      await frame.getByText('75 %').first().waitFor();
      expect(await item(workbench).count()).toBe(0);
    });
  });

  it('tells nothing more of a session, or of any, when the person says so, until it is taken back', async () => {
    await withWorkbench({ sample: { session: { usedTokens: warningAt } }, viewport: { width: 1400, height: 1000 } }, async (workbench) => {
      const { sample, transcript } = fullOf(workbench.sample);
      await answer(workbench, /fills \(118k/, 'Not in this session');
      await told(workbench, 'You will not be reminded in this session.');

      // The status bar goes on, the messages do not.
      grow(transcript, urgentAt);
      await shows(workbench, '75 %');
      expect(await classes(workbench)).toContain('error-kind');
      await silent(workbench);
      compact(transcript, 31_000);
      await shows(workbench, '15 %');
      await silent(workbench);

      // Another session is another matter, until "never".
      const other = addSession(sample, { sessionId: '11111111-0000-4000-8000-000000000001', used: warningAt });
      await shows(workbench, '59 %');
      await answer(workbench, /fills \(118k/, 'Not in this session');
      await press(workbench, await told(workbench, 'You will not be reminded in this session.'), 'Never show again');
      await told(workbench, 'You will not be reminded any more. The status bar still shows');
      await workbench.screenshot('context-never');
      grow(other, urgentAt);
      await shows(workbench, '75 %');
      await silent(workbench);

      await workbench.runCommand('Session Handoff: Remind Me Again');
      await message(workbench, /nearly full \(150k/);
    });
  });

  it('shows the fullest of several sessions or the one that is pinned, and a stranger\'s title as plain text', async () => {
    await withWorkbench({ sample: { session: { usedTokens: 60_100 } }, viewport: { width: 1400, height: 1000 } }, async (workbench) => {
      const { sample } = fullOf(workbench.sample);
      const hostile = '$(error) [x](command:sessionHandoff.open) <img src=x> **b** https://e.example';
      await shows(workbench, '30 %');
      const fuller = addSession(sample, { sessionId: '22222222-0000-4000-8000-000000000002', used: 76_000, title: hostile });
      addSession(sample, { sessionId: '33333333-0000-4000-8000-000000000003', used: 150_000, title: 'Of yesterday', minutesAgo: 26 * 60 });
      await shows(workbench, '38 %');
      const hover = await tooltip(workbench);
      // An address is broken up by a space without width, so that no renderer makes a link of it.
      expect((await hover.innerText()).replaceAll('\u200b', '')).toContain(hostile);
      expect((await hover.locator('a').allTextContents()).map((text) => text.trim())).toEqual(['Open checklist', 'Choose session', 'Remind me later', 'Settings']);
      expect(await hover.locator('img, .codicon').count()).toBe(0);
      await workbench.screenshot('context-hostile-title');

      await openChoice(workbench, 3);
      await workbench.screenshot('context-sessions');
      expect(await rows(workbench).filter({ hasText: 'Of yesterday' }).textContent()).toMatch(/75 %.*25 h ago.*idle/s);
      const strange = rows(workbench).filter({ hasText: '[x](command:' });
      expect(await strange.locator('.codicon-error, img, a[href]').count()).toBe(0);
      await rows(workbench).filter({ hasText: /30 %/ }).click();
      await shows(workbench, '30 %');

      // Pinned: the other may fill as it likes.
      grow(fuller, 80_000);
      await openChoice(workbench, 3);
      await rows(workbench).filter({ hasText: /40 %/ }).waitFor();
      expect(await rows(workbench).locator('.codicon-pinned').count()).toBe(1);
      expect(await item(workbench).textContent()).toContain('30 %');
      await rows(workbench).filter({ hasText: 'Follow the live session' }).click();
      await shows(workbench, '40 %');

      // A model whose window depends: tokens, no percentage, and why.
      addSession(sample, { sessionId: '44444444-0000-4000-8000-000000000004', used: 124_000, model: 'claude-opus-4-6' });
      await shows(workbench, '124k');
      expect(await item(workbench).textContent()).not.toContain('%');
      expect(await classes(workbench)).not.toMatch(/warning-kind|error-kind/);
      const text = await (await tooltip(workbench)).innerText();
      expect(text).toMatch(/124k tokens in the agent’s context/);
      expect(text).toMatch(/The window of this model depends on your plan .* Set it in the setting “sessionHandoff\.context\.windows”/);
      await workbench.screenshot('context-unknown-window');
      await silent(workbench);
    });
  });

  it('ends the session when the context is compacted after a Write, without a word about what is written', async () => {
    await withWorkbench({ sample: { session: { usedTokens: 60_100 } } }, async (workbench) => {
      const { transcript } = fullOf(workbench.sample);
      const frame = await openChecklist(workbench);
      await addByKeyboard(workbench.page, frame, 'bug', 'Resolved a bug that is written');
      await workbench.page.keyboard.press('Control+Enter');
      await frame.locator('.result').waitFor();
      await workbench.page.keyboard.press('Escape');
      await shows(workbench, '30 %');
      compact(transcript, 9_000);
      await shows(workbench, '4 %');
      await frame.getByText('The agent’s context was emptied after your Write: a new session has begun').first().waitFor();
      await workbench.screenshot('context-session-ended');
      await frame.getByText('Back to the Checklist').click();
      await frame.locator('[data-category="handoff"]').waitFor();
      expect(await entryOf(frame, 'bug', 'Resolved a bug that is written').count()).toBe(0);
      await silent(workbench);
    });
  });
});
