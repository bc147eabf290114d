import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { planWrite } from '../../../src/core/documents/planWrite.js';
import { noteFileName } from '../../../src/core/handoffNote.js';
import { type Draft, type Entry, changeDraft, emptyDraft } from '../../../src/core/session.js';
import { type DocumentTexts, type DocumentsPlace, type WriteSteps, readDocuments, undoWrite, undoableWrites, writeDocuments } from '../../../src/node/documentFiles.js';
import { temporaryFolder } from './temporaryFolder.js';

// The machine that runs this may have much else to do.
vi.setConfig({ testTimeout: 120_000 });

const session = { id: 'a1b2c3d4e5f60718', created: '2026-11-22T14:02:33+01:00' };
const entry = (id: string, item: Entry['item'], text: string): Entry => ({ id, item, text, links: [], created: session.created });
const draftOf = (...entries: Entry[]): Draft => ({ ...emptyDraft(session), entries });
const makePlace = (): DocumentsPlace => ({ base: temporaryFolder('base'), documentsFolder: '.claude/docs', home: temporaryFolder('home') });
const path = (place: DocumentsPlace, file: string) => join(place.base, place.documentsFolder, file);
const put = (place: DocumentsPlace, file: string, text: string | Buffer) => {
  mkdirSync(join(path(place, file), '..'), { recursive: true });
  writeFileSync(path(place, file), text);
};
const all = (place: DocumentsPlace) => Object.fromEntries(readdirSync(join(place.base, place.documentsFolder), { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile()).map((one) => [join(one.parentPath, one.name), readFileSync(join(one.parentPath, one.name), 'latin1')]));
const note = noteFileName(session, { branch: 'main' });
const steps = (draft: Draft, more: Partial<WriteSteps> = {}): WriteSteps => ({
  notes: [note],
  plan: ({ texts }: DocumentTexts) => Promise.resolve(planWrite({ draft, mapping: {}, date: '2026-11-22', workspacePath: '', documentsFolder: '.claude/docs', texts, note: { file: note, author: 'Ada' } })),
  writtenBefore: draft.written,
  ...more,
});
const bug = entry('1', 'bug', 'Fixed N+1 query in idea listing (added eager loading)');
const endpoint = entry('2', 'endpoint', 'Added POST /api/auth/verify-email endpoint');

describe('a Write', () => {
  it('creates what is missing, and changes nothing the second time', async () => {
    const place = makePlace();
    const first = await writeDocuments(place, steps(draftOf(bug, endpoint)));
    expect(first.files.map(({ file, status }) => `${status} ${file}`)).toEqual(['created TROUBLESHOOTING.md', 'created PROJECT_API.md', `created ${note}`]);
    expect(readFileSync(path(place, 'TROUBLESHOOTING.md'), 'utf8')).toContain(bug.text);
    const before = all(place);
    const draft = changeDraft(draftOf(bug, endpoint), { kind: 'written', written: first.written });
    const second = await writeDocuments(place, steps(draft));
    expect(second).toMatchObject({ files: [] });
    expect(second).not.toHaveProperty('undo');
    expect(all(place)).toEqual(before);
    expect((await writeDocuments(place, steps(draftOf(bug, endpoint)))).files).toEqual([]);
  });

  it('changes no other byte of a document with a mark, mixed line ends and no final one', async () => {
    const place = makePlace();
    const before = '\ufeff# Trouble\r\n\r\ntext  \n\ttab\r\n| a |\n|---|\n| x |  ';
    put(place, 'TROUBLESHOOTING.md', before);
    chmodSync(path(place, 'TROUBLESHOOTING.md'), 0o600);
    await writeDocuments(place, steps(draftOf(bug)));
    expect(readFileSync(path(place, 'TROUBLESHOOTING.md'), 'utf8').startsWith(before)).toBe(true);
  });

  it('plans again when a file changes meanwhile, and keeps the foreign text', async () => {
    const place = makePlace();
    put(place, 'TROUBLESHOOTING.md', '# Trouble\n');
    let plans = 0;
    const plan = steps(draftOf(bug, endpoint)).plan;
    const outcome = await writeDocuments(place, steps(draftOf(bug, endpoint), {
      plan: async (texts) => {
        const planned = await plan(texts);
        if (++plans === 1) {
          writeFileSync(path(place, 'TROUBLESHOOTING.md'), '# Trouble\n\nforeign\n');
          put(place, 'PROJECT_API.md', '# By an agent\n');
        }
        return planned;
      },
    }));
    expect(plans).toBeGreaterThan(1);
    expect(outcome.files.every(({ status }) => status !== 'failed')).toBe(true);
    expect(readFileSync(path(place, 'TROUBLESHOOTING.md'), 'utf8')).toMatch(/^# Trouble\n\nforeign\n[^]*N\+1 query/);
    expect(readFileSync(path(place, 'PROJECT_API.md'), 'utf8')).toMatch(/^# By an agent\n[^]*verify-email/);
  });

  it('gives up after so many changes, says which file, and leaves it as it is', async () => {
    const place = makePlace();
    let count = 0;
    const plan = steps(draftOf(bug)).plan;
    const outcome = await writeDocuments(place, steps(draftOf(bug), {
      attempts: 3,
      plan: async (texts) => {
        const planned = await plan(texts);
        put(place, 'TROUBLESHOOTING.md', `# Trouble ${count++}\n`);
        return planned;
      },
    }));
    expect(count).toBe(3);
    expect(outcome.files.find(({ file }) => file === 'TROUBLESHOOTING.md')).toMatchObject({ status: 'failed', error: { reason: 'changed', file: '.claude/docs/TROUBLESHOOTING.md' } });
    expect(readFileSync(path(place, 'TROUBLESHOOTING.md'), 'utf8')).toBe('# Trouble 2\n');
    expect(outcome.written.every(({ file }) => file === note)).toBe(true);
  });

  it('writes the other files when one is refused, and says why', async () => {
    for (const [reason, spoil] of [
      ['readOnlyFile', (place: DocumentsPlace) => { put(place, 'TROUBLESHOOTING.md', 'x\n'); chmodSync(path(place, 'TROUBLESHOOTING.md'), 0o444); }],
      ['directory', (place: DocumentsPlace) => mkdirSync(path(place, 'TROUBLESHOOTING.md'), { recursive: true })],
      ['encoding', (place: DocumentsPlace) => put(place, 'TROUBLESHOOTING.md', Buffer.from('caf\xe9\n', 'latin1'))],
      ['encoding', (place: DocumentsPlace) => put(place, 'TROUBLESHOOTING.md', Buffer.from('\ufeffx\n', 'utf16le'))],
      ['outside', (place: DocumentsPlace) => {
        const outside = join(temporaryFolder('outside'), 'TROUBLESHOOTING.md');
        writeFileSync(outside, 'outside\n');
        mkdirSync(path(place, '.'), { recursive: true });
        symlinkSync(outside, path(place, 'TROUBLESHOOTING.md'));
      }],
    ] as const) {
      const place = makePlace();
      mkdirSync(path(place, '.'), { recursive: true });
      spoil(place);
      const outcome = await writeDocuments(place, steps(draftOf(bug, endpoint)));
      expect(outcome.files.find(({ file }) => file === 'TROUBLESHOOTING.md')).toMatchObject({ status: 'failed', error: { reason } });
      expect(outcome.files.find(({ file }) => file === 'PROJECT_API.md')?.status).toBe('created');
      expect(outcome.written.some(({ file }) => file === 'TROUBLESHOOTING.md')).toBe(false);
      expect(readdirSync(path(place, '.')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
  });

  it('follows links that stay in the folder, and none that leads out by a folder', async () => {
    const place = makePlace();
    mkdirSync(join(place.base, 'docs'));
    writeFileSync(join(place.base, 'docs', 'trouble.md'), '# Trouble\n');
    mkdirSync(path(place, '.'), { recursive: true });
    symlinkSync('../../docs/trouble.md', path(place, 'TROUBLESHOOTING.md'));
    const outside = temporaryFolder('outside');
    symlinkSync(outside, path(place, 'handoffs'));
    const outcome = await writeDocuments(place, steps(draftOf(bug)));
    expect(readFileSync(join(place.base, 'docs', 'trouble.md'), 'utf8')).toContain('N+1 query');
    expect(outcome.files.find(({ file }) => file === note)).toMatchObject({ status: 'failed', error: { reason: 'outside' } });
    expect(readdirSync(outside)).toEqual([]);
    const whole = makePlace();
    symlinkSync(outside, join(whole.base, '.claude'));
    const refused = await writeDocuments(whole, steps(draftOf(bug)));
    expect(refused.files.map(({ error }) => error?.reason)).toEqual(['outside', 'outside']);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('leaves files with unsaved changes to the editor, planned with its text', async () => {
    const place = makePlace();
    put(place, 'TROUBLESHOOTING.md', '# Saved\n');
    const outcome = await writeDocuments(place, steps(draftOf(bug), { dirty: { 'TROUBLESHOOTING.md': '# Unsaved\n' } }));
    expect(outcome.files.find(({ file }) => file === 'TROUBLESHOOTING.md')?.status).toBe('elsewhere');
    expect(outcome.changes.find(({ file }) => file === 'TROUBLESHOOTING.md')?.after).toMatch(/^# Unsaved\n[^]*N\+1/);
    expect(readFileSync(path(place, 'TROUBLESHOOTING.md'), 'utf8')).toBe('# Saved\n');
  });

  it('loses no entry of several writers at once, and none is there twice', async () => {
    const place = makePlace();
    const drafts = Array.from({ length: 12 }, (_, index) => ({ ...draftOf(entry(`e${index}`, 'bug', `Entry number ${index} of all`)), session: { ...session, id: `0000000${index.toString(16)}` } }));
    await Promise.all(drafts.map((draft) => writeDocuments(place, {
      ...steps(draft), notes: [noteFileName(draft.session, {})],
      plan: ({ texts }) => Promise.resolve(planWrite({ draft, mapping: {}, date: '2026-11-22', workspacePath: '', documentsFolder: '.claude/docs', texts, note: { file: noteFileName(draft.session, {}), author: 'Ada' } })),
    })));
    const text = readFileSync(path(place, 'TROUBLESHOOTING.md'), 'utf8');
    for (let index = 0; index < 12; index++) expect(text.split(`Entry number ${index} of all`)).toHaveLength(2);
    expect(readdirSync(path(place, 'handoffs'))).toHaveLength(12);
    expect(readdirSync(join(place.home ?? '', 'locks'))).toEqual([]);
  });

  it('can be cancelled before the first file, not in the middle', async () => {
    const place = makePlace();
    const cancel = new AbortController();
    const plan = steps(draftOf(bug)).plan;
    await expect(writeDocuments(place, steps(draftOf(bug), { signal: cancel.signal, plan: (texts) => { cancel.abort(new Error('cancelled')); return plan(texts); } }))).rejects.toThrow('cancelled');
    expect(existsSync(path(place, 'TROUBLESHOOTING.md'))).toBe(false);
    expect(readdirSync(join(place.home ?? '', 'locks'))).toEqual([]);
  });

  it('waits for the lock, and takes over that of a process that is gone', async () => {
    const place = makePlace();
    await writeDocuments(place, steps(draftOf()));
    const locks = join(place.home ?? '', 'locks');
    let name = '';
    await writeDocuments(place, steps(draftOf(bug), { plan: async (texts) => { [name = ''] = readdirSync(locks); return steps(draftOf(bug)).plan(texts); } }));
    const machine = readFileSync(new URL('../../../package.json', import.meta.url)) && (await import('../../../src/node/processTag.js')).processTag.split('-')[0];
    writeFileSync(join(locks, name), `${machine}-999999999 0123456789abcdef`);
    expect((await writeDocuments(place, steps(draftOf(endpoint)))).files.map(({ file }) => file)).toContain('PROJECT_API.md');
    writeFileSync(join(locks, name), `${machine}-${process.ppid} 0123456789abcdef`);
    await expect(writeDocuments(place, steps(draftOf(bug), { wait: 100 }))).rejects.toMatchObject({ reason: 'busy' });
    unlinkSync(join(locks, name));
  });
});

describe('Undo Write', () => {
  it('restores every file to the byte and removes what was created, also after a reload', async () => {
    const place = makePlace();
    put(place, 'TROUBLESHOOTING.md', Buffer.from('\ufeff# Trouble\r\nno end', 'utf8'));
    const before = all(place);
    const draft = draftOf(bug, endpoint);
    const { undo = '', written } = await writeDocuments(place, steps(draft));
    const [latest] = await undoableWrites({ ...place });
    expect(latest).toMatchObject({ id: undo, files: ['TROUBLESHOOTING.md', 'PROJECT_API.md', note] });
    const outcome = await undoWrite(place, undo);
    expect(outcome.files.map(({ file, status }) => `${status} ${file}`)).toEqual(['restored TROUBLESHOOTING.md', 'removed PROJECT_API.md', `removed ${note}`]);
    expect(all(place)).toEqual(before);
    const after = outcome.changes.reduce(changeDraft, changeDraft(draft, { kind: 'written', written }));
    expect(after.written).toEqual([]);
    expect(await undoableWrites(place)).toEqual([]);
    await expect(undoWrite(place, undo)).rejects.toMatchObject({ reason: 'missing' });
  });

  it('brings back what an edited entry had replaced, in the draft too', async () => {
    const place = makePlace();
    const first = await writeDocuments(place, steps(draftOf(bug)));
    const between = all(place);
    const draft = { ...draftOf({ ...bug, text: 'Fixed N+1 query, edited' }), written: first.written };
    const second = await writeDocuments(place, steps(draft));
    const outcome = await undoWrite(place, second.undo ?? '');
    expect(all(place)).toEqual(between);
    const after = outcome.changes.reduce(changeDraft, changeDraft(draft, { kind: 'written', written: second.written }));
    expect([...after.written].sort((one, other) => one.file.localeCompare(other.file))).toEqual([...first.written].sort((one, other) => one.file.localeCompare(other.file)));
  });

  it('leaves and names a file that was changed after the Write, or has unsaved changes', async () => {
    const place = makePlace();
    const { undo = '' } = await writeDocuments(place, steps(draftOf(bug, endpoint)));
    writeFileSync(path(place, 'TROUBLESHOOTING.md'), 'by hand\n');
    const outcome = await undoWrite(place, undo, ['PROJECT_API.md']);
    expect(outcome.files).toMatchObject([{ file: 'TROUBLESHOOTING.md', status: 'kept', error: { reason: 'changed' } }, { file: 'PROJECT_API.md', status: 'kept' }, { file: note, status: 'removed' }]);
    expect(readFileSync(path(place, 'TROUBLESHOOTING.md'), 'utf8')).toBe('by hand\n');
    expect(outcome.changes.every((change) => change.kind === 'unwritten' && change.written.every(({ file }) => file === note))).toBe(true);
    expect((await undoWrite(place, undo)).files.map(({ status }) => status)).toEqual(['kept', 'removed', 'unchanged']);
  });

  it('keeps no more than twenty records', async () => {
    const place = makePlace();
    for (let index = 0; index < 23; index++) await writeDocuments(place, steps(draftOf(entry(`e${index}`, 'bug', `Entry ${index}`))));
    expect(await undoableWrites(place)).toHaveLength(20);
  });
});

describe('reading', () => {
  it('says what cannot be read, and throws only when the folder is gone', async () => {
    const place = makePlace();
    put(place, 'PROJECT_API.md', 'text\n');
    put(place, 'PROJECT_DATABASE.md', Buffer.from([0xff, 0xfe, 0x41, 0]));
    const read = await readDocuments(place, ['handoffs/../../../x.md']);
    expect(read.texts).toEqual({ 'PROJECT_API.md': 'text\n' });
    expect(read.refused).toMatchObject({ 'PROJECT_DATABASE.md': { reason: 'encoding' }, 'handoffs/../../../x.md': { reason: 'outside' } });
    renameSync(place.base, `${place.base}-away`);
    await expect(readDocuments(place)).rejects.toMatchObject({ reason: 'missing' });
    rmSync(`${place.base}-away`, { recursive: true });
  });
});
