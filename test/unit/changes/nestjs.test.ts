import { describe, expect, it } from 'vitest';
import { changes } from './diffOf.js';

const controller = (head: string, body = '@Get() all() {}') => `import { Controller, Get, Version } from '@nestjs/common';\n${head}\nexport class CatsController {\n  ${body}\n}\n`;
const added = (head: string, unchanged: Record<string, string> = {}, body?: string) => changes('src/cats/cats.controller.ts', undefined, controller(head, body), unchanged);

describe('paths of NestJS', () => {
  it('hold the versions that the application keeps in its paths', async () => {
    const main = (options: string) => ({ 'src/main.ts': `app.setGlobalPrefix('api');\napp.enableVersioning(${options});\n` });
    const head = "@Controller({ path: 'cats', version: '2' })";
    expect(await added(head, main('{ type: VersioningType.URI }'))).toEqual(['added endpoint GET /api/v2/cats']);
    expect(await added(head, main(''), "@Version('3') @Get('x') x() {}")).toEqual(['added endpoint GET /api/v3/cats/x']);
    expect(await added("@Controller('cats')", main("{ defaultVersion: '1' }"))).toEqual(['added endpoint GET /api/v1/cats']);
    expect(await added("@Controller({ path: 'cats', version: VERSION_NEUTRAL })", main("{ defaultVersion: '1' }"))).toEqual(['added endpoint GET /api/cats']);
    expect(await added(head, main("{ type: VersioningType.HEADER, header: 'v' }"))).toEqual(['added endpoint GET /api/cats']);
  });
  it('hold what RouterModule sets before a module', async () => {
    expect(await added("@Controller('cats')", {
      'src/cats/cats.module.ts': "import { Module } from '@nestjs/common';\n@Module({ controllers: [CatsController] })\nexport class CatsModule {}\n",
      'src/app.module.ts': "@Module({ imports: [RouterModule.register([{ path: 'admin', module: AdminModule, children: [{ path: 'zoo', module: CatsModule }] }])] })\nexport class AppModule {}\n" })).toEqual(['added endpoint GET /admin/zoo/cats']);
  });
  it('hold constants of other files, by relative path, alias and index', async () => {
    const importing = (from: string) => `import { ROUTES, ID } from '${from}';\n@Controller(ROUTES.cats)`;
    const constants = "export const ROUTES = { cats: ':team/cats' } as const;\nexport const ID = 'id';\n";
    const expected = ['added endpoint GET /:team/cats/:id'];
    const body = '@Get(`:${ID}`) one() {}';
    expect(await added(importing('./routes'), { 'src/cats/routes.ts': constants }, body)).toEqual(expected);
    expect(await added(importing('src/shared/routes'), { 'src/shared/routes.ts': constants }, body)).toEqual(expected);
    expect(await added(importing('@app/shared'), { 'libs/app/shared/index.ts': "export * from './routes';\n", 'libs/app/shared/routes.ts': constants }, body)).toEqual(expected);
    expect(await added(importing('some-package'), {}, body)).toEqual(['added endpoint GET /{ROUTES.cats}/:{ID}']);
  });
});

describe('GraphQL resolvers', () => {
  const resolver = (body: string) => `import { Mutation, Query, Resolver } from '@nestjs/graphql';\n@Resolver(() => User)\nexport class UserResolver {\n${body}\n}\n`;
  it('state their queries and mutations, not their fields', async () => {
    expect(await changes('user.resolver.ts', undefined, resolver("@Query(() => User, { description: 'x' }) me() {}\n@Mutation(() => Boolean, { name: 'dropUser' }) drop(@Args('id') id: string) {}\n@ResolveField() posts() {}"))).toEqual(['added endpoint MUTATION dropUser', 'added endpoint QUERY me']);
  });
  it('are modified by guards and arguments, not by descriptions', async () => {
    const query = (text: string) => resolver(`  ${text} me(@Args('id') id: string) { return 1; }`);
    expect(await changes('user.resolver.ts', query('@Query(() => User)'), query('@UseGuards(AuthGuard) @Query(() => User)'))).toEqual(['modified endpoint QUERY me']);
    expect(await changes('user.resolver.ts', query('@Query(() => User)'), query('@Query(() => [User])'))).toEqual(['modified endpoint QUERY me']);
    expect(await changes('user.resolver.ts', query('@Query(() => User)'), query("@Query(() => User, { description: 'the user' })"))).toEqual([]);
  });
});

describe('handlers of routers', () => {
  it('are modified where they check their request against another schema, or name other types', async () => {
    const app = (field: string, type: string) => `import express from 'express';\nimport { z } from 'zod';\ninterface Answer { ${type} }\nconst app = express();\nconst Body = z.object({ ${field}: z.string() });\napp.post('/a', async (req: Request<{}, Answer>, res) => { Body.parse(req.body); });\napp.get('/b', list);\n`;
    expect(await changes('app.ts', app('a', 'x: 1'), app('b', 'x: 1'))).toEqual(['modified endpoint POST /a']);
    expect(await changes('app.ts', app('a', 'x: 1'), app('a', 'x: 2'))).toEqual(['modified endpoint POST /a']);
    expect(await changes('app.ts', app('a', 'x: 1'), app('a', 'x: 1').replace('parse', 'safeParse'))).toEqual([]);
  });
  it('are modified by the type arguments that Fastify checks them by', async () => {
    const plugin = (field: string) => `import type { FastifyInstance } from 'fastify';\ninterface Query { ${field}: string }\nexport default async (fastify: FastifyInstance) => { fastify.get<{ Querystring: Query }>('/a', async () => 1); };\n`;
    expect(await changes('routes/a.ts', plugin('a'), plugin('b'))).toEqual(['modified endpoint GET /a']);
  });
});
