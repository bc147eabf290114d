import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claudeProjectName } from '../../../src/core/agents/folders.js';
import { sessionToShow, type AgentSession } from '../../../src/core/agents/sessions.js';
import { FolderSessions, type SessionReset } from '../../../src/node/folderSessions.js';
import { agentPlaces, TranscriptFinder } from '../../../src/node/transcriptFiles.js';
import { Conversation, lines } from './transcripts.js';

let root: string;
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'sessions ')); });
afterEach(() => { rmSync(root, { recursive: true, force: true }); });

const put = (file: string, text: string): string => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const record = (cwd: string) => ({ type: 'user', uuid: 'u', parentUuid: null, isSidechain: false, sessionId: 's', cwd, timestamp: '2026-11-20T08:00:00.000Z', message: { role: 'user', content: 'x' } });
const home = () => join(root, 'home');
const inProject = (path: string, name = 's.jsonl', config = '.claude') => join(home(), config, 'projects', claudeProjectName(path), name);

describe('finding the sessions of a folder', () => {
  const found = (folder: string, environment: Record<string, string> = {}) => [...new TranscriptFinder(agentPlaces(home(), environment)).find(folder)]
    .flatMap((one) => (one ? [[one.file, one.place]] : []));

  it('names a folder as Claude Code does', () => {
    expect(claudeProjectName('/Users/me/proj')).toBe('-Users-me-proj');
    expect(claudeProjectName('E:\\MatLab_HomeWork')).toBe('E--MatLab-HomeWork');
    expect(claudeProjectName('/home/me/.local/a b/注文')).toBe('-home-me--local-a-b---');
  });

  it('confirms the folder by the records, since names collide', () => {
    const folder = join(root, 'my-app');
    const mine = put(inProject(folder), lines({ type: 'file-history-snapshot' }, record(folder)));
    put(inProject(folder, 'other.jsonl'), lines(record(join(root, 'my.app'))));
    put(inProject(join(root, 'my-app-2')), lines(record(join(root, 'my-app-2'))));
    put(inProject(folder, 'agent-1.jsonl'), lines(record(folder)));
    put(inProject(folder, 'nothing.jsonl'), lines({ type: 'summary', summary: 'x' }));
    put(inProject(folder, 'empty.jsonl'), '');
    const below = put(inProject(join(folder, 'packages/api')), lines(record(join(folder, 'packages/api'))));
    expect(found(folder)).toEqual([[mine, 'same'], [below, 'below']]);
  });

  it('looks in every folder that Claude Code may use, and in none twice', () => {
    const folder = join(root, 'app');
    const [a, b, c, d] = [inProject(folder), inProject(folder, 's.jsonl', '.config/claude'), join(root, 'elsewhere/projects', claudeProjectName(folder), 's.jsonl'), join(root, 'elsewhere/projects/pinned/s.jsonl')];
    for (const file of [a, b, c, d]) put(file, lines(record(folder)));
    const environment = { CLAUDE_CONFIG_DIR: join(root, 'elsewhere'), CLAUDE_CODE_PROJECT_DIR_NAME: 'pinned' };
    expect(found(folder, environment).map(([file]) => file).sort()).toEqual([a, b, c, d].sort());
    expect(found(folder, { CLAUDE_CONFIG_DIR: join(home(), '.claude') })).toHaveLength(2);
  });

  it('knows names that are cut at 200 characters, links, and other spellings of a Windows path', () => {
    const long = join(root, 'x'.repeat(120), 'y'.repeat(120));
    const cut = put(join(home(), '.claude/projects', `${claudeProjectName(long)}-1a2b3c`, 's.jsonl'), lines(record(long)));
    expect(found(long)).toEqual([[cut, 'same']]);
    const real = join(root, 'real');
    mkdirSync(real);
    symlinkSync(real, join(root, 'link'));
    const linked = put(inProject(real), lines(record(real)));
    expect(found(join(root, 'link'))).toEqual([[linked, 'same']]);
    const windows = put(inProject('e:\\Work\\app'), lines(record('e:\\Work\\app')));
    expect(found('E:\\Work\\app')).toEqual([[windows, 'same']]);
    expect(found('E:/Work')).toEqual([[windows, 'below']]);
  });

  it('knows the worktrees of a repository, and a session that moved into one', () => {
    const [main, other] = [join(root, 'main'), join(root, 'other')];
    put(join(main, '.git/worktrees/other/gitdir'), `${join(other, '.git')}\n`);
    const session = put(inProject(other), lines(record(other)));
    expect(found(main)).toEqual([[session, 'worktree']]);
    expect(found(other)).toEqual([[session, 'same']]);
    const moved = put(inProject(main), lines(record(main), record(join(root, 'far'))));
    expect(found(main)).toEqual([[moved, 'same'], [session, 'worktree']]);
  });

  it('knows Codex\'s sessions, and leaves out those that an agent started', () => {
    const folder = join(root, 'app');
    const meta = (fields: Record<string, unknown>) => lines({ timestamp: '2026-11-20T08:00:00.000Z', type: 'session_meta', payload: { id: 'c', cwd: folder, instructions: 'i'.repeat(100_000), ...fields } });
    const mine = put(join(root, 'codex/sessions/2026/11/20/rollout-1.jsonl'), meta({ source: 'vscode' }));
    put(join(root, 'codex/sessions/2026/11/20/rollout-2.jsonl'), meta({ source: { subagent: 'review' } }));
    put(join(root, 'codex/sessions/2026/11/20/rollout-3.jsonl'), meta({ cwd: root }));
    const second = put(join(home(), '.codex/sessions/2026/11/21/rollout-4.jsonl'), meta({}));
    expect(found(folder, { CODEX_HOME: join(root, 'codex') })).toEqual([[second, 'same'], [mine, 'same']]);
  });
});

