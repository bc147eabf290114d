import { describe, expect, it } from 'vitest';
import { changes, detection, said } from './diffOf.js';

const nest = (body: string, prefix = 'users') => `import { Controller, Get, Post, UseGuards, Body, Param } from '@nestjs/common';\n@Controller('${prefix}')\nexport class UsersController {\n${body}\n}\n`;

describe('NestJS', () => {
  it('states prefix and path of a new route, with the prefix that main.ts sets', async () => {
    expect(await changes('src/users.controller.ts', nest("@Get(':id') one(@Param('id') id: string) { return id; }"), nest("@Get(':id') one(@Param('id') id: string) { return id; }\n@Post(['a', 'b']) make() {}"),
      { 'src/main.ts': "app.setGlobalPrefix('api');" })).toEqual(['added endpoint POST /api/users/a', 'added endpoint POST /api/users/b']);
  });
  it('sees a guard, a request shape of the same file and a prefix that changed', async () => {
    const dto = (field: string) => `class Dto { ${field}: string; }\n`;
    expect(await changes('a.controller.ts', nest('@Get() all() {}'), nest('@Get() @UseGuards(AdminGuard) all() {}'))).toEqual(['modified endpoint GET /users']);
    expect(await changes('a.controller.ts', dto('a') + nest('@Post() make(@Body() dto: Dto) {}'), dto('b') + nest('@Post() make(@Body() dto: Dto) {}'))).toEqual(['modified endpoint POST /users']);
    expect(await changes('a.controller.ts', nest('@Get() all() {}'), nest('@Get() all() {}', 'people'))).toEqual(['added endpoint GET /people', 'removed endpoint GET /users']);
  });
  it('is silent on moved code, bodies, comments, formatting, documentation and renamed locals', async () => {
    const before = nest("@Get('a') a(@Param('x') x: string) { return 1; }\n@Get('b') b() {}");
    const after = nest("// @Post('c')\n@Get( 'b' )\n  b() { return 'changed'; }\n@ApiOperation({ summary: 'A' })\n@Get(\"a\") async a(@Param('x') renamed: string,) { return 2; }");
    expect(await changes('a.controller.ts', before, after)).toEqual([]);
  });
});

describe('Express', () => {
  const head = "import express from 'express';\nconst router = express.Router();\n";
  it('follows nested routers, chains and mounts of other files', async () => {
    const after = `${head}const admin = express.Router();\nrouter.use('/admin', admin);\nadmin.route('/x').get(list).post(auth, make);\nrouter.get('/y', list);\nexport default router;\n`;
    expect(await changes('src/routes/users.ts', `${head}export default router;\n`, after, { 'src/app.ts': "import express from 'express';\nimport users from './routes/users';\nconst app = express();\napp.use('/api/users', users);\n" }))
      .toEqual(['added endpoint GET /api/users/admin/x', 'added endpoint GET /api/users/y', 'added endpoint POST /api/users/admin/x']);
  });
  it('takes clients, settings and maps for what they are', async () => {
    expect(await changes('src/share.service.ts', '', 'import api from "./api.service";\nimport server from "./server";\nexport const a = async () => (await api.post("reverseShares", { a })).data;\nexport const b = () => server.get("/x", options).then((answer) => answer.data);\nexport const c = () => server.post("/x", { a: 1 });\n')).toEqual([]);
    expect(await changes('src/api.ts', '', "import axios from 'axios';\nconst api = axios.create();\nexport const f = () => api.get('/users', {});\naxios.post('/x', data);\nconfig.get('/x', fallback);\nnew Map().get('/x', 1);\nrequest(app).get('/x', done);\napp.get('setting');\n")).toEqual([]);
  });
  it('calls middleware a guard and a validator a schema', async () => {
    const route = (middle: string) => `${head}router.post('/x', ${middle}handler);\n`;
    const { facts } = await detection({ 'a.ts': [route(''), route('requireAdmin, ')], 'b.ts': [route('validate(z.object({ a: z.string() })), '), route('validate(z.object({ b: z.string() })), ')] });
    expect(facts.map(({ op, detail }) => [op, detail])).toEqual([['modified', 'now guarded by requireAdmin'], ['modified', 'its request or response schema differs']]);
  });
});

