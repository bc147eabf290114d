// What happens to repositories: squashed and rebased branches, shallow and sparse clones, submodules, links among files.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { formatCodeLink } from '../../../src/core/links/codeLink.js';
import { DocumentLinks, readDocuments } from '../../../src/node/documentLinks.js';
import { TestRepository } from './repository.js';

const docs = '.claude/docs';
const note = `${docs}/TROUBLESHOOTING.md`;
const code = ['function a() {', '  const total = sum(1, 2);', '  return total;', '}', '', 'function b() {', '  const result = compute(total);', '  return result;', '}'];
const link = (line: number, path = 'src/a.js', lines = code): string => `- Fixed (${formatCodeLink({ path, line, text: lines[line - 1] ?? '' }, { folder: docs, workspacePath: '' })})\n`;

const opened: DocumentLinks[] = [];
const folders: string[] = [];
const repositories: TestRepository[] = [];
afterEach(() => {
  for (const links of opened.splice(0)) links.close();
  for (const repository of repositories.splice(0)) repository.dispose();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function repository(): TestRepository {
  const made = new TestRepository();
  repositories.push(made);
  return made;
}
/** A clone of another repository, as git makes it with these options. */
function clone(from: TestRepository, ...options: string[]): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'session-handoff-clone-')));
  folders.push(folder);
  execFileSync('git', ['-c', 'protocol.file.allow=always', 'clone', '-q', ...options, pathToFileURL(from.folder).href, folder], { stdio: 'ignore' });
  return folder;
}
const git = (folder: string, ...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** `status file:line` (or `status how`) of each link of the documents, in order. */
async function states(folder: string): Promise<string[]> {
  const links = new DocumentLinks(folder);
  opened.push(links);
  return (await links.check(await readDocuments(folder, docs))).flatMap((one) => one.states.map(({ status, file, line, how }) => (file === undefined ? `${status}: ${how}` : `${status} ${file}:${String(line)}`)));
}

describe('links after', () => {
  it('a branch was squashed and its commits are gone', async () => {
    const repo = repository();
    repo.commit({ 'src/a.js': code });
    repo.git('checkout', '-q', '-b', 'topic');
    const grown = ['// header', ...code];
    repo.commit({ 'src/a.js': grown });
    repo.commit({ [note]: link(3, 'src/a.js', grown) + link(10, 'src/a.js', grown) });
    repo.commit({ 'src/a.js': ['// two', ...grown] });
    repo.git('checkout', '-q', 'main');
    repo.git('merge', '-q', '--squash', 'topic');
    repo.git('commit', '-q', '-m', 'squashed');
    repo.git('branch', '-qD', 'topic');
    repo.git('reflog', 'expire', '--expire=now', '--all');
    repo.git('gc', '-q', '--prune=now');
    // No state is left in which the numbers were true: the unique text is found, of several braces none is chosen.
    expect(await states(repo.folder)).toEqual(['moved src/a.js:4', 'ambiguous: by text alone']);
  });

  it('the commit that a note names was rebased away', async () => {
    const repo = repository();
    repo.commit({ 'src/a.js': code });
    repo.git('checkout', '-q', '-b', 'topic');
    const own = repo.commit({ 'src/b.js': code });
    repo.commit({ [`${docs}/handoffs/20261122T130233Z-topic-abcdefgh.md`]: `---\nschema: 1\ncommit: "${own}"\n---\n\n## Session: 2026-11-22\n\n${link(2, 'src/b.js').replace('../../', '../../../')}${link(9, 'src/b.js').replace('../../', '../../../')}` });
    repo.git('checkout', '-q', 'main');
    repo.commit({ 'src/a.js': ['// main', ...code] });
    repo.git('checkout', '-q', 'topic');
    repo.git('rebase', '-q', 'main');
    repo.git('reflog', 'expire', '--expire=now', '--all');
    repo.git('update-ref', '-d', 'ORIG_HEAD');
    repo.git('gc', '-q', '--prune=now');
    repo.commit({ 'src/b.js': ['// more', ...code] });
    // The commit that wrote the note was rebased along with it, so there is still one to start from.
    expect(await states(repo.folder)).toEqual(['moved src/b.js:3', 'moved src/b.js:10']);
  });

  it('a shallow clone: what lies before its first commit is found by the text alone, what lies in it exactly', async () => {
    const repo = repository();
    repo.commit({ 'src/a.js': code, [note]: link(2) + link(9) });
    repo.commit({ 'src/a.js': ['// one', ...code] });
    repo.commit({ 'src/a.js': ['// two', '// one', ...code] });
    expect(await states(repo.folder)).toEqual(['moved src/a.js:4', 'moved src/a.js:11']);
    expect(await states(clone(repo, '--depth', '1'))).toEqual(['moved src/a.js:4', 'ambiguous: by text alone']);
    repo.commit({ [note]: link(2) + link(9) + link(11, 'src/a.js', ['// two', '// one', ...code]) });
    repo.commit({ 'src/a.js': ['// three', '// two', '// one', ...code] });
    expect((await states(clone(repo, '--depth', '3')))[2]).toBe('moved src/a.js:12');
  });

  it('a sparse checkout: files that git keeps out of the tree are there', async () => {
    const repo = repository();
    repo.commit({ 'src/a.js': code, 'lib/b.js': code, [note]: link(2) + link(4, 'lib/b.js') });
    repo.commit({ 'lib/b.js': ['// one', ...code] });
    repo.git('sparse-checkout', 'set', '--no-cone', '/src/', '/.claude/');
    expect(await states(repo.folder)).toEqual(['exact src/a.js:2', 'moved lib/b.js:5']);
  });

  it('a clone without its submodules: not known is not lost', async () => {
    const inner = repository();
    inner.commit({ 'b.js': code });
    const repo = repository();
    repo.git('submodule', 'add', '-q', inner.folder, 'vendor/sub');
    repo.commit({ 'src/a.js': code, [note]: link(2) + link(2, 'vendor/sub/b.js') + link(2, 'vendor/gone/b.js') + `- [by number](../../vendor/sub/b.js#L3)\n` });
    expect(await states(clone(repo))).toEqual(['exact src/a.js:2', 'ambiguous: its submodule is not checked out', 'lost: no such file', 'ambiguous: its submodule is not checked out']);
    expect(await states(repo.folder)).toEqual(['exact src/a.js:2', 'exact vendor/sub/b.js:2', 'lost: no such file', 'exact vendor/sub/b.js:3']);
  });

  it('a submodule was moved on to another of its commits', async () => {
    const inner = repository();
    inner.commit({ 'b.js': code });
    const repo = repository();
    repo.git('submodule', 'add', '-q', inner.folder, 'sub');
    repo.commit({ [note]: link(4, 'sub/b.js') });
    inner.commit({ 'b.js': ['// one', ...code] });
    git(join(repo.folder, 'sub'), 'pull', '-q', 'origin', 'main');
    repo.commit({});
    expect(await states(repo.folder)).toEqual(['moved sub/b.js:5']);
  });

  it('line endings were converted in the working tree only', async () => {
    const repo = repository();
    repo.commit({ 'src/a.js': code, [note]: link(2) + link(4) + link(9) });
    repo.write('src/a.js', `${code.join('\r\n')}\r\n`);
    expect(await states(repo.folder)).toEqual(['exact src/a.js:2', 'exact src/a.js:4', 'exact src/a.js:9']);
    repo.write('src/a.js', `\ufeff// head\r\n${code.join('\r\n')}\r\n`);
    expect(await states(repo.folder)).toEqual(['moved src/a.js:3', 'moved src/a.js:5', 'moved src/a.js:10']);
  });

  it('a file was deleted and came back, as itself and as another', async () => {
    const repo = repository();
    repo.commit({ 'src/a.js': code, [note]: link(2) + link(4) });
    const removed = repo.commit({ 'src/a.js': undefined });
    expect(await states(repo.folder)).toEqual(['lost: removed', 'lost: removed']);
    repo.commit({ 'src/a.js': ['// again', ...code] });
    expect((await states(repo.folder))[0]).toBe('moved src/a.js:3');
    repo.commit({ 'src/a.js': ['export const nothing = true;', 'export const at = "all";'] });
    expect(await states(repo.folder)).toEqual(['lost: removed', 'lost: removed']);
    repo.git('checkout', '-q', removed);
    expect(await states(repo.folder)).toEqual(['lost: removed', 'lost: removed']);
  });

  it('another branch was checked out, on which the file has another name', async () => {
    const repo = repository();
    repo.commit({ 'src/a.js': code });
    repo.git('checkout', '-q', '-b', 'topic');
    repo.git('mv', 'src/a.js', 'src/b.js');
    repo.commit({ 'src/b.js': ['// topic', ...code] });
    repo.commit({ [note]: link(3, 'src/b.js', ['// topic', ...code]) + link(5, 'src/b.js', ['// topic', ...code]) });
    const document = repo.git('show', `HEAD:${note}`);
    repo.git('checkout', '-q', 'main');
    repo.write(note, `${document}\n`);
    // The document is not committed here, and HEAD has no such file: only a commit that knows the link could tell.
    expect(await states(repo.folder)).toEqual(['lost: no such file', 'lost: no such file']);
    repo.remove(note);
    repo.git('merge', '-q', 'topic', '-m', 'merge');
    expect(await states(repo.folder)).toEqual(['exact src/b.js:3', 'exact src/b.js:5']);
  });

  it('a path leads over a link within the tree, and not out of it', async () => {
    const repo = repository();
    const outside = repository();
    outside.commit({ 'secret.js': code });
    repo.commit({ 'src/a.js': code });
    symlinkSync('a.js', join(repo.folder, 'src/same.js'));
    symlinkSync(join(outside.folder, 'secret.js'), join(repo.folder, 'src/out.js'));
    repo.write(note, link(2, 'src/same.js') + link(2, 'src/out.js'));
    expect(await states(repo.folder)).toEqual(['exact src/same.js:2', 'lost: no such file']);
  });

  it('git keeps its executable bit and its file modes apart from its lines', async () => {
    const repo = repository();
    repo.commit({ 'src/a.js': code, [note]: link(2) });
    chmodSync(join(repo.folder, 'src/a.js'), 0o755);
    repo.commit({});
    expect(await states(repo.folder)).toEqual(['exact src/a.js:2']);
  });
});
