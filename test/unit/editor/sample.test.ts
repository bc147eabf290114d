import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, makeSample } from '../../editor/sample/makeSample.mjs';
import { continueTranscript, projectSlug } from '../../editor/sample/transcript.mjs';

interface TranscriptLine { readonly type: string; readonly cwd?: string; readonly uuid?: string; readonly parentUuid?: string | null; readonly timestamp?: string; readonly message?: { readonly usage?: Record<string, number> } }
const lines = (file: string | null): TranscriptLine[] => readFileSync(file ?? '', 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as TranscriptLine);
const used = ({ message }: TranscriptLine) => (message?.usage?.input_tokens ?? 0) + (message?.usage?.cache_creation_input_tokens ?? 0) + (message?.usage?.cache_read_input_tokens ?? 0);

describe('the sample', () => {
  let scratch: string;
  let sample: ReturnType<typeof makeSample>;
  beforeAll(() => { scratch = mkdtempSync(join(tmpdir(), 'session-handoff-sample-')); sample = makeSample(join(scratch, 'one')); });
  afterAll(() => { rmSync(scratch, { recursive: true, force: true }); });

  it('has the same commits each time', () => {
    const other = makeSample(join(scratch, 'two'));
    expect(git(other.folder, ['log', '--format=%H %an %s'])).toBe(git(sample.folder, ['log', '--format=%H %an %s']));
    expect(git(sample.folder, ['rev-list', '--count', 'HEAD']).trim()).toBe('9');
  });

  it('has staged, unstaged, untracked and renamed files on a branch ahead of its upstream', () => {
    expect(git(sample.folder, ['status', '--porcelain=v1', '--branch']).trimEnd().split('\n').sort()).toEqual([
      ' M src/auth/auth.service.spec.ts', ' M src/ideas/ideas.service.ts', ' M src/users/users.service.ts', '## feature/auth...origin/feature/auth [ahead 2]', '?? src/auth/dto/verify-email.dto.ts', '?? src/mail/templates/',
      'A  src/migrations/1763712000000-AddVerificationToken.ts', 'M  src/users/users.entity.ts', 'MM src/auth/auth.controller.ts', 'MM src/auth/auth.service.ts', 'R  src/auth/dto/credentials.dto.ts -> src/auth/dto/login.dto.ts',
    ].sort());
  });

  it('has the line that the examples name where they name it', () => {
    expect(readFileSync(join(sample.folder, 'src/auth/auth.service.ts'), 'utf8').split('\n')[244]).toBe('    await this.users.touch(user.id);');
  });

  it('has a live transcript in its own home, which says 71 % of 200,000 tokens', () => {
    expect(sample.transcript).toBe(join(sample.home, '.claude/projects', projectSlug(sample.folder), `${sample.sessionId}.jsonl`));
    const records = lines(sample.transcript);
    const replies = records.filter(({ type }) => type === 'assistant').map(used);
    expect(replies).toEqual([...replies].sort((a, b) => a - b));
    expect(Math.round((replies.at(-1) ?? 0) / 2000)).toBe(71);
    const age = Date.now() - Date.parse(records.at(-1)?.timestamp ?? '');
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(600_000);
    expect(records.filter(({ cwd }) => cwd !== undefined).every(({ cwd }) => cwd === sample.folder)).toBe(true);
  });

  it('lets its transcript grow, chained to the last record', () => {
    const file = makeSample(join(scratch, 'growing')).transcript ?? '';
    const before = lines(file);
    continueTranscript(file).prompt('Go on.').bash('npm test', 'Tests: 10 passed').appendTo(file);
    const after = lines(file);
    expect(after.length).toBe(before.length + 3);
    expect(after[before.length]?.parentUuid).toBe(before.at(-1)?.uuid);
    expect(used(after[before.length + 1] ?? { type: '' })).toBeGreaterThanOrEqual(142_000);
  });

  it('comes without git, without changes or without a transcript when asked', () => {
    const without = makeSample(join(scratch, 'without'), { git: 'none', transcript: false });
    expect(existsSync(join(without.folder, '.git'))).toBe(false);
    expect(without.transcript).toBeNull();
    expect(git(makeSample(join(scratch, 'clean'), { git: 'committed' }).folder, ['status', '--porcelain'])).toBe('');
  });

  it('never takes a folder that holds something else', () => {
    const other = join(scratch, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'precious.txt'), 'mine');
    expect(() => makeSample(other)).toThrow(/not touched/);
    expect(readFileSync(join(other, 'precious.txt'), 'utf8')).toBe('mine');
  });
});
