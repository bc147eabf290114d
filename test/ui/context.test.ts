import { statSync, utimesSync } from 'node:fs';
import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { continueTranscript, sampleTranscript, writeTranscript } from '../editor/sample/transcript.mjs';
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

function compact(file: string, after: number): void {
  continueTranscript(file).compact(after).appendTo(file);
}

/** Another session of the sample's folder. */
const another = ({ folder, home }: Sample, sessionId: string, title: string, options: { model?: string; usedTokens: number; now?: Date }): string =>
  writeTranscript({ home, transcript: sampleTranscript({ folder, sessionId, ...options }).raw({ type: 'ai-title', aiTitle: title, sessionId }) });

const item = (workbench: Workbench): Locator => workbench.page.locator('.statusbar-item[id="session-handoff.session-handoff.sessionHandoff.context"]');
/** The messages of ours. This build's test driver shows no toasts, so that they are looked at in the notification centre, which lists the same. */
const messages = (workbench: Workbench): Locator => workbench.page.locator('.notifications-center .notification-list-item', { hasText: /context/i });

async function openCentre(workbench: Workbench): Promise<void> {
  const centre = workbench.page.locator('.notifications-center.visible');
  if (await centre.count() > 0) return;
  await workbench.page.locator('.statusbar-item[id="status.notifications"] a').click();
  await centre.waitFor();
}

async function shows(workbench: Workbench, text: string): Promise<void> {
  await expect.poll(() => item(workbench).textContent(), { timeout: 20_000, interval: 50 }).toContain(text);
}

async function message(workbench: Workbench, text: RegExp): Promise<Locator> {
  await openCentre(workbench);
  const found = messages(workbench).filter({ hasText: text });
  await found.waitFor({ timeout: 20_000 });
  // Never two at once.
  expect(await messages(workbench).count()).toBe(1);
  return found;
}

async function answer(workbench: Workbench, text: RegExp, button: string): Promise<void> {
  const found = await message(workbench, text);
  await found.locator('.monaco-button', { hasText: button }).click();
  await found.waitFor({ state: 'hidden' });
}

const buttons = (found: Locator): Promise<string[]> => found.locator('.monaco-button').allTextContents();

/** No message comes for a while. */
async function silent(workbench: Workbench, milliseconds = 1_500): Promise<void> {
  await workbench.page.waitForTimeout(milliseconds);
  await openCentre(workbench);
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

/** Chooses whose context is shown. */
async function choose(workbench: Workbench, row: string | RegExp): Promise<void> {
  await workbench.runCommand('Session Handoff: Choose Agent Session…');
  await workbench.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: row }).first().click();
}

async function openChecklist(workbench: Workbench): Promise<Frame> {
  await workbench.runCommand('Session Handoff');
  const frame = await workbench.frame();
  await frame.locator('[data-category="handoff"]').waitFor({ timeout: 30_000 });
  return frame;
}

async function addEntry(frame: Frame, name: string, text: string): Promise<void> {
  await frame.locator(`[data-item="${name}"] .head`).first().click();
  await frame.page().keyboard.press('+');
  await frame.locator('.composer [data-field="text"]').waitFor();
  await frame.page().keyboard.type(text);
  await frame.page().keyboard.press('Enter');
  await frame.locator('.entry', { hasText: text }).waitFor();
}

const hostile = '[run](command:workbench.action.quit) <b>bold</b> **strong** $(flame) https://evil.example www.evil.example a@evil.example ![](https://evil.example/i.png)';

