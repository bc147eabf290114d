import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { keepHookEvent, keepReceipt, readReceipts, receiptsFolder, receiptsOf, type Receipt } from '../../../src/node/receipts.js';
import { temporaryFolder } from './temporaryFolder.js';

const receipt = (fields: Partial<Receipt> = {}): Receipt => ({ note: 'handoffs/a.md', at: '2026-11-22T13:02:33.000Z', session: '88a8', agent: 'claude', source: 'startup', ...fields });

describe('receipts', () => {
  it('are kept by folder and found by note, oldest first, beside the events of the hooks', async () => {
    const [home, base, other] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    await keepReceipt(base, receipt({ at: '2026-11-22T15:00:00.000Z', source: 'compact' }), home);
    await keepReceipt(base, receipt(), home);
    await keepReceipt(base, receipt({ note: 'handoffs/b.md', unreviewed: true }), home);
    await keepHookEvent(base, { event: 'SessionStart', at: '2026-11-22T15:00:00.000Z', session: '1', source: 'startup', outcome: 'nothing', reason: 'expired' }, home);
    await keepReceipt(other, receipt({ note: 'handoffs/c.md' }), home);
    const { receipts, events } = await readReceipts(base, home);
    expect(receiptsOf(receipts, 'handoffs/a.md').map(({ source }) => source)).toEqual(['startup', 'compact']);
    expect(receiptsOf(receipts, 'handoffs/b.md')).toEqual([receipt({ note: 'handoffs/b.md', unreviewed: true })]);
    expect(events).toEqual([{ event: 'SessionStart', at: '2026-11-22T15:00:00.000Z', session: '1', source: 'startup', outcome: 'nothing', reason: 'expired' }]);
  });

  it('are the same on every way to the folder, and nobody else\'s to read', async () => {
    const [home, base, link] = [temporaryFolder(), temporaryFolder(), join(temporaryFolder(), 'link')];
    symlinkSync(base, link);
    await keepReceipt(link, receipt(), home);
    expect((await readReceipts(base, home)).receipts).toHaveLength(1);
    if (process.platform !== 'win32') expect(statSync(await receiptsFolder(base, home)).mode & 0o077).toBe(0);
  });

  it('survive a torn last line and lines of nobody\'s', async () => {
    const [home, base] = [temporaryFolder(), temporaryFolder()];
    await keepReceipt(base, receipt({ session: 'first' }), home);
    const [file = ''] = readdirSync(await receiptsFolder(base, home));
    appendFileSync(join(await receiptsFolder(base, home), file), '[]\n7\n{"kind":"receipt"}\n{"kind":"receipt","note":"handoffs/a.md","at":"20');
    await keepReceipt(base, receipt({ session: 'second' }), home);
    expect((await readReceipts(base, home)).receipts.map(({ session }) => session)).toEqual(['first', 'second']);
  });

  it('of three months are kept', async () => {
    const [home, base] = [temporaryFolder(), temporaryFolder()];
    for (const month of ['07', '08', '09', '10', '11']) await keepReceipt(base, receipt({ at: `2026-${month}-01T00:00:00.000Z` }), home);
    expect((await readReceipts(base, home)).receipts.map(({ at }) => at.slice(5, 7))).toEqual(['09', '10', '11']);
    expect(readdirSync(await receiptsFolder(base, home))).toHaveLength(3);
  });

  it('are none where nothing was handed over', async () => {
    expect(await readReceipts(temporaryFolder(), temporaryFolder())).toEqual({ receipts: [], events: [] });
  });

  it('of processes that write at once are all there', async () => {
    const [home, base, out] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'entry.ts'), `import { keepReceipt } from ${JSON.stringify(fileURLToPath(new URL('../../../src/node/receipts.ts', import.meta.url)))};
      const [base, home, by] = process.argv.slice(2) as [string, string, string];
      const all = async () => { for (let index = 0; index < 25; index++) await keepReceipt(base, { note: 'handoffs/' + 'n'.repeat(200) + '.md', at: new Date().toISOString(), session: by + '-' + index, agent: 'claude', source: 'startup' }, home); };
      void all();`);
    buildSync({ entryPoints: [join(out, 'entry.ts')], outfile: join(out, 'entry.cjs'), bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
    const writers = [1, 2, 3, 4].map((by) => new Promise<number | null>((done) => { spawn(process.execPath, [join(out, 'entry.cjs'), base, home, String(by)], { stdio: 'ignore' }).on('close', done); }));
    expect(await Promise.all(writers)).toEqual([0, 0, 0, 0]);
    expect(new Set((await readReceipts(base, home)).receipts.map(({ session }) => session)).size).toBe(100);
  });
});
