import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findRepository } from './baseFolder.js';

/**
 * What git has checked out where a folder is, by its file `HEAD` alone: `ref: refs/heads/main`, or a commit's hash when it is
 * detached; empty when that cannot be told. No program is run. Formats: gitrepository-layout(5), a worktree's `.git` file included.
 */
export async function checkedOut(folder: string): Promise<string> {
  const root = await findRepository(folder).catch(() => undefined);
  if (root === undefined) return '';
  const read = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);
  const inFolder = await read(join(root, '.git', 'HEAD'));
  if (inFolder !== undefined) return inFolder.trim();
  const elsewhere = /^gitdir: (.+)/m.exec(await read(join(root, '.git')) ?? '')?.[1];
  return elsewhere === undefined ? '' : (await read(join(resolve(root, elsewhere), 'HEAD')) ?? '').trim();
}
