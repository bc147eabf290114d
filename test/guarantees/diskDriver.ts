import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planWrite } from '../../src/core/documents/planWrite.js';
import type { Draft } from '../../src/core/session.js';
import { readDraft } from '../../src/node/draftFiles.js';
import { type OpenDraft, openDraft } from '../../src/node/openDraft.js';
import { writeDocuments, type WriteOutcome } from '../../src/node/documentFiles.js';
import { FileError, fileError } from '../../src/node/fileError.js';
import { noteFieldsOf } from '../../src/node/noteFields.js';
import type { FileReason } from '../../src/node/fileError.js';

/**
 * Disks that fail, in a process of its own: with `mounts` it is started in a mount namespace, where it may mount small disks.
 *   node diskDriver.cjs mounts|plain|denied SCRATCH
 * A JSON line for each case: { what, held, why }.
 */
const [mode = '', scratch = ''] = process.argv.slice(2);
const say = (what: string, held: boolean, why = '') => { process.stdout.write(`${JSON.stringify({ what, held, why })}\n`); };
const mount = (...args: string[]) => { execFileSync('mount', args, { stdio: 'ignore' }); };
const document = 'TROUBLESHOOTING.md';
const path = (base: string) => join(base, '.claude/docs', document);
const accept = (draft: OpenDraft, id: string, length = 20) => { draft.apply({ kind: 'entry', entry: { id, item: 'bug', text: `Entry ${id} ${'long '.repeat(length)}end`, links: [], created: new Date().toISOString() } }); };

function write(base: string, home: string, draft: Draft, between: () => void = () => undefined): Promise<WriteOutcome> {
  const note = noteFieldsOf(draft.session, undefined);
  return writeDocuments({ base, documentsFolder: '.claude/docs', home }, {
    notes: [note.file], writtenBefore: draft.written, attempts: 3,
    plan: ({ texts }) => {
      // What happens here happens after Preview has read and before Write has written.
      between();
      return Promise.resolve(planWrite({ draft, mapping: {}, date: '2026-11-22', workspacePath: '', documentsFolder: '.claude/docs', texts, note }));
    },
  });
}

/** The reason that a Write gives for the document; '' when it was written. */
async function reasonOf(writing: Promise<WriteOutcome>): Promise<{ reason: FileReason | ''; why: string }> {
  try {
    const { files } = await writing;
    const error = files.find(({ file }) => file === document)?.error;
    return { reason: error?.reason ?? '', why: error?.message ?? '' };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { reason: error.reason, why: error.message };
  }
}

let number = 0;
/** A folder with a document, an open draft with an entry, and what has to hold after a failure: explained, whole, kept, and a retry works. */
async function failing(what: string, reasons: readonly FileReason[], base: string, fail: () => void, mend: () => void, between = false): Promise<void> {
  const home = join(scratch, `home${++number}`);
  mkdirSync(join(base, '.claude/docs'), { recursive: true });
  writeFileSync(path(base), '# Trouble\n');
  const draft = await openDraft(base, { home });
  accept(draft, 'kept', 400);
  await draft.flush();
  if (!between) fail();
  const { reason, why } = await reasonOf(write(base, home, draft.draft, between ? fail : undefined));
  say(`${what}: explained`, reasons.includes(reason as FileReason) && why.length > 20, `${reason} ${why}`);
  mend();
  say(`${what}: the document is whole`, readFileSync(path(base), 'utf8') === '# Trouble\n');
  say(`${what}: nothing is left beside it`, readdirSync(join(base, '.claude/docs')).every((name) => !name.endsWith('.tmp')));
  say(`${what}: the draft is kept`, (await readDraft(base, { home }))?.draft.entries[0]?.id === 'kept');
  const again = await reasonOf(write(base, home, draft.draft));
  say(`${what}: a retry works`, again.reason === '' && readFileSync(path(base), 'utf8').includes('Entry kept'), again.why);
  await draft.dispose();
}

