// How full the context is: ours in the process and from the command line, at 1, 100 and 500 MB, beside bare Node,
// ccstatusline and ccusage (from the registry, into a cache folder; left out with a note when they cannot be had).
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const cache = process.env.SESSION_HANDOFF_BENCH_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'session-handoff-bench', 'context');
const sizes = [1, 100, 500];
const rivals = { ccstatusline: '2.2.30', ccusage: '20.0.26' };

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const mb = (kilobytes) => `${(kilobytes / 1024).toFixed(1)} MB`;

/** A transcript of this size and what its generator says a reader must answer; made once. */
function transcript(megabytes) {
  const file = join(cache, `${megabytes}.jsonl`);
  const truth = `${file}.truth.json`;
  if (!existsSync(truth) || !existsSync(file)) {
    const made = spawnSync(process.execPath, [join(here, 'context/generate.mjs'), '--megabytes', String(megabytes), '--seed', '1', '--out', file], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(made.stderr);
    writeFileSync(truth, made.stdout);
  }
  return { file, truth: JSON.parse(readFileSync(truth, 'utf8')) };
}

/** Installs the rivals once; the reason why not, if they cannot be had. */
function installRivals() {
  const wanted = Object.entries(rivals).map(([name, version]) => `${name}@${version}`);
  if (Object.keys(rivals).every((name) => existsSync(join(cache, 'rivals/node_modules', name)))) return undefined;
  mkdirSync(join(cache, 'rivals'), { recursive: true });
  writeFileSync(join(cache, 'rivals/package.json'), '{"private":true}');
  // npm leaves the native package out where the registry lacks that very version.
  const native = `@ccusage/ccusage-${process.platform}-${process.arch}`;
  const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...wanted, native], { cwd: join(cache, 'rivals'), encoding: 'utf8', shell: process.platform === 'win32' });
  return done.status === 0 ? undefined : `not installable: ${/npm error (?!code)(.*)/.exec(done.stderr)?.[1] ?? 'npm failed'}`;
}

/**
 * Runs a program several times, each time after bare Node, since the machine's own load wavers: the median of what it took
 * more than that, its memory, and its last answer.
 */
