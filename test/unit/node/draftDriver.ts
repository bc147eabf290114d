import { openDraft } from '../../../src/node/openDraft.js';

/**
 * One window as a process: accepts entries as fast as they are synced and names each on standard output after it was.
 *   node draftDriver.cjs WORKSPACE HOME NAME COUNT
 */
async function main(): Promise<void> {
  const [workspace = '', home = '', name = '', count = '0'] = process.argv.slice(2);
  const window = await openDraft(workspace, { home, compactAt: 3 });
  for (let index = 0; index < Number(count); index++) {
    const id = `${name}-${index}`;
    window.apply({ kind: 'entry', entry: { id, item: 'bug', text: `Entry ${id} with \`code\` and é`, links: [], created: new Date().toISOString() } });
    // Editing the same entry again and again makes the journal long enough to be compacted.
    for (let edit = 0; edit < 20; edit++) window.apply({ kind: 'focus', focus: `${id} ${edit}` });
    await window.flush();
    process.stdout.write(`${id}\n`);
  }
  await window.dispose();
  process.stdout.write('done\n');
}

void main();
