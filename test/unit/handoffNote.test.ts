import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../propertyRuns.js';
import { categoryIds } from '../../src/core/checklist.js';
import { planWrite } from '../../src/core/documents/planWrite.js';
import { commandOf, noteFileName, noteLimit, readNote, renderNote, setStatus, type NoteFrontMatter, type ReadNote } from '../../src/core/handoffNote.js';
import type { Entry } from '../../src/core/session.js';
import { anyText, insertedBlocks, listsOfSection, textOfItem } from './documents/markdownTree.js';
import { entry, noteFile, request } from './documents/writing.js';

const fields: NoteFrontMatter = { id: 'a1b2c3d4e5', author: 'Ada <ada@example.org>', created: '2026-11-22T14:02:33+01:00', branch: 'feature/auth', commit: 'c'.repeat(40), focus: 'bug fixes', agent: 'claude', previous: '', status: 'open' };
const place = { folder: '.claude/docs/handoffs', workspacePath: '' };
const render = (entries: readonly Entry[], limit?: number) => renderNote(fields, '2026-11-22', entries, place, limit);
const read = (text: string): ReadNote => {
  const note = readNote(text);
  if (note.kind !== 'note') throw new Error(note.reason);
  return note;
};
const all = [
  entry('decision', 'Tokens in the database', { detail: 'Rejected: JWT only' }),
  entry('bug', 'Resolved it', { links: [{ path: 'src/a.ts', line: 3, text: 'let a' }] }),
  entry('endpoint', 'POST /api'),
  entry('inProgress', 'src/auth/auth.service.ts:88', { links: [{ path: 'src/auth/auth.service.ts', line: 88 }] }),
  entry('uncommitted', 'two files'),
  entry('nextStep', 'Implement *it*'),
  entry('restartCommand', 'npm run migration:run -- --name="a*b_c*"'),
];

describe('the name of a note', () => {
  const session = { id: 'a1b2c3d4-e5f6', created: '2026-11-22T14:02:33+01:00' };
  it('holds the time in UTC, the branch and the session', () => {
    expect(noteFileName(session, { branch: 'main', commit: 'abc' })).toBe('handoffs/20261122T130233Z-main-a1b2c3d4.md');
    expect(noteFileName({ ...session, created: '2026-11-22T14:02:33.123Z' }, { branch: 'feature/auth #1' })).toBe('handoffs/20261122T140233Z-feature-auth-1-a1b2c3d4.md');
  });
  it('without a branch says so', () => {
    expect(noteFileName(session, { commit: '0123456789abcdef' })).toBe('handoffs/20261122T130233Z-detached-0123456-a1b2c3d4.md');
    expect(noteFileName(session, {})).toBe('handoffs/20261122T130233Z-nogit-a1b2c3d4.md');
    expect(noteFileName(session, { branch: '機能' })).toBe('handoffs/20261122T130233Z-branch-a1b2c3d4.md');
  });
  it('is a plain file name whatever the branch is called', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (branch, id, created) => {
      expect(noteFileName({ id, created }, { branch })).toMatch(/^handoffs\/[+\d]+T\d{6}Z-[A-Za-z0-9_][A-Za-z0-9._-]{0,39}-[A-Za-z0-9-]{1,8}\.md$/);
    }));
  });
});

