import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

/** A git that could not do what was asked; the message is git's first line. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** Where a repository is: its git directory, or a folder of its working tree. */
export type Repository = { readonly gitDir: string } | { readonly folder: string };

/** What must hold for every call: nothing of the repository's configuration may run a program. */
const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '--no-pager', '--no-optional-locks', '--literal-pathspecs'];
/**
 * The person's environment without what would lead git to another repository; a missing object of a partial clone is
 * missing (git 2.44 and later), since nothing of ours may reach for the network.
 */
const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|PREFIX)$/i.test(name))),
  GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0',
});
const at = (repository: Repository): string[] => ('gitDir' in repository ? ['--git-dir', repository.gitDir] : ['-C', repository.folder]);

/** What git printed and how it ended: a code that is not 0 says that what it printed may not be all. */
export interface GitOutput {
  readonly out: Buffer;
  readonly code: number | null;
  /** the first line of what it complained of */
  readonly message: string;
}

/**
 * Runs git with an argument array, without a shell.
 * @throws GitError if git cannot be started
 */
export function gitOutput(repository: Repository, args: readonly string[], { program = 'git', signal }: { program?: string; signal?: AbortSignal | undefined } = {}): Promise<GitOutput> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...safe, ...at(repository), ...args], { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, env: environment(), ...(signal ? { signal } : {}) });
    const out: Buffer[] = [];
    let message = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => { if (message.length < 4_000) message += chunk.toString(); });
    child.on('error', (error) => { reject(error.name === 'AbortError' ? error : new GitError(`git could not be started: ${error.message}`)); });
    child.on('close', (code) => { resolve({ out: Buffer.concat(out), code, message: message.split('\n')[0] ?? '' }); });
  });
}

/**
 * What git answers.
 * @param accept exit codes that are an answer (1 of `git grep`: nothing found)
 * @throws GitError if git cannot be started or says no
 */
export async function git(repository: Repository, args: readonly string[], { accept = [0], ...options }: { program?: string; signal?: AbortSignal | undefined; accept?: readonly number[] } = {}): Promise<Buffer> {
  const { out, code, message } = await gitOutput(repository, args, options);
  if (code !== null && accept.includes(code)) return out;
  throw new GitError(message);
}

/** What git prints as it comes, cut at NULs. Git is ended when the reader has read enough, or by `end` where nobody reads. */
export interface GitRecords extends AsyncIterable<Buffer> {
  end(): void;
}

/**
 * Starts git at once, so that it works while nobody reads yet. Reading it throws GitError if git cannot be started or says no.
 */
export function gitRecords(repository: Repository, args: readonly string[], { program = 'git' }: { program?: string } = {}): GitRecords {
  const child = spawn(program, [...safe, ...at(repository), ...args], { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true, env: environment() });
  // Without a listener Node throws away what a process left unread when it ended.
  child.stdout.on('readable', () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => { reject(new GitError(`git could not be started: ${error.message}`)); });
    child.on('close', resolve);
  });
  // Asked for at the end only; a failure before that must not go unheard.
  ended.catch(() => undefined);
  const end = (): void => {
    child.kill();
    // What it has printed by then is not read, and would hold the pipe open.
    child.stdout.destroy();
  };
  async function* records(): AsyncGenerator<Buffer, void, undefined> {
    try {
      let pending: Buffer[] = [];
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        let start = 0;
        for (let nul = chunk.indexOf(0); nul >= 0; nul = chunk.indexOf(0, start)) {
          yield Buffer.concat([...pending, chunk.subarray(start, nul)]);
          pending = [];
          start = nul + 1;
        }
        pending.push(chunk.subarray(start));
      }
      const last = Buffer.concat(pending);
      if (last.length > 0) yield last;
      const code = await ended;
      if (code !== 0) throw new GitError(`git ended with ${String(code)}`);
    } finally {
      end();
    }
  }
  return { [Symbol.asyncIterator]: records, end };
}

/**
 * The full hash of a commit that somebody named.
 * @throws GitError if there is no such commit
 */
export async function commitOf(repository: Repository, revision: string, options: { program?: string } = {}): Promise<string> {
  const out = await git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], options)
    .catch((error: unknown) => { throw error instanceof GitError && !error.message ? new GitError(`there is no commit '${revision}'`) : error; });
  return out.toString().trim();
}

/** Reads objects through one `git cat-file --batch` that is held open; answers come in the order of the questions. */
export class ObjectReader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { limit: number; resolve: (object: { id: string; content: Buffer | undefined } | undefined) => void; reject: (error: Error) => void }[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes of the answer that is being read, header and final newline included; 0: the header is awaited. */
  #needed = 0;
  #size = 0;
  #id = '';
  #failed: Error | undefined;

  constructor(repository: Repository, program = 'git') {
    this.#child = spawn(program, [...safe, ...at(repository), 'cat-file', '--batch'], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, env: environment() });
    this.#child.stdout.on('data', (chunk: Buffer) => { this.#take(chunk); });
    this.#child.stderr.resume();
    this.#child.stdin.on('error', () => { /* 'close' tells */ });
    this.#child.on('error', (error) => { this.#fail(new GitError(`git could not be started: ${error.message}`)); });
    this.#child.on('close', () => { this.#fail(new GitError('git cat-file ended')); });
  }

  /**
   * @param spec an object's name: `<commit>:<path>` or a hash. A name that holds a line break names nothing.
   * @param limit longer objects are not kept, in bytes
   * @returns undefined where there is no such object, or it is longer than `limit`
   */
  async read(spec: string, limit = Infinity): Promise<Buffer | undefined> {
    return (await this.#ask(spec, limit))?.content;
  }

  /** The full hash of an object, undefined where there is none. */
  async idOf(spec: string): Promise<string | undefined> {
    return (await this.#ask(spec, 0))?.id;
  }

  #ask(spec: string, limit: number): Promise<{ id: string; content: Buffer | undefined } | undefined> {
    if (this.#failed) return Promise.reject(this.#failed);
    if (/[\n\r\0]/.test(spec)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ limit, resolve, reject });
      // Questions of one turn go out in one write.
      if (this.#child.stdin.writableCorked === 0) {
        this.#child.stdin.cork();
        setImmediate(() => { this.#child.stdin.uncork(); });
      }
      this.#child.stdin.write(`${spec}\n`);
    });
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (;;) {
      if (this.#needed === 0) {
        const buffer = this.#join();
        const end = buffer.indexOf(10);
        if (end < 0) return;
        const header = buffer.subarray(0, end).toString();
        const [, id, size] = /^([0-9a-f]+) \w+ (\d+)$/.exec(header) ?? [];
        this.#drop(end + 1);
        if (id === undefined || size === undefined) {
          this.#waiting.shift()?.resolve(undefined);
          continue;
        }
        this.#id = id;
        this.#size = Number(size);
        this.#needed = this.#size + 1;
      }
      if (this.#length < this.#needed) return;
      const buffer = this.#join();
      const asked = this.#waiting.shift();
      asked?.resolve({ id: this.#id, content: this.#size > asked.limit ? undefined : Buffer.from(buffer.subarray(0, this.#size)) });
      this.#drop(this.#needed);
      this.#needed = 0;
    }
  }

  #join(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #drop(bytes: number): void {
    this.#chunks = [this.#join().subarray(bytes)];
    this.#length -= bytes;
  }
}
