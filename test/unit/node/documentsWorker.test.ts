import { build } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planWrite } from '../../../src/core/documents/planWrite.js';
import { DocumentsWorker } from '../../../src/node/documentsWorker.js';
import { entry, request } from '../documents/writing.js';

const folder = mkdtempSync(join(tmpdir(), 'documents-worker-'));
const file = join(folder, 'documents.worker.js');

beforeAll(async () => {
  await build({ entryPoints: [join(import.meta.dirname, '../../../src/node/documents.worker.ts')], bundle: true, platform: 'node', target: 'node20', format: 'cjs', outfile: file, logLevel: 'error',
    define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" } });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const anyRequest = () => request([entry('bug', 'one')], { 'TROUBLESHOOTING.md': '# a\r\n' });
/** Some seconds of work. */
const longRequest = () => request([entry('bug', 'one')], { 'TROUBLESHOOTING.md': 'a *b* _c_ `d` [e]\n'.repeat(9_000) });

describe('the documents worker', () => {
  it('plans what planWrite plans, several one after the other', async () => {
    const worker = new DocumentsWorker(file);
    const one = anyRequest();
    const two = request([entry('decision', 'two')], {});
    expect(await Promise.all([worker.plan(one), worker.plan(two)])).toEqual([planWrite(one), planWrite(two)]);
    worker.dispose();
  });

  it('stops at once when it is cancelled, and plans the next one all the same', async () => {
    const worker = new DocumentsWorker(file);
    const cancel = new AbortController();
    const long = worker.plan(longRequest(), cancel.signal);
    const waiting = worker.plan(longRequest(), cancel.signal);
    const next = worker.plan(anyRequest());
    setTimeout(() => cancel.abort(new Error('enough')), 20);
    await expect(long).rejects.toThrow('enough');
    await expect(waiting).rejects.toThrow('enough');
    expect((await next).changes.length).toBe(2);
    await expect(worker.plan(anyRequest(), cancel.signal)).rejects.toThrow('enough');
    worker.dispose();
  });

  it('tells an error as data and starts again', async () => {
    const worker = new DocumentsWorker(file);
    const wrong = { ...anyRequest(), draft: { ...anyRequest().draft, entries: [{ ...entry('bug', 'x'), item: 'nothing' as 'bug' }] } };
    await expect(worker.plan(wrong)).rejects.toThrow("Planning the Write failed: no item 'nothing' in the checklist");
    expect((await worker.plan(anyRequest())).changes.length).toBe(2);
    worker.dispose();
  });

  it('says so when the worker cannot start or dies', async () => {
    const broken = join(folder, 'broken.js');
    writeFileSync(broken, 'throw new Error("no such luck")');
    const worker = new DocumentsWorker(broken);
    await expect(worker.plan(anyRequest())).rejects.toThrow('no such luck');
    worker.dispose();
  });

  it('ends when it is idle and starts again for the next plan', async () => {
    const worker = new DocumentsWorker(file, 10);
    await worker.plan(anyRequest());
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await worker.plan(anyRequest())).changes.length).toBe(2);
    worker.dispose();
  });

  it('fails what is under way when it is disposed', async () => {
    const worker = new DocumentsWorker(file);
    const long = worker.plan(longRequest());
    worker.dispose();
    await expect(long).rejects.toThrow('ended');
  });
});
