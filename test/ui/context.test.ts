import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { continueTranscript } from '../editor/sample/transcript.mjs';
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

async function openChecklist(workbench: Workbench): Promise<Frame> {
  await workbench.runCommand('Session Handoff');
  const frame = await workbench.frame();
  await frame.locator('[data-category="handoff"]').waitFor({ timeout: 30_000 });
  return frame;
}

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
    });
  });
});
