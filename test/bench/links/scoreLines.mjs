// Runs labelled lines (`chainLines.mjs`) through `locate` of the command line and prints how many it gets right.
//   node scoreLines.mjs MIRRORS LABELS.jsonl … [--show wrong,falseLost,ambiguous]
// A wrong jump is the worst outcome; `lost` and `ambiguous` are honest.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = join(dirname(fileURLToPath(import.meta.url)), '../../../dist/cli.js');
const gitDirOf = (mirrors, repo) => join(mirrors, repo.replace('/', '+'), 'repo');

/** Reads many `commit:path` of a repository at once. */
function texts(gitDir, names) {
  const wanted = [...new Set(names)];
  const { stdout } = spawnSync('git', ['--git-dir', gitDir, 'cat-file', '--batch'], { input: wanted.map((name) => `${name}\n`).join(''), maxBuffer: 2e9 });
  const found = new Map();
  let at = 0;
  for (const name of wanted) {
    const end = stdout.indexOf(10, at);
    const size = / (\d+)$/.exec(stdout.subarray(at, end).toString())?.[1];
    at = end + 1;
    if (size === undefined) continue;
    found.set(name, stdout.subarray(at, at + Number(size)).toString().replace(/^\ufeff/, '').split(/\r?\n/));
    at += Number(size) + 1;
  }
  return found;
}

/** Right, wrong, falseLost, ambiguous (honest, the line is there), ambiguousLost (honest, it is gone). */
export function outcome({ truth }, { status, file, line } = { status: 'lost' }) {
  if (status === 'lost') return truth.status === 'lost' ? 'right' : 'falseLost';
  if (status === 'ambiguous') return truth.status === 'lost' ? 'ambiguousLost' : 'ambiguous';
  return truth.status !== 'lost' && file === truth.file && line === truth.line ? 'right' : 'wrong';
}

/** The labels with `locate`'s answers and outcomes; repositories that are not there are left out. */
export function score(mirrors, labels) {
  const byRepository = new Map();
  for (const label of labels) byRepository.set(label.repo, [...(byRepository.get(label.repo) ?? []), label]);
  const scored = [];
  for (const [repo, rows] of byRepository) {
    const gitDir = gitDirOf(mirrors, repo);
    if (!existsSync(gitDir)) {
      console.error(`fetch ${repo} first: ${rows.length} lines left out`);
      continue;
    }
    const before = texts(gitDir, rows.map(({ A, file }) => `${A}:${file}`));
    const textOf = ({ A, file, line, text }) => text ?? before.get(`${A}:${file}`)?.[line - 1]?.trim() ?? '';
    const input = rows.map((row) => JSON.stringify({ id: row.id, A: row.A, B: row.B, file: row.file, line: row.line, text: textOf(row) })).join('\n');
    const { stdout } = spawnSync('node', [cli, 'locate', '--git-dir', gitDir], { input, encoding: 'utf8', maxBuffer: 1e9 });
    const answers = new Map(stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line)).map((answer) => [answer.id, answer]));
    for (const row of rows) scored.push({ ...row, text: textOf(row), answer: answers.get(row.id), outcome: outcome(row, answers.get(row.id)) });
  }
  return scored;
}

function print(scored, mirrors, show) {
  const groups = new Map();
  const add = (name, one) => {
    const group = groups.get(name) ?? { lines: 0, right: 0, wrong: 0, falseLost: 0, ambiguous: 0, ambiguousLost: 0 };
    group.lines++;
    group[one.outcome]++;
    groups.set(name, group);
  };
  for (const one of scored) for (const name of ['all', ...(one.around ? [`around ${one.around}`] : ['any']), `kind ${one.kind}`, `gap ${one.gap}`, one.repo]) add(name, one);
  const percent = (part, whole) => ((100 * part) / whole).toFixed(1).padStart(7);
  console.log(`${''.padEnd(34)}${'lines'.padStart(6)}  right  wrong  f.lost  ambig  amb/lost`);
  for (const [name, { lines, right, wrong, falseLost, ambiguous, ambiguousLost }] of [...groups].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))) console.log(`${name.padEnd(34)}${String(lines).padStart(6)}${[right, wrong, falseLost, ambiguous, ambiguousLost].map((part) => percent(part, lines)).join('')}`);
  for (const one of scored.filter(({ outcome: how }) => show.includes(how))) {
    const gitDir = gitDirOf(mirrors, one.repo);
    console.log(`\n${'='.repeat(90)}\n${one.outcome} ${one.id} ${one.kind} gap ${one.gap} ${one.A.slice(0, 10)}..${one.B.slice(0, 10)} how: ${one.answer?.how} ${JSON.stringify(one.answer?.candidates ?? '')} ${one.answer?.removedBy ?? ''}`);
    const places = [['was', one.A, one.file, one.line], ['truth', one.B, one.truth.file, one.truth.line], ['ours', one.B, one.answer?.file, one.answer?.line]];
    const shown = texts(gitDir, places.map(([, commit, file]) => `${commit}:${file}`));
    for (const [what, commit, file, line] of places) {
      console.log(`--- ${what} ${file ?? 'lost'}:${line ?? ''}`);
      const lines = shown.get(`${commit}:${file}`) ?? [];
      if (line) for (let k = Math.max(1, line - 4); k <= Math.min(lines.length, line + 4); k++) console.log(`${k === line ? '>' : ' '} ${k} ${lines[k - 1].slice(0, 140)}`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , mirrors, ...rest] = process.argv;
  const at = rest.indexOf('--show');
  const files = at < 0 ? rest : rest.slice(0, at);
  if (!mirrors || files.length === 0) {
    console.error('node scoreLines.mjs MIRRORS LABELS.jsonl … [--show wrong,falseLost,ambiguous]');
    process.exit(2);
  }
  const labels = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)));
  print(score(mirrors, labels), mirrors, at < 0 ? [] : (rest[at + 1] ?? 'wrong').split(','));
}
