import type { BigIntStats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Way, type FileChange, type LineHistory, type Step, type Version, type WayFrom } from '../core/links/lineHistory.js';
import { decodeAnyText } from '../core/links/lineText.js';
import { pairRenames, type WholeFile } from '../core/links/renames.js';
import { git, ObjectReader, type Repository } from './gitObjects.js';

/** The state that is not committed: the working tree, and what open editors have not saved. */
export const NOW = 'now';

/** Larger files are generated or data; nobody links into them, and comparing them would hold everything up. In bytes. */
const LARGEST = 4 * 1024 * 1024;
/** A longer way (in commits) is not followed: the two states are compared at once instead. */
const LONGEST_WAY = 60_000;
/** So many files may be asked for alone; each costs a walk over the history. */
const MOST_WALKS = 12;
/** More removed or untracked files are not compared for renames. */
const MOST_PAIRED = 200;

/**
 * The history of a bare or normal repository for {@link LineFinder}: one `git cat-file --batch` held open for every text, and
 * one `git log` for the way between two commits. Call {@link close} when done.
 */
export class GitLineHistory implements LineHistory {
  private opened: ObjectReader | undefined;
  private readonly ways = new Map<string, Way[]>();
  private readonly fetched = new Map<string, Promise<Way | undefined>>();
  private readonly withNow = new Map<Way, Way>();
  private readonly merges = new Map<string, Promise<Map<string, string>>>();
  private readonly comparisons = new Map<string, Promise<FileChange[] | undefined>>();
  private readonly bases = new Map<string, Promise<string>>();
  /** What the present was when it was read: an unsaved text itself, or the file's stamp. */
  private readonly stamps = new Map<string, string>();
  private realRoot: Promise<string> | undefined;
  private walks = 0;

  /**
   * @param repository where it is
   * @param options.tree for {@link NOW}: the root of the working tree, the full id of HEAD, and texts of unsaved editors by path
   * @param options.paths if given, ways are asked for with these files in mind: changes that touch none of them are left out,
   *   which a long history answers in half the time
   * @param options.program the git executable
   */
  constructor(private readonly repository: Repository, private options: { readonly tree?: { root: string; head: string | undefined; unsaved: ReadonlyMap<string, string> }; paths?: ReadonlySet<string>; program?: string } = {}) {}

  close(): void {
    this.opened?.close();
    this.opened = undefined;
  }

  /** The present is another: HEAD, the files or the unsaved texts changed. What is known of the past stays. */
  setNow(head: string | undefined, unsaved: ReadonlyMap<string, string>): void {
    if (this.options.tree) this.options = { ...this.options, tree: { root: this.options.tree.root, head, unsaved } };
    this.withNow.clear();
    for (const key of this.comparisons.keys()) if (key.endsWith(` ${NOW}`)) this.comparisons.delete(key);
  }

  private get objects(): ObjectReader {
    return (this.opened ??= new ObjectReader(this.repository, this.options.program ?? 'git'));
  }

  async read(version: Version, path: string): Promise<string | undefined> {
    if (version === NOW) return this.readNow(path);
    const bytes = await this.objects.read(`${version}:${path}`, LARGEST).catch(() => undefined);
    return bytes && decodeAnyText(bytes);
  }

  async way(from: Version, to: Version, path: string): Promise<WayFrom | undefined> {
    if (to !== NOW) return this.committedWay(from, to, path);
    const head = this.options.tree?.head;
    if (head === undefined) return undefined;
    const [committed, files] = await Promise.all([from === head ? { way: NO_WAY, start: 0 } : this.committedWay(from, head, path), this.compare(head, NOW)]);
    if (!committed || !files) return undefined;
    let way = this.withNow.get(committed.way);
    if (!way) this.withNow.set(committed.way, (way = new Way([...committed.way.steps, { from: head, to: NOW, files }], committed.way.paths)));
    return { ...committed, way };
  }

  compare(from: Version, to: Version): Promise<FileChange[] | undefined> {
    return remember(this.comparisons, `${from} ${to}`, async () => {
      const range = to === NOW ? ['diff', '--raw', '-z', '-M', '--no-abbrev', '--no-ext-diff', '--ignore-submodules', from, '--'] : ['diff-tree', '-r', '--raw', '-z', '-M', '--no-abbrev', from, to, '--'];
      const tree = this.options.tree;
      const [raw, added] = await Promise.all([this.run(range), to === NOW && tree ? this.run(['ls-files', '-z', '--others', '--exclude-standard']) : undefined]);
      if (!raw) return undefined;
      const files = parseRaw(raw)[0]?.files ?? [];
      if (added) await this.addUntracked(files, from, added.toString().split('\0').filter((path) => path !== ''));
      // What an editor holds unsaved is a change too, though git knows nothing of it.
      if (to === NOW) for (const path of tree?.unsaved.keys() ?? []) if (!files.some(({ after }) => after === path)) files.push({ before: path, after: path });
      return files;
    });
  }

