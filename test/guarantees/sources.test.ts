import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { sqlSteps } from '../../src/core/changes/sql.js';
import { sentencesOf } from '../../src/core/changes/wording.js';
import { noteFileName, readNote } from '../../src/core/handoffNote.js';
import { detection } from '../unit/changes/diffOf.js';
import { Repository } from '../unit/node/repository.js';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { commandLine } from './processes.js';
import { count, promise } from './promise.js';

const paths = ['a.controller.ts', 'routes.tsx', 'a.js', 'urls.py', 'models.py', 'migrations/0001_a.py', 'A.java', 'a.go', 'Controllers/AController.cs', 'config/routes.rb', 'db/schema.rb', 'db/migrate/20260101000000_a.rb', 'routes/web.php', 'database/migrations/2026_01_01_a.php', 'a.sql', 'schema.prisma', 'drizzle/a.ts', 'a.rs'];
const words = ['@Controller', "('x')", '@Get(', 'class A', '{', '}', '(', ')', '[', ']', "app.get('/x', h)", 'router.use(', 'CREATE TABLE t (a int', 'ALTER TABLE t ADD', 'model A {', '@@index([', 'resources :a do', 'namespace :x do', 'end', 'Route::get(', 'Schema::create(', 'op.add_column(', 'Column(', 'models.CharField(',
  'add_column :a, :b', 'migrationBuilder.AddColumn<', 'gorm:"', 'HandleFunc(', '"', "'", '`', '${', '\n', '/*', '*/', '//', '--', '#', 'def f', 'function f(', 'urlpatterns = [path("x", v)]', 'DbSet<A>', ';', '=>', '$$', 'E\'', '\\', '\u2028', '🙂', '\0', '<a>', '</a>', '0x', '1'];
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.array(fc.constantFrom(...words), { maxLength: 80 }).map((list) => list.join(' ')), fc.tuple(fc.constantFrom(...words), fc.nat(400)).map(([word, times]) => word.repeat(times)));

promise('bad input: sources and diffs of all languages', async (proof) => {
  await fc.assert(fc.asyncProperty(fc.constantFrom(...paths), text, text, async (path, before, after) => {
    proof.tried();
    const { facts } = await detection({ [path]: [before, after] });
    for (const fact of facts) if (fact.line < 1) throw new Error(`a fact of line ${fact.line}`);
    if (sentencesOf(facts).some((sentence) => sentence.text.trim() === '')) throw new Error('an empty sentence');
    if (path.endsWith('.sql')) Array.from(sqlSteps(after));
  }), { numRuns: count(12_000, 350) });
});

/** Milliseconds of the processor; the best of three, since memory is cleaned up in between and the machine has other work. */
async function cost(path: string, source: string): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const before = process.cpuUsage();
    await detection({ [path]: ['', source] });
    times.push(process.cpuUsage(before).user / 1000);
  }
  return Math.min(...times);
}

promise('bad input: no file hangs the reading of changes', async (proof) => {
  let worst = { ratio: 0, what: '' };
  const pieces = isEvery(count(1, 12));
  for (const path of paths) {
    for (const word of pieces) {
      const short = Math.max(await cost(path, `${word} `.repeat(1_000)), 8);
      const long = await cost(path, `${word} `.repeat(8_000));
      const ratio = long / short;
      if (ratio > worst.ratio) worst = { ratio, what: `${path} of ${JSON.stringify(word)}: ${short.toFixed(0)} to ${long.toFixed(0)} ms` };
      // Eight times the text: in proportion 8, quadratic 64. A parser that gives up (it has a time limit) is no hang either.
      proof.holds(ratio < 40 || long < 1_500, `${path} full of ${JSON.stringify(word)}: ${short.toFixed(0)} ms for 1,000, ${long.toFixed(0)} ms for 8,000`);
    }
  }
  proof.note(`8 times the text takes at most ${worst.ratio.toFixed(0)} times the processor's time (${worst.what})`);
});

const isEvery = (step: number): string[] => words.filter((_, index) => index % step === 0);

