import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { formatCodeLink } from '../../../src/core/links/codeLink.js';
import { applyEdits, removeEdit, updateEdits } from '../../../src/core/links/linkStates.js';
import { readLinks } from '../../../src/core/links/markdownLinks.js';
import { DocumentLinks, readDocuments } from '../../../src/node/documentLinks.js';
import { TestRepository } from './repository.js';

const docs = '.claude/docs';
const note = `${docs}/TROUBLESHOOTING.md`;
let repo = new TestRepository();
const opened: DocumentLinks[] = [];
afterEach(() => {
  for (const links of opened.splice(0)) links.close();
  repo.dispose();
  repo = new TestRepository();
});

const code = ['function a() {', '  const total = sum(1, 2);', '  return total;', '}', '', 'function b() {', '  const result = compute(total);', '  return result;', '}'];
const link = (line: number, lines = code, path = 'src/a.js', folder = docs): string => formatCodeLink({ path, line, text: lines[line - 1] ?? '' }, { folder, workspacePath: '' });
const written = (...links: string[]): string => `# Troubleshooting\n\n## Session: 2026-11-22\n\n${links.map((one) => `- Fixed (${one})\n`).join('')}`;

/** `status file:line` (or `status`) of each link of the documents, in order. */
async function states(folder = repo.folder, unsaved = new Map<string, string>()): Promise<string[]> {
  const links = new DocumentLinks(folder, { unsaved });
  opened.push(links);
  const checked = await links.check(await readDocuments(folder, docs));
  return checked.flatMap((one) => one.states.map(({ status, file, line }) => (file === undefined ? status : `${status} ${file}:${String(line)}`)));
}

describe('DocumentLinks', () => {
  it('finds links of a document that was committed with the code', async () => {
    repo.commit({ 'src/a.js': code, [note]: written(link(2), link(4), link(9)) });
    repo.commit({ 'src/a.js': ['// one', '', ...code] });
    expect(await states()).toEqual(['moved src/a.js:4', 'moved src/a.js:6', 'moved src/a.js:11']);
  });

  it('takes the later commit for the base of a link that was captured in a dirty tree', async () => {
    const dirty = ['// header', ...code];
    repo.commit({ 'src/a.js': code });
    repo.commit({ [note]: written(link(5, dirty), link(10, dirty)) });
    repo.commit({ 'src/a.js': dirty });
    repo.commit({ 'src/a.js': ['', '', ...dirty] });
    expect(await states()).toEqual(['moved src/a.js:7', 'moved src/a.js:12']);
  });

  it('follows a link that stands twice from its last copy, or from the first where the number was true no longer when it was copied', async () => {
    repo.commit({ 'src/a.js': code, [note]: written(link(4)) });
    repo.commit({ 'src/a.js': ['// one', ...code] });
    repo.commit({ [note]: written(link(4), link(4)) });
    expect(await states()).toEqual(['moved src/a.js:5', 'moved src/a.js:5']);
    const later = ['// one', '// two', ...code];
    repo.commit({ 'src/a.js': later, [note]: written(link(4), link(11, later)) });
    repo.commit({ 'src/a.js': ['', ...later] });
    repo.commit({ 'src/a.js': later, [note]: written(link(4), link(11, later), link(11, later)) });
    expect(await states()).toEqual(['moved src/a.js:6', 'exact src/a.js:11', 'exact src/a.js:11']);
  });

  it('takes the working tree for the base of a link whose code is not committed yet', async () => {
    repo.commit({ 'src/a.js': code });
    const dirty = ['// header', ...code];
    repo.write('src/a.js', dirty);
    repo.write(note, written(link(5, dirty), link(3, dirty)));
    expect(await states()).toEqual(['exact src/a.js:5', 'exact src/a.js:3']);
  });

  it('follows uncommitted edits, saved and not', async () => {
    repo.commit({ 'src/a.js': code, [note]: written(link(4), link(7)) });
    repo.write('src/a.js', ['// saved', ...code]);
    expect(await states()).toEqual(['moved src/a.js:5', 'moved src/a.js:8']);
    expect(await states(repo.folder, new Map([[join(repo.folder, 'src/a.js'), ['// not', '// saved', ...code].join('\n')]]))).toEqual(['moved src/a.js:6', 'moved src/a.js:9']);
  });

  it('uses the commit that a handoff note names', async () => {
    const first = repo.commit({ 'src/a.js': code });
    repo.commit({ 'src/a.js': [...code.slice(0, 3), '  // more', ...code.slice(3)] });
    repo.commit({ [`${docs}/handoffs/20261122T130233Z-main-abcdefgh.md`]: `---\nschema: 1\ncommit: "${first}"\n---\n\n## Session: 2026-11-22\n\n- Working on: ${link(4, code, 'src/a.js', `${docs}/handoffs`)}\n` });
    expect(await states()).toEqual(['moved src/a.js:5']);
  });

  it('follows a line from the commit that a note names also where that commit touched another file', async () => {
    const edited = (line: string): string[] => [...code.slice(0, 6), line, ...code.slice(7)];
    repo.commit({ 'src/a.js': code });
    const named = repo.commit({ 'README.md': 'read me' });
    repo.commit({ [`${docs}/handoffs/20261122T130233Z-main-abcdefgh.md`]: `---\nschema: 1\ncommit: "${named}"\n---\n\n- Working on: ${link(7, code, 'src/a.js', `${docs}/handoffs`)}\n` });
    // The two ends have little in common; each change is plain.
    repo.commit({ 'src/a.js': edited('  const result = compute(total, rate, discount);') });
    repo.commit({ 'src/a.js': edited('  const answer = await service.compute(total, rate, discount);') });
    repo.commit({ 'src/a.js': edited('  answer = await service.priceOf(basket, rate, discount);') });
    repo.commit({ 'src/a.js': ['// head', ...edited('  this.answer = await this.service.priceOf(basket, rate, discount);')] });
    expect(await states()).toEqual(['edited src/a.js:8']);
  });

  it('follows every file of a folder that was renamed, however many', async () => {
    const files = Array.from({ length: 20 }, (_, index) => `part${String(index)}.js`);
    const own = (name: string): string[] => [`// ${name}`, ...code];
    repo.commit({ ...Object.fromEntries(files.map((name) => [`src/${name}`, own(name)])), [note]: written(...files.map((name) => link(5, own(name), `src/${name}`))) });
    repo.git('mv', 'src', 'lib');
    repo.commit({});
    for (const name of files) repo.commit({ [`lib/${name}`]: ['// one', '// two', ...own(name)] });
    expect(await states()).toEqual(files.map((name) => `moved lib/${name}:7`));
  });

  it('goes by number and existence for links without a title', async () => {
    repo.commit({ 'src/a.js': code, [note]: '[x](../../src/a.js#L3) [x](../../src/a.js#L99) [x](../../src/gone.js#L1) `src/a.js:2` `src/gone.js:2` `gone.js:2`' });
    expect(await states()).toEqual(['exact src/a.js:3', 'lost', 'lost', 'exact src/a.js:2', 'lost']);
  });

  it('works without git, in a folder of a larger repository, and with files of submodules', async () => {
    const inner = new TestRepository();
    inner.commit({ 'lib/b.js': code });
    repo.git('submodule', 'add', '-q', inner.folder, 'app/sub');
    repo.commit({ 'app/src/a.js': code, [`app/${note}`]: written(link(4), link(4, code, 'sub/lib/b.js')) });
    repo.write('app/src/a.js', ['', ...code]);
    repo.write('app/sub/lib/b.js', ['', '', ...code]);
    expect(await states(join(repo.folder, 'app'))).toEqual(['moved src/a.js:5', 'moved sub/lib/b.js:6']);
    inner.dispose();

    const bare = new TestRepository();
    execFileSync('rm', ['-rf', join(bare.folder, '.git')]);
    mkdirSync(join(bare.folder, docs), { recursive: true });
    bare.write('src/a.js', ['', ...code]);
    bare.write(note, written(link(2), link(4)));
    expect(await states(bare.folder)).toEqual(['moved src/a.js:3', 'ambiguous']);
    bare.dispose();
  });

  it('answers anew after changes, when told of them', async () => {
    repo.commit({ 'src/a.js': code, [note]: written(link(4)) });
    const links = new DocumentLinks(repo.folder);
    opened.push(links);
    const documents = await readDocuments(repo.folder, docs);
    expect((await links.check(documents))[0]?.states[0]?.status).toBe('exact');
    repo.write('src/a.js', ['', ...code]);
    await links.changed();
    expect((await links.check(documents))[0]?.states[0]).toMatchObject({ status: 'moved', line: 5 });
  });
});

