import type { LineHistory } from '../core/links/lineHistory.js';
import type { Copy } from '../core/links/linkStates.js';
import { gitRecords, type GitRecords } from './gitObjects.js';

/** Links by document: the document's path in the repository, then the links' source texts. */
export type LinkSources = ReadonlyMap<string, Iterable<string>>;

/** What is asked of the repository that the documents are in. */
interface DocumentsRepository {
  readonly root: string;
  readonly history: Pick<LineHistory, 'read'>;
}

/** A commit that brought a link into its document; `isFirst`: no earlier one did, so far as git can tell. */
interface WrittenAt {
  readonly commit: string | undefined;
  readonly isFirst: boolean;
}

/** In which commits the links of documents came into them. One HEAD's answers are kept. */
export class LinksWritten {
  private head = '';
  /** what is known at that HEAD, by document; without a commit: the link is not committed, or git cannot tell */
  private readonly known = new Map<string, Map<string, WrittenAt>>();
  /** documents whose log was begun at that HEAD, whether it was needed or not */
  private readonly begun = new Set<string>();
  /** a log that was begun before it was known for which links it is read */
  private ahead: { readonly documents: readonly string[]; readonly head: string; readonly records: GitRecords } | undefined;

  /** @param options.program the git executable */
  constructor(private readonly options: { program?: string }) {}

  /**
   * Begins the log of documents, once for each HEAD, for {@link find} to read: whoever expects to ask for some of their links has it
   * run beside what else is to be done. {@link endAhead} ends what was not read.
   * @param head full id
   */
  readAhead(folder: string, head: string, documents: readonly string[]): void {
    this.endAhead();
    this.setHead(head);
    const unknown = documents.filter((document) => !this.begun.has(document));
    if (unknown.length === 0) return;
    for (const document of unknown) this.begun.add(document);
    this.ahead = { documents: unknown, head, records: this.log(folder, head, unknown) };
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
   * One `git log` over all documents, newest first, that ends when every link's commit is known.
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
      const unknown = [...links].filter((link) => { const at = known.get(link); return at === undefined || (copy === 'first' && !at.isFirst); });
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
    this.head = head;
    this.known.clear();
    this.begun.clear();
  }

  private async walk(folder: string, head: string, sought: Map<string, Map<string, number>>, copy: Copy): Promise<void> {
    const { ahead } = this;
    const fits = ahead?.head === head && [...sought.keys()].every((document) => ahead.documents.includes(document));
    if (fits) this.ahead = undefined;
    for await (const record of fits ? ahead.records : this.log(folder, head, [...sought.keys()])) {
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

  /** A way back along all parents, since a document is often written in a branch; union merges show no lines of their own. */
  private log(folder: string, head: string, documents: readonly string[]): GitRecords {
    return gitRecords({ folder }, ['log', '-p', '-U0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--no-show-signature', '--src-prefix=a/', '--dst-prefix=b/', '--format=%x00%H', '--end-of-options', head, '--', ...documents], this.options);
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

/** How often a link's source stands in a text. */
function countOf(text: string, link: string): number {
  let count = 0;
  for (let at = text.indexOf(link); at >= 0; at = text.indexOf(link, at + link.length)) count++;
  return count;
}