promise('bad input: branch and file names with every legal byte', async (proof) => {
  const repository = Repository.make();
  repository.commit('begin', { 'a.txt': 'a\n' });
  const home = temporaryFolder('home');
  const call = (...args: string[]) => spawnSync(process.execPath, [commandLine, ...args], { encoding: 'utf8', env: { ...process.env, SESSION_HANDOFF_HOME: home, GIT_CONFIG_GLOBAL: '/dev/null' } });
  // Files: every byte but the separator and NUL. Not every file system takes every one; those that are refused are not there.
  let files = 0;
  for (let byte = 1; byte < 256; byte++) {
    if (byte === 0x2f) continue;
    const name = Buffer.concat([Buffer.from(`${repository.folder}/n`), Buffer.from([byte]), Buffer.from(`${byte}.sql`)]);
    try { writeFileSync(name, `CREATE TABLE t${byte} (id int);\n`); files++; } catch { /* as said */ }
  }
  const { status, stdout, stderr } = call('changes', '--folder', repository.folder);
  await proof.attempt('the command line reads them', () => {
    if (status !== 0) throw new Error(stderr);
    const { facts } = JSON.parse(stdout) as { facts: { table?: string }[] };
    // A name that is not UTF-8 cannot be named in JSON: its file is left out, the others are read.
    const found = new Set(facts.map(({ table }) => table));
    for (let byte = 1; byte < 128; byte++) if (byte !== 0x2f && files > 250 && !found.has(`t${byte}`)) throw new Error(`the file with the byte ${byte} in its name was not read`);
  });
  proof.tried(files);
  // Branches: what git takes (check-ref-format), each through a real Write.
  let branches = 0;
  const session = join(temporaryFolder('session'), 'session.json');
  const step = count(1, 40);
  for (let byte = 1; byte < 256; byte++) {
    const branch = Buffer.concat([Buffer.from('b'), Buffer.from([byte]), Buffer.from('x')]);
    const name = byte < 128 ? branch.toString('latin1') : Buffer.from(String.fromCharCode(byte), 'utf8').toString('utf8');
    const file = noteFileName({ id: 'a1b2c3d4', created: '2026-11-22T14:02:33+01:00' }, { branch: name });
    proof.holds(/^handoffs\/[A-Za-z0-9._-]+\.md$/.test(file), `the branch ${JSON.stringify(name)} gives the note ${file}`);
    if (byte % step !== 0) continue;
    try { execFileSync('git', ['-C', repository.folder, 'checkout', '-q', '-B', name], { stdio: 'ignore' }); } catch { continue; }
    branches++;
    writeFileSync(session, JSON.stringify({ version: 1, id: `b${byte}aaaaaa`, created: '2026-11-22T14:02:33+01:00', date: '2026-11-22', entries: [{ item: 'bug', text: `On branch number ${byte}` }] }));
    const written = call('write', '--folder', repository.folder, '--session', session);
    const note = written.status === 0 ? (JSON.parse(written.stdout) as { note: string }).note : '';
    // A control character of a branch's name is kept, spelled out: the name is git's, and nothing in the note hides.
    const text = written.status === 0 ? readFileSync(join(repository.folder, note), 'utf8') : '';
    const read = readNote(text);
    proof.holds(read.kind === 'note' && read.branch === name && !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text), `on the branch ${JSON.stringify(name)}: ${written.stderr}${note}`);
  }
  for (const name of ['$(touch${IFS}pwned)', '`touch${IFS}pwned`', ';touch${IFS}pwned', '|touch${IFS}pwned', '-x', "'\"", '&&touch${IFS}pwned;']) {
    try { execFileSync('git', ['-C', repository.folder, 'update-ref', `refs/heads/${name}`, 'HEAD'], { stdio: 'ignore' }); execFileSync('git', ['-C', repository.folder, 'symbolic-ref', 'HEAD', `refs/heads/${name}`], { stdio: 'ignore' }); } catch { continue; }
    branches++;
    writeFileSync(session, JSON.stringify({ version: 1, id: 'bshell00', created: '2026-11-22T14:02:33+01:00', date: '2026-11-22', entries: [{ item: 'bug', text: `On ${name}` }] }));
    for (const args of [['write', '--folder', repository.folder, '--session', session], ['suggest', '--folder', repository.folder], ['check', '--folder', repository.folder], ['changes', '--folder', repository.folder]]) {
      const ran = call(...args);
      proof.holds(ran.status === 0 && !readdirSync(repository.folder).includes('pwned'), `${args[0] ?? ''} on the branch ${name}: ${ran.stderr}`);
    }
  }
  proof.note(`${files} file names, ${branches} branches`);
});
