import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real git repository in a temporary folder, for tests that need a history. */
export class TestRepository {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'session-handoff-links-')));

  constructor() {
    this.git('init', '-q', '-b', 'main');
  }

  git(...args: string[]): string {
    const identity = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.org', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], { cwd: this.folder, encoding: 'utf8', env: { ...process.env, ...identity }, stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  }

  write(path: string, content: string | Uint8Array | string[]): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Array.isArray(content) ? `${content.join('\n')}\n` : content);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path));
  }

  /** Writes the files (undefined removes one) and commits; gives the commit's id. */
  commit(files: Record<string, string | Uint8Array | string[] | undefined> = {}): string {
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) this.remove(path);
      else this.write(path, content);
    }
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', 'change');
    return this.git('rev-parse', 'HEAD');
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
