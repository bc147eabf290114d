import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGitConfig } from '../../src/core/gitConfig.js';

const values = (text: string) => parseGitConfig(text).map(({ section, subsection, key, value }) => [section, subsection, key, value]);

describe('a git configuration file', () => {
  it('is read with its quotes, escapes, comments and continued lines', () => {
    expect(values('; c\n[User]\n\tName = Ada  Lovelace  # me\r\n  email="a;b@c" ; x\n[core] bare\n[a "B \\"c\\""] x = "1 \\"2\\"" 3\\\n 4 \n y= \\\\n\\n')).toEqual([
      ['user', undefined, 'name', 'Ada  Lovelace'], ['user', undefined, 'email', 'a;b@c'], ['core', undefined, 'bare', 'true'], ['a', 'B "c"', 'x', '1 "2" 3 4'], ['a', 'B "c"', 'y', '\\n\n'],
    ]);
  });

  it('never fails, whatever stands in it', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('[', ']', '"', '\\', '=', '\n', '\r', ' ', 'a', '#', ';', '.') }), (text) => {
      expect(() => parseGitConfig(text)).not.toThrow();
    }));
  });
});
