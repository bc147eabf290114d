import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readDraft } from '../../src/node/draftFiles.js';
import { openDraft } from '../../src/node/openDraft.js';
import { crc32 } from '../unit/node/crc32.js';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { count, promise } from './promise.js';

const entries = 12;
const idOf = (line: string): string | undefined => /"entry":\{"id":"([^"]+)"/.exec(line)?.[1];
const filesIn = (folder: string): string[] => { try { return readdirSync(folder); } catch { return []; } };

/** A line as a version that does not exist yet may write it. */
function newerLine(version: number): string {
  const json = JSON.stringify({ v: version, at: '2027-01-01T00:00:00.000Z', by: 'x', seq: 0, change: { kind: 'hologram' } });
  return `${crc32(json)} ${json}\n`;
}

/** What happens to a file: cut off anywhere, bytes overwritten, lost or typed in, lines lost, doubled or moved. */
const damages = fc.array(fc.tuple(fc.nat(5), fc.nat(), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 12 })), { minLength: 1, maxLength: 4 });

function damaged(whole: Buffer, changes: readonly (readonly [number, number, number, Uint8Array])[]): Buffer {
  let bytes = whole;
  for (const [kind, one, other, some] of changes) {
    const at = one % (bytes.length + 1);
    const lines = bytes.toString('latin1').split(/(?<=\n)/);
    const line = one % lines.length;
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at + some.length)]);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + other % 200)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at)]);
    else if (kind === 4) bytes = Buffer.from(lines.toSpliced(line, 1).join(''), 'latin1');
    else bytes = Buffer.from(lines.toSpliced(other % lines.length, 0, lines[line] ?? '').join(''), 'latin1');
  }
  return bytes;
}

promise('drafts: damaged, half-written, of a newer version', async (proof) => {
  const workspace = temporaryFolder('workspace');
  const home = temporaryFolder('home');
  const first = await openDraft(workspace, { home });
  for (let index = 0; index < entries; index++) first.apply({ kind: 'entry', entry: { id: `e${index}`, item: 'bug', text: `Entry ${index} · „ä“`, links: [], created: new Date().toISOString() } });
  await first.dispose();
  const drafts = readdirSync(join(home, 'folders')).map((name) => join(home, 'folders', name, 'drafts'))[0] ?? '';
  const session = join(drafts, readdirSync(drafts).find((name) => /^\d{8}T/.test(name)) ?? '');
  const journals = (): string[] => filesIn(session).filter((name) => name.endsWith('.journal'));
  const dead = (journals()[0] ?? '').replace(`-${process.pid}-`, '-999999999-');
  const whole = Buffer.concat(journals().map((name) => readFileSync(join(session, name))));
  const aside = join(drafts, 'damaged');
  let set = 0;

  const tried = async (bytes: Buffer, what: string): Promise<void> => {
    proof.tried();
    for (const name of journals()) rmSync(join(session, name));
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(session, { recursive: true });
    writeFileSync(join(session, dead), bytes);
    const expected = new Set(bytes.toString('utf8').split('\n').flatMap((line, index, all) => {
      const json = line.slice(9);
      return index < all.length - 1 && line.startsWith(`${crc32(json)} {"v":1,`) ? idOf(line) ?? [] : [];
    }));
    const before = await readDraft(workspace, { home });
    const opened = await openDraft(workspace, { home, compactAt: 1_000 });
    const got = new Set(opened.draft.entries.map(({ id }) => id));
    for (const id of expected) if (!got.has(id)) proof.broken(`${what}: ${id} could be read and is not in the draft`);
    for (const id of expected) if (!before?.draft.entries.some((entry) => entry.id === id)) proof.broken(`${what}: the command line does not see ${id}`);
    for (const id of got) if (!expected.has(id)) proof.broken(`${what}: ${id} was made up`);
    const isThere = filesIn(session).includes(dead);
    if (isThere ? !readFileSync(join(session, dead)).equals(bytes) : !filesIn(aside).some((name) => readFileSync(join(aside, name)).equals(bytes))) proof.broken(`${what}: the file as it was is gone`);
    if (!isThere) {
      set++;
      if (!opened.problems.some(({ reason, message, file }) => reason === 'damaged' && /set aside/.test(message) && file.startsWith(aside))) proof.broken(`${what}: set aside without a word: ${JSON.stringify(opened.problems)}`);
    }
    await opened.dispose();
  };

  await tried(whole, 'whole');
  await fc.assert(fc.asyncProperty(damages, async (changes) => { await tried(damaged(whole, changes), JSON.stringify(changes)); }), { numRuns: count(3_000, 60), endOnFailure: true });

  // What a newer version wrote stays where it is, to the byte, damaged or not, beside what this one can read.
  for (let version = 2; version < 2 + count(200, 10); version++) {
    const bytes = Buffer.concat([whole, Buffer.from(newerLine(version)), Buffer.from(version % 2 === 0 ? '' : 'half a li')]);
    for (const name of journals()) rmSync(join(session, name));
    rmSync(aside, { recursive: true, force: true });
    writeFileSync(join(session, dead), bytes);
    const opened = await openDraft(workspace, { home, compactAt: 1 });
    proof.holds(opened.draft.entries.length === entries && readFileSync(join(session, dead)).equals(bytes) && opened.problems.some(({ reason, message }) => reason === 'newer' && /newer version/.test(message)), `version ${version}: ${JSON.stringify(opened.problems)}`);
    await opened.dispose();
  }
  proof.note(`${set.toLocaleString('en')} files set aside; version 1 is the first, so that there is none to migrate from yet`);
});