describe('how full the context is', () => {
  it('shows every threshold, reminds once each, and goes quiet when it should', async () => {
    await withWorkbench({ sample: { session: { usedTokens: 60_100 } }, viewport: { width: 1400, height: 1000 } }, async (workbench) => {
      const { page } = workbench;
      const { sample, transcript } = fullOf(workbench.sample);

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
      await reset.locator('.monaco-button', { hasText: 'Open checklist' }).click();
      grow(transcript, urgentAt);
      const urgent = await message(workbench, /nearly full \(150k of 200k tokens\)/);
      expect(await urgent.locator('.codicon-warning').count()).toBe(1);
      expect(await item(workbench).getAttribute('class')).toContain('error-kind');
      for (const theme of ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast'] as const) {
        await workbench.setTheme(theme);
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
      await page.mouse.move(700, 300);
      await answer(workbench, /nearly full/, 'Open checklist');

      // Nothing while the person types in the checklist; afterwards it comes.
      await openChecklist(workbench);
      await frame.locator('[data-item="bug"] .head').first().click();
      await page.keyboard.press('+');
      await frame.locator('.composer [data-field="text"]').waitFor();
      await openCentre(workbench);
      await frame.locator('.composer textarea, .composer [data-field="text"]').first().click();
      await page.keyboard.type('Typing');
      compact(transcript, 32_000);
      for (let key = 0; key < 12; key++) {
        await page.keyboard.type('x');
        await page.waitForTimeout(250);
      }
      await shows(workbench, '16 %');
      expect(await messages(workbench).count()).toBe(0);
      await answer(workbench, /compacted at .* \(150k → 32k\)/, 'Open checklist');
      expect(await frame.locator('.composer').count()).toBe(1);
      await page.keyboard.press('Escape');

      // Nothing after a Write until something new is there.
      grow(transcript, 112_000);
      await shows(workbench, '56 %');
      await addEntry(frame, 'bug', 'Written before the compaction');
      await workbench.runCommand('Session Handoff: Write Handoff');
      await frame.locator('.result').waitFor();
      await page.waitForTimeout(5_500);
      grow(transcript, warningAt);
      await shows(workbench, '59 %');
      await silent(workbench, 2_000);
      await frame.locator('.result').press('Escape');
      await addEntry(frame, 'error', 'Learned after the Write');
      await answer(workbench, /fills \(118k/, 'Open checklist');

      // A compaction after a Write ends the session: what was not written comes along.
      compact(transcript, 33_000);
      await frame.locator('.entry', { hasText: 'Written before the compaction' }).waitFor({ state: 'detached' });
      expect(await frame.locator('.entry').allTextContents()).toEqual([expect.stringContaining('Learned after the Write')]);
      await answer(workbench, /compacted at .* \(118k → 33k\)/, 'Open checklist');

      // Two sessions: the fullest is shown; what a stranger wrote stays plain text.
      const second = another(sample, '11111111-0000-4000-8000-000000000001', hostile, { usedTokens: 156_100 });
      await shows(workbench, '78 %');
      await answer(workbench, /nearly full \(156k/, 'Not in this session');
      const hover = await tooltip(workbench);
      expect(await hover.innerText()).toContain('[run](command:workbench.action.quit) <b>bold</b> **strong** $(flame) https://evil');
      expect(await hover.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('data-href')))).toEqual(['command:sessionHandoff.open', 'command:sessionHandoff.chooseSession', 'command:sessionHandoff.remindLater', 'command:sessionHandoff.openSettings']);
      expect(await hover.locator('b, img, .codicon-flame').count()).toBe(0);
      await workbench.screenshot('context-hostile-title');
      await page.mouse.move(700, 300);
      compact(second, 34_000);
      grow(second, urgentAt);
      await shows(workbench, '75 %');
      await silent(workbench, 2_000);

      // Window unknown, idle, and a pin that stays.
      another(sample, '22222222-0000-4000-8000-000000000002', 'Opus', { model: 'claude-opus-4-6', usedTokens: 99_100 });
      const idle = another(sample, '33333333-0000-4000-8000-000000000003', 'Yesterday', { usedTokens: 160_100, now: new Date(Date.now() - 3 * 60 * 60_000) });
      utimesSync(idle, statSync(idle).atime, new Date(Date.now() - 3 * 60 * 60_000));
      await page.waitForTimeout(1_000);
      await workbench.runCommand('Session Handoff: Choose Agent Session…');
      const rows = page.locator('.quick-input-widget:visible .monaco-list-row');
      await rows.filter({ hasText: 'Yesterday' }).waitFor();
      expect(await rows.count()).toBe(5);
      expect(await rows.locator('.codicon-flame').count()).toBe(0);
      await workbench.screenshot('context-sessions');
      await rows.filter({ hasText: 'Opus' }).click();
      await shows(workbench, '99k');
      expect(await item(workbench).textContent()).not.toContain('%');
      expect(await (await tooltip(workbench)).innerText()).toMatch(/depends on your plan .*no percentage is shown\. Set it in the setting “sessionHandoff\.context\.windows”/);
      await workbench.screenshot('context-unknown-window');
      await page.mouse.move(700, 300);
      grow(transcript, 40_000);
      await page.waitForTimeout(1_000);
      await shows(workbench, '99k');
      await choose(workbench, 'Yesterday');
      await shows(workbench, '80 % idle');
      expect(await item(workbench).getAttribute('class')).not.toMatch(/warning-kind|error-kind/);
      await silent(workbench);
      await choose(workbench, 'Follow the live session');
      await shows(workbench, '75 %');
    });
  });

  it('is hidden without an agent session unless asked for, and the panel says where it looked; "never" holds over a reload', async () => {
    await withWorkbench({ sample: { transcript: false } }, async (workbench) => {
      const { sample } = workbench;
      if (!sample) throw new Error('no sample');
      const frame = await openChecklist(workbench);
      const notice = frame.locator('.notice', { hasText: 'No agent session was found' });
      await notice.waitFor();
      expect(await notice.textContent()).toMatch(/Looked in .*\/home\/\.claude\/projects, .*\/home\/\.codex\/sessions, .*The checklist works without one\./);
      await workbench.screenshot('context-no-session');
      expect(await item(workbench).count()).toBe(0);
      await workbench.changeSettings({ 'sessionHandoff.context.statusBar': 'always' });
      await item(workbench).locator('.codicon-checklist').waitFor();
      const transcript = writeTranscript({ home: sample.home, transcript: sampleTranscript({ folder: sample.folder, sessionId: '44444444-0000-4000-8000-000000000004', usedTokens: warningAt + 100 }) });
      await shows(workbench, '59 %');
      await answer(workbench, /fills/, 'Not in this session');
      await workbench.page.locator('.notifications-center .notification-list-item', { hasText: 'You will not be reminded in this session' }).locator('.monaco-button', { hasText: 'Never show again' }).click();
      await workbench.page.locator('.notifications-center .notification-list-item', { hasText: 'You will not be reminded any more' }).waitFor();
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.changeSettings({ 'sessionHandoff.context.statusBar': 'auto' });
      grow(transcript, urgentAt);
      await shows(workbench, '75 %');
      await silent(workbench, 3_000);
      await workbench.runCommand('Session Handoff: Remind Me Again');
      await answer(workbench, /nearly full/, 'Open checklist');
      await workbench.changeSettings({ 'sessionHandoff.context.statusBar': 'never' });
      await openChecklist(workbench);
      expect(await item(workbench).count()).toBe(0);
    });
  });
});
