import { historyFolder, isDump } from './compare.js';
import type { FilePair } from './compare.js';
import type { RevisionReader } from './detect.js';
import { run } from './migrationRun.js';
import type { Effect, History, Step } from './migrationRun.js';
import { isSource, skippedPath, skippedText } from './sourceFiles.js';
import { statementsOf } from './statements.js';
import type { SyntaxParser } from './syntax.js';

/** At most this many earlier migrations of a folder are replayed. */
const replayed = 400;

/**
 * What earlier migrations built, read only where it decides something: a table rebuilt through a temporary one, a
 * column altered or dropped and made again.
 */
export async function histories(pairs: readonly FilePair[], before: RevisionReader, parser: SyntaxParser): Promise<(folder: string) => History | undefined> {
  const wanted = new Map<string, { recogniser: string; changed: Set<string> }>();
  for (const { recogniser, oldPath, newPath, after } of pairs) {
    const steps = after.filter((statement) => statement.kind === 'step');
    const dropped = new Set(steps.flatMap(({ does, of, table }) => (of === 'table' && does === 'removed' && table ? [table] : [])));
    const views = new Set(steps.flatMap(({ does, of, table }) => (of === 'view' && does === 'removed' && table ? [table] : [])));
    const rebuilds = steps.some(({ does, of, table, to }) => (of === 'view' && does === 'added' && views.has(table ?? '')) || of === 'table' && ((does === 'renamed' && dropped.has(to ?? '')) || (does === 'added' && dropped.has(table ?? ''))));
    if (!rebuilds || newPath === undefined) continue;
    const folder = historyFolder(newPath);
    const want = wanted.get(folder) ?? { recogniser, changed: new Set<string>() };
    if (oldPath !== undefined) want.changed.add(oldPath);
    wanted.set(folder, want);
  }
  const found = new Map<string, History>();
  if (wanted.size) {
    const all = await before.paths();
    for (const [folder, { recogniser, changed }] of wanted) {
      const earlier = all.filter((path) => historyFolder(path) === folder && !isDump(path) && isSource(path) && !changed.has(path) && !skippedPath(path)).sort().slice(-replayed);
      const stepsOf = async (paths: readonly string[]): Promise<Step[]> => {
        const steps: Step[] = [];
        for (const file of paths) {
          const text = await before.read(file);
          if (text === undefined || skippedText(file, text)) continue;
          const { statements } = await statementsOf(file, text, parser);
          for (const statement of statements.get(recogniser) ?? []) if (statement.kind === 'step') steps.push({ statement, file });
        }
        return steps;
      };
      // A dump of the whole schema knows better than the migrations beside it, some of which may be code.
      const dumped = run(await stepsOf(all.filter((path) => historyFolder(path) === folder && isDump(path) && !skippedPath(path))));
      const known = new Set(dumped.flatMap(({ of, table }) => (of === 'table' && table !== undefined ? [table.toLowerCase()] : [])));
      const effects = [...dumped, ...run(await stepsOf(earlier)).filter(({ table }) => table === undefined || !known.has(table.toLowerCase()))];
      const tables = new Map<string, Effect[]>();
      for (const effect of effects) if (effect.table !== undefined) tables.set(effect.table.toLowerCase(), [...tables.get(effect.table.toLowerCase()) ?? [], effect]);
      found.set(folder, (table) => tables.get(table.toLowerCase()));
    }
  }
  return (folder) => found.get(folder);
}
