// Handing over: `resume` and `hook` from the command line, each beside bare Node in the same round, since the machine's own load
// wavers; and how many tokens the sample's note is. There is no rival: nothing else hands a note over without the agent.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeSample } from '../editor/sample/makeSample.mjs';

const cli = join(dirname(fileURLToPath(import.meta.url)), '../../dist/cli.js');
const runs = 15;
/** No tokenizer: four characters to a token, as is usual for English text and code. */
const charactersPerToken = 4;

const median = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** How long the view "Handoffs" waits for the notes of a folder that has many. @param {string} into @param {string} text of a note */
async function listing(into, text) {
  const many = 500;
  const base = join(into, 'many');
  mkdirSync(join(base, '.claude/docs/handoffs'), { recursive: true });
  const names = Array.from({ length: many }, (_, index) => `20260101T${String(index).padStart(6, '0')}Z-feature-auth-${String(index).padStart(8, '0')}.md`);
  for (const name of names) writeFileSync(join(base, '.claude/docs/handoffs', name), text);
  const bundle = join(into, 'handoffNotes.mjs');
  await build({ entryPoints: [fileURLToPath(new URL('../../src/node/handoffNotes.ts', import.meta.url))], outfile: bundle, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  const { listNotes } = await import(pathToFileURL(bundle).href);
  const [listed, whole] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    const { notes } = await listNotes({ base, documentsFolder: '.claude/docs' });
    const middle = performance.now();
    if (notes.length !== many) throw new Error(`${notes.length} of ${many} notes were listed`);
    for (const name of names) readFileSync(join(base, '.claude/docs/handoffs', name), 'utf8');
    listed.push(middle - began);
    whole.push(performance.now() - middle);
  }
  return { what: `listing ${many} notes`, ours: `${median(listed).toFixed(0)} ms`, rival: '', note: `wanted: under 100 ms; the first ${listed[0]?.toFixed(0)} ms; their files read whole, and nothing done with them: ${median(whole).toFixed(0)} ms` };
}

export async function bench() {
  const into = mkdtempSync(join(tmpdir(), 'session-handoff-bench-resume-'));
  try {
    const sample = makeSample(join(into, 'sample'));
    const { folder, transcript } = sample;
    const env = { ...process.env, ...sample.env };
    const call = (/** @type {string[]} */ args, input = '') => spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8', input, env });
    const { suggestions } = JSON.parse(call(['suggest', '--folder', folder, '--transcript', transcript ?? '']).stdout);
    const session = join(into, 'session.json');
    writeFileSync(session, JSON.stringify({ version: 1, id: 'a1b2c3d4', created: new Date().toISOString(), date: new Date().toISOString().slice(0, 10), entries: suggestions.map(({ item, text, detail, links }) => ({ item, text, detail, links })) }));
    const { note } = JSON.parse(call(['write', '--folder', folder, '--session', session]).stdout);
    const text = readFileSync(join(folder, note), 'utf8');
    const event = (/** @type {object} */ fields) => JSON.stringify({ session_id: 's1', transcript_path: transcript, cwd: folder, ...fields });
    const tasks = [
      { what: '`resume` over bare Node', args: ['resume', '--folder', folder], input: '' },
      { what: '`hook` SessionStart over bare Node', args: ['hook'], input: event({ hook_event_name: 'SessionStart', source: 'startup' }) },
      { what: '`hook` PreCompact over bare Node', args: ['hook'], input: event({ hook_event_name: 'PreCompact', trigger: 'auto' }) },
    ];
    /** @type {{ what: string, ours: string, rival: string, note: string }[]} */
    const rows = [];
    for (const { what, args, input } of tasks) {
      const [over, bare] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
      let printed = 0;
      for (let run = 0; run < runs; run++) {
        const began = performance.now();
        spawnSync(process.execPath, ['-e', '0'], { env });
        const middle = performance.now();
        printed = call(args, input).stdout.length;
        over.push(performance.now() - middle - (middle - began));
        bare.push(middle - began);
      }
      rows.push({ what, ours: `${median(over).toFixed(0)} ms`, rival: '', note: `bare Node ${median(bare).toFixed(0)} ms, ${printed} characters printed, median of ${runs}` });
    }
    rows.push({ what: 'note of the sample\'s session', ours: `${Math.ceil(text.length / charactersPerToken)} tokens`, rival: '', note: `${text.length} characters, every one of ${suggestions.length} suggestions accepted; ${charactersPerToken} characters counted as a token` });
    rows.push(await listing(into, text));
    return rows;
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}
