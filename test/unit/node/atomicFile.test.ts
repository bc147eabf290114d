import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { hashOf, isInside, readWhole, removeFile, removeStaleTemporaries, replaceFile, resolveInside } from '../../../src/node/atomicFile.js';
import { FileError } from '../../../src/node/fileError.js';
import { processTag } from '../../../src/node/processTag.js';
import { decodeText, encodeText } from '../../../src/node/textFile.js';
import { temporaryFolder } from './temporaryFolder.js';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const hash = (text: string) => hashOf(bytes(text));
const reasonOf = async (promise: Promise<unknown>) => promise.then(() => 'none', (error: unknown) => (error instanceof FileError ? error.reason : `not a FileError: ${String(error)}`));
const machine = processTag.split('-')[0] ?? '';

describe('replaceFile', () => {
  it('replaces what was expected, keeps the permissions, and leaves nothing beside', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.md');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    await replaceFile(path, bytes('new'), hash('old'), 'a.md');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['a.md']);
  });

  it('touches nothing when the file is not what was expected', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.md');
    writeFileSync(path, 'foreign');
    expect(await reasonOf(replaceFile(path, bytes('new'), hash('old'), 'a.md'))).toBe('changed');
    expect(await reasonOf(replaceFile(path, bytes('new'), undefined, 'a.md'))).toBe('changed');
    expect(await reasonOf(replaceFile(join(folder, 'gone.md'), bytes('new'), hash('old'), 'gone.md'))).toBe('changed');
    expect(readFileSync(path, 'utf8')).toBe('foreign');
    expect(readdirSync(folder)).toEqual(['a.md']);
  });

  it('creates a file with its folders', async () => {
    const path = join(temporaryFolder(), 'x', 'y', 'a.md');
    await replaceFile(path, bytes('new'), undefined, 'a.md');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(join(path, '..'))).toEqual(['a.md']);
  });

  it('lets only one of several creations win', async () => {
    const path = join(temporaryFolder(), 'a.md');
    const reasons = await Promise.all(['1', '2', '3', '4'].map((text) => reasonOf(replaceFile(path, bytes(text), undefined, 'a.md'))));
    expect(reasons.sort()).toEqual(['changed', 'changed', 'changed', 'none']);
  });

  it('refuses a read-only file, also for the superuser', async () => {
    const path = join(temporaryFolder(), 'a.md');
    writeFileSync(path, 'old');
    chmodSync(path, 0o444);
    expect(await reasonOf(replaceFile(path, bytes('new'), hash('old'), 'a.md'))).toBe('readOnlyFile');
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('says that a folder stands in the place of the file, and a file in the place of a folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a.md'));
    writeFileSync(join(folder, 'file'), '');
    expect(await reasonOf(replaceFile(join(folder, 'a.md'), bytes('new'), undefined, 'a.md'))).toBe('directory');
    expect(await reasonOf(replaceFile(join(folder, 'file', 'a.md'), bytes('new'), undefined, 'a.md'))).toMatch(/notDirectory|other/);
  });
});

describe('removeFile', () => {
  it('removes only what was expected', async () => {
    const path = join(temporaryFolder(), 'a.md');
    writeFileSync(path, 'mine');
    expect(await reasonOf(removeFile(path, hash('other'), 'a.md'))).toBe('changed');
    expect(existsSync(path)).toBe(true);
    await removeFile(path, hash('mine'), 'a.md');
    expect(existsSync(path)).toBe(false);
    expect(await reasonOf(removeFile(path, hash('mine'), 'a.md'))).toBe('changed');
  });
});