describe('middleware of an Express app', () => {
  const app = (middleware: string) => `import express from 'express';\nconst app = express();\n${middleware}\napp.get('/a', list);\n`;
  it('guards if its name says so', async () => {
    expect(await changes('server.js', app(''), app("app.use(requireAuth({ role: 'x' }));"))).toEqual(['modified endpoint GET /a']);
  });
  it('is the same however often a limiter lets callers in', async () => {
    const limited = (max: number) => app(`app.post('/b', rateLimit({ windowMs: 1, max: ${String(max)} }), requireAuth, make);`);
    expect(await changes('server.js', limited(1), limited(2))).toEqual([]);
    expect(await changes('server.js', limited(1), limited(1).replace('requireAuth, ', ''))).toEqual(['modified endpoint POST /b']);
  });
  it('does not guard for the words that it is configured with', async () => {
    expect(await changes('server.js', app("app.use(robots({ Disallow: '/ftp' }));"), app("app.use(restful(models, { allowed: ['Users', 'Tokens'] }));"))).toEqual([]);
  });
});

describe('Fastify and Hono', () => {
  it('holds the type of a body against the routes that have one', async () => {
    const routes = (field: string) => `import type { FastifyInstance } from 'fastify';\ninterface Tenant extends RequestGenericInterface { Params: { id: string }; Body: { name: string${field} } }\nexport default async function (fastify: FastifyInstance) {\n  fastify.get<Tenant>('/:id', one);\n  fastify.patch<Tenant>('/:id', two);\n  fastify.delete<Tenant>('/:id', three);\n}\n`;
    expect(await changes('src/routes.ts', routes(''), routes('; size: number'))).toEqual(['modified endpoint PATCH /:id']);
    expect(await changes('src/routes.ts', routes(''), routes('').replace('id: string', 'id: number'))).toEqual(['modified endpoint DELETE /:id', 'modified endpoint GET /:id', 'modified endpoint PATCH /:id']);
  });
  it('reads plugins with prefixes, route objects, autoloaded folders', async () => {
    const plugin = "import type { FastifyInstance } from 'fastify';\nexport default async function (fastify: FastifyInstance) {\n  fastify.route({ method: ['GET', 'POST'], url: '/r', handler });\n  fastify.register(async (child) => { child.delete('/:id', async () => {}); }, { prefix: '/sub' });\n}\n";
    expect(await changes('src/routes/api/tasks/index.ts', undefined, plugin, { 'src/app.ts': "import autoload from '@fastify/autoload';\napp.register(autoload, { dir: path.join(import.meta.dirname, 'routes') });\n" }))
      .toEqual(['added endpoint DELETE /api/tasks/sub/:id', 'added endpoint GET /api/tasks/r', 'added endpoint POST /api/tasks/r']);
  });
  it('reads chained verbs and a base path', async () => {
    expect(await changes('src/app.ts', undefined, "import { Hono } from 'hono';\nconst app = new Hono().basePath('/v1').get('/a', (c) => c.text('a')).post('/b', auth, (c) => c.text('b'));\nexport default app;\n"))
      .toEqual(['added endpoint GET /v1/a', 'added endpoint POST /v1/b']);
  });
});

describe('Next.js', () => {
  it('names routes by their files', async () => {
    const { facts } = await detection({ 'app/(shop)/api/cart/[id]/route.ts': [undefined, 'export async function GET() {}\nexport const POST = withAuth(async () => {});\n'],
      'src/pages/api/users/index.ts': [undefined, "export default function handler(req, res) { if (req.method === 'PUT') return; }\n"], 'app/page.tsx': [undefined, 'export default function Page() { return null; }'] });
    expect(facts.map(said).sort()).toEqual(['added endpoint GET /api/cart/[id]', 'added endpoint POST /api/cart/[id]', 'added endpoint PUT /api/users']);
  });
});

