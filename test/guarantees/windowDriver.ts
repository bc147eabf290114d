import fs from 'node:fs';
import type { Socket } from 'node:net';
import { planWrite } from '../../src/core/documents/planWrite.js';
import { openDraft } from '../../src/node/openDraft.js';
import { writeDocuments } from '../../src/node/documentFiles.js';
import { noteFieldsOf } from '../../src/node/noteFields.js';

/**
 * What a window does, as a process: accepts entries, names each on standard output once it is synced, and writes them into the
 * documents. A Write is told as `written` once the draft knows of it.
 *   node windowDriver.cjs FOLDER HOME NAME COUNT EVERY [new]    EVERY: a Write each so many entries; new: a new session after each fifth Write.
 * Each file of a Write is told as `file STATUS WHY`. At its end it says how long its windows were.
 */
/**
 * How long the window is in which another program's change would be overwritten: from before the last look at a file (its stat)
 * until after the rename. Measured from outside: the bundle calls node:fs through its one object. Nanoseconds, by Write.
 */
const windows: number[] = [];
const { lstatSync, renameSync } = fs;
let looked = 0n;
Object.assign(fs, {
  lstatSync: (...args: Parameters<typeof lstatSync>) => {
    looked = process.hrtime.bigint();
    return lstatSync(...args);
  },
  renameSync: (from: string, to: string) => {
    renameSync(from, to);
    if (to.endsWith('.md')) windows.push(Number(process.hrtime.bigint() - looked));
  },
});

// Whoever started it is gone.
process.stdin.on('end', () => process.exit(1)).resume();
(process.stdin as Partial<Socket>).unref?.();

async function main(): Promise<void> {
  const [folder = '', home = '', name = '', count = '0', every = '5', renew = ''] = process.argv.slice(2);
  const window = await openDraft(folder, { home, compactAt: 3 });
  let writes = 0;
  const write = async () => {
    const { draft } = window;
    const date = draft.session.date ?? '2026-11-22';
    const note = noteFieldsOf(draft.session, undefined);
    window.apply({ kind: 'session', session: { ...draft.session, date, note: note.file } });
    const { written, files } = await writeDocuments({ base: folder, documentsFolder: '.claude/docs', home }, {
      notes: [note.file], writtenBefore: draft.written,
      plan: ({ texts }) => Promise.resolve(planWrite({ draft, mapping: {}, date, workspacePath: '', documentsFolder: '.claude/docs', texts, note })),
    });
    for (const { status, error } of files) process.stdout.write(`file ${status} ${error?.message ?? ''}\n`);
    window.apply({ kind: 'written', written });
    await window.flush();
    if (renew && ++writes % 5 === 0) await window.newSession();
  };
  for (let index = 0; index < Number(count); index++) {
    const id = `${name}-${index}`;
    window.apply({ kind: 'entry', entry: { id, item: index % 3 === 0 ? 'endpoint' : 'bug', text: `Entry ${id} to its end.`, links: [], created: new Date().toISOString() } });
    await window.flush();
    process.stdout.write(`${id}\n`);
    if ((index + 1) % Number(every) === 0) await write();
  }
  await write();
  await window.dispose();
  process.stdout.write(`windows ${JSON.stringify(windows)}\ndone\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  process.exitCode = 1;
});
