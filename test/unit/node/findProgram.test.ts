import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasProgram } from '../../../src/node/findProgram.js';
import { temporaryFolder } from './temporaryFolder.js';

const name = 'an-agent-that-nobody-has';

function program(folder: string, file = name, mode = 0o755): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), '#!/bin/sh\nexit 1\n');
  chmodSync(join(folder, file), mode);
}

describe('whether a program can be started by its name', () => {
  afterEach(() => { vi.unstubAllEnvs(); });

  it('is so where it lies on the search path, also behind a link', () => {
    const [empty, folder, linked] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    program(folder);
    symlinkSync(join(folder, name), join(linked, name));
    expect(hasProgram(name, { PATH: [empty, '/does/not/exist'].join(delimiter) })).toBe(false);
    expect(hasProgram(name, { PATH: [empty, folder].join(delimiter) })).toBe(true);
    expect(hasProgram(name, { PATH: linked })).toBe(true);
  });

  it('is so where its installer puts it, though the editor was started from a dock', () => {
    const home = temporaryFolder('home');
    vi.stubEnv('HOME', home);
    expect(hasProgram(name, { PATH: '/usr/bin' })).toBe(false);
    program(join(home, '.local/bin'));
    expect(hasProgram(name, { PATH: '/usr/bin' })).toBe(true);
    expect(hasProgram(name, {})).toBe(true);
  });

  it('is not so of a folder, of a file that cannot be run, of a broken link, or in the folder that is open', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, name));
    expect(hasProgram(name, { PATH: folder })).toBe(false);
    const other = temporaryFolder();
    program(other, name, 0o644);
    expect(hasProgram(name, { PATH: other })).toBe(false);
    const broken = temporaryFolder();
    symlinkSync(join(broken, 'gone'), join(broken, name));
    expect(hasProgram(name, { PATH: broken })).toBe(false);
    // An empty or relative part of the search path would look where a repository's files are.
    const whole = temporaryFolder();
    program(whole);
    expect(hasProgram(name, { PATH: relative(process.cwd(), whole) })).toBe(false);
  });
});

describe('on Windows', () => {
  it('endings count, and the variable is called as the system likes', () => {
    const folder = temporaryFolder();
    program(folder, `${name}.CMD`);
    const was = process.platform;
    Object.defineProperty(process, 'platform', { value: 'win32' });
    try {
      expect(hasProgram(name, { Path: folder })).toBe(true);
      expect(hasProgram(name, { Path: folder, PathExt: '.EXE;.COM' })).toBe(false);
      expect(hasProgram(name, { Path: folder, PathExt: '.EXE;.CMD' })).toBe(true);
    } finally {
      Object.defineProperty(process, 'platform', { value: was });
    }
  });
});
