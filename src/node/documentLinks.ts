import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentNames } from '../core/checklist.js';
import type { FoundLine, LineQuery } from '../core/links/findLine.js';
import { stateLinks, type LinkState } from '../core/links/linkStates.js';
import { decodeAnyText } from '../core/links/lineText.js';
import { readLinks, type WrittenLink } from '../core/links/markdownLinks.js';
import { locateDraftLine } from './draftLines.js';
import { NOW, type GitLineHistory } from './gitLineHistory.js';
import { commitOf, git } from './gitObjects.js';
import type { HistoryMemory } from './historyMemory.js';
import { LinkOrigins, sourceOf, type DocumentText } from './linkOrigins.js';
import { LinksWritten } from './linksWritten.js';
import { Repositories, type Tree } from './repositories.js';

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

/**
 * Checks the links of documents against the working tree, with git where there is one. Holds what it read of the past, so that
 * checking again is cheap; {@link changed} tells it that the present is another. Close it when done.
 */
export class DocumentLinks {
  private readonly repositories: Repositories;
  private readonly written: LinksWritten;
  private recalled = false;
  /** how much was known when it was remembered */
  private remembered = '';

  /**
   * @param base the folder that holds `.claude`, absolute and real
   * @param options.unsaved texts of editors with unsaved changes, by absolute path
   * @param options.program the git executable; `git: false` for a folder that is not trusted
   * @param options.memory where what is read of long histories is remembered
   */
  constructor(base: string, private readonly options: { unsaved?: ReadonlyMap<string, string>; program?: string; git?: boolean; memory?: HistoryMemory } = {}) {
    this.repositories = new Repositories(base, options);
    this.written = new LinksWritten(this.repositories.program);
  }

  /** The state of every link of the documents, by document. */
  async check(documents: readonly DocumentText[]): Promise<{ document: DocumentText; states: LinkState[] }[]> {
    const sources = documents.map((document) => ({ document, links: readLinks(document.text, folderOf(document)) }));
    const documentOf = new Map(sources.flatMap(({ document, links }) => links.map((link) => [link, document] as const)));
    const states = await this.statesOf(documentOf);
    const byDocument = new Map<DocumentText, LinkState[]>(documents.map((document) => [document, []]));
    for (const state of await Promise.all(states.map(async (one) => this.asLinked(await this.unlessUnknown(one))))) {
      const document = documentOf.get(state.link);
      if (document) byDocument.get(document)?.push(state);
    }
    return [...byDocument].map(([document, checked]) => ({ document, states: checked }));
  }

  private async statesOf(documentOf: ReadonlyMap<WrittenLink, DocumentText>): Promise<LinkState[]> {
    const { root, head, history } = await this.repositories.main();
    if (head === undefined) return stateLinks([...documentOf.keys()], new LinkOrigins(this.repositories, this.written, documentOf));
    const began = performance.now();
    this.recall(root, history);
    const titled = new Set([...documentOf].flatMap(([{ kind }, { path }]) => (kind === 'titled' ? [path] : [])));
    // As a rule at least one of them has moved, and git needs a while to tell since when it is there.
    if (titled.size > 0) this.written.readAhead(root, head, await Promise.all([...titled].map((path) => this.repositories.inMain(path))));
    try {
      return await stateLinks([...documentOf.keys()], new LinkOrigins(this.repositories, this.written, documentOf));
    } finally {
      this.written.endAhead();
      this.remember(root, head, history, performance.now() - began);
    }
  }

  private remember(root: string, head: string, history: GitLineHistory, took: number): void {
    const { memory } = this.options;
    if (!memory || took < memory.worthwhile) return;
    const { head: linksHead, known: links } = this.written.memory;
    const walks = history.known(head);
    const known = [head, ...[...links.values()].map(({ size }) => size), ...walks.map(({ way, joins }) => `${String(way.steps.length)}+${String(joins.size)}`)].join(' ');
    if (linksHead !== head || known === this.remembered) return;
    this.remembered = known;
    memory.remember(root, { head, links, walks });
  }

  private recall(root: string, history: GitLineHistory): void {
    if (this.recalled) return;
    this.recalled = true;
    const known = this.options.memory?.recall(root);
    if (!known) return;
    this.written.recall(known.head, known.links);
    history.recall(known.head, known.walks);
  }

