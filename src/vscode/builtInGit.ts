import * as vscode from 'vscode';

/** The few members of the built-in git extension's API (version 1, microsoft/vscode extensions/git/src/api/git.d.ts, MIT) that we use. */
interface GitApi {
  readonly git: { readonly path: string };
  readonly repositories: readonly Repository[];
  readonly onDidOpenRepository: vscode.Event<Repository>;
  readonly onDidCloseRepository: vscode.Event<Repository>;
}
interface Repository {
  readonly rootUri: vscode.Uri;
  readonly state: { readonly onDidChange: vscode.Event<void> };
}
interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  getAPI(version: 1): GitApi;
}

/**
 * The built-in git extension, used for two things only: which git it found, and as the signal that something changed.
 * It is absent or switched off in Restricted Mode, on the web and by setting: then there is no signal, and git is looked
 * for as `git.path` of the user's own settings (never the workspace's) or on the PATH.
 */
export class BuiltInGit implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #own: vscode.Disposable[] = [this.#changed];
  readonly #repositories = new Map<Repository, vscode.Disposable>();
  #api: GitApi | undefined;
  #started: Promise<void> | undefined;

  /** Something changed in a repository that is open in the window. */
  readonly onDidChange = this.#changed.event;

  /** The git to run. */
  async path(): Promise<string> {
    await this.start();
    if (this.#api) return this.#api.git.path;
    const own: unknown = vscode.workspace.getConfiguration('git').inspect('path')?.globalValue;
    const first: unknown = Array.isArray(own) ? own[0] : own;
    return typeof first === 'string' && first ? first : 'git';
  }

  /** Begins to listen; waits only until the extension has answered. */
  start(): Promise<void> {
    this.#started ??= this.#connect();
    return this.#started;
  }

  async #connect(): Promise<void> {
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    if (!extension) return;
    try {
      const git = extension.isActive ? extension.exports : await extension.activate();
      this.#own.push(git.onDidChangeEnablement((enabled) => { if (enabled) this.#listen(git); else this.#stop(); }));
      if (git.enabled) this.#listen(git);
    } catch {
      // Switched off or broken: we do without its signal.
    }
  }

  #listen(git: GitExtension): void {
    this.#stop();
    const api = git.getAPI(1);
    this.#api = api;
    const open = (repository: Repository): void => {
      this.#repositories.set(repository, repository.state.onDidChange(() => { this.#changed.fire(); }));
      this.#changed.fire();
    };
    api.repositories.forEach(open);
    this.#own.push(api.onDidOpenRepository(open), api.onDidCloseRepository((repository) => {
      this.#repositories.get(repository)?.dispose();
      this.#repositories.delete(repository);
      this.#changed.fire();
    }));
  }

  #stop(): void {
    this.#api = undefined;
    for (const listener of this.#repositories.values()) listener.dispose();
    this.#repositories.clear();
  }

  dispose(): void {
    this.#stop();
    vscode.Disposable.from(...this.#own).dispose();
  }
}
