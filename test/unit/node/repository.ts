import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporaryFolder.js';

/** A real repository in a temporary folder, apart from the configuration of this machine. */
export class Repository {
  constructor(readonly folder = temporaryFolder('repository')) {}

  static make(folder?: string): Repository {
    const repository = new Repository(folder);
    repository.git('init', '-q', '-b', 'main');
    repository.git('config', 'user.name', 'Ada Lovelace');
    repository.git('config', 'user.email', 'ada@example.com');
    repository.git('config', 'commit.gpgsign', 'false');
    return repository;
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], { cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_EDITOR: 'true' } }).trim();
  }

  /** Runs git where it is expected to fail, as a merge with conflicts. */
  tryGit(...args: string[]): void {
    try {
      this.git(...args);
    } catch {
      // Its exit code says that something is left to do.
    }
  }

  write(path: string, text: string | Buffer): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  commit(subject: string, files: Record<string, string> = {}): string {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', subject);
    return this.git('rev-parse', 'HEAD');
  }
}
