// Labels lines of a real repository with where they are some commits later, for `score.mjs`: facts only, no line of source.
//   node chainLines.mjs MIRRORS OWNER/NAME [--count 60] [--seed 1] [--around formatter|crlf|split|rename] > LABELS.jsonl
//
// The truth is chained through every commit between the two states, by methods that know nothing of ours: git's own three
// comparisons must agree, on the lines and on the trimmed lines; an edited line must be the plain partner of the one it
// became, a wrapped one must have all its words there, a moved one must have gone with its neighbours to one place only.
// Whatever is less plain at any commit on the way is undecided, and the line is left out. labels.jsonl holds a part of what it
// made of 22 repositories: every disagreement with `locate` was read, and seven lines whose label a reader would not sign were left out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GAPS = [1, 5, 20, 100, 400];
const SOURCE = /\.(?:c|cc|cpp|cs|css|ex|go|h|hpp|html|java|js|jsx|kt|kts|lua|md|mjs|php|py|rb|rs|scala|scss|sh|sql|swift|toml|ts|tsx|vue|yaml|yml)$/;
const LONGEST = 4000;

/** Git's three comparisons of two lists of lines; per older line the newer index that all agree on, -1 if all say it went, or undefined. */
function agreed(before, after, scratch) {
  writeFileSync(join(scratch, 'a'), before.map((line) => `${line}\n`).join(''));
  writeFileSync(join(scratch, 'b'), after.map((line) => `${line}\n`).join(''));
  let result;
  for (const algorithm of ['myers', 'patience', 'histogram']) {
    const { stdout } = spawnSync('git', ['diff', '--no-index', '--no-color', '--text', '-U0', `--diff-algorithm=${algorithm}`, 'a', 'b'], { cwd: scratch, encoding: 'utf8', maxBuffer: 1e9 });
    const match = new Array(before.length).fill(-1);
    let from = 0;
    let to = 0;
    for (const [, start, count = '1', startAfter, countAfter = '1'] of stdout.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)) {
      const first = Number(start) - (count === '0' ? 0 : 1);
      const firstAfter = Number(startAfter) - (countAfter === '0' ? 0 : 1);
      while (from < first) match[from++] = to++;
      from = first + Number(count);
      to = firstAfter + Number(countAfter);
    }
    while (from < before.length) match[from++] = to++;
    result = result ? result.map((at, index) => (at === match[index] ? at : undefined)) : match;
  }
  return result;
}

const isWeak = (line) => !/[\p{L}\p{N}]{2}/u.test(line.replace(/\b(?:end|else|then|fi|done|do|begin|return|pass|break)\b/g, ''));
const words = (line) => line.match(/[\p{L}\p{N}_]+/gu) ?? [];

/** Share of the letters of the longer line that stand in both in the same order (longest common subsequence). */
function likeness(a, b) {
  if (a === b) return 1;
  const [x, y] = [[...a.slice(0, 300)], [...b.slice(0, 300)]];
  let row = new Uint16Array(y.length + 1);
  for (const letter of x) {
    const next = new Uint16Array(y.length + 1);
    for (let j = 0; j < y.length; j++) next[j + 1] = letter === y[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]);
    row = next;
  }
  return (2 * row[y.length]) / (x.length + y.length);
}

/** The gap that a line which went lies in: older lines [from, to), newer lines [fromAfter, toAfter). */
function gapOf(match, line, after) {
  let from = line;
  while (from > 0 && !(match[from - 1] >= 0)) from--;
  let to = line + 1;
  while (to < match.length && !(match[to] >= 0)) to++;
  return { from, to, fromAfter: from > 0 ? match[from - 1] + 1 : 0, toAfter: to < match.length ? match[to] : after.length };
}

/** Where a wrapped or joined line went: all words of the gap are the same on both sides, and so its first word has one place. */
function reflowed(before, after, gap, line) {
  const left = [];
  for (let k = gap.from; k < gap.to; k++) for (const word of words(before[k])) left.push([word, k]);
  const right = [];
  for (let k = gap.fromAfter; k < gap.toAfter; k++) for (const word of words(after[k])) right.push([word, k]);
  if (left.length !== right.length || left.some(([word], k) => word !== right[k][0])) return undefined;
  const first = left.findIndex(([, k]) => k === line);
  return first < 0 ? undefined : right[first][1];
}

