import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/core/session.js';
import { planWrite } from '../../../src/core/documents/planWrite.js';
import type { WritePlan, WriteRequest } from '../../../src/core/documents/writePlan.js';
import { applyEdits, insertedBlocks, listsOfSection, textOfItem } from './markdownTree.js';
import { entry, noteFile, request } from './writing.js';

const name = 'TROUBLESHOOTING.md';
const bug = (text: string, rest: Partial<Entry> = {}) => entry('bug', text, rest);

/** The document after a Write of these entries into it. */
function write(before: string, entries: readonly Entry[] = [bug('new')], rest: Partial<WriteRequest> = {}): string {
  const change = planWrite(request(entries, { [name]: before }, rest)).changes.find(({ file }) => file === name);
  if (!change) return before;
  expect(applyEdits(before, change.edits)).toBe(change.after);
  expect(change.before).toBe(before);
  return change.after;
}
/** What was put into a text at one place. */
const inserted = (before: string, after: string): string => {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  expect(start + end).toBe(before.length);
  return after.slice(start, after.length - end);
};
const section = (...items: string[]) => `## Session: 2026-11-22\n\n### Fixed\n\n${items.map((item) => `- ${item}\n`).join('')}`;
const isRealSection = (before: string, after: string) => listsOfSection(insertedBlocks(before, after), '2026-11-22').map(({ children }) => children.map(textOfItem));

describe('a document that is missing', () => {
  it('is created with its title, what belongs in it, and the section', () => {
    const plan = planWrite(request([bug('new')], {}));
    expect(plan.changes[0]).toMatchObject({ file: name, line: 9, edits: [{ offset: 0, length: 0 }] });
    expect(plan.changes[0]?.before).toBeUndefined();
    expect(plan.changes[0]?.after).toBe(`# Troubleshooting\n\nBugs with their root causes, error messages with their solutions, workarounds, and attempts that did not work.\n\n${section('new')}`);
  });
});

describe('line ends, BOM and the end of the file', () => {
  it('LF', () => expect(write('# a\n\ntext\n')).toBe(`# a\n\ntext\n\n${section('new')}`));
  it('CRLF', () => expect(write('# a\r\n\r\ntext\r\n')).toBe(`# a\r\n\r\ntext\r\n\r\n${section('new').replaceAll('\n', '\r\n')}`));
  it('mixed: as the lines before', () => {
    expect(write('# a\r\ntext\n')).toBe(`# a\r\ntext\n\n${section('new')}`);
    expect(write('# a\ntext\r\n')).toBe(`# a\ntext\r\n\r\n${section('new').replaceAll('\n', '\r\n')}`);
  });
  it('a bare carriage return ends a line too and is never joined by a line feed of ours', () => {
    expect(write('# a\rtext\r')).toBe(`# a\rtext\r\r\n${section('new').replaceAll('\n', '\r\n')}`);
  });
  it('a BOM stays at the front, and positions count it', () => {
    const change = planWrite(request([bug('new')], { [name]: '\ufeff# a\n' })).changes[0];
    expect(change?.after).toBe(`\ufeff# a\n\n${section('new')}`);
    expect(change?.edits[0]?.offset).toBe(5);
    expect(write('\ufeff')).toBe(`\ufeff${section('new')}`);
  });
  it('a text without final line end stays one', () => {
    expect(write('# a')).toBe(`# a\n\n${section('new').trimEnd()}`);
    const first = write('# a', [bug('one')]);
    expect(write(first, [bug('two')])).toBe(`# a\n\n${section('one', 'two').trimEnd()}`);
  });
  it('empty and blank files', () => {
    expect(write('')).toBe(section('new'));
    expect(write('\n\n')).toBe(`\n\n${section('new')}`);
    expect(write('   ')).toBe(`   \n${section('new').trimEnd()}`);
  });
  it('blank lines and trailing spaces at the end stay', () => {
    expect(write('text  \n\n\n')).toBe(`text  \n\n\n${section('new')}`);
    expect(write('text\n  ')).toBe(`text\n  \n${section('new').trimEnd()}`);
  });
  it('a backslash at the end is no hard break before our section', () => expect(isRealSection('text\\', write('text\\'))).toEqual([['new']]));
});

