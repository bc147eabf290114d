import { describe, expect, it } from 'vitest';
import { changes, detection, said } from './diffOf.js';

describe('constants of other files in a path', () => {
  it('Java: of a class path by static import, of a method by its class, made of others', async () => {
    const controller = (verb: string) => `package a;\nimport static a.Routes.ORDERS;\n@RestController @RequestMapping(ORDERS)\nclass OrderController {\n${verb} String find() { return ""; }\n}`;
    const unchanged = { 'src/main/java/a/Routes.java': 'package a; public interface Routes { String API = "/api"; String ORDERS = API + "/orders"; class Sub { static final String ONE = "/{id}"; } }',
      'src/main/java/b/Routes2.java': 'package b; class Routes2 { static final String ORDERS = "/other"; }' };
    expect(await changes('src/main/java/a/OrderController.java', undefined, controller('@GetMapping(Routes.Sub.ONE)'), unchanged)).toEqual(['added endpoint GET /api/orders/{id}']);
  });
  it('C#: nested classes with members of one name', async () => {
    const unchanged = { 'Routes.cs': 'public static class Routes { public static class Users { public const string All = "users"; } public static class Orders { public const string All = $"{Root}/orders"; } public const string Root = "v1"; }' };
    expect(await changes('OrderController.cs', undefined, '[ApiController][Route("api")]\npublic class OrderController : ControllerBase {\n[HttpGet(Routes.Orders.All)]\npublic IActionResult All() => Ok();\n}', unchanged)).toEqual(['added endpoint GET /api/v1/orders']);
  });
  it('Go and Python: constants of a package, a prefix from settings', async () => {
    expect(await changes('server/routes.go', undefined, 'package server\nimport "github.com/gin-gonic/gin"\nfunc Setup(r *gin.Engine) {\n r.GET(paths.Users, list)\n}', { 'paths/paths.go': 'package paths\nconst (\n Users = "/users"\n)' })).toEqual(['added endpoint GET /users']);
    const unchanged = { 'app/main.py': 'from app.core.config import settings\nfrom app import items\napp.include_router(items.router, prefix=settings.API)', 'app/core/config.py': 'class Settings(BaseSettings):\n    API: str = "/api/v1"\nsettings = Settings()' };
    expect(await changes('app/items.py', undefined, 'from fastapi import APIRouter\nrouter = APIRouter()\n@router.get("/items")\ndef read(): ...', unchanged)).toEqual(['added endpoint GET /api/v1/items']);
  });
  it('ends where constants name each other in a circle', async () => {
    const text = '@RestController class A {\n@GetMapping(P.X) String x() { return ""; }\n@GetMapping(Q.Y) String y() { return ""; }\n}';
    expect((await changes('A.java', undefined, text, { 'P.java': 'class P { static final String X = "/x" + Q.Y; }', 'Q.java': 'class Q { static final String Y = "/y" + P.X; }' })).length).toBe(2);
  });
  it('names the constant where it is not found or several differ', async () => {
    const text = '@RestController class A {\n@GetMapping(Paths.X) String x() { return ""; }\n}';
    expect(await changes('A.java', undefined, text)).toEqual(['added endpoint GET /{Paths.X}']);
  });
});

