import { lstat, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { FileChange, LineHistory, Step, Version } from '../core/links/findLine.js';
import { decodeText } from '../core/links/lineText.js';
import { git, ObjectReader, type Repository } from './gitObjects.js';

/** The state that is not committed: the working tree, and what open editors have not saved. */
export const NOW = 'now';

/** Larger files are generated or data; nobody links into them, and comparing them would hold everything up. In bytes. */
const LARGEST = 4 * 1024 * 1024;
/** A longer way is asked for one file at a time: what the other files did along it would cost more than it tells. */
const LONGEST_WAY = 6000;

/**
 * The history of a bare or normal repository for {@link LineFinder}: one `git cat-file --batch` held open for every text, and
 * one `git log` for the way between two commits. Call {@link close} when done.
 */
export class GitLineHistory implements LineHistory {
  private opened: ObjectReader | undefined;
  private readonly ways = new Map<string, Promise<Step[] | 'long' | undefined>>();
  /** the longest ways asked for so far, by where they lead */
  private readonly known = new Map<string, Step[][]>();
  private readonly pathWays = new Map<string, Promise<Step[] | undefined>>();
  private readonly comparisons = new Map<string, Promise<FileChange[] | undefined>>();

  /**
   * @param repository where it is
   * @param options.tree for {@link NOW}: the root of the working tree, the full id of HEAD, and texts of unsaved editors by path
   * @param options.program the git executable
   */
  constructor(private readonly repository: Repository, private readonly options: { tree?: { root: string; head: string | undefined; unsaved: ReadonlyMap<string, string> }; program?: string } = {}) {}

  close(): void {
    this.opened?.close();
    this.opened = undefined;
  }

  /** Forgets what was compared with the working tree. */
  forgetNow(): void {
    for (const map of [this.comparisons, this.pathWays]) for (const key of map.keys()) if (key.includes(` ${NOW}`)) map.delete(key);
  }

  private get objects(): ObjectReader {
    return (this.opened ??= new ObjectReader(this.repository, this.options.program ?? 'git'));
  }

  async read(version: Version, path: string): Promise<string | undefined> {
    if (version === NOW) return this.readNow(path);
    const bytes = await this.objects.read(`${version}:${path}`, LARGEST).catch(() => undefined);
    return bytes && decodeText(bytes);
  }

  async steps(from: Version, to: Version, path: string): Promise<Step[] | undefined> {
    if (to !== NOW) {
      const all = this.partOfLongerWay(from, to) ?? (await remember(this.ways, `${from} ${to}`, () => this.committedSteps(from, to)));
      if (Array.isArray(all)) this.known.set(to, [...(this.known.get(to) ?? []), all].sort((a, b) => b.length - a.length).slice(0, 3));
      return all === 'long' ? remember(this.pathWays, `${from} ${to} ${path}`, () => this.committedSteps(from, to, path)).then((steps) => (steps === 'long' ? undefined : steps)) : all;
    }
    return remember(this.pathWays, `${from} ${to} ${path}`, async () => {
      const head = this.options.tree?.head;
      if (head === undefined) return undefined;
      const [steps, files] = await Promise.all([from === head ? [] : this.steps(from, head, path), this.compare(head, NOW)]);
      return steps && files && [...steps, { from: head, to: NOW, files }];
    });
  }

  compare(from: Version, to: Version): Promise<FileChange[] | undefined> {
    return remember(this.comparisons, `${from} ${to}`, async () => {
      const range = to === NOW ? ['diff', '--raw', '-z', '-M', '--no-abbrev', '--no-ext-diff', '--ignore-submodules', from, '--'] : ['diff-tree', '-r', '--raw', '-z', '-M', '--no-abbrev', from, to, '--'];
      const tree = this.options.tree;
      const [raw, added] = await Promise.all([this.run(range), to === NOW && tree ? this.run(['ls-files', '-z', '--others', '--exclude-standard']) : undefined]);
      if (!raw) return undefined;
      const files = parseRaw(raw)[0]?.files ?? [];
      for (const path of added?.toString().split('\0') ?? []) if (path) files.push({ after: path });
      // What an editor holds unsaved is a change too, though git knows nothing of it.
      if (to === NOW) for (const path of tree?.unsaved.keys() ?? []) if (!files.some(({ after }) => after === path)) files.push({ before: path, after: path });
      return files;
    });
  }

  /** The way along first parents; with a path only the commits that touch it (all that they did, so that renames show). */
  private async committedSteps(from: string, to: string, path?: string): Promise<Step[] | 'long' | undefined> {
    const log = ['log', '--first-parent', '-m', '--raw', '-r', '-z', '-M', '--no-abbrev', '--no-color', '--no-show-signature', '--format=%H %P', `--max-count=${String(LONGEST_WAY + 1)}`];
    const output = await this.run([...log, ...(path === undefined ? [] : ['--full-diff']), '--end-of-options', `${from}..${to}`, '--', ...(path === undefined ? [] : [path])]);
    const commits = parseRaw(output ?? Buffer.alloc(0));
    if (commits.length > LONGEST_WAY) return 'long';
    commits.reverse();
    const [oldest] = commits;
    if (!oldest) return undefined;
    const steps: Step[] = commits.map(({ id, parents: [parent = ''], files }) => ({ from: parent, to: id, files }));
    const [first] = steps;
    // The way may start beside the first parents (in a branch that was merged since): its first step is then a comparison.
    if (first && first.from !== from && path === undefined) {
      if (!(await this.run(['merge-base', '--is-ancestor', from, to]))) return undefined;
      first.files = (await this.compare(from, first.to)) ?? [];
      first.from = from;
    }
    return steps;
  }

  /** What git printed, also if it gave up on the way (an object is missing in a partial clone); undefined if it said nothing. */
  private async run(args: string[]): Promise<Buffer | undefined> {
    const { program } = this.options;
    return git(this.repository, args, { accept: [0, 128], ...(program ? { program } : {}) }).catch(() => undefined);
  }

  /** A way that starts in the middle of one that is known needs no process. */
  private partOfLongerWay(from: string, to: string): Step[] | undefined {
    for (const way of this.known.get(to) ?? []) {
      const start = way.findIndex((step) => step.from === from);
      if (start > 0) return way.slice(start);
    }
    return undefined;
  }

  private async readNow(path: string): Promise<string | undefined> {
    const { tree } = this.options;
    if (!tree) return undefined;
    const unsaved = tree.unsaved.get(path);
    if (unsaved !== undefined) return unsaved;
    const file = join(tree.root, path);
    try {
      const entry = await lstat(file);
      if (!entry.isFile() || entry.size > LARGEST) return undefined;
      // A link among the folders could lead out of the tree; what stands there is not ours to show.
      const [real, root] = await Promise.all([realpath(file), realpath(tree.root)]);
      if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
      return decodeText(await readFile(real));
    } catch {
      return undefined;
    }
  }
}

function remember<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = map.get(key);
  if (!value) map.set(key, (value = make()));
  return value;
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