describe('what stands in the document', () => {
  const cases: Record<string, string> = {
    'front matter': '---\ntitle: a\n## Session: 2026-11-22\n---\n',
    'front matter without an end, which is a rule': '---\ntitle: a\n\n- b\n',
    'setext headings': 'Title\n=====\n\nPart\n----\n',
    'a section in a fence': '```\n## Session: 2026-11-22\n\n### Fixed\n\n- x\n```\n',
    'a section in an indented block': 'text\n\n    ## Session: 2026-11-22\n\n    ### Fixed\n',
    'a section in an HTML comment': '<!--\n## Session: 2026-11-22\n\n### Fixed\n-->\n',
    'a section in a quote': '> ## Session: 2026-11-22\n>\n> ### Fixed\n',
    'a section in a list': '- ## Session: 2026-11-22\n\n  ### Fixed\n',
    'a table': '| a | b |\n|---|---|\n| c | d |\n',
    'a table without final line end': '| a | b |\n|---|---|\n| c | d |',
    'a list of tasks': '- [ ] a\n- [x] b\n',
    'a tight list': '- a\n- b\n',
    'a loose list': '- a\n\n- b\n',
    'a numbered list': '1. a\n2. b\n',
    'hard breaks': 'a  \nb\\\nc\n',
    'reference links and their definitions': '[a] and [b][c]\n\n[a]: /u "t"\n[c]: </v w>\n',
    'a definition without final line end': '[a]\n\n[a]: /u',
    'footnotes': 'a[^1]\n\n[^1]: note\n\n    more\n',
    'a lazy quote': '> a\nb\n',
    'an HTML block': '<div>\ntext\n',
    'details that are never closed': '<details>\n<summary>a</summary>\n\ntext\n',
    'a fence in a list that is never closed': '- a\n\n  ```\n  code\n',
    'HTML in a list that is never closed': '1. <script>',
    'HTML in a quote that is never closed': '> <!-- a\n',
    'indented code': 'a\n\n    code\n',
    'a rule': 'a\n\n---\n',
  };
  for (const [what, before] of Object.entries(cases)) {
    it(`${what}: stays as it was, and the section behind it is one`, () => {
      const after = write(before);
      expect(after.startsWith(before)).toBe(true);
      expect(isRealSection(before, after)).toEqual([['new']]);
    });
  }

  it('HTML in a list that blank lines would change: the section stands before the list, and its items stay out of it', () => {
    const before = '- <!A\n\n';
    const after = write(before);
    expect(after.endsWith(before)).toBe(true);
    expect(isRealSection(before, after)).toEqual([['new']]);
  });

  it('a mark that is no BOM, since it does not begin the file, is a character like others', () => {
    for (const before of ['\n\ufeff<details\n<pre', '\n\ufeff<b>\n```', '---\na: 1\n---\n\ufeff# x\n', `${section('one')}\n\n\ufeff### Changed\n`]) {
      const after = write(before, [bug('one'), bug('two')], { date: '2026-11-30' });
      expect(listsOfSection(insertedBlocks(before, after), '2026-11-30').flatMap(({ children }) => children.map(textOfItem)).at(-1)).toBe('two');
    }
  });

  for (const [what, open] of Object.entries({
    'a fence': '```js\ncode\n## Session: 2026-11-22\n', 'an indented fence': '   ~~~\ncode\n', 'a comment': '<!-- a\n\nb\n', 'a script': '<script>\nlet a\n\n', 'CDATA': '<![CDATA[\n\na', 'an instruction': '<?php\n\n', 'pre': '  <pre>\n\n',
  })) {
    it(`${what} that is never closed: the section stands before it`, () => {
      for (const head of ['', 'text\n\n', '- a\n- b\n', 'text\n', '---\ntitle: a\n---\n', '\ufeff']) {
        if (head.startsWith('- ') && open.startsWith(' ')) continue;
        const before = head + open;
        const after = write(before);
        expect(after.endsWith(open)).toBe(true);
        expect(after.startsWith(head)).toBe(true);
        expect(isRealSection(before, after)).toEqual([['new']]);
        const again = write(after, [bug('second')]);
        expect(again.endsWith(open)).toBe(true);
        expect(isRealSection(before, again)).toEqual([['new', 'second']]);
      }
    });
  }
});