describe('classes of ASP.NET Core in several files', () => {
  const part = (body: string, attributes = '', base = '') => `${attributes}\npublic partial class ShopController${base} {\n${body}\n}`;
  const balance = '[HttpGet("{id}/balance")]\npublic IActionResult Balance(string id) => Ok();';
  it('a part takes the route that stands at another part', async () => {
    expect(await changes('ShopController.Balance.cs', undefined, part(balance), { 'ShopController.cs': part('', '[Route("shops")]\n[Authorize]', ' : Controller') })).toEqual(['added endpoint GET /shops/{id}/balance']);
  });
  it('an action that moves from one part to another changes nothing, also where the guard stands at one of them', async () => {
    const { facts } = await detection({
      'ShopController.cs': [part(balance, '[Route("shops")]\n[Authorize]', ' : Controller'), part('', '[Route("shops")]\n[Authorize]', ' : Controller')],
      'ShopController.Balance.cs': [undefined, part(balance)],
    });
    expect(facts.map(said)).toEqual([]);
  });
  it('a route with ~ is absolute; an area is the folder; without any route the convention holds', async () => {
    expect(await changes('PayController.cs', undefined, '[Route("~/{code}/[controller]")]\npublic class PayController : ControllerBase {\n[HttpGet("pay")]\npublic IActionResult Pay() => Ok();\n}')).toEqual(['added endpoint GET /{code}/Pay/pay']);
    expect(await changes('Areas/Admin/Controllers/CheckController.cs', undefined, 'public class CheckController : AdminControllerBase {\n[HttpPost]\npublic ActionResult Run() => View();\n}')).toEqual(['added endpoint POST /Admin/Check/Run']);
  });
});

describe('Django', () => {
  const model = (field: string) => `from django.db import models\nclass Finding(models.Model):\n    title = models.CharField(max_length=1)\n${field}`;
  const migration = (operation: string) => `from django.db import migrations, models\nclass Migration(migrations.Migration):\n    operations = [${operation}]`;
  it('a migration knows the table of a model in a folder of its own; migrations may stand in another folder than migrations', async () => {
    const { facts } = await detection({
      'dojo/finding/models.py': [model(''), model('    seen = models.DateField(null=True, db_index=True)\n')],
      'dojo/db_migrations/0002_seen.py': [undefined, migration('migrations.AddField(model_name="finding", name="seen", field=models.DateField(null=True, db_index=True))')],
    });
    expect(facts.map(said)).toEqual(['added column dojo_finding.seen', 'added index dojo_finding (seen)']);
  });
  it('AlterField that restates what the model said before changes nothing', async () => {
    const { facts } = await detection({
      'app/models.py': [model(''), model('    # x\n')],
      'app/migrations/0002_x.py': [undefined, migration('migrations.AlterField(model_name="finding", name="title", field=models.CharField(max_length=1, help_text="x"))')],
    });
    expect(facts.map(said)).toEqual([]);
  });
  it('reads a path that is formatted', async () => {
    expect(await changes('app/urls.py', undefined, 'from django.urls import re_path\npart = r"[a-z]{{2}}"\nurlpatterns = [re_path(r"^docs/{page}/$".format(page=r"(?P<page>\\w+)"), view)]')).toEqual(['added endpoint ANY /docs/<page>/']);
  });
});

describe('steps of migrations', () => {
  it('a type that SQL changes is told, though the class says the same before and after', async () => {
    const entity = (comment: string) => `import jakarta.persistence.*;\n@Entity class App {\n@Id Long id;\n${comment}\nString settings;\n}`;
    const { facts } = await detection({
      'src/main/java/App.java': [entity(''), entity('// now JSON')],
      'src/main/resources/db/migration/V2__json.sql': [undefined, 'ALTER TABLE app ALTER COLUMN settings TYPE jsonb USING settings::jsonb;'],
    });
    expect(facts.map(said)).toEqual(['modified column app.settings']);
  });
  it('a constraint dropped by name and made again is changed, each of several for itself', async () => {
    expect(await changes('db/V3__check.sql', undefined, 'ALTER TABLE a DROP CONSTRAINT c;\nALTER TABLE a ADD CONSTRAINT c CHECK (x IN (1, 2));')).toEqual(['modified constraint a c']);
  });
});

describe('GORM', () => {
  it('a request that keeps the tags of its model is no table', async () => {
    expect(await changes('model/request/user.go', undefined, 'package request\ntype Change struct {\n ID uint\n Name string `gorm:"column:name;comment:x"`\n}')).toEqual([]);
  });
});
