#!/usr/bin/env node
// A program that takes the desktop build's arguments and runs VS Code's server build with Chromium instead: what
// @vscode/test-electron's runTests is given as `vscodeExecutablePath` where there is no desktop build.
//   serverEditor.mjs [--user-data-dir=DIR] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE [FOLDER | FILE.code-workspace]
// Specs that log a line starting with "test: " see it printed; SESSION_HANDOFF_VERBOSE=1 prints everything.
// Settings are read from DIR/User/settings.json, as the desktop build does. Ends with the tests' exit code.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumArgs, ensureChromium } from './chromium.mjs';
import { editorSettings, ensureServer, startServer, workbenchUrl } from './server.mjs';
import { frontDoor } from './setup.mjs';

/** @param {string} name */
const option = (name) => {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return found === undefined ? undefined : resolve(found.slice(name.length + 3));
};

// Ending this program ends the server with all that it started.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => process.exit(1));

await frontDoor(async () => {
  const extension = option('extensionDevelopmentPath');
  const tests = option('extensionTestsPath');
  const userData = option('user-data-dir');
  const workspace = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
  const settingsFile = userData && join(userData, 'User/settings.json');
  const settings = settingsFile && existsSync(settingsFile) ? JSON.parse(readFileSync(settingsFile, 'utf8')) : editorSettings();
  const executablePath = ensureChromium();
  const server = await startServer(await ensureServer(), { settings });
  const browser = await chromium.launch({ executablePath, args: chromiumArgs });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const exit = new Promise((/** @type {(code: number) => void} */ done) => { void page.exposeFunction('codeAutomationExit', done); });
    // What workbench and extension host log arrives here: shown is what a suite tells, all of it when asked or when the run fails.
    /** @type {string[]} */
    const log = [];
    const verbose = Boolean(process.env.SESSION_HANDOFF_VERBOSE);
    await page.exposeFunction('codeAutomationLog', (/** @type {string} */ _type, /** @type {unknown[]} */ args) => {
      const line = args.join(' ');
      log.push(line);
      if (verbose || /^ {2}[✓✗-] |^test: /.test(line)) console.log(line);
    });
    await page.goto(workbenchUrl(server, {
      ...(workspace ? { workspace: resolve(workspace) } : {}), ...(extension ? { extension } : {}), ...(tests ? { tests } : {}),
    }));
    const gone = new Promise((/** @type {(code: number) => void} */ done) => { browser.on('disconnected', () => done(1)); });
    // The full counts of `npm run guarantees` take their time.
    const minutes = process.env.SESSION_HANDOFF_FULL ? 60 : 15;
    const hangs = new Promise((/** @type {(code: number) => void} */ done) => { setTimeout(() => { console.error(`ended after ${minutes} minutes`); done(1); }, minutes * 60_000).unref(); });
    const code = await Promise.race([exit, server.ended, gone, hangs]);
    if (code !== 0 && !verbose) console.error(log.slice(-40).join('\n'));
    return code;
  } finally {
    await browser.close();
    await server.stop();
  }
});
process.exit();