describe('the section of the day', () => {
  it('is joined, after the last block of its sub-heading', () => {
    expect(write(`# a\n\n${section('one')}`, [bug('two'), bug('three')])).toBe(`# a\n\n${section('one', 'two', 'three')}`);
    expect(write(`${section('one')}\nnote\n`, [bug('two')])).toBe(`${section('one')}\nnote\n\n- two\n`);
    expect(write(`${section('one')}\n#### more\n`, [bug('two')])).toBe(`${section('one')}\n#### more\n\n- two\n`);
  });
  it('in the middle, with others after it', () => {
    const before = `${section('one')}\n## Session: 2026-11-23\n\n### Fixed\n\n- later\n`;
    expect(write(before, [bug('two')])).toBe(`${section('one', 'two')}\n## Session: 2026-11-23\n\n### Fixed\n\n- later\n`);
  });
  it('is parted by a blank line from what followed without one', () => {
    expect(write('## Session: 2026-11-22\n### Fixed\n- one\n## Next\n', [bug('two')])).toBe('## Session: 2026-11-22\n### Fixed\n- one\n- two\n\n## Next\n');
    expect(write('## Session: 2026-11-22\n### Fixed\n## Next\n', [bug('two')])).toBe('## Session: 2026-11-22\n### Fixed\n\n- two\n\n## Next\n');
  });
  it('twice: the last is joined', () => {
    const before = `${section('one')}\n## Other\n\n${section('two')}`;
    expect(write(before, [bug('three')])).toBe(`${section('one')}\n## Other\n\n${section('two', 'three')}`);
  });
  it('a sub-heading twice: the last is joined', () => {
    expect(write(`${section('one')}\n### Fixed\n\n- two\n`, [bug('three')])).toBe(`${section('one')}\n### Fixed\n\n- two\n- three\n`);
  });
  it('missing sub-headings take the order of the checklist', () => {
    const all = [bug('b'), entry('decision', 'a', { document: name }), entry('endpoint', 'c', { document: name }), entry('nextStep', 'd', { document: name })];
    expect(write('', all)).toBe('## Session: 2026-11-22\n\n### Discovered\n\n- a\n\n### Fixed\n\n- b\n\n### Changed\n\n- c\n\n### Handoff\n\n- Next: d\n');
    expect(write(section('x'), all)).toBe('## Session: 2026-11-22\n\n### Discovered\n\n- a\n\n### Fixed\n\n- x\n- b\n\n### Changed\n\n- c\n\n### Handoff\n\n- Next: d\n');
    expect(write('## Session: 2026-11-22\n\n### Changed\n\n- x\n\n## Next\n', all)).toBe('## Session: 2026-11-22\n\n### Discovered\n\n- a\n\n### Fixed\n\n- b\n\n### Changed\n\n- x\n- c\n\n### Handoff\n\n- Next: d\n\n## Next\n');
  });
  it('sub-headings in another order stay in it', () => {
    expect(write('## Session: 2026-11-22\n\n### Changed\n\n- c\n\n### Discovered\n\n- d\n', [bug('b')])).toBe('## Session: 2026-11-22\n\n### Changed\n\n- c\n\n### Discovered\n\n- d\n\n### Fixed\n\n- b\n');
  });
  it('sub-headings of others stay where they are', () => {
    expect(write('## Session: 2026-11-22\n\nintro\n\n### Notes\n\ntext\n', [bug('b')])).toBe('## Session: 2026-11-22\n\nintro\n\n### Notes\n\ntext\n\n### Fixed\n\n- b\n');
  });
  it('as a setext heading, or with closing hashes, is one too', () => {
    expect(write('Session: 2026-11-22\n---\n\n### Fixed ###\n\n- one\n', [bug('two')])).toBe('Session: 2026-11-22\n---\n\n### Fixed ###\n\n- one\n- two\n');
  });
  it('with another text in its heading is none of ours', () => {
    expect(inserted('## Session: 2026-11-22 (old)\n', write('## Session: 2026-11-22 (old)\n'))).toBe(`\n${section('new')}`);
  });
  it('lists of others: neither joined nor made loose', () => {
    const head = '## Session: 2026-11-22\n\n### Fixed\n\n';
    expect(write(`${head}* theirs\n`, [bug('b')])).toBe(`${head}* theirs\n\n- b\n`);
    expect(write(`${head}1. theirs\n`, [bug('b')])).toBe(`${head}1. theirs\n\n- b\n`);
    expect(write(`${head}- [ ] theirs\n`, [bug('b')])).toBe(`${head}- [ ] theirs\n\n* b\n`);
    expect(write(`${head}- [ ] theirs\n\n* b\n`, [bug('c')])).toBe(`${head}- [ ] theirs\n\n* b\n* c\n`);
    expect(write(`${head}- one\n  * nested\n`, [bug('b')])).toBe(`${head}- one\n  * nested\n- b\n`);
  });
  it('an indented heading that follows does not fall into our item', () => {
    const before = '## Session: 2026-11-22\n\n### Fixed\n\ntext\n\n   ### Changed\n\n- c\n';
    const after = write(before, [bug('b', { detail: 'd' })]);
    expect(inserted(before, after)).toBe('-   b\n    d\n\n');
    expect(insertedBlocks(before, after)).toHaveLength(1);
  });
});