describe('a note', () => {
  it('has its entries in the order of the checklist, those of one item as they were accepted', () => {
    const captured = [entry('restartCommand', 'npm i'), entry('nextStep', 'Second'), entry('deadEnd', 'Locking'), entry('inProgress', 'First'), entry('nextStep', 'Third'), entry('bug', 'Cause')];
    const { sections } = read(render(captured).text);
    expect(sections.handoff.map(({ text }) => text)).toEqual(['First', 'Second', 'Third', '`npm i`']);
    expect(sections.fixed.map(({ text }) => text)).toEqual(['Cause', 'Locking']);
  });

  it('has its front matter, the section, the categories and the four Handoff lines', () => {
    expect(render(all).text).toBe(`---
schema: 1
id: "a1b2c3d4e5"
author: "Ada <ada@example.org>"
created: "2026-11-22T14:02:33+01:00"
branch: "feature/auth"
commit: "${'c'.repeat(40)}"
focus: "bug fixes"
agent: "claude"
previous: ""
status: "open"
---

## Session: 2026-11-22

### Discovered

- Tokens in the database
  Rejected: JWT only

### Fixed

- Resolved it ([src/a.ts:3](../../../src/a.ts#L3 "let a"))

### Changed

- POST /api

### Handoff

- Working on: [src/auth/auth.service.ts:88](../../../src/auth/auth.service.ts#L88)
- Uncommitted: two files
- Next: Implement \\*it\\*
- Run on restart: \`npm run migration:run -- --name="a*b_c*"\`
`);
  });

  it('reads back as it was', () => {
    const note = read(render(all).text);
    expect(note).toMatchObject({ ...fields, date: '2026-11-22', problems: [] });
    expect(note.sections.handoff.map(({ handoff, text }) => [handoff, text])).toEqual([
      ['inProgress', '[src/auth/auth.service.ts:88](../../../src/auth/auth.service.ts#L88)'], ['uncommitted', 'two files'], ['nextStep', 'Implement *it*'], ['restartCommand', '`npm run migration:run -- --name="a*b_c*"`'],
    ]);
    expect(note.sections.handoff.map(commandOf).at(-1)).toBe('npm run migration:run -- --name="a*b_c*"');
    expect(note.sections.discovered).toEqual([{ text: 'Tokens in the database\nRejected: JWT only', source: 'Tokens in the database\nRejected: JWT only' }]);
  });

  it('gives every command back as it was typed', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), fc.constantFrom('echo `date`', '``', 'a `b` ``c``', ' `x`', 'a\\', '"$(x)" | y > z')), (typed) => {
      const wanted = typed.trim().replace(/^(`+)([^`]+)\1$/, '$2').trim();
      const [line] = read(render([entry('restartCommand', typed)]).text).sections.handoff;
      expect(line ? commandOf(line) : '').toBe(wanted);
    }));
  });

  it('gives what was typed back, whatever it is', () => {
    fc.assert(fc.property(anyText.filter((text) => !/[`\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]|[^ \t\n\S]|\p{Surrogate}|https?:|ftp:|www\.|mailto:|xmpp:|@/iu.test(text)), (text) => {
      const [item] = read(render([entry('bug', text)]).text).sections.fixed;
      const lines = text.trim().split('\n').map((line) => line.trim()).filter((line) => line !== '');
      expect((item?.text ?? '').split('\n').map((line) => line.trim())).toEqual(lines.length === 0 ? [''] : lines);
    }));
  });

  it('keeps within its limit: first lines, Handoff last of all, and what is left is counted', () => {
    const long = (item: 'bug' | 'nextStep', count: number) => Array.from({ length: count }, (_, index) => entry(item, `${item} ${index}`, { detail: 'detail '.repeat(40) }));
    const some = render([...long('bug', 40), ...long('nextStep', 10)]);
    expect(some.text.length).toBeLessThanOrEqual(noteLimit);
    expect(some.text.match(/bug \d+/g)).toHaveLength(40);
    expect(some.text).toMatch(/- bug 0\n {2}detail/);
    expect(some.text).toMatch(/- bug 39\n\n### Handoff/);
    expect(some.text.match(/Next: nextStep \d+\n {2}detail/g)).toHaveLength(10);
    const many = render([...long('bug', 900), ...long('nextStep', 400)]);
    expect(many.text.length).toBeLessThanOrEqual(noteLimit);
    expect(many.text).toMatch(/- … and \d+ more\n\n### Handoff\n\n- Next: nextStep 0\n/);
  });

  it('is never longer than its limit and never breaks, whatever is written', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('bug', 'decision', 'nextStep', 'restartCommand'), anyText, anyText), { maxLength: 12 }), fc.integer({ min: 700, max: 2500 }), (typed, limit) => {
      const entries = typed.map(([item, text, detail]) => entry(item as 'bug', text, { detail }));
      const { text, written } = render(entries, limit);
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(read(text).sections).toBeDefined();
      for (const one of written) expect(text).toContain(`\n${one.text}\n`);
    }), { numRuns: runs(200) });
  });

  it('holds no raw control or direction character in its front matter', () => {
    const text = renderNote({ ...fields, branch: 'a\u202eb\n---\n"c', focus: 'x'.repeat(500) }, '2026-11-22', all, place).text;
    expect(text).toContain('branch: "a\\u202eb\\n---\\n\\"c"');
    expect(read(text).branch).toBe('a\u202eb\n---\n"c');
    expect(read(text).focus).toBe('x'.repeat(200));
  });
});

describe('a note that was edited by hand', () => {
  const text = render(all).text;
  it('is read with CRLF, BOM, bare and single-quoted values, comments, and keys in any order', () => {
    expect(read(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toMatchObject({ ...fields, date: '2026-11-22' });
    expect(read('---\n# mine\nstatus: done # at last\ncreated: 2026-11-22T14:02:33Z\nid: \'it\'\'s\'\nother: [a, b]\nbranch:\n---\ntext')).toMatchObject({ id: 'it\'s', status: 'done', branch: '', author: '', problems: [], body: 'text' });
  });
  it('with a status of its own is open, and says so', () => {
    expect(read(text.replace('"open"', '"later"'))).toMatchObject({ status: 'open', problems: ['Its status \'later\' is neither open nor done; it is read as open.'] });
  });
  it('that is broken says why', () => {
    const reason = (broken: string) => {
      const note = readNote(broken);
      return note.kind === 'broken' ? note.reason : '';
    };
    expect(reason('')).toContain('front matter');
    expect(reason('---\nid: "a"\n')).toContain('front matter');
    expect(reason(text.replace(/id: .*\n/, ''))).toContain('names no id');
    expect(reason(text.replace(/created: .*\n/, 'created: "soon"\n'))).toContain('soon');
    expect(reason(text.replace('schema: 1', 'schema: 2'))).toContain('update Session Handoff');
  });
  it('never throws, whatever it holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), anyText, fc.nat(text.length), (bytes, typed, at) => {
      for (const broken of [bytes, `---\n${typed}\n---\n${bytes}`, text.slice(0, at) + typed + text.slice(at + 5)]) {
        expect(['note', 'broken']).toContain(readNote(broken).kind);
        expect(typeof setStatus(broken, 'done')).toBe('string');
      }
    }));
  });
});

describe('the status', () => {
  it('changes its own bytes only', () => {
    const text = render(all).text;
    expect(setStatus(text, 'done')).toBe(text.replace('"open"', '"done"'));
    expect(setStatus(setStatus(text, 'done'), 'open')).toBe(text);
    expect(setStatus(text, 'open')).toBe(text);
    const windows = `\ufeff${text.replaceAll('\n', '\r\n')}`;
    expect(setStatus(windows, 'done')).toBe(windows.replace('"open"', '"done"'));
    expect(setStatus('---\nid: a\nstatus:   open   # soon\n---\nstatus: open\n', 'done')).toBe('---\nid: a\nstatus:   "done"   # soon\n---\nstatus: open\n');
  });
  it('is added where the line is missing, and nothing without front matter', () => {
    expect(setStatus('---\r\nid: a\r\n---\r\nx', 'done')).toBe('---\r\nid: a\r\nstatus: "done"\r\n---\r\nx');
    expect(setStatus('# a\nstatus: open\n', 'done')).toBe('# a\nstatus: open\n');
  });
});

describe('a further Write of the same session', () => {
  const first = planWrite(request(all, {}));
  const texts = Object.fromEntries(first.changes.map(({ file, after }) => [file, after]));
  const written = first.written.map((one) => ({ ...one, at: '' }));
  const again = (entries: readonly Entry[], rest: { texts?: Record<string, string>; branch?: string; focus?: string } = {}) => {
    const base = request(entries, rest.texts ?? texts);
    return planWrite({ ...base, draft: { ...base.draft, written, focus: rest.focus ?? '' }, note: { ...base.note, branch: rest.branch ?? 'main' } }).changes.find(({ file }) => file === noteFile);
  };
  it('of the same entries changes nothing, though the branch or the commit is another', () => expect(again(all, { branch: 'other' })).toBeUndefined());
  it('adds, replaces and takes out what the draft added, edited and removed, and brings the front matter up to date', () => {
    const change = again([...all.slice(0, -2), { ...all[5] as Entry, text: 'Something else' }, entry('nextStep', 'One more')], { branch: 'other', focus: 'api' });
    expect(change?.after).toBe((texts[noteFile] ?? '').replace('- Next: Implement \\*it\\*\n', '- Next: Something else\n').replace(/- Run on restart.*\n/, '- Next: One more\n').replace('branch: "main"', 'branch: "other"').replace('focus: ""', 'focus: "api"'));
  });
  it('keeps what a person added by hand', () => {
    const edited = (texts[noteFile] ?? '').replace('### Changed', 'By hand.\n\n### Changed');
    expect(again([...all, entry('nextStep', 'One more')], { texts: { ...texts, [noteFile]: edited } })?.after).toBe(`${edited}- Next: One more\n`);
  });
  it('opens a note that was done, if there is something new', () => {
    const done = { ...texts, [noteFile]: setStatus(texts[noteFile] ?? '', 'done') };
    expect(again(all, { texts: done })).toBeUndefined();
    expect(readNote(again([...all, entry('nextStep', 'One more')], { texts: done })?.after ?? '')).toMatchObject({ status: 'open' });
  });
  it('stays within the limit and is stable there', () => {
    const many = Array.from({ length: 120 }, (_, index) => entry('bug', `number ${index}`, { detail: 'word '.repeat(60) }));
    const plan = planWrite(request(many, {}));
    const note = plan.changes.at(-1)?.after ?? '';
    expect(note.length).toBeLessThanOrEqual(noteLimit);
    const all2 = Object.fromEntries(plan.changes.map(({ file, after }) => [file, after]));
    expect(planWrite(request(many, all2)).changes).toEqual([]);
    const base = request([...many, entry('nextStep', 'last')], all2);
    const grown = planWrite({ ...base, draft: { ...base.draft, written: plan.written.map((one) => ({ ...one, at: '' })) } });
    expect(grown.changes.map(({ file }) => file)).toEqual([noteFile]);
    expect(grown.changes[0]?.after.length).toBeLessThanOrEqual(noteLimit);
    expect(grown.changes[0]?.after).toContain('- Next: last\n');
  });
  it('reads as one section of ours in Markdown', () => {
    const body = (texts[noteFile] ?? '').replace(/^---\n[^]*?\n---\n/, '');
    expect(listsOfSection(insertedBlocks('', body), '2026-11-22').flatMap(({ children }) => children.map(textOfItem))).toHaveLength(all.length);
    expect(categoryIds).toHaveLength(4);
  });
});
