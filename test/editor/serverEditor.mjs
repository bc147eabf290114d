#!/usr/bin/env node
// A program that takes the desktop build's arguments and runs VS Code's server build with Chromium instead: what
// @vscode/test-electron's runTests is given as `vscodeExecutablePath` where there is no desktop build.
//   serverEditor.mjs [--user-data-dir=DIR] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE [FOLDER | FILE.code-workspace]
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
    // What the extension host logs with `console` arrives here.
    await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
      (type === 'error' ? console.error : console.log)(...args);
    });
    await page.goto(workbenchUrl(server, {
      ...(workspace ? { workspace: resolve(workspace) } : {}), ...(extension ? { extension } : {}), ...(tests ? { tests } : {}),
    }));
    return await Promise.race([exit, server.ended, new Promise((/** @type {(code: number) => void} */ done) => browser.on('disconnected', () => done(1)))]);
  } finally {
    await browser.close();
    await server.stop();
  }
});
process.exit();
