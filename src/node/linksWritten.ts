import type { LineHistory } from '../core/links/lineHistory.js';
import type { Copy } from '../core/links/linkStates.js';
import { gitOutput, gitRecords, type GitRecords } from './gitObjects.js';

/** Links by document: the document's path in the repository, then the links' source texts. */
export type LinkSources = ReadonlyMap<string, Iterable<string>>;

/** What is asked of the repository that the documents are in. */
interface DocumentsRepository {
  readonly root: string;
  readonly history: Pick<LineHistory, 'read'>;
}

/** A commit that brought a link into its document; `isFirst`: no earlier one did, so far as git can tell. */
export interface WrittenAt {
  readonly commit: string | undefined;
  readonly isFirst: boolean;
}

/** What is known of the links of documents, by document and link; without a commit: the link is not committed, or git cannot tell. */
export type KnownLinks = ReadonlyMap<string, ReadonlyMap<string, WrittenAt>>;

/** In which commits the links of documents came into them. One HEAD's answers are kept, and serve its successors. */
export class LinksWritten {
  private head = '';
  private known = new Map<string, Map<string, WrittenAt>>();
  /** what was known at another HEAD, and whether this one follows from it */
  private before: { readonly head: string; readonly known: KnownLinks; isAncestor?: Promise<boolean> } | undefined;
  /** documents whose log was begun at that HEAD, whether it was needed or not */
  private readonly begun = new Set<string>();
  /** a log that was begun before it was known for which links it is read */
  private ahead: { readonly documents: readonly string[]; readonly since: string | undefined; readonly records: GitRecords } | undefined;

  /** @param options.program the git executable */
  constructor(private readonly options: { program?: string }) {}

  /** What is known at the HEAD that was asked for last. */
  get memory(): { readonly head: string; readonly known: KnownLinks } {
    return { head: this.head, known: this.known };
  }

  /** Takes up what was known at some HEAD. */
  recall(head: string, known: KnownLinks): void {
    this.head = head;
    this.known = new Map([...known].map(([document, links]) => [document, new Map(links)]));
  }

  /**
   * Begins the log of documents, once for each HEAD, for {@link find} to read: whoever expects to ask for some of their links has it
   * run beside what else is to be done. {@link endAhead} ends what was not read.
   * @param head full id
   */
  readAhead(folder: string, head: string, documents: readonly string[]): void {
    this.endAhead();
    this.setHead(head);
    const unknown = documents.filter((document) => !this.begun.has(document) && !this.known.has(document));
    if (unknown.length === 0) return;
    for (const document of unknown) this.begun.add(document);
    const since = this.sinceFor(unknown);
    if (since !== undefined) void this.isFollowed(folder);
    this.ahead = { documents: unknown, since, records: this.log(folder, head, since, unknown) };
  }

  /** Ends what {@link readAhead} began, if nothing has read it. */
  endAhead(): void {
    this.ahead?.records.end();
    this.ahead = undefined;
  }

  /**
   * The commit in which a link came into a document: the answer is undefined for one that the document at `head` does not have. A link
   * that was moved within its document, or whose line was edited around it, keeps its first commit, since its number was true there.
   *
   * One `git log` over all documents, newest first, that ends when every link's commit is known; if something is known of an earlier
   * HEAD, one over the commits since then, and another only for what neither answers.
   * @param repository where the documents are
   * @param head full id
   * @param copy of a link that stands several times: the last one needs the shorter log
   */
  async find(repository: DocumentsRepository, head: string, wanted: LinkSources, copy: Copy): Promise<(document: string, link: string) => string | undefined> {
    this.setHead(head);
    // How often each link that is still sought stands in its document, at the commit that was reached.
    const sought = new Map<string, Map<string, number>>();
    for (const [document, links] of wanted) {
      let known = this.known.get(document);
      if (!known) this.known.set(document, (known = new Map()));
      this.begun.add(document);
      const unknown = [...links].filter((link) => !answers(known.get(link), copy));
      if (unknown.length === 0) continue;
      for (const link of unknown) known.set(link, { commit: undefined, isFirst: true });
      const text = (await repository.history.read(head, document)) ?? '';
      const counts = new Map(unknown.map((link) => [link, countOf(text, link)] as const).filter(([, count]) => count > 0));
      if (counts.size > 0) sought.set(document, counts);
    }
    if (sought.size > 0) await this.walk(repository.root, head, sought, copy).catch(() => undefined);
    return (document, link) => this.known.get(document)?.get(link)?.commit;
  }

