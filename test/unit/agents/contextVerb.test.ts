import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claudeProjectName } from '../../../src/core/agents/folders.js';
import type { ContextUsage } from '../../../src/core/agents/usage.js';
import { run } from '../../../src/cli/verbs/context.js';
import { Conversation, lines } from './transcripts.js';

let root: string;
let out: string;
let err: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'context '));
  out = '';
  err = '';
  vi.stubEnv('SESSION_HANDOFF_HOME', join(root, 'state'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => { out += String(text); return true; });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => { err += String(text); return true; });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const call = async (...args: string[]): Promise<ContextUsage[]> => {
  out = '';
  expect(await run(args)).toBe(0);
  return out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as ContextUsage);
};
const put = (file: string, text: string): string => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

describe('context --transcript', () => {
  it('prints the one object of the contracts', async () => {
    const talk = new Conversation();
    talk.user();
    talk.reply(50_000);
    const [usage] = await call('--transcript', put(join(root, 'a b.jsonl'), talk.text));
    expect(Object.keys(usage ?? {})).toEqual(['agent', 'sessionId', 'cwd', 'model', 'usedTokens', 'window', 'windowSource', 'percent', 'compactAt', 'compactions', 'lastActivity']);
    expect(usage).toMatchObject({ usedTokens: 50_000, percent: 5, lastActivity: talk.records.at(-1)?.timestamp });
  });

  it('refuses what cannot be carried out in one line that says why', async () => {
    for (const [args, why] of [
      [[], 'one of'], [['--transcript'], 'needs a value'], [['--transcript', join(root, 'none')], 'is not there'], [['--transcript', root], 'is a folder'],
      [['--transcript', 'a', '--folder', 'b'], 'one of'], [['--transcript', 'a', '--home', 'b'], 'belongs to'], [['--fast', 'a'], 'not known'], [['--folder', 'a', '--folder', 'b'], 'twice'],
    ] as const) await expect(run([...args])).rejects.toThrow(why);
    expect(out).toBe('');
  });

  it('answers for a file that is empty or no transcript at all', async () => {
    const nothing = { sessionId: null, cwd: null, model: null, usedTokens: null, window: null, windowSource: null, percent: null, compactAt: null, compactions: 0 };
    expect(await call('--transcript', put(join(root, 'empty.jsonl'), ''))).toMatchObject([{ ...nothing, lastActivity: null }]);
    writeFileSync(join(root, 'bytes.jsonl'), Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7_919) % 251));
    expect(await call('--transcript', join(root, 'bytes.jsonl'))).toMatchObject([nothing]);
  });

  it('does not wait for a pipe', async () => {
    // Windows has no such files.
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await expect(run(['--transcript', join(root, 'pipe')])).rejects.toThrow('no regular file');
  });

  it('reads a large transcript that has grown from where it stood, and anew when it is another', async () => {
    const talk = new Conversation();
    talk.user();
    for (let n = 0; n < 20; n++) talk.toolResult({ toolUseResult: 'x'.repeat(1024 * 1024) });
    talk.boundary({ trigger: 'auto', preTokens: 9, postTokens: 7 });
    const file = put(join(root, 'large.jsonl'), talk.text);
    expect(await call('--transcript', file)).toMatchObject([{ compactions: 1, usedTokens: 7 }]);
    const [kept = ''] = readdirSync(join(root, 'state/transcripts'));
    const remembered = JSON.parse(readFileSync(join(root, 'state/transcripts', kept), 'utf8')) as { reached: number };
    expect(remembered.reached).toBe(Buffer.byteLength(talk.text));
    expect(await call('--transcript', file)).toMatchObject([{ compactions: 1 }]);
    const more = talk.records.length;
    talk.boundary({ trigger: 'auto', preTokens: 9, postTokens: 5 });
    appendFileSync(file, lines(...talk.records.slice(more)));
    expect(await call('--transcript', file)).toMatchObject([{ compactions: 2, usedTokens: 5 }]);
    writeFileSync(file, talk.text.replaceAll('compact_boundary', 'something_else').replaceAll('r2', 'q2'));
    expect(await call('--transcript', file)).toMatchObject([{ compactions: 0, usedTokens: null }]);
    writeFileSync(join(root, 'state/transcripts', kept), '{"version":1,"reached":"x"');
    expect(await call('--transcript', file)).toMatchObject([{ compactions: 0 }]);
  }, 60_000);

  it('heeds what Claude Code\'s settings say of compacting, for the folder that the session runs in', async () => {
    const talk = new Conversation('s', 'claude-haiku-4-5');
    talk.user();
    talk.reply(50_000);
    const folder = join(root, 'project');
    const file = put(join(root, 't.jsonl'), lines(...talk.records.map((record) => ({ ...record, cwd: folder }))));
    expect(await call('--transcript', file)).toMatchObject([{ compactAt: 167_000 }]);
    put(join(folder, '.claude/settings.json'), JSON.stringify({ autoCompactWindow: 150_000, env: { CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: '60' } }));
    expect(await call('--transcript', file)).toMatchObject([{ compactAt: 90_000 }]);
    put(join(folder, '.claude/settings.local.json'), JSON.stringify({ autoCompactEnabled: false }));
    expect(await call('--transcript', file)).toMatchObject([{ compactAt: null, window: 200_000 }]);
    put(join(folder, '.claude/settings.local.json'), '{ broken');
    expect(await call('--transcript', file)).toMatchObject([{ compactAt: 90_000 }]);
  });
});

describe('context --folder', () => {
  it('prints a line for each session of the folder, the live one first', async () => {
    const [home, folder] = [join(root, 'home'), join(root, 'app')];
    const session = (name: string, hour: string, cwd = folder) => put(join(home, '.claude/projects', claudeProjectName(cwd), `${name}.jsonl`),
      lines({ type: 'user', uuid: 'u', parentUuid: null, sessionId: name, cwd, timestamp: `2026-11-20T${hour}:00:00.000Z`, message: { role: 'user', content: 'x' } }));
    session('old', '08');
    session('live', '10');
    session('below', '09', join(folder, 'api'));
    session('stranger', '11', join(root, 'app-2'));
    expect((await call('--folder', folder, '--home', home)).map(({ sessionId }) => sessionId)).toEqual(['live', 'below', 'old']);
    expect(await call('--folder', join(root, 'nobody'), '--home', home)).toEqual([]);
    expect(err).toContain('no agent session');
  });
});
