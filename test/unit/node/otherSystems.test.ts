import type * as Files from 'node:fs';
import type * as FilePromises from 'node:fs/promises';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as AtomicFile from '../../../src/node/atomicFile.js';
import { temporaryFolder } from './temporaryFolder.js';

/**
 * Windows and macOS on any machine: their path rules come from node:path itself (`win32`), and what their disks answer is injected
 * where Node would give it.
 */
const files = new Map<string, 'file' | 'folder'>();

async function onWindows(): Promise<void> {
  vi.resetModules();
  vi.doMock('node:path', () => ({ ...win32, default: win32 }));
  vi.stubGlobal('process', Object.create(process, { platform: { value: 'win32' } }));
  const { accessSync, statSync, ...others } = await vi.importActual<typeof Files>('node:fs');
  const known = (path: string) => [...files].find(([name]) => name.toLowerCase() === path.toLowerCase())?.[1];
  vi.doMock('node:fs', () => ({
    ...others,
    accessSync: (path: string) => { if (known(path) === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' }); },
    statSync: (path: string) => {
      const kind = known(path);
      if (kind === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
      return { isFile: () => kind === 'file', isDirectory: () => kind === 'folder' };
    },
  }));
}

afterEach(() => {
  vi.doUnmock('node:path');
  vi.doUnmock('node:fs');
  vi.doUnmock('node:fs/promises');
  vi.unstubAllGlobals();
  vi.resetModules();
  files.clear();
});

describe('on Windows', () => {
  beforeEach(onWindows);

  it('a path is inside whatever its case and its slashes, and another drive or share is outside', async () => {
    const { isInside } = await import('../../../src/node/atomicFile.js');
    for (const path of ['C:\\Work\\app', 'c:\\work\\APP\\.claude\\docs\\X.md', 'C:/Work/app/src/a.ts', 'C:\\Work\\app\\..\\app\\x', 'C:\\Work\\app\\..x']) expect(isInside('C:\\Work\\app', path), path).toBe(true);
    for (const path of ['D:\\Work\\app\\x', 'C:\\Work\\app2', 'C:\\Work', 'C:\\Work\\app\\..\\other', '\\\\server\\share\\Work\\app', '\\\\?\\D:\\x']) expect(isInside('C:\\Work\\app', path), path).toBe(false);
    expect(isInside('\\\\server\\share\\app', '\\\\SERVER\\share\\APP\\x')).toBe(true);
    expect(isInside('\\\\server\\share\\app', '\\\\server\\other\\app\\x')).toBe(false);
  });

  it('git is taken from the search path as git.exe, never from the folder that is open', async () => {
    const { findGit } = await import('../../../src/node/findGit.js');
    files.set('C:\\repo\\git.exe', 'file').set('C:\\Program Files\\Git\\cmd\\git.exe', 'file').set('C:\\Tools\\git.exe', 'folder');
    expect(findGit({ Path: '.;;..\\bin;C:\\Tools;C:\\Program Files\\Git\\cmd' })).toBe('C:\\Program Files\\Git\\cmd\\git.exe');
    expect(findGit({ PATH: '.;repo' })).toBeUndefined();
    expect(findGit({})).toBeUndefined();
  });

  it('an agent’s program is found by the endings that the system runs', async () => {
    const { hasProgram } = await import('../../../src/node/findProgram.js');
    files.set('C:\\npm\\claude.cmd', 'file').set('C:\\npm\\codex', 'file');
    expect(hasProgram('claude', { Path: 'C:\\npm', PATHEXT: '.COM;.EXE;.CMD' })).toBe(true);
    expect(hasProgram('claude', { path: 'C:\\npm' })).toBe(true);
    // Without an ending Windows runs nothing.
    expect(hasProgram('codex', { Path: 'C:\\npm', PATHEXT: '.EXE;.CMD' })).toBe(false);
    expect(hasProgram('claude', { Path: 'npm;.', PATHEXT: '.CMD' })).toBe(false);
  });

  it('the documents’ folder may be written with backslashes, and leads nowhere else by any of Windows’ ways', async () => {
    const { checkDocumentsFolder } = await import('../../../src/node/baseFolder.js');
    expect(checkDocumentsFolder('docs\\team')).toMatchObject({ kind: 'folder', folder: 'docs/team' });
    for (const hostile of ['C:\\x', 'C:x', 'c:/x', '\\x', '\\\\server\\share', '..\\x', 'a\\..\\..\\x', '\\\\?\\C:\\x', '.git\\x', '.GIT\\hooks', 'a\\.Git']) expect(checkDocumentsFolder(hostile).kind, hostile).toBe('refused');
  });
});

describe('a disk of Windows', () => {
  /** `renameSync` fails like a file that a virus scanner holds, so often; then it works. */
  async function held(times: number, code: string): Promise<typeof AtomicFile> {
    vi.resetModules();
    vi.stubGlobal('process', Object.create(process, { platform: { value: 'win32' } }));
    const fs = await vi.importActual<typeof Files>('node:fs');
    let left = times;
    vi.doMock('node:fs', () => ({ ...fs, renameSync: (from: string, to: string) => {
      if (left-- > 0) throw Object.assign(new Error(code), { code });
      fs.renameSync(from, to);
    } }));
    return import('../../../src/node/atomicFile.js');
  }

  it('may hold a file for some milliseconds: the Write waits, and explains one that is held for good', async () => {
    const folder = temporaryFolder();
    const path = posix.join(folder, 'X.md');
    writeFileSync(path, 'before\r\n');
    for (const [times, code] of [[3, 'EPERM'], [2, 'EBUSY'], [1, 'EACCES']] as const) {
      const { hashOf, replaceFile } = await held(times, code);
      await replaceFile(path, Buffer.from(`after ${code}\r\n`), hashOf(readFileSync(path)), 'X.md');
      expect(readFileSync(path, 'utf8')).toBe(`after ${code}\r\n`);
    }
    const { hashOf, replaceFile } = await held(1_000, 'EBUSY');
    const before = readFileSync(path);
    await expect(replaceFile(path, Buffer.from('never'), hashOf(before), 'X.md')).rejects.toMatchObject({ reason: 'busy' });
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['X.md']);
  });

  it.each(['EPERM', 'ENOTSUP', 'EINVAL'])('without hard links (exFAT, network disks: %s) a new file is made all the same, and never over another', async (code) => {
    vi.resetModules();
    const promises = await vi.importActual<typeof FilePromises>('node:fs/promises');
    vi.doMock('node:fs/promises', () => ({ ...promises, link: () => Promise.reject(Object.assign(new Error(code), { code })) }));
    const { replaceFile } = await import('../../../src/node/atomicFile.js');
    const folder = temporaryFolder();
    const path = posix.join(folder, 'X.md');
    await replaceFile(path, Buffer.from('new\n'), undefined, 'X.md');
    expect(readFileSync(path, 'utf8')).toBe('new\n');
    await expect(replaceFile(path, Buffer.from('other\n'), undefined, 'X.md')).rejects.toMatchObject({ reason: 'changed' });
    expect(readFileSync(path, 'utf8')).toBe('new\n');
    expect(readdirSync(folder)).toEqual(['X.md']);
  });
});

describe('on a disk that ignores case (macOS, Windows)', () => {
  it('git’s own folder is refused in every spelling', async () => {
    const { resolveInside } = await import('../../../src/node/atomicFile.js');
    const root = temporaryFolder();
    for (const name of ['.git', '.GIT', '.Git']) await expect(resolveInside(root, posix.join(root, name, 'hooks', 'x.md')), name).rejects.toMatchObject({ reason: 'outside' });
    expect(existsSync(posix.join(root, '.git'))).toBe(false);
  });
});
