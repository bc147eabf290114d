import type { FileChange, LineHistory, Version, WayFrom } from '../core/links/lineHistory.js';
import { Way } from '../core/links/lineHistory.js';
import { decodeAnyText } from '../core/links/lineText.js';
import { pairRenames, type WholeFile } from '../core/links/renames.js';
import { CommittedWays, NO_WAY, remember, type Walk } from './committedWays.js';
import { gitOutput, ObjectReader, type Repository } from './gitObjects.js';
import { LARGEST_FILE, PresentFiles } from './presentFiles.js';
import { parseRaw } from './rawChanges.js';

/** The state that is not committed: the working tree, and what open editors have not saved. */
export const NOW = 'now';

/** More removed or untracked files are not compared for renames. */
const MOST_PAIRED = 200;

/**
 * The history of a bare or normal repository for {@link LineFinder}: one `git cat-file --batch` held open for every text, and
 * as few `git log` as possible for the ways between commits. Call {@link close} when done.
 */
export class GitLineHistory implements LineHistory {
  private opened: ObjectReader | undefined;
  private readonly ways: CommittedWays;
  private readonly withNow = new Map<Way, Way>();
  private readonly comparisons = new Map<string, Promise<FileChange[] | undefined>>();
  private readonly present: PresentFiles | undefined;
  private head: string | undefined;

  /**
   * @param repository where it is
   * @param options.tree for {@link NOW}: the root of the working tree, the full id of HEAD, and texts of unsaved editors by path
   * @param options.narrow whether the files that are asked for are few: then changes that touch none of them are left out
   * @param options.program the git executable
   */
  constructor(private readonly repository: Repository, private readonly options: { tree?: { root: string; head: string | undefined; unsaved: ReadonlyMap<string, string> }; narrow?: boolean; program?: string } = {}) {
    const { tree } = options;
    this.present = tree && new PresentFiles(tree.root, tree.unsaved);
    this.head = tree?.head;
    this.ways = new CommittedWays({ run: (args) => this.run(args), compare: (from, to) => this.compare(from, to), madeAt: (commit) => this.madeAt(commit) }, options.narrow === true);
  }

  close(): void {
    this.opened?.close();
    this.opened = undefined;
  }

  /** The full id of HEAD's commit, read anew; undefined before the first one. */
  async readHead(): Promise<string | undefined> {
    const ask = (): Promise<string | undefined> => this.objects.idOf('HEAD^{commit}');
    return ask().catch(() => {
      // The process that was held open has ended: another takes its place.
      this.close();
      return ask().catch(() => undefined);
    });
  }

  /** The present is another: HEAD, the files or the unsaved texts changed. What is known of the past stays. */
  setNow(head: string | undefined, unsaved: ReadonlyMap<string, string>): void {
    this.head = head;
    if (this.present) this.present.unsaved = unsaved;
    this.ways.beginSearch();
    this.withNow.clear();
    for (const key of this.comparisons.keys()) if (key.endsWith(` ${NOW}`)) this.comparisons.delete(key);
  }

  /** The ways to a commit that are known by now, for {@link recall} at another time. */
  known(to: string): readonly Walk[] {
    return this.ways.known(to);
  }

  /** Takes up ways to a commit that were known before. */
  recall(to: string, walks: readonly Walk[]): void {
    this.ways.recall(to, walks);
  }

  async read(version: Version, path: string): Promise<string | undefined> {
    if (version !== NOW) {
      const bytes = await this.objects.read(`${version}:${path}`, LARGEST_FILE).catch(() => undefined);
      return bytes && decodeAnyText(bytes);
    }
    const now = await this.present?.read(path);
    if (now !== 'unread') return now?.text;
    return this.head !== undefined && (await this.isKeptOut(path)) ? this.read(this.head, path) : undefined;
  }

  /** Whether a file of the present is as it was when it was last read; false for one that was not there. */
  async isAsRead(path: string): Promise<boolean> {
    return this.present !== undefined && this.present.isAsRead(path);
  }

  /**
   * Tells which ways to {@link NOW} or a commit will be asked for, so that one walk serves them all.
   * @param beside files that most of those commits touched
   */
  async prepare(to: Version, starts: readonly { from: Version; path: string }[], beside: Iterable<string>): Promise<void> {
    const end = to === NOW ? this.head : to;
    if (end === undefined) return;
    await Promise.all([this.ways.prepare(end, starts.filter(({ from }) => from !== NOW), beside), ...(to === NOW ? [this.compare(end, NOW)] : [])]);
  }

  async way(from: Version, to: Version, path: string): Promise<WayFrom | undefined> {
    if (to !== NOW) return this.ways.between(from, to, path);
    const { head } = this;
    if (head === undefined) return undefined;
    const [committed, files] = await Promise.all([from === head ? { way: NO_WAY, start: 0 } : this.ways.between(from, head, path), this.compare(head, NOW)]);
    if (!committed || !files) return undefined;
    let way = this.withNow.get(committed.way);
    if (!way) this.withNow.set(committed.way, (way = new Way([...committed.way.steps, { from: head, to: NOW, files }], committed.way.paths)));
    return { ...committed, way };
  }

  compare(from: Version, to: Version): Promise<FileChange[] | undefined> {
    return remember(this.comparisons, `${from} ${to}`, async () => {
      const range = (renames: string): string[] => (to === NOW ? ['diff', '--raw', '-z', renames, '--no-abbrev', '--no-ext-diff', '--ignore-submodules', from, '--'] : ['diff-tree', '-r', '--raw', '-z', renames, '--no-abbrev', from, to, '--']);
      const present = to === NOW ? this.present : undefined;
      const [compared, added] = await Promise.all([this.run(range('-M')), present ? this.run(['ls-files', '-z', '--others', '--exclude-standard']) : undefined]);
      // A file that is missing (in a partial clone) cannot be compared for a rename; renames of unchanged files need none.
      const raw = compared?.failed ? await this.run(range('-M100%')) : compared;
      if (!raw || raw.failed) return undefined;
      const files = parseRaw(raw.out)[0]?.files ?? [];
      if (added) await this.addUntracked(files, from, added.out.toString().split('\0').filter((path) => path !== ''));
      // What an editor holds unsaved is a change too, though git knows nothing of it.
      for (const path of present?.unsaved.keys() ?? []) if (!files.some(({ after }) => after === path)) files.push({ before: path, after: path });
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

  private get objects(): ObjectReader {
    return (this.opened ??= new ObjectReader(this.repository, this.options.program ?? 'git'));
  }

  private async madeAt(commit: string): Promise<number | undefined> {
    const object = await this.objects.read(commit).catch(() => undefined);
    const at = /^committer .* (\d+) [+-]\d{4}$/m.exec(object?.toString() ?? '')?.[1];
    return at === undefined ? undefined : Number(at);
  }

  private async run(args: string[]): Promise<{ out: Buffer; failed: boolean } | undefined> {
    const { program } = this.options;
    return gitOutput(this.repository, args, program ? { program } : {}).then(({ out, code }) => ({ out, failed: code !== 0 }), () => undefined);
  }

  /** Whether git itself keeps a file out of the tree (a sparse checkout): then it is not gone. */
  private async isKeptOut(path: string): Promise<boolean> {
    return (await this.run(['ls-files', '-t', '-z', '--', path]))?.out.toString() === `S ${path}\0`;
  }
}
