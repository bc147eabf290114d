import { chromium, type Browser, type Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostMessage, PageMessage } from '../../../src/protocol.js';
import { chromiumArgs, ensureChromium } from '../../editor/chromium.mjs';
import { strings } from './fixture.js';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, '../../../dist');
interface Theme { readonly kind: string; readonly classes: string; readonly variables: Readonly<Record<string, string>> }
const themes = (JSON.parse(readFileSync(join(here, 'themes.json'), 'utf8')) as { themes: Record<string, Theme> }).themes;
export const themeNames = Object.keys(themes);

/** What VS Code 1.139 itself gives every webview (MIT License), as far as the page meets it; and the side bar behind it. */
const editorStyle = `html { background: var(--vscode-sideBar-background); }
@layer vscode-default {
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code { font-family: var(--monaco-monospace-font); color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  ::-webkit-scrollbar { width: 10px; height: 10px; }
  ::-webkit-scrollbar-thumb { background-color: var(--vscode-scrollbarSlider-background); }
}`;
const document = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Session Handoff</title>
<link rel="stylesheet" href="/editor.css"><link rel="stylesheet" href="/webview.css"></head><body><script nonce="n0" src="/webview.js"></script></body></html>`;
const policy = "default-src 'none'; script-src 'nonce-n0'; style-src 'self'; font-src 'self'";
const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };

/** What the page finds in its window; `kept` outlives a reload, as `setState` does in the editor. */
interface Stage { sent: PageMessage[]; violations: string[] }

export interface Panel {
  readonly page: Page;
  readonly errors: readonly string[];
  /** As the editor does: one message to the page's window. */
  send(message: HostMessage | Readonly<Record<string, unknown>> | string | number | null): Promise<void>;
  /** The intents since the last call, without `ready` and `typing`. */
  intents(): Promise<PageMessage[]>;
  everySent(): Promise<PageMessage[]>;
  violations(): Promise<string[]>;
  close(): Promise<void>;
}

export interface PanelOptions {
  readonly theme?: string;
  readonly width?: number;
  readonly height?: number;
  /** In percent, as the browser's own zoom. */
  readonly zoom?: number;
  readonly messages?: readonly HostMessage[];
}

/** A host that plays the editor for the built page alone: quick enough for every key. The real one is in the workbench's tests. */
export class DevHost {
  private constructor(private readonly server: Server, readonly browser: Browser, private readonly url: string) {}

  static async start(): Promise<DevHost> {
    const server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1).replace(/\?.*/, '');
      try {
        const [type, body] = name === '' ? ['text/html', document] : name === 'editor.css' ? ['text/css', editorStyle]
          : [types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream', readFileSync(join(dist, name.replace(/[^\w.-]/g, '')))];
        response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body);
      } catch { response.writeHead(404).end(); }
    });
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    return new DevHost(server, browser, `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  }

  async open({ theme = 'Dark Modern', width = 340, height = 1000, zoom = 100, messages = [] }: PanelOptions = {}): Promise<Panel> {
    const scale = zoom / 100;
    const context = await this.browser.newContext({ viewport: { width: Math.round(width / scale), height: Math.round(height / scale) }, deviceScaleFactor: scale });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => { if (message.type() === 'error' && !message.text().includes('favicon')) errors.push(message.text()); });
    await page.addInitScript(({ kind, classes, variables }) => {
      const stage: Stage = { sent: [], violations: [] };
      Object.assign(globalThis, {
        stage,
        acquireVsCodeApi: () => ({
          postMessage: (message: PageMessage) => { stage.sent.push(message); },
          getState: (): unknown => JSON.parse(sessionStorage.getItem('kept') ?? 'null'),
          setState: (state: unknown) => { sessionStorage.setItem('kept', JSON.stringify(state)); },
        }),
      });
      window.addEventListener('securitypolicyviolation', (event) => stage.violations.push(`${event.violatedDirective} ${event.sourceFile} ${event.sample}`));
      const dress = () => {
        for (const [name, value] of Object.entries(variables)) window.document.documentElement.style.setProperty(name, value);
        window.document.body.className = classes;
        window.document.body.dataset['vscodeThemeKind'] = kind;
      };
      window.document.addEventListener('DOMContentLoaded', dress);
    }, themes[theme] ?? { kind: '', classes: '', variables: {} });
    const panel: Panel = {
      page, errors,
      send: async (message) => { await page.evaluate((data) => { window.postMessage(data, '*'); }, message); },
      intents: async () => (await page.evaluate(() => (globalThis as unknown as { stage: Stage }).stage.sent.splice(0))).filter(({ type }) => type !== 'typing' && type !== 'ready'),
      everySent: async () => page.evaluate(() => (globalThis as unknown as { stage: Stage }).stage.sent),
      violations: async () => page.evaluate(() => (globalThis as unknown as { stage: Stage }).stage.violations),
      close: async () => { await context.close(); },
    };
    await page.goto(this.url);
    await panel.send({ type: 'strings', strings, locale: 'en' });
    for (const message of messages) await panel.send(message);
    if (messages.some(({ type }) => type === 'state')) await page.locator('main > *').first().waitFor({ state: 'attached' });
    return panel;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.server.close();
    this.server.closeAllConnections();
  }
}
