import fc from 'fast-check';
import type { Link, Paragraph } from 'mdast';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { decodeTitle, encodeTitle, formatCodeLink, isLinkable, matchesTitle, pathFromBase, titleOf } from '../../../src/core/links/codeLink.js';
import { textOf, treeOf } from '../documents/markdownTree.js';

const place = { folder: '.claude/docs', workspacePath: '' };
/** The link that remark reads. */
const linkIn = (markdown: string): Link | undefined => (treeOf(`a (${markdown}) b`)[0] as Paragraph).children.find((node): node is Link => node.type === 'link');

describe('a code link', () => {
  it('is label, address and title', () => {
    expect(formatCodeLink({ path: 'src/auth/auth.service.ts', line: 245, text: '    await this.users.touch(user.id);' }, place))
      .toBe('[src/auth/auth.service.ts:245](../../src/auth/auth.service.ts#L245 "await this.users.touch(user.id);")');
  });
  it('has no title where the line says nothing', () => {
    expect(formatCodeLink({ path: 'a.ts', line: 1 }, place)).toBe('[a.ts:1](../../a.ts#L1)');
    expect(formatCodeLink({ path: 'a.ts', line: 1, text: ' \t ' }, place)).toBe('[a.ts:1](../../a.ts#L1)');
  });
  it('starts from the document\'s folder', () => {
    expect(formatCodeLink({ path: '.claude/docs/x.ts', line: 1 }, { ...place, folder: '.claude/docs/handoffs' })).toBe('[.claude/docs/x.ts:1](../x.ts#L1)');
    expect(formatCodeLink({ path: '.claude/settings.json', line: 1 }, place)).toBe('[.claude/settings.json:1](../settings.json#L1)');
    expect(formatCodeLink({ path: 'src/a.ts', line: 1 }, { folder: '', workspacePath: '' })).toBe('[src/a.ts:1](src/a.ts#L1)');
  });
  it('is relative to the folder that holds .claude, `..` resolved', () => {
    expect(pathFromBase('src/./a//b.ts', 'backend')).toBe('backend/src/a/b.ts');
    expect(pathFromBase('../shared/b.ts', 'apps/backend')).toBe('apps/shared/b.ts');
    expect(pathFromBase('../../../b.ts', 'apps/backend')).toBe('../b.ts');
    expect(pathFromBase('/etc/passwd', 'backend')).toBe('/etc/passwd');
  });
  it('begins at line 1', () => {
    expect(formatCodeLink({ path: 'a.ts', line: 0 }, place)).toBe('[a.ts:1](../../a.ts#L1)');
    expect(formatCodeLink({ path: 'a.ts', line: Number.NaN }, place)).toBe('[a.ts:1](../../a.ts#L1)');
    expect(formatCodeLink({ path: 'a.ts', line: 3.7 }, place)).toBe('[a.ts:3](../../a.ts#L3)');
  });

  // Each of these addresses was resolved by vscode-markdown-languageservice 0.4.0 and 0.5.0 to the right file and line.
  for (const [path, address] of [
    ['src/my file.ts', 'src/my%20file.ts'], ['src/[id]/(g)/x.ts', 'src/%5Bid%5D/%28g%29/x.ts'], ['a(b.ts', 'a%28b.ts'], ['a#b?c.ts', 'a%23b%3Fc.ts'], ['it\'s "q".ts', 'it%27s%20%22q%22.ts'],
    ['日本/é.ts', '%E6%97%A5%E6%9C%AC/%C3%A9.ts'], ['a!*b.ts', 'a%21%2Ab.ts'], ['a%b.ts', 'a%25b.ts'], ['100%.ts', '100%25.ts'], ['a:b.ts', 'a%3Ab.ts'], ['src/😀.ts', 'src/%F0%9F%98%80.ts'],
  ] as const) it(`encodes ${path}`, () => expect(formatCodeLink({ path, line: 9 }, place)).toContain(`](../../${address}#L9)`));

  for (const [path, code] of [
    ['a%20b.ts', '`a%20b.ts:2`'], ['x%2F.ts', '`x%2F.ts:2`'], ['../out.ts', '`../out.ts:2`'], ['/etc/hosts', '`/etc/hosts:2`'], ['C:\\a.ts', '`C:\\a.ts:2`'], ['d:/a.ts', '`d:/a.ts:2`'], ['\\\\host\\a.ts', '`\\\\host\\a.ts:2`'],
    ['a\\b.ts', '`a\\b.ts:2`'], ['a\nb.ts', '`ab.ts:2`'], ['a\u202eb.ts', '`ab.ts:2`'], ['../`a``.ts', '``` ../`a``.ts:2 ```'.replace(/ /g, '')],
  ] as const) it(`${JSON.stringify(path)} is code, not a link`, () => expect(formatCodeLink({ path, line: 2 }, place)).toBe(code));

  it('reads in Markdown as exactly its path, line and title, whatever they hold', () => {
    const anyPath = fc.array(fc.oneof(fc.constantFrom('src', 'a b', '[id]', '__tests__', 'a_b', '*', '`', '``', '\\', '<b>', '&amp;', '~~x~~', 'www.e.org', 'a@b.org', 'https:', '!', '(', ')', '"', '%41', '%', '..', '日本', '#', '?'), fc.string({ unit: 'grapheme', maxLength: 8 })), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(fc.property(anyPath, fc.integer({ min: 1, max: 99999 }), fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 })), (typed, line, text) => {
      const path = pathFromBase(typed, '');
      const link = linkIn(formatCodeLink({ path: typed, line, text }, place));
      if (!isLinkable(path)) {
        expect(link).toBeUndefined();
        return;
      }
      expect(textOf(link ?? { type: 'nothing' })).toBe(`${path}:${line}`);
      expect(decodeURIComponent(link?.url ?? '')).toMatch(/^\.\.\//);
      expect(link?.title ?? '').toBe(titleOf(text));
      expect(link?.children.every(({ type }) => type === 'text')).toBe(true);
    }), { numRuns: runs(500) });
  });
});

describe('a title', () => {
  it('is the trimmed line without control and bidirectional characters', () => {
    expect(titleOf('\t if (a)\u0000 {\u001b \u202e}\u2066 ')).toBe('if (a) { }');
    expect(titleOf('a\tb\u2028c')).toBe('abc');
  });
  it('has at most 120 characters, then an ellipsis, and cuts no character in two', () => {
    expect(titleOf('x'.repeat(120))).toBe('x'.repeat(120));
    expect(titleOf('x'.repeat(121))).toBe(`${'x'.repeat(120)}…`);
    expect(titleOf('🙂'.repeat(121))).toBe(`${'🙂'.repeat(120)}…`);
  });
  it('matches the line it was made of, and a longer one where it was cut', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (line) => {
      expect(matchesTitle(line, titleOf(line))).toBe(true);
      expect(matchesTitle(`${line}x`, titleOf(line))).toBe(titleOf(line).endsWith('…'));
    }));
  });
  it('comes back from its character references', () => {
    expect(encodeTitle('a & "b" <c> \\ ` [d]')).toBe('a &amp; &quot;b&quot; &lt;c&gt; &#92; &#96; &#91;d&#93;');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => {
      expect(decodeTitle(encodeTitle(titleOf(line)))).toBe(titleOf(line));
    }));
  });
  it('that others wrote is read too', () => {
    expect(decodeTitle('a \\" \\\\ &apos; &#x41; &#65; &unknown; & b')).toBe('a " \\ \' A A &unknown; & b');
    expect(decodeTitle('&#0;&#x110000;')).toBe('\ufffd\ufffd');
  });
});
