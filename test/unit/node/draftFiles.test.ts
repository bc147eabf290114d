import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from './crc32.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readDraft } from '../../../src/node/draftFiles.js';
import { type OpenDraft, openDraft } from '../../../src/node/openDraft.js';
import { bundleDriver } from './driver.js';
import { temporaryFolder } from './temporaryFolder.js';

// The machine that runs this may have much else to do.
vi.setConfig({ testTimeout: 120_000 });

const entry = (id: string, text = id) => ({ kind: 'entry' as const, entry: { id, item: 'bug' as const, text, links: [], created: '2026-11-22T13:00:00Z' } });
const place = () => ({ workspace: temporaryFolder('workspace'), home: temporaryFolder('home') });
const open: OpenDraft[] = [];
const window = async (workspace: string, home: string, options = {}) => {
  const one = await openDraft(workspace, { home, ...options });
  open.push(one);
  return one;
};
const until = async (holds: () => boolean) => {
  for (let tries = 0; tries < 3000 && !holds(); tries++) await new Promise((done) => setTimeout(done, 10));
  expect(holds()).toBe(true);
};
const draftsOf = (home: string) => {
  const [state = ''] = readdirSync(join(home, 'folders'));
  return join(home, 'folders', state, 'drafts');
};
const sessionsOf = (home: string) => readdirSync(draftsOf(home)).filter((name) => /^\d{8}T/.test(name)).sort();
const sessionFolder = (home: string) => join(draftsOf(home), sessionsOf(home).at(-1) ?? '');
const journals = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.journal')).map((name) => join(folder, name));

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.dispose()));
});

