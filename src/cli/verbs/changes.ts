import { parseArgs } from 'node:util';
import { changesOfDiff } from '../../node/changedFiles.js';
import { openSyntaxParser } from '../../node/syntaxTrees.js';
import { CallError } from '../call.js';

/**
 * `changes --git-dir DIR --from REV --to REV` or `changes --folder DIR [--from REV]`: prints `{"facts": […]}` and says on
 * standard error how many files were skipped.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = ((): { values: Record<string, string | undefined> } => {
    try {
      return parseArgs({ args, strict: true, options: { 'git-dir': { type: 'string' }, folder: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } } });
    } catch (error) {
      throw new CallError(`${error instanceof Error ? error.message : String(error)}. Use changes --git-dir DIR --from REV --to REV, or changes --folder DIR [--from REV].`);
    }
  })();
  const { 'git-dir': gitDir, folder, from, to } = values;
  if ((gitDir === undefined) === (folder === undefined)) throw new CallError('name either --git-dir DIR (with --from and --to) or --folder DIR.');
  if (gitDir !== undefined && (from === undefined || to === undefined)) throw new CallError('--git-dir needs --from REV and --to REV.');
  const repository = gitDir !== undefined ? { gitDir } : { folder: folder ?? '.' };
  const parser = openSyntaxParser();
  const { facts, skipped } = await changesOfDiff({ repository, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }, parser);
  process.stdout.write(`${JSON.stringify({ facts })}\n`);
  const reasons = Object.entries(skipped).map(([reason, count]) => `${String(count)} ${reason}`);
  if (reasons.length) process.stderr.write(`session-handoff: not read: ${reasons.join(', ')}\n`);
  return 0;
}
