import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeJournal, encodeRecord } from '../../src/core/draftJournal.js';
import { commandOf, readNote, setStatus } from '../../src/core/handoffNote.js';
import { readSessionFile, SessionFileError } from '../../src/core/sessionFile.js';
import { readClaudeSettings, readCodexSettings } from '../../src/node/agentSettings.js';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { planWrite } from '../../src/core/documents/planWrite.js';
import { entry, noteFile, request } from '../unit/documents/writing.js';
import { anyText, fragments } from '../unit/documents/markdownTree.js';
import { count, promise, said, type Proof } from './promise.js';

/** A text after something has happened to it: parts lost, doubled, moved, or anything typed into it. */
const mutated = (texts: readonly string[], pieces: readonly string[]) => fc.tuple(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(4), fc.nat(), fc.nat(), fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 12 }))), { maxLength: 6 })).map(([text, list]) => {
  let result = text;
  for (const [kind, one, other, piece] of list) {
    const at = one % (result.length + 1);
    const end = at + other % 40;
    if (kind === 0) result = result.slice(0, at) + piece + result.slice(at);
    else if (kind === 1) result = result.slice(0, at) + piece + result.slice(end);
    else if (kind === 2) result = result.slice(0, at) + result.slice(at, end) + result.slice(at);
    else if (kind === 3) result = result.slice(0, at);
    else result = result.slice(0, at) + piece.repeat(other % 200) + result.slice(at);
  }
  return result;
});

function check<T>(proof: Proof, arbitrary: fc.Arbitrary<T>, runs: number, act: (value: T) => void): void {
  try {
    fc.assert(fc.property(arbitrary, (value) => { proof.tried(); act(value); }), { numRuns: runs });
  } catch (error) {
    proof.broken(said(error));
  }
}

const json = ['{', '}', '[', ']', ',', ':', '"', 'null', 'true', '1e999', '-0', '{"__proto__":{"x":1}}', '\\u0000', '[[[[[[[[', '//', '\ufeff'];

promise('bad input: handoff notes and their front matter', (proof) => {
  const plan = planWrite(request([entry('bug', 'A `bug`', { detail: 'more\nof it' }), entry('restartCommand', 'npm run `x`'), entry('nextStep', 'Next # step')], {}));
  const note = plan.changes.find(({ file }) => file === noteFile)?.after ?? '';
  const bombs = ['&a [*a,*a,*a]', '!!js/function "x"', '<<: *b', '? - ', '>\n  folded', '|\n  text', '---\n---\n---', 'status: "open"\nstatus: "done"', '%YAML 1.2', ...fragments];
  check(proof, mutated([note, note.replaceAll('\n', '\r\n'), `\ufeff${note}`, `---\n${'a: &a [x]\n'.repeat(200)}---\n`], bombs), count(20_000, 600), (text) => {
    const read = readNote(text);
    if (read.kind !== 'note' && read.kind !== 'broken') throw new Error('neither a note nor broken');
    if (read.kind === 'note') for (const item of Object.values(read.sections).flat()) commandOf(item);
    const done = setStatus(text, 'done');
    const again = readNote(done);
    if (read.kind === 'note' && (again.kind !== 'note' || again.status !== 'done' || again.body !== read.body)) throw new Error(`its status could not be set alone: ${JSON.stringify([text, done])}`);
  });
});

promise('bad input: session files of the command line', (proof) => {
  const session = JSON.stringify({ version: 1, id: 'a1b2c3d4', created: '2026-11-22T14:02:33+01:00', date: '2026-11-22', focus: 'bug fixes', entries: [{ item: 'bug', text: 'x', detail: 'y', links: [{ path: 'src/a.ts', line: 245 }], document: 'TROUBLESHOOTING.md' }, { item: 'restartCommand', text: 'npm run x' }] });
  check(proof, mutated([session, JSON.stringify(JSON.parse(session), null, 2)], [...json, '"../../../etc/passwd"', '"line":-1', '"item":"bugs"', '"date":"2026-99-99"']), count(20_000, 600), (text) => {
    try {
      const draft = readSessionFile(text);
      planWrite({ ...request([], {}), draft, date: draft.session.date });
    } catch (error) {
      if (!(error instanceof SessionFileError) || /[\r\n]/.test(error.message)) throw error;
    }
  });
});

