import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { buildCommandLine, call, start } from './commandLine.js';
import { planted } from './plantedSecrets.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

// The machine that runs this may have much else to do.
vi.setConfig({ testTimeout: 120_000 });

const cli = buildCommandLine();
const sample = {
  version: 1, id: 'a1b2c3d4', created: '2026-11-22T14:02:33+01:00', date: '2026-11-22', focus: 'bug fixes',
  entries: [
    { item: 'bug', text: 'Resolved JWT refresh token not updating `last_login`', detail: 'Root cause: the refresh path skipped the login hook.', links: [{ path: 'src/auth/auth.service.ts', line: 2 }], document: 'TROUBLESHOOTING.md' },
    { item: 'endpoint', text: 'Added POST /api/auth/verify-email endpoint' },
    { item: 'restartCommand', text: 'npm run migration:run' },
  ],
};
const file = (session: object) => {
  const path = join(temporaryFolder('session'), 'session.json');
  writeFileSync(path, JSON.stringify(session));
  return path;
};
const project = () => {
  const folder = temporaryFolder('project');
  mkdirSync(join(folder, 'src', 'auth'), { recursive: true });
  writeFileSync(join(folder, 'src', 'auth', 'auth.service.ts'), 'class AuthService {\n  await this.users.touch("a", [b]);\n}\n');
  return folder;
};
const files = (folder: string) => Object.fromEntries(readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile() && !one.parentPath.includes('.git'))
  .map((one) => [join(one.parentPath, one.name), readFileSync(join(one.parentPath, one.name), 'utf8')]));

