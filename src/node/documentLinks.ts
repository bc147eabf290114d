import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { documentNames } from '../core/checklist.js';
import { pathFromBase } from '../core/links/codeLink.js';
import { lineBetween } from '../core/links/draftLine.js';
import { LineFinder, type FoundLine, type LineQuery } from '../core/links/findLine.js';
import type { Version } from '../core/links/lineHistory.js';
import { stateLinks, type LinkState, type LinkSurroundings } from '../core/links/linkStates.js';
import { decodeAnyText, splitLines } from '../core/links/lineText.js';
import { readLinks, type WrittenLink } from '../core/links/markdownLinks.js';
import { GitLineHistory, NOW } from './gitLineHistory.js';
import { commitOf, git } from './gitObjects.js';
import { whenWritten, type WrittenAt } from './writtenAt.js';

/** A document to check: its path relative to the folder that holds `.claude`, POSIX, and its text. */
export interface DocumentText {
  path: string;
  text: string;
}

/** The five documents and the handoff notes that are there, with their texts; what cannot be read is left out. */
export async function readDocuments(base: string, documentsFolder: string): Promise<DocumentText[]> {
  const notes = await readdir(join(base, documentsFolder, 'handoffs')).catch(() => []);
  const paths = [...documentNames, ...notes.filter((name) => name.endsWith('.md')).sort().map((name) => `handoffs/${name}`)].map((name) => `${documentsFolder}/${name}`);
  const texts = await Promise.all(paths.map(async (path) => {
    const file = join(base, path);
    const entry = await lstat(file).catch(() => undefined);
    if (!entry?.isFile()) return undefined;
    const text = decodeAnyText(await readFile(file));
    return text === undefined ? undefined : { path, text };
  }));
  return texts.filter((document) => document !== undefined);
}

/** So many commits of a file are looked at for the state in which a draft's link was captured: drafts are young. */
const MOST_BASES = 20;

interface Tree {
  root: string;
  hasGit: boolean;
  head: string | undefined;
  history: GitLineHistory;
  finder: LineFinder;
}

/**
 * Checks the links of documents against the working tree, with git where there is one. Holds what it read of the past, so that
 * checking again is cheap; {@link changed} tells it that the present is another. Close it when done.
 */
export class DocumentLinks {
  private unsaved: ReadonlyMap<string, string>;
  private readonly trees = new Map<string, Promise<Tree | undefined>>();
  private readonly roots = new Map<string, Promise<string | undefined>>();
  /** When links were written, by the documents that were asked for, at one HEAD. */
  private readonly written = { head: '', at: new Map<string, Promise<WrittenAt>>() };
  private main: Promise<Tree> | undefined;
  private real: Promise<string> | undefined;
  /** the files that links lead to, and the documents, relative to the repository */
  private readonly paths = new Set<string>();

  /**
   * @param base the folder that holds `.claude`, absolute and real
   * @param options.unsaved texts of editors with unsaved changes, by absolute path
   * @param options.program the git executable; `git: false` for a folder that is not trusted
   */
  constructor(private readonly base: string, private readonly options: { unsaved?: ReadonlyMap<string, string>; program?: string; git?: boolean } = {}) {
    this.unsaved = options.unsaved ?? new Map();
  }

  /** The state of every link of the documents, by document. */
  async check(documents: readonly DocumentText[]): Promise<{ document: DocumentText; states: LinkState[] }[]> {
    for (const document of documents) {
      this.paths.add(await this.inRepository(document.path));
      for (const link of readLinks(document.text, folderOf(document))) if (link.kind === 'titled') this.paths.add(await this.inRepository(link.path));
    }
    const written = (): Promise<WrittenAt> => this.whenWritten(documents);
    return Promise.all(documents.map(async (document) => {
      const states = await stateLinks(readLinks(document.text, folderOf(document)), this.surroundings(document, written));
      return { document, states: await Promise.all(states.map(async (state) => this.fromBase(await this.unlessUnknown(state)))) };
    }));
  }