describe('resolveInside', () => {
  it('follows links that stay inside, of files and of folders', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'real'));
    writeFileSync(join(root, 'real', 'a.md'), '');
    symlinkSync(join(root, 'real'), join(root, 'docs'));
    symlinkSync('real/a.md', join(root, 'b.md'));
    expect(await resolveInside(root, join(root, 'docs', 'a.md'))).toBe(join(root, 'real', 'a.md'));
    expect(await resolveInside(root, join(root, 'docs', 'new', 'c.md'))).toBe(join(root, 'real', 'new', 'c.md'));
    expect(await resolveInside(root, join(root, 'b.md'))).toBe(join(root, 'real', 'a.md'));
  });

  it('refuses links that lead outside, of files and of folders, and those that lead nowhere or in circles', async () => {
    const root = temporaryFolder();
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'a.md'), '');
    symlinkSync(outside, join(root, 'docs'));
    symlinkSync(join(outside, 'a.md'), join(root, 'a.md'));
    symlinkSync(join(outside, 'none.md'), join(root, 'dangling.md'));
    symlinkSync('circle.md', join(root, 'circle.md'));
    expect(await reasonOf(resolveInside(root, join(root, 'docs', 'a.md')))).toBe('outside');
    expect(await reasonOf(resolveInside(root, join(root, 'docs', 'new', 'a.md')))).toBe('outside');
    expect(await reasonOf(resolveInside(root, join(root, 'a.md')))).toBe('outside');
    expect(await reasonOf(resolveInside(root, join(root, 'dangling.md')))).toBe('brokenLink');
    expect(await reasonOf(resolveInside(root, join(root, 'circle.md')))).toBe('brokenLink');
    expect(await reasonOf(resolveInside(root, join(root, '..', 'a.md')))).toBe('outside');
  });

  it("refuses git's own folder and files of another kind", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, '.git', 'hooks'), { recursive: true });
    writeFileSync(join(root, '.git', 'config'), '');
    writeFileSync(join(root, 'index.ts'), '');
    symlinkSync('.git/config', join(root, 'a.md'));
    symlinkSync('.git/hooks', join(root, 'docs'));
    symlinkSync('index.ts', join(root, 'b.md'));
    expect(await reasonOf(resolveInside(root, join(root, 'a.md')))).toBe('outside');
    expect(await reasonOf(resolveInside(root, join(root, 'docs', 'x.md')))).toBe('outside');
    expect(await reasonOf(resolveInside(root, join(root, 'b.md')))).toBe('outside');
  });

  it('knows what is inside', () => {
    expect(isInside('/a/b', '/a/b')).toBe(true);
    expect(isInside('/a/b', '/a/b/..c')).toBe(true);
    expect(isInside('/a/b', '/a/bc')).toBe(false);
    expect(isInside('/a/b', '/a')).toBe(false);
  });
});

describe('readWhole', () => {
  it('gives bytes, hash and mode, nothing for a missing file, and does not wait for a named pipe', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.md'), 'x');
    expect(await readWhole(join(folder, 'a.md'), 'a.md')).toMatchObject({ hash: hash('x'), bytes: bytes('x') });
    expect(await readWhole(join(folder, 'b.md'), 'b.md')).toBeUndefined();
    expect(await reasonOf(readWhole(folder, 'folder'))).toBe('directory');
    if (spawnSync('mkfifo', [join(folder, 'pipe.md')]).status === 0) expect(await reasonOf(readWhole(join(folder, 'pipe.md'), 'pipe.md'))).toBe('other');
  });
});

describe('removeStaleTemporaries', () => {
  it("removes dead processes' files and old ones, and nothing else", async () => {
    const folder = temporaryFolder();
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const names = {
      dead: `.session-handoff-${machine}-${dead}-0123456789ab.tmp`,
      alive: `.session-handoff-${machine}-${process.ppid}-0123456789ab.tmp`,
      elsewhere: `.session-handoff-00000000-${dead}-0123456789ab.tmp`,
      elsewhereOld: `.session-handoff-00000000-${dead}-0123456789ac.tmp`,
      others: '.other.tmp',
    };
    for (const name of Object.values(names)) writeFileSync(join(folder, name), '');
    utimesSync(join(folder, names.elsewhereOld), new Date(0), new Date(0));
    await removeStaleTemporaries(folder);
    expect(readdirSync(folder).sort()).toEqual([names.alive, names.elsewhere, names.others].sort());
    await removeStaleTemporaries(join(folder, 'missing'));
  });
});

describe('text of a file', () => {
  it('comes back to the same bytes for any UTF-8, with its mark', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, mark) => {
      const clean = text.replaceAll('\0', '');
      const before = bytes((mark ? '\ufeff' : '') + clean);
      expect(Buffer.from(encodeText(decodeText(before, 'a.md'), 'a.md'))).toEqual(before);
    }));
  });

  it('either comes back to the same bytes or is refused, for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (any) => {
      try {
        expect(Buffer.from(encodeText(decodeText(any, 'a.md'), 'a.md'))).toEqual(Buffer.from(any));
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    }), { numRuns: runs(2000) });
  });

  it('is refused as UTF-16, with and without a mark, as Latin-1, and as half a surrogate pair', () => {
    expect(() => decodeText(Buffer.from('\ufeffab', 'utf16le'), 'a.md')).toThrow(/UTF-16/);
    expect(() => decodeText(Buffer.from('ab', 'utf16le'), 'a.md')).toThrow(/NUL/);
    expect(() => decodeText(Buffer.from('caf\xe9', 'latin1'), 'a.md')).toThrow(/a\.md: it is not UTF-8/);
    expect(() => encodeText('\ud800', 'a.md')).toThrow(/surrogate/);
  });

  it('leaves a hard link its old text: a rename makes a new file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.md'), 'old');
    linkSync(join(folder, 'a.md'), join(folder, 'b.md'));
    await replaceFile(join(folder, 'a.md'), bytes('new'), hash('old'), 'a.md');
    expect([readFileSync(join(folder, 'a.md'), 'utf8'), readFileSync(join(folder, 'b.md'), 'utf8')]).toEqual(['new', 'old']);
  });
});
