import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumArgs, ensureChromium } from '../editor/chromium.mjs';
import { ensureServer, startServer } from '../editor/server.mjs';
import { build } from '../editor/setup.mjs';
import { sampleEnv } from '../editor/sample/makeSample.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the run's test files share: one server build, one browser, one home. */
    workbench: { url: string; userSettings: string; browser: string; home: string; scratch: string };
  }
}

/** Starts what all page tests of a run share; the returned function ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!process.env.SESSION_HANDOFF_BUILT) build();
  const scratch = mkdtempSync(join(tmpdir(), 'session-handoff-ui-'));
  const home = join(scratch, 'home');
  mkdirSync(home);
  const executablePath = ensureChromium();
  const server = await startServer(await ensureServer(), { env: sampleEnv(home) });
  const browser = await chromium.launchServer({ executablePath, args: chromiumArgs });
  project.provide('workbench', { url: server.url, userSettings: join(server.data, 'data/User/settings.json'), browser: browser.wsEndpoint(), home, scratch });
  return async () => {
    await browser.close();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}
