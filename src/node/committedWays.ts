import { Way, type FileChange, type Step, type WayFrom } from '../core/links/lineHistory.js';
import { parseRaw, type RawCommit } from './rawChanges.js';

/** What walking a history asks of git. */
export interface WalkedRepository {
  /** What git printed, and whether it said that it is not all (an object is missing in a partial clone); undefined if it could not be run. */
  run(args: string[]): Promise<{ readonly out: Buffer; readonly failed: boolean } | undefined>;
  /** The files that differ between two commits. */
  compare(from: string, to: string): Promise<FileChange[] | undefined>;
  /** When a commit was made, in seconds; undefined if there is none. */
  madeAt(commit: string): Promise<number | undefined>;
}

/** A longer way (in commits) is not followed: the two states are compared at once instead. */
const LONGEST_WAY = 60_000;
/** So many files of one search may be asked for alone, each at the cost of a walk; from then on walks over all files answer, and not many of them. */
const MOST_ALONE = 4;
const MOST_WALKS = 8;
/** So often names that a file took on the way are looked for in a walk of their own, before all files are. */
const MOST_RENAMES = 3;
/** So many commits with missing files are gone around; behind them renames of edited files are not known. */
const MOST_STOPS = 8;

/** More new commits are not joined to what was known before them, and more ways are not: they are walked anew when they are asked for. */
const MOST_LATER = 5_000;
const MOST_GROWN = 8;

/** Where a commit that is not listed on a way is joined to it. */
export interface Join {
  /** the first step to take from there */
  readonly start: number;
  /** the commit along first parents that brought it in, and what differs between the two; absent: it is one of those itself */
  readonly broughtBy?: { readonly commit: string; readonly files: FileChange[] };
}

/** The commits along first parents after (and with) `since`, and what they did. */
export interface Walk {
  readonly since: string;
  readonly way: Way;
  /** by commit; where they are joined stays true when the way grows */
  readonly joins: Map<string, Join>;
}

/** How the commits of a walk lie to one another. */
interface Order {
  /** of the commits along first parents, from the oldest */
  readonly position: ReadonlyMap<string, number>;
  /** the commit along first parents with which a commit came in; those commits name themselves */
  readonly broughtBy: ReadonlyMap<string, string>;
}

/** The ways between commits of one repository: each walked once, for as many files as are known to be asked for. */
export class CommittedWays {
  private readonly walks = new Map<string, Walk[]>();
  private readonly walked = new Map<string, Promise<void>>();
  private readonly orders = new Map<string, Promise<Order>>();
  private readonly knownOrders = new Map<string, Order>();
  private readonly bases = new Map<string, Promise<string>>();
  private readonly prepared = new Set<string>();
  private readonly grown = new Map<string, Promise<void>>();
  /** the end of the ways that were walked last */
  private latest: string | undefined;
  private oldest: { from: string; at: number } | undefined;
  private unprepared = 0;

  /**
   * @param narrow whether changes that touch none of the files that were asked for are left out, which a long history answers in
   *   half the time and a tenth of the memory
   */
  constructor(private readonly repository: WalkedRepository, private readonly narrow: boolean) {}

  /**
   * Tells that the ways from some commits to one will be asked for, so that one walk serves them all.
   * @param beside files that most of those commits touched, which lets them be found on the way
   */
  async prepare(to: string, starts: readonly { from: string; path: string }[], beside: Iterable<string>): Promise<void> {
    await this.grow(to);
    const missing: { from: string; path: string }[] = [];
    for (const start of starts) if (start.from !== to && !this.cut(start.from, to, start.path) && !(await this.cutByOrder(start.from, to, start.path, true))) missing.push(start);
    if (missing.length === 0) return;
    const paths = new Set([...missing.map(({ path }) => path), ...beside]);
    for (const path of paths) this.prepared.add(path);
    // The rest lies on the way from the oldest, as a rule; what does not is walked to when it is asked for.
    const oldest = await this.oldestOf(missing.map(({ from }) => from));
    if (!oldest) return;
    if (!this.oldest || oldest.at < this.oldest.at) this.oldest = oldest;
    await this.walk(oldest.from, to, this.narrow ? paths : undefined);
  }

