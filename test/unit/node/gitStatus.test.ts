import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { parseFirstChanges, parseStatus, relativeTo } from '../../../src/core/gitStatus.js';

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((text) => text.replace(/[\0/]/g, '_'));
const path = fc.array(name.filter((part) => part !== '.' && part !== '..'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

describe('parseStatus', () => {
  it('keeps every path as it is', () => {
    const oid = 'a'.repeat(40);
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('modified', 'untracked', 'conflicted', 'renamed'), path, path)), (files) => {
      const records = files.map(([kind, one, other]) => ({
        modified: `1 .M N... 100644 100644 100644 ${oid} ${oid} ${one}`,
        untracked: `? ${one}`,
        conflicted: `u UU N... 100644 100644 100644 100644 ${oid} ${oid} ${oid} ${one}`,
        renamed: `2 R. N... 100644 100644 100644 ${oid} ${oid} R100 ${one}\0${other}`,
      })[kind]);
      const status = parseStatus([`# branch.oid ${oid}`, '# branch.head main', ...records, ''].join('\0'));
      expect(status.files.map(({ kind, path: of, from }) => [kind, of, ...(from === undefined ? [] : [from])])).toEqual(files.map(([kind, one, other]) => [kind, one, ...(kind === 'renamed' ? [other] : [])]));
      expect(status).toMatchObject({ head: oid, branch: 'main' });
    }));
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom('1', '2', 'u', '?', '#', ' ', '\0', 'R.', '.D', 'S', 'N...', 'branch.ab', '+1 -2'), fc.string()), { maxLength: 40 }), (parts) => {
      expect(Array.isArray(parseStatus(parts.join('')).files)).toBe(true);
      expect(parseFirstChanges(parts.join('\n'))).toBeInstanceOf(Map);
    }), { numRuns: runs(2000) });
  });
});

describe('parseFirstChanges', () => {
  it('is not misled by text that looks like a header', () => {
    const diff = ['diff --git a/a.ts b/a.ts', '--- a/a.ts', '+++ b/a.ts', '@@ -1,2 +1,3 @@', '--- a/x.ts', '-@@ -1 +1 @@', '+', '+++ b/evil.ts', '+@@ -9 +9 @@', '@@ -9 +10 @@', '-x', '+y', ''].join('\n');
    expect([...parseFirstChanges(diff)]).toEqual([['a.ts', { line: 2, text: '++ b/evil.ts' }]]);
  });
});

describe('relativeTo', () => {
  it('leads from the folder to the file', () => {
    expect(relativeTo('', 'a/b.ts')).toBe('a/b.ts');
    expect(relativeTo('a/', 'a/b.ts')).toBe('b.ts');
    expect(relativeTo('a/b/', 'a/c.ts')).toBe('../c.ts');
    expect(relativeTo('a/', 'ab/c.ts')).toBe('../ab/c.ts');
    expect(relativeTo('a/b/', '.')).toBe('../../.');
  });

  it('is undone by following it', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }), fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }), (folders, parts) => {
      const way = relativeTo(folders.map((folder) => `${folder}/`).join(''), parts.join('/'));
      const at: string[] = [...folders];
      for (const part of way.split('/')) {
        if (part === '..') at.pop();
        else at.push(part);
      }
      expect(at).toEqual(parts);
    }));
  });
});
