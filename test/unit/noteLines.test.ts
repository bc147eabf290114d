import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNote, renderNote, type NoteFrontMatter, type ReadNote } from '../../src/core/handoffNote.js';
import { noteLines, restartLine, uncommittedFiles } from '../../src/core/noteLines.js';
import type { Entry } from '../../src/core/session.js';

const front: NoteFrontMatter = { id: 'a1b2c3d4', author: 'Ada <ada@example.com>', created: '2026-11-22T14:02:33+01:00', branch: 'feature/auth', commit: '', focus: '', agent: 'claude', previous: '', status: 'open' };
const folder = '.claude/docs/handoffs';

function noteOf(entries: readonly Partial<Entry>[], workspacePath = ''): ReadNote {
  const whole = entries.map((entry, index): Entry => ({ id: String(index), item: 'bug', text: '', links: [], created: front.created, ...entry }));
  const note = readNote(renderNote(front, '2026-11-22', whole, { folder, workspacePath }).text);
  if (note.kind === 'broken') throw new Error(note.reason);
  return note;
}
const linesOf = (...entries: readonly Partial<Entry>[]) => noteLines(noteOf(entries), folder).map(({ category, text, handoff, links }) => ({ category, text, ...(handoff && { handoff }), links: links.map(({ path, line }) => `${path}:${line}`) }));

describe('the lines of a note', () => {
  it('say what was typed, and hold their links beside it', () => {
    expect(linesOf(
      { text: 'Resolved JWT refresh token not updating `last_login`', detail: 'Root cause: the refresh path skipped the login hook.', links: [{ path: 'src/auth/auth.service.ts', line: 245, text: 'await this.users.touch(user.id);' }] },
      { item: 'pattern', text: 'Vote service has *a* race (rarely)', links: [{ path: 'src/votes.ts', line: 88 }, { path: 'src/lock (old).ts', line: 3 }] },
    )).toEqual([
      { category: 'discovered', text: 'Vote service has *a* race (rarely)', links: ['src/votes.ts:88', 'src/lock (old).ts:3'] },
      { category: 'fixed', text: 'Resolved JWT refresh token not updating `last_login`\nRoot cause: the refresh path skipped the login hook.', links: ['src/auth/auth.service.ts:245'] },
    ]);
  });

  it('of Handoff say which they are, without its words', () => {
    expect(linesOf(
      { item: 'inProgress', text: 'src/auth/auth.service.ts:251', links: [{ path: 'src/auth/auth.service.ts', line: 251, text: 'await this.mail.send(token);' }] },
      { item: 'inProgress', text: 'The verification mail', links: [{ path: 'src/auth/auth.service.ts', line: 251 }] },
      { item: 'nextStep', text: 'Implement email verification flow' },
    )).toEqual([
      { category: 'handoff', handoff: 'inProgress', text: '', links: ['src/auth/auth.service.ts:251'] },
      { category: 'handoff', handoff: 'inProgress', text: 'The verification mail', links: ['src/auth/auth.service.ts:251'] },
      { category: 'handoff', handoff: 'nextStep', text: 'Implement email verification flow', links: [] },
    ]);
  });

  it('keep a link in a sentence that a person wrote as its words', () => {
    const note = readNote('---\nid: "a"\ncreated: "2026-11-22T14:02:33+01:00"\n---\n\n## Session: 2026-11-22\n\n### Fixed\n\n- See [the guard](../../../src/guard.ts#L7) first, then [src/a.ts:3](../../../src/a.ts#L3 "x")\n');
    if (note.kind === 'broken') throw new Error(note.reason);
    expect(noteLines(note, folder).map(({ text, links }) => [text, links.map(({ path, line }) => `${path}:${line}`)])).toEqual([['See the guard first, then src/a.ts:3', ['src/guard.ts:7', 'src/a.ts:3']]]);
  });

  it('say again whatever was typed', () => {
    const words = fc.string({ unit: fc.oneof(fc.constantFrom('`', '*', '[', ']', '(', ')', '<', '&', '"', '\\', 'a', 'b ', '. ', '- ', '#'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })), minLength: 1, maxLength: 20 })
      .map((text) => text.replace(/\p{C}|\p{Zl}|\p{Zp}/gu, '').replace(/\s+/g, ' ').trim()).filter((text) => text !== '');
    fc.assert(fc.property(words, (text) => {
      const [line] = noteLines(noteOf([{ text, links: [{ path: 'src/a.ts', line: 3, text: 'x' }] }]), folder);
      expect(line?.text).toBe(text);
      expect(line?.links.map(({ path, line: number }) => `${path}:${number}`)).toEqual(['src/a.ts:3']);
    }));
  });
});

describe('the commands of a note', () => {
  const commandsOf = (entry: Partial<Entry>) => noteOf([{ item: 'restartCommand', ...entry }]).sections.handoff.map(restartLine);
  it('are what is typed in a terminal', () => {
    expect(commandsOf({ text: '`npm run migration:run`' })).toEqual([{ commands: ['npm run migration:run'], remark: '' }]);
    expect(commandsOf({ text: 'echo "`date`" $HOME' })).toEqual([{ commands: ['echo "`date`" $HOME'], remark: '' }]);
  });
  it('are each a command of its own where there are several, and what was said of them is none', () => {
    expect(commandsOf({ text: 'docker compose up -d db\nnpm start', detail: 'The database has to be up first.' }))
      .toEqual([{ commands: ['docker compose up -d db', 'npm start'], remark: 'The database has to be up first.' }]);
  });
});

describe('the files that a note says were not committed', () => {
  it('are those it links to and those that git named without a line', () => {
    const note = noteOf([
      { item: 'uncommitted', text: '3 files uncommitted (1 modified, 1 deleted, 1 renamed)', detail: 'deleted: `src/old.ts`\nrenamed: `src/a.ts` → `src/b.ts`\n1 stash', links: [{ path: 'src/users.ts', line: 4 }, { path: 'src/users.ts', line: 9 }] },
      { item: 'bug', text: 'Not one of them', links: [{ path: 'src/bug.ts', line: 1 }] },
    ], 'backend');
    expect(uncommittedFiles(noteLines(note, folder), 'backend')).toEqual(['backend/src/users.ts', 'backend/src/old.ts', 'backend/src/b.ts']);
  });
});
