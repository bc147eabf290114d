import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChangedFile, Detection, RevisionReader } from '../core/changes/detect.js';
import { detectChanges } from '../core/changes/detect.js';
import { hugeFile } from '../core/changes/sourceFiles.js';
import type { PairReader } from '../core/changes/statements.js';
import type { SyntaxParser } from '../core/changes/syntax.js';
import { commitOf, git, ObjectReader } from './gitObjects.js';
import type { Repository } from './gitObjects.js';
import { readProjectFileLater } from './projectFile.js';

export interface DiffRequest {
  readonly repository: Repository;
  /** A revision; HEAD where there is none. */
  readonly from?: string;
  /** A revision; the working tree with its untracked files where there is none (needs a folder). */
  readonly to?: string;
  /** The git to run. */
  readonly program?: string;
}

/** Files of `git diff --raw -z`, renames coupled. */
function rawFiles(raw: string): ChangedFile[] {
  const fields = raw.split('\0');
  const files: ChangedFile[] = [];
  for (let index = 0; index < fields.length - 1;) {
    const status = /^:(\d+) (\d+) \S+ \S+ ([A-Z])/.exec(fields[index++] ?? '');
    if (!status) break;
    const [, oldMode, newMode, letter] = status;
    const first = fields[index++] ?? '';
    const second = letter === 'R' || letter === 'C' ? fields[index++] ?? '' : first;
    // Links and submodules hold no source.
    if ([oldMode, newMode].some((mode) => mode === '120000' || mode === '160000')) continue;
    if (letter === 'A' || letter === 'C') files.push({ newPath: second });
    else if (letter === 'D') files.push({ oldPath: first });
    else files.push({ oldPath: first, newPath: second });
  }
  return files;
}

function revisionReader(repository: Repository, commit: string, objects: ObjectReader, program: string | undefined): RevisionReader {
  let paths: Promise<readonly string[]> | undefined;
  const options = program === undefined ? {} : { program };
  return {
    read: async (path) => (await objects.read(`${commit}:${path}`, hugeFile))?.toString('utf8').replace(/^\uFEFF/, ''),
    paths: () => paths ??= git(repository, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit], options).then((out) => out.toString().split('\0').filter(Boolean)),
    search: async (pattern, extensions) => {
      const out = await git(repository, ['grep', '-l', '-z', '-I', '-E', '--full-name', '-e', pattern, commit], { ...options, accept: [0, 1] });
      return out.toString().split('\0').filter(Boolean).map((line) => line.slice(line.indexOf(':') + 1)).filter((path) => extensions.some((extension) => path.endsWith(`.${extension}`)));
    },
  };
}

function workingTreeReader(root: string, program: string | undefined): RevisionReader {
  const repository = { folder: root };
  const options = program === undefined ? {} : { program };
  let paths: Promise<readonly string[]> | undefined;
  return {
    // A symbolic link is one for git too, not the file that it leads to.
    read: async (path) => ((await lstat(join(root, path)).then((entry) => entry.isFile(), () => false)) ? (await readProjectFileLater(root, path, hugeFile))?.replace(/^\uFEFF/, '') : undefined),
    paths: () => paths ??= git(repository, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], options).then((out) => [...new Set(out.toString().split('\0').filter(Boolean))]),
    search: async (pattern, extensions) => {
      const out = await git(repository, ['grep', '-l', '-z', '-I', '-E', '--untracked', '-e', pattern], { ...options, accept: [0, 1] });
      return out.toString().split('\0').filter((path) => extensions.some((extension) => path.endsWith(`.${extension}`)));
    },
  };
}

/**
 * Facts between two revisions, or between a revision and the working tree.
 * @param readPair reads the texts of one file in another thread, say; by default the parser does it here
 * @throws GitError if a revision or the repository does not exist; the signal's reason once it is aborted
 */
export async function changesOfDiff({ repository, from, to, program }: DiffRequest, parser: SyntaxParser, signal?: AbortSignal, readPair?: PairReader): Promise<Detection> {
  const options = { ...(program === undefined ? {} : { program }), ...(signal ? { signal } : {}) };
  const root: Repository = 'folder' in repository ? { folder: (await git(repository, ['rev-parse', '--show-toplevel'], options)).toString().replace(/\r?\n$/, '') } : repository;
  const noCommits = from === undefined && to === undefined && (await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD'], { ...options, accept: [0, 1, 128] })).length === 0;
  const old = noCommits ? undefined : await commitOf(root, from ?? 'HEAD', options);
  const now = to === undefined ? undefined : await commitOf(root, to, options);
  if (now === undefined && !('folder' in root)) throw new Error('a bare repository has no working tree: name the newer revision');
  const files: ChangedFile[] = old === undefined ? [] : rawFiles((await git(root, ['diff', '--raw', '-z', '-M', '--no-abbrev', '--no-ext-diff', '--no-textconv', '--ignore-submodules', '--end-of-options', old, ...(now === undefined ? [] : [now]), '--'], options)).toString());
  if (now === undefined) {
    const untracked = (await git(root, ['ls-files', '-z', '--others', '--exclude-standard', ...(old === undefined ? ['--cached'] : [])], options)).toString().split('\0').filter(Boolean);
    files.push(...untracked.map((newPath) => ({ newPath })));
  }
  const objects = new ObjectReader(root, program);
  try {
    const nothing: RevisionReader = { read: () => Promise.resolve(undefined), paths: () => Promise.resolve([]), search: () => Promise.resolve([]) };
    return await detectChanges({ files, parser, ...(signal ? { signal } : {}), ...(readPair ? { readPair } : {}),
      before: old === undefined ? nothing : revisionReader(root, old, objects, program),
      after: now === undefined ? workingTreeReader('folder' in root ? root.folder : '', program) : revisionReader(root, now, objects, program) });
  } finally {
    objects.close();
  }
}