  /**
   * Which of the links that are lost now had been lost, or were not there yet (`undefined`), at an earlier commit; in the order that they are given in.
   * @param lost as {@link check} gave them
   */
  async wereLost(lost: readonly { document: DocumentText; state: LinkState }[], commit: string): Promise<(boolean | undefined)[]> {
    const main = await this.repositories.main();
    const places = await Promise.all(lost.map(({ state }) => this.repositories.placeOf(state.link.path)));
    const starts = lost.flatMap(({ state }, index) => {
      const place = places[index];
      return state.base !== undefined && state.base !== NOW && place?.tree === main ? [{ from: state.base, path: place.path }] : [];
    });
    await main.history.prepare(commit, starts, await Promise.all([...new Set(lost.map(({ document }) => document.path))].map((path) => this.repositories.inMain(path))));
    const before: (boolean | undefined)[] = [];
    for (const [index, { document, state }] of lost.entries()) before.push(await this.wasLost(document, state, places[index]?.tree, commit));
    return before;
  }

  private async wasLost(document: DocumentText, { link, base }: LinkState, tree: Tree | undefined, commit: string): Promise<boolean | undefined> {
    const main = await this.repositories.main();
    const before = await main.history.read(commit, await this.repositories.inMain(document.path));
    if (!before?.includes(sourceOf(document, link))) return undefined;
    const path = await this.repositories.inMain(link.path);
    if (link.kind !== 'titled') {
      const count = await main.finder.lineCount(commit, path);
      return count === undefined || count < link.line;
    }
    // Another repository's state at that commit is not known: what is lost there now was not lost by a change here.
    if (tree && tree !== main) return true;
    return (await main.finder.find({ path, line: link.line, text: link.text ?? '' }, base, commit)).status === 'lost';
  }

  /**
   * The files, editors or HEAD are others than before: what was read of the present is forgotten, the past is kept.
   * @param unsaved texts of editors with unsaved changes, by absolute path; as before if not given
   */
  changed(unsaved?: ReadonlyMap<string, string>): Promise<void> {
    return this.repositories.changed(unsaved);
  }

  /** The present text of a line: 1-based, its file relative to the folder that holds `.claude`; undefined if there is none. */
  async textNow(path: string, line: number): Promise<string | undefined> {
    const { finder } = await this.repositories.main();
    return finder.textOf(NOW, await this.repositories.inMain(path), line);
  }

  /** Where the line of a draft's link is now; see {@link locateDraftLine}. */
  locate(query: LineQuery): Promise<FoundLine> {
    return locateDraftLine(this.repositories, query);
  }

  close(): void {
    this.repositories.close();
  }

  /** The full id of a commit of the repository. @throws GitError if there is none */
  async commit(revision: string): Promise<string> {
    return commitOf({ folder: (await this.repositories.main()).root }, revision, this.repositories.program);
  }

  /** Whether the history was cut when it was cloned, so that older links can be found by their text alone. */
  async isShallow(): Promise<boolean> {
    const { root, hasGit } = await this.repositories.main();
    return hasGit && (await git({ folder: root }, ['rev-parse', '--is-shallow-repository'], this.repositories.program).then((out) => out.toString().trim() === 'true', () => false));
  }

  /** A file of a submodule that is not checked out is not known, and so not lost. */
  private async unlessUnknown(state: LinkState): Promise<LinkState> {
    if (state.status !== 'lost' || state.how !== 'no such file' || !(await this.repositories.isInAbsentSubmodule(state.link.path))) return state;
    return { ...state, status: 'ambiguous', how: 'its submodule is not checked out' };
  }

  /** What a repository calls its files, as the links call them. */
  private async asLinked(state: LinkState): Promise<LinkState> {
    const tree = (await this.repositories.placeOf(state.link.path))?.tree;
    return {
      ...state,
      ...(state.file === undefined ? {} : { file: await this.repositories.asLinked(tree, state.file) }),
      ...(state.candidates ? { candidates: await Promise.all(state.candidates.map(async ({ path, line }) => ({ path: await this.repositories.asLinked(tree, path), line }))) } : {}),
    };
  }
}

function folderOf({ path }: DocumentText): string {
  return path.split('/').slice(0, -1).join('/');
}
