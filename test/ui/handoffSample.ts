// The sample as the developer finds it again two hours after a handoff: somebody pushed, a file was committed, lines moved.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noteFileName, renderNote } from '../../src/core/handoffNote.js';
import type { CodeLink, Entry } from '../../src/core/session.js';
import { developer, git, makeSample } from '../editor/sample/makeSample.mjs';

export type HandoffSample = ReturnType<typeof makeSample> & {
  /** The note's name relative to the documents' folder. */
  readonly note: string;
};

/** Writes a note of the sample's session, as a Write of that time did. */
export function writeNote(folder: string, { id = 'a1b2c3d4', age = 2 * 60 * 60_000, author = `${developer.name} <${developer.email}>`, branch = 'feature/auth', focus = 'email verification', entries = [], status = 'open' }: {
  readonly id?: string; readonly age?: number; readonly author?: string; readonly branch?: string; readonly focus?: string; readonly entries?: readonly Omit<Entry, 'id' | 'created'>[]; readonly status?: 'open' | 'done';
} = {}): string {
  const created = new Date(Date.now() - age).toISOString();
  const commit = git(folder, ['rev-parse', 'HEAD']).trim();
  const note = noteFileName({ id, created }, { branch, commit });
  const whole = entries.map((entry, index): Entry => ({ id: `${id}${index}`, created, ...entry }));
  mkdirSync(join(folder, '.claude/docs/handoffs'), { recursive: true });
  writeFileSync(join(folder, '.claude/docs', note), renderNote({ id, author, created, branch, commit, focus, agent: 'claude', previous: '', status }, created.slice(0, 10), whole, { folder: '.claude/docs/handoffs', workspacePath: '' }).text);
  return note;
}

/** The sample with its note, and what happened since. */
export function makeHandoffSample(into: string, home: string): HandoffSample {
  const sample = makeSample(into, { home });
  const { folder } = sample;
  const link = (path: string, line: number): CodeLink => ({ path, line, text: (readFileSync(join(folder, path), 'utf8').split('\n')[line - 1] ?? '').trim() });
  const note = writeNote(folder, {
    entries: [
      { item: 'pattern', text: 'Vote service has a race condition when a user votes rapidly', links: [link('src/votes/votes.service.ts', 78)] },
      { item: 'bug', text: 'Resolved JWT refresh token not updating `last_login`', detail: 'Root cause: the refresh path skipped the login hook.', links: [link('src/auth/auth.service.ts', 245)] },
      { item: 'deadEnd', text: 'Did not work: locking the row in `castVote`', links: [] },
      { item: 'endpoint', text: 'Added `POST /api/auth/verify-email` endpoint', links: [link('src/auth/auth.controller.ts', 61)] },
      { item: 'inProgress', text: '', links: [link('src/auth/auth.service.ts', 251)] },
      { item: 'uncommitted', text: '3 files uncommitted (3 modified)', links: [link('src/users/users.entity.ts', 5), link('src/auth/auth.service.ts', 251), link('src/users/users.service.ts', 5)] },
      { item: 'nextStep', text: 'Implement email verification flow', links: [] },
      { item: 'nextStep', text: 'Cover the expired-token case', links: [] },
      { item: 'restartCommand', text: 'npm run migration:run', links: [] },
      { item: 'restartCommand', text: 'docker compose up -d db', links: [] },
    ],
  });
  git(folder, ['commit', '--quiet', '-m', 'Add the verification token', '--', 'src/users/users.entity.ts']);
  writeFileSync(join(folder, 'src/votes/rules.md'), '# Rules\n');
  const votes = join(folder, 'src/votes/votes.service.ts');
  writeFileSync(votes, `// Votes are cast once.\n${readFileSync(votes, 'utf8')}`);
  git(folder, ['add', 'src/votes']);
  git(folder, ['-c', 'user.name=Bob Stone', '-c', 'user.email=bob@example.com', 'commit', '--quiet', '-m', 'Write the voting rules down', '--', 'src/votes']);
  const service = join(folder, 'src/auth/auth.service.ts');
  const lines = readFileSync(service, 'utf8').split('\n');
  writeFileSync(service, [...lines.slice(0, 3), '// One', '// Two', ...lines.slice(3)].join('\n'));
  return { ...sample, note };
}