  /** The states that the lost ones of a check had at an earlier commit: undefined where the document did not have the link. */
  async wasLost(document: DocumentText, state: LinkState, commit: string): Promise<boolean | undefined> {
    const tree = await this.mainTree();
    const before = await tree.history.read(commit, await this.inRepository(document.path));
    const { link } = state;
    if (!before?.includes(document.text.slice(link.span.start, link.span.end))) return undefined;
    const path = await this.inRepository(link.path);
    if (link.kind !== 'titled') {
      const count = await tree.finder.lineCount(commit, path);
      return count === undefined || count < link.line;
    }
    const place = await this.placeOf(link);
    // Another repository's state at that commit is not known: what is lost there now was not lost by a change here.
    if (place && place.tree !== tree) return true;
    return (await tree.finder.find({ path, line: link.line, text: link.text ?? '' }, state.base, commit)).status === 'lost';
  }

  /**
   * The files, editors or HEAD are others than before: what was read of the present is forgotten, the past is kept.
   * @param unsaved texts of editors with unsaved changes, by absolute path; as before if not given
   */
  async changed(unsaved?: ReadonlyMap<string, string>): Promise<void> {
    if (unsaved) this.unsaved = unsaved;
    this.roots.clear();
    for (const opening of [this.main, ...this.trees.values()]) {
      const tree = await opening;
      if (!tree) continue;
      tree.head = tree.hasGit ? await this.headOf(tree.root) : undefined;
      tree.history.setNow(tree.head, this.unsavedIn(tree.root));
      await tree.finder.forget(NOW, (path) => tree.history.isAsRead(path));
    }
  }

  /** The present text of a line: 1-based, its file relative to the folder that holds `.claude`; undefined if there is none. */
  async textNow(path: string, line: number): Promise<string | undefined> {
    const tree = await this.mainTree();
    return tree.finder.textOf(NOW, await this.inRepository(path), line);
  }

  /**
   * Where the line of a draft's link is now: from the latest state in which it stood as it was captured, through changes that are
   * committed and that are not; else by its text and the lines that the draft keeps around it; and `edited` where another line
   * stands between exactly those lines.
   * @param query its path relative to the folder that holds `.claude`
   */
  async locate(query: LineQuery): Promise<FoundLine> {
    const tree = await this.mainTree();
    const asked = { ...query, path: await this.inRepository(query.path) };
    const found = await this.findDraftLine(tree, asked);
    const folder = await this.realBase();
    const named = (file: string): string => relative(folder, join(tree.root, file)).split(sep).join('/');
    return { ...found, ...(found.file === undefined ? {} : { file: named(found.file) }), ...(found.candidates ? { candidates: found.candidates.map((one) => ({ ...one, path: named(one.path) })) } : {}) };
  }

  private async findDraftLine(tree: Tree, asked: LineQuery): Promise<FoundLine> {
    const { finder } = tree;
    // A line that stands where it was captured, alone or between the same lines, needs no history.
    if ((await finder.standsPlainly(asked, NOW)) || (asked.before && asked.after && (await finder.isBase(asked, NOW)))) return { status: 'exact', file: asked.path, line: asked.line, how: 'as it was captured' };
    const base = await this.draftBase(tree, asked);
    const followed = base === undefined ? undefined : await finder.find(asked, base, NOW);
    if (followed?.file !== undefined) return followed;
    const byText = await finder.find(asked, undefined, NOW);
    // Without a base the text tells; with one, a twin that is left could pass for a line that was removed.
    if (byText.file !== undefined && (followed === undefined || byText.how === 'by text and the lines around it')) return byText;
    const text = await tree.history.read(NOW, asked.path);
    const between = text === undefined ? undefined : lineBetween(splitLines(text), asked);
    if (between !== undefined) return { status: 'edited', file: asked.path, line: between, how: 'between the same lines' };
    return followed ?? byText;
  }

