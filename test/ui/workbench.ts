// The real workbench in a real browser, for page tests. What all of them share (server build, browser, home) is started
// once by globalSetup.ts; each window is fresh: its own browser profile, its own sample.
import { chromium, type Browser, type Frame, type Locator, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import { editorSettings, ensureServer, startServer, themeId, themeLabel, workbenchUrl } from '../editor/server.mjs';
import { root } from '../editor/setup.mjs';
import { makeSample } from '../editor/sample/makeSample.mjs';

/** What the workbench's element is classed as in each theme. */
const themeKinds = { 'Default Dark Modern': 'vs-dark', 'Default Light Modern': 'vs', 'Default High Contrast': 'hc-black', 'Default High Contrast Light': 'hc-light' } as const;

/** The four themes that everything is looked at in, by their names in VS Code 1.94. */
export const themes = ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast', 'Default High Contrast Light'] as const;
export type Theme = (typeof themes)[number];

export type Sample = ReturnType<typeof makeSample>;

export interface WorkbenchOptions {
  readonly theme?: Theme;
  /** The user's settings, over the quiet ones of `editorSettings`. */
  readonly settings?: Record<string, unknown>;
  /** `sample` (default): a fresh sample, made with `sample`'s options; `empty`: no folder; else the path of a folder or a .code-workspace file. */
  readonly workspace?: 'sample' | 'empty' | (string & {});
  readonly sample?: Parameters<typeof makeSample>[1];
  /** The window's size in pixels at 100 %; default 1400 × 900. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** The browser's zoom in percent: the page has that much less room. */
  readonly zoom?: number;
  /** Pixels of a screenshot per pixel of the page, on top of zoom; default 1. */
  readonly scale?: number;
  /** False: Restricted Mode. */
  readonly trust?: boolean;
  /** Folders of further extensions that are installed, named like `publisher.name-1.0.0`; only with `env`. */
  readonly extensions?: readonly string[];
  /** Variables of the extension host: the window then gets a server of its own, which takes two seconds more. */
  readonly env?: Record<string, string>;
}

export interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  /** The elements, as selector and reason. */
  readonly nodes: readonly string[];
}

export interface Workbench {
  readonly page: Page;
  /** Null unless the workspace is a sample. */
  readonly sample: Sample | null;
  /** Everything that the workbench's console said, with what the extension host logged. */
  readonly console: readonly string[];
  /** Runs the command with exactly that title (as the palette shows it, with its category) through the palette, by keyboard. */
  runCommand(title: string): Promise<void>;
  /** Our page in the side bar: its inner frame, once it has drawn something. After the view was rebuilt, ask again. */
  frame(): Promise<Frame>;
  /** The texts of the notifications on screen. */
  notifications(): Promise<string[]>;
  /** Opens a file of the workspace, by keyboard, at a 1-based line. */
  openFile(path: string, line?: number): Promise<void>;
  statusBar(): Locator;
  /** Changes the user's settings (each given one replaces its value) and loads the window anew: this build does not watch the file. */
  changeSettings(settings: Record<string, unknown>): Promise<void>;
  /** Changes the theme of the open window by the palette, much faster than a new window. */
  setTheme(theme: Theme): Promise<void>;
  /** Loads the window anew, as "Reload Window" does; the frame has to be asked for again. */
  reload(): Promise<void>;
  /** Writes out/screenshots/NAME.png and returns its path; of one element if one is given. */
  screenshot(name: string, of?: Locator): Promise<string>;
  close(): Promise<void>;
}

const ourExtension = 'session-handoff.session-handoff';
let shared: Promise<Browser> | undefined;

const exactly = (text: string): RegExp => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

async function untilReady(page: Page, theme: Theme): Promise<void> {
  // The page comes up in its own colours and takes the theme once the settings are read.
  await page.locator(`.monaco-workbench.${themeKinds[theme]}`).waitFor({ timeout: 60_000 });
  // The remote indicator names its host only once the extension host answers.
  await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => 'driver' in globalThis, undefined, { timeout: 60_000 });
}

