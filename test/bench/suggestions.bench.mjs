// What an agent's transcript suggests: the time to the first suggestions on 100 and 500 MB (the last reset 20 MB from the end,
// or none at all), how long a new record takes, how long the caller's event loop stood still, and the memory; the rival reads and
// parses the whole file. Precision and recall on the labelled excerpts stand below: node test/bench/suggestions/score.mjs lists them.
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { score } from './suggestions/score.mjs';
import { claudeTranscript } from './suggestions/transcript.mjs';
import { cases } from './suggestions/cases.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const cache = process.env.SESSION_HANDOFF_BENCH_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'session-handoff-bench', 'suggestions');
const megabyte = 1024 * 1024;
const ms = (/** @type {number} */ value) => `${value.toFixed(0)} ms`;
const median = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Work as agents do it, about 70 kB a round: reads of files, runs, edits, talk. @param {number} round */
function roundOf(round) {
  const source = Array.from({ length: 400 }, (_, line) => `  const value${line} = read(input${line}, ${round}); // line ${line} of a file that the agent looked at`).join('\n');
  const { steps } = cases[round % cases.length] ?? { steps: [] };
  return claudeTranscript([{ run: `cat src/part${round}.ts`, out: source }, ...steps.filter((step) => !step.compact && !step.clear && step.rewindTo === undefined).slice(0, 6), { say: `Round ${round} is done.` }],
    { start: new Date(Date.parse('2026-11-20T09:00:00Z') + round * 60_000).toISOString() })
    .replaceAll('00000000-0000-4000-8000-', `00000000-0000-4000-8000-${String(round).padStart(6, '0')}`).replaceAll('"parentUuid":null', `"parentUuid":"root-${round - 1}"`).replaceAll('toolu_', `toolu_${round}_`);
}

/** A transcript of this size whose last compaction is so far from its end; made once. @param {number} size @param {number} sinceReset megabytes */
function transcript(size, sinceReset) {
  const file = join(cache, `${size}-${sinceReset}.jsonl`);
  if (existsSync(file) && statSync(file).size > size * megabyte) return file;
  mkdirSync(cache, { recursive: true });
  rmSync(file, { force: true });
  const handle = openSync(file, 'w');
  const resetAt = (size - sinceReset) * megabyte;
  let [written, round, reset] = [0, 0, false];
  while (written <= size * megabyte) {
    if (!reset && sinceReset < size && written >= resetAt) {
      reset = true;
      written += writeSync(handle, `${JSON.stringify({ type: 'system', subtype: 'compact_boundary', parentUuid: null, uuid: `boundary`, isSidechain: false, timestamp: new Date(Date.parse('2026-11-20T09:00:00Z') + round * 60_000).toISOString(), sessionId: '5f0e6f0a-0000-4000-8000-000000000001', content: 'Conversation compacted', compactMetadata: { trigger: 'auto', preTokens: 180000 } })}\n`);
    }
    const text = roundOf(round++);
    written += writeSync(handle, text.endsWith('\n') ? text : `${text}\n`);
  }
  closeSync(handle);
  return file;
}