describe('the draft on the disk', () => {
  it('holds what was accepted, for the next window and for the command line', async () => {
    const { workspace, home } = place();
    const one = await window(workspace, home);
    one.apply(entry('a', 'line one\nline two `code` é'));
    one.apply({ kind: 'focus', focus: 'bug fixes' });
    await one.flush();
    const stored = await readDraft(workspace, { home });
    expect(stored?.draft).toEqual(one.draft);
    expect(stored?.draft.ticks).toEqual(['bug']);
    expect((await window(workspace, home)).draft).toEqual(one.draft);
    expect(one.draft.session.id).toMatch(/^[0-9a-f]{16}$/);
    for (const path of journals(sessionFolder(home))) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is none where no session was begun', async () => {
    const { workspace, home } = place();
    expect(await readDraft(workspace, { home })).toBeUndefined();
  });

  it('is there soon without anybody asking', async () => {
    const { workspace, home } = place();
    const one = await window(workspace, home);
    one.apply(entry('a'));
    let stored = 0;
    for (let tries = 0; tries < 3000 && stored === 0; tries++) {
      await new Promise((done) => setTimeout(done, 10));
      stored = (await readDraft(workspace, { home }))?.draft.entries.length ?? 0;
    }
    expect(stored).toBe(1);
  });

  it('is one for windows that open it at the same moment', async () => {
    const { workspace, home } = place();
    const all = await Promise.all([1, 2, 3, 4].map(() => window(workspace, home)));
    expect(new Set(all.map(({ draft }) => draft.session.id)).size).toBe(1);
  });

  it("shows another window's changes, told once they are there", async () => {
    const { workspace, home } = place();
    const [one, two] = [await window(workspace, home), await window(workspace, home)];
    let told = 0;
    two.onDidChange(() => told++);
    one.apply(entry('a'));
    await until(() => two.draft.entries.length === 1);
    two.apply(entry('a', 'edited there'));
    await until(() => one.draft.entries[0]?.text === 'edited there');
    expect(told).toBeGreaterThan(0);
    expect(two.draft).toEqual(one.draft);
  });

  it('keeps all entries of windows that write at the same time, and their journals small', async () => {
    const { workspace, home } = place();
    const all = await Promise.all([1, 2, 3].map(() => window(workspace, home)));
    for (let index = 0; index < 150; index++) {
      for (const [number, one] of all.entries()) {
        one.apply(entry(`${number}-${index}`));
        for (let typed = 0; typed < 10; typed++) one.apply({ kind: 'focus', focus: `${number} ${index} ${typed}` });
      }
      if (index % 10 === 0) await Promise.all(all.map((one) => one.flush()));
    }
    await Promise.all(all.map((one) => one.flush()));
    const stored = await readDraft(workspace, { home });
    expect(stored?.draft.entries).toHaveLength(450);
    await until(() => all.every((one) => one.draft.entries.length === 450));
    for (const path of journals(sessionFolder(home))) expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(1500);
  });

  it('sets a damaged journal of a window that is gone aside, keeps what can be read, and says so', async () => {
    const { workspace, home } = place();
    const one = await window(workspace, home);
    one.apply(entry('a'));
    one.apply(entry('b'));
    await one.dispose();
    const [path = ''] = journals(sessionFolder(home)).filter((name) => readFileSync(name, 'utf8').includes('"a"'));
    // The name of a process that is gone, so that nobody is writing there.
    const dead = path.replace(`-${process.pid}-`, '-999999999-');
    renameSync(path, dead);
    appendFileSync(dead, 'deadbeef {"v":1,"at":"2026');
    expect((await readDraft(workspace, { home }))?.problems).toMatchObject([{ reason: 'damaged', lines: 1, file: dead }]);
    const two = await window(workspace, home);
    expect(two.draft.entries.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(two.problems).toMatchObject([{ reason: 'damaged', lines: 1 }]);
    expect(readFileSync(two.problems[0]?.file ?? '', 'utf8')).toContain('deadbeef');
    expect((await readDraft(workspace, { home }))?.draft).toEqual(two.draft);
    expect((await readDraft(workspace, { home }))?.problems).toEqual([]);
  });

  it('keeps every line but the damaged ones when bytes in the middle of a journal are overwritten', async () => {
    const { workspace, home } = place();
    const one = await window(workspace, home);
    for (let index = 0; index < 20; index++) one.apply(entry(`e${index}`));
    await one.dispose();
    const [path = ''] = journals(sessionFolder(home)).filter((name) => readFileSync(name, 'utf8').includes('"e10"'));
    const bytes = readFileSync(path);
    bytes.fill(0xff, Math.trunc(bytes.length / 2), Math.trunc(bytes.length / 2) + 10);
    writeFileSync(path.replace(`-${process.pid}-`, '-999999999-'), bytes);
    rmSync(path);
    const two = await window(workspace, home);
    expect(two.draft.entries.length).toBeGreaterThanOrEqual(18);
    expect(two.problems).toMatchObject([{ reason: 'damaged' }]);
  });

  it('leaves the journal of a newer version alone', async () => {
    const { workspace, home } = place();
    const one = await window(workspace, home);
    one.apply(entry('a'));
    await one.dispose();
    const folder = sessionFolder(home);
    const json = '{"v":2,"at":"2027-01-01T00:00:00.000Z","by":"x","seq":0,"change":{"kind":"hologram"}}';
    const newer = join(folder, '00000000-999999999-0123456789ab-0.journal');
    writeFileSync(newer, `${crc32(json)} ${json}\n`);
    const two = await window(workspace, home, { compactAt: 1 });
    expect(two.problems).toMatchObject([{ reason: 'newer', lines: 1, file: newer }]);
    expect(two.draft.entries).toHaveLength(1);
    expect(readFileSync(newer, 'utf8')).toContain('hologram');
  });

  it('puts the journals of windows that are gone into one', async () => {
    const { workspace, home } = place();
    for (let index = 0; index < 5; index++) {
      const one = await window(workspace, home, { compactAt: 100 });
      one.apply(entry(`e${index}`));
      await one.dispose();
    }
    const folder = sessionFolder(home);
    for (const path of journals(folder)) renameSync(path, path.replace(`-${process.pid}-`, '-999999999-'));
    expect(journals(folder)).toHaveLength(6);
    const last = await window(workspace, home, { compactAt: 3 });
    expect(journals(folder)).toHaveLength(1);
    expect(last.draft.entries).toHaveLength(5);
    expect((await readDraft(workspace, { home }))?.draft).toEqual(last.draft);
  });

  it('lets no lock of a window that was killed stay', async () => {
    const { workspace, home } = place();
    await (await window(workspace, home)).dispose();
    const lock = join(draftsOf(home), 'sessions.lock');
    const machine = (/([0-9a-f]{8})-\d+-/.exec(journals(sessionFolder(home))[0] ?? '') ?? [])[1] ?? '';
    writeFileSync(lock, `${machine}-999999999 0123456789abcdef`);
    await window(workspace, home);
    expect(readdirSync(draftsOf(home))).not.toContain('sessions.lock');
  });

  it('is written again when its journal is removed under it', async () => {
    const { workspace, home } = place();
    const one = await window(workspace, home);
    one.apply(entry('a'));
    await one.flush();
    for (const path of journals(sessionFolder(home))) if (readFileSync(path, 'utf8').includes('"a"')) rmSync(path);
    one.apply(entry('b'));
    await one.flush();
    expect((await readDraft(workspace, { home }))?.draft.entries.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('is tried again when it could not be saved, and says so meanwhile', async () => {
    const { workspace, home } = place();
    const one = await window(workspace, home);
    const folder = sessionFolder(home);
    renameSync(folder, `${folder}.away`);
    writeFileSync(folder, 'a file in the place of the folder');
    one.apply(entry('a'));
    await expect(one.flush()).rejects.toMatchObject({ name: 'FileError' });
    expect(one.problems).toMatchObject([{ reason: 'notSaved', lines: 1 }]);
    expect(one.draft.entries).toHaveLength(1);
    rmSync(folder);
    renameSync(`${folder}.away`, folder);
    await until(() => one.problems.length === 0);
    expect((await readDraft(workspace, { home }))?.draft.entries).toHaveLength(1);
  });
});

describe('a new session', () => {
  it('takes along what was not written, in every window, and keeps the old one on the disk', async () => {
    const { workspace, home } = place();
    const [one, two] = [await window(workspace, home), await window(workspace, home)];
    const before = one.draft.session.id;
    one.apply(entry('written'));
    one.apply({ kind: 'written', written: [{ entry: 'written', file: 'TROUBLESHOOTING.md', text: '- x', at: '2026-11-22T13:00:00.000Z' }] });
    one.apply(entry('kept'));
    one.apply({ kind: 'focus', focus: 'old' });
    await one.newSession({ startCommit: 'c0ffee' });
    expect(one.draft.session.id).not.toBe(before);
    expect(one.draft).toMatchObject({ focus: '', written: [], session: { startCommit: 'c0ffee' } });
    expect(one.draft.entries.map(({ id }) => id)).toEqual(['kept']);
    await until(() => two.draft.session.id === one.draft.session.id);
    expect(two.draft).toEqual(one.draft);
    expect(sessionsOf(home)).toHaveLength(2);
    two.apply(entry('after'));
    await until(() => one.draft.entries.length === 2);
  });

  it("keeps an entry that another window accepts at the same moment", async () => {
    const { workspace, home } = place();
    const [one, two] = [await window(workspace, home), await window(workspace, home)];
    const begun = one.newSession();
    for (let index = 0; index < 30; index++) {
      two.apply(entry(`e${index}`));
      if (index % 3 === 0) await new Promise((done) => setTimeout(done, 1));
    }
    await begun;
    await two.flush();
    await until(() => two.draft.session.id === one.draft.session.id && one.draft.entries.length === 30 && two.draft.entries.length === 30);
    expect((await readDraft(workspace, { home }))?.draft.entries).toHaveLength(30);
  });

  it('is begun once when two windows ask at the same moment', async () => {
    const { workspace, home } = place();
    const [one, two] = [await window(workspace, home), await window(workspace, home)];
    await Promise.all([one.newSession(), two.newSession()]);
    expect(sessionsOf(home)).toHaveLength(2);
    expect(one.draft.session.id).toBe(two.draft.session.id);
  });
});

describe('a kill', () => {
  const driver = bundleDriver('draftDriver');

  it('at any moment loses nothing that was accepted', async () => {
    const { workspace, home } = place();
    mkdirSync(join(workspace, 'src'));
    const accepted: string[] = [];
    const rounds = Number(process.env['KILL_ROUNDS'] ?? 12);
    for (let round = 0; round < rounds; round += 2) {
      const children = [round, round + 1].map((number): { child: ChildProcess; out: string } => {
        const child = spawn(process.execPath, [driver, workspace, home, `r${number}`, '100000'], { stdio: ['ignore', 'pipe', 'inherit'] });
        const one = { child, out: '' };
        child.stdout?.on('data', (data: Buffer) => (one.out += data.toString()));
        return one;
      });
      await Promise.all(children.map(async (one) => {
        const closed = once(one.child, 'close');
        while (!one.out.includes('\n')) await new Promise((done) => setTimeout(done, 5));
        await new Promise((done) => setTimeout(done, Math.random() * 150));
        one.child.kill('SIGKILL');
        await closed;
        accepted.push(...one.out.split('\n').slice(0, -1));
      }));
    }
    const stored = await readDraft(workspace, { home });
    const ids = new Set(stored?.draft.entries.map(({ id }) => id));
    expect(accepted.filter((id) => !ids.has(id))).toEqual([]);
    expect(accepted.length).toBeGreaterThan(rounds);
    const last = await window(workspace, home);
    expect(new Set(last.draft.entries.map(({ id }) => id))).toEqual(ids);
    expect(last.problems.every(({ reason }) => reason === 'damaged')).toBe(true);
    const left = readdirSync(sessionFolder(home)).filter((name) => name.endsWith('.tmp'));
    expect(left).toEqual([]);
  });
});

describe('a journal cut short', () => {
  it('at any byte gives the entries before the cut', async () => {
    const { workspace, home } = place();
    const one = await window(workspace, home);
    for (let index = 0; index < 5; index++) one.apply(entry(`e${index}`));
    await one.dispose();
    const [path = ''] = journals(sessionFolder(home)).filter((name) => readFileSync(name, 'utf8').includes('"e3"'));
    for (let size = statSync(path).size; size > 0; size -= 7) {
      truncateSync(path, size);
      const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1).filter((line) => line.includes('"kind":"entry"')).length;
      expect((await readDraft(workspace, { home }))?.draft.entries).toHaveLength(whole);
    }
  });
});
