import { realpath } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { LinkState } from '../../core/links/linkStates.js';
import { defaultDocumentsFolder, findBaseFolder } from '../../node/baseFolder.js';
import { DocumentLinks, readDocuments } from '../../node/documentLinks.js';
import { HistoryMemory } from '../../node/historyMemory.js';
import type { DocumentText } from '../../node/linkOrigins.js';
import { userStateFolder } from '../../node/userState.js';
import { CallError } from '../call.js';

const USAGE = 'Call: check --folder DIR [--since REV] [--strict]';

/**
 * `check --folder DIR [--since REV] [--strict]`: one JSON object a line for every code link of the documents and notes.
 * Exit 1 if a link is lost; with `--since` only if it was added or broken since then; with `--strict` also if one has moved.
 */
export async function run(args: string[]): Promise<number> {
  const { folder, since, strict } = optionsOf(args);
  const { base } = await findBaseFolder(folder).catch(() => {
    throw new CallError(`there is no folder '${folder}'. ${USAGE}`);
  });
  const links = new DocumentLinks(await realpath(base), { memory: new HistoryMemory(userStateFolder()) });
  try {
    const commit = since === undefined ? undefined : await links.commit(since).catch((error: unknown) => {
      throw new CallError(`--since: ${error instanceof Error && error.message ? error.message : `there is no commit '${since}'`}. In a shallow clone, fetch more of the history (actions/checkout: fetch-depth: 0).`);
    });
    const counts = new Map<string, number>();
    let failed = false;
    const checked = await links.check(await readDocuments(base, defaultDocumentsFolder));
    const lost = checked.flatMap(({ document, states }) => states.filter(({ status }) => status === 'lost').map((state) => ({ document, state })));
    const before = commit === undefined ? [] : await links.wereLost(lost, commit);
    const tolerated = new Set(lost.filter((_, index) => before[index] === true).map(({ state }) => state));
    for (const { document, states } of checked) {
      for (const state of states) {
        counts.set(state.status, (counts.get(state.status) ?? 0) + 1);
        const fails = state.status === 'lost' ? !tolerated.has(state) : strict && isElsewhere(state);
        failed ||= fails;
        process.stdout.write(`${JSON.stringify(rowOf(document, state, fails))}\n`);
      }
    }
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    process.stderr.write(`${String(total)} links${[...counts].map(([status, count]) => `, ${String(count)} ${status}`).join('')}\n`);
    if (await links.isShallow()) process.stderr.write('The clone is shallow: links that are older than it are found by their text alone. Fetch the whole history (actions/checkout: fetch-depth: 0).\n');
    return failed ? 1 : 0;
  } finally {
    links.close();
  }
}

/** Whether a link opens another line than the one it was written for. */
const isElsewhere = ({ status, file, line, link }: LinkState): boolean => status === 'moved' || (status === 'edited' && (file !== link.path || line !== link.line));

function rowOf(document: DocumentText, { link, status, file, line, how, candidates, removedBy }: LinkState, fails: boolean): object {
  return {
    document: document.path, documentLine: link.documentLine, file: link.path, line: link.line, status,
    now: file !== undefined && line !== undefined ? { file, line } : null,
    how, ...(candidates ? { candidates: candidates.map(({ path, line: at }) => ({ file: path, line: at })) } : {}), ...(removedBy ? { removedBy } : {}), ...(fails ? { fails } : {}),
  };
}

function optionsOf(args: string[]): { folder: string; since?: string; strict: boolean } {
  try {
    const { values } = parseArgs({ args, options: { folder: { type: 'string' }, since: { type: 'string' }, strict: { type: 'boolean', default: false } } });
    if (!values.folder) throw new Error('--folder is missing: name the folder whose documents are to be checked.');
    return { folder: values.folder, strict: values.strict === true, ...(values.since === undefined ? {} : { since: values.since }) };
  } catch (error) {
    throw new CallError(`${error instanceof Error ? error.message : String(error)} ${USAGE}`);
  }
}