async function onSmallDisks(): Promise<void> {
  const disk = join(scratch, 'disk');
  mkdirSync(disk);
  mount('-t', 'tmpfs', '-o', 'size=64k', 'none', disk);
  const ballast = join(disk, 'ballast');
  const fill = () => { for (let size = 64 * 1024; size > 0; size -= 4096) { try { writeFileSync(ballast, Buffer.alloc(size)); return; } catch { rmSync(ballast, { force: true }); } } };
  await failing('a full disk', ['full'], join(disk, 'a'), fill, () => { rmSync(ballast); });
  mount('-o', 'remount,size=1m', disk);
  await failing('a disk that fills up after Preview', ['full'], join(disk, 'b'), () => { mount('-o', 'remount,size=128k', disk); writeFileSync(ballast, ''); try { writeFileSync(ballast, Buffer.alloc(1 << 20)); } catch { /* it is full now */ } }, () => { rmSync(ballast); mount('-o', 'remount,size=1m', disk); }, true);
  await failing('a disk mounted read-only', ['readOnlyDisk'], join(disk, 'c'), () => { mount('-o', 'remount,ro', disk); }, () => { mount('-o', 'remount,rw', disk); });

  // The draft's own disk.
  const state = join(scratch, 'state');
  mkdirSync(state);
  mount('-t', 'tmpfs', '-o', 'size=256k', 'none', state);
  const base = join(scratch, 'base');
  mkdirSync(base);
  const draft = await openDraft(base, { home: state });
  accept(draft, 'first');
  await draft.flush();
  const filler = join(state, 'filler');
  try { writeFileSync(filler, Buffer.alloc(1 << 20)); } catch { /* as much as fits */ }
  accept(draft, 'second', 8_000);
  const failure = await draft.flush().then(() => undefined, (error: unknown) => error);
  say('a full disk of the drafts: explained', failure instanceof FileError && failure.reason === 'full' && draft.problems.some(({ reason }) => reason === 'notSaved'), String(failure));
  say('a full disk of the drafts: the entry is still there to be seen', draft.draft.entries.length === 2);
  say('a full disk of the drafts: what was saved can be read', (await readDraft(base, { home: state }))?.draft.entries.some(({ id }) => id === 'first') === true);
  rmSync(filler);
  await draft.flush();
  say('a full disk of the drafts: saved once there is space', (await readDraft(base, { home: state }))?.draft.entries.length === 2 && draft.problems.length === 0, JSON.stringify(draft.problems));
  await draft.dispose();

  try {
    const folding = join(scratch, 'folding');
    mkdirSync(folding);
    mount('-t', 'tmpfs', '-o', 'casefold', 'none', folding);
    execFileSync('chattr', ['+F', folding], { stdio: 'ignore' });
    await twoSpellings('two spellings on a disk that ignores case', join(folding, 'Project'), join(folding, 'project'));
  } catch {
    // This system has no such disk; the links below stand for it.
  }
}

/** Two ways to one folder are one draft, and a Write by either finds the other's entries. */
async function twoSpellings(what: string, one: string, other: string): Promise<void> {
  const home = join(scratch, `home${++number}`);
  mkdirSync(one, { recursive: true });
  const [first, second] = [await openDraft(one, { home }), await openDraft(other, { home })];
  accept(first, 'one');
  await first.flush();
  const there = (await readDraft(other, { home }))?.draft.entries.map(({ id }) => id);
  say(`${what}: one draft`, there?.join() === 'one' && first.draft.session.id === second.draft.session.id, String(there));
  await Promise.all([write(one, home, first.draft), write(other, home, first.draft)]);
  say(`${what}: written once`, readFileSync(path(one), 'utf8').split('Entry one').length === 2);
  await Promise.all([first.dispose(), second.dispose()]);
}