  /** The ways to a commit that are known by now. */
  known(to: string): readonly Walk[] {
    return this.walks.get(to) ?? [];
  }

  /** Takes up ways to a commit that were known before. */
  recall(to: string, walks: readonly Walk[]): void {
    if (walks.length === 0 || this.walks.has(to)) return;
    this.walks.set(to, [...walks]);
    this.latest = to;
  }

  /** Another search begins: files may be asked for alone again. */
  beginSearch(): void {
    this.unprepared = 0;
  }

  private async oldestOf(commits: readonly string[]): Promise<{ from: string; at: number } | undefined> {
    let oldest: { from: string; at: number } | undefined;
    for (const from of new Set(commits)) {
      const at = await this.repository.madeAt(from);
      if (at !== undefined && (!oldest || at < oldest.at)) oldest = { from, at };
    }
    return oldest;
  }

  /** The way between two commits: forward, or where the later does not follow from the earlier, back to what both have in common and on from there. */
  async between(from: string, to: string, path: string): Promise<WayFrom | undefined> {
    return (await this.forward(from, to, path)) ?? this.overBase(from, to, path);
  }

  /** Another branch, or an older state: every change since the common commit is taken back, then those of the other side are made. */
  private async overBase(from: string, to: string, path: string): Promise<WayFrom | undefined> {
    const base = await remember(this.bases, `${from} ${to}`, async () => (await this.repository.run(['merge-base', '--end-of-options', from, to]))?.out.toString().split('\n')[0] ?? '');
    if (base === '' || base === from) return undefined;
    const back = await this.forward(base, from, path);
    const on = await this.forward(base, to, path);
    if (!back || !on) return undefined;
    const steps = [...stepsOf(back).reverse().map(reversed), ...stepsOf(on)];
    const known = [back, on].filter(({ way }) => way !== NO_WAY).map(({ way }) => way.paths);
    const paths = known.every((one) => one === undefined) ? undefined : new Set([path]);
    return { way: new Way(steps, paths), start: 0 };
  }

  /** The way along first parents, cut out of one that is known where that is possible. */
  private async forward(from: string, to: string, path: string): Promise<WayFrom | undefined> {
    if (from === to) return { way: NO_WAY, start: 0 };
    await this.grow(to);
    const known = this.cut(from, to, path) ?? (await this.cutByOrder(from, to, path, true)) ?? (await this.cutByOrder(from, to, path, false));
    if (known) return known;
    if (!this.narrow) await this.walk(from, to, undefined);
    else if (this.prepared.has(path)) await this.walk(from, to, this.prepared);
    else if (this.unprepared++ < MOST_ALONE) await this.walk(from, to, new Set([path]));
    else if (this.unprepared <= MOST_WALKS) await this.walk((await this.oldestOf([from, ...(this.oldest ? [this.oldest.from] : [])]))?.from ?? from, to, undefined);
    return this.cut(from, to, path) ?? this.cutByOrder(from, to, path, false);
  }

  /** The part of a known way that begins at a commit which is listed on it. */
  private cut(from: string, to: string, path: string): WayFrom | undefined {
    for (const { way, joins } of this.known(to)) {
      if (way.paths && !way.paths.has(path)) continue;
      const at = way.indexOf(from);
      if (at !== undefined) return { way, start: at + 1 };
      const join = joins.get(from);
      if (join) return joined(way, from, join);
    }
    return undefined;
  }

