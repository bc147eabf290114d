import { join } from 'node:path';
import type { CodeLink } from '../core/session.js';
import { readWhole, resolveInside } from './atomicFile.js';
import { decodeText } from './textFile.js';

/**
 * Code links with the text of their lines as it stands in the working tree, for those that have none yet. A file outside the
 * folder that holds `.claude`, a missing line and a file that is not text leave a link as it is.
 * @param base the folder that holds `.claude`
 * @param workspaceFolder what the links' paths are relative to
 */
export async function withLineTexts(base: string, workspaceFolder: string, links: readonly CodeLink[]): Promise<CodeLink[]> {
  const files = new Map<string, Promise<readonly string[]>>();
  return Promise.all(links.map(async (link) => {
    if (link.text !== undefined) return link;
    let lines = files.get(link.path);
    if (!lines) files.set(link.path, (lines = linesOf(base, join(workspaceFolder, ...link.path.split('/')), link.path)));
    const text = (await lines)[link.line - 1]?.trim();
    return text === undefined || text === '' ? link : { ...link, text };
  }));
}

async function linesOf(base: string, path: string, name: string): Promise<readonly string[]> {
  try {
    const read = await readWhole(await resolveInside(base, path), name);
    return read ? decodeText(read.bytes, name).replace(/^\ufeff/, '').split(/\r\n|\r|\n/) : [];
  } catch {
    return [];
  }
}