/** Opens a window; `close` it, or use `withWorkbench`. Windows of one run share the user's settings file: the last one opened decides it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { theme = 'Default Dark Modern', settings = {}, workspace = 'sample', viewport = { width: 1400, height: 900 }, zoom = 100, scale = 1, trust = true, extensions = [], env } = options;
  const common = inject('workbench');
  const scratch = mkdtempSync(join(common.scratch, 'window-'));
  const editor = await ensureServer();
  let current: Theme = theme;
  let userSettings: Record<string, unknown> = editorSettings({ 'workbench.colorTheme': themeId(editor, theme), ...settings }, trust);
  const sample = workspace === 'sample' ? makeSample(join(scratch, 'sample'), { home: common.home, ...options.sample }) : null;
  for (const folder of extensions) cpSync(folder, join(scratch, 'server/extensions', basename(folder)), { recursive: true });
  const own = env ? await startServer(editor, { settings: userSettings, env: { ...sample?.env, ...env }, data: join(scratch, 'server') }) : undefined;
  if (!own) writeFileSync(common.userSettings, JSON.stringify(userSettings, null, 2));

  shared ??= chromium.connect(common.browser);
  const browser = await shared;
  const factor = zoom / 100;
  const context = await browser.newContext({
    viewport: { width: Math.round(viewport.width / factor), height: Math.round(viewport.height / factor) }, deviceScaleFactor: factor * scale,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`pageerror: ${error.message}`));
  const target = workspace === 'empty' ? undefined : sample?.folder ?? workspace;
  await page.goto(workbenchUrl(own ?? { url: common.url }, { ...(target ? { workspace: target } : {}), extension: root }));
  await untilReady(page, theme);
  // The window sometimes reads a workspace file before the server's files are there, and then has no folder until it is loaded anew.
  for (let attempt = 1; target?.endsWith('.code-workspace') && attempt <= 3; attempt++) {
    if (await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 15_000 }).then(() => true, () => false)) break;
    await page.reload();
    await untilReady(page, theme);
  }

  const quickInput = page.locator('.quick-input-widget:visible');
  const quickPick = async (typed: string, label: (row: Locator) => Locator): Promise<void> => {
    await quickInput.locator('input').first().fill(typed);
    await label(quickInput.locator('.monaco-list-row')).first().waitFor({ timeout: 30_000 });
  };
  const runCommand = async (title: string): Promise<void> => {
    const rows = quickInput.locator('.monaco-list-row');
    // The palette's rows are named by the command, then by its keys and group.
    const label = { has: page.locator('.label-name', { hasText: exactly(title) }) };
    // The open palette does not learn of commands that a slow extension host contributes meanwhile: it is opened anew.
    for (let attempt = 1; ; attempt++) {
      await page.keyboard.press('F1');
      await quickInput.waitFor();
      await quickInput.locator('input').first().fill(`>${title}`);
      if (await rows.filter(label).first().waitFor({ timeout: 3_000 }).then(() => true, () => false)) break;
      if (attempt === 20) throw new Error(`the palette has no command "${title}"`);
      await page.keyboard.press('Escape');
    }
    const focused = rows.and(page.locator('.focused')).filter(label);
    for (let step = 0; step < 12 && (await focused.count()) === 0; step++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  };
  return {
    page,
    sample,
    console: said,
    runCommand,
    async frame() {
      const outer = page.locator(`iframe.webview[src*="extensionId=${ourExtension}"]`).first();
      await outer.waitFor({ state: 'attached', timeout: 60_000 });
      const inner = page.frameLocator(`iframe.webview[src*="extensionId=${ourExtension}"]`).first().locator('iframe#active-frame');
      await inner.waitFor({ state: 'attached', timeout: 60_000 });
      const frame = await (await inner.elementHandle())?.contentFrame();
      if (!frame) throw new Error('the view has no inner frame');
      await frame.waitForFunction(() => (document.body.textContent ?? '').trim() !== '' || document.body.children.length > 1, undefined, { timeout: 60_000 });
      return frame;
    },
    async notifications() {
      return (await page.locator('.notification-list-item-message').allTextContents()).map((text) => text.trim());
    },
    async openFile(path, line) {
      await page.keyboard.press('Control+P');
      await quickInput.waitFor();
      const name = path.split('/').pop() ?? path;
      await quickPick(line === undefined ? path : `${path}:${line}`, (rows) => rows.and(page.locator('.focused')).filter({ has: page.locator('.label-name', { hasText: name }) }));
      await page.keyboard.press('Enter');
      await page.locator('.tab.active', { hasText: name }).waitFor();
    },
    async changeSettings(changed) {
      userSettings = { ...userSettings, ...changed };
      if (own) own.setSettings(userSettings);
      else writeFileSync(common.userSettings, JSON.stringify(userSettings, null, 2));
      await page.reload();
      await untilReady(page, current);
    },
    async setTheme(next) {
      const wanted = page.locator(`.monaco-workbench.${themeKinds[next]}`);
      if (await wanted.count() > 0) return;
      await runCommand('Preferences: Color Theme');
      const label = themeLabel(editor, next);
      await quickInput.locator('.monaco-list-row').first().waitFor();
      await quickPick(label, (rows) => rows.and(page.locator('.focused')).filter({ has: page.locator('.label-name', { hasText: exactly(label) }) }));
      await page.keyboard.press('Enter');
      await quickInput.waitFor({ state: 'hidden' });
      await wanted.waitFor({ timeout: 30_000 });
      current = next;
      userSettings = { ...userSettings, 'workbench.colorTheme': themeId(editor, next) };
    },
    statusBar: () => page.locator('.part.statusbar'),
    async reload() {
      await page.reload();
      await untilReady(page, current);
    },
    async screenshot(name, of) {
      const folder = join(root, 'out/screenshots');
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${name}.png`);
      await (of ?? page).screenshot({ path, animations: 'disabled' });
      return path;
    },
    async close() {
      await context.close();
      await own?.stop();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Opens a window for `use` and closes it; what went wrong is left as out/screenshots/failed-*.png and in the error's message. */
