// The lines of labels with gap 1 once more, as a person has them while the change is under way: the older commit is HEAD, and the newer
// text is in the working tree, or in editors that have not saved it. The answers must be those between the two commits.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { outcome } from './scoreLines.mjs';

const git = (folder, ...args) => spawnSync('git', ['-c', 'core.autocrlf=false', '-c', 'advice.detachedHead=false', ...args], { cwd: folder, maxBuffer: 1e9 }).stdout;

/**
 * @param scored labels with the answers of `locate` between the commits, as `score` gives them
 * @param ask answers a question of the editor's worker
 * @param formatLink writes a link into a note
 * @returns one row per state of the newer text
 */
export async function uncommitted(scored, mirrors, ask, formatLink) {
  // A blank line has no text that its link could hold.
  const rows = scored.filter(({ gap, text }) => gap === 1 && text !== '');
  const counts = new Map(['saved, not committed', 'in unsaved editors'].map((state) => [state, { lines: 0, same: 0, right: 0, wrong: 0, others: [] }]));
  const pairs = new Map();
  for (const row of rows) pairs.set(`${row.repo} ${row.A} ${row.B}`, [...(pairs.get(`${row.repo} ${row.A} ${row.B}`) ?? []), row]);
  const clones = new Map();
  try {
    for (const [key, links] of pairs) {
      const [repo, A, B] = key.split(' ');
      const mirror = join(mirrors, repo.replace('/', '+'), 'repo');
      if (!existsSync(mirror)) continue;
      if (!clones.has(repo)) {
        const folder = mkdtempSync(join(tmpdir(), 'session-handoff-uncommitted-'));
        git(folder, 'clone', '-q', '--shared', '--no-checkout', mirror, 'tree');
        clones.set(repo, join(folder, 'tree'));
      }
      const tree = clones.get(repo);
      const changes = git(tree, 'diff-tree', '-r', '-z', '--no-renames', '--name-status', A, B).toString().split('\0');
      for (const state of counts.keys()) {
        git(tree, 'checkout', '-q', '-f', '--detach', A);
        git(tree, 'clean', '-q', '-f', '-d', '-x');
        const unsaved = [];
        for (let at = 0; at + 1 < changes.length; at += 2) {
          const [kind, path] = [changes[at], changes[at + 1]];
          const file = join(tree, path);
          if (kind === 'D') rmSync(file, { force: true });
          else {
            const bytes = git(tree, 'cat-file', 'blob', `${B}:${path}`);
            // What is not in the tree yet cannot be open in an editor that has not saved it.
            if (kind === 'M' && state === 'in unsaved editors') unsaved.push([file, bytes.toString()]);
            else {
              mkdirSync(dirname(file), { recursive: true });
              writeFileSync(file, bytes);
            }
          }
        }
        const note = { path: '.claude/docs/handoffs/20261122T130233Z-bench-abcdefgh.md', text: `---\ncommit: "${A}"\n---\n\n${links.map((link) => `- ${formatLink(link)}\n`).join('')}` };
        const { documents } = await ask({ base: tree, documents: [note], drafts: [], unsaved, program: 'git' });
        const count = counts.get(state);
        for (const [index, link] of links.entries()) {
          const found = documents[0].links.find(({ link: { documentLine } }) => documentLine === index + 5);
          const how = outcome(link, found);
          count.lines++;
          if (how === 'right' || how === 'wrong') count[how]++;
          if (how === link.outcome && (found?.file ?? null) === link.answer.file && (found?.line ?? null) === link.answer.line) count.same++;
          else count.others.push(`${link.id}: ${link.answer.status} ${link.answer.file}:${link.answer.line}, then ${found?.status} ${found?.file}:${found?.line} (${found?.how})`);
        }
      }
    }
  } finally {
    for (const tree of clones.values()) rmSync(dirname(tree), { recursive: true, force: true });
  }
  return [...counts].map(([state, count]) => ({ state, ...count }));
}
