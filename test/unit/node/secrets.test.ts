import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { maskDraft, secretsOfDraft, textsOfDraft } from '../../../src/core/draftSecrets.js';
import { findSecrets, maskSecrets } from '../../../src/core/secretRules.js';
import { emptyDraft } from '../../../src/core/session.js';
import { scanTexts } from '../../../src/node/secretScan.js';
import { SecretScanner } from '../../../src/node/secrets.js';
import { harmless, planted } from './plantedSecrets.js';
import { temporaryFolder } from './temporaryFolder.js';

const scan = async (text: string) => (await scanTexts([text]))[0] ?? [];

describe('a secret', () => {
  it.each(planted)('is found and masked: %s', async (_, text, secret) => {
    const findings = await scan(text);
    expect(findings).not.toEqual([]);
    const masked = maskSecrets(text, findings);
    expect(masked).not.toContain(secret);
    expect(masked).toContain('********');
    expect(await scan(masked)).toEqual([]);
  });

  it.each(harmless)('is not seen in %s', async (text) => {
    expect(await scan(text)).toEqual([]);
  });

  it('is found although the text says that secretlint is off', async () => {
    const [, text = ''] = planted.find(([name]) => name === 'Slack token') ?? [];
    expect(await scan(`<!-- secretlint-disable -->\n${text}\n`)).not.toEqual([]);
    expect(await scan(`// secretlint-disable-line\n${text} // secretlint-disable-line\n`)).not.toEqual([]);
  });

  it('of an address is its password alone', async () => {
    const text = 'see postgres://app:v3ryS3cret9@db.internal.acme.io:5432/prod for it';
    expect(maskSecrets(text, await scan(text))).toBe('see postgres://app:********@db.internal.acme.io:5432/prod for it');
  });

  it('keeps what says its kind', async () => {
    const text = `key ${planted.find(([name]) => name === 'GitHub token')?.[2]}`;
    expect(maskSecrets(text, await scan(text))).toBe('key ghp_********');
  });
});

describe('scanning', () => {
  it('never throws, and its ranges are in the text, in order and apart', () => {
    const part = fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom(...planted.map(([, text]) => text), 'password=', '://', '@', '"', '-----BEGIN PRIVATE KEY-----', 'eyJ', '\n'));
    fc.assert(fc.property(fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')), (text) => {
      let last = 0;
      for (const { start, end } of findSecrets(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = end;
      }
    }), { numRuns: runs(500) });
  });

  it('takes time in proportion to the text, whatever is repeated in it', () => {
    // Of the processor, since the machine has other work; the best of several, since memory is cleaned up in between.
    const time = (text: string) => Math.min(...[1, 2, 3].map(() => {
      const before = process.cpuUsage();
      findSecrets(text);
      return process.cpuUsage(before).user / 1000;
    }));
    for (const piece of ['password=', 'a', 'a.', 'eyJ', '://a:', '-----BEGIN PRIVATE KEY-----\nA', 'aws secret ', 'token_', '-p ', 'Basic A', 'PuTTY-User-Key-File-3: x\n', 'x:y@', '\\n ', 'sk-ant-']) {
      const short = Math.max(time(piece.repeat(1_000)), 2);
      // Eight times the text: quadratic would be 64 times the time.
      expect.soft(time(piece.repeat(8_000)) / short, piece).toBeLessThan(24);
    }
  });
});

describe('a draft with secrets', () => {
  const secret = 'hunter2hunter2';
  const draft = {
    ...emptyDraft({ id: 's', created: '2026-11-22T13:00:00Z' }),
    focus: `DB_PASSWORD=${secret}`,
    entries: [
      { id: 'a', item: 'bug' as const, text: `login failed with DB_PASSWORD=${secret}`, detail: 'no secret', created: '', links: [{ path: 'src/a.ts', line: 3, text: `const password = '${secret}!';`, before: ['x'] }, { path: 'src/b.ts', line: 1, text: 'fine' }] },
      { id: 'b', item: 'bug' as const, text: 'fine', created: '', links: [] },
    ],
  };

  it('shows each place, masked, and is clean after masking', async () => {
    const texts = textsOfDraft(draft);
    const findings = await scanTexts(texts.map(({ text }) => text));
    const secrets = secretsOfDraft(texts, findings);
    expect(secrets.map(({ entry, field, link }) => [entry, field, link])).toEqual([[undefined, 'focus', undefined], ['a', 'text', undefined], ['a', 'link', 0]]);
    for (const { masked } of secrets) expect(masked).not.toContain(secret);
    const changes = maskDraft(draft, texts, findings);
    expect(changes).toEqual([
      { kind: 'entry', entry: { ...draft.entries[0], text: 'login failed with DB_PASSWORD=********', links: [{ path: 'src/a.ts', line: 3 }, { path: 'src/b.ts', line: 1, text: 'fine' }] } },
      { kind: 'focus', focus: 'DB_PASSWORD=********' },
    ]);
  });
});

describe('the worker', () => {
  const path = join(temporaryFolder(), 'secrets.worker.js');
  buildSync({ entryPoints: [fileURLToPath(new URL('../../../src/node/secrets.worker.ts', import.meta.url))], outfile: path, bundle: true, minify: true, platform: 'node', target: 'node20', format: 'cjs', define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" } });

  it('finds what the process itself would, bundled', async () => {
    const scanner = new SecretScanner(path);
    const texts = [...planted.map(([, text]) => text), ...harmless];
    expect(await scanner.scan(texts)).toEqual(await scanTexts(texts));
    await scanner.dispose();
  });

  it('is as quick at the thousandth text as at the first ones', async () => {
    const scanner = new SecretScanner(path);
    const texts = Array.from({ length: 40 }, (_, number) => `Found in round ${String(number)}: the token is renewed on focus`);
    const took: number[] = [];
    for (let time = 0; time < 30; time++) {
      const began = performance.now();
      await scanner.scan(texts);
      took.push(performance.now() - began);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    await scanner.dispose();
    expect(Math.min(...took.slice(-5))).toBeLessThan(Math.max(...took.slice(0, 5)));
  }, 60_000);

  it('fails the scan when it cannot run, and when it is disposed meanwhile, and can be used again', async () => {
    await expect(new SecretScanner(join(path, '..', 'missing.js')).scan(['x'])).rejects.toThrow(/failed/);
    const scanner = new SecretScanner(path);
    const scanned = scanner.scan(['x']);
    const disposed = scanner.dispose();
    await expect(scanned).rejects.toThrow(/cancelled/);
    await disposed;
    expect(await scanner.scan(['x'])).toEqual([[]]);
    await scanner.dispose();
  });
});
