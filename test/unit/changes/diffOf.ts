import { detectChanges } from '../../../src/core/changes/detect.js';
import type { Detection, RevisionReader } from '../../../src/core/changes/detect.js';
import type { Fact } from '../../../src/core/changes/facts.js';
import { openSyntaxParser } from '../../../src/node/syntaxTrees.js';

export const parser = openSyntaxParser();

/** A revision that stands in memory. */
const revision = (files: Record<string, string | undefined>): RevisionReader => ({
  read: (path) => Promise.resolve(files[path]),
  paths: () => Promise.resolve(Object.keys(files).filter((path) => files[path] !== undefined)),
  search: (pattern, extensions) => Promise.resolve(Object.keys(files).filter((path) => extensions.some((extension) => path.endsWith(`.${extension}`)) && new RegExp(pattern).test(files[path] ?? ''))),
});

/**
 * Detection between two states of a repository.
 * @param files path → [before, after]; undefined where the file is not there
 * @param unchanged files that the diff does not touch
 */
export function detection(files: Record<string, [string | undefined, string | undefined]>, unchanged: Record<string, string> = {}): Promise<Detection> {
  const side = (index: 0 | 1) => revision({ ...unchanged, ...Object.fromEntries(Object.entries(files).map(([path, texts]) => [path, texts[index]])) });
  const changed = Object.entries(files).map(([path, [before, after]]) => ({ ...(before === undefined ? {} : { oldPath: path }), ...(after === undefined ? {} : { newPath: path }) }));
  return detectChanges({ files: changed, before: side(0), after: side(1), parser });
}

/** A fact in one line: `added endpoint GET /x`, `modified column users.name`. */
export const said = (fact: Fact): string => [fact.op, fact.kind, fact.kind === 'endpoint' ? `${fact.method ?? ''} ${fact.fullPath ?? fact.path ?? ''}`
  : fact.kind === 'table' || fact.kind === 'view' ? fact.table : fact.kind === 'column' ? `${fact.table ?? ''}.${fact.name ?? ''}`
    : fact.kind === 'index' || fact.kind === 'constraint' ? `${fact.table ?? ''} ${fact.columns?.length ? `(${fact.columns.join(',')})` : fact.name ?? ''}` : fact.name].join(' ');

/** Facts between two texts of one file, in one line each, sorted. */
export async function changes(path: string, before: string | undefined, after: string | undefined, unchanged: Record<string, string> = {}): Promise<string[]> {
  return (await detection({ [path]: [before, after] }, unchanged)).facts.map(said).sort();
}