  /**
   * The part of a known way that begins at a commit which is not listed on it: one along first parents that touched none of the
   * files, or one beside them, which is joined to the way at the merge that brought it in.
   */
  private async cutByOrder(from: string, to: string, path: string, onlyIfKnown: boolean): Promise<WayFrom | undefined> {
    for (const { since, way, joins } of this.known(to)) {
      if (way.paths && !way.paths.has(path)) continue;
      const order = onlyIfKnown ? this.knownOrders.get(`${since} ${to}`) : await this.orderOf(since, to);
      const by = order?.broughtBy.get(from);
      const position = by === undefined ? undefined : order?.position.get(by);
      if (!order || by === undefined || position === undefined) continue;
      const at = way.steps.findIndex((step) => (order.position.get(step.to) ?? Infinity) > position);
      const start = at < 0 ? way.steps.length : at;
      const files = by === from ? undefined : await this.repository.compare(from, by);
      if (by !== from && !files) continue;
      const join = { start, ...(files ? { broughtBy: { commit: by, files } } : {}) };
      joins.set(from, join);
      return joined(way, from, join);
    }
    return undefined;
  }

  private orderOf(since: string, to: string): Promise<Order> {
    const key = `${since} ${to}`;
    return remember(this.orders, key, async () => {
      const parents = new Map<string, string[]>();
      for (const line of (await this.repository.run(['rev-list', '--parents', '--end-of-options', to, `^${since}^@`]))?.out.toString().split('\n') ?? []) {
        const [id, ...rest] = line.split(' ');
        if (id) parents.set(id, rest);
      }
      const chain: string[] = [];
      for (let id: string | undefined = to; id !== undefined && parents.has(id); id = parents.get(id)?.[0]) chain.push(id);
      chain.reverse();
      const broughtBy = new Map<string, string>();
      for (const commit of chain) {
        const open = [commit];
        for (let id = open.pop(); id !== undefined; id = open.pop()) {
          if (broughtBy.has(id) || !parents.has(id)) continue;
          broughtBy.set(id, commit);
          open.push(...(parents.get(id) ?? []));
        }
      }
      const order = { position: new Map(chain.map((id, position) => [id, position])), broughtBy };
      this.knownOrders.set(key, order);
      return order;
    });
  }

  /** Walks along first parents, once for the same ends and files. */
  private walk(since: string, to: string, paths: ReadonlySet<string> | undefined): Promise<void> {
    return remember(this.walked, `${since} ${to} ${paths ? [...paths].sort().join('\0') : ''}`, async () => {
      const way = await this.wholeWay(`${since}^@`, to, paths);
      if (!way) return;
      this.latest = to;
      this.walks.set(to, [...this.known(to), { since, way, joins: new Map() }]);
    });
  }

  /** Makes the ways to a commit out of those that were known before it, and of the commits since: only these are walked. */
  private grow(to: string): Promise<void> {
    return remember(this.grown, to, async () => {
      const { latest } = this;
      // Whoever asks for all files asks from and to anywhere, where a way of its own costs less than all the others that would grow.
      if (!this.narrow || latest === undefined || latest === to || this.walks.has(to) || !(await this.follows(latest, to))) return;
      const walks = await Promise.all(this.known(latest).slice(-MOST_GROWN).map(async ({ since, way, joins }): Promise<Walk | undefined> => {
        const later = (await this.wholeWay(latest, to, way.paths))?.steps;
        return later && way.steps.length + later.length <= LONGEST_WAY ? { since, way: new Way([...way.steps, ...later], way.paths), joins: new Map(joins) } : undefined;
      }));
      const known = walks.filter((walk) => walk !== undefined);
      if (known.length === 0) return;
      this.walks.set(to, [...known, ...this.known(to)]);
      this.latest = to;
    });
  }

  /** Whether a commit comes after another along first parents, not too far from it. */
  private async follows(before: string, to: string): Promise<boolean> {
    const found = await this.repository.run(['rev-list', '--first-parent', '--parents', `--max-count=${String(MOST_LATER + 1)}`, '--end-of-options', to, `^${before}`]);
    const lines = found?.out.toString().trim().split('\n') ?? [];
    return found?.failed === false && lines.length <= MOST_LATER && lines.at(-1)?.split(' ')[1] === before;
  }

  /** The way that is whole for some files: walked once more where one took other names on it. @param excluded whose ancestors are not walked */
  private async wholeWay(excluded: string, to: string, paths: ReadonlySet<string> | undefined): Promise<Way | undefined> {
    for (let names = paths, walks = 0; ; walks++) {
      const limits = names && walks <= MOST_RENAMES && fitsCommandLine(names) ? names : undefined;
      const way = await this.fetch(excluded, to, limits);
      const all = way && limits && withLaterNames(way, limits);
      if (!all || all.size === limits.size) return way;
      names = all;
    }
  }

