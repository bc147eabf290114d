import { mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { renderNote, type NoteFrontMatter } from '../../../src/core/handoffNote.js';
import { unreviewedNote } from '../../../src/core/unreviewedNote.js';
import { findDocuments, rememberEditorSettings } from '../../../src/node/editorSettings.js';
import { findHandOver } from '../../../src/node/handOver.js';
import { markNote } from '../../../src/node/handoffNotes.js';
import { keepReceipt, readReceipts } from '../../../src/node/receipts.js';
import { storeUnreviewed } from '../../../src/node/unreviewedNotes.js';
import { entry } from '../documents/writing.js';
import { buildCommandLine, call } from './commandLine.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

vi.setConfig({ testTimeout: 120_000 });

const now = new Date('2026-11-25T12:00:00Z');
const hoursAgo = (hours: number): string => new Date(now.getTime() - hours * 3_600_000).toISOString();

interface Put extends Partial<NoteFrontMatter> {
  readonly text?: string;
  readonly documents?: string;
}

/** Puts a note into a folder, as it was written at `created`. */
function put(base: string, { text = 'Implement verify-email', documents = '.claude/docs', ...fields }: Put = {}): string {
  const created = fields.created ?? hoursAgo(2);
  const note = { id: 'a1b2c3d4', author: 'Ada Lovelace <ada@example.com>', branch: 'feature/auth', commit: '', focus: '', agent: '', previous: '', status: 'open' as const, ...fields, created };
  const name = `${created.replace(/[-:]|\.\d+/g, '')}-x-${note.id}.md`;
  const folder = join(base, documents, 'handoffs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), renderNote(note, '2026-11-25', [entry('nextStep', text)], { folder: `${documents}/handoffs`, workspacePath: '' }).text);
  utimesSync(join(folder, name), new Date(created), new Date(created));
  return `handoffs/${name}`;
}

function project(): Repository {
  const repository = Repository.make();
  mkdirSync(join(repository.folder, '.claude'));
  repository.commit('one', { 'src/a.ts': 'let a = 1;\n' });
  repository.git('switch', '-q', '-c', 'feature/auth');
  return repository;
}

async function ask(folder: string, home: string, more: { source?: string; session?: string } = {}) {
  const answer = await findHandOver({ folder, documents: await findDocuments(folder, home), session: 's1', agent: 'claude', source: 'startup', now, ...more });
  return answer.kind === 'nothing' ? answer.why : answer;
}
const textOf = (answer: Awaited<ReturnType<typeof ask>>): string => (typeof answer === 'string' ? `nothing: ${answer}` : answer.text);

describe('what an agent session is handed', () => {
  it('is the open note of this author and branch, to every new session again, with a receipt each', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    const file = put(folder);
    for (const session of ['s1', 's2']) {
      const answer = await ask(folder, home, { session });
      expect(textOf(answer)).toContain('- Next: Implement verify-email');
      expect(textOf(answer)).toContain(`.claude/docs/${file}`);
      expect(answer).toMatchObject({ receipts: [{ note: file, session, agent: 'claude', source: 'startup', at: now.toISOString() }] });
    }
  });

  it('is nothing else, and the reason is told', async () => {
    const home = temporaryFolder('home');
    const notes: readonly [string, Put][] = [
      ['otherAuthor', { author: 'Bob <bob@example.com>' }], ['otherBranch', { branch: 'main' }], ['expired', { created: hoursAgo(15 * 24) }], ['done', { status: 'done' }],
    ];
    for (const [why, fields] of notes) {
      const { folder } = project();
      put(folder, fields);
      expect(await ask(folder, home)).toBe(why);
    }
    const { folder } = project();
    expect(await ask(folder, home)).toBe('noNotes');
    mkdirSync(join(folder, '.claude/docs/handoffs'), { recursive: true });
    writeFileSync(join(folder, '.claude/docs/handoffs/20261122T130233Z-a-1.md'), 'broken');
    expect(await ask(folder, home)).toBe('broken');
  });

  it('is to each of five people on one branch their own, and to a sixth nothing', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    const people = ['Ada', 'Bob', 'Cy', 'Di', 'Eve'];
    for (const [index, name] of people.entries()) put(repository.folder, { id: `id${String(index)}`, author: `${name} <${name}@example.com>`, created: hoursAgo(index + 1), text: `For ${name}` });
    for (const name of [...people, 'Fay']) {
      repository.git('config', 'user.name', name);
      repository.git('config', 'user.email', `${name}@example.com`);
      const text = textOf(await ask(repository.folder, home));
      expect(people.filter((other) => text.includes(`For ${other}`))).toEqual(people.filter((other) => other === name));
    }
    expect(await ask(repository.folder, home)).toBe('otherAuthor');
  });

  it('in three worktrees of one repository is the note of the branch that is checked out in each', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    const worktrees = ['one', 'two', 'three'].map((name) => {
      const folder = join(temporaryFolder('worktrees'), name);
      repository.git('worktree', 'add', '-q', '-b', `feature/${name}`, folder);
      return { name, folder };
    });
    for (const { folder } of worktrees) for (const { name } of worktrees) put(folder, { id: name, branch: `feature/${name}`, text: `For ${name}` });
    for (const { name, folder } of worktrees) {
      const text = textOf(await ask(folder, home));
      expect(worktrees.map((other) => other.name).filter((other) => text.includes(`For ${other}`))).toEqual([name]);
    }
  });

  it('stays when the branch is rebased and when it is renamed is no longer meant', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    put(repository.folder, { commit: repository.git('rev-parse', 'HEAD') });
    repository.git('commit', '-q', '--amend', '--allow-empty', '-m', 'other');
    expect(textOf(await ask(repository.folder, home))).toContain('Implement verify-email');
    repository.git('switch', '-q', 'main');
    repository.git('branch', '-q', '-D', 'feature/auth');
    expect(await ask(repository.folder, home)).toBe('otherBranch');
  });

  it('is found from a folder below, and in a documents\' folder and with an expiry that the editor was told', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    mkdirSync(join(folder, 'backend'));
    put(folder, { documents: 'notes/docs', created: hoursAgo(20 * 24) });
    expect(await ask(join(folder, 'backend'), home)).toBe('noNotes');
    await rememberEditorSettings(join(folder, 'backend'), { base: folder, documentsFolder: 'notes/docs', expiryDays: 30 }, home);
    for (const from of [folder, join(folder, 'backend'), join(folder, 'src')]) expect(textOf(await ask(from, home))).toContain('The whole note: notes/docs/handoffs/');
  });

  it('is what the editor\'s person chose where a monorepo\'s package keeps its own documents', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    mkdirSync(join(folder, 'backend', '.claude'), { recursive: true });
    put(join(folder, 'backend'), { text: 'In the package' });
    put(folder, { text: 'In the root' });
    expect(textOf(await ask(join(folder, 'backend'), home))).toContain('In the package');
    expect(textOf(await ask(folder, home))).toContain('In the root');
    await rememberEditorSettings(join(folder, 'backend'), { base: folder, documentsFolder: '.claude/docs', expiryDays: 14 }, home);
    expect(textOf(await ask(join(folder, 'backend'), home))).toContain('In the root');
  });

  it('leads out of no folder by what was stored of one that has gone', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    put(repository.folder);
    const gone = temporaryFolder('gone');
    await rememberEditorSettings(repository.folder, { base: gone, documentsFolder: '.claude/docs', expiryDays: 14 }, home);
    renameSync(gone, `${gone}-moved`);
    expect(textOf(await ask(repository.folder, home))).toContain('Implement verify-email');
  });
});

