import { describe, expect, it } from 'vitest';
import { changes } from './diffOf.js';

const page = (body: string) => `import type { NextApiRequest, NextApiResponse } from 'next';\n${body}`;
const added = (body: string, path = 'pages/api/things.ts') => changes(path, undefined, page(body));

describe('a handler of the pages router', () => {
  it.each([
    ['branches', "export default async function handler(req, res) { const { method } = req; if (method === 'GET') return; switch (req.method) { case 'POST': break; } }", ['GET', 'POST']],
    ['a refusal of all others', "export default async (req, res) => { if (req.method !== 'DELETE') return res.status(405).end(); };", ['DELETE']],
    ['a list of verbs', "export default async (req, res) => { if (!['GET', 'PUT'].includes(req.method)) return; };", ['GET', 'PUT']],
    ['a table of handlers', 'export default withMiddlewares({ GET: createRoute({ fn: async () => {} }), POST: onPost });', ['GET', 'POST']],
    ['a table inside the handler', 'const handler = async (req, res) => { await run(req, res, { GET: read, PATCH: change }); };\nexport default handler;', ['GET', 'PATCH']],
    ['handlers named by verb', 'const onPut = async (req) => {};\nconst onDelete = async (req) => {};\nexport default withMiddlewares({ onPut, onDelete });', ['DELETE', 'PUT']],
    ['verbs given to a wrapper', "export default PublicEndpoint(async function handler(req, res) {}, ['POST']);", ['POST']],
    ['the Allow header', "export default async function handler(req, res) { res.setHeader('Allow', 'GET, POST'); }", ['GET', 'POST']],
    ['nothing', 'export default async function handler(req, res) { res.json({}); }', ['ANY']],
    ['a preflight only', "export default async function handler(req, res) { if (req.method === 'OPTIONS') return res.end(); }", ['ANY']],
    ['what it asks others for', "export default async function handler(req, res) { await fetch(url, { method: 'POST' }); }", ['ANY']],
  ])('shows its verbs by %s', async (_, body, verbs) => {
    expect(await added(body)).toEqual(verbs.map((verb) => `added endpoint ${verb} /api/things`));
  });
  it('is the same route when its verbs are shown another way', async () => {
    expect(await changes('pages/api/a.ts', page("export default async function handler(req, res) { if (req.method !== 'GET') return; }"), page('export default async function handler(req, res) { res.json({}); }'))).toEqual([]);
  });
  it('is modified where a verb is checked against another schema, and only that verb', async () => {
    const file = (field: string) => page(`const schema = { GET: yup.object({ id: yup.string() }), POST: yup.object({ ${field}: yup.string() }) };\nexport default async (req: NextApiRequest, res: NextApiResponse) => { if (req.method === 'GET') return; if (req.method === 'POST') return; };\n`);
    expect(await changes('pages/api/a.ts', file('a'), file('b'))).toEqual(['modified endpoint POST /api/a']);
  });
  it('is modified where the types of its request differ', async () => {
    const file = (field: string) => page(`interface Query { id: string; ${field} }\nexport default async (req: Request<Query>, res: NextApiResponse) => { if (req.method === 'GET') return; };\n`);
    expect(await changes('pages/api/a.ts', file(''), file('compare?: string;'))).toEqual(['modified endpoint GET /api/a']);
  });
});

describe('a handler of the app router', () => {
  const route = (body: string) => `import { z } from 'zod';\n${body}`;
  const between = (before: string, after: string) => changes('app/api/a/route.ts', route(before), route(after));
  it('is modified where its schema differs, at the top of the file or in the handler', async () => {
    const top = (field: string) => `const Body = z.object({ ${field}: z.string() });\nexport async function POST(request: Request) { const body = Body.parse(await request.json()); }\nexport async function GET() {}\n`;
    expect(await between(top('a'), top('b'))).toEqual(['modified endpoint POST /api/a']);
    const inside = (field: string) => `export async function PUT(request: Request) { const schema = z.object({ ${field}: z.string() }); await parse(request, schema); }\nexport async function GET() { const schema = z.object({ id: z.string() }); }\n`;
    expect(await between(inside('a'), inside('b'))).toEqual(['modified endpoint PUT /api/a']);
  });
  it('is not modified by its body, nor by how its parameters are awaited', async () => {
    expect(await between('export async function GET(request: Request, { params }: { params: { id: string } }) { return a(params.id); }', 'export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) { return b((await params).id); }')).toEqual([]);
  });
  it('is modified where what its wrapper demands differs', async () => {
    const wrapped = (role: string) => `export const POST = withWorkspace(async ({ req }) => { return 1; }, { requiredPermissions: ['${role}'], name: 'x' });\n`;
    expect(await between(wrapped('read'), wrapped('write'))).toEqual(['modified endpoint POST /api/a']);
    expect(await between(wrapped('read'), wrapped('read').replace("'x'", "'y'").replace('return 1', 'return 2'))).toEqual([]);
  });
});
