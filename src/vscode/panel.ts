import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { HostMessage, PageMessage, PanelState } from '../protocol.js';
import { readPageMessage } from './pageMessage.js';
import { pageStrings } from './words.js';

export const checklistView = 'sessionHandoff.checklist';

/** A message that is worth sending only once the page is there: it waits, the newest of its type. */
type Waiting = Exclude<HostMessage, { type: 'state' | 'strings' }>;

/**
 * The webview of the checklist: it carries messages both ways and knows nothing of what they mean. The page keeps
 * nothing: on `ready` everything is sent again.
 */
export class Panel implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #received = new vscode.EventEmitter<PageMessage>();
  readonly #visibility = new vscode.EventEmitter<boolean>();
  readonly #own: vscode.Disposable[] = [this.#received, this.#visibility];
  #view: vscode.WebviewView | undefined;
  #listeners: vscode.Disposable | undefined;
  #ready = false;
  #resolved = 0;
  #waiting: Waiting[] = [];
  #revision = 0;
  #scheduled: NodeJS.Immediate | undefined;

  /** An intent of the page, validated. */
  readonly onDidReceive = this.#received.event;
  readonly onDidChangeVisibility = this.#visibility.event;

  /** @param state gives what the page shows now, with this revision */
  constructor(private readonly extensionUri: vscode.Uri, private readonly state: (revision: number) => PanelState | undefined, private readonly log: vscode.LogOutputChannel) {
    this.#own.push(vscode.window.registerWebviewViewProvider(checklistView, this));
  }

  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#listeners?.dispose();
    this.#resolved = performance.now();
    this.#view = view;
    this.#ready = false;
    const dist = vscode.Uri.joinPath(this.extensionUri, 'dist');
    view.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.#listeners = vscode.Disposable.from(
      view.webview.onDidReceiveMessage((message: unknown) => { this.#receive(message); }),
      view.onDidChangeVisibility(() => {
        // A hidden page is thrown away; it says `ready` when it is back.
        if (!view.visible) this.#ready = false;
        this.#visibility.fire(view.visible);
      }),
      view.onDidDispose(() => {
        this.#view = undefined;
        this.#ready = false;
        this.#visibility.fire(false);
      }),
    );
    view.webview.html = html(view.webview, dist);
    this.#visibility.fire(view.visible);
  }

  #receive(message: unknown): void {
    const intent = readPageMessage(message);
    if (!intent) {
      this.log.warn('a message of the page was not understood and is ignored');
      return;
    }
    if (intent.type === 'ready') {
      this.#ready = true;
      if (this.#resolved) this.log.info(`page ready ${(performance.now() - this.#resolved).toFixed(0)} ms after its view was resolved`);
      this.#resolved = 0;
      this.#post({ type: 'strings', strings: pageStrings(), locale: vscode.env.language });
      this.#sendState();
      const waiting = this.#waiting;
      this.#waiting = [];
      waiting.forEach((each) => { this.#post(each); });
    }
    this.#received.fire(intent);
  }

  /** Sends the state soon: several changes of one turn become one message. */
  update(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#sendState();
    });
  }

  #sendState(): void {
    if (!this.#ready) return;
    const state = this.state(++this.#revision);
    if (state) this.#post({ type: 'state', state });
  }

  /** Sends a message now, or as soon as the page is there; it follows the state that it speaks of. */
  send(message: Waiting): void {
    if (!this.#ready) {
      this.#waiting = [...this.#waiting.filter(({ type }) => type !== message.type), message];
      return;
    }
    if (this.#scheduled) {
      clearImmediate(this.#scheduled);
      this.#scheduled = undefined;
      this.#sendState();
    }
    this.#post(message);
  }

  #post(message: HostMessage): void {
    void this.#view?.webview.postMessage(message);
  }

  /** Reveals the view and gives it the keyboard. */
  async show(): Promise<void> {
    await vscode.commands.executeCommand(`${checklistView}.focus`);
  }

  dispose(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#listeners?.dispose();
    vscode.Disposable.from(...this.#own).dispose();
  }
}

function html(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const source = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}; font-src ${webview.cspSource}`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language.replace(/[^A-Za-z0-9-]/g, '')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${source('webview.css')}">
<title>Session Handoff</title>
</head>
<body>
<script nonce="${nonce}" src="${source('webview.js')}"></script>
</body>
</html>`;
}
