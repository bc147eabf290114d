// Checks 1,000 links over 200 files of a repository with 50,000 commits: from the command line and as the editor does, where nothing is
// known of the history, at a later start, after a commit and again, beside one `git diff` per link; and finds the labelled lines if
// they are there.
//   MIRRORS=folder  adds the table of labelled lines (bare repositories at MIRRORS/OWNER+NAME/repo) of links/labels.jsonl, or of LINKS_SAMPLES=….jsonl,
//                  and that of uncommitted changes
import { spawn, spawnSync } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { build } from 'esbuild';
import { score } from './links/scoreLines.mjs';
import { uncommitted } from './links/uncommitted.mjs';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const cli = join(root, 'dist/cli.js');
const COMMITS = 50_000;
const FILES = 200;
const LINKS = 1000;

export async function bench() {
  const rows = [];
  const folder = mkdtempSync(join(tmpdir(), 'session-handoff-bench-'));
  const home = process.env.SESSION_HANDOFF_HOME;
  try {
    await buildRepository(folder);
    const naive = perLink(folder);
    // What is remembered of the history: a folder of its own for each first time.
    process.env.SESSION_HANDOFF_HOME = join(folder, '.git/home');
    for (const run of ['cold', 'again']) {
      const started = performance.now();
      const { stdout, status } = spawnSync('node', [cli, 'check', '--folder', folder], { encoding: 'utf8', maxBuffer: 1e9 });
      const took = performance.now() - started;
      const states = {};
      for (const line of stdout.split('\n').filter(Boolean)) {
        const { status: state } = JSON.parse(line);
        states[state] = (states[state] ?? 0) + 1;
      }
      rows.push({ what: `check ${LINKS} links, ${FILES} files, ${COMMITS} commits (${run})`, ours: `${Math.round(took)} ms`, rival: `${naive} ms (a git diff per link)`, note: `exit ${status}; ${Object.entries(states).map(([state, count]) => `${count} ${state}`).join(', ')}` });
    }
    rows.push(...(await sources((parts) => inEditor(folder, naive, parts))));
  } finally {
    if (home === undefined) delete process.env.SESSION_HANDOFF_HOME;
    else process.env.SESSION_HANDOFF_HOME = home;
    rmSync(folder, { recursive: true, force: true });
  }
  const { LINKS_SAMPLES: samples = join(root, 'test/bench/links/labels.jsonl'), MIRRORS: mirrors } = process.env;
  if (mirrors && existsSync(samples)) rows.push(...(await labelled(samples, mirrors)));
  return rows;
}

/** What one `git diff` per link takes, in milliseconds: 40 of them, times the rest. */
function perLink(folder) {
  const from = spawnSync('git', ['rev-list', '--max-count=1', '--skip=25000', 'HEAD'], { cwd: folder, encoding: 'utf8' }).stdout.trim();
  const files = spawnSync('git', ['ls-files', 'src'], { cwd: folder, encoding: 'utf8' }).stdout.split('\n').slice(0, 40);
  const started = performance.now();
  for (const file of files) spawnSync('git', ['diff', '-U0', '-M', from, 'HEAD', '--', file], { cwd: folder });
  return Math.round(((performance.now() - started) / files.length) * LINKS);
}