describe('write', () => {
  it('names the note before in a later session\'s note of the same author and branch, and in no other', () => {
    const repository = Repository.make();
    const home = temporaryFolder('home');
    const write = (id: string, created: string) => {
      const { out } = call(cli, home, 'write', '--folder', repository.folder, '--session', file({ ...sample, id, created }));
      const { note } = JSON.parse(out) as { note: string };
      return { note, previous: /^previous: "(.*)"$/m.exec(readFileSync(join(repository.folder, note), 'utf8'))?.[1] };
    };
    const first = write('first', '2026-11-22T10:00:00Z');
    const second = write('second', '2026-11-22T12:00:00Z');
    expect([first.previous, second.previous]).toEqual(['', first.note.replace('.claude/docs/', '')]);
    expect(write('second', '2026-11-22T12:00:00Z')).toEqual(second);
    expect(write('between', '2026-11-22T11:00:00Z').previous).toBe(second.previous);
    repository.git('config', 'user.name', 'Bob');
    expect(write('theirs', '2026-11-22T13:00:00Z').previous).toBe('');
  });

  it('writes the documents and the note, says what it inserted, and changes nothing the second time', () => {
    const folder = project();
    const home = temporaryFolder('home');
    const session = file(sample);
    const untouched = files(folder);
    const dry = call(cli, home, 'write', '--folder', folder, '--session', session, '--dry-run');
    expect(files(folder)).toEqual(untouched);
    const first = call(cli, home, 'write', '--folder', folder, '--session', session);
    expect(first).toMatchObject({ code: 0, error: '' });
    expect(dry.out).toBe(first.out);
    const answer: { edits: { file: string; inserted: string }[]; note: string } = JSON.parse(first.out);
    expect(answer.note).toMatch(/^\.claude\/docs\/handoffs\/20261122T130233Z-.*-a1b2c3d4\.md$/);
    expect(answer.edits.map((edit) => edit.file)).toEqual(['.claude/docs/TROUBLESHOOTING.md', '.claude/docs/PROJECT_API.md', answer.note]);
    for (const edit of answer.edits) expect(readFileSync(join(folder, edit.file), 'utf8')).toContain(edit.inserted);
    expect(readFileSync(join(folder, '.claude/docs/TROUBLESHOOTING.md'), 'utf8')).toContain('[src/auth/auth.service.ts:2](../../src/auth/auth.service.ts#L2 "await this.users.touch(&quot;a&quot;, &#91;b&#93;);")');
    const before = files(folder);
    const second = call(cli, home, 'write', '--folder', folder, '--session', session);
    expect(JSON.parse(second.out)).toEqual({ edits: [], note: answer.note });
    expect(files(folder)).toEqual(before);
  });

  it('keeps to the same note when branch and commit have moved on', () => {
    const repository = Repository.make(project());
    repository.commit('begin');
    const home = temporaryFolder('home');
    const session = file(sample);
    const first: { note: string } = JSON.parse(call(cli, home, 'write', '--folder', repository.folder, '--session', session).out);
    expect(first.note).toContain('-main-a1b2c3d4.md');
    expect(readFileSync(join(repository.folder, first.note), 'utf8')).toContain('author: "Ada Lovelace <ada@example.com>"');
    repository.git('checkout', '-q', '-b', 'feature/next');
    repository.commit('more');
    const before = files(repository.folder);
    expect(JSON.parse(call(cli, home, 'write', '--folder', repository.folder, '--session', session).out)).toEqual({ edits: [], note: first.note });
    expect(files(repository.folder)).toEqual(before);
  });

  it('writes an entry once although the line that it quotes has been edited', () => {
    const folder = project();
    const home = temporaryFolder('home');
    const session = file(sample);
    call(cli, home, 'write', '--folder', folder, '--session', session);
    writeFileSync(join(folder, 'src', 'auth', 'auth.service.ts'), 'class AuthService {\n  await this.users.touch(user);\n}\n');
    const before = files(folder);
    expect(JSON.parse(call(cli, home, 'write', '--folder', folder, '--session', session).out)).toMatchObject({ edits: [] });
    expect(files(folder)).toEqual(before);
    const more = file({ ...sample, entries: [...sample.entries, { item: 'bug', text: 'Another', links: [{ path: 'src/auth/auth.service.ts', line: 2 }] }] });
    const { edits }: { edits: { file: string; inserted: string }[] } = JSON.parse(call(cli, home, 'write', '--folder', folder, '--session', more).out);
    expect(edits).toHaveLength(2);
    for (const { inserted } of edits) expect(inserted).not.toContain('JWT refresh');
  });

  it('writes into the nearest .claude of a monorepo, with links from there', () => {
    const repository = Repository.make();
    repository.write('.claude/settings.json', '{}');
    repository.write('apps/api/src/a.ts', 'const first = 1;\n');
    const answer: { note: string } = JSON.parse(call(cli, temporaryFolder('home'), 'write', '--folder', join(repository.folder, 'apps/api'), '--session', file({ ...sample, entries: [{ item: 'bug', text: 'x', links: [{ path: 'src/a.ts', line: 1 }] }] })).out);
    expect(readFileSync(join(repository.folder, '.claude/docs/TROUBLESHOOTING.md'), 'utf8')).toContain('[apps/api/src/a.ts:1](../../apps/api/src/a.ts#L1 "const first = 1;")');
    expect(readFileSync(join(repository.folder, answer.note), 'utf8')).toContain('apps/api/src/a.ts:1');
  });

  it('takes no line from outside the folder', () => {
    const folder = project();
    const outside = join(folder, '..', 'outside-secret.ts');
    writeFileSync(outside, 'outside text\n');
    const { out } = call(cli, temporaryFolder('home'), 'write', '--folder', folder, '--session', file({ ...sample, entries: [{ item: 'bug', text: 'x', links: [{ path: '../outside-secret.ts', line: 1 }] }] }));
    expect(out).toContain('outside-secret.ts:1');
    expect(out).not.toContain('outside text');
  });

  it('writes nothing when there is a secret in a text, in a link, or in a line that a link would quote', () => {
    const [, text = '', secret = ''] = planted.find(([name]) => name === 'GitHub token') ?? [];
    for (const [entry, where] of [
      [{ item: 'bug', text }, /entry 2, 'text', character \d+/],
      [{ item: 'bug', text: 'x', detail: text }, /entry 2, 'detail'/],
      [{ item: 'bug', text: 'x', links: [{ path: 'src/secret.ts', line: 1 }] }, /entry 2, link 1/],
    ] as const) {
      const folder = project();
      writeFileSync(join(folder, 'src', 'secret.ts'), `const token = "${secret}";\n`);
      const before = files(folder);
      const { code, out, error } = call(cli, temporaryFolder('home'), 'write', '--folder', folder, '--session', file({ ...sample, entries: [{ item: 'bug', text: 'fine' }, entry] }));
      expect([code, out]).toEqual([2, '']);
      expect(error).toMatch(where);
      expect(error).not.toContain(secret);
      expect(error.trimEnd().split('\n')).toHaveLength(1);
      expect(files(folder)).toEqual(before);
    }
  });

  it('says in one line why it cannot be carried out', () => {
    const folder = project();
    const home = temporaryFolder('home');
    const bad = join(temporaryFolder(), 'bad.json');
    writeFileSync(bad, '{"date": ');
    for (const [args, why] of [
      [['--session', bad], /--folder is missing/],
      [['--folder', folder], /--session is missing/],
      [['--folder', folder, '--session', bad, '--nonsense'], /nonsense/],
      [['--folder', folder, '--session', join(folder, 'none.json')], /none\.json: .*not exist/],
      [['--folder', folder, '--session', folder], /not a file/],
      [['--folder', folder, '--session', bad], /not JSON/],
      [['--folder', join(folder, 'none'), '--session', file(sample)], /--folder .*none: .*not exist/],
      [['--folder', join(folder, 'src/auth/auth.service.ts'), '--session', file(sample)], /not a folder/],
    ] as const) {
      const { code, out, error } = call(cli, home, 'write', ...args);
      expect([code, out]).toEqual([2, '']);
      expect(error).toMatch(why);
      expect(error.trimEnd().split('\n')).toHaveLength(1);
    }
    expect(readdirSync(folder)).toEqual(['src']);
  });

  it('tells of a document that could not be written, after the others were', () => {
    const folder = project();
    mkdirSync(join(folder, '.claude/docs/TROUBLESHOOTING.md'), { recursive: true });
    const { code, out, error } = call(cli, temporaryFolder('home'), 'write', '--folder', folder, '--session', file(sample));
    expect(code).toBe(2);
    expect(error).toMatch(/\.claude\/docs\/TROUBLESHOOTING\.md: a folder stands where the file should be/);
    expect(JSON.parse(out).edits.map((edit: { file: string }) => edit.file)).toContain('.claude/docs/PROJECT_API.md');
  });

  it('loses nothing when several write at once', async () => {
    const folder = project();
    const home = temporaryFolder('home');
    const calls = Array.from({ length: 6 }, (_, writer) => start(cli, home, 'write', '--folder', folder, '--session', file({
      ...sample, id: `writer0${writer}`, entries: Array.from({ length: 20 }, (__, index) => ({ item: 'bug', text: `Entry ${writer} ${index} here` })),
    })));
    for (const { ended } of calls) expect(await ended).toMatchObject({ code: 0, error: '' });
    const text = readFileSync(join(folder, '.claude/docs/TROUBLESHOOTING.md'), 'utf8');
    for (let writer = 0; writer < 6; writer++) for (let index = 0; index < 20; index++) expect(text.split(`Entry ${writer} ${index} here`)).toHaveLength(2);
    expect(readdirSync(join(folder, '.claude/docs/handoffs'))).toHaveLength(6);
  });

  it('leaves no torn document when it is killed at any moment, and can be called again', async () => {
    const folder = project();
    const home = temporaryFolder('home');
    const head = '# Trouble\n\nBy hand.\n';
    mkdirSync(join(folder, '.claude/docs'), { recursive: true });
    writeFileSync(join(folder, '.claude/docs/TROUBLESHOOTING.md'), head);
    const rounds = Number(process.env['KILL_ROUNDS'] ?? 6);
    const whole = /^# Trouble\n\nBy hand\.\n(?:\n## Session: 2026-11-22\n\n### Fixed\n\n(?:- Entry \d+ of the killed\n)+)?$/;
    for (let round = 0; round < rounds; round++) {
      const session = file({ ...sample, id: `killed${String(round).padStart(2, '0')}`, entries: [{ item: 'bug', text: `Entry ${round} of the killed` }, { item: 'endpoint', text: `Endpoint ${round}` }] });
      const running = start(cli, home, 'write', '--folder', folder, '--session', session);
      setTimeout(() => running.kill(), 150 + Math.random() * 350);
      await running.ended;
      expect(readFileSync(join(folder, '.claude/docs/TROUBLESHOOTING.md'), 'utf8')).toMatch(whole);
      if (round % 3 === 0) expect(call(cli, home, 'write', '--folder', folder, '--session', session).code).toBe(0);
    }
    const last = file({ ...sample, id: 'lastlast', entries: [{ item: 'bug', text: 'Entry 999 of the killed' }, { item: 'endpoint', text: 'Endpoint 999' }] });
    expect(call(cli, home, 'write', '--folder', folder, '--session', last)).toMatchObject({ code: 0, error: '' });
    const text = readFileSync(join(folder, '.claude/docs/TROUBLESHOOTING.md'), 'utf8');
    for (let round = 0; round < rounds; round += 3) expect(text.split(`Entry ${round} of`)).toHaveLength(2);
    expect(readdirSync(join(folder, '.claude'), { recursive: true }).filter((name) => String(name).endsWith('.tmp'))).toEqual([]);
  });

  const inNamespace = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;
  it.runIf(inNamespace)('explains a full disk and a read-only one, leaves every document whole, and works once there is space', () => {
    const home = temporaryFolder('home');
    const session = file({ ...sample, entries: Array.from({ length: 30 }, (_, index) => ({ item: 'bug', text: `Entry ${index} ${'long text '.repeat(100)}` })) });
    const out = join(temporaryFolder(), 'out');
    const script = `
      mount -t tmpfs -o size=64k none /mnt && mkdir -p /mnt/.claude/docs && printf '# Trouble\\n' > /mnt/.claude/docs/TROUBLESHOOTING.md
      head -c 32768 /dev/zero > /mnt/ballast
      run() { "$NODE" "$CLI" write --folder /mnt --session "$SESSION" > "$OUT.$1.out" 2> "$OUT.$1.err"; echo $? > "$OUT.$1.code"; cp /mnt/.claude/docs/TROUBLESHOOTING.md "$OUT.$1.md"; ls -A /mnt/.claude/docs > "$OUT.$1.ls"; }
      run full; rm /mnt/ballast; mount -o remount,ro,size=1m /mnt; run readonly; mount -o remount,rw,size=1m /mnt; run free`;
    spawnSync('unshare', ['-rm', 'sh', '-c', script], { env: { ...process.env, SESSION_HANDOFF_HOME: home, NODE: process.execPath, CLI: cli, SESSION: session, OUT: out } });
    const left = (name: string, what: string) => readFileSync(`${out}.${name}.${what}`, 'utf8');
    expect([left('full', 'code').trim(), left('full', 'md')]).toEqual(['2', '# Trouble\n']);
    expect(left('full', 'ls')).not.toContain('.tmp');
    expect(left('full', 'err')).toMatch(/TROUBLESHOOTING\.md: the disk is full/);
    expect([left('readonly', 'code').trim(), left('readonly', 'md')]).toEqual(['2', '# Trouble\n']);
    expect(left('readonly', 'err')).toMatch(/TROUBLESHOOTING\.md: the disk is mounted read-only/);
    expect(left('free', 'code').trim()).toBe('0');
    expect(left('free', 'md')).toContain('Entry 29');
  });
});
