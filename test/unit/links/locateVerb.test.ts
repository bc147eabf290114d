import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../../src/cli/verbs/locate.js';
import { TestRepository } from './repository.js';

const code = ['function a() {', '  const total = sum(1, 2);', '  return total;', '}'];
let repo = new TestRepository();
afterEach(() => {
  vi.restoreAllMocks();
  repo.dispose();
  repo = new TestRepository();
});

/** The exit code, the answers and what was said on standard error. */
async function locate(lines: Iterable<string>, gitDir = `${repo.folder}/.git`): Promise<{ code: number; answers: Record<string, unknown>[]; errors: string[] }> {
  let out = '';
  const errors: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    errors.push(String(chunk));
    return true;
  });
  try {
    const exit = await run(['--git-dir', gitDir], Readable.from(lines));
    return { code: exit, answers: out.split('\n').filter(Boolean).map((row) => JSON.parse(row) as Record<string, unknown>), errors };
  } finally {
    vi.restoreAllMocks();
  }
}

describe('locate', () => {
  it('answers each question in its turn, and names what it went by', async () => {
    const a = repo.commit({ 'src/a.js': code });
    const b = repo.commit({ 'src/a.js': ['// one', ...code] });
    const removed = repo.commit({ 'src/a.js': ['// one', ...code.filter((_, index) => index !== 1)] });
    const ask = (id: unknown, from: string, to: string, file: string, line: number): string => `${JSON.stringify({ id, A: from, B: to, file, line, text: code[line - 1] })}\r\n`;
    const { code: exit, answers, errors } = await locate([ask(1, a, a, 'src/a.js', 2), ask('two', a.slice(0, 10), b, './src/a.js', 2), '\n', ask(null, a, 'HEAD', 'src/a.js', 2)]);
    expect([exit, errors]).toEqual([0, []]);
    expect(answers).toMatchObject([
      { id: 1, status: 'exact', file: 'src/a.js', line: 2 }, { id: 'two', status: 'moved', file: 'src/a.js', line: 3 }, { id: null, status: 'lost', file: null, line: null, removedBy: removed },
    ]);
  });

  it('explains a line that it cannot answer, gives every id an answer, and goes on', async () => {
    const a = repo.commit({ 'src/a.js': code });
    const good = { id: 'good', A: a, B: a, file: 'src/a.js', line: 2, text: code[1] };
    const lines = ['{ not json', '[1, 2]', 'null', JSON.stringify({ ...good, id: 'no text', text: 7 }), JSON.stringify({ ...good, id: 'zero', line: 0 }), JSON.stringify({ ...good, id: 'half', line: 1.5 }), JSON.stringify({ id: 'empty' }), JSON.stringify(good)];
    const { code: exit, answers, errors } = await locate(lines.map((line) => `${line}\n`));
    expect(exit).toBe(0);
    expect(errors.map((error) => /line (\d+) of standard input (.*)/.exec(error)?.slice(1))).toEqual([
      ['1', 'is not JSON: one object a line is expected'], ['2', 'is not a JSON object'], ['3', 'is not a JSON object'], ['4', 'lacks text (a string)'], ['5', 'lacks line (a whole number from 1)'],
      ['6', 'lacks line (a whole number from 1)'], ['7', 'lacks A (a string), B (a string), file (a string), text (a string), line (a whole number from 1)'],
    ]);
    expect(answers.map(({ id, status }) => [id, status])).toEqual([['no text', 'lost'], ['zero', 'lost'], ['half', 'lost'], ['empty', 'lost'], ['good', 'exact']]);
  });

  it('goes by the text alone where A is not known, and is lost where B is not, whatever they are', async () => {
    const a = repo.commit({ 'src/a.js': ['', ...code] });
    const ask = (A: string, B: string, file = 'src/a.js'): string => `${JSON.stringify({ id: 1, A, B, file, line: 2, text: code[1] })}\n`;
    const { answers, errors } = await locate([ask('0'.repeat(40), a), ask('--output=x', a), ask('', a), ask(a, 'nowhere'), ask(a, '-x'), ask(a, a, '../outside.js'), ask(a, a, 'src'), ask(a, a, 'a\nb')]);
    expect(answers.map(({ status, line }) => [status, line])).toEqual([['moved', 3], ['moved', 3], ['moved', 3], ['lost', null], ['lost', null], ['lost', null], ['lost', null], ['lost', null]]);
    expect(errors).toHaveLength(2);
  });

  it('cannot be carried out where there is no repository, or nothing that could be answered', async () => {
    repo.commit({ 'src/a.js': code });
    await expect(locate([], '/nowhere')).rejects.toThrow(/not a git directory/);
    await expect(locate(['what?\n'])).rejects.toThrow(/one JSON object a line/);
    await expect(run([])).rejects.toThrow(/--git-dir is missing/);
    expect((await locate([])).code).toBe(0);
  });

  it('answers many questions, in order', async () => {
    const a = repo.commit({ 'src/a.js': Array.from({ length: 50 }, (_, k) => `row(${String(k)}, "number ${String(k)}");`) });
    const b = repo.commit({ 'src/a.js': ['// head', ...Array.from({ length: 50 }, (_, k) => `row(${String(k)}, "number ${String(k)}");`)] });
    function* questions(): Generator<string> {
      for (let k = 0; k < 5000; k++) yield `${JSON.stringify({ id: k, A: a, B: b, file: 'src/a.js', line: (k % 50) + 1, text: `row(${String(k % 50)}, "number ${String(k % 50)}");` })}\n`;
    }
    const { answers } = await locate(questions());
    expect(answers.every(({ id, status, line }, k) => id === k && status === 'moved' && line === (k % 50) + 2)).toBe(true);
    expect(answers).toHaveLength(5000);
  });
});
