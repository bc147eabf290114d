import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { AgentHookEvent } from '../../../src/core/agents/hookEvent.js';
import { renderNote } from '../../../src/core/handoffNote.js';
import { openDraft } from '../../../src/node/openDraft.js';
import { findDocuments, rememberEditorSettings } from '../../../src/node/editorSettings.js';
import { gatherWithin } from '../../../src/node/evidence.js';
import { readReceipts } from '../../../src/node/receipts.js';
import { storeSafetyNet } from '../../../src/node/safetyNet.js';
import { listUnreviewed, removeUnreviewed } from '../../../src/node/unreviewedNotes.js';
import { entry } from '../documents/writing.js';
import { buildCommandLine, callWith, startSilent, type Call } from './commandLine.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

vi.setConfig({ testTimeout: 240_000 });

const cli = buildCommandLine(['hook'], ['evidence']);
const worker = join(cli, '../evidence.worker.js');

function project(): Repository {
  const repository = Repository.make();
  mkdirSync(join(repository.folder, '.claude'));
  repository.commit('one', { 'src/a.ts': 'let a = 1;\n' });
  return repository;
}

function putNote(base: string): void {
  const created = new Date(Date.now() - 3_600_000).toISOString();
  const folder = join(base, '.claude/docs/handoffs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '20261122T130233Z-main-a1b2c3d4.md'), renderNote({ id: 'a1b2c3d4', author: 'Ada Lovelace <ada@example.com>', created, branch: 'main', commit: '', focus: '', agent: '', previous: '', status: 'open' }, '2026-11-22', [entry('nextStep', 'Implement verify-email')], { folder: '.claude/docs/handoffs', workspacePath: '' }).text);
}

const input = (fields: Record<string, unknown>): string => JSON.stringify({ session_id: 's1', transcript_path: '/nowhere/s1.jsonl', permission_mode: 'default', ...fields });
const sessionStart = (cwd: string, source = 'startup'): string => input({ cwd, hook_event_name: 'SessionStart', source });

/** Calls the hook until a machine under load gave it the time it needs: it ends within its second whether it is done or not. */
function callUntil(isDone: (answer: Call) => boolean, event: string, home: string): Call {
  for (let attempt = 1; ; attempt++) {
    const answer = callWith(event, cli, home, 'hook');
    if (answer.code !== 0 || answer.error !== '' || isDone(answer) || attempt === 40) return answer;
  }
}

describe('hook, called as an agent calls it', () => {
  it('prints the note at the start of a session and keeps receipt and event', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    putNote(folder);
    const answer = callUntil(({ out }) => out !== '', sessionStart(folder), home);
    expect(answer).toMatchObject({ code: 0, error: '' });
    expect(answer.out).toContain('- Next: Implement verify-email');
    expect(answer.out.length).toBeLessThan(10_000);
    await vi.waitFor(async () => { expect(await readReceipts(folder, home)).toMatchObject({ receipts: [{ session: 's1', source: 'startup', agent: 'claude' }], events: [{ event: 'SessionStart', outcome: 'handed' }] }); });
  });

  it('says nothing where nothing is open, and keeps why', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    for (let attempt = 0; attempt < 40 && (await readReceipts(folder, home)).events.length === 0; attempt++) expect(callWith(sessionStart(folder), cli, home, 'hook')).toEqual({ code: 0, out: '', error: '' });
    expect((await readReceipts(folder, home)).events[0]).toMatchObject({ outcome: 'nothing', reason: 'noNotes', source: 'startup' });
  });

  it('is served as often as it is run at once: two windows, parallel hooks', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    putNote(folder);
    const hooks = ['a', 'b', 'c', 'd'].map((session) => {
      const started = startSilent(cli, home, 'hook');
      started.say(input({ cwd: folder, hook_event_name: 'SessionStart', source: 'startup', session_id: session }));
      return started.ended;
    });
    const answers = await Promise.all(hooks);
    expect(answers.map(({ code, error }) => [code, error])).toEqual(answers.map(() => [0, '']));
    const handed = answers.filter(({ out }) => out !== '');
    for (const { out } of handed) expect(out).toBe(handed[0]?.out);
    const { receipts } = await readReceipts(folder, home);
    expect(new Set(receipts.map(({ session }) => session)).size).toBe(receipts.length);
  });

  it('takes an event from a pipe that is never closed, and ends by itself where none comes', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    putNote(folder);
    const open = startSilent(cli, home, 'hook');
    open.say(sessionStart(folder));
    expect(await open.ended).toMatchObject({ code: 0, error: '' });
    expect(await startSilent(cli, home, 'hook').ended).toEqual({ code: 0, out: '', error: '' });
  });

  it('exits 0 in silence whatever it gets', () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    putNote(folder);
    const inputs: readonly (string | Buffer)[] = [
      '', '{', 'null', '[]', '{}', '"text"', '\0\0\0', Buffer.from([0xff, 0xfe, 0x00]), `{"hook_event_name":"SessionStart","cwd":"${'x'.repeat(3_000_000)}"}`, '{'.repeat(2_000_000),
      input({ hook_event_name: 'SessionStart', cwd: '/does/not/exist', source: 'startup' }), input({ hook_event_name: 'SessionStart', cwd: 7 }), input({ hook_event_name: 'SessionStart', cwd: join(folder, 'src/a.ts') }), input({ hook_event_name: 'SessionStart', cwd: '\0' }),
      input({ hook_event_name: 'Stop', cwd: folder }), input({ hook_event_name: 'UserPromptSubmit', cwd: folder, prompt: 'x' }), input({ hook_event_name: 'PreCompact', cwd: folder, trigger: 'auto' }),
    ];
    for (const one of inputs) expect(callWith(one, cli, home, 'hook')).toEqual({ code: 0, out: '', error: '' });
    for (const args of [['hook', '--what'], ['hook', 'x', 'y']]) expect(callWith('', cli, home, ...args)).toEqual({ code: 0, out: '', error: '' });
  });

  it('hands over also where nothing can be kept', () => {
    const { folder } = project();
    const file = join(temporaryFolder(), 'home');
    writeFileSync(file, '');
    putNote(folder);
    expect(callUntil(({ out }) => out !== '', sessionStart(folder), file)).toMatchObject({ code: 0, error: '', out: expect.stringContaining('Implement verify-email') as string });
  });

  it('leaves the repository as it is', () => {
    const repository = project();
    const home = temporaryFolder('home');
    putNote(repository.folder);
    repository.write('src/a.ts', 'let a = 2;\n');
    const index = readFileSync(join(repository.folder, '.git/index'));
    for (const event of [sessionStart(repository.folder), input({ cwd: repository.folder, hook_event_name: 'PreCompact', trigger: 'manual' })]) callWith(event, cli, home, 'hook');
    expect(readFileSync(join(repository.folder, '.git/index')).equals(index)).toBe(true);
    expect(repository.git('status', '--porcelain', '--untracked-files=all')).toBe('M src/a.ts\n?? .claude/docs/handoffs/20261122T130233Z-main-a1b2c3d4.md');
  });
});