describe('edits of links', () => {
  it('update only what states the line, and leave every other byte', async () => {
    const text = `\ufeff# T\r\n\r\n- Fixed (${link(4)})  \r\n- [see](<../../src/a.js#L7> 'const result = compute(total);')\r\n`;
    repo.commit({ 'src/a.js': code, [note]: text });
    repo.write('src/a.js', ['', ...code.map((line) => line.replace('compute(total)', 'compute(1)'))]);
    const links = new DocumentLinks(repo.folder);
    opened.push(links);
    const [checked] = await links.check(await readDocuments(repo.folder, docs));
    const edits = (checked?.states ?? []).flatMap((state) => updateEdits(text, state.link, { path: state.file ?? '', line: state.line ?? 0, text: state.line === 8 ? '  const result = compute(1);' : '}' }, docs));
    expect(applyEdits(text, edits)).toBe(text.replace('a.js:4](', 'a.js:5](').replace('#L4', '#L5').replace('#L7', '#L8').replace('compute(total)', 'compute(1)'));
  });

  it('write another file as our own links are written, and give links without a title one', () => {
    const text = `${link(4)} [mine](../../src/a.js#L4) [r](../../src/a.js#L2-L4)`;
    const [first, second, range] = readLinks(text, docs);
    if (!first || !second || !range) throw new Error('three links');
    const now = { path: 'lib/[x] y.js', line: 9, text: '}' };
    expect(applyEdits(text, [first, second].flatMap((one) => updateEdits(text, one, now, docs)))).toBe('[lib/\\[x\\] y.js:9](../../lib/%5Bx%5D%20y.js#L9 "}") [mine](../../lib/%5Bx%5D%20y.js#L9 "}") [r](../../src/a.js#L2-L4)');
    expect(applyEdits(text, updateEdits(text, range, { path: 'src/a.js', line: 5, text: '' }, docs))).toContain('[r](../../src/a.js#L5-L7)');
  });

  it('remove a link and keep its text', () => {
    const text = 'see [the **fix**](../../src/a.js#L4 "}") here';
    const [one] = readLinks(text, docs);
    if (!one) throw new Error('one link');
    expect(applyEdits(text, [removeEdit(text, one)])).toBe('see the **fix** here');
  });
});
