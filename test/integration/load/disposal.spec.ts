import { strict as assert } from 'node:assert';
import { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answering, until, uriIn } from '../answers.js';

type Any = (...args: unknown[]) => unknown;
type Namespace = Record<string, unknown>;

/** What gives something that has to be disposed. Views and commands exist once in an editor, and the extension itself has them. */
const gives = /^(?:on[A-Z]|register|create)/;
const once = /^register(?:Command|TextEditorCommand|WebviewViewProvider|TreeDataProvider|WebviewPanelSerializer|UriHandler|FileSystemProvider)$/;

/** A workspace's memory. */
class Memory implements vscode.Memento {
  readonly #values = new Map<string, unknown>();
  keys(): readonly string[] { return [...this.#values.keys()]; }
  get<T>(key: string, fallback?: T): T | undefined { return this.#values.has(key) ? this.#values.get(key) as T : fallback; }
  update(key: string, value: unknown): Thenable<void> {
    this.#values.set(key, value);
    return Promise.resolve();
  }
}

/** Counts what the extension makes through VS Code's interface, from now until `end`. */
class Counted {
  /** What is not disposed, and where it came from. */
  readonly open = new Map<object, string>();
  readonly commands = new Map<string, Any>();
  all = 0;
  readonly #before: [Namespace, string, unknown][] = [];

  constructor() {
    for (const [of, namespace] of Object.entries({ workspace: vscode.workspace, window: vscode.window, languages: vscode.languages, commands: vscode.commands, extensions: vscode.extensions, tasks: vscode.tasks, debug: vscode.debug }) as unknown as [string, Namespace][]) {
      for (const name of Object.keys(namespace).filter((one) => gives.test(one))) {
        const make = namespace[name];
        // Some of them, about notebooks, cannot be replaced; the extension uses none of these.
        if (typeof make !== 'function' || Object.getOwnPropertyDescriptor(namespace, name)?.writable !== true) continue;
        this.#before.push([namespace, name, make]);
        namespace[name] = (...args: unknown[]): unknown => {
          if (name === 'registerCommand') this.commands.set(String(args[0]), args[1] as Any);
          return this.#count(once.test(name) ? { dispose: () => undefined } : (make as Any)(...args), `${of}.${name} ${typeof args[0] === 'string' ? args[0] : args[0] instanceof vscode.RelativePattern ? `${args[0].baseUri.path}/${args[0].pattern}` : ''}`.trim());
        };
      }
    }
  }

  #count(made: unknown, from: string): unknown {
    if (typeof made !== 'object' || made === null || !('dispose' in made) || typeof made.dispose !== 'function') return made;
    const dispose = made.dispose.bind(made) as () => unknown;
    this.all++;
    // Some of VS Code's own are frozen: then something that is disposed in their stead stands for them.
    const counted = Object.isFrozen(made) ? Object.create(made) as object : made;
    this.open.set(counted, from);
    Object.defineProperty(counted, 'dispose', { configurable: true, value: () => { this.open.delete(counted); return dispose(); } });
    return counted;
  }

  end(): void {
    for (const [namespace, name, make] of this.#before) namespace[name] = make;
  }
}

describe('a second instance of the extension in the same window', () => {
  it('lets go of everything when it is deactivated: listeners, watchers, views, channels, workers, timers and files', async function () {
    this.timeout(240_000);
    const extension = vscode.extensions.getExtension('session-handoff.session-handoff');
    assert.ok(extension);
    await extension.activate();
    // What the first instance and the editor's own language servers have begun is done before the counting begins.
    await vscode.commands.executeCommand('sessionHandoff.open');
    // The two share a draft: what the first begins once something is written would be counted as the second's.
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriIn('src/auth/auth.service.ts')));
    await answering({ pick: (items) => items.find(({ label }) => label === 'Bugs and their root causes'), input: () => 'By the first instance' }, () => vscode.commands.executeCommand('sessionHandoff.capture'));
    await answering({}, () => vscode.commands.executeCommand('sessionHandoff.write'));
    for (const path of ['src/auth/auth.service.ts', '.claude/docs/TROUBLESHOOTING.md']) await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriIn(path)), { preview: false });
    await vscode.commands.executeCommand('vscode.executeHoverProvider', uriIn('src/auth/auth.service.ts'), new vscode.Position(0, 0));
    await vscode.commands.executeCommand('vscode.executeLinkProvider', uriIn('.claude/docs/TROUBLESHOOTING.md'), 10);
    // What was begun by this process and still runs, by its command line: VS Code's own servers and what we start.
    const children = (): string[] => (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles().flatMap((handle) => (handle instanceof ChildProcess ? [handle.spawnargs.join(' ')] : [])).sort();
    let resources = '';
    await until('the first instance is at rest', async () => {
      const before = resources;
      resources = process.getActiveResourcesInfo().sort().join();
      await new Promise((done) => setTimeout(done, 3_000));
      return process.getActiveResourcesInfo().sort().join() === before;
    }, 120_000);
    const childrenBefore = children();
    const counted = new Counted();
    const context = {
      subscriptions: [] as vscode.Disposable[], workspaceState: new Memory(), globalState: Object.assign(new Memory(), { setKeysForSync: () => undefined }), extension, extensionUri: extension.extensionUri, extensionPath: extension.extensionPath,
      extensionMode: vscode.ExtensionMode.Test, asAbsolutePath: (path: string) => join(extension.extensionPath, path),
    };
    const { activate } = createRequire(__filename)(join(extension.extensionPath, 'dist/extension.js')) as { activate(given: unknown): void };
    try {
      activate(context);
      const run = async (name: string): Promise<unknown> => counted.commands.get(`sessionHandoff.${name}`)?.();
      assert.ok(counted.commands.size > 20, `${counted.commands.size} commands`);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriIn('src/auth/auth.service.ts')));
      await answering({ pick: (items) => items.find(({ label }) => label === 'Bugs and their root causes'), input: () => 'By the second instance' }, () => Promise.resolve(run('capture')));
      for (const name of ['refresh', 'preview', 'write', 'checkLinks', 'pickUp', 'showHandoffs', 'undoWrite', 'newSession', 'write']) await answering({}, () => Promise.race([run(name).catch(() => undefined), new Promise((done) => setTimeout(done, 10_000))]));
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriIn('.claude/docs/TROUBLESHOOTING.md')));
      assert.ok(counted.open.size > 40, `only ${counted.open.size} were counted`);
      const { all } = counted;
      // As VS Code does at deactivation.
      for (const one of context.subscriptions.toReversed()) one.dispose();
      await until(`everything is disposed, but for ${[...counted.open.values()].join(', ')}`, () => counted.open.size === 0, 30_000).catch(() => { assert.deepEqual([...counted.open.values()].sort(), []); });
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await until('workers, timers and files are closed', () => process.getActiveResourcesInfo().length <= resources.split(',').length, 60_000).catch(() => {
        assert.deepEqual({ children: children(), resources: process.getActiveResourcesInfo().sort() }, { children: childrenBefore, resources: resources.split(',') });
      });
      console.log(`test: ${all} disposables made by a second instance, all disposed; ${process.getActiveResourcesInfo().length} active resources (${resources.split(',').length} before)`);
    } finally {
      counted.end();
    }
  });
});
