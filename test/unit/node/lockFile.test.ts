import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../../src/node/lockFile.js';
import { temporaryFolder } from './temporaryFolder.js';

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

describe('a lock', () => {
  it('lets one in after the other, and is gone afterwards', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    let inside = 0;
    let most = 0;
    await Promise.all(Array.from({ length: 6 }, () => withLock(path, 'x', async () => {
      most = Math.max(most, ++inside);
      await pause(5);
      inside--;
    })));
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('refuses nobody who waits longer than one holder may take, as long as others get their turn', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    const wait = 1_000;
    const began = Date.now();
    let turns = 0;
    await Promise.all(Array.from({ length: 10 }, () => withLock(path, 'x', async () => {
      turns++;
      await pause(wait / 5);
    }, { wait })));
    expect(turns).toBe(10);
    expect(Date.now() - began).toBeGreaterThan(wait * 1.5);
  });

  it('is refused when one holder keeps it, and says what to do', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    await withLock(path, 'the documents', async () => {
      await expect(withLock(path, 'the documents', () => Promise.resolve(), { wait: 50 })).rejects.toMatchObject({ reason: 'busy', message: expect.stringContaining('Try again') as unknown });
    });
  });
});
