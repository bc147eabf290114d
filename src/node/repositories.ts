import { lstat, realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { pathFromBase } from '../core/links/codeLink.js';
import { LineFinder } from '../core/links/findLine.js';
import { GitLineHistory, NOW } from './gitLineHistory.js';
import { git } from './gitObjects.js';

/** One repository and what was read of it, or a folder without git. */
export interface Tree {
  readonly root: string;
  readonly hasGit: boolean;
  /** full id; undefined without git or before the first commit */
  head: string | undefined;
  readonly history: GitLineHistory;
  readonly finder: LineFinder;
}

/**
 * The repository that a folder lies in, and those inside it (submodules). Paths are relative to that folder where they are called
 * links' paths, and to a repository's root elsewhere.
 */
export class Repositories {
  private unsaved: ReadonlyMap<string, string>;
  private readonly inner = new Map<string, Promise<Tree | undefined>>();
  private readonly roots = new Map<string, Promise<string | undefined>>();
  private readonly innerCommits = new Map<string, Promise<string | undefined>>();
  private readonly absent = new Map<string, Promise<boolean>>();
  private opened: Promise<Tree> | undefined;
  private real: Promise<string> | undefined;

  /**
   * @param folder absolute
   * @param options.unsaved texts of editors with unsaved changes, by absolute path
   * @param options.program the git executable; `git: false` for a folder that is not trusted
   */
  constructor(private readonly folder: string, private readonly options: { unsaved?: ReadonlyMap<string, string>; program?: string; git?: boolean }) {
    this.unsaved = options.unsaved ?? new Map();
  }

  /** The git executable, for calls of git. */
  get program(): { program?: string } {
    return this.options.program === undefined ? {} : { program: this.options.program };
  }

  /** The repository around the folder, or the folder itself where there is none. */
  main(): Promise<Tree> {
    return (this.opened ??= (async () => {
      const folder = await this.realFolder();
      const root = this.options.git === false ? undefined : await git({ folder }, ['rev-parse', '--show-toplevel'], this.program).then((out) => out.toString().replace(/\r?\n$/, ''), () => undefined);
      return this.open(root ? await realpath(root) : folder, root !== undefined);
    })());
  }

  /** A link's path as the repository around the folder calls it. */
  async inMain(path: string): Promise<string> {
    const { root } = await this.main();
    return pathFromBase(path, relative(root, await this.realFolder()).split(sep).join('/'));
  }

  /** Which repository a link's path leads into, and what it is called there; undefined where it cannot be opened. */
  async placeOf(path: string): Promise<{ tree: Tree; path: string } | undefined> {
    const main = await this.main();
    const inMain = await this.inMain(path);
    const root = await this.repositoryOf(main.root, inMain);
    if (root === undefined) return { tree: main, path: inMain };
    const tree = await this.treeOf(root);
    return tree && { tree, path: relative(root, join(main.root, inMain)).split(sep).join('/') };
  }

  /** What a repository calls a file, as links call it. */
  async asLinked(tree: Tree | undefined, path: string): Promise<string> {
    const folder = await this.realFolder();
    return relative(folder, join(tree?.root ?? folder, path)).split(sep).join('/');
  }

  /** Which commit of an inner repository the one around it held at one of its own. */
  async innerCommit(tree: Tree, commit: string): Promise<string | undefined> {
    const main = await this.main();
    const path = relative(main.root, tree.root).split(sep).join('/');
    let own = this.innerCommits.get(`${commit}:${path}`);
    if (!own) this.innerCommits.set(`${commit}:${path}`, (own = git({ folder: main.root }, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:${path}`], this.program).then((id) => id.toString().trim() || undefined, () => undefined)));
    return own;
  }

  /** Whether a link's path leads into a submodule that is not checked out, so that its files are not known. */
  async isInAbsentSubmodule(path: string): Promise<boolean> {
    const { root, head } = await this.main();
    const folders = (await this.inMain(path)).split('/').slice(0, -1).map((_, index, all) => all.slice(0, index + 1).join('/'));
    if (head === undefined || folders.length === 0 || folders[0] === '..') return false;
    const key = `${head} ${folders.at(-1) ?? ''}`;
    let absent = this.absent.get(key);
    if (!absent) {
      absent = git({ folder: root }, ['ls-tree', '-z', '--full-tree', head, '--', ...folders], this.program)
        .then((out) => out.toString().split('\0').some((entry) => entry.startsWith('160000 ') && folders.includes(entry.slice(entry.indexOf('\t') + 1))), () => false);
      this.absent.set(key, absent);
    }
    return absent;
  }

  /**
   * The files, editors or HEAD are others than before: what was read of the present is forgotten, the past is kept.
   * @param unsaved texts of editors with unsaved changes, by absolute path; as before if not given
   */
  async changed(unsaved?: ReadonlyMap<string, string>): Promise<void> {
    if (unsaved) this.unsaved = unsaved;
    this.roots.clear();
    for (const opening of [this.opened, ...this.inner.values()]) {
      const tree = await opening;
      if (!tree) continue;
      tree.head = tree.hasGit ? await tree.history.readHead() : undefined;
      tree.history.setNow(tree.head, this.unsavedIn(tree.root));
      await tree.finder.forget(NOW, (path) => tree.history.isAsRead(path));
    }
  }

  close(): void {
    for (const tree of [this.opened, ...this.inner.values()]) void tree?.then((known) => known?.history.close());
  }

  private realFolder(): Promise<string> {
    return (this.real ??= realpath(this.folder));
  }

  /** The submodule (or other repository) in the repository that a file lies in, undefined if there is none. */
  private async repositoryOf(root: string, path: string): Promise<string | undefined> {
    const folder = path.split('/').slice(0, -1).join('/');
    if (folder === '' || folder.startsWith('..')) return undefined;
    let known = this.roots.get(folder);
    if (!known) {
      known = lstat(join(root, folder, '.git')).then(() => join(root, folder), () => this.repositoryOf(root, folder));
      this.roots.set(folder, known);
    }
    return known;
  }

  private treeOf(root: string): Promise<Tree | undefined> {
    let tree = this.inner.get(root);
    if (!tree) this.inner.set(root, (tree = this.open(root, this.options.git !== false)));
    return tree;
  }

  private async open(root: string, hasGit: boolean): Promise<Tree> {
    const unsaved = this.unsavedIn(root);
    const history = new GitLineHistory({ folder: root }, { tree: { root, head: undefined, unsaved }, narrow: true, ...this.program });
    const head = hasGit ? await history.readHead() : undefined;
    history.setNow(head, unsaved);
    return { root, hasGit, head, history, finder: new LineFinder(history) };
  }

  private unsavedIn(root: string): Map<string, string> {
    const unsaved = new Map<string, string>();
    for (const [file, text] of this.unsaved) {
      const path = relative(root, resolve(file)).split(sep).join('/');
      if (!path.startsWith('../')) unsaved.set(path, text);
    }
    return unsaved;
  }
}