describe('following the sessions of a folder', () => {
  let service: FolderSessions | undefined;
  let resets: SessionReset[];
  let changes: (readonly AgentSession[])[];
  let folder: string;
  let now: number;
  afterEach(() => { service?.dispose(); });

  const follow = async (): Promise<FolderSessions> => {
    folder = join(root, 'app');
    resets = [];
    changes = [];
    now = Date.now();
    service = new FolderSessions({ folder, places: agentPlaces(home(), {}), now: () => now,
      onChange: (sessions) => { changes.push(sessions); }, onReset: (reset) => { resets.push(reset); } });
    service.start();
    await service.refresh();
    return service;
  };
  /** Records of this folder, written now. */
  const text = (talk: Conversation, from = 0): string => lines(...talk.records.slice(from).map((one) => ({ ...one, cwd: join(root, 'app'), timestamp: new Date().toISOString() })));
  const shown = () => sessionToShow(service?.sessions ?? []);
  const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

  it('shows what is appended, byte by byte if need be', async () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(50_000);
    const file = put(inProject(join(root, 'app')), text(talk));
    await follow();
    expect(shown()).toMatchObject({ file, usage: { usedTokens: 50_000, compactions: 0 }, idle: false });
    talk.user();
    talk.reply(60_000);
    const added = text(talk, 2);
    appendFileSync(file, added.slice(0, -30));
    appendFileSync(file, added.slice(-30));
    await until(() => { expect(shown()?.usage.usedTokens).toBe(60_000); });
  });

  it('reads a file anew that was truncated, rewritten in place or replaced', async () => {
    const long = new Conversation();
    long.user();
    long.reply(900_000);
    for (let n = 0; n < 3; n++) long.boundary({ trigger: 'auto', preTokens: 900_000, postTokens: 9_000 });
    const file = put(inProject(join(root, 'app')), text(long));
    await follow();
    expect(shown()?.usage).toMatchObject({ usedTokens: 9_000, compactions: 3 });
    const short = new Conversation();
    short.user();
    short.reply(20_000);
    truncateSync(file, 0);
    await until(() => { expect(service?.sessions.length === 0 || shown()?.usage.usedTokens === null).toBe(true); });
    writeFileSync(file, text(short));
    await until(() => { expect(shown()?.usage).toMatchObject({ usedTokens: 20_000, compactions: 0 }); });
    short.user('x'.repeat(5_000));
    short.reply(30_000);
    put(join(root, 'new'), text(short));
    renameSync(join(root, 'new'), file);
    await until(() => { expect(shown()?.usage).toMatchObject({ usedTokens: 30_000, compactions: 0 }); });
    rmSync(file);
    await until(() => { expect(service?.sessions).toEqual([]); });
  });

  it('sees a session that begins later, in a folder that did not exist, and shows the fullest of several', async () => {
    await follow();
    expect(service?.sessions).toEqual([]);
    expect(service?.lookedIn).toContain(dirname(inProject(folder)));
    const first = new Conversation('first');
    first.user();
    first.reply(70_000);
    mkdirSync(join(home(), '.claude/projects'), { recursive: true });
    await service?.refresh();
    const a = put(inProject(folder, 'a.jsonl'), text(first));
    await until(() => { expect(shown()?.file).toBe(a); });
    const second = new Conversation('second');
    second.user();
    second.reply(10_000);
    const b = put(inProject(folder, 'b.jsonl'), text(second));
    await until(() => { expect(service?.sessions).toHaveLength(2); });
    expect(shown()?.file).toBe(a);
    expect(sessionToShow(service?.sessions ?? [], b)?.file).toBe(b);
    now += 61 * 60_000;
    await service?.refresh();
    expect(service?.sessions.map(({ idle }) => idle)).toEqual([true, true]);
  });

  it('tells of a compaction and of a clear that happen while it looks, once each', async () => {
    const talk = new Conversation();
    talk.user();
    talk.boundary({ trigger: 'auto', preTokens: 100_000 }, { timestamp: '2026-11-20T08:00:00.000Z' });
    talk.reply(50_000);
    const file = put(inProject(join(root, 'app')), lines(...talk.records.map((one) => ({ ...one, cwd: join(root, 'app') }))));
    await follow();
    talk.boundary({ trigger: 'auto', preTokens: 187_000, postTokens: 31_000 });
    talk.summary();
    appendFileSync(file, text(talk, 3));
    await until(() => { expect(resets).toMatchObject([{ file, cleared: false, before: 187_000, after: 31_000 }]); });
    expect(shown()?.usage).toMatchObject({ usedTokens: 31_000, compactions: 2 });
    const cleared = new Conversation('cleared');
    cleared.user('<command-name>/clear</command-name>');
    put(inProject(folder, 'b.jsonl'), text(cleared));
    await until(() => { expect(resets).toMatchObject([{}, { file, cleared: true, before: 31_000, after: null }]); });
    await until(() => { expect(shown()?.usage.sessionId).toBe('cleared'); });
    await service?.refresh();
    expect(resets).toHaveLength(2);
  });

  it('says nothing more after it was disposed', async () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(50_000);
    const file = put(inProject(join(root, 'app')), text(talk));
    const following = await follow();
    following.dispose();
    const before = changes.length;
    talk.reply(60_000);
    appendFileSync(file, text(talk, 2));
    await following.refresh();
    expect(changes).toHaveLength(before);
  });
});
