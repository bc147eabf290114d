import type { FileChange } from '../core/links/lineHistory.js';

/** One commit as `git log --raw` tells it. */
export interface RawCommit {
  id: string;
  parents: string[];
  files: FileChange[];
}

/** Reads `--raw -z` output, with a line of `%H %P` before each commit's changes, or without any. */
export function parseRaw(output: Buffer): RawCommit[] {
  const commits: RawCommit[] = [];
  const words = output.toString().split('\0');
  for (let at = 0; at < words.length; at++) {
    const word = (words[at] ?? '').replace(/^\n+/, '');
    if (word === '') continue;
    if (!word.startsWith(':')) {
      const [id = '', ...parents] = word.trim().split(' ');
      commits.push({ id, parents, files: [] });
      continue;
    }
    if (commits.length === 0) commits.push({ id: '', parents: [], files: [] });
    const [oldMode = '', newMode = '', , , kind = ''] = word.slice(1).split(' ');
    const path = words[++at] ?? '';
    const files = commits.at(-1)?.files;
    // Submodules and symbolic links have no lines.
    const isText = (mode: string): boolean => mode.startsWith('100');
    if (kind.startsWith('R') || kind.startsWith('C')) {
      const after = words[++at] ?? '';
      files?.push(kind.startsWith('R') ? { before: path, after } : { after });
      continue;
    }
    const before = isText(oldMode) ? path : undefined;
    const after = isText(newMode) ? path : undefined;
    if (before !== undefined || after !== undefined) files?.push({ ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) });
  }
  return commits;
}
