import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePlace, emptyCursorHistory, followChanges, followEdits, followRename, recordEdit, recordStay, suggestPlaces, type LineChange } from '../../../src/core/suggestions/cursor.js';

const change = (startLine: number, endLine: number, text: string, startColumn = 0, endColumn = 0): LineChange => ({ startLine, endLine, startColumn, endColumn, text });
const place = (path: string, line: number, text = `line ${line}`) => ({ path, line, text });
const words = { edited: 'edited last', visited: 'visited longest' };

describe('a captured line', () => {
  it('stays when something below it changes', () => {
    expect(followChanges(5, [change(7, 9, '')])).toBe(5);
  });
  it('moves down when lines are inserted above it', () => {
    expect(followChanges(5, [change(1, 1, 'a\nb\n')])).toBe(7);
  });
  it('moves down when lines are inserted at its very start', () => {
    expect(followChanges(5, [change(4, 4, 'a\n')])).toBe(6);
  });
  it('stays when Enter is pressed at its end', () => {
    expect(followChanges(5, [change(4, 4, '\n  ', 12, 12)])).toBe(5);
  });
  it('moves up when lines above it are deleted', () => {
    expect(followChanges(9, [change(2, 5, '')])).toBe(6);
  });
  it('goes to where its text went when the line break above it is deleted', () => {
    expect(followChanges(5, [change(3, 4, '', 8, 0)])).toBe(4);
  });
  it('stays at the start of what replaced it', () => {
    expect(followChanges(5, [change(3, 7, 'one', 0, 3)])).toBe(4);
  });
  it('follows several changes of one event, given against the text before it', () => {
    expect(followChanges(10, [change(8, 8, 'x\n'), change(1, 1, 'y\nz\n')])).toBe(13);
  });

  it('keeps its text through whole-line insertions and deletions elsewhere, whatever they are', () => {
    fc.assert(fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 30 }), fc.nat(), fc.nat(), fc.nat(4), fc.array(fc.constantFrom('new'), { maxLength: 4 }), (texts, at, from, removed, added) => {
      const lines = texts.map((text, index) => `${index}:${text.replace(/\n/g, '')}`);
      const index = at % lines.length;
      const start = from % (lines.length + 1);
      const end = Math.min(start + removed, lines.length);
      fc.pre(index < start || index >= end);
      const after = [...lines.slice(0, start), ...added, ...lines.slice(end)];
      // The line after the last one exists for editors as an empty line only if the text ends with a line break.
      fc.pre(end < lines.length || added.length === 0 || start < index || start === end);
      const moved = followChanges(index + 1, [change(start, end, added.map((line) => `${line}\n`).join(''))]);
      if (index < start || end <= index) expect(after[moved - 1]).toBe(lines[index]);
    }));
  });
});

describe('current work in progress', () => {
  it('is the place edited last, then the longest visited one in another file', () => {
    let history = recordStay(emptyCursorHistory, place('a.ts', 10), 60_000, 1_000);
    history = recordStay(history, place('b.ts', 3), 5_000, 2_000);
    history = recordEdit(history, place('c.ts', 7, '  const x = 1;'), 3_000);
    const [first, second, ...rest] = suggestPlaces(history, 0, words);
    expect(first).toMatchObject({ item: 'inProgress', text: 'c.ts: `const x = 1;`', links: [{ path: 'c.ts', line: 7, text: 'const x = 1;' }] });
    expect(second).toMatchObject({ links: [{ path: 'a.ts', line: 10 }] });
    expect(rest).toEqual([]);
  });
  it('forgets what belongs to an older session', () => {
    const history = recordEdit(emptyCursorHistory, place('a.ts', 1), 1_000);
    expect(suggestPlaces(history, 5_000, words)).toEqual([]);
  });
  it('does not count scrolling through', () => {
    expect(recordStay(emptyCursorHistory, place('a.ts', 1), 500, 1_000)).toBe(emptyCursorHistory);
  });
  it('takes lines of one neighbourhood for one place', () => {
    let history = recordStay(emptyCursorHistory, place('a.ts', 10), 10_000, 1_000);
    history = recordStay(history, place('a.ts', 13), 10_000, 2_000);
    expect(history.places).toHaveLength(1);
    expect(history.places[0]).toMatchObject({ line: 13, stayed: 20_000 });
  });
  it('follows the edits and the renaming of its file, and goes when the file is deleted', () => {
    let history = recordEdit(emptyCursorHistory, place('a.ts', 10, 'x'), 1_000);
    history = followEdits(history, 'a.ts', [change(0, 0, 'new\n')], (line) => `text ${line}`);
    expect(history.places[0]).toMatchObject({ line: 11, text: 'text 11' });
    history = followRename(history, 'a.ts', 'b.ts');
    expect(history.places[0]).toMatchObject({ path: 'b.ts' });
    expect(followRename(history, 'b.ts', undefined).places).toEqual([]);
  });
  it('does not grow for ever', () => {
    let history = emptyCursorHistory;
    for (let file = 0; file < 500; file++) history = recordStay(history, place(`${file}.ts`, 1), 5_000, file);
    expect(history.places.length).toBeLessThanOrEqual(200);
    expect(history.places.at(-1)).toMatchObject({ path: '499.ts' });
  });
  it('names a place by its file where the line says nothing, and keeps backticks from ending the code', () => {
    expect(describePlace({ path: 'src/a.ts', text: '  }' })).toBe('a.ts');
    expect(describePlace({ path: 'src/a.ts', text: 'const s = `x`;' })).toBe("a.ts: `const s = 'x';`");
  });
});
