import { afterAll, describe, expect, it } from 'vitest';
import { changesOfDiff } from '../../../src/node/changedFiles.js';
import { openSyntaxParser } from '../../../src/node/syntaxTrees.js';
import { said } from '../changes/diffOf.js';
import { Repository } from './repository.js';

const parser = openSyntaxParser();
afterAll(() => { parser.close(); });
const facts = async (repository: Repository, from?: string) => (await changesOfDiff({ repository: { folder: repository.folder }, ...(from === undefined ? {} : { from }) }, parser)).facts.map(said).sort();
const controller = (name: string, ...routes: string[]) => `import { Controller, Get } from '@nestjs/common';\n@Controller('${name}')\nexport class C${name} {\n${routes.map((route) => `  @Get('${route}') ${route}() {}\n`).join('')}}\n`;
const router = (path: string) => `import express from 'express';\nconst router = express.Router();\nrouter.get('${path}', list);\nexport default router;\n`;
const app = (prefix: string) => `import express from 'express';\nimport users from './users';\nconst app = express();\napp.use('${prefix}', users);\n`;

describe('the working tree against a commit', () => {
  it('holds untracked, staged, changed, renamed and deleted files, and nothing that git ignores', async () => {
    const repository = Repository.make();
    repository.commit('start', { '.gitignore': 'ignored/\n', 'src/a.controller.ts': controller('a', 'x', 'y'), 'src/gone.controller.ts': controller('gone', 'x'), 'src/old.controller.ts': controller('kept', 'x', 'y', 'z') });
    repository.write('src/a.controller.ts', controller('a', 'x', 'new'));
    repository.write('src/b.controller.ts', controller('b', 'x'));
    repository.write('ignored/c.controller.ts', controller('c', 'x'));
    repository.write('src/staged.controller.ts', controller('staged', 'x'));
    repository.git('add', 'src/staged.controller.ts');
    repository.git('rm', '-q', 'src/gone.controller.ts');
    repository.git('mv', 'src/old.controller.ts', 'src/new.controller.ts');
    expect(await facts(repository)).toEqual(['added endpoint GET /a/new', 'added endpoint GET /b/x', 'added endpoint GET /staged/x', 'removed endpoint GET /a/y', 'removed endpoint GET /gone/x']);
  });
  it('holds the commits since a revision as well, and nothing once it is all undone', async () => {
    const repository = Repository.make();
    const start = repository.commit('start', { 'src/a.controller.ts': controller('a', 'x') });
    repository.commit('more', { 'src/a.controller.ts': controller('a', 'x', 'y') });
    repository.write('src/a.controller.ts', controller('a', 'x', 'y', 'z'));
    expect(await facts(repository)).toEqual(['added endpoint GET /a/z']);
    expect(await facts(repository, start)).toEqual(['added endpoint GET /a/y', 'added endpoint GET /a/z']);
    repository.write('src/a.controller.ts', controller('a', 'x'));
    expect(await facts(repository, start)).toEqual([]);
  });
  it('tells once that a prefix changed which another file sets, and the new prefix of new routes', async () => {
    const repository = Repository.make();
    repository.commit('start', { 'src/users.ts': router('/:id'), 'src/app.ts': app('/v1/users') });
    repository.write('src/app.ts', app('/v2/users'));
    expect(await facts(repository)).toEqual(['modified endpoint ANY /v2/users/*']);
    repository.write('src/users.ts', `${router('/:id')}router.post('/', make);\n`);
    expect(await facts(repository)).toEqual(['added endpoint POST /v2/users/', 'modified endpoint ANY /v2/users/*']);
  });
  it('skips and counts what is no source to read, and reads a repository without a commit', async () => {
    const repository = Repository.make();
    repository.write('src/a.controller.ts', controller('a', 'x'));
    repository.write('package-lock.json', '{}');
    repository.write('vendor/b.controller.ts', controller('b', 'x'));
    repository.write('src/c.min.js', 'app.get("/c",x)');
    repository.write('src/d.js', `${'var a=1;'.repeat(2_000)}\n`);
    repository.write('src/e.ts', Buffer.from(`app.get('/e', x);\0\u0001`));
    const { facts: found, skipped } = await changesOfDiff({ repository: { folder: repository.folder } }, parser);
    expect(found.map(said)).toEqual(['added endpoint GET /a/x']);
    expect(skipped).toEqual({ lock: 1, vendored: 1, minified: 2, binary: 1 });
  });
  it('counts a file of more than a megabyte of source', async () => {
    const repository = Repository.make();
    repository.commit('start', { 'src/a.controller.ts': controller('a', 'x') });
    repository.write('src/huge.controller.ts', `${controller('huge', 'x')}${'// a line of a comment\n'.repeat(50_000)}`);
    const { facts: found, skipped } = await changesOfDiff({ repository: { folder: repository.folder } }, parser);
    expect(found).toEqual([]);
    expect(skipped).toEqual({ huge: 1 });
  });
});
