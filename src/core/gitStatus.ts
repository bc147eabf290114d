import type { ChangeKind } from './gitState.js';

/** One file of `git status`, its paths relative to the root of the repository. */
export interface StatusFile {
  readonly path: string;
  readonly from?: string;
  readonly kind: ChangeKind;
  readonly staged: boolean;
  readonly unstaged: boolean;
}

/** What `git status --porcelain=v2 -z --branch --show-stash` said. */
export interface Status {
  readonly head?: string;
  readonly branch?: string;
  readonly upstream?: { readonly name: string; readonly ahead: number; readonly behind: number };
  /** Absent when git is too old to say (before 2.35), and when there are none. */
  readonly stashes?: number;
  readonly files: readonly StatusFile[];
}

/**
 * Reads `git status --porcelain=v2 -z --branch --show-stash` (git-status(1), "Porcelain Format Version 2"). Never throws:
 * records of an unknown kind are left out, as the format asks for.
 */
export function parseStatus(output: string): Status {
  const records = output.split('\0');
  const headers = new Map<string, string>();
  const files: StatusFile[] = [];
  for (let index = 0; index < records.length; index++) {
    const record = records[index] ?? '';
    if (record.startsWith('# ')) {
      const space = record.indexOf(' ', 2);
      if (space > 0) headers.set(record.slice(2, space), record.slice(space + 1));
    } else if (record.startsWith('1 ')) {
      add(files, record, 8, undefined);
    } else if (record.startsWith('2 ')) {
      // With -z the former path is a record of its own.
      add(files, record, 9, records[++index]);
    } else if (record.startsWith('u ')) {
      add(files, record, 10, undefined);
    } else if (record.startsWith('? ')) {
      files.push({ path: record.slice(2), kind: 'untracked', staged: false, unstaged: true });
    }
  }
  const oid = headers.get('branch.oid');
  const branch = headers.get('branch.head');
  const upstream = headers.get('branch.upstream');
  const counts = /^\+(\d+) -(\d+)$/.exec(headers.get('branch.ab') ?? '');
  const stashes = Number(headers.get('stash'));
  return {
    ...(oid !== undefined && /^[0-9a-f]{40,64}$/.test(oid) && { head: oid }),
    ...(branch !== undefined && branch !== '(detached)' && { branch }),
    // Without counts the upstream is gone, or nothing is committed yet: there is nothing to be ahead of.
    ...(upstream !== undefined && counts && { upstream: { name: upstream, ahead: Number(counts[1]), behind: Number(counts[2]) } }),
    ...(Number.isSafeInteger(stashes) && { stashes }),
    files,
  };
}

function add(files: StatusFile[], record: string, fields: number, from: string | undefined): void {
  let end = -1;
  for (let field = 0; field < fields; field++) {
    end = record.indexOf(' ', end + 1);
    if (end < 0) return;
  }
  const path = record.slice(end + 1);
  const x = record[2] ?? '.';
  const y = record[3] ?? '.';
  if (path === '') return;
  if (record.startsWith('u ')) {
    files.push({ path, kind: 'conflicted', staged: false, unstaged: true });
    return;
  }
  const state = { staged: x !== '.', unstaged: y !== '.' };
  // Renamed in the index and then deleted: of what HEAD has, the former path is gone.
  if (y === 'D' && from !== undefined && x === 'R') files.push({ path: from, kind: 'deleted', ...state });
  else if (record[5] === 'S') files.push({ path, kind: 'submodule', ...state });
  else if (y === 'D' || (x === 'D' && y === '.')) files.push({ path, kind: 'deleted', ...state });
  else if (from !== undefined && (x === 'R' || y === 'R')) files.push({ path, from, kind: 'renamed', ...state });
  else if (x === 'A' || x === 'C' || y === 'A' || y === 'C') files.push({ path, kind: 'added', ...state });
  else if (x === 'T' || y === 'T') files.push({ path, kind: 'typeChanged', ...state });
  else files.push({ path, kind: 'modified', ...state });
}

/**
 * The way from a folder to a file, both relative to the root of the repository, POSIX.
 * @param prefix the folder, like `apps/api/`, or `''` for the root
 */
export function relativeTo(prefix: string, path: string): string {
  const folders = prefix.split('/').filter((part) => part !== '');
  const parts = path.split('/');
  let common = 0;
  while (common < folders.length && common < parts.length - 1 && folders[common] === parts[common]) common++;
  return [...folders.slice(common).map(() => '..'), ...parts.slice(common)].join('/');
}

/** Where the first change of a file is. */
export interface FirstChange {
  /** 1-based, in the present text; for a deletion the line that now stands in its place, which may be one past the end. */
  readonly line: number;
  /** The added line as it stands there; absent for a deletion. */
  readonly text?: string;
}

/**
 * Reads `git diff -U0`: the first changed line of each file by its present path. A blank added line gives way to the first line
 * of its hunk that says something. Deleted and binary files are left out. Never throws.
 */
export function parseFirstChanges(output: string): Map<string, FirstChange> {
  const changes = new Map<string, FirstChange>();
  let path: string | undefined;
  // Lines of the hunk that are still to come: the text of a file may look like a header.
  let removed = 0;
  let added = 0;
  let line = 0;
  let isFirst = false;
  for (const one of output.split('\n')) {
    if (added > 0 || removed > 0) {
      if (one.startsWith('-') && removed > 0) {
        removed--;
        continue;
      }
      if (one.startsWith('+') && added > 0) {
        added--;
        const text = one.slice(1).trim();
        if (isFirst && path !== undefined && text !== '') {
          changes.set(path, { line, text });
          isFirst = false;
        }
        line++;
        continue;
      }
      if (one.startsWith('\\')) continue;
      removed = added = 0;
    }
    if (one.startsWith('diff --git ')) {
      path = undefined;
    } else if (one.startsWith('+++ ')) {
      const name = unquote(one.slice(4));
      path = name?.startsWith('b/') ? name.slice(2) : undefined;
    } else if (path !== undefined) {
      const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(one);
      if (!hunk) continue;
      removed = Number(hunk[1] ?? 1);
      added = Number(hunk[3] ?? 1);
      line = Number(hunk[2]);
      isFirst = !changes.has(path);
      if (isFirst) changes.set(path, { line: added === 0 ? line + 1 : Math.max(line, 1) });
      // A hunk of blank lines only, or a deletion, holds the first change all the same.
    }
  }
  return changes;
}

const escapes: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** A path as git quotes it in headers: C style, bytes as octal; a name with blanks ends in a tab. */
function unquote(name: string): string | undefined {
  if (!name.startsWith('"')) return name.replace(/\t$/, '');
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [, octal, escape, plain] of name.slice(1, name.lastIndexOf('"')).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else if (escape !== undefined) bytes.push(escapes[escape] ?? escape.charCodeAt(0));
    else bytes.push(...encoder.encode(plain ?? ''));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
