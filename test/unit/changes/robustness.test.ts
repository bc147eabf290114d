import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { detectChanges } from '../../../src/core/changes/detect.js';
import { recognisers } from '../../../src/core/changes/recognisers.js';
import { sqlSteps } from '../../../src/core/changes/sql.js';
import { statementsOf } from '../../../src/core/changes/statements.js';
import { sentencesOf } from '../../../src/core/changes/wording.js';
import { suggestionsFromChanges } from '../../../src/core/suggestions/changes.js';
import { detection, parser } from './diffOf.js';

const paths = ['a.controller.ts', 'a.tsx', 'a.js', 'urls.py', 'models.py', 'A.java', 'a.go', 'A.cs', 'config/routes.rb', 'routes/web.php', 'a.sql', 'schema.prisma'];
/** Text that looks like source: words that recognisers look for, brackets and noise. */
const words = ['@Controller', "('x')", 'class A', '{', '}', '(', ')', "app.get('/x', h)", 'CREATE TABLE t (a int', 'ALTER TABLE t', 'model A {', 'resources :a do', 'end', 'Route::get(', '"', "'", '`', '\n', '/*', '--', 'def f', 'urlpatterns = [path("x", v)]', 'express', 'gin.', 'DbSet<A>', 'models.CharField(', ';', '=>', '\u2028', '🙂'];
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((list) => list.join(' ')));

describe('any text', () => {
  it('never makes detection throw', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...paths), text, text, async (path, before, after) => {
      const { facts } = await detection({ [path]: [before, after] });
      for (const fact of facts) expect(fact.line).toBeGreaterThanOrEqual(1);
      expect(sentencesOf(facts).every((sentence) => sentence.text.length > 0)).toBe(true);
    }), { numRuns: runs(150) });
  });
  it('states nothing new against itself', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...paths), text, async (path, same) => { expect((await detection({ [path]: [same, same] })).facts).toEqual([]); }), { numRuns: runs(80) });
  });
  it('gives SQL steps in finite time', () => {
    fc.assert(fc.property(fc.oneof(text, fc.string({ maxLength: 300 })), (sql) => { expect([...sqlSteps(sql)].length).toBeGreaterThanOrEqual(0); }), { numRuns: runs(400) });
  });
});

describe('a later state of a text', () => {
  it('states the same whether it is parsed anew or from the tree before', async () => {
    const route = fc.tuple(fc.constantFrom('Get', 'Post'), fc.integer({ min: 0, max: 9 }), fc.constantFrom('', '@UseGuards(A) ', '// note\n')).map(([verb, index, guard]) => `  ${guard}@${verb}('p${String(index)}') m${String(index)}() { return \`é🙂${String(index)}\`; }\n`);
    const file = fc.array(route, { maxLength: 12 }).map((routes) => `import '@nestjs/common';\n@Controller('c')\nexport class C {\n${routes.join('')}}\n`);
    await fc.assert(fc.asyncProperty(file, file, async (before, after) => {
      const tree = await parser.parse('typescript', before);
      const next = tree?.next(after);
      const nest = recognisers.find(({ name }) => name === 'NestJS');
      const incremental = next && nest ? [...nest.read({ path: 'c.ts', text: after, root: next.root })] : undefined;
      expect(incremental).toEqual((await statementsOf('c.ts', after, parser)).statements.get('NestJS') ?? []);
      tree?.free();
      next?.free();
    }), { numRuns: runs(100) });
  });
  it('gives what its readable parts state when the rest is broken', async () => {
    const { facts } = await detection({ 'a.controller.ts': [undefined, "@Controller('a')\nexport class A {\n  @Get('x') x() {}\n  broken( {{\n}\n"] });
    expect(facts.map(({ path }) => path)).toEqual(['/a/x']);
  });
  it('does not call removed what only cannot be read for the moment', async () => {
    const file = (line: string) => `@Controller('a')\nexport class A {\n  @Get('x') x() { return 1; }\n${line}  @Post('y') y() {}\n}\n`;
    expect((await detection({ 'a.controller.ts': [file(''), file('  @Get( broken => {{ ( [\n')] })).facts.filter(({ op }) => op === 'removed')).toEqual([]);
  });
});

describe('cancelling', () => {
  it('stops between two files', async () => {
    const controller = new AbortController();
    let reads = 0;
    const reader = { read: () => { if (++reads > 3) controller.abort(); return Promise.resolve('x'); }, paths: () => Promise.resolve([]), search: () => Promise.resolve([]) };
    await expect(detectChanges({ files: Array.from({ length: 100 }, (_, index) => ({ newPath: `a${String(index)}.ts` })), before: reader, after: reader, parser, signal: controller.signal })).rejects.toThrow(/abort/i);
    expect(reads).toBeLessThan(100);
  });
});

describe('suggestions', () => {
  it('say in plain words what changed, with a link to where it stands', async () => {
    const { facts } = await detection({ 'prisma/schema.prisma': ['model User {\n  id Int @id\n}\n', 'model User {\n  id Int @id\n  token String?\n}\n'], 'a.controller.ts': [undefined, "@Controller('auth')\nclass A { @Post('verify-email') verify() {} }\n"] });
    const suggestions = suggestionsFromChanges(facts, ({ file, line }) => ({ path: file, line }));
    expect(suggestions.map(({ text: sentence, item, links }) => [sentence, item, links])).toEqual([
      ['Added POST /auth/verify-email endpoint', 'endpoint', [{ path: 'a.controller.ts', line: 2 }]],
      ['Added `token` column to `User` table', 'schema', [{ path: 'prisma/schema.prisma', line: 3 }]],
    ]);
    expect(new Set(suggestions.map(({ id }) => id)).size).toBe(2);
  });
  it('tell a renamed column and a moved route in one sentence', async () => {
    const { facts } = await detection({ 'm/1.sql': [undefined, 'ALTER TABLE t RENAME COLUMN a TO b;'], 'a.controller.ts': ["@Controller('c')\nclass A { @Get('old') findOne() {} }\n", "@Controller('c')\nclass A { @Get('new') findOne() {} }\n"] });
    expect(sentencesOf(facts).map(({ text: sentence }) => sentence)).toEqual(['Changed GET /c/old to GET /c/new', 'Renamed `a` column of `t` table to `b`']);
  });
});
