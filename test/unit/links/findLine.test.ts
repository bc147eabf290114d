import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { LineFinder, type FoundLine, type LineQuery } from '../../../src/core/links/findLine.js';
import { GitLineHistory, NOW } from '../../../src/node/gitLineHistory.js';
import { TestRepository } from './repository.js';

const opened: (GitLineHistory | TestRepository)[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) {
    if (one instanceof TestRepository) one.dispose();
    else one.close();
  }
});
afterAll(() => expect(opened).toEqual([]));

function repository(): TestRepository {
  const made = new TestRepository();
  opened.push(made);
  return made;
}

/** Where the line at `path:line` of `from` is in `to`, in the shape `status file:line`. */
async function find(repo: TestRepository, query: Omit<LineQuery, 'text'> & { text: string }, from: string | undefined, to: string, unsaved = new Map<string, string>()): Promise<string> {
  return short(await findWhole(repo, query, from, to, unsaved));
}

async function findWhole(repo: TestRepository, query: LineQuery, from: string | undefined, to: string, unsaved = new Map<string, string>()): Promise<FoundLine> {
  const history = new GitLineHistory({ folder: repo.folder }, { tree: { root: repo.folder, head: repo.git('rev-parse', 'HEAD'), unsaved } });
  opened.push(history);
  return new LineFinder(history).find(query, from, to);
}

const short = ({ status, file, line }: FoundLine): string => (file === undefined ? status : `${status} ${file}:${String(line)}`);

const server = [
  'import { createServer } from "node:http";',
  'import { readFileSync } from "node:fs";',
  '',
  'const port = Number(process.env.PORT ?? 8080);',
  '',
  'export function start() {',
  '  const server = createServer((request, response) => {',
  '    if (request.url === "/health") {',
  '      response.end("ok");',
  '      return;',
  '    }',
  '    response.end(readFileSync("index.html"));',
  '  });',
  '  server.listen(port);',
  '  return server;',
  '}',
  '',
  'export function stop(server) {',
  '  server.close();',
  '  clearInterval(timer);',
  '}',
];
const line = (number: number, lines: string[] = server): LineQuery => ({ path: 'src/server.js', line: number, text: (lines[number - 1] ?? '').trim() });

