// The sample: "ideas-api", a small TypeScript API with authentication and voting, as a developer has it open in the
// middle of a session: its git history, uncommitted changes, documents with hand-written tables, and the agent's
// transcript. Everything but the transcript's times is the same each time.
//
// history/*.patch are its commits (git format-patch), staged.patch and unstaged.patch the uncommitted changes. To change
// it: make it, edit and commit there, and write the patches anew (`git format-patch --zero-commit -o … --root main`).
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleTranscript, sessionIdOf, writeTranscript } from './transcript.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const mark = '.session-handoff-sample';

/** The developer whose session it is, as the sample's git configuration says. */
export const developer = { name: 'Mira Kovac', email: 'mira@example.com' };

/** Nothing of the machine's own git configuration reaches the sample. */
const gitEnv = { ...process.env, GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/**
 * Runs git in a folder, away from the machine's own configuration.
 * @param {string} folder
 * @param {string[]} args
 * @param {{ input?: string }} [options]
 * @returns {string} its standard output
 */
export function git(folder, args, { input = '' } = {}) {
  return execFileSync('git', args, { cwd: folder, env: gitEnv, encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
}

/**
 * The variables under which the editor, the command line and hooks take `home` for the person's home: neither a real
 * agent's files nor real drafts are read or written.
 * @param {string} home
 */
export const sampleEnv = (home) => ({
  CLAUDE_CONFIG_DIR: join(home, '.claude'),
  CODEX_HOME: join(home, '.codex'),
  SESSION_HANDOFF_HOME: join(home, 'session-handoff'),
});

/**
 * Makes the sample.
 * @param {string} into a folder that is made; one that an earlier call made is made anew
 * @param {object} [options]
 * @param {string} [options.home] the home for the transcript; default `into/home`. Several samples may share one
 * @param {string} [options.name] the project folder's name; default `ideas-api`
 * @param {'none' | 'committed' | 'all'} [options.git] none: no repository; committed: nothing uncommitted; default all
 * @param {boolean} [options.transcript] whether a transcript is written; default true
 * @param {Partial<import('./transcript.mjs').TranscriptOptions>} [options.session] for `sampleTranscript`
 * @returns what was made: `folder` (the project), `home`, `env` (see `sampleEnv`), `transcript` (its path, or null), `sessionId`
 */
export function makeSample(into, { home, name = 'ideas-api', git: repository = 'all', transcript = true, session = {} } = {}) {
  if (existsSync(into) && readdirSync(into).length > 0) {
    if (!existsSync(join(into, mark))) throw new Error(`${into} holds something that is no sample: not touched`);
    rmSync(into, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, mark), '');
  mkdirSync(join(into, name));
  // Agents resolve symbolic links before they name a transcript's folder.
  const folder = realpathSync(join(into, name));

  git(folder, ['init', '--quiet', '--initial-branch=main']);
  for (const [key, value] of Object.entries({ 'user.name': developer.name, 'user.email': developer.email, 'core.autocrlf': 'false', 'core.safecrlf': 'false', 'commit.gpgsign': 'false', 'gc.auto': '0' })) git(folder, ['config', key, value]);
  const patches = readdirSync(join(here, 'history')).filter((file) => file.endsWith('.patch')).sort();
  const apply = (/** @type {string[]} */ files) => {
    if (files.length > 0) git(folder, ['am', '--quiet', '--keep-cr', '--committer-date-is-author-date', ...files.map((file) => join(here, 'history', file))]);
  };
  apply(patches.filter((file) => !file.includes('feature-')));
  const bare = join(into, 'origin.git');
  git(into, ['clone', '--quiet', '--bare', folder, bare]);
  git(folder, ['remote', 'add', 'origin', bare]);
  git(folder, ['fetch', '--quiet', 'origin']);
  git(folder, ['branch', '--quiet', '--set-upstream-to=origin/main', 'main']);
  git(folder, ['checkout', '--quiet', '-b', 'feature/auth']);
  const [pushed, ...local] = patches.filter((file) => file.includes('feature-'));
  if (pushed) apply([pushed]);
  git(folder, ['push', '--quiet', '--set-upstream', 'origin', 'feature/auth']);
  apply(local);

  if (repository === 'all' || repository === 'none') {
    git(folder, ['apply', '--index', join(here, 'staged.patch')]);
    git(folder, ['apply', join(here, 'unstaged.patch')]);
  }
  if (repository === 'none') rmSync(join(folder, '.git'), { recursive: true, force: true });

  for (const [types, file] of /** @type {const} */ ([['node', 'modules.d.ts'], ['jest', 'jest.d.ts']])) {
    const place = join(folder, 'node_modules/@types', types);
    mkdirSync(place, { recursive: true });
    copyFileSync(join(here, file), join(place, 'index.d.ts'));
  }

  const told = sampleTranscript({ folder, branch: repository === 'none' ? '' : 'feature/auth', ...(home ? { sessionId: sessionIdOf(folder) } : {}), ...session });
  const where = home ?? join(into, 'home');
  mkdirSync(where, { recursive: true });
  return { folder, home: where, env: sampleEnv(where), transcript: transcript ? writeTranscript({ home: where, transcript: told }) : null, sessionId: told.sessionId };
}

/** The sample's `.claude/docs` files by name, as text. @param {{ folder: string }} sample */
export function documents({ folder }) {
  const docs = join(folder, '.claude/docs');
  return Object.fromEntries(readdirSync(docs).filter((name) => name.endsWith('.md')).map((name) => [name, readFileSync(join(docs, name), 'utf8')]));
}