export async function withWorkbench(options: WorkbenchOptions, use: (workbench: Workbench) => Promise<void>): Promise<void> {
  const workbench = await openWorkbench(options);
  try {
    await use(workbench);
  } catch (error) {
    const path = await workbench.screenshot(`failed-${Date.now()}`).catch(() => 'none');
    if (error instanceof Error) error.message += `\nscreenshot: ${path}\nconsole:\n  ${workbench.console.slice(-15).join('\n  ')}`;
    throw error;
  } finally {
    await workbench.close();
  }
}

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
let axeSource: string | undefined;

/**
 * What axe finds in a frame. The page is transparent, so its contrast is judged against what really stands behind it:
 * the background of the workbench's part that `behind` selects.
 * @returns the findings of the impacts asked for, by default "serious" and "critical"
 */
export async function runAxe(frame: Frame, { impacts = ['serious', 'critical'], behind = '.part.sidebar' }: { impacts?: readonly string[]; behind?: string } = {}): Promise<AxeFinding[]> {
  axeSource ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const background = await frame.page().evaluate((part) => {
    const element = document.querySelector(part);
    return element ? getComputedStyle(element).backgroundColor : '';
  }, behind);
  await frame.evaluate(axeSource);
  const violations = await frame.evaluate(async (colour) => {
    const before = document.documentElement.style.backgroundColor;
    document.documentElement.style.backgroundColor = colour;
    try { return (await axe.run(document, { resultTypes: ['violations'] })).violations; } finally { document.documentElement.style.backgroundColor = before; }
  }, background);
  return violations.filter(({ impact }) => impacts.includes(impact ?? '')).map(({ id, impact, help, nodes }) => ({
    id, impact: impact ?? '', help, nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  }));
}

/** Looks at the page in every theme: nothing serious that axe finds, and a screenshot of each, NAME-dark-modern.png and so on. */
export async function inEveryTheme(workbench: Workbench, name: string): Promise<void> {
  const frame = await workbench.frame();
  for (const theme of themes) {
    await workbench.setTheme(theme);
    const found = await runAxe(frame);
    if (found.length > 0) throw new Error(`axe finds in ${theme}: ${JSON.stringify(found, null, 2)}`);
    await workbench.screenshot(`${name}-${theme.replace('Default ', '').replaceAll(' ', '-').toLowerCase()}`);
  }
}
