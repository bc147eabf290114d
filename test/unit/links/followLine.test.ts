import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followInFile } from '../../../src/core/links/followLine.js';
import { nameOf } from '../../../src/core/links/lineName.js';
import { isWeakLine, statesLine } from '../../../src/core/links/lineText.js';
import { pairRenames } from '../../../src/core/links/renames.js';
import { TextAlignment } from '../../../src/core/links/textAlignment.js';

/** 1-based line → 1-based line, or the kind of answer. */
function follow(before: string[], after: string[], line: number): number | string {
  const followed = followInFile(new TextAlignment(before, after), line - 1, 'a');
  return followed.kind === 'at' ? followed.line + 1 : followed.kind;
}

describe('followInFile', () => {
  it('draws an inserted or removed block where a reader of the diff would', () => {
    const rules = ['.a {', '  color: red;', '}', '', '.b {', '  color: blue;', '}', '', '.c {', '  color: red;', '}'];
    const removed = [...rules.slice(0, 4), ...rules.slice(8)];
    expect([3, 4, 7, 11].map((line) => follow(rules, removed, line))).toEqual([3, 4, 'gone', 7]);
    expect([3, 4, 7].map((line) => follow(removed, rules, line))).toEqual([3, 4, 11]);
  });

  it('keeps a line that keeps its name when everything else in it changed', () => {
    expect(follow(['a: {', '  "integrity": "sha512-hV7criqbR0pe7EeL",', '}'], ['a: {', '  "integrity": "sha512-JTWmoY9tWCs7zvIk",', '}'], 2)).toBe(2);
    expect(follow(['class A {', '  void load(String id) {', '    x();', '  }'], ['class A {', '  public static CompletableFuture<Result> load(Context context, Options options) {', '    x();', '  }'], 2)).toBe(2);
  });

  it('does not take another import, or one of several that are alike, for the line', () => {
    expect(follow(['import a.b.Start;', 'import org.validation.BindingResult;', 'x'], ['import a.b.Start;', 'import org.util.StringUtils;', 'x'], 2)).not.toBe(2);
    expect(follow(['import { Logger } from "../../src/utils/log";', 'import { Uri } from "../../src/common/uri";'], ['import { Range } from "../model/range";', 'import { Logger } from "../log";', 'import { Workspace } from "../model/workspace";'], 1)).toBe(2);
    const cases = (names: string[]): string[] => ['switch (kind) {', ...names.map((name) => `  case "${name}": return handle(request, "${name}");`), '}'];
    expect(follow(cases(['one']), cases(['two', 'three', 'four']), 2)).toSatisfy((answer) => typeof answer === 'string');
  });

  it('calls a line gone when nothing took its place', () => {
    expect(follow(['a();', 'b(1, 2, 3);', 'c();'], ['a();', 'c();'], 2)).toBe('gone');
    expect(follow(['a();', 'throw new NotImplemented("later");', 'c();'], ['a();', 'const rows = await query(sql);', 'c();'], 2)).toBe('gone');
  });

  it('answers for any two texts, and an unchanged text line by line', () => {
    const lines = fc.array(fc.constantFrom('', '}', '  }', 'a();', 'b(1);', 'b(2);', 'if (x) {', '\tif (x) {', 'return total;', 'const total = sum(a, b);'), { maxLength: 25 });
    fc.assert(fc.property(lines, lines, (before, after) => {
      const alignment = new TextAlignment(before, after);
      let last = -1;
      before.forEach((_, line) => {
        const followed = followInFile(alignment, line, 'a');
        if (followed.kind !== 'at') return;
        expect(followed.line).toBeGreaterThanOrEqual(0);
        expect(followed.line).toBeLessThan(after.length);
        if (followed.how === 'unchanged') expect(after[followed.line]?.trim()).toBe(before[line]?.trim());
        if (alignment.isKept(line)) {
          expect(followed.line).toBeGreaterThan(last);
          last = followed.line;
        }
      });
      expect(before.map((_, line) => follow(before, before, line + 1))).toEqual(before.map((_, line) => line + 1));
    }));
  });
});

describe('what a line says', () => {
  it('names what it declares or sets', () => {
    expect(['export async function load(id) {', 'def load(self):', '  "port": 80,', 'PORT=80', 'public void load(String id) {', 'const { a } = b', 'return load(id);', 'if (load) {', 'load(id);', 'class Base extends B {'].map(nameOf))
      .toEqual(['d:load', 'd:load', 'k:port', 'k:PORT', 'd:load', undefined, undefined, undefined, undefined, 'd:Base']);
  });

  it('has no name when it is a rule of dashes, however long, and is known to have none at once', () => {
    // Read in ones and twos, 60 dashes have a million million readings: only the time limit of the test would end it.
    expect(['-'.repeat(60), '-'.repeat(300), `${'--'.repeat(40)} x`, `${'- '.repeat(140)}x`].map(nameOf)).toEqual([undefined, undefined, undefined, undefined]);
    expect(['--port = 80', '- name: x', '-p = 1', '--- key: x'].map(nameOf)).toEqual(['k:port', 'k:name', undefined, 'k:key']);
  });

  it('is weak for blanks, braces and lone keywords', () => {
    expect(['', '}', '});', 'end', 'else {', '{% endif %}', '</div>'].map(isWeakLine)).toEqual([true, true, true, true, true, true, true]);
    expect(['return total;', 'import os', 'server.listen(port);'].map(isWeakLine)).toEqual([false, false, false]);
  });

  it('is stated by its title, cut or whole, with white space as a formatter leaves it', () => {
    const long = 'x'.repeat(130);
    expect(statesLine('a b', '  a  b\t')).toBe(true);
    expect(statesLine(`${'x'.repeat(120)}…`, long)).toBe(true);
    expect(statesLine(long, long)).toBe(true);
    expect(statesLine('a b', 'a c')).toBe(false);
  });
});

describe('pairRenames', () => {
  it('pairs the likest files once, and only if half of them is the same', () => {
    const text = (...parts: string[]): string => parts.map((part) => `line of ${part}\n`).join('');
    const removed = [{ path: 'a.js', text: text('1', '2', '3', '4') }, { path: 'b.js', text: text('5', '6', '7') }];
    const added = [{ path: 'x/a.js', text: text('1', '2', '3', '9') }, { path: 'y.js', text: text('1', '2', '3', '4') }, { path: 'z.js', text: text('8', '9', '10') }];
    expect([...pairRenames(removed, added)]).toEqual([['a.js', 'y.js']]);
  });
});