describe('after a compaction, a clear or a resume', () => {
  it('the same session is handed its note again, also when another branch is checked out', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    const note = put(repository.folder);
    await keepReceipt(repository.folder, { note, at: hoursAgo(1), session: 's1', agent: 'claude', source: 'startup' }, home);
    repository.git('switch', '-q', 'main');
    for (const source of ['compact', 'clear']) expect(textOf(await ask(repository.folder, home, { source }))).toContain('Implement verify-email');
    expect(await ask(repository.folder, home, { source: 'startup' })).toBe('otherBranch');
    expect(await ask(repository.folder, home, { source: 'compact', session: 'another' })).toBe('otherBranch');
    await markNote({ base: repository.folder, documentsFolder: '.claude/docs' }, note, 'done');
    expect(await ask(repository.folder, home, { source: 'compact' })).toBe('otherBranch');
  });

  it('a resumed session that was handed the note is not told twice, but of what was written since', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    const note = put(folder);
    expect(textOf(await ask(folder, home, { source: 'resume' }))).toContain('Implement verify-email');
    await keepReceipt(folder, { note, at: hoursAgo(1), session: 's1', agent: 'claude', source: 'startup' }, home);
    expect(await ask(folder, home, { source: 'resume' })).toBe('handed');
    utimesSync(join(folder, '.claude/docs', note), now, now);
    expect(textOf(await ask(folder, home, { source: 'resume' }))).toContain('Implement verify-email');
  });

  const automatic = (created: string, text: string, session = 's1') => unreviewedNote('f00d', { here: { author: 'Ada Lovelace <ada@example.com>', branch: 'feature/auth' }, event: { agent: 'claude', session, trigger: 'auto' }, created, focus: '', entries: [entry('nextStep', text)], suggestions: [], dismissed: [], isComplete: true });

  it('what the safety net stored is handed after a compaction of its session only, the reviewed note behind it', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    const note = put(folder);
    const stored = automatic(hoursAgo(0.1), 'From the safety net');
    if (stored) await storeUnreviewed(folder, stored, home);
    const answer = await ask(folder, home, { source: 'compact' });
    expect(textOf(answer)).toMatch(/no person has reviewed[^]*From the safety net[^]*Implement verify-email/);
    expect(textOf(answer).length).toBeLessThan(10_000);
    expect(answer).toMatchObject({ receipts: [{ note: 'f00d', unreviewed: true }, { note }] });
    for (const [source, session] of [['startup', 's1'], ['clear', 's1'], ['compact', 's2']] as const) expect(textOf(await ask(folder, home, { source, session }))).not.toContain('From the safety net');
  });

  it('what the safety net stored is not handed when a reviewed note was written since', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    const stored = automatic(hoursAgo(1), 'From the safety net');
    if (stored) await storeUnreviewed(folder, stored, home);
    expect(textOf(await ask(folder, home, { source: 'compact' }))).toContain('From the safety net');
    utimesSync(join(folder, '.claude/docs', put(folder, { created: hoursAgo(3) })), now, now);
    const text = textOf(await ask(folder, home, { source: 'compact' }));
    expect(text).toContain('Implement verify-email');
    expect(text).not.toContain('From the safety net');
  });

  it('what stands in both is told once', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    put(folder);
    const stored = automatic(hoursAgo(0.1), 'Implement verify-email');
    if (stored) await storeUnreviewed(folder, stored, home);
    expect(textOf(await ask(folder, home, { source: 'compact' })).match(/Implement verify-email/g)).toHaveLength(1);
  });
});