function timed(args, { input = '', env = {}, runs = 7 } = {}) {
  const memory = join(cache, 'memory.cjs');
  writeFileSync(memory, "process.on('exit', () => require('node:fs').writeFileSync(process.env.BENCH_MEMORY, String(process.resourceUsage().maxRSS)));");
  const report = join(cache, 'memory.txt');
  const times = [];
  const bare = [];
  let out = '';
  for (let run = 0; run < runs; run++) {
    const before = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    const began = performance.now();
    const done = spawnSync(process.execPath, args, { input, encoding: 'utf8', env: { ...process.env, ...env } });
    bare.push(began - before);
    times.push(performance.now() - began - (began - before));
    out = done.stdout;
    if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}`);
  }
  spawnSync(process.execPath, ['--require', memory, ...args], { input, env: { ...process.env, ...env, BENCH_MEMORY: report } });
  return { over: median(times), bare: median(bare), memory: Number(readFileSync(report, 'utf8')), out };
}

/** Our readers, built as they ship. */
async function ours(folder) {
  const outfile = join(folder, 'readers.cjs');
  await build({ bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error', absWorkingDir: root,
    stdin: { resolveDir: join(root, 'src/node'), contents: "export * from './transcriptBytes.js'; export * from './sessionReading.js';" } });
  return createRequire(import.meta.url)(outfile);
}

function tailTime(readers, file) {
  const read = () => readers.withTranscript(file, (source) => {
    const { reading } = readers.startTail(source);
    readers.readTail(source, reading);
    return reading.result().usedTokens;
  });
  for (let warm = 0; warm < 20; warm++) read();
  const times = [];
  for (let run = 0; run < 50; run++) {
    const began = performance.now();
    read();
    times.push(performance.now() - began);
  }
  return median(times);
}

/**
 * How long the event loop was held at most while something ran, in milliseconds beyond the timer's own step: what Node's own
 * monitor says. On a busy machine the system holds it as well: `resting` is the same measure over as long a time with nothing to do.
 */
async function heldBy(work) {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  const most = () => Math.max(0, monitor.max / 1e6 - 1);
  await sleep(20);
  monitor.enable();
  const before = process.cpuUsage();
  const began = performance.now();
  const result = await work();
  const time = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  await sleep(5);
  monitor.disable();
  const held = most();
  monitor.reset();
  monitor.enable();
  await sleep(time);
  monitor.disable();
  return { result, time, cpu: (user + system) / 1000, held, resting: most() };
}

/** Compactions of a whole file in slices: how long it takes, and how long the event loop was held at most. */
async function countTime(readers, file) {
  const { source, close } = readers.openTranscript(file);
  const { agent, reading: tail } = readers.startTail(source);
  readers.readTail(source, tail);
  const query = readers.historyQuery(tail.result(), { window: {}, autoCompact: {} }, true);
  const history = readers.startHistory(agent, query);
  try {
    return { ...await heldBy(() => readers.readHistoryInSlices(source, history)), count: history.result().compactions.length };
  } finally {
    close();
  }
}

export async function bench() {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'context-bench-'));
  try {
    const rows = [];
    const readers = await ours(folder);
    const offline = installRivals();
    const bare = timed(['-e', '0']);
    const cli = join(root, 'dist/cli.js');
    for (const size of sizes) {
      const { file, truth } = transcript(size);
      const label = `${size} MB`;
      const right = (found) => (Object.entries(found).every(([key, value]) => truth[key] === value) ? 'right' : `WRONG: ${JSON.stringify(found)} for ${truth.usedTokens}, ${truth.compactions}`);
      rows.push({ what: `${label}: the number, in the process`, ours: ms(tailTime(readers, file)), rival: '', note: 'median of 50' });
      const counted = await countTime(readers, file);
      rows.push({ what: `${label}: compactions, in slices`, ours: ms(counted.time), rival: '', note: `${ms(counted.cpu)} of the processor; event loop held ${ms(counted.held)} at most (with nothing to do ${ms(counted.resting)}); ${right({ compactions: counted.count })}` });

      const state = { SESSION_HANDOFF_HOME: join(folder, `state-${size}`) };
      const first = timed([cli, 'context', '--transcript', file], { env: state, runs: 1 });
      const again = timed([cli, 'context', '--transcript', file], { env: state });
      const { usedTokens, window, compactions } = JSON.parse(again.out);
      const home = join(folder, `home-${size}`);
      const project = join(home, '.claude/projects', truth.cwd.replace(/[^a-zA-Z0-9]/g, '-'));
      mkdirSync(project, { recursive: true });
      let named = join(project, `${truth.sessionId}.jsonl`);
      try { linkSync(file, named); } catch { named = file; }
      const input = JSON.stringify({ session_id: truth.sessionId, transcript_path: named, cwd: root, version: '2.1.240', model: { id: truth.model, display_name: 'Opus' }, workspace: { current_dir: root, project_dir: root },
        cost: { total_cost_usd: 0 }, context_window: { total_input_tokens: truth.usedTokens, total_output_tokens: 1, context_window_size: truth.window } });
      const rival = (name, script, ...args) => {
        if (offline) return { text: offline, memory: '' };
        try {
          const program = join(cache, 'rivals/node_modules', name);
          const measured = timed([join(program, script), ...args], { input, env: { HOME: home, USERPROFILE: home }, runs: 3 });
          return { text: `${name} ${ms(measured.over)}`, memory: `${name} ${mb(measured.memory - bare.memory)}` };
        } catch (error) {
          return { text: `${name} failed`, memory: error instanceof Error ? error.message.slice(0, 80) : '' };
        }
      };
      const peers = [rival('ccstatusline', 'dist/ccstatusline.js'), rival('ccusage', 'src/cli.js', 'statusline', '--offline', '--no-cache')];
      rows.push({ what: `${label}: command line, over bare Node`, ours: ms(again.over), rival: peers.map(({ text }) => text).join(', '),
        note: `${right({ usedTokens, window, compactions })}; the first call, which counts, ${ms(first.over)}; bare Node ${ms(again.bare)}; ccusage prints what it was told` });
      rows.push({ what: `${label}: memory, over bare Node`, ours: mb(again.memory - bare.memory), rival: peers[0]?.memory ?? '', note: `first call ${mb(first.memory - bare.memory)}; file ${(statSync(file).size / 1e6).toFixed(0)} MB` });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
