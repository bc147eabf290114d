import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSessionFile, SessionFileError } from '../../src/core/sessionFile.js';

const file = {
  version: 1, id: 'a1b2c3d4', created: '2026-11-22T14:02:33+01:00', date: '2026-11-22', focus: 'bug fixes', extra: { ignored: true },
  entries: [
    { item: 'bug', text: 'Resolved JWT refresh token not updating `last_login`', detail: 'Root cause: …', links: [{ path: './src/auth/auth.service.ts', line: 245, other: 1 }], document: 'TROUBLESHOOTING.md', also: 'ignored' },
    { item: 'restartCommand', text: 'npm run migration:run' }],
};
const reading = (change: object) => () => readSessionFile(JSON.stringify({ ...file, ...change }));
const withEntry = (change: object) => reading({ entries: [file.entries[1], { ...file.entries[0], ...change }] });

describe('a session file', () => {
  it('becomes a draft with nothing written', () => {
    expect(readSessionFile(`\ufeff${JSON.stringify(file)}`)).toEqual({
      session: { id: 'a1b2c3d4', created: '2026-11-22T14:02:33+01:00', date: '2026-11-22' }, focus: 'bug fixes', ticks: ['bug', 'restartCommand'], dismissed: [], written: [],
      entries: [
        { id: 'entry-1', item: 'bug', text: file.entries[0]?.text, detail: 'Root cause: …', links: [{ path: 'src/auth/auth.service.ts', line: 245 }], document: 'TROUBLESHOOTING.md', created: '2026-11-22T14:02:33+01:00' },
        { id: 'entry-2', item: 'restartCommand', text: 'npm run migration:run', links: [], created: '2026-11-22T14:02:33+01:00' }],
    });
  });
  it('needs only a date and entries, and then always is the same session', () => {
    const bare = JSON.stringify({ date: '2026-11-22', entries: file.entries });
    expect(readSessionFile(bare)).toEqual(readSessionFile(`  ${bare}\n`));
    expect(readSessionFile(bare).session).toMatchObject({ created: '2026-11-22T12:00:00Z', id: expect.stringMatching(/^[0-9a-f]{16}$/) as string });
    expect(readSessionFile(bare.replace('JWT', 'JWT2')).session.id).not.toBe(readSessionFile(bare).session.id);
  });
  it('says in one line which entry, which field and what to do', () => {
    expect(() => readSessionFile('{"date": ')).toThrow(/^the session file is not JSON \(.*\); correct it there\.$/);
    expect(() => readSessionFile('[]')).toThrow('the session file is a list; write an object with "date" and "entries".');
    expect(reading({ version: 2 })).toThrow("the session file: 'version' is 2; this Session Handoff reads version 1.");
    expect(reading({ date: undefined })).toThrow("'date' is missing");
    expect(reading({ date: '2026-02-30' })).toThrow("'date' is '2026-02-30'; write a day of the calendar like 2026-11-22.");
    expect(reading({ created: 'now' })).toThrow("'created' is 'now'");
    expect(reading({ id: '../x' })).toThrow("'id' is '../x'");
    expect(reading({ entries: {} })).toThrow("'entries' is an object; write it as a list");
    expect(reading({ entries: undefined })).toThrow("'entries' is missing");
    expect(reading({ entries: ['x'] })).toThrow('entry 1 is a string');
    expect(withEntry({ item: 'bugs' })).toThrow(/^entry 2: 'item' is 'bugs'; use one of pattern, .*, restartCommand\.$/);
    expect(withEntry({ text: 3 })).toThrow("entry 2: 'text' is a number; write it as text in quotes.");
    expect(withEntry({ text: ' ', links: [] })).toThrow("entry 2: 'text' is missing");
    expect(withEntry({ text: 'x'.repeat(20_001) })).toThrow('shorten it to 20000');
    expect(withEntry({ document: 'README.md' })).toThrow("entry 2: 'document' is 'README.md'; use one of BEST_PRACTICES.md");
    expect(withEntry({ links: [{ path: 'a', line: 0 }] })).toThrow("entry 2, link 1: 'line' is 0; write a whole number from 1.");
    expect(withEntry({ links: [{ line: 1 }] })).toThrow("entry 2, link 1: 'path' is missing");
    expect(reading({ entries: Array.from({ length: 5_001 }, () => file.entries[1]) })).toThrow('at most 5000');
  });
  it('never fails otherwise, whatever it holds', () => {
    const mutated = fc.oneof(fc.jsonValue(), fc.record({ date: fc.constantFrom('2026-11-22', 1), entries: fc.oneof(fc.jsonValue(), fc.array(fc.record({ item: fc.constantFrom('bug', 'x'), text: fc.jsonValue(), links: fc.jsonValue() }))) }));
    fc.assert(fc.property(fc.oneof(mutated.map((value) => JSON.stringify(value)), fc.string()), (json) => {
      try {
        readSessionFile(json);
      } catch (error) {
        expect(error).toBeInstanceOf(SessionFileError);
        expect((error as Error).message).not.toMatch(/[\r\n]/);
      }
    }));
  });
});