  /** New files that git does not know: each the renamed form of a removed one, or added. */
  private async addUntracked(files: FileChange[], from: Version, untracked: string[]): Promise<void> {
    const removed = files.flatMap(({ before, after }) => (before !== undefined && after === undefined ? [before] : []));
    const worthIt = removed.length > 0 && removed.length <= MOST_PAIRED && untracked.length > 0 && untracked.length <= MOST_PAIRED;
    const textsOf = async (version: Version, paths: string[]): Promise<WholeFile[]> => {
      const texts = await Promise.all(paths.map(async (path) => ({ path, text: await this.read(version, path) })));
      return texts.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
    };
    const renamed = worthIt ? pairRenames(await textsOf(from, removed), await textsOf(NOW, untracked)) : new Map<string, string>();
    const targets = new Set(renamed.values());
    for (const change of files) {
      const to = change.before !== undefined && change.after === undefined ? renamed.get(change.before) : undefined;
      if (to !== undefined) change.after = to;
    }
    for (const path of untracked) if (!targets.has(path)) files.push({ after: path });
  }

  /** The way between two commits: forward, or where the later does not follow from the earlier, back to what both have in common and on from there. */
  private async committedWay(from: string, to: string, path: string): Promise<WayFrom | undefined> {
    return (await this.forwardWay(from, to, path)) ?? this.wayOverBase(from, to, path);
  }

  /** Another branch, or an older state: every change since the common commit is taken back, then those of the other side are made. */
  private async wayOverBase(from: string, to: string, path: string): Promise<WayFrom | undefined> {
    const base = await remember(this.bases, `${from} ${to}`, async () => (await this.run(['merge-base', '--end-of-options', from, to]))?.toString().split('\n')[0] ?? '');
    if (base === '' || base === from) return undefined;
    const back = await this.forwardWay(base, from, path);
    const on = await this.forwardWay(base, to, path);
    if (!back || !on) return undefined;
    const steps = [...stepsOf(back).reverse().map(reversed), ...stepsOf(on)];
    const known = [back, on].filter(({ way }) => way !== NO_WAY).map(({ way }) => way.paths);
    const paths = known.every((one) => one === undefined) ? undefined : new Set([path]);
    return { way: new Way(steps, paths), start: 0 };
  }

  /** The way along first parents, cut out of one that is known where that is possible. */
  private async forwardWay(from: string, to: string, path: string): Promise<WayFrom | undefined> {
    if (from === to) return { way: NO_WAY, start: 0 };
    const known = this.cut(from, to, path) ?? (await this.cutAtMerge(from, to, path, true));
    if (known) return known;
    const { paths } = this.options;
    const all = paths && fitsCommandLine(paths) ? paths : undefined;
    const limits = all === undefined || all.has(path) ? all : new Set([path]);
    const key = `${from} ${to} ${String(limits?.size)} ${limits === all ? '' : path}`;
    if (limits?.size === 1 && !this.fetched.has(key) && this.walks++ >= MOST_WALKS) return undefined;
    await remember(this.fetched, key, async () => {
      const way = await this.fetchWay(from, to, limits);
      if (way) this.ways.set(to, [...(this.ways.get(to) ?? []), way]);
      return way;
    });
    return this.cut(from, to, path) ?? this.cutAtMerge(from, to, path, false);
  }

  private cut(from: string, to: string, path: string): WayFrom | undefined {
    for (const way of this.ways.get(to) ?? []) {
      if (way.paths && !way.paths.has(path)) continue;
      const at = way.indexOf(from);
      if (at !== undefined) return { way, start: at + 1 };
    }
    return undefined;
  }

  /** A commit beside the first parents is joined to the way at the merge that brought it in. */
  private async cutAtMerge(from: string, to: string, path: string, onlyIfKnown: boolean): Promise<WayFrom | undefined> {
    let merge = (await this.merges.get(to))?.get(from);
    if (merge === undefined && !onlyIfKnown) {
      const merges = this.mergesOf(from, to);
      this.merges.set(to, merges);
      merge = (await merges).get(from);
    }
    const joined = merge === undefined || merge === from ? undefined : this.cut(merge, to, path);
    const files = joined && merge !== undefined ? await this.compare(from, merge) : undefined;
    return joined && files && merge !== undefined ? { ...joined, first: { from, to: merge, files } } : undefined;
  }

