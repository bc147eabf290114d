// A workspace that is a burden: many files, a document full of code links, many agent sessions.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleTranscript, writeTranscript } from './sample/transcript.mjs';

/**
 * Adds the burden to a sample.
 * @param {{ folder: string, home: string }} sample
 * @param {{ files: number, links: number, sessions: number }} much files: in folders of 200, which git ignores as it does node_modules;
 *   links: over the five documents, to lines of the sample's service; sessions: of Claude Code on that folder, one of them the newest
 */
export function addWorkload({ folder, home }, { files, links, sessions }) {
  mkdirSync(join(folder, '.git/info'), { recursive: true });
  appendFileSync(join(folder, '.git/info/exclude'), '/vendor/\n');
  for (let index = 0; index < files; index++) {
    const parent = join(folder, 'vendor', `package-${Math.floor(index / 200)}`);
    if (index % 200 === 0) mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, `module-${index}.js`), `exports.value = ${index};\n`);
  }
  const names = ['BEST_PRACTICES.md', 'PROJECT_KNOWLEDGE.md', 'TROUBLESHOOTING.md', 'PROJECT_API.md', 'PROJECT_DATABASE.md'];
  for (const [nth, name] of names.entries()) {
    const lines = [];
    for (let index = nth; index < links; index += names.length) lines.push(`- Known thing ${index} ([src/auth/auth.service.ts:${1 + index % 240}](../../src/auth/auth.service.ts#L${1 + index % 240}))`);
    appendFileSync(join(folder, '.claude/docs', name), `\n## Session: 2026-11-20\n\n### Discovered\n\n${lines.join('\n')}\n`);
  }
  for (let index = 0; index < sessions; index++) {
    const sessionId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    writeTranscript({ home, transcript: sampleTranscript({ folder, sessionId, now: new Date(Date.now() - index * 60_000) }) });
  }
}
