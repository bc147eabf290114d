import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { handedTo } from '../integration/standInAgent.js';
import { makeSample } from '../editor/sample/makeSample.mjs';
import { sampleTranscript, writeTranscript } from '../editor/sample/transcript.mjs';
import { openChecklist } from './checklistPage.js';
import { connected, nextStep, ownScratch } from './connectedAgent.js';
import { writeNote } from './handoffSample.js';
import { noticeOf } from './notices.js';
import { inEveryTheme, withWorkbench } from './workbench.js';

const viewport = { width: 1240, height: 1000 };

describe('a handoff that should have been handed over', () => {
  it('and was not is told with the cause, until the receipt comes', async () => {
    const into = ownScratch();
    const agentHome = join(into, 'home');
    const sample = makeSample(join(into, 'sample'), { home: agentHome, transcript: false });
    const { folder, env } = sample;
    writeNote(folder, { entries: nextStep('Implement email verification flow') });
    await connected(folder, env.SESSION_HANDOFF_HOME);
    const launcher = join(env.SESSION_HANDOFF_HOME, 'session-handoff-hook');
    const text = readFileSync(launcher, 'utf8');
    writeFileSync(launcher, text.replace(/^cli=.*$/m, "cli='/an/older/version/cli.js'"));
    await withWorkbench({ workspace: folder, env: { ...env, HOME: agentHome }, viewport }, async (workbench) => {
      const frame = await openChecklist(workbench);
      // The extension's own path changes with every version: what the hooks run is this version's again.
      await expect.poll(() => /^cli=.*$/m.exec(readFileSync(launcher, 'utf8'))?.[0], { timeout: 60_000 }).toBe(/^cli=.*$/m.exec(text)?.[0]);
      const offer = noticeOf(frame, /Handoff from 2 h ago/);
      await offer.waitFor();
      await noticeOf(frame, /No agent session/).waitFor();
      const session = '5e55104e-0000-4000-8000-000000000001';
      // The agent's session begins, and no hook runs.
      writeTranscript({ home: agentHome, transcript: sampleTranscript({ folder, sessionId: session }) });
      const missing = noticeOf(frame, 'was not handed the handoff, although it is connected');
      await missing.waitFor({ timeout: 150_000 });
      await inEveryTheme(workbench, 'no-receipt');
      const why = async (answer: RegExp): Promise<void> => {
        await missing.getByRole('button', { name: 'Why?' }).click();
        await expect.poll(() => frame.locator('body').innerText(), { timeout: 30_000 }).toMatch(answer);
      };
      writeFileSync(join(agentHome, '.claude.json'), JSON.stringify({ projects: { [folder]: { allowedTools: [] } } }));
      await why(/does not trust this folder yet/);
      writeFileSync(join(agentHome, '.claude/settings.json'), '{ "disableAllHooks": true }');
      await why(/Hooks are switched off in .*settings\.json/);
      await workbench.screenshot('no-receipt-why');
      rmSync(join(agentHome, '.claude/settings.json'));
      rmSync(join(agentHome, '.claude.json'));
      await why(/the agent did not run the hook/);
      rmSync(launcher);
      await why(/The launcher that the hook runs is missing/);
      writeFileSync(launcher, text, { mode: 0o700 });

      expect(await handedTo(folder, session)).toContain('Implement email verification flow');
      await missing.waitFor({ state: 'detached', timeout: 30_000 });
      await noticeOf(frame, /Picked up .* by Claude Code, session 5e55/).waitFor();
      // A receipt closes nothing.
      expect(await offer.count()).toBe(1);
      await workbench.screenshot('receipt');
    });
  });
});