async function onPlainFolders(): Promise<void> {
  for (const between of [false, true]) {
    const when = between ? 'after Preview' : 'while open';
    const moved = join(scratch, `moved${between}`);
    await failing(`the folder renamed ${when}`, ['missing', 'changed'], moved, () => { if (existsSync(moved)) renameSync(moved, `${moved}-away`); }, () => { rmSync(moved, { recursive: true, force: true }); renameSync(`${moved}-away`, moved); }, between);
    const docs = join(scratch, `docs${between}`);
    await failing(`a folder in the place of the document ${when}`, ['directory', 'changed'], docs, () => { if (statSync(path(docs)).isFile()) { rmSync(path(docs)); mkdirSync(path(docs)); } }, () => { rmSync(path(docs), { recursive: true }); writeFileSync(path(docs), '# Trouble\n'); }, between);
    const guarded = join(scratch, `guarded${between}`);
    await failing(`the document made read-only ${when}`, ['readOnlyFile'], guarded, () => { chmodSync(path(guarded), 0o444); }, () => { chmodSync(path(guarded), 0o644); }, between);
  }
  const gone = join(scratch, 'gone');
  await failing('the folder deleted while open', ['missing'], gone, () => { rmSync(gone, { recursive: true }); }, () => { mkdirSync(join(gone, '.claude/docs'), { recursive: true }); writeFileSync(path(gone), '# Trouble\n'); });

  const real = join(scratch, 'Spelled');
  mkdirSync(real);
  symlinkSync(real, join(scratch, 'spelled'));
  await twoSpellings('two ways to one folder (a link stands for the second spelling)', real, join(scratch, 'spelled'));

  // Errors that this system cannot be brought to: each has its explanation, in plain words.
  for (const [code, reason] of [['EDQUOT', 'quota'], ['ENOSPC', 'full'], ['EROFS', 'readOnlyDisk'], ['EACCES', 'denied'], ['EBUSY', 'busy'], ['ENAMETOOLONG', 'name'], ['EMFILE', 'busy']] as const) {
    const error = fileError('.claude/docs/X.md', Object.assign(new Error(code), { code }));
    say(`${code} (injected): explained`, error.reason === reason && error.message.startsWith('.claude/docs/X.md: ') && !error.message.includes(code), error.message);
  }

  const base = join(scratch, 'damaged');
  const home = join(scratch, 'damagedHome');
  mkdirSync(base);
  const draft = await openDraft(base, { home });
  for (let index = 0; index < 10; index++) accept(draft, `e${index}`);
  await draft.flush();
  const [session = ''] = readdirSync(join(home, 'folders')).map((name) => join(home, 'folders', name, 'drafts')).flatMap((drafts) => readdirSync(drafts).filter((name) => /^\d{8}T/.test(name)).map((name) => join(drafts, name)));
  const journal = readdirSync(session).filter((name) => name.endsWith('.journal')).map((name) => join(session, name)).find((name) => readFileSync(name, 'utf8').includes('"e5"')) ?? '';
  const whole = readFileSync(journal);
  await draft.dispose();
  // Half-written: the name of a process that is gone, so that nobody is writing there.
  const dead = journal.replace(`-${process.pid}-`, '-999999999-');
  renameSync(journal, dead);
  truncateSync(dead, Math.trunc(whole.length * 0.75));
  const opened = await openDraft(base, { home });
  say('a half-written draft: its readable part is there', opened.draft.entries.length >= 5 && opened.draft.entries.length < 10, String(opened.draft.entries.length));
  const problem = opened.problems.find(({ reason }) => reason === 'damaged');
  say('a half-written draft: set aside, not deleted, and explained', problem !== undefined && existsSync(problem.file) && /set aside/.test(problem.message), JSON.stringify(opened.problems));
  await opened.dispose();
}

/** Permission taken away between Preview and Write: as a user who is not the superuser, whom nothing is denied. */
async function asNobody(): Promise<void> {
  chmodSync(scratch, 0o777);
  process.setegid?.(65_534);
  process.seteuid?.(65_534);
  const denied = join(scratch, 'denied');
  await failing('permission for the folder lost after Preview', ['denied'], denied, () => { chmodSync(join(denied, '.claude/docs'), 0o555); }, () => { chmodSync(join(denied, '.claude/docs'), 0o755); }, true);
  const hidden = join(scratch, 'hidden');
  await failing('permission for the document lost', ['denied'], hidden, () => { chmodSync(path(hidden), 0o000); }, () => { chmodSync(path(hidden), 0o644); });
}

const modes: Record<string, () => Promise<void>> = { mounts: onSmallDisks, plain: onPlainFolders, denied: asNobody };
(modes[mode] ?? onPlainFolders)().catch((error: unknown) => { say(mode, false, error instanceof Error ? error.stack ?? '' : String(error)); });
