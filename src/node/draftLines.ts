import { lineBetween } from '../core/links/draftLine.js';
import type { FoundLine, LineQuery } from '../core/links/findLine.js';
import { splitLines } from '../core/links/lineText.js';
import { NOW } from './gitLineHistory.js';
import { git } from './gitObjects.js';
import type { Repositories, Tree } from './repositories.js';

/** So many commits of a file are looked at for the state in which a draft's link was captured: drafts are young. */
const MOST_BASES = 20;

/**
 * Where the line of a draft's link is now: from the latest state in which it stood as it was captured, through changes that are
 * committed and that are not; else by its text and the lines that the draft keeps around it; and `edited` where another line
 * stands between exactly those lines.
 * @param query its path relative to the folder that holds `.claude`
 */
export async function locateDraftLine(repositories: Repositories, query: LineQuery): Promise<FoundLine> {
  const tree = await repositories.main();
  const found = await find(repositories, tree, { ...query, path: await repositories.inMain(query.path) });
  return {
    ...found,
    ...(found.file === undefined ? {} : { file: await repositories.asLinked(tree, found.file) }),
    ...(found.candidates ? { candidates: await Promise.all(found.candidates.map(async (one) => ({ ...one, path: await repositories.asLinked(tree, one.path) }))) } : {}),
  };
}

async function find(repositories: Repositories, tree: Tree, asked: LineQuery): Promise<FoundLine> {
  const { finder } = tree;
  // A line that stands where it was captured, alone or between the same lines, needs no history.
  if ((await finder.standsPlainly(asked, NOW)) || (asked.before && asked.after && (await finder.isBase(asked, NOW)))) return { status: 'exact', file: asked.path, line: asked.line, how: 'as it was captured' };
  const base = await baseOf(repositories, tree, asked);
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
async function baseOf({ program }: Repositories, tree: Tree, asked: LineQuery): Promise<string | undefined> {
  if (tree.head === undefined) return undefined;
  if (await tree.finder.isBase(asked, tree.head)) return tree.head;
  const commits = await git({ folder: tree.root }, ['log', `--max-count=${String(MOST_BASES)}`, '--format=%H %P', '--end-of-options', 'HEAD', '--', asked.path], program).then((out) => out.toString().split('\n'), () => []);
  for (const commit of new Set(commits.flatMap((line) => line.split(' ')).filter((id) => id !== ''))) if (await tree.finder.isBase(asked, commit)) return commit;
  return undefined;
}