  private setHead(head: string): void {
    if (this.head === head) return;
    if (this.known.size > 0) this.before = { head: this.head, known: this.known };
    this.head = head;
    this.known = new Map();
    this.begun.clear();
  }

  /** The earlier HEAD, if something is known there of one of the documents. */
  private sinceFor(documents: Iterable<string>): string | undefined {
    return [...documents].some((document) => this.before?.known.has(document)) ? this.before?.head : undefined;
  }

  private async isFollowed(folder: string): Promise<boolean> {
    const { before, head } = this;
    return before !== undefined && (before.isAncestor ??= gitOutput({ folder }, ['merge-base', '--is-ancestor', before.head, head], this.options).then(({ code }) => code === 0, () => false));
  }

  private async walk(folder: string, head: string, sought: Map<string, Map<string, number>>, copy: Copy): Promise<void> {
    const since = this.sinceFor(sought.keys());
    if (since === undefined || !(await this.isFollowed(folder))) {
      await this.goThrough(this.begunLog(folder, head, undefined, sought), sought, copy);
      return;
    }
    await this.goThrough(this.begunLog(folder, head, since, sought), sought, copy);
    for (const [document, counts] of sought) {
      for (const link of counts.keys()) {
        const at = this.before?.known.get(document)?.get(link);
        if (at?.commit === undefined || !answers(at, copy)) continue;
        this.known.get(document)?.set(link, at);
        counts.delete(link);
      }
      if (counts.size === 0) sought.delete(document);
    }
    if (sought.size > 0) await this.goThrough(this.log(folder, since, undefined, sought.keys()), sought, copy);
  }

  private async goThrough(records: GitRecords, sought: Map<string, Map<string, number>>, copy: Copy): Promise<void> {
    for await (const record of records) {
      const commit = record.toString();
      const id = commit.slice(0, commit.indexOf('\n'));
      for (const change of commit.split(/^diff --git /m).slice(1)) {
        const document = [...sought.keys()].find((path) => change.includes(`\n+++ b/${path}\n`) || change.includes(`\n+++ b/${path}\t\n`) || change.includes(`\n--- a/${path}\n`));
        const counts = document === undefined ? undefined : sought.get(document);
        if (document === undefined || counts === undefined) continue;
        this.goBack(document, counts, copy, id, change.slice(change.indexOf('\n@@')).split('\n'));
        if (counts.size === 0) sought.delete(document);
      }
      if (sought.size === 0) return;
    }
  }

  /** The log that was begun ahead, if it is the one that is needed, else another. */
  private begunLog(folder: string, head: string, since: string | undefined, sought: ReadonlyMap<string, unknown>): GitRecords {
    const { ahead } = this;
    if (!ahead || ahead.since !== since || ![...sought.keys()].every((document) => ahead.documents.includes(document))) return this.log(folder, head, since, sought.keys());
    this.ahead = undefined;
    return ahead.records;
  }

  /** A way back along all parents, since a document is often written in a branch; union merges show no lines of their own. */
  private log(folder: string, head: string, since: string | undefined, documents: Iterable<string>): GitRecords {
    const format = ['-p', '-U0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--no-show-signature', '--src-prefix=a/', '--dst-prefix=b/', '--format=%x00%H'];
    return gitRecords({ folder }, ['log', ...format, '--end-of-options', head, ...(since === undefined ? [] : [`^${since}`]), '--', ...documents], this.options);
  }

  /** Takes one commit's change of a document back, and notes the links that were not there before it. */
  private goBack(document: string, counts: Map<string, number>, copy: Copy, commit: string, lines: readonly string[]): void {
    const textOf = (sign: string): string => lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1)).join('\n');
    const [added, removed] = [textOf('+'), textOf('-')];
    for (const [link, count] of counts) {
      const more = countOf(added, link);
      const less = countOf(removed, link);
      const before = count - more + less;
      const isLast = copy === 'last' && more > less;
      if (more > 0) this.known.get(document)?.set(link, { commit, isFirst: !isLast || before <= 0 });
      if (more > 0 && (before <= 0 || isLast)) counts.delete(link);
      else counts.set(link, before);
    }
  }
}

const answers = (at: WrittenAt | undefined, copy: Copy): boolean => at !== undefined && (copy === 'last' || at.isFirst);

/** How often a link's source stands in a text. */
function countOf(text: string, link: string): number {
  let count = 0;
  for (let at = text.indexOf(link); at >= 0; at = text.indexOf(link, at + link.length)) count++;
  return count;
}
