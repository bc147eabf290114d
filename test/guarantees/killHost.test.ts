import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { readDraft } from '../../src/node/draftFiles.js';
import { chromiumArgs, ensureChromium } from '../editor/chromium.mjs';
import { ensureServer, startServer, workbenchUrl } from '../editor/server.mjs';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { checkDocuments, checkLeftovers, project } from './killed.js';
import { bundleDriver, pause, textOf } from './processes.js';
import { count, promise, root } from './promise.js';

/** What was accepted this long before the kill must be there, in milliseconds: what the product promises. */
const promised = 500;

/** Below the extension's own folder, so that VS Code takes it for the extension's code and its stand-ins for questions reach it. */
async function bundled(): Promise<string> {
  const outfile = join(root, 'out', 'guarantees-host', 'hostDriver.js');
  await build({ entryPoints: [fileURLToPath(new URL('hostDriver.ts', import.meta.url))], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error', external: ['vscode'] });
  return outfile;
}

promise('kill: the extension host of a real VS Code', async (proof) => {
  const driver = bundleDriver('windowDriver');
  const tests = await bundled();
  const kills = count(60, 4);
  const windows = 2;
  const executablePath = ensureChromium();
  const editor = await ensureServer();
  let accepted = 0;
  let late = 0;
  let lateThere = 0;
  for (let killed = 0; killed < kills;) {
    const { folder, home } = project();
    const logs = temporaryFolder('logs');
    const server = await startServer(editor, { env: { SESSION_HANDOFF_HOME: home, HOME: home, SESSION_HANDOFF_KILLS: logs, CLAUDE_CONFIG_DIR: join(home, '.claude'), CODEX_HOME: join(home, '.codex') } });
    const browser = await chromium.launch({ executablePath, args: chromiumArgs });
    try {
      const seen = new Set<string>();
      const known = new Map<string, number>();
      const pages = await Promise.all(Array.from({ length: windows }, () => browser.newPage()));
      for (const page of pages) await page.goto(workbenchUrl(server, { workspace: folder, extension: root, tests }));
      for (let round = 0; round < 25 && killed < kills; round++) {
        // The hosts that this server has just started, each by its own word.
        const hosts: string[] = [];
        for (let waited = 0; hosts.length < windows; waited += 20) {
          hosts.push(...readdirSync(logs).filter((name) => !seen.has(name)));
          for (const name of hosts) seen.add(name);
          if (waited > 120_000) throw new Error(`only ${hosts.length} of ${windows} extension hosts came up`);
          await pause(20);
        }
        const ends = await Promise.all(hosts.map(async (name) => {
          // A quarter of them is killed while they begin, the others while they accept and write.
          const isEarly = randomInt(4) === 0;
          for (let waited = 0; !isEarly && !textOf(join(logs, name)).includes('accepted'); waited += 10) {
            if (waited > 120_000) throw new Error(`an extension host accepted nothing: ${textOf(join(logs, name))}`);
            await pause(10);
          }
          await pause(randomInt(isEarly ? 500 : 2_500));
          process.kill(Number(name.replace('.log', '')), 'SIGKILL');
          return [name, Date.now()] as const;
        }));
        killed += ends.length;
        proof.tried(ends.length);
        for (const [name, at] of ends) for (const [, id = '', when] of textOf(join(logs, name)).matchAll(/^accepted (\S+) (\d+)$/gm)) known.set(id, at - Number(when));
        const there = checkDocuments(proof, folder, `kill ${killed}`);
        for (const { id, text } of (await readDraft(folder, { home }))?.draft.entries ?? []) there.add(/^Entry (\S+) to its end\.$/.exec(text)?.[1] ?? id);
        for (const [id, before] of known) {
          if (there.has(id)) continue;
          if (before >= promised) proof.broken(`kill ${killed}: ${id}, accepted ${before} ms before, is lost`);
        }
        for (const [name] of ends) for (const [, id = ''] of textOf(join(logs, name)).matchAll(/^accepted (\S+)/gm)) {
          if ((known.get(id) ?? 0) >= promised) continue;
          late++;
          if (there.has(id)) lateThere++;
          else known.delete(id);
        }
        if (round < 24 && killed < kills) for (const page of pages) await page.reload({ waitUntil: 'commit' });
      }
      accepted += known.size;
    } finally {
      await browser.close();
      await server.stop();
    }
    await checkLeftovers(proof, driver, folder, home);
  }
  proof.note(`VS Code ${editor.vscode}, two windows on one folder; ${accepted.toLocaleString('en')} accepted entries; of ${late} accepted in the last half second before a kill ${lateThere} were there too`);
});