  /** The latest commit in which a draft's line stood as it was captured: HEAD, or one that wrote the file or the one before that. */
  private async draftBase(tree: Tree, asked: LineQuery): Promise<string | undefined> {
    if (tree.head === undefined) return undefined;
    if (await tree.finder.isBase(asked, tree.head)) return tree.head;
    const commits = await git({ folder: tree.root }, ['log', `--max-count=${String(MOST_BASES)}`, '--format=%H %P', '--end-of-options', 'HEAD', '--', asked.path], this.program).then((out) => out.toString().split('\n'), () => []);
    for (const commit of new Set(commits.flatMap((line) => line.split(' ')).filter((id) => id !== ''))) if (await tree.finder.isBase(asked, commit)) return commit;
    return undefined;
  }

  close(): void {
    for (const tree of [this.main, ...this.trees.values()]) void tree?.then((known) => known?.history.close());
  }

  /** The full id of a commit of the repository. @throws GitError if there is none */
  async commit(revision: string): Promise<string> {
    return commitOf({ folder: (await this.mainTree()).root }, revision, this.program);
  }

  /** Whether the history was cut when it was cloned, so that older links can be found by their text alone. */
  async isShallow(): Promise<boolean> {
    const { root, hasGit } = await this.mainTree();
    return hasGit && (await git({ folder: root }, ['rev-parse', '--is-shallow-repository'], this.program).then((out) => out.toString().trim() === 'true', () => false));
  }

  private realBase(): Promise<string> {
    return (this.real ??= realpath(this.base));
  }

  private get program(): { program?: string } {
    return this.options.program === undefined ? {} : { program: this.options.program };
  }

  private surroundings(document: DocumentText, written: () => Promise<WrittenAt>): LinkSurroundings {
    const note = /^---\r?\n[\s\S]*?^commit:\s*"?([0-9a-f]{7,64})"?\s*$[\s\S]*?^---\r?$/m.exec(document.text.slice(0, 4000))?.[1];
    return {
      finderOf: async (link) => {
        const place = await this.placeOf(link);
        return place && { finder: place.tree.finder, path: place.path, now: NOW };
      },
      basesOf: (link) => this.basesOf(document, link, note, written),
    };
  }

  /** Where the link's number may be true: the note's commit, the one that wrote the link, later ones of the file, and now. */
  private async *basesOf(document: DocumentText, link: WrittenLink, note: string | undefined, written: () => Promise<WrittenAt>): AsyncGenerator<Version> {
    const main = await this.mainTree();
    const place = await this.placeOf(link);
    if (!place) return;
    if (main.head !== undefined) {
      const source = document.text.slice(link.span.start, link.span.end);
      const commits: string[] = [];
      if (note) {
        const commit = await commitOf({ folder: main.root }, note, this.program).catch(() => undefined);
        if (commit) commits.push(commit);
      }
      // A link that is not committed yet was written on top of HEAD.
      commits.push((await written()).get(await this.inRepository(document.path))?.get(source) ?? main.head);
      const starts = place.tree === main ? commits : await this.submoduleCommits(main, place.tree, commits);
      for (const commit of new Set(starts)) yield commit;
      const [first] = starts;
      if (first !== undefined && place.tree.head !== undefined && first !== place.tree.head) {
        const later = await place.tree.history.way(first, place.tree.head, place.path);
        if (later) yield* later.way.versionsOf(place.path, later.start);
      }
      // What is not committed yet is the latest state; without git nothing says that the number was ever true.
      yield NOW;
    }
  }

