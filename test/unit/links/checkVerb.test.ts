import { afterEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../../src/cli/verbs/check.js';
import { formatCodeLink } from '../../../src/core/links/codeLink.js';
import { TestRepository } from './repository.js';

const docs = '.claude/docs';
const note = `${docs}/TROUBLESHOOTING.md`;
const code = ['function a() {', '  const total = sum(1, 2);', '  return total;', '}', '', 'function b() {', '  const result = compute(total);', '  return result;', '}'];
const link = (line: number): string => `- Fixed (${formatCodeLink({ path: 'src/a.js', line, text: code[line - 1] ?? '' }, { folder: docs, workspacePath: '' })})\n`;
const without = (line: number): string[] => code.filter((_, index) => index !== line - 1);

let repo = new TestRepository();
afterEach(() => {
  vi.restoreAllMocks();
  repo.dispose();
  repo = new TestRepository();
});

/** The exit code and the answer's rows. */
async function check(...args: string[]): Promise<{ code: number; rows: Record<string, unknown>[]; errors: string }> {
  let out = '';
  let errors = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    errors += String(chunk);
    return true;
  });
  const exit = await run(['--folder', repo.folder, ...args]);
  vi.restoreAllMocks();
  return { code: exit, rows: out.split('\n').filter(Boolean).map((row) => JSON.parse(row) as Record<string, unknown>), errors };
}

describe('check', () => {
  it('lists every link with its status and fails for a lost one only', async () => {
    repo.commit({ 'src/a.js': code, [note]: link(2) + link(7) });
    repo.write('src/a.js', ['', ...code]);
    const moved = await check();
    expect(moved.code).toBe(0);
    expect(moved.rows).toMatchObject([{ document: note, documentLine: 1, file: 'src/a.js', line: 2, status: 'moved', now: { file: 'src/a.js', line: 3 } }, { documentLine: 2, line: 7, status: 'moved' }]);
    expect((await check('--strict')).code).toBe(1);
    const removed = repo.commit({ 'src/a.js': without(2) });
    const lost = await check();
    expect(lost.code).toBe(1);
    expect(lost.rows).toMatchObject([{ status: 'lost', now: null, removedBy: removed, fails: true }, { status: 'moved' }]);
  });

  it('with --since fails for links added or broken since then, not for those that were lost before', async () => {
    repo.commit({ 'src/a.js': code, [note]: link(2) + link(7) });
    const old = repo.commit({ 'src/a.js': without(2) });
    repo.commit({ 'src/a.js': ['// unrelated', ...without(2)] });
    expect((await check('--since', old)).code).toBe(0);
    expect((await check()).code).toBe(1);
    const added = repo.commit({ [note]: link(2) + link(7) + '- [gone](../../src/gone.js#L1)\n' });
    expect((await check('--since', old)).code).toBe(1);
    expect((await check('--since', added)).code).toBe(0);
    repo.commit({ 'src/a.js': [] });
    const broken = await check('--since', added);
    expect(broken.code).toBe(1);
    expect(broken.rows.map(({ status, fails }) => [status, fails])).toEqual([['lost', undefined], ['lost', true], ['lost', undefined]]);
  });

  it('says that a shallow clone knows less', async () => {
    repo.commit({ 'src/a.js': code, [note]: link(2) });
    repo.commit({ 'src/a.js': ['', ...code] });
    const whole = await check();
    expect(whole.errors).not.toMatch(/shallow/);
    repo.write('.git/shallow', [repo.git('rev-parse', 'HEAD')]);
    const shallow = await check();
    expect([shallow.code, shallow.rows[0]?.['status']]).toEqual([0, 'moved']);
    expect(shallow.errors).toMatch(/shallow.*fetch-depth: 0/);
  });

  it('says why a call cannot be carried out', async () => {
    repo.commit({ [note]: 'x' });
    await expect(check('--since', '--output=/tmp/x')).rejects.toThrow(/--since/);
    await expect(check('--since', 'nowhere')).rejects.toThrow(/fetch-depth/);
    await expect(check('--folder', '/nowhere/at/all')).rejects.toThrow(/no folder/);
    await expect(check('--what')).rejects.toThrow(/Call: check/);
  });

  it('has nothing to say of a folder without documents', async () => {
    repo.commit({ 'a.js': code });
    expect(await check()).toMatchObject({ code: 0, rows: [] });
  });
});