describe('LineFinder', () => {
  it('finds a line in an unchanged file, and one that moved with an edit above it', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    const b = repo.commit({ 'src/server.js': ['// @license MIT', '', ...server] });
    expect(await find(repo, line(14), a, a)).toBe('exact src/server.js:14');
    expect(await find(repo, line(14), a, b)).toBe('moved src/server.js:16');
  });

  it('follows a brace and a blank line by what stands around them', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    const b = repo.commit({ 'src/server.js': [...server.slice(0, 3), 'const host = "localhost";', ...server.slice(3, 16), '', 'export function restart(server) {', '  stop(server);', '  start();', '}', ...server.slice(16)] });
    expect(await find(repo, line(16), a, b)).toBe('moved src/server.js:17');
    expect(await find(repo, line(21), a, b)).toBe('moved src/server.js:27');
    expect(await find(repo, line(11), a, b)).toBe('moved src/server.js:12');
  });

  it('calls a line edited where its text changed, and lost where it was removed, with the commit that removed it', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    const edited = repo.commit({ 'src/server.js': server.map((text) => text.replace('server.listen(port);', 'server.listen(port, "127.0.0.1");')) });
    const removed = repo.commit({ 'src/server.js': server.filter((text) => !text.includes('clearInterval')) });
    const later = repo.commit({ 'other.js': ['x'] });
    expect(await find(repo, line(14), a, edited)).toBe('edited src/server.js:14');
    expect(await findWhole(repo, line(20), a, later)).toMatchObject({ status: 'lost', removedBy: removed });
  });

  it('does not take another line of the same text for a removed one', async () => {
    const repo = repository();
    const twins = ['function a() {', '  log("start");', '  one();', '}', 'function b() {', '  log("start");', '  two();', '}'];
    const a = repo.commit({ 'src/server.js': twins });
    const b = repo.commit({ 'src/server.js': twins.filter((_, index) => index !== 1) });
    expect(await find(repo, line(2, twins), a, b)).toBe('lost');
    expect(await find(repo, line(6, twins), a, b)).toBe('moved src/server.js:5');
  });

  it('follows a rename with edits, also over several commits', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    repo.commit({ 'src/server.js': undefined, 'src/http/server.js': ['"use strict";', ...server] });
    const b = repo.commit({ 'src/http/server.js': undefined, 'lib/web.js': ['"use strict";', '', ...server] });
    expect(await find(repo, line(14), a, b)).toBe('moved lib/web.js:16');
  });

  it('follows a function that moved within the file and one that moved to another file, re-indented', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    const b = repo.commit({ 'src/server.js': [...server.slice(0, 5), ...server.slice(17), '', ...server.slice(5, 16)] });
    expect(await find(repo, line(8), a, b)).toBe('moved src/server.js:13');
    expect(await find(repo, line(19), a, b)).toBe('moved src/server.js:7');
    const c = repo.commit({ 'src/server.js': server.slice(0, 4), 'src/life.js': ['export class Life {', ...server.slice(5).map((text) => (text === '' ? '' : `  ${text}`)), '}'] });
    expect(await find(repo, line(12), a, c)).toBe('moved src/life.js:8');
  });

  it('follows lines of a file that was split in two', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    const b = repo.commit({ 'src/server.js': undefined, 'src/start.js': server.slice(0, 16), 'src/stop.js': ['import { timer } from "./timer.js";', '', ...server.slice(17)] });
    expect(await find(repo, line(7), a, b)).toBe('moved src/start.js:7');
    expect(await find(repo, line(20), a, b)).toBe('moved src/stop.js:5');
  });

  it('follows lines through a formatter that ran over the whole file', async () => {
    const repo = repository();
    const before = ['function call(a,b) {', '    return fetch("/api/users", {method: "POST", headers: {"content-type": "json"}, body: JSON.stringify(a)})', '        .then((response) => response.json())', '}', 'const x = [', '    1,', '    2', ']', 'console.log("ready", x)'];
    const after = ['function call(a, b) {', '  return fetch(\'/api/users\', {', '    method: \'POST\',', '    headers: { \'content-type\': \'json\' },', '    body: JSON.stringify(a),', '  }).then((response) => response.json());', '}', 'const x = [1, 2];', 'console.log(\'ready\', x);'];
    const a = repo.commit({ 'src/server.js': before });
    const b = repo.commit({ 'src/server.js': after });
    expect(await find(repo, line(1, before), a, b)).toBe('edited src/server.js:1');
    expect(await find(repo, line(2, before), a, b)).toBe('edited src/server.js:2');
    expect(await find(repo, line(3, before), a, b)).toBe('edited src/server.js:6');
    expect(await find(repo, line(5, before), a, b)).toBe('edited src/server.js:8');
    expect(await find(repo, line(9, before), a, b)).toBe('edited src/server.js:9');
  });

  it('sees no difference in line endings, encodings and a byte order mark', async () => {
    const repo = repository();
    const lines = ['// Größe', ...server];
    const a = repo.commit({ 'src/server.js': lines });
    const crlf = repo.commit({ 'src/server.js': `${lines.join('\r\n')}\r\n` });
    const utf16 = repo.commit({ 'src/server.js': Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`, 'utf16le') });
    const latin = repo.commit({ 'src/server.js': Buffer.from(lines.join('\n'), 'latin1') });
    for (const version of [crlf, utf16, latin]) {
      expect(await find(repo, line(1, lines), a, version)).toBe('exact src/server.js:1');
      expect(await find(repo, line(15, lines), a, version)).toBe('exact src/server.js:15');
    }
  });

  it('finds lines of a file that was deleted and came back', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    repo.commit({ 'src/server.js': undefined });
    const gone = repo.commit({ 'other.js': ['x'] });
    const b = repo.commit({ 'src/server.js': ['// back', ...server] });
    expect(await find(repo, line(14), a, gone)).toBe('lost');
    expect(await find(repo, line(14), a, b)).toBe('moved src/server.js:15');
  });

  it('goes back to an older state, commit by commit, and names no commit for what was not there yet', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    repo.commit({ 'src/server.js': undefined, 'lib/web.js': ['// moved', ...server] });
    const b = repo.commit({ 'lib/web.js': ['// moved', ...server.map((text) => text.replace('server.listen(port);', 'server.listen(port, host, () => ready(server));')), 'export const ready = (server) => server.emit("ready");'] });
    expect(await find(repo, { path: 'lib/web.js', line: 15, text: 'server.listen(port, host, () => ready(server));' }, b, a)).toBe('edited src/server.js:14');
    expect(await find(repo, { path: 'lib/web.js', line: 9, text: 'if (request.url === "/health") {' }, b, a)).toBe('moved src/server.js:8');
    const gone = await findWhole(repo, { path: 'lib/web.js', line: 23, text: 'export const ready = (server) => server.emit("ready");' }, b, a);
    expect(gone).toMatchObject({ status: 'lost', how: 'not there yet' });
    expect(gone).not.toHaveProperty('removedBy');
  });

  it('goes over the common commit to another branch', async () => {
    const repo = repository();
    repo.commit({ 'src/server.js': server });
    repo.git('checkout', '-q', '-b', 'topic');
    repo.commit({ 'src/server.js': undefined, 'src/http/server.js': server });
    const a = repo.commit({ 'src/http/server.js': ['"use strict";', ...server] });
    repo.git('checkout', '-q', 'main');
    repo.commit({ 'src/server.js': undefined, 'lib/web.js': server });
    const b = repo.commit({ 'lib/web.js': ['// @license MIT', '// main', ...server] });
    expect(await find(repo, { path: 'src/http/server.js', line: 15, text: 'server.listen(port);' }, a, b)).toBe('moved lib/web.js:16');
    expect(await find(repo, { path: 'src/http/server.js', line: 14, text: '});' }, a, b)).toBe('moved lib/web.js:15');
    expect(await find(repo, { path: 'src/http/server.js', line: 1, text: '"use strict";' }, a, b)).toBe('lost');
  });

  it('compares the two states where no way leads from one to the other (unrelated histories)', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    repo.git('checkout', '-q', '--orphan', 'other');
    const b = repo.commit({ 'src/server.js': ['// again', ...server] });
    expect(await find(repo, line(14), a, b)).toBe('moved src/server.js:15');
  });

  it('follows a line that was rebased from one branch to another', async () => {
    const repo = repository();
    repo.commit({ 'src/server.js': server });
    repo.git('checkout', '-q', '-b', 'topic');
    const a = repo.commit({ 'src/server.js': [...server, 'start();'] });
    repo.git('checkout', '-q', 'main');
    repo.commit({ 'src/server.js': ['// main', ...server] });
    const b = repo.commit({ 'src/server.js': ['// main', ...server, 'start();'] });
    expect(await find(repo, { path: 'src/server.js', line: 22, text: 'start();' }, a, b)).toBe('moved src/server.js:23');
  });

  it('follows a line through a branch that was merged', async () => {
    const repo = repository();
    repo.commit({ 'src/server.js': server });
    repo.git('checkout', '-q', '-b', 'topic');
    const a = repo.commit({ 'src/server.js': [...server.slice(0, 17), 'export const version = 3;', ...server.slice(17)] });
    repo.git('checkout', '-q', 'main');
    repo.commit({ 'src/server.js': ['// main', ...server] });
    repo.git('merge', '-q', '--no-edit', 'topic');
    expect(await find(repo, { path: 'src/server.js', line: 18, text: 'export const version = 3;' }, a, repo.git('rev-parse', 'HEAD'))).toBe('moved src/server.js:19');
    expect(await find(repo, { path: 'src/server.js', line: 22, text: '}' }, a, repo.git('rev-parse', 'HEAD'))).toBe('moved src/server.js:23');
  });

  it('reads the working tree, and unsaved editors before it', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    repo.write('src/server.js', ['// dirty', ...server]);
    expect(await find(repo, line(14), a, NOW)).toBe('moved src/server.js:15');
    const unsaved = new Map([['src/server.js', ['// dirty', '', '', ...server].join('\n')]]);
    expect(await find(repo, line(14), a, NOW, unsaved)).toBe('moved src/server.js:17');
    const removed = new Map([['src/server.js', server.filter((_, index) => index !== 13).join('\n')]]);
    expect(await find(repo, line(14), a, NOW, removed)).toBe('lost');
  });

  it('follows a file that was moved without git and a block that was moved to an untracked file', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    repo.remove('src/server.js');
    repo.write('src/web.js', ['// moved', ...server]);
    expect(await find(repo, line(14), a, NOW)).toBe('moved src/web.js:15');
    expect(await find(repo, line(13), a, NOW)).toBe('moved src/web.js:14');
    repo.write('src/web.js', server.slice(0, 4));
    repo.write('src/other.js', ['class X {', ...server.slice(5), '}']);
    expect(await find(repo, line(14), a, NOW)).toBe('moved src/other.js:10');
  });

  it('goes by the text alone without a base, and only where there is one such line that says something', async () => {
    const repo = repository();
    const b = repo.commit({ 'src/server.js': ['// new', ...server] });
    expect(await find(repo, line(14), undefined, b)).toBe('moved src/server.js:15');
    expect(await find(repo, line(11), undefined, b)).toBe('ambiguous');
    expect(await find(repo, { path: 'src/server.js', line: 5, text: 'shutdown(now);' }, undefined, b)).toBe('lost');
    // The number is not that of the text at the base: the base says nothing.
    expect(await find(repo, { path: 'src/server.js', line: 2, text: 'server.listen(port);' }, b, b)).toBe('moved src/server.js:15');
  });

  it('tells twins apart by the lines around them that a draft kept', async () => {
    const repo = repository();
    const twins = ['function a() {', '  log("start");', '  one();', '}', 'function b() {', '  log("start");', '  two();', '}'];
    const b = repo.commit({ 'src/server.js': ['// x', ...twins] });
    const query = { path: 'src/server.js', line: 6, text: 'log("start");' };
    expect(await find(repo, query, undefined, b)).toBe('ambiguous');
    expect(await find(repo, { ...query, before: ['}', 'function b() {'], after: ['two();'] }, undefined, b)).toBe('moved src/server.js:7');
  });

  it('takes a title that was cut for the beginning of its line', async () => {
    const repo = repository();
    const long = `const message = "${'very long text '.repeat(12)}";`;
    const a = repo.commit({ 'src/server.js': [...server, long] });
    const b = repo.commit({ 'src/server.js': ['', ...server, long] });
    expect(await find(repo, { path: 'src/server.js', line: 22, text: `${long.slice(0, 120)}…` }, a, b)).toBe('moved src/server.js:23');
  });

  it('says lost or ambiguous, never a place, when a block was rewritten', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    const b = repo.commit({ 'src/server.js': [...server.slice(0, 5), 'export { start, stop } from "./life.js";'] });
    for (let number = 7; number <= server.length; number++) expect(await find(repo, line(number), a, b)).toMatch(/^(?:lost|ambiguous)$/);
  });

  it('answers for minified, generated and binary files and for odd names', async () => {
    const repo = repository();
    const minified = `var a=${Array.from({ length: 20_000 }, (_, k) => `f${String(k)}(${String(k)})`).join(';')}`;
    const generated = Array.from({ length: 5000 }, (_, k) => `row(${String(k % 7)}, ${String(k)});`);
    const odd = 'a dir/ü #1 [x].js';
    const a = repo.commit({ 'dist/a.min.js': minified, 'gen.sql': generated, [odd]: server, 'b.bin': Buffer.from([0, 1, 2]) });
    const b = repo.commit({ 'dist/a.min.js': minified.replace('f7(7)', 'f7(8)'), 'gen.sql': ['-- again', ...generated.map((text, k) => (k % 3 ? text : text.replace('row', 'line')))], [odd]: ['', ...server] });
    expect(await find(repo, { path: 'dist/a.min.js', line: 1, text: minified.slice(0, 120) + '…' }, a, b)).toBe('edited dist/a.min.js:1');
    expect(await find(repo, { path: 'gen.sql', line: 3000, text: generated[2999] ?? '' }, a, b)).toBe('moved gen.sql:3001');
    expect(await find(repo, { path: odd, line: 14, text: 'server.listen(port);' }, a, b)).toBe(`moved ${odd}:15`);
    expect(await find(repo, { path: 'b.bin', line: 1, text: 'x' }, a, b)).toBe('lost');
    expect(await find(repo, { path: 'no\nsuch', line: 1, text: 'x' }, a, b)).toBe('lost');
  });

  it('follows every commit and rename also where files of the history are missing, as in a partial clone', async () => {
    const repo = repository();
    const page = Array.from({ length: 40 }, (_, k) => `<p>${String(k * k)}</p>`);
    const a = repo.commit({ 'src/server.js': server, 'page.html': page });
    const twin = '  clearInterval(timer);';
    repo.commit({ 'src/server.js': [...server.slice(0, 3), twin, ...server.slice(3)] });
    repo.git('mv', 'src/server.js', 'src/web.js');
    repo.commit({ 'src/web.js': [...server.slice(0, 3), twin, ...server.slice(3), '// renamed'] });
    repo.git('mv', 'page.html', 'index.html');
    repo.commit({ 'index.html': [...page, '<p>end</p>'] });
    const b = repo.commit({ 'src/web.js': ['// head', ...server.slice(0, 3), twin, ...server.slice(3), '// renamed'] });
    const missing = repo.git('rev-parse', `${a}:page.html`);
    rmSync(join(repo.folder, '.git/objects', missing.slice(0, 2), missing.slice(2)));
    expect(await find(repo, line(20), a, b)).toBe('moved src/web.js:22');
    expect(await find(repo, line(21), a, b)).toBe('moved src/web.js:23');
  });

  it('answers from text alone when git is gone', async () => {
    const repo = repository();
    const a = repo.commit({ 'src/server.js': server });
    repo.write('src/server.js', ['', ...server]);
    const history = new GitLineHistory({ folder: repo.folder }, { tree: { root: repo.folder, head: a, unsaved: new Map() } });
    opened.push(history);
    rmSync(join(repo.folder, '.git'), { recursive: true });
    expect(short(await new LineFinder(history).find(line(14), a, NOW))).toBe('moved src/server.js:15');
  });
});
