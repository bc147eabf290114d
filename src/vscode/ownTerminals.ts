import * as vscode from 'vscode';

/** How long a new shell is given to say that it is ready, in milliseconds; one without shell integration never says so. */
const shellStart = 2_000;

/** What stands in a terminal of ours. */
interface Line {
  /** Typed ahead: another text would stand behind it. `running`: keys go to a program. */
  state: 'inserted' | 'running' | 'free';
}

/**
 * Terminals of our own, into which commands are put and never executed. The terminal that the person uses is left alone: it may be
 * an agent's prompt. One of ours is used again only when its shell has said that it is done with the line before.
 */
export class OwnTerminals implements vscode.Disposable {
  readonly #lines = new Map<vscode.Terminal, Line>();
  readonly #folders = new Map<vscode.Terminal, string>();
  readonly #own: vscode.Disposable;

  constructor() {
    const set = (terminal: vscode.Terminal, state: Line['state']): void => {
      const line = this.#lines.get(terminal);
      if (line) line.state = state;
    };
    this.#own = vscode.Disposable.from(
      vscode.window.onDidStartTerminalShellExecution(({ terminal }) => { set(terminal, 'running'); }),
      vscode.window.onDidEndTerminalShellExecution(({ terminal }) => { set(terminal, 'free'); }),
      vscode.window.onDidCloseTerminal((terminal) => {
        this.#lines.delete(terminal);
        this.#folders.delete(terminal);
      }),
    );
  }

  /**
   * Puts a line into a terminal of ours in this folder and shows it; pressing Enter is left to the person.
   * @param line one line without control characters, as `terminalLine` and `agentCommand` give it
   * @throws when the workspace is not trusted, or the line is more than one
   */
  async insert(folder: vscode.WorkspaceFolder, name: string, line: string): Promise<void> {
    if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('In Restricted Mode no terminal is used. Copy the command instead.'));
    if (line === '' || /\p{Cc}/u.test(line)) throw new Error(vscode.l10n.t('This is not one line for a terminal.'));
    const key = `${name}\0${folder.uri.toString()}`;
    let terminal = [...this.#lines].find(([one, { state }]) => state === 'free' && one.exitStatus === undefined && this.#folders.get(one) === key)?.[0];
    if (!terminal) {
      terminal = vscode.window.createTerminal({ name, cwd: folder.uri, iconPath: new vscode.ThemeIcon('checklist') });
      this.#lines.set(terminal, { state: 'inserted' });
      this.#folders.set(terminal, key);
      terminal.show();
      await this.#ready(terminal);
    } else terminal.show();
    this.#lines.set(terminal, { state: 'inserted' });
    terminal.sendText(line, false);
  }

  /** Waits for the prompt, so that the line stands behind it and not before it. */
  #ready(terminal: vscode.Terminal): Promise<void> {
    if (terminal.shellIntegration) return Promise.resolve();
    return new Promise((done) => {
      const end = (): void => {
        clearTimeout(timer);
        listener.dispose();
        done();
      };
      const listener = vscode.window.onDidChangeTerminalShellIntegration((event) => { if (event.terminal === terminal) end(); });
      const timer = setTimeout(end, shellStart);
    });
  }

  dispose(): void {
    this.#own.dispose();
  }
}