  /** Which commits of a submodule the repository around it held at some of its own. */
  private async submoduleCommits(main: Tree, tree: Tree, commits: string[]): Promise<string[]> {
    const path = relative(main.root, tree.root).split(sep).join('/');
    const own = await Promise.all(commits.map((commit) => git({ folder: main.root }, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:${path}`], this.program).then((id) => id.toString().trim(), () => undefined)));
    return own.flatMap((id) => (id ? [id] : []));
  }

  /** When the links of some documents came into them; asked of git again only for another HEAD or other documents. */
  private async whenWritten(documents: readonly DocumentText[]): Promise<WrittenAt> {
    const main = await this.mainTree();
    if (main.head === undefined) return new Map();
    const paths = await Promise.all(documents.map(({ path }) => this.inRepository(path)));
    if (this.written.head !== main.head) {
      this.written.head = main.head;
      this.written.at.clear();
    }
    const key = paths.join('\0');
    let at = this.written.at.get(key);
    if (!at) this.written.at.set(key, (at = whenWritten({ folder: main.root }, paths, (lines) => readLinks(lines, '').map(({ span }) => lines.slice(span.start, span.end)), this.program)));
    return at;
  }

  private async placeOf(link: WrittenLink): Promise<{ tree: Tree; path: string } | undefined> {
    const main = await this.mainTree();
    const inMain = await this.inRepository(link.path);
    const root = await this.repositoryOf(main.root, inMain);
    if (root === undefined) return { tree: main, path: inMain };
    const tree = await this.treeOf(root);
    return tree && { tree, path: relative(root, join(main.root, inMain)).split(sep).join('/') };
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

  /** A file of a submodule that is not checked out is not known, and so not lost. */
  private async unlessUnknown(state: LinkState): Promise<LinkState> {
    const { root, head } = await this.mainTree();
    if (state.status !== 'lost' || state.how !== 'no such file' || head === undefined) return state;
    const folders = (await this.inRepository(state.link.path)).split('/').slice(0, -1).map((_, index, all) => all.slice(0, index + 1).join('/'));
    if (folders.length === 0 || folders[0] === '..') return state;
    const entries = await git({ folder: root }, ['ls-tree', '-z', '--full-tree', head, '--', ...folders], this.program).then((out) => out.toString().split('\0'), () => []);
    return entries.some((entry) => entry.startsWith('160000 ') && folders.includes(entry.slice(entry.indexOf('\t') + 1))) ? { ...state, status: 'ambiguous', how: 'its submodule is not checked out' } : state;
  }

  private treeOf(root: string): Promise<Tree | undefined> {
    let tree = this.trees.get(root);
    if (!tree) this.trees.set(root, (tree = this.openTree(root, false)));
    return tree;
  }

  private mainTree(): Promise<Tree> {
    return (this.main ??= (async () => {
      const base = await this.realBase();
      const root = this.options.git === false ? undefined : await git({ folder: base }, ['rev-parse', '--show-toplevel'], this.program).then((out) => out.toString().replace(/\r?\n$/, ''), () => undefined);
      return this.openTree(root ? await realpath(root) : base, true, root !== undefined);
    })());
  }

  private async openTree(root: string, isMain: boolean, hasGit = this.options.git !== false): Promise<Tree> {
    const head = hasGit ? await this.headOf(root) : undefined;
    const history = new GitLineHistory({ folder: root }, { tree: { root, head, unsaved: this.unsavedIn(root) }, ...(isMain ? { paths: this.paths } : {}), ...this.program });
    return { root, hasGit, head, history, finder: new LineFinder(history) };
  }

  private headOf(root: string): Promise<string | undefined> {
    return commitOf({ folder: root }, 'HEAD', this.program).catch(() => undefined);
  }

  private unsavedIn(root: string): Map<string, string> {
    const unsaved = new Map<string, string>();
    for (const [file, text] of this.unsaved) {
      const path = relative(root, resolve(file)).split(sep).join('/');
      if (!path.startsWith('../')) unsaved.set(path, text);
    }
    return unsaved;
  }

  /** A path relative to the folder that holds `.claude` as one relative to the repository. */
  private async inRepository(path: string): Promise<string> {
    const { root } = await this.mainTree();
    return pathFromBase(path, relative(root, await this.realBase()).split(sep).join('/'));
  }

  /** What a repository calls its files, as the links call them. */
  private async fromBase(state: LinkState): Promise<LinkState> {
    const place = await this.placeOf(state.link);
    const base = await this.realBase();
    const named = (path: string): string => relative(base, join(place?.tree.root ?? base, path)).split(sep).join('/');
    return {
      ...state,
      ...(state.file === undefined ? {} : { file: named(state.file) }),
      ...(state.candidates ? { candidates: state.candidates.map(({ path, line }) => ({ path: named(path), line })) } : {}),
    };
  }
}

function folderOf({ path }: DocumentText): string {
  return path.split('/').slice(0, -1).join('/');
}
