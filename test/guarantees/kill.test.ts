import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDraft } from '../../src/node/draftFiles.js';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { checkDocuments, checkLeftovers, project } from './killed.js';
import { acceptedIn, bundleDriver, commandLine, pause, start, until } from './processes.js';
import { count, promise } from './promise.js';

promise('kill: windows that accept and write', async (proof) => {
  const driver = bundleDriver('windowDriver');
  const kills = count(400, 24);
  let accepted = 0;
  for (let killed = 0; killed < kills;) {
    const { folder, home } = project();
    const known = new Set<string>();
    // A folder lives through some kills, so that each begins with what the one before left; not through hundreds, which would only be slow.
    for (let round = 0; round < 10 && killed < kills; round++) {
      const running = [0, 1].map((window) => start(home, driver, folder, home, `k${killed}w${window}`, '100000', String(1 + randomInt(4)), randomInt(2) === 0 ? 'new' : ''));
      await Promise.all(running.map(async (one) => {
        // Half of them are killed while they open the draft, the others while they accept and write.
        if (randomInt(4) > 0) await until(one, () => one.out.includes('\n'));
        await pause(randomInt(250));
        one.child.kill('SIGKILL');
        await one.ended;
        if (one.error) proof.broken(`kill ${killed}: it said ${one.error}`);
        for (const id of acceptedIn(one.out)) known.add(id);
      }));
      killed += running.length;
      proof.tried(running.length);
      const there = checkDocuments(proof, folder, `kill ${killed}`);
      const stored = await readDraft(folder, { home });
      for (const { id } of stored?.draft.entries ?? []) there.add(id);
      const lost = [...known].filter((id) => !there.has(id));
      if (lost.length > 0) proof.broken(`kill ${killed}: lost ${lost.join(', ')}`);
    }
    accepted += known.size;
    await checkLeftovers(proof, driver, folder, home);
  }
  proof.note(`${accepted.toLocaleString('en')} accepted entries`);
});

promise('kill: the command line', async (proof) => {
  const driver = bundleDriver('windowDriver');
  const kills = count(200, 12);
  const { folder, home } = project();
  const sessions = temporaryFolder('sessions');
  const session = (name: string) => {
    const path = join(sessions, `${name}.json`);
    writeFileSync(path, JSON.stringify({ version: 1, id: `cli${name}`, created: '2026-11-22T14:02:33+01:00', date: '2026-11-22', entries: [{ item: 'bug', text: `Entry ${name} to its end.` }, { item: 'endpoint', text: `Entry ${name}-b to its end.` }] }));
    return path;
  };
  const write = (name: string) => start(home, commandLine, 'write', '--folder', folder, '--session', session(name));
  // How long a call takes here and now, so that the kills fall into all of it.
  const began = performance.now();
  const first = write('first');
  if ((await first.ended) !== 0) proof.broken(`the first call failed: ${first.error}`);
  let takes = Math.ceil(performance.now() - began);
  let answered = 0;
  for (let killed = 0; killed < kills; killed++) {
    const name = `n${killed}`;
    const running = write(name);
    // More of them late, where the files are written.
    await pause(randomInt(2) === 0 ? randomInt(takes) : Math.trunc(takes * 0.6) + randomInt(Math.ceil(takes * 0.4)));
    running.child.kill('SIGKILL');
    await running.ended;
    proof.tried();
    const there = checkDocuments(proof, folder, `kill ${killed}`);
    // What was answered was written.
    if (running.out.includes('"edits"')) {
      answered++;
      for (const id of [name, `${name}-b`]) if (!there.has(id)) proof.broken(`kill ${killed}: ${id} was said to be written and is not there`);
    }
    if (killed % 4 === 3) {
      const from = performance.now();
      const again = write(name);
      const code = await again.ended;
      takes = Math.ceil((takes + performance.now() - from) / 2);
      const now = checkDocuments(proof, folder, `after kill ${killed}`);
      if (code !== 0 || !now.has(name) || !now.has(`${name}-b`)) proof.broken(`kill ${killed}: called again it did not write: ${again.error}`);
    }
  }
  await checkLeftovers(proof, driver, folder, home);
  proof.note(`${answered} had answered before`);
});
