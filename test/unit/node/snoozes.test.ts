import { readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSnoozes, snoozeNote } from '../../../src/node/snoozes.js';
import { folderState } from '../../../src/node/userState.js';
import { temporaryFolder } from './temporaryFolder.js';

const soon = (): number => Date.now() + 60_000;

describe('notes that were put off', () => {
  it('are known in every window, by every way to the folder, and in no other folder', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder('home')];
    const until = soon();
    await snoozeNote(base, 'handoffs/a.md', until, home);
    await snoozeNote(base, 'handoffs/b.md', until + 1, home);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(base, link);
    for (const way of [base, link]) expect(await readSnoozes(way, home)).toEqual({ 'handoffs/a.md': until, 'handoffs/b.md': until + 1 });
    expect(await readSnoozes(temporaryFolder(), home)).toEqual({});
  });

  it('may be put off again, and are forgotten once their time has run out', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder('home')];
    await snoozeNote(base, 'handoffs/a.md', Date.now() - 1, home);
    await snoozeNote(base, 'handoffs/b.md', soon(), home);
    const later = soon() + 1_000;
    await snoozeNote(base, 'handoffs/b.md', later, home);
    expect(await readSnoozes(base, home)).toEqual({ 'handoffs/b.md': later });
  });

  it('are all kept when several windows put off at once', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder('home')];
    const until = soon();
    await Promise.all(['a', 'b', 'c'].map((name) => snoozeNote(base, `handoffs/${name}.md`, until, home)));
    expect(Object.keys(await readSnoozes(base, home)).sort()).toEqual(['handoffs/a.md', 'handoffs/b.md', 'handoffs/c.md']);
  });

  it('are none where the file is damaged, and can be put off again then', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder('home')];
    const file = join(await folderState(base, home), 'snoozes.json');
    for (const damaged of ['', '{"handoffs/a.md":', 'null', '[1]', '{"handoffs/a.md":"tomorrow"}']) {
      writeFileSync(file, damaged);
      expect((await readSnoozes(base, home))['handoffs/a.md']).toBeUndefined();
    }
    const until = soon();
    await snoozeNote(base, 'handoffs/a.md', until, home);
    expect(await readSnoozes(base, home)).toEqual({ 'handoffs/a.md': until });
  });

  it('are the person\'s own: nothing of it lies in the folder', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder('home')];
    await snoozeNote(base, 'handoffs/a.md', soon(), home);
    expect(readdirSync(base)).toEqual([]);
    const file = join(await folderState(base, home), 'snoozes.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty(['handoffs/a.md']);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
  });
});
