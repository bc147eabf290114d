import { afterEach, describe, expect, it } from 'vitest';
import { lineBetween, presentLinks } from '../../../src/core/links/draftLine.js';
import { DocumentLinks } from '../../../src/node/documentLinks.js';
import { TestRepository } from './repository.js';

const before = ['const basket = open(id);', 'const total = basket.total();'];
const after = ['return total;', '}'];
const query = { path: 'src/a.js', line: 3, text: 'log(total);', before, after };

describe('lineBetween', () => {
  it('is the one line between the lines that a draft kept', () => {
    expect(lineBetween(['', ...before, 'logger.info(total);', ...after], query)).toBe(4);
  });

  it('is nowhere when they stand there twice, are not all there, or say too little', () => {
    expect(lineBetween([...before, 'a();', ...after, ...before, 'b();', ...after], query)).toBeUndefined();
    expect(lineBetween([...before, 'a();', 'b();', ...after], query)).toBeUndefined();
    expect(lineBetween([...before, ...after], query)).toBeUndefined();
    expect(lineBetween(['{', 'a();', '}'], { ...query, before: ['{'], after: ['}'] })).toBeUndefined();
    expect(lineBetween([], query)).toBeUndefined();
  });
});

describe('presentLinks', () => {
  const link = { path: 'src/a.js', line: 3, text: 'log(total);' };
  it('states where an unchanged line is now, and leaves an edited, a lost and an unknown one as captured', () => {
    expect(presentLinks([link, { path: 'b.js', line: 1 }], ({ text }) => (text ? { status: 'moved', file: 'lib/a.js', line: 9, how: '' } : undefined))).toEqual([{ ...link, path: 'lib/a.js', line: 9 }, { path: 'b.js', line: 1 }]);
    const links = [link];
    for (const found of [{ status: 'edited', file: 'src/a.js', line: 9, how: '' }, { status: 'lost', how: '' }, { status: 'exact', file: 'src/a.js', line: 3, how: '' }, undefined] as const) expect(presentLinks(links, () => found)).toBe(links);
  });
});

let repo = new TestRepository();
const opened: DocumentLinks[] = [];
afterEach(() => {
  for (const links of opened.splice(0)) links.close();
  repo.dispose();
  repo = new TestRepository();
});
const links = (): DocumentLinks => {
  const made = new DocumentLinks(repo.folder);
  opened.push(made);
  return made;
};

describe('a link of a draft', () => {
  const code = [...before, 'log(total);', ...after];
  it('is found after edits above it, when its line was edited, and not when it was removed', async () => {
    repo.commit({ 'src/a.js': code });
    const one = links();
    expect(await one.locate(query)).toMatchObject({ status: 'exact', line: 3 });
    repo.write('src/a.js', ['// above', ...code]);
    await one.changed();
    expect(await one.locate(query)).toMatchObject({ status: 'moved', file: 'src/a.js', line: 4 });
    repo.write('src/a.js', ['// above', ...before, 'logger.info(total);', ...after]);
    await one.changed();
    expect(await one.locate(query)).toMatchObject({ status: 'edited', file: 'src/a.js', line: 4 });
    repo.write('src/a.js', [...before, ...after]);
    await one.changed();
    expect(await one.locate(query)).toMatchObject({ status: 'lost' });
  });

  it('follows unsaved texts that change, another commit that is checked out, and a file that was renamed', async () => {
    const first = repo.commit({ 'src/a.js': code });
    repo.commit({ 'src/a.js': ['// one', '// two', ...code] });
    const one = links();
    expect(await one.locate(query)).toMatchObject({ status: 'moved', line: 5 });
    await one.changed(new Map([[`${repo.folder}/src/a.js`, ['// unsaved', ...code].join('\n')]]));
    expect(await one.locate(query)).toMatchObject({ status: 'moved', line: 4 });
    await one.changed(new Map());
    expect(await one.locate(query)).toMatchObject({ status: 'moved', line: 5 });
    repo.git('checkout', '-q', first);
    await one.changed();
    expect(await one.locate(query)).toMatchObject({ status: 'exact', line: 3 });
    repo.git('mv', 'src/a.js', 'src/b.js');
    await one.changed();
    expect(await one.locate(query)).toMatchObject({ status: 'moved', file: 'src/b.js', line: 3 });
  });

  it('is found after what was pulled while the window was closed: moved, edited, and in a file that was renamed', async () => {
    repo.commit({ 'src/a.js': code });
    repo.commit({ 'src/a.js': ['// one', ...code.slice(0, 2), 'log(total, currency);', '// more', ...code.slice(3)] });
    repo.commit({ 'src/a.js': undefined, 'lib/b.js': ['// moved', '// one', ...code.slice(0, 2), 'log(total, currency);', '// more', ...code.slice(3)] });
    expect(await links().locate(query)).toMatchObject({ status: 'edited', file: 'lib/b.js', line: 5 });
  });

  it('is lost when its line was removed, though a twin of it is left', async () => {
    const twins = [...code, 'function b() {', '  log(total);', '}'];
    repo.commit({ 'src/a.js': twins });
    repo.write('src/a.js', twins.filter((_, index) => index !== 2));
    expect(await links().locate(query)).toMatchObject({ status: 'lost' });
    repo.commit({ 'src/a.js': twins.filter((_, index) => index !== 2) });
    expect(await links().locate(query)).toMatchObject({ status: 'lost' });
  });

  it('is found in a dirty tree that is committed later, with further edits', async () => {
    repo.commit({ 'src/a.js': ['// first'] });
    repo.write('src/a.js', code);
    const one = links();
    expect(await one.locate(query)).toMatchObject({ status: 'exact' });
    repo.commit({ 'src/a.js': ['// head', ...code, 'next();'] });
    await one.changed();
    expect(await one.locate(query)).toMatchObject({ status: 'moved', line: 4 });
  });
});