  /** What the commits along first parents did, the first commit itself included where it touched one of the files; undefined if that is not known for all of them. @param excluded whose ancestors are not walked */
  private async fetch(excluded: string, to: string, paths: ReadonlySet<string> | undefined): Promise<Way | undefined> {
    const found = await this.log(excluded, to, paths, '-M');
    const commits = found.failed ? await this.fetchAround(excluded, to, paths, found.commits) : found.commits;
    if (!commits || commits.length > LONGEST_WAY) return undefined;
    const steps = [...commits].reverse().map(({ id, parents: [parent = ''], files }): Step => ({ from: parent, to: id, files }));
    return new Way(steps, paths && new Set(paths));
  }

  /**
   * A file that is missing (in a partial clone) ends git where it would be compared with others for a rename: at that commit only
   * renames of unchanged files are known, which needs no file, and git goes on behind it.
   * @param begun what git said before it ended
   */
  private async fetchAround(excluded: string, to: string, paths: ReadonlySet<string> | undefined, begun: readonly RawCommit[]): Promise<RawCommit[] | undefined> {
    const plain = await this.log(excluded, to, paths, '-M100%');
    if (plain.failed) return undefined;
    const known = new Map(begun.map((commit) => [commit.id, commit]));
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      const stopped = plain.commits.find(({ id }) => !known.has(id));
      const before = stopped?.parents[0];
      if (!stopped || before === undefined) break;
      known.set(stopped.id, stopped);
      const rest = await this.log(excluded, before, paths, '-M');
      for (const commit of rest.commits) known.set(commit.id, commit);
      if (!rest.failed) break;
    }
    return plain.commits.map((commit) => known.get(commit.id) ?? commit);
  }

  /** The commits along first parents, newest first. */
  private async log(excluded: string, to: string, paths: ReadonlySet<string> | undefined, renames: '-M' | '-M100%'): Promise<{ commits: RawCommit[]; failed: boolean }> {
    const options = ['--first-parent', '-m', '--raw', '-r', '-z', renames, '--no-abbrev', '--no-color', '--no-show-signature', '--format=%H %P', `--max-count=${String(LONGEST_WAY + 1)}`];
    const output = await this.repository.run(['log', ...options, ...(paths ? ['--full-diff'] : []), '--end-of-options', to, `^${excluded}`, '--', ...(paths ?? [])]);
    return { commits: parseRaw(output?.out ?? Buffer.alloc(0)), failed: output?.failed !== false };
  }
}

/** The way that leads nowhere. */
export const NO_WAY = new Way([]);

const joined = (way: Way, from: string, { start, broughtBy }: Join): WayFrom => ({ way, start, ...(broughtBy ? { first: { from, to: broughtBy.commit, files: broughtBy.files } } : {}) });

const stepsOf = ({ way, first, start }: WayFrom): Step[] => [...(first ? [first] : []), ...way.steps.slice(start)];

/** A change taken back. */
const reversed = ({ from, to, files }: Step): Step => ({
  from: to, to: from, back: true,
  files: files.map(({ before, after }) => ({ ...(after === undefined ? {} : { before: after }), ...(before === undefined ? {} : { after: before }) })),
});

/** The files of a way and the names that they took on it. */
function withLaterNames({ steps }: Way, paths: ReadonlySet<string>): Set<string> {
  const names = new Set(paths);
  for (const { files } of steps) for (const { before, after } of files) if (before !== undefined && after !== undefined && names.has(before)) names.add(after);
  return names;
}

/** Windows takes 32,767 characters. */
function fitsCommandLine(paths: ReadonlySet<string>): boolean {
  let length = 0;
  for (const path of paths) length += path.length + 3;
  return length < 24_000;
}

/** The value of a key, made once. */
export function remember<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = map.get(key);
  if (!value) map.set(key, (value = make()));
  return value;
}
