import type { AnswerSources } from './answers.js';
import type { FilePair } from './compare.js';
import type { RevisionReader } from './detect.js';
import { languageOf, skippedPath, skippedText, wholeSchema } from './sourceFiles.js';

/** Leaves out the tables of a new Drizzle schema that the schema beside it states in another dialect. */
export async function withoutSecondDialects(pairs: readonly FilePair[], after: AnswerSources): Promise<FilePair[]> {
  const folderOf = (path: string) => path.split('/').slice(0, -1).join('/');
  return Promise.all(pairs.map(async (pair) => {
    const { newPath, oldPath, recogniser } = pair;
    if (oldPath !== undefined || newPath === undefined || recogniser !== 'Drizzle') return pair;
    const known = new Set<string>();
    for (const path of (await after.paths()).filter((each) => each !== newPath && folderOf(each) === folderOf(newPath) && languageOf(each) === 'typescript' && !skippedPath(each)).slice(0, 20)) {
      if (pairs.some((other) => other.oldPath === undefined && other.newPath === path)) continue;
      const text = await after.read(path);
      if (text === undefined || !text.includes('drizzle-orm') || skippedText(path, text)) continue;
      for (const statement of await after.statements(path, text)) if (statement.kind === 'declared' && statement.of === 'table' && statement.table !== undefined) known.add(statement.table);
    }
    const tables = pair.after.flatMap((statement) => (statement.kind === 'declared' && statement.of === 'table' ? [statement.table ?? ''] : []));
    // A table that only moved is declared twice for no reason; a dialect repeats them all.
    return tables.length > 0 && tables.every((table) => known.has(table)) ? { ...pair, after: [] } : pair;
  }));
}

/** Leaves out the tables of a new schema file that files of its name already made: a dialect was added, no table. */
export async function withoutOtherDialects(pairs: readonly FilePair[], before: RevisionReader, sources: AnswerSources): Promise<FilePair[]> {
  return Promise.all(pairs.map(async (pair) => {
    if (pair.oldPath !== undefined || pair.newPath === undefined || !wholeSchema.test(pair.newPath) || /\d{4,}|^V\d/.test(pair.newPath.split('/').at(-1) ?? '')) return pair;
    const name = pair.newPath.split('/').at(-1) ?? '';
    const known = new Set<string>();
    for (const path of (await before.paths()).filter((each) => each.endsWith(`/${name}`) && !skippedPath(each)).slice(0, 8)) {
      const text = await before.read(path);
      if (text === undefined || skippedText(path, text)) continue;
      for (const statement of await sources.statements(path, text)) if (statement.kind === 'step' && statement.of === 'table' && statement.table !== undefined) known.add(statement.table.toLowerCase());
    }
    return known.size ? { ...pair, after: pair.after.filter((statement) => !(statement.kind === 'step' && statement.table !== undefined && known.has(statement.table.toLowerCase()))) } : pair;
  }));
}
