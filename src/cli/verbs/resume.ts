import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findDocuments } from '../../node/editorSettings.js';
import { findHandOver } from '../../node/handOver.js';
import { keepReceipt } from '../../node/receipts.js';
import { CallError } from '../call.js';

const usage = 'Use: resume --folder DIR [--peek].';

function optionsOf(args: string[]): { readonly folder: string; readonly isPeek: boolean } {
  try {
    const { values } = parseArgs({ args, options: { folder: { type: 'string' }, peek: { type: 'boolean' } }, strict: true });
    if (!values.folder) throw new Error('--folder DIR is needed');
    return { folder: resolve(values.folder), isPeek: values.peek === true };
  } catch (error) {
    throw new CallError(`${error instanceof Error ? error.message : String(error)}. ${usage}`);
  }
}

/**
 * `resume --folder DIR [--peek]`: prints the open handoff note meant for this branch and author, Handoff first, and records the
 * receipt; with `--peek` it only prints. Nothing open: prints nothing.
 */
export async function run(args: string[]): Promise<number> {
  const { folder, isPeek } = optionsOf(args);
  if (!(await stat(folder).then((entry) => entry.isDirectory(), () => false))) throw new CallError(`${folder} is not a folder. ${usage}`);
  const documents = await findDocuments(folder);
  // An agent that calls us tells its session (facts, claude-code §3).
  const session = process.env['CLAUDE_CODE_SESSION_ID'] ?? '';
  const agent = process.env['CLAUDECODE'] ? 'claude' : '';
  const answer = await findHandOver({ folder, documents, session, agent, source: 'cli', now: new Date() }).catch((error: unknown) => {
    throw new CallError(error instanceof Error ? error.message : String(error));
  });
  if (answer.kind === 'nothing') return 0;
  process.stdout.write(answer.text);
  if (isPeek) return 0;
  for (const receipt of answer.receipts) {
    await keepReceipt(documents.place.base, receipt, documents.place.home).catch((error: unknown) => {
      process.stderr.write(`session-handoff: the receipt was not kept: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  }
  return 0;
}