describe('Python', () => {
  it('FastAPI: routers, includes of other files, models of the same file', async () => {
    const file = (field: string) => `from fastapi import APIRouter\nfrom pydantic import BaseModel\nrouter = APIRouter(prefix="/items")\nclass Item(BaseModel):\n    ${field}: str\n@router.post("/{id}")\nasync def put(id: int, item: Item) -> Item:\n    return item\n`;
    expect(await changes('app/api/items.py', file('a'), file('b'), { 'app/main.py': 'from fastapi import FastAPI\nfrom app.api import items\napp = FastAPI()\napp.include_router(items.router, prefix="/v1")\n' })).toEqual(['modified endpoint POST /v1/items/{id}']);
  });
  it('Flask: blueprints, several verbs, resources of another file', async () => {
    expect(await changes('app.py', undefined, 'from flask import Blueprint\nbp = Blueprint("b", __name__, url_prefix="/b")\n@bp.route("/x", methods=["GET", "POST"])\ndef x():\n    pass\n')).toEqual(['added endpoint GET /b/x', 'added endpoint POST /b/x']);
    const resource = (verbs: string[]) => `from flask_restful import Resource\nclass Alert(Resource):\n${verbs.map((verb) => `    def ${verb}(self):\n        pass\n`).join('')}`;
    expect(await changes('app/alerts.py', resource(['get']), resource(['get', 'delete']), { 'app/api.py': 'from flask_restful import Api\nfrom app.alerts import Alert\napi = Api()\napi.add_resource(Alert, "/alerts/<id>")\n' })).toEqual(['added endpoint DELETE /alerts/<id>']);
  });
  it('Django: included lists, and a view that moved under the same path', async () => {
    expect(await changes('urls.py', 'from django.urls import path, include\nsub = []\nurlpatterns = [path("p/", include(sub))]\n', 'from django.urls import path, include\nsub = [path("x/<int:id>", views.x)]\nurlpatterns = [path("p/", include(sub))]\n')).toEqual(['added endpoint ANY /p/x/<int:id>']);
    const { facts } = await detection({ 'a/urls.py': ['from django.urls import path\nurlpatterns = [path("x/", views.x)]\n', 'from django.urls import path\nurlpatterns = []\n'], 'b/urls.py': ['from django.urls import path\nurlpatterns = []\n', 'from django.urls import path\nurlpatterns = [path("x/", views.x)]\n'] },
      { 'main/urls.py': 'from django.urls import path, include\nurlpatterns = [path("", include("a.urls")), path("", include("b.urls"))]\n' });
    expect(facts).toEqual([]);
  });
});