const preCompact = (cwd: string, transcript = ''): AgentHookEvent => ({ event: 'PreCompact', session: 's1', cwd, transcript, source: 'auto', agent: 'claude' });
const store = async (folder: string, home: string, transcript = '', budget = 100_000) =>
  storeSafetyNet({ event: preCompact(folder, transcript), folder, documents: await findDocuments(folder, home), worker, budget, now: new Date('2026-11-25T12:00:00Z') });

describe('the safety net before a compaction', () => {
  it('stores what git says of the tree, and a later one says nothing where there is nothing', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    expect(await store(repository.folder, home)).toBeUndefined();
    expect(await listUnreviewed(repository.folder, home)).toEqual([]);
    repository.write('src/a.ts', 'let a = 2;\n');
    await store(repository.folder, home);
    const [note] = await listUnreviewed(repository.folder, home);
    expect(note).toMatchObject({ session: 's1', trigger: 'auto', branch: 'main', author: 'Ada Lovelace <ada@example.com>', isComplete: true, entries: [], suggestions: [{ item: 'uncommitted', source: 'git', links: [{ path: 'src/a.ts' }] }] });
    if (note) await removeUnreviewed(repository.folder, note, home);
    expect(await listUnreviewed(repository.folder, home)).toEqual([]);
  });

  it('has the accepted entries of every window first, with paths from the base folder, without what was dismissed', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    const backend = join(repository.folder, 'backend');
    repository.write('backend/b.ts', 'let b = 1;\n');
    await rememberEditorSettings(backend, { base: repository.folder, documentsFolder: '.claude/docs', expiryDays: 14 }, home);
    const draft = await openDraft(backend, { home });
    draft.apply({ kind: 'entry', entry: entry('bug', 'Accepted', { links: [{ path: 'b.ts', line: 1 }, { path: '../src/a.ts', line: 1 }] }) });
    draft.apply({ kind: 'focus', focus: 'bug fixes' });
    draft.apply({ kind: 'dismiss', suggestion: 'git:uncommitted', dismissed: true });
    await draft.flush();
    for (const folder of [repository.folder, backend]) {
      const note = await store(folder, home);
      expect(note).toMatchObject({ focus: 'bug fixes', entries: [{ text: 'Accepted', links: [{ path: 'backend/b.ts' }, { path: 'src/a.ts' }] }], suggestions: [] });
    }
    await draft.dispose();
  });

  it('keeps what was accepted even when there is no time for evidence', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    repository.write('src/a.ts', 'let a = 2;\n');
    const draft = await openDraft(repository.folder, { home });
    draft.apply({ kind: 'entry', entry: entry('nextStep', 'Accepted') });
    await draft.flush();
    await store(repository.folder, home, '', 0);
    expect(await listUnreviewed(repository.folder, home)).toMatchObject([{ entries: [{ text: 'Accepted' }], isComplete: false }]);
    await draft.dispose();
  });

  it('has the open to-dos of the agent\'s transcript', async () => {
    const { folder } = project();
    const home = temporaryFolder('home');
    const transcript = join(temporaryFolder('transcript'), 's1.jsonl');
    const record = (fields: object): string => JSON.stringify({ sessionId: 's1', cwd: folder, version: '2.0.46', isSidechain: false, ...fields });
    writeFileSync(transcript, [
      record({ type: 'user', uuid: 'u1', parentUuid: null, timestamp: '2026-11-25T11:00:00.000Z', message: { role: 'user', content: 'Please add verification by mail' } }),
      record({ type: 'assistant', uuid: 'a1', parentUuid: 'u1', timestamp: '2026-11-25T11:01:00.000Z', message: { id: 'm1', role: 'assistant', model: 'claude-sonnet-4-5', stop_reason: 'tool_use', content: [{ type: 'tool_use', id: 't1', name: 'TodoWrite', input: { todos: [{ content: 'Implement verify-email', status: 'pending', activeForm: 'Implementing' }] } }], usage: { input_tokens: 10, output_tokens: 1 } } }),
      '',
    ].join('\n'));
    expect((await store(folder, home, transcript))?.suggestions).toContainEqual(expect.objectContaining({ item: 'nextStep', source: 'agent', text: expect.stringContaining('Implement verify-email') as string }));
  });

  it('is kept twenty times, the newest first', async () => {
    const repository = project();
    const home = temporaryFolder('home');
    repository.write('src/a.ts', 'let a = 2;\n');
    const documents = await findDocuments(repository.folder, home);
    for (let minute = 10; minute < 34; minute++) await storeSafetyNet({ event: preCompact(repository.folder), folder: repository.folder, documents, worker: '/no/worker.js', budget: 20_000, now: new Date(`2026-11-25T12:${String(minute)}:00Z`) });
    const created = (await listUnreviewed(repository.folder, home)).map((note) => note.created);
    expect(created).toHaveLength(20);
    expect(created[0]).toBe('2026-11-25T12:33:00.000Z');
    expect(readdirSync(home)).toEqual(['folders']);
  });
});

describe('evidence in limited time', () => {
  it('is empty where the worker cannot start, fails or has no time', async () => {
    const { folder } = project();
    const question = { folder, base: folder, documentsFolder: '.claude/docs', transcript: '' };
    expect(await gatherWithin('/no/such/worker.js', question, 60_000)).toEqual({ suggestions: [], isComplete: false });
    expect(await gatherWithin(worker, question, 0)).toEqual({ suggestions: [], isComplete: false });
    const failing = join(temporaryFolder(), 'worker.js');
    writeFileSync(failing, 'throw new Error("x")');
    expect(await gatherWithin(failing, question, 60_000)).toEqual({ suggestions: [], isComplete: false });
  });
});
