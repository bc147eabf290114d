import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { GitError, gitRecords, ObjectReader } from '../../../src/node/gitObjects.js';
import { TestRepository } from './repository.js';

let repo = new TestRepository();
afterEach(() => {
  repo.dispose();
  repo = new TestRepository();
});

describe('what git prints as it comes', () => {
  it('is cut at NULs, whatever stands between them and however long it is', async () => {
    const ids = [repo.commit({ 'a.txt': 'ü'.repeat(200_000) }), repo.commit({ 'a.txt': 'y'.repeat(200_000) })].reverse();
    const records: string[] = [];
    for await (const record of gitRecords({ folder: repo.folder }, ['log', '-p', '--format=%x00%H'])) records.push(record.toString());
    expect(records.map((record) => record.split('\n')[0])).toEqual(['', ...ids]);
    expect(records[2]).toContain('ü'.repeat(200_000));
  });

  it('stops coming when the reader has enough: git is ended', async () => {
    repo.commit({ 'a.txt': 'x'.repeat(1_000_000), 'b.txt': 'y'.repeat(1_000_000) });
    for await (const record of gitRecords({ folder: repo.folder }, ['log', '-p', '--format=%x00%H%x00'])) if (record.length > 0) break;
    // Its output is more than a pipe holds, so that one that was not ended would still be there.
    await expect.poll(() => execFileSync('ps', ['-Ao', 'args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes(repo.folder) && line.includes(' log ')), { timeout: 60_000 }).toEqual([]);
  });

  it('keeps what git printed before anybody reads, also when git has ended by then; what nobody reads can be ended', async () => {
    const id = repo.commit({ 'a.txt': 'x'.repeat(1_000_000) });
    const running = (): string[] => execFileSync('ps', ['-Ao', 'args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes(repo.folder) && line.includes(' log '));
    const [short, long] = [gitRecords({ folder: repo.folder }, ['log', '--format=%x00%H']), gitRecords({ folder: repo.folder }, ['log', '-p', '--format=%x00%H%x00'])];
    await expect.poll(() => running().length, { timeout: 60_000 }).toBe(1);
    const records: string[] = [];
    for await (const record of short) records.push(record.toString().trim());
    expect(records).toEqual(['', id]);
    long.end();
    await expect.poll(running, { timeout: 60_000 }).toEqual([]);
  });

  it('fails where git says no, and where there is no git', async () => {
    const read = async (args: string[], program = 'git'): Promise<number> => {
      let count = 0;
      for await (const record of gitRecords({ folder: repo.folder }, args, { program })) count += record.length;
      return count;
    };
    await expect(read(['log'])).rejects.toThrow(GitError);
    await expect(read(['log'], '/no/such/git')).rejects.toThrow(GitError);
  });
});

describe('an object', () => {
  it('is named by its full hash, without its content being kept', async () => {
    const id = repo.commit({ 'a.txt': 'x' });
    const objects = new ObjectReader({ folder: repo.folder });
    expect(await objects.idOf('HEAD^{commit}')).toBe(id);
    expect(await objects.idOf('HEAD:b.txt')).toBeUndefined();
    const next = repo.commit({ 'a.txt': 'y' });
    expect(await objects.idOf('HEAD^{commit}')).toBe(next);
    objects.close();
  });
});