  /** Which commit of the first parents brought each commit in that lies between two. */
  private async mergesOf(from: string, to: string): Promise<Map<string, string>> {
    const parents = new Map<string, string[]>();
    for (const line of ((await this.run(['rev-list', '--parents', '--end-of-options', to, `^${from}^@`])) ?? '').toString().split('\n')) {
      const [id, ...rest] = line.split(' ');
      if (id) parents.set(id, rest);
    }
    const chain: string[] = [];
    for (let id: string | undefined = to; id !== undefined && parents.has(id); id = parents.get(id)?.[0]) chain.push(id);
    const broughtBy = new Map<string, string>();
    for (const commit of chain.reverse()) {
      const open = [commit];
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        if (broughtBy.has(id) || !parents.has(id)) continue;
        broughtBy.set(id, commit);
        open.push(...(parents.get(id) ?? []));
      }
    }
    return broughtBy;
  }

  /** What the commits along first parents did, the first commit itself included, so that it can be found again. */
  private async fetchWay(from: string, to: string, paths: ReadonlySet<string> | undefined): Promise<Way | undefined> {
    const log = ['log', '--first-parent', '-m', '--raw', '-r', '-z', '-M', '--no-abbrev', '--no-color', '--no-show-signature', '--format=%H %P', `--max-count=${String(LONGEST_WAY + 1)}`];
    const output = await this.run([...log, ...(paths ? ['--full-diff'] : []), '--end-of-options', to, `^${from}^@`, '--', ...(paths ?? [])]);
    const commits = parseRaw(output ?? Buffer.alloc(0));
    if (commits.length === 0 || commits.length > LONGEST_WAY) return undefined;
    const steps = commits.reverse().map(({ id, parents: [parent = ''], files }) => ({ from: parent, to: id, files }));
    return new Way(steps, paths && new Set(paths));
  }

  /** What git printed, also if it gave up on the way (an object is missing in a partial clone); undefined if it said nothing. */
  private async run(args: string[]): Promise<Buffer | undefined> {
    const { program } = this.options;
    return git(this.repository, args, { accept: [0, 128], ...(program ? { program } : {}) }).catch(() => undefined);
  }

  /** Whether a file of the present is as it was when it was last read; false for one that was not there. */
  async isAsRead(path: string): Promise<boolean> {
    const { tree } = this.options;
    const stamp = this.stamps.get(path);
    if (!tree || stamp === undefined) return false;
    const unsaved = tree.unsaved.get(path);
    if (unsaved !== undefined) return stamp === `unsaved ${unsaved}`;
    return stamp === (await stat(join(tree.root, path), { bigint: true }).then(stampOf, () => undefined));
  }

  private async readNow(path: string): Promise<string | undefined> {
    const { tree } = this.options;
    if (!tree) return undefined;
    this.stamps.delete(path);
    const unsaved = tree.unsaved.get(path);
    if (unsaved !== undefined) {
      this.stamps.set(path, `unsaved ${unsaved}`);
      return unsaved;
    }
    try {
      // A link among the files or folders could lead out of the tree; what stands there is not ours to show.
      const [real, root] = await Promise.all([realpath(join(tree.root, path)), (this.realRoot ??= realpath(tree.root))]);
      if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
      const entry = await stat(real, { bigint: true });
      if (!entry.isFile() || entry.size > LARGEST) return undefined;
      const text = decodeAnyText(await readFile(real));
      // Stamped before it was read: what is written meanwhile is another stamp.
      this.stamps.set(path, stampOf(entry));
      return text;
    } catch {
      return tree.head !== undefined && (await this.isKeptOut(path)) ? this.read(tree.head, path) : undefined;
    }
  }

  /** Whether git itself keeps a file out of the tree (a sparse checkout): then it is not gone. */
  private async isKeptOut(path: string): Promise<boolean> {
    return (await this.run(['ls-files', '-t', '-z', '--', path]))?.toString() === `S ${path}\0`;
  }
}

const stampOf = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string => [ino, size, mtimeNs, ctimeNs].join(' ');

function remember<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = map.get(key);
  if (!value) map.set(key, (value = make()));
  return value;
}

const NO_WAY = new Way([]);

const stepsOf = ({ way, first, start }: WayFrom): Step[] => [...(first ? [first] : []), ...way.steps.slice(start)];

/** A change taken back. */
const reversed = ({ from, to, files }: Step): Step => ({
  from: to, to: from, back: true,
  files: files.map(({ before, after }) => ({ ...(after === undefined ? {} : { before: after }), ...(before === undefined ? {} : { after: before }) })),
});

/** Windows takes 32,767 characters. */
function fitsCommandLine(paths: ReadonlySet<string>): boolean {
  let length = 0;
  for (const path of paths) length += path.length + 3;
  return length < 24_000;
}

interface RawCommit {
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
