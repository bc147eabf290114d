import { join } from 'node:path';
import { Way, type FileChange, type Step } from '../core/links/lineHistory.js';
import type { Join, Walk } from './committedWays.js';
import type { KnownLinks, WrittenAt } from './linksWritten.js';
import { RememberedFiles } from './rememberedFiles.js';

/** What was read of a repository's history up to a commit. Commits do not change, so that it stays true. */
export interface KnownHistory {
  /** full id */
  readonly head: string;
  readonly links: KnownLinks;
  readonly walks: readonly Walk[];
}

const version = 1;
/** What took less is read anew as quickly, in milliseconds. */
const leastWorthwhile = 100;
const mostRepositories = 20;
/** Changes of files; a history of more is read anew each time, rather than to read and write files of ten megabytes and more. */
const mostChanges = 100_000;

type StoredChange = readonly [string | null, string | null];
interface Stored {
  readonly version: number;
  readonly root: string;
  readonly head: string;
  readonly links: readonly (readonly [string, readonly (readonly [string, string, boolean])[]])[];
  readonly walks: readonly {
    readonly since: string;
    readonly paths: readonly string[] | null;
    readonly steps: readonly (readonly [string, string, readonly StoredChange[]])[];
    readonly joins: readonly (readonly [string, number, string | null, readonly StoredChange[]])[];
  }[];
}

/**
 * Remembers what was read of long histories over restarts, so that the links of a document are judged at once when it is opened. It
 * holds names of files, links as they stand in documents, and ids of commits.
 */
export class HistoryMemory {
  private readonly files: RememberedFiles;

  /**
   * @param home the folder of per-user state
   * @param worthwhile in milliseconds: how long a check must have taken for what it read to be remembered
   */
  constructor(home: string, readonly worthwhile: number = leastWorthwhile) {
    this.files = new RememberedFiles(join(home, 'histories'), mostRepositories);
  }

  /** What is known of the repository at this root, if anything is. */
  recall(root: string): KnownHistory | undefined {
    try {
      const stored = this.files.recall(root) as Stored | undefined;
      return stored?.version === version && stored.root === root ? readStored(stored) : undefined;
    } catch {
      // It was damaged: the history is read anew.
      return undefined;
    }
  }

  remember(root: string, { head, links, walks }: KnownHistory): void {
    let changes = 0;
    for (const { way, joins } of walks) for (const { files } of [...way.steps, ...[...joins.values()].flatMap(({ broughtBy }) => broughtBy ?? [])]) changes += files.length;
    if (changes > mostChanges) return;
    this.files.remember(root, {
      version, root, head,
      // What is not known may be known later, when a shallow clone has fetched more.
      links: [...links].map(([document, known]) => [document, [...known].flatMap(([link, { commit, isFirst }]) => (commit === undefined ? [] : [[link, commit, isFirst] as const]))]),
      walks: walks.map(({ since, way, joins }) => ({
        since, paths: way.paths ? [...way.paths] : null,
        steps: way.steps.map(({ from, to, files }) => [from, to, files.map(toStored)]),
        joins: [...joins].map(([commit, { start, broughtBy }]) => [commit, start, broughtBy?.commit ?? null, (broughtBy?.files ?? []).map(toStored)]),
      })),
    } satisfies Stored);
  }
}

const toStored = ({ before, after }: FileChange): StoredChange => [before ?? null, after ?? null];

/** @throws Error for what is not as it was written */
function readStored(stored: Stored): KnownHistory {
  return {
    head: idOf(stored.head),
    links: new Map(stored.links.map(([document, known]) => [textOf(document), new Map(known.map(([link, commit, isFirst]): [string, WrittenAt] => [textOf(link), { commit: idOf(commit), isFirst }]))])),
    walks: stored.walks.map(({ since, paths, steps, joins }) => {
      // The first commit of a history has no parent.
      const way = new Way(steps.map(([from, to, files]): Step => ({ from: from === '' ? '' : idOf(from), to: idOf(to), files: files.map(changeOf) })), paths ? new Set(paths.map(textOf)) : undefined);
      return {
        since: idOf(since), way,
        joins: new Map(joins.map(([commit, start, by, files]): [string, Join] => {
          if (!Number.isInteger(start) || start < 0 || start > way.steps.length) throw new Error('not a step of the way');
          return [idOf(commit), { start, ...(by === null ? {} : { broughtBy: { commit: idOf(by), files: files.map(changeOf) } }) }];
        })),
      };
    }),
  };
}

/** It goes back to git, where it must be an id and nothing else. */
function idOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(value)) throw new Error('not an id');
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
}

const changeOf = ([before, after]: StoredChange): FileChange => ({ ...(before === null ? {} : { before: textOf(before) }), ...(after === null ? {} : { after: textOf(after) }) });
