import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { formatCodeLink } from '../../src/core/links/codeLink.js';
import { withWorkbench, type Workbench } from './workbench.js';

const code = 'src/auth/auth.service.ts';
// The offer to update is tested in the extension host.
const quiet = { 'sessionHandoff.links.update': 'never' };
const document = '.claude/docs/BEST_PRACTICES.md';

/** A document whose links lead to lines that moved, were edited and are gone. */
function makeMoved(folder: string): void {
  const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: folder, encoding: 'utf8' });
  const lines = readFileSync(join(folder, code), 'utf8').split('\n');
  const link = (line: number): string => formatCodeLink({ path: code, line, text: lines[line - 1] ?? '' }, { folder: '.claude/docs', workspacePath: '' });
  const said = lines.flatMap((text, index) => (text.trim().length > 30 && lines.filter((other) => other === text).length === 1 ? [index + 1] : []));
  const [gone = 1, first = 2, second = 3] = said.filter((line) => line > 60).filter((_, index) => index % 5 === 0);
  mkdirSync(join(folder, '.claude/docs'), { recursive: true });
  writeFileSync(join(folder, document), `# Best practices\n\n## Session: 2026-11-22\n\n### Discovered\n\n- Tokens are rotated once they were used (${link(first)})\n- A mail is sent after the answer (${link(second)})\n- The old check is still there (${link(gone)})\n- Nothing happened to this one (${link(said[0] ?? 1)})\n`);
  git('add', '-A');
  git('commit', '-qm', 'Write down what was learned');
  lines.splice(gone - 1, 1);
  lines.splice((said[0] ?? 1), 0, '', '// A comment that moves what follows.');
  writeFileSync(join(folder, code), lines.join('\n'));
  git('commit', '-qam', 'Comment');
}

async function look(workbench: Workbench, theme: string): Promise<void> {
  const { page, sample } = workbench;
  if (!sample) throw new Error('no sample');
  makeMoved(sample.folder);
  await workbench.openFile(document);
  await page.locator('.statusbar-item', { hasText: /^0\s*0\s*1$/ }).waitFor({ timeout: 60_000 });
  await page.keyboard.press('Control+Home');
  await workbench.runCommand('Session Handoff: Check Links');
  await page.locator('.pane', { hasText: 'Links' }).locator('.monaco-list-row', { hasText: 'Moved' }).waitFor({ timeout: 30_000 });
  await workbench.openFile(document, 7);
  await page.keyboard.press('End');
  for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowLeft');
  await workbench.runCommand('Show or Focus Hover');
  await page.locator('.monaco-hover', { hasText: 'As it was' }).waitFor({ timeout: 15_000 });
  await workbench.screenshot(`links-hover-${theme}`);
  await page.keyboard.press('Escape');
  await workbench.screenshot(`links-hints-${theme}`);
}

describe('links in documents, to look at', () => {
  it('are marked quietly in the dark', async () => {
    await withWorkbench({ viewport: { width: 1500, height: 700 }, settings: quiet }, (workbench) => look(workbench, 'dark'));
  });
  it('and in the light', async () => {
    await withWorkbench({ viewport: { width: 1500, height: 700 }, theme: 'Default Light Modern', settings: quiet }, (workbench) => look(workbench, 'light'));
  });
});