describe('Rails, Laravel, Spring, ASP.NET Core, Go', () => {
  it('Rails: resources with members, concerns and namespaces', async () => {
    const routes = (body: string) => `Rails.application.routes.draw do\n${body}\nend\n`;
    expect(await changes('config/routes.rb', routes(''), routes("concern :votes do\n  post :vote, on: :member\nend\nnamespace :api do\n  resources :posts, only: %i[index], concerns: :votes do\n    get :top, on: :collection\n    resources :notes, only: :create\n  end\nend\nget '/x' => 'a#b'")))
      .toEqual(['added endpoint GET /api/posts', 'added endpoint GET /api/posts/top', 'added endpoint GET /x', 'added endpoint POST /api/posts/:id/vote', 'added endpoint POST /api/posts/:post_id/notes']);
  });
  it('Laravel: groups by chain, resources, match, and the prefix of routes/api.php', async () => {
    expect(await changes('routes/api.php', '<?php\n', "<?php\nRoute::middleware('auth')->prefix('v1')->group(function () {\n  Route::apiResource('photos', PhotoController::class)->only(['index', 'show']);\n  Route::match(['get', 'post'], 'x', fn () => 1);\n});\n// Route::get('no', 'A@b');\n",
      { 'bootstrap/app.php': "<?php\nreturn Application::configure()->withRouting(api: __DIR__.'/../routes/api.php')->create();\n" }))
      .toEqual(['added endpoint GET /api/v1/photos', 'added endpoint GET /api/v1/photos/{photo}', 'added endpoint GET /api/v1/x', 'added endpoint POST /api/v1/x']);
  });
  it('Spring: arrays of paths and constants; never a Feign client', async () => {
    expect(await changes('A.java', undefined, '@RestController\n@RequestMapping({"/a", "/b"})\nclass A { static final String P = "/x"; @GetMapping(P + "/{id}") String get(@PathVariable Long id) { return ""; } }\n@FeignClient("c")\ninterface C { @GetMapping("/no") String no(); }\n'))
      .toEqual(['added endpoint GET /a/x/{id}', 'added endpoint GET /b/x/{id}']);
  });
  it('ASP.NET Core: tokens, and the route of a base class in another file', async () => {
    expect(await changes('UsersController.cs', undefined, 'public class UsersController : BaseApiController { [HttpGet("{id}"), Authorize] public async Task<ActionResult<int>> Get(int id) => 1; }\n', { 'BaseApiController.cs': '[Route("api/[controller]")]\npublic abstract class BaseApiController : ControllerBase { }\n' })).toEqual(['added endpoint GET /api/Users/{id}']);
  });
  it('Go: groups and their guards in gin, middleware behind the handler in echo, patterns of net/http', async () => {
    const gin = (guard: string) => `package a\nimport "github.com/gin-gonic/gin"\nfunc R(r *gin.Engine) {\n\tg := r.Group("/v1"${guard})\n\t{\n\t\tg.GET("/x", h)\n\t}\n}\n`;
    expect(await changes('r.go', gin(''), gin(', auth.Require()'))).toEqual(['modified endpoint GET /v1/x']);
    expect(await changes('e.go', undefined, 'package a\nimport "github.com/labstack/echo/v4"\nfunc R(e *echo.Echo) { g := e.Group("/a"); g.POST("/b", h, mw) }\n')).toEqual(['added endpoint POST /a/b']);
    expect(await changes('n.go', undefined, 'package a\nimport "net/http"\nfunc R() { mux := http.NewServeMux(); mux.HandleFunc("DELETE /x/{id}", h); resp := client.Get("/no", h) }\n')).toEqual(['added endpoint DELETE /x/{id}']);
  });
});

describe('what is never an endpoint', () => {
  it('tests, fixtures, generated and vendored files state nothing, and are counted where they are skipped', async () => {
    const route = "import express from 'express';\nconst app = express();\napp.get('/x', h);\n";
    const { facts, skipped } = await detection({ 'src/a.test.ts': [undefined, route], '__tests__/b.ts': [undefined, route], 'test/c.js': [undefined, route], 'fixtures/d.js': [undefined, route], 'vendor/e.js': [undefined, route],
      'src/generated/f.ts': [undefined, route], 'src/g.ts': [undefined, `// Code generated by orval. DO NOT EDIT.\n${route}`], 'lib/h.min.js': [undefined, route], 'src/i.ts': [undefined, `${route}\0`], 'src/j.ts': [undefined, `${route}${' '.repeat(1_000_001)}`] });
    expect(facts).toEqual([]);
    expect(skipped).toEqual({ vendored: 1, generated: 2, minified: 1, binary: 1, huge: 1 });
  });
  it('a guard of a large group is one fact', async () => {
    const file = (guard: string) => `<?php\nRoute::middleware(${guard})->prefix('rest')->group(function () {\n${Array.from({ length: 12 }, (_, index) => `Route::get('x${String(index)}', C::class);`).join('\n')}\n});\n`;
    expect(await changes('routes/web.php', file("'a'"), file("'b'"))).toEqual(['modified endpoint ANY /rest/*']);
  });
});
