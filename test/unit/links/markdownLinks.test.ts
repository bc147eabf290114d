import fc from 'fast-check';
import type { Link, Nodes } from 'mdast';
import { remark } from 'remark';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { formatCodeLink } from '../../../src/core/links/codeLink.js';
import { readLinks, type WrittenLink } from '../../../src/core/links/markdownLinks.js';

const docs = '.claude/docs';
const brief = ({ kind, path, line, text }: WrittenLink): string => `${kind} ${path}:${String(line)}${text === undefined ? '' : ` ${text}`}`;
const read = (text: string): string[] => readLinks(text, docs).map(brief);

describe('readLinks', () => {
  it('reads our links, links of others and paths in code font, with their document lines', () => {
    const text = '# A\n\n- Fixed ([src/a.ts:3](../../src/a.ts#L3 "const a = &quot;b&quot;;")), see [here](../../src/b.ts#L7) and `src/c.py:12`.\n';
    expect(readLinks(text, docs).map((link) => [brief(link), link.documentLine])).toEqual([['titled src/a.ts:3 const a = "b";', 3], ['plain src/b.ts:7', 3], ['code src/c.py:12', 3]]);
  });

  it('knows where each part of a link stands', () => {
    const text = 'x [a:3](<../../a b.ts#L3> "t t") y';
    const [link] = readLinks(text, docs);
    const at = (span: { start: number; end: number } | undefined): string => text.slice(span?.start, span?.end);
    expect([at(link?.span), at(link?.label), at(link?.address), at(link?.title)]).toEqual(['[a:3](<../../a b.ts#L3> "t t")', 'a:3', '../../a b.ts#L3', 't t']);
  });

  it('reads the fragments that VS Code and GitHub follow, and no others', () => {
    expect(read('[a](/a.ts#L3) [b](/a.ts#3) [c](/a.ts#L3,5) [d](/a.ts#L3-L9) [e](/a.ts#L3C2-L4C5) [f](/a.ts#heading) [g](/a.ts) [h](https://x.org/a.ts#L3) [i](/a.ts#L0)')).toEqual(['plain a.ts:3', 'plain a.ts:3', 'plain a.ts:3', 'plain a.ts:3', 'plain a.ts:3']);
  });

  it('finds no link in fences, comments, front matter, code, images and hosts with ports', () => {
    expect(read('---\nx: "[a](a.ts#L1)"\n---\n```md\n[a](a.ts#L1)\n```\n~~~\n[a](a.ts#L1)\n```\n~~~\n<!-- [a](a.ts#L1)\n[a](a.ts#L1) --> `[a](a.ts#L1)` ![a](a.ts#L1) \\[a](a.ts#L1) `localhost:3000` `127.0.0.1:80` `example.com/x:80`\n')).toEqual([]);
  });

  it('decodes addresses and keeps what leads out of the folder visible', () => {
    expect(read('[a](../../src/%5Bid%5D%20(x)/%C3%BC.ts#L2) [b](../../../out.ts#L2) [c](./TROUBLESHOOTING.md#L4)')).toEqual(['plain src/[id] (x)/ü.ts:2', 'plain ../out.ts:2', 'plain .claude/docs/TROUBLESHOOTING.md:4']);
  });

  it('reads back every link that we write', () => {
    const segment = fc.string({ unit: fc.constantFrom('a', 'B', '1', '.', '-', '_', ' ', '[', ']', '(', ')', '#', '?', 'ü', '&', '*', '~', '`', '<', '"', "'"), minLength: 1, maxLength: 8 }).filter((name) => !/^\.+$/.test(name) && name.trim() === name);
    const title = fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '<', '>', '&', '\\', '`', '[', ']', '(', ')', '*', '_', '{', '…', ';', '#', '&amp;'), maxLength: 60 }).filter((text) => text.trim() !== '');
    fc.assert(fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 99_999 }), title, (path, line, text) => {
      const file = path.join('/');
      const written = formatCodeLink({ path: file, line, text }, { folder: docs, workspacePath: '' });
      fc.pre(written.startsWith('['));
      expect(readLinks(`- Fixed *that* (${written})\n`, docs)).toMatchObject([{ kind: 'titled', path: file, line, text: text.trim() }]);
    }));
  });

  it('agrees with remark on where links are', () => {
    const piece = fc.constantFrom('[a](b.ts#L3)', '[a](b.ts#L3 "t")', '[a b](<c d.ts#L4> \'t\')', '`[x](y.ts#L1)`', '**', '_', ' ', 'word', '\n', '\n\n', '- ', '> ', '1. ', '\\', '[', ']', '(', ')', '![i](k.ts#L2)', '# ', '[a [b] c](d.ts#L5)', '\n```\n', '<!-- ', ' -->', '"', '[q](r(s).ts#L6)', '[a\\]b](c.ts#L7)');
    fc.assert(fc.property(fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')), (text) => {
      const tree = remark().use(remarkGfm).use(remarkFrontmatter).parse(text);
      const expected = new Set<number>();
      const walk = (node: Nodes): void => {
        if (node.type === 'link' && /#L\d+$/.test((node as Link).url) && node.position?.start.offset !== undefined) expected.add(node.position.start.offset);
        if ('children' in node) for (const child of node.children) walk(child);
      };
      walk(tree);
      // Whatever is found must be a link; a link that spans lines or mixes with stray marks may be missed.
      for (const link of readLinks(text, '')) if (link.kind !== 'code') expect([...expected], JSON.stringify(text)).toContain(link.span.start);
    }), { numRuns: runs(300) });
  });

  it('never throws and is quick on hostile text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void readLinks(text, docs)));
    for (const hostile of ['['.repeat(50_000), '[a]('.repeat(20_000), '`'.repeat(50_000), '[`'.repeat(20_000), `[${'\\'.repeat(50_000)}`, '<!--'.repeat(20_000), `[a](${'('.repeat(20_000)}`, '[a](b#L1 "'.repeat(10_000)]) expect(readLinks(hostile, docs)).toEqual([]);
  });
});