export async function bench() {
  const { AgentSuggestionsWorker } = await worker();
  const rows = [];
  for (const [size, sinceReset] of /** @type {const} */ ([[100, 20], [500, 20], [500, 500]])) {
    const file = transcript(size, sinceReset);
    const copy = `${file}.grown`;
    rmSync(copy, { force: true });
    appendFileSync(copy, readFileSync(file));
    const first = [];
    const all = [];
    const grown = [];
    let count = 0;
    const delay = monitorEventLoopDelay({ resolution: 5 });
    for (let run = 0; run < 5; run++) {
      const reader = new AgentSuggestionsWorker(join(root, 'dist/agentSuggestions.worker.js'));
      let early = 0;
      delay.enable();
      const began = performance.now();
      await reader.ask({ file: copy, folder: root }, ({ suggestions }) => {
        early ||= performance.now() - began;
        count = suggestions.length;
      });
      first.push(early);
      all.push(performance.now() - began);
      appendFileSync(copy, `${JSON.stringify({ type: 'user', uuid: `new-${run}`, parentUuid: null, isSidechain: false, sessionId: '5f0e6f0a-0000-4000-8000-000000000001', timestamp: '2027-01-01T00:00:00Z', message: { role: 'user', content: `always say number ${run} in this repository` } })}\n`);
      const asked = performance.now();
      await reader.ask({ file: copy, folder: root }, () => undefined);
      grown.push(performance.now() - asked);
      delay.disable();
      reader.dispose();
    }
    const began = performance.now();
    let parsed = 0;
    // The string of a whole file of 500 MB is beyond what Node can hold: block by block, as the plainest reader would.
    for (const line of lines(copy)) { try { JSON.parse(line); parsed++; } catch { /* a broken line */ } }
    const whole = performance.now() - began;
    const what = `${size} MB, ${sinceReset < size ? `last reset ${sinceReset} MB from the end` : 'never reset'}`;
    rows.push({ what: `${what}: first suggestions`, ours: ms(median(first)), rival: `${ms(whole)} to read and parse all`, note: `where to carry on; a new worker each time` });
    rows.push({ what: `${what}: all suggestions`, ours: ms(median(all)), rival: '', note: `${count} suggestions, ${parsed} records; older to-dos looked for` });
    rows.push({ what: `${what}: a new record`, ours: ms(median(grown)), rival: '', note: 'read on, all rules run again' });
    rows.push({ what: `${what}: the caller's event loop stood still`, ours: ms(delay.max / 1e6), rival: ms(whole), note: 'the longest time' });
    rows.push({ what: `${what}: memory`, ours: `${((await memoryOf(copy)) / 1024).toFixed(0)} MB`, rival: '', note: 'largest resident size of a process that only does this' });
    rmSync(copy);
  }
  const { cases: excerpts, precision, recall } = score(['node', join(root, 'dist/cli.js'), 'suggest']);
  rows.push({ what: `${excerpts} labelled excerpts`, ours: `precision ${(100 * precision).toFixed(1)} %, recall ${(100 * recall).toFixed(1)} %`, rival: '', note: 'written by hand after public sessions' });
  return rows;
}

/** @param {string} file */
function* lines(file) {
  const { openSync: open, readSync, closeSync: close } = createRequire(import.meta.url)('node:fs');
  const handle = open(file, 'r');
  const buffer = Buffer.alloc(megabyte);
  let rest = Buffer.alloc(0);
  for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
    const block = Buffer.concat([rest, buffer.subarray(0, read)]);
    let from = 0;
    for (let feed = block.indexOf(10); feed >= 0; feed = block.indexOf(10, from)) {
      yield block.toString('utf8', from, feed);
      from = feed + 1;
    }
    rest = block.subarray(from);
  }
  close(handle);
}

async function worker() {
  const outfile = join(cache, 'worker.cjs');
  mkdirSync(cache, { recursive: true });
  await build({ bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error', absWorkingDir: root, entryPoints: ['src/node/agentSuggestionsInWorker.ts'] });
  return createRequire(import.meta.url)(outfile);
}

/** Kilobytes. @param {string} file */
async function memoryOf(file) {
  const { execFileSync } = await import('node:child_process');
  const script = `const { AgentSuggestionsWorker } = require(${JSON.stringify(join(cache, 'worker.cjs'))}); const reader = new AgentSuggestionsWorker(${JSON.stringify(join(root, 'dist/agentSuggestions.worker.js'))});
    const alive = setInterval(() => {}, 1000); reader.ask({ file: ${JSON.stringify(file)}, folder: ${JSON.stringify(root)} }, () => {}).then(() => { console.log(process.resourceUsage().maxRSS); clearInterval(alive); reader.dispose(); });`;
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}