describe('the same entry', () => {
  const link = { path: 'src/a.ts', line: 3, text: 'let a' };
  const one = bug('Fixed `a_b` *here*', { detail: 'why', links: [link] });
  /** What the draft knows after a plan was carried out. */
  const after = (plan: WritePlan, entries: readonly Entry[], rest: Partial<WriteRequest> = {}): WriteRequest => {
    const texts = Object.fromEntries(plan.changes.map((change) => [change.file, change.after]));
    const base = request(entries, texts, rest);
    return { ...base, draft: { ...base.draft, written: plan.written.map((written) => ({ ...written, at: '2026-11-22T13:00:00Z' })) } };
  };
  const textIn = (plan: WritePlan, file = name) => plan.changes.find((change) => change.file === file)?.after;

  it('changes nothing, whatever section of ours it stands in, and however a formatter left it', () => {
    const text = write('', [one]);
    expect(write(text, [one])).toBe(text);
    const other = `${text.replace('2026-11-22', '2026-10-01')}\n## Session: 2026-11-22\n`;
    expect(write(other, [one])).toBe(other);
    const formatted = text.replace('- Fixed', '* Fixed').replaceAll('\n', '\r\n');
    expect(write(formatted, [one])).toBe(formatted);
  });
  it('is not held for another one with another line', () => {
    const text = write('', [one]);
    expect(write(text, [{ ...one, id: 'other', links: [{ ...link, line: 4 }] }])).not.toBe(text);
  });
  it('twice in one draft is written once', () => {
    expect(write('', [bug('one'), bug('one')])).toBe(section('one'));
  });
  it('says in the plan what stands there, also when nothing changes', () => {
    const first = planWrite(request([one], {}));
    const again = planWrite(after(first, [one]));
    expect(again.changes).toEqual([]);
    expect(again.written).toEqual(first.written);
    expect(first.written.map(({ entry: id, file }) => [id, file])).toEqual([[one.id, name], [one.id, noteFile]]);
    for (const { file, text } of first.written) expect(textIn(first, file)).toContain(`\n${text}\n`);
  });
  it('edited after it was written replaces its old bytes', () => {
    const edited = { ...one, text: 'Fixed for good' };
    const plan = planWrite(after(planWrite(request([bug('before'), one, bug('behind')], {})), [edited]));
    expect(plan.conflicts).toEqual([]);
    expect(textIn(plan)).toContain('- before\n- Fixed for good ([src/a.ts:3](../../src/a.ts#L3 "let a"))\n  why\n- behind\n');
    expect(textIn(plan)).not.toContain('here');
    expect(plan.changes[0]).toMatchObject({ entries: [one.id], line: 10 });
    expect(plan.changes[0]?.edits).toHaveLength(1);
  });
  it('edited, in a file whose line ends were changed since, is found all the same', () => {
    const first = after(planWrite(request([one], {})), [{ ...one, text: 'Fixed for good' }]);
    const plan = planWrite({ ...first, texts: { ...first.texts, [name]: (first.texts[name] ?? '').replaceAll('\n', '\r\n') } });
    expect(textIn(plan)).toContain('- Fixed for good ([src/a.ts:3](../../src/a.ts#L3 "let a"))\r\n  why\r\n');
  });
  it('edited, and no longer there exactly once, is asked about', () => {
    const edited = { ...one, text: 'Fixed for good' };
    const first = after(planWrite(request([one], {})), [edited]);
    const text = first.texts[name] ?? '';
    const gone = { ...first, texts: { ...first.texts, [name]: text.replace('why', 'because') } };
    const twice = { ...first, texts: { ...first.texts, [name]: `${text}\n${text}` } };
    expect(planWrite(gone).conflicts).toEqual([{ entry: one.id, file: name, occurrences: 0 }]);
    expect(planWrite(twice).conflicts).toEqual([{ entry: one.id, file: name, occurrences: 2 }]);
    expect(planWrite(gone).changes.map(({ file }) => file)).toEqual([noteFile]);
    const choice = (chosen: 'append' | 'skip') => planWrite({ ...gone, choices: { [`${one.id} ${name}`]: chosen } });
    expect(choice('skip').conflicts).toEqual([]);
    expect(textIn(choice('skip'))).toBeUndefined();
    expect(textIn(choice('append'))).toContain('  because\n- Fixed for good');
  });
  it('that a person took out of the document is asked about, not put back', () => {
    const first = after(planWrite(request([one, bug('stays')], {})), [one]);
    const plan = planWrite({ ...first, texts: { ...first.texts, [name]: section('stays') } });
    expect(plan.conflicts).toEqual([{ entry: one.id, file: name, occurrences: 0 }]);
  });
  it('whose link was brought up to date in the document stays as it is there', () => {
    const first = after(planWrite(request([one], {})), [one]);
    const moved = (first.texts[name] ?? '').replace(':3]', ':9]').replace('#L3 "let a"', '#L9 "let  a"');
    const plan = planWrite({ ...first, texts: { ...first.texts, [name]: moved } });
    expect(plan.changes).toEqual([]);
    expect(plan.conflicts).toEqual([]);
  });
  it('sent to another document leaves the one it was written to', () => {
    const moved = { ...one, document: 'PROJECT_API.md' as const };
    const stays = bug('stays');
    const plan = planWrite(after(planWrite(request([one, stays], {})), [moved, stays]));
    expect(textIn(plan)).not.toContain('here');
    expect(textIn(plan)).toContain('### Fixed\n\n- stays\n');
    expect(textIn(plan, 'PROJECT_API.md')).toContain('- Fixed `a_b` ');
  });
  it('sent to another category moves under its heading', () => {
    const moved = { ...one, item: 'decision' as const, document: name as 'TROUBLESHOOTING.md' };
    const plan = planWrite(after(planWrite(request([one, bug('stays')], {})), [moved]));
    expect(textIn(plan)).toMatch(/### Discovered\n\n- Fixed `a_b`[^]*### Fixed\n\n- stays\n$/);
    expect(textIn(plan)?.match(/here/g)).toHaveLength(1);
  });
});

describe('a document of Windows that ends in blank lines', () => {
  // Of 30 a pattern that reads a line end in two ways would try a thousand million ways: only the time limit of the test would end it.
  it.each(['# T\r\n', '# T\r\n\r\n## Session: 2026-11-22\r\n\r\n', '## Session: 2026-11-22\r\n\r\n### Fixed\r\n\r\n- a\r\n'])('is written at once: %j', (start) => {
    const before = start + '\r\n'.repeat(2_000);
    expect(write(before)).toContain('- new\r\n');
  });
});

describe('where entries go', () => {
  it('to their item\'s document, or the mapping\'s, or their own, and all of them to the note', () => {
    const plan = planWrite(request([bug('a'), entry('pattern', 'b'), entry('nextStep', 'c'), entry('schema', 'd', { document: 'PROJECT_API.md' })], {}, { mapping: { pattern: 'PROJECT_KNOWLEDGE.md' } }));
    expect(plan.changes.map(({ file, entries }) => [file, entries.length])).toEqual([['PROJECT_KNOWLEDGE.md', 1], [name, 1], ['PROJECT_API.md', 1], [noteFile, 4]]);
  });
  it('links start from the folder of each file, in a monorepo too', () => {
    const linked = bug('a', { links: [{ path: 'src/a.ts', line: 3 }, { path: '../shared/b.ts', line: 4 }, { path: '../../out.ts', line: 5 }] });
    const plan = planWrite(request([linked], {}, { workspacePath: 'backend', documentsFolder: '.claude/docs' }));
    expect(plan.changes[0]?.after).toContain('([backend/src/a.ts:3](../../backend/src/a.ts#L3), [shared/b.ts:4](../../shared/b.ts#L4), `../out.ts:5`)');
    expect(plan.changes[1]?.after).toContain('[backend/src/a.ts:3](../../../backend/src/a.ts#L3)');
  });
  it('nothing to say is nothing to write', () => {
    expect(planWrite(request([], {})).changes).toEqual([]);
    expect(planWrite(request([bug(' \n\t')], { [name]: 'a' })).changes).toEqual([]);
  });
  it('a document without entries is left alone', () => {
    expect(planWrite(request([bug('a')], { 'PROJECT_API.md': 'anything' })).changes.map(({ file }) => file)).toEqual([name, noteFile]);
  });
});
