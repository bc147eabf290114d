#!/usr/bin/env node
// Precision and recall of `suggest` on labelled excerpts.
//   node test/bench/suggestions/score.mjs [-- node dist/cli.js suggest]
// VERBOSE=1 lists every miss and every suggestion too many.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cases } from './cases.mjs';
import { claudeTranscript, codexTranscript } from './transcript.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** @typedef {{ item: string, text: string, detail: string, links: { path: string }[] }} Printed */

/** Whether a suggestion is the expected one. @param {Printed} suggestion @param {import('./cases.mjs').Expected} expected */
export function fits(suggestion, expected) {
  const items = [expected.item].flat();
  const said = `${suggestion.text}\n${suggestion.detail}`.toLowerCase();
  return items.includes(suggestion.item) && expected.has.every((part) => said.includes(part.toLowerCase()));
}

/** Scores one answer. @param {Printed[]} answer @param {import('./cases.mjs').Expected[]} expect */
export function scoreOf(answer, expect) {
  const left = [...answer];
  const missed = expect.filter((one) => {
    const at = left.findIndex((suggestion) => fits(suggestion, one));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { right: expect.length - missed.length, missed, tooMany: left };
}

/** @param {string[]} command @param {string} folder @param {string} transcript @returns {Printed[]} */
function ask(command, folder, transcript) {
  const [program = 'node', ...args] = command;
  return JSON.parse(execFileSync(program, [...args, '--folder', folder, '--transcript', transcript], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024, timeout: 60_000 })).suggestions;
}

/** Runs every case. @param {string[]} command */
export function score(command) {
  const work = mkdtempSync(join(tmpdir(), 'suggest-'));
  const folder = join(work, 'folder');
  mkdirSync(folder);
  const totals = { right: 0, missed: 0, tooMany: 0, cases: 0 };
  try {
    for (const { name, agent, steps, expect } of cases) {
      const file = join(work, 'transcript.jsonl');
      writeFileSync(file, (agent === 'codex' ? codexTranscript : claudeTranscript)(steps));
      const result = scoreOf(ask(command, folder, file), expect);
      totals.cases++;
      totals.right += result.right;
      totals.missed += result.missed.length;
      totals.tooMany += result.tooMany.length;
      if (process.env.VERBOSE) {
        for (const one of result.missed) console.log(`missed    ${name}: ${[one.item].flat().join('/')} ${one.has.join(' … ')}`);
        for (const one of result.tooMany) console.log(`too many  ${name}: ${one.item} ${one.text}${one.detail ? ` — ${one.detail.replaceAll('\n', ' ⏎ ')}` : ''}`);
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { ...totals, precision: totals.right / Math.max(1, totals.right + totals.tooMany), recall: totals.right / Math.max(1, totals.right + totals.missed) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dash = process.argv.indexOf('--');
  const command = dash >= 0 ? process.argv.slice(dash + 1) : ['node', join(here, '..', '..', '..', 'dist', 'cli.js'), 'suggest'];
  const { cases: number, right, missed, tooMany, precision, recall } = score(command);
  console.log(`${String(number)} excerpts: ${String(right)} right, ${String(missed)} missed, ${String(tooMany)} too many; precision ${(100 * precision).toFixed(1)} %, recall ${(100 * recall).toFixed(1)} %`);
}