promise("bad input: agents' settings", (proof) => {
  const folder = temporaryFolder('settings');
  mkdirSync(join(folder, '.claude'));
  const claude = JSON.stringify({ env: { DISABLE_AUTO_COMPACT: '1', CLAUDE_CODE_AUTO_COMPACT_WINDOW: '100000', CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: '80' }, autoCompactEnabled: true, autoCompactWindow: 150000 });
  const codex = 'model = "gpt"\nmodel_auto_compact_token_limit = 200_000\n\n[profiles.x]\nmodel = "y"\n';
  check(proof, fc.tuple(mutated([claude], json), mutated([codex], ['[', ']', '=', '"""', '\n', '999999999999999999999', '-1', '_'])), count(5_000, 250), ([settings, toml]) => {
    writeFileSync(join(folder, '.claude', 'settings.json'), settings);
    writeFileSync(join(folder, 'config.toml'), toml);
    for (const { autoCompact, window } of [readClaudeSettings([folder], folder), readCodexSettings(folder)]) {
      for (const value of [autoCompact.window, autoCompact.percent, autoCompact.maxOutput, window.unknownModels]) if (value !== undefined && !(value > 0)) throw new Error(`a limit of ${value}`);
    }
  });
});

promise('bad input: draft journals', (proof) => {
  const journal = Array.from({ length: 6 }, (_, seq) => encodeRecord({ at: '2026-11-22T13:00:00.000Z', by: 'w', seq, change: { kind: 'entry', entry: { id: `e${seq}`, item: 'bug', text: `Entry ${seq}`, links: [], created: '2026-11-22T13:00:00Z' } } })).join('');
  const known = new Set(journal.split('\n'));
  check(proof, mutated([journal], [...json, '\n', '{"v":2}']), count(20_000, 800), (text) => {
    const { records } = decodeJournal(text);
    // The checksum tells: nothing is taken for a change that was not written as one.
    for (const record of records) if (!known.has(encodeRecord(record).trimEnd())) throw new Error(`made up: ${JSON.stringify(record)}`);
  });
});

promise('bad input: what people type into the checklist', (proof) => {
  check(proof, fc.tuple(anyText, anyText, anyText), count(4_000, 120), ([text, detail, focus]) => {
    const plan = planWrite({ ...request([entry('bug', text, { detail, links: [{ path: focus, line: 1, text }] })], {}), note: { file: noteFile, author: detail, branch: focus, agent: text } });
    const read = readNote(plan.changes.find(({ file }) => file === noteFile)?.after ?? '');
    if (read.kind !== 'note' || read.status !== 'open' || read.id !== 'a1b2c3d4e5') throw new Error(`the note does not read: ${JSON.stringify(plan.changes.at(-1)?.after)}`);
  });
});

promise('bad input: damaged files read as what is left of them', (proof) => {
  const root = new URL('../../', import.meta.url);
  const bytes = readFileSync(new URL('README.md', root));
  check(proof, fc.tuple(fc.nat(bytes.length), fc.uint8Array({ maxLength: 20 })), count(2_000, 12), ([at, noise]) => {
    const text = Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]).toString('utf8');
    const plan = planWrite(request([entry('bug', 'x')], { 'TROUBLESHOOTING.md': text }));
    const change = plan.changes.find(({ file }) => file === 'TROUBLESHOOTING.md');
    if (!change?.edits.every(({ length }) => length === 0)) throw new Error('bytes of the document were replaced');
  });
});
