import type { LineFinder } from '../core/links/findLine.js';
import type { Version } from '../core/links/lineHistory.js';
import type { Copy, LinkSurroundings, SoughtFrom } from '../core/links/linkStates.js';
import type { WrittenLink } from '../core/links/markdownLinks.js';
import { NOW } from './gitLineHistory.js';
import { commitOf } from './gitObjects.js';
import type { LinksWritten } from './linksWritten.js';
import type { Repositories, Tree } from './repositories.js';

/** A document with links: its path relative to the folder that holds `.claude`, POSIX, and its text. */
export interface DocumentText {
  path: string;
  text: string;
}

/** A link as it stands in its document. */
export const sourceOf = ({ text }: DocumentText, { span }: WrittenLink): string => text.slice(span.start, span.end);

/** Where the links of some documents come from: the states of the repositories in which their numbers may be true. Serves one check. */
export class LinkOrigins implements LinkSurroundings {
  private readonly named = new Map<string, Promise<string | undefined>>();

  constructor(private readonly repositories: Repositories, private readonly written: LinksWritten, private readonly documentOf: ReadonlyMap<WrittenLink, DocumentText>) {}

  async finderOf(link: WrittenLink): Promise<{ finder: LineFinder; path: string; now: Version } | undefined> {
    const place = await this.repositories.placeOf(link.path);
    return place && { finder: place.tree.finder, path: place.path, now: NOW };
  }

  async namedBase(link: WrittenLink): Promise<Version | undefined> {
    const { root, head } = await this.repositories.main();
    const named = head === undefined ? undefined : commitNamedBy(this.documentOf.get(link)?.text ?? '');
    if (named === undefined) return undefined;
    let commit = this.named.get(named);
    if (!commit) this.named.set(named, (commit = commitOf({ folder: root }, named, this.repositories.program).catch(() => undefined)));
    return this.inItsRepository(link, await commit);
  }

  async writtenIn(links: readonly WrittenLink[], copy: Copy): Promise<ReadonlyMap<WrittenLink, Version | undefined>> {
    const main = await this.repositories.main();
    const { head } = main;
    if (head === undefined) return new Map();
    const places: { link: WrittenLink; document: string; source: string }[] = [];
    const wanted = new Map<string, Set<string>>();
    for (const link of links) {
      const document = this.documentOf.get(link);
      if (!document) continue;
      const place = { link, document: await this.repositories.inMain(document.path), source: sourceOf(document, link) };
      places.push(place);
      wanted.set(place.document, (wanted.get(place.document) ?? new Set()).add(place.source));
    }
    const commitFor = await this.written.find(main, head, wanted, copy);
    // A link that is not committed yet was written on top of HEAD.
    return new Map(await Promise.all(places.map(async ({ link, document, source }) => [link, await this.inItsRepository(link, commitFor(document, source) ?? head)] as const)));
  }

  async prepare(sought: readonly SoughtFrom[]): Promise<void> {
    const byTree = new Map<Tree, { from: Version; path: string }[]>();
    for (const { link, from } of sought) {
      const place = await this.repositories.placeOf(link.path);
      if (place) byTree.set(place.tree, [...(byTree.get(place.tree) ?? []), { from, path: place.path }]);
    }
    const main = await this.repositories.main();
    const documents = new Set(sought.flatMap(({ link }) => this.documentOf.get(link)?.path ?? []));
    // Most links' commits wrote a document.
    const beside = await Promise.all([...documents].map((path) => this.repositories.inMain(path)));
    for (const [tree, starts] of byTree) await tree.history.prepare(NOW, starts, tree === main ? beside : []);
  }

  async *laterBases(link: WrittenLink, first: Version | undefined): AsyncGenerator<Version> {
    if ((await this.repositories.main()).head === undefined) return;
    const place = await this.repositories.placeOf(link.path);
    if (!place) return;
    const { tree, path } = place;
    if (first !== undefined && tree.head !== undefined && first !== tree.head) {
      const later = await tree.history.way(first, tree.head, path);
      if (later) yield* later.way.versionsOf(path, later.start);
    }
    // What is not committed yet is the latest state; without git nothing says that the number was ever true.
    yield NOW;
  }

  /** A commit of the repository around the documents as the one that the link's own repository was at. */
  private async inItsRepository(link: WrittenLink, commit: string | undefined): Promise<string | undefined> {
    const place = commit === undefined ? undefined : await this.repositories.placeOf(link.path);
    if (commit === undefined || !place) return undefined;
    return place.tree === (await this.repositories.main()) ? commit : this.repositories.innerCommit(place.tree, commit);
  }
}

/** The commit that a handoff note says it was written at. */
const commitNamedBy = (text: string): string | undefined => /^---\r?\n[\s\S]*?^commit:\s*"?([0-9a-f]{7,64})"?\s*$[\s\S]*?^---\r?$/m.exec(text.slice(0, 4000))?.[1];
