import type { LineHistory } from '../core/links/lineHistory.js';
import { gitRecords } from './gitObjects.js';

/** Links by document: the document's path in the repository, then the links' source texts. */
export type LinkSources = ReadonlyMap<string, Iterable<string>>;

/** What is asked of the repository that the documents are in. */
interface DocumentsRepository {
  readonly root: string;
  readonly history: Pick<LineHistory, 'read'>;
}

/** In which commits the links of documents came into them. One HEAD's answers are kept. */
export class LinksWritten {
  private head = '';
  /** what is known at that HEAD, by document; undefined: the link is not committed, or git cannot tell */
  private readonly known = new Map<string, Map<string, string | undefined>>();

  /** @param options.program the git executable */
  constructor(private readonly options: { program?: string }) {}

  /**
   * The commit in which a link came into a document: the answer is undefined for one that the document at `head` does not have. A link
   * that was moved within its document, or whose line was edited around it, keeps its first commit, since its number was true there.
   *
   * One `git log` over all documents, newest first, that ends when every link's commit is known.
   * @param repository where the documents are
   * @param head full id
   */
  async find(repository: DocumentsRepository, head: string, wanted: LinkSources): Promise<(document: string, link: string) => string | undefined> {
    if (this.head !== head) {
      this.head = head;
      this.known.clear();
    }
    // How often each link that is still sought stands in its document, at the commit that was reached.
    const sought = new Map<string, Map<string, number>>();
    for (const [document, links] of wanted) {
      let known = this.known.get(document);
      if (!known) this.known.set(document, (known = new Map()));
      const unknown = [...links].filter((link) => !known.has(link));
      if (unknown.length === 0) continue;
      for (const link of unknown) known.set(link, undefined);
      const text = (await repository.history.read(head, document)) ?? '';
      const counts = new Map(unknown.map((link) => [link, countOf(text, link)] as const).filter(([, count]) => count > 0));
      if (counts.size > 0) sought.set(document, counts);
    }
    if (sought.size > 0) await this.walk(repository.root, head, sought).catch(() => undefined);
    return (document, link) => this.known.get(document)?.get(link);
  }

  private async walk(folder: string, head: string, sought: Map<string, Map<string, number>>): Promise<void> {
    // A way back along all parents, since a document is often written in a branch; union merges show no lines of their own.
    const log = ['log', '-p', '-U0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--no-show-signature', '--src-prefix=a/', '--dst-prefix=b/', '--format=%x00%H', '--end-of-options', head, '--', ...sought.keys()];
    for await (const record of gitRecords({ folder }, log, this.options)) {
      const commit = record.toString();
      const id = commit.slice(0, commit.indexOf('\n'));
      for (const change of commit.split(/^diff --git /m).slice(1)) {
        const document = [...sought.keys()].find((path) => change.includes(`\n+++ b/${path}\n`) || change.includes(`\n+++ b/${path}\t\n`) || change.includes(`\n--- a/${path}\n`));
        const counts = document === undefined ? undefined : sought.get(document);
        if (document === undefined || counts === undefined) continue;
        this.goBack(document, counts, id, change.slice(change.indexOf('\n@@')).split('\n'));
        if (counts.size === 0) sought.delete(document);
      }
      if (sought.size === 0) return;
    }
  }

  /** Takes one commit's change of a document back, and notes the links that were not there before it. */
  private goBack(document: string, counts: Map<string, number>, commit: string, lines: readonly string[]): void {
    const textOf = (sign: string): string => lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1)).join('\n');
    const [added, removed] = [textOf('+'), textOf('-')];
    for (const [link, count] of counts) {
      const more = countOf(added, link);
      const less = countOf(removed, link);
      if (more > 0) this.known.get(document)?.set(link, commit);
      const before = count - more + less;
      if (before <= 0 && more > 0) counts.delete(link);
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