describe('resume', () => {
  const cli = buildCommandLine(['resume'], []);

  it('prints the note and records a receipt; with --peek it only prints; without a note it is silent', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    const environment = { SESSION_HANDOFF_HOME: home };
    put(folder, { created: new Date(Date.now() - 60_000).toISOString() });
    const peeked = call(cli, home, 'resume', '--folder', folder, '--peek');
    expect(peeked).toMatchObject({ code: 0, error: '' });
    expect(peeked.out).toContain('### Handoff\n\n- Next: Implement verify-email');
    expect((await readReceipts(folder, environment.SESSION_HANDOFF_HOME)).receipts).toEqual([]);
    expect(call(cli, home, 'resume', '--folder', folder).out).toBe(peeked.out);
    expect((await readReceipts(folder, home)).receipts).toMatchObject([{ source: 'cli' }]);
    expect(call(cli, home, 'resume', '--folder', temporaryFolder())).toEqual({ code: 0, out: '', error: '' });
  });

  it('changes nothing in the repository', () => {
    const repository = project();
    const home = temporaryFolder('home');
    put(repository.folder);
    const before = [repository.git('status', '--porcelain', '--untracked-files=all'), readdirSync(repository.folder, { recursive: true }).sort()];
    call(cli, home, 'resume', '--folder', repository.folder);
    expect([repository.git('status', '--porcelain', '--untracked-files=all'), readdirSync(repository.folder, { recursive: true }).sort()]).toEqual(before);
  });

  it('says in one line what is wrong with a call', () => {
    const home = temporaryFolder('home');
    for (const args of [[], ['--folder'], ['--folder', '/does/not/exist'], ['--what', 'x']]) expect(call(cli, home, 'resume', ...args)).toMatchObject({ code: 2, out: '', error: expect.stringMatching(/^session-handoff: [^\n]*Use: resume --folder DIR \[--peek\]\.\n$/) as string });
  });
});