/** Parts of the sources, for a bench that calls them as the editor does. */
async function sources(use) {
  const scratch = mkdtempSync(join(root, 'node_modules/.links-bench-'));
  try {
    const entryPoints = [join(root, 'src/node/linksWorker.ts'), join(root, 'src/core/links/codeLink.ts')];
    await build({ entryPoints, outdir: scratch, bundle: true, platform: 'node', format: 'esm', outExtension: { '.js': '.mjs' }, logLevel: 'error' });
    const part = (path) => import(pathToFileURL(join(scratch, path)).href);
    return await use({ ...(await part('node/linksWorker.mjs')), ...(await part('core/links/codeLink.mjs')) });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** As in the editor: a worker answers, and the event loop of the extension host is watched meanwhile. */
async function inEditor(folder, naive, { LinksWorker }) {
  const text = readFileSync(join(folder, '.claude/docs/TROUBLESHOOTING.md'), 'utf8');
  const links = text.split('\n').filter((line) => line.startsWith('- '));
  const document = (some) => ({ path: '.claude/docs/TROUBLESHOOTING.md', text: `# Troubleshooting\n\n${some.join('\n')}\n` });
  const rows = [];
  for (const [what, some, wanted] of [[`${LINKS} links of a document`, links, '2000 ms cold, 200 ms again'], ['its 200 newest links', links.slice(-200), '300 ms'], ['its 200 oldest links', links.slice(0, 200), '300 ms']]) {
    process.env.SESSION_HANDOFF_HOME = mkdtempSync(join(folder, '.git/home-'));
    let worker = new LinksWorker(join(root, 'dist/links.worker.js'));
    let blocked = 0;
    const ask = async () => {
      const delay = monitorEventLoopDelay({ resolution: 2 });
      delay.enable();
      const started = performance.now();
      await worker.ask({ base: folder, documents: [document(some)], drafts: [], unsaved: [], program: 'git' });
      const took = performance.now() - started;
      delay.disable();
      blocked = Math.max(blocked, delay.max / 1e6);
      return Math.round(took);
    };
    const cold = await ask();
    const again = await ask();
    worker.stop();
    worker = new LinksWorker(join(root, 'dist/links.worker.js'));
    const restarted = await ask();
    commitBelow(folder);
    const committed = await ask();
    rows.push({
      what: `${what}, in the editor's worker`, ours: `${cold} ms cold, ${restarted} ms at the next start, ${committed} ms after a commit, ${again} ms again`, rival: `${Math.round((naive * some.length) / LINKS)} ms (a git diff per link)`,
      note: `${wanted} wanted; the event loop stood still for at most ${blocked.toFixed(0)} ms`,
    });
    worker.stop();
  }
  return rows;
}

/** Another commit that edits a linked file. */
function commitBelow(folder) {
  const file = join(folder, spawnSync('git', ['ls-files', 'src'], { cwd: folder, encoding: 'utf8' }).stdout.split('\n')[0]);
  writeFileSync(file, `// one more\n${readFileSync(file, 'utf8')}`);
  spawnSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-qam', 'x'], { cwd: folder });
}

async function labelled(samples, mirrors) {
  const byRepository = new Map();
  const scored = score(mirrors, readFileSync(samples, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)));
  for (const row of scored) byRepository.set(row.repo, [...(byRepository.get(row.repo) ?? []), row]);
  const rows = [...byRepository].map(([repo, rows]) => {
    const share = (outcome) => ((100 * rows.filter((row) => row.outcome === outcome).length) / rows.length).toFixed(1);
    return { what: `locate, ${repo}`, ours: `${share('right')} % right, ${share('wrong')} % wrong jumps`, rival: 'git diff with renames and likeness: 95.5 / 1.4', note: `${rows.length} lines` };
  });
  for (const { state, lines, same, right, wrong, others } of await sources((parts) => askUncommitted(scored, mirrors, parts))) {
    for (const other of others) console.error(`${state}: ${other}`);
    rows.push({ what: `one commit's change, ${state}`, ours: `${same} of ${lines} answers as between the commits`, rival: '', note: `${((100 * right) / lines).toFixed(1)} % right, ${((100 * wrong) / lines).toFixed(1)} % wrong jumps` });
  }
  return rows;
}

async function askUncommitted(scored, mirrors, { LinksWorker, formatCodeLink }) {
  const worker = new LinksWorker(join(root, 'dist/links.worker.js'));
  try {
    return await uncommitted(scored, mirrors, (question) => worker.ask(question), ({ file, line, text }) => formatCodeLink({ path: file, line, text }, { folder: '.claude/docs/handoffs', workspacePath: '' }));
  } finally {
    worker.stop();
  }
}

/** A repository made by `git fast-import`: most commits touch other files, one in ten edits one of the linked ones. */
async function buildRepository(folder) {
  const git = (...args) => spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  git('init', '-q', '-b', 'main');
  let seed = 7;
  const random = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return (seed >>> 9) % below;
  };
  const words = ['user', 'order', 'token', 'session', 'cache', 'index', 'route', 'query', 'event', 'queue', 'timer', 'store'];
  const statement = () => (random(6) === 0 ? '  }' : `  const ${words[random(12)]}${random(400)} = ${words[random(12)]}.${words[random(12)]}(${words[random(12)]}, ${random(90)});`);
  const files = Array.from({ length: FILES }, (_, k) => ({ path: `src/${words[k % 12]}/part${k}.js`, lines: Array.from({ length: 150 + random(250) }, statement) }));
  const importer = spawn('git', ['fast-import', '--quiet'], { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'] });
  const done = new Promise((resolve) => importer.on('close', resolve));
  let pending = '';
  const send = async (text) => {
    pending += text;
    if (pending.length < 1 << 20) return;
    const chunk = pending;
    pending = '';
    if (!importer.stdin.write(chunk)) await new Promise((resolve) => importer.stdin.once('drain', resolve));
  };
  const blob = (path, text) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  const document = [];
  const linksPerCommit = 5;
  const captures = LINKS / linksPerCommit;
  for (let number = 0; number < COMMITS; number++) {
    let changes = '';
    if (number === 0) for (const { path, lines } of files) changes += blob(path, `${lines.join('\n')}\n`);
    else if (number % 10 === 0) {
      const { path, lines } = files[random(FILES)];
      const at = random(lines.length);
      const kind = random(4);
      if (kind === 0) lines.splice(at, 1 + random(3));
      else if (kind === 1) lines[at] = lines[at].replace('(', '(await ');
      else lines.splice(at, 0, ...Array.from({ length: 1 + random(5) }, statement));
      changes = blob(path, `${lines.join('\n')}\n`);
    } else changes = blob(`notes/${words[number % 12]}/${number % 300}.txt`, `${number}\n`);
    if (number % (COMMITS / captures) === 1) {
      const links = Array.from({ length: linksPerCommit }, () => {
        const { path, lines } = files[random(FILES)];
        const line = 1 + random(lines.length);
        return `- Fixed ([${path}:${line}](../../${path}#L${line} "${lines[line - 1].trim().slice(0, 120)}"))\n`;
      });
      document.push(links.join(''));
      changes += blob('.claude/docs/TROUBLESHOOTING.md', `# Troubleshooting\n\n${document.join('')}`);
    }
    await send(`commit refs/heads/main\ncommitter A <a@example.org> ${1_600_000_000 + number} +0000\ndata 1\nx\n${changes}\n`);
  }
  importer.stdin.end(pending);
  await done;
  git('checkout', '-q', '-f', 'main');
  mkdirSync(join(folder, '.claude/docs'), { recursive: true });
  writeFileSync(join(folder, '.claude/docs/.keep'), '');
}
