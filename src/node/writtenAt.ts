import { git, type Repository } from './gitObjects.js';

/** Where a link was written: document (path in the repository), then the link's source text, then the full id of a commit. */
export type WrittenAt = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * In which commit each link of some documents came into them, from one `git log` over all of them. A link that was moved within
 * its document, or whose line was edited around it, keeps its first commit, since its number was true there.
 * @param documents paths relative to the repository's root
 * @param linksOf the source texts of the links in some lines of such a document
 * @param options.program the git executable
 * @returns nothing for a document that is not committed; an empty map where git cannot tell
 */
export async function whenWritten(repository: Repository, documents: readonly string[], linksOf: (lines: string) => string[], options: { program?: string } = {}): Promise<WrittenAt> {
  const written = new Map<string, Map<string, string>>();
  if (documents.length === 0) return written;
  // A way back along all parents, since a document is often written in a branch; union merges show no lines of their own.
  const log = await git(repository, ['log', '-p', '-U0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--no-show-signature', '--src-prefix=a/', '--dst-prefix=b/', '--format=%x00%H', '--', ...documents], { accept: [0, 128], ...options }).catch(() => undefined);
  if (!log) return written;
  for (const commit of log.toString().split('\0').slice(1).reverse()) {
    const id = commit.slice(0, commit.indexOf('\n'));
    for (const change of commit.split(/^diff --git /m).slice(1)) {
      const path = documents.find((document) => change.includes(`\n+++ b/${document}\n`) || change.includes(`\n+++ b/${document}\t\n`) || change.includes(`\n--- a/${document}\n`));
      if (path === undefined) continue;
      let links = written.get(path);
      if (!links) written.set(path, (links = new Map()));
      const lines = change.slice(change.indexOf('\n@@')).split('\n');
      const added = new Set(linksOf(lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1)).join('\n')));
      for (const link of linksOf(lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1)).join('\n'))) if (!added.has(link)) links.delete(link);
      for (const link of added) if (!links.has(link)) links.set(link, id);
    }
  }
  return written;
}
