import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from '../../editor/setup.mjs';

describe('the cache', () => {
  let folder: string;
  const before = process.env.SESSION_HANDOFF_CACHE;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'session-handoff-cache-')); process.env.SESSION_HANDOFF_CACHE = folder; });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    if (before === undefined) delete process.env.SESSION_HANDOFF_CACHE;
    else process.env.SESSION_HANDOFF_CACHE = before;
  });

  it('makes a folder once', async () => {
    let made = 0;
    const make = (into: string) => { made++; writeFileSync(join(into, 'editor'), 'whole'); };
    expect(await cached('editor-1', make)).toBe(join(folder, 'editor-1'));
    expect(readFileSync(join(await cached('editor-1', make), 'editor'), 'utf8')).toBe('whole');
    expect(made).toBe(1);
  });

  it('leaves nothing that looks finished when making fails', async () => {
    await expect(cached('editor-1', (into) => { writeFileSync(join(into, 'editor'), 'half'); throw new Error('no network'); })).rejects.toThrow('no network');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes the folder of another run that was faster', async () => {
    const path = await cached('editor-1', async () => { await cached('other', () => {}); writeFileSync(join(folder, 'other', 'editor'), 'theirs'); const { renameSync } = await import('node:fs'); renameSync(join(folder, 'other'), join(folder, 'editor-1')); });
    expect(readFileSync(join(path, 'editor'), 'utf8')).toBe('theirs');
    expect(existsSync(join(folder, `editor-1.making-${process.pid}`))).toBe(false);
  });
});