/** The one place among the lines a commit added to which a line went with at least three others around it. */
function moved(before, isGone, line, files) {
  const text = before[line].trim();
  const places = [];
  for (const { path, after, isNew } of files) {
    after.forEach((other, at) => {
      if (!isNew(at) || other.trim() !== text) return;
      let together = 0;
      for (const step of [-1, 1]) {
        for (let k = 1; k < 40; k++) {
          const i = line + k * step;
          const j = at + k * step;
          if (!isGone(i) || j < 0 || j >= after.length || !isNew(j) || before[i].trim() !== after[j].trim()) break;
          if (!isWeak(before[i])) together++;
        }
      }
      places.push({ path, line: at, together });
    });
  }
  places.sort((a, b) => b.together - a.together);
  const [best, next] = places;
  if (!best) return 'nowhere';
  return best.together >= 3 && best.together >= 3 * (next?.together ?? 0) && best.together > (next?.together ?? 0) + 2 ? best : undefined;
}

class Repository {
  #texts = new Map();
  #steps = new Map();
  constructor(gitDir, scratch) {
    this.gitDir = gitDir;
    this.scratch = scratch;
  }
  git(...args) {
    const { stdout, status } = spawnSync('git', ['--git-dir', this.gitDir, ...args], { encoding: 'utf8', maxBuffer: 1e9 });
    return status === 0 ? stdout : undefined;
  }
  lines(commit, path) {
    const key = `${commit}:${path}`;
    if (!this.#texts.has(key)) {
      if (this.#texts.size > 4000) this.#texts.clear();
      const text = this.git('cat-file', 'blob', key);
      const lines = text === undefined || text.includes('\0') ? undefined : text.replace(/^\ufeff/, '').split(/\r?\n/);
      if (lines?.at(-1) === '') lines.pop();
      this.#texts.set(key, lines && lines.length <= LONGEST ? lines : undefined);
    }
    return this.#texts.get(key);
  }
  /** Files of one change as [before, after]. */
  changes(from, to) {
    const out = (this.git('diff-tree', '-r', '-z', '-M', '--raw', from, to) ?? '').split('\0');
    const files = [];
    for (let k = 0; k + 1 < out.length; ) {
      const kind = out[k].split(' ')[4] ?? '';
      if (kind.startsWith('R')) {
        files.push([out[k + 1], out[k + 2]]);
        k += 3;
      } else {
        files.push([kind.startsWith('A') ? undefined : out[k + 1], kind.startsWith('D') ? undefined : out[k + 1]]);
        k += 2;
      }
    }
    return files;
  }
  step(from, to) {
    const key = `${from} ${to}`;
    if (!this.#steps.has(key)) this.#steps.set(key, { files: this.changes(from, to), matches: new Map() });
    return this.#steps.get(key);
  }
  /** The agreed comparison of one file of a step; whole lines first, trimmed ones for what they leave open. */
  match(from, to, before, after) {
    const { matches } = this.step(from, to);
    const key = `${before}\0${after}`;
    if (!matches.has(key)) {
      const [old, now] = [this.lines(from, before), this.lines(to, after)];
      if (!old || !now) matches.set(key, undefined);
      else {
        const exact = agreed(old.map((line) => line.trimEnd()), now.map((line) => line.trimEnd()), this.scratch);
        const trimmed = agreed(old.map((line) => line.trim()), now.map((line) => line.trim()), this.scratch);
        const match = exact.map((at, k) => (at === trimmed[k] ? at : at === undefined || (at >= 0 && trimmed[k] !== at) ? undefined : isWeak(old[k]) ? undefined : trimmed[k]));
        matches.set(key, { old, now, match, kept: new Set(match.filter((at) => at >= 0)), maybe: new Set([...exact, ...trimmed].filter((at) => at >= 0)), sure: match.every((at) => at !== undefined) });
      }
    }
    return matches.get(key);
  }
}

/** One commit applied to one place: a place, 'lost', or undefined where it is not plain. */
function follow(repository, from, to, { path, line }) {
  const { files } = repository.step(from, to);
  const change = files.find(([before]) => before === path);
  if (!change) return { path, line };
  const [, after] = change;
  const old = repository.lines(from, path);
  if (!old) return undefined;
  const compared = after === undefined ? undefined : repository.match(from, to, path, after);
  if (after !== undefined && !compared) return undefined;
  if (compared) {
    const at = compared.match[line];
    if (at === undefined) return undefined;
    if (at >= 0) return { path: after, line: at };
  }
  const text = old[line].trim();
  if (isWeak(text)) {
    // A brace is gone where everything about it is: nothing replaced its block, or the file is gone.
    if (!compared) return files.some(([before, now]) => before === undefined && now !== undefined && now.split('.').pop() === path.split('.').pop()) ? undefined : 'lost';
    const gap = gapOf(compared.match, line, compared.now);
    return compared.match.slice(gap.from, gap.to).every((value) => value === -1) && gap.fromAfter === gap.toAfter && gap.to - gap.from > 2 && files.length === 1 ? 'lost' : undefined;
  }
  const match = compared?.match ?? old.map(() => -1);
  const isGone = (k) => k >= 0 && k < old.length && !(match[k] >= 0);
  const receiving = [];
  for (const [before, now] of files) {
    if (now === undefined || !SOURCE.test(now)) continue;
    if (before === undefined) {
      const lines = repository.lines(to, now);
      if (lines) receiving.push({ path: now, after: lines, isNew: () => true });
    } else {
      const other = repository.match(from, to, before, now);
      if (other) receiving.push({ path: now, after: other.now, isNew: (k) => !other.kept.has(k) });
    }
    if (receiving.length > 60) return undefined;
  }
  const place = moved(old, isGone, line, receiving);
  if (place === undefined) return undefined;
  if (place !== 'nowhere') return { path: place.path, line: place.line, moved: true };
  if (compared) {
    const gap = gapOf(match, line, compared.now);
    if (match.slice(gap.from, gap.to).some((value) => value === undefined)) return undefined;
    const flowed = gap.toAfter > gap.fromAfter ? reflowed(old, compared.now, gap, line) : undefined;
    if (flowed !== undefined) return { path: after, line: flowed, reflowed: true };
    if ((gap.to - gap.from) * (gap.toAfter - gap.fromAfter) > 900) return undefined;
    const rated = [];
    for (let j = gap.fromAfter; j < gap.toAfter; j++) rated.push([likeness(text, compared.now[j].trim()), j]);
    rated.sort((a, b) => b[0] - a[0]);
    const [best, next] = rated;
    if (best && best[0] >= 0.7) {
      if (next && next[0] > best[0] - 0.2) return undefined;
      // Nobody else of the gap is as near to it, and the order is kept.
      for (let k = gap.from; k < gap.to; k++) if (k !== line && likeness(old[k].trim(), compared.now[best[1]].trim()) > best[0] - 0.2) return undefined;
      return { path: after, line: best[1], edited: true };
    }
    if (best && best[0] > 0.42) return undefined;
  }
  // Gone: nothing that this commit added anywhere is like it.
  for (const { after: lines, isNew } of receiving) for (let k = 0; k < lines.length; k++) if (isNew(k) && likeness(text, lines[k].trim()) > 0.55) return undefined;
  return 'lost';
}

/** The line of `path` at `commits[0]` through all of them, or undefined. */
function chain(repository, commits, path, line) {
  let place = { path, line };
  const tags = new Set();
  for (let k = 0; k + 1 < commits.length; k++) {
    const next = follow(repository, commits[k], commits[k + 1], place);
    if (next === undefined) return undefined;
    if (next === 'lost') return { place: undefined, tags };
    for (const tag of ['moved', 'reflowed', 'edited']) if (next[tag]) tags.add(tag);
    if (next.path !== place.path && !next.moved) tags.add('renamed');
    place = { path: next.path, line: next.line };
  }
  return { place, tags };
}

function random(seed) {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

/** Commits that did the hard things, found by what they did to their files. */
function hardCommits(repository, log, around, pick) {
  const found = [];
  for (let tries = 0; tries < 3000 && found.length < 12; tries++) {
    const at = 1 + pick(log.length - 2);
    const [to, from] = [log[at], log[at + 1]];
    if (!from) continue;
    const files = repository.changes(from, to).filter(([before, after]) => SOURCE.test(before ?? after ?? ''));
    if (files.length === 0 || files.length > 80) continue;
    if (around === 'rename' && files.some(([before, after]) => before !== undefined && after !== undefined && before !== after)) found.push(at);
    if (around === 'split') {
      const added = files.filter(([before, after]) => before === undefined && after !== undefined);
      const shrunk = files.filter(([before, after]) => before !== undefined && after === before);
      if (added.length === 0 || shrunk.length === 0) continue;
      const gone = new Set();
      for (const [path] of shrunk) {
        const [old, now] = [repository.lines(from, path), repository.lines(to, path)];
        const still = new Set(now?.map((line) => line.trim()));
        for (const line of old ?? []) if (!isWeak(line) && line.length > 12 && !still.has(line.trim())) gone.add(line.trim());
      }
      if (added.some(([, path]) => (repository.lines(to, path) ?? []).filter((line) => gone.has(line.trim())).length >= 12)) found.push(at);
    }
    if (around === 'crlf' || around === 'formatter') {
      for (const [before, after] of files.slice(0, 10)) {
        if (before === undefined || before !== after) continue;
        const [old, now] = [repository.lines(from, before), repository.lines(to, after)];
        if (!old || !now || old.length < 40) continue;
        if (around === 'crlf') {
          const raw = [repository.git('cat-file', 'blob', `${from}:${before}`) ?? '', repository.git('cat-file', 'blob', `${to}:${after}`) ?? ''];
          if (raw[0].includes('\r\n') !== raw[1].includes('\r\n')) {
            found.push(at);
            break;
          }
        } else {
          const still = new Set(now.map((line) => line.trimEnd()));
          const changed = old.filter((line) => !still.has(line.trimEnd())).length;
          const [left, right] = [old.flatMap(words), now.flatMap(words)];
          if (changed > old.length / 6 && Math.abs(left.length - right.length) < left.length / 60 + 1 && new Set(left.filter((word) => !new Set(right).has(word))).size < 8) {
            found.push(at);
            break;
          }
        }
      }
    }
  }
  return found;
}

function label(mirrors, name, { count, seed, around }) {
  const scratch = mkdtempSync(join(tmpdir(), 'chain-lines-'));
  try {
    const repository = new Repository(join(mirrors, name.replace('/', '+'), 'repo'), scratch);
    const log = (repository.git('log', '--first-parent', '--format=%H', 'HEAD') ?? '').split('\n').filter(Boolean);
    const pick = random(seed);
    const hard = around ? hardCommits(repository, log, around, pick) : [];
    if (around && hard.length === 0) return;
    let made = 0;
    const perKind = new Map();
    const until = Date.now() + 240_000;
    for (let tries = 0; tries < 4000 && made < count && Date.now() < until; tries++) {
      const gap = around ? [1, 5, 20, 100][pick(4)] : GAPS[pick(GAPS.length)];
      if (log.length < gap + 2) continue;
      const centre = around ? hard[pick(hard.length)] : undefined;
      const newest = centre === undefined ? pick(log.length - gap) : centre - pick(gap);
      if (newest < 0 || !log[newest + gap]) continue;
      const commits = log.slice(newest, newest + gap + 1).reverse();
      const [A, B] = [commits[0], commits.at(-1)];
      // Around a hard commit: the files that it changed; else any that changed between the two.
      const changes = (centre === undefined ? repository.changes(A, B) : repository.changes(log[centre + 1], log[centre])).filter(([before, after]) => before !== undefined && SOURCE.test(before) && (around !== 'rename' || before !== after));
      if (changes.length === 0) continue;
      const [path] = changes[pick(changes.length)];
      const lines = repository.lines(A, path);
      if (!lines || lines.length < 8) continue;
      const counts = new Map();
      for (const line of lines) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
      const touched = repository.lines(B, path);
      const still = new Set(touched?.map((line) => line.trim()));
      let ofThisFile = 0;
      for (let more = 0; more < 24 && ofThisFile < 4 && made < count; more++) {
        const line = pick(lines.length);
        const text = lines[line].trim();
        if (text === '') continue;
        // Most lines stay as they are and teach nothing: seek the others first.
        const gone = !still.has(text);
        const near = !gone && [-3, -2, -1, 1, 2, 3].some((step) => lines[line + step] !== undefined && !still.has(lines[line + step].trim()));
        if (!gone && !near && pick(5) > 0) continue;
        const chained = chain(repository, commits, path, line);
        if (!chained) continue;
        const { place, tags } = chained;
        // Removed and there again (a revert, a file deleted and restored): whether it is the same line is not for us to say.
        if (!place && still.has(text)) continue;
        const now = place && repository.lines(B, place.path)?.[place.line]?.trim();
        const status = !place ? 'lost' : now !== text ? 'edited' : place.path === path && place.line === line ? 'same' : 'moved';
        const kind = isWeak(text) ? 'brace_blank' : status === 'lost' ? 'deleted' : tags.has('reflowed') ? 'reflowed' : tags.has('moved') ? 'moved_block' : status === 'edited' ? 'edited' : tags.has('renamed') ? 'renamed' : counts.get(text) > 1 ? 'duplicate' : near ? 'near_edit' : 'statement';
        if ((perKind.get(kind) ?? 0) >= Math.ceil(count / 4)) continue;
        perKind.set(kind, (perKind.get(kind) ?? 0) + 1);
        made++;
        ofThisFile++;
        const id = `${name.split('/')[1]}-${around ?? 'any'}-${seed}-${String(made).padStart(3, '0')}`;
        console.log(JSON.stringify({ id, repo: name, A, B, gap, file: path, line: line + 1, kind, ...(around ? { around } : {}), truth: { status, file: place?.path ?? null, line: place ? place.line + 1 : null } }));
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : process.argv[at + 1];
  };
  const [, , mirrors, name] = process.argv;
  if (!mirrors || !name) {
    console.error('node chainLines.mjs MIRRORS OWNER/NAME [--count 60] [--seed 1] [--around formatter|crlf|split|rename]');
    process.exit(2);
  }
  label(mirrors, name, { count: Number(option('count', 60)), seed: Number(option('seed', 1)), around: option('around') });
}
