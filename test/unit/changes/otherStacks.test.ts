import { describe, expect, it } from 'vitest';
import { changes } from './diffOf.js';

describe('Go', () => {
  const go = (imports: string, body: string) => `package a\nimport (${imports.split(' ').map((each) => `"${each}"`).join('; ')})\n${body}`;
  it('net/http: a multiplexer below another one, a parameter that registers, verbs by constant', async () => {
    expect(await changes('a.go', undefined, go('net/http', `func main() {
      mux := http.NewServeMux()
      api := http.NewServeMux()
      api.HandleFunc("GET /users", users)
      mux.Handle("/api/", auth(http.StripPrefix("/api", api)))
    }
    func (s *Server) Install(handle func(string, http.Handler)) { handle("GET /search", s.search) }`))).toEqual(['added endpoint GET /api/users', 'added endpoint GET /search']);
  });
  it('gorilla: methods before the path or behind it', async () => {
    expect(await changes('a.go', undefined, go('github.com/gorilla/mux net/http', `func (s *S) routes() {
      r := mux.NewRouter()
      r.HandleFunc("/a", h).Methods(http.MethodPost)
      r.Methods("DELETE").Path("/b").Handler(h)
      sub := r.PathPrefix("/sub").Subrouter()
      sub.Path("/c").Methods("GET").HandlerFunc(h)
    }`))).toEqual(['added endpoint DELETE /b', 'added endpoint GET /sub/c', 'added endpoint POST /a']);
  });
  it('gin: a verb by a constant of the package', async () => {
    expect(await changes('a.go', undefined, go('github.com/gin-gonic/gin', 'func f(router *gin.RouterGroup) { router.Handle(MethodHead, "/*path", h); router.Handle(MethodMkcol, "/*path", h); router.Handle(Other, "/x", h) }'))).toEqual(['added endpoint ANY /x', 'added endpoint HEAD /*path', 'added endpoint MKCOL /*path']);
  });
  it('echo: a verb by constant', async () => {
    expect(await changes('a.go', undefined, go('github.com/labstack/echo/v4', 'func f(e *echo.Echo) { e.Add(http.MethodPut, "/c", h); e.Match([]string{http.MethodGet}, "/d", h) }'))).toEqual(['added endpoint GET /d', 'added endpoint PUT /c']);
  });
  it('chi: routers in functions, groups without a prefix; a client is none', async () => {
    expect(await changes('a.go', undefined, go('github.com/go-chi/chi/v5', `func f() {
      r := chi.NewRouter()
      r.Route("/sub", func(r chi.Router) {
        r.With(auth).Post("/{id}", h)
        r.Group(func(r chi.Router) { r.Use(admin); r.Delete("/g", h) })
      })
      r.Method("PUT", "/m", h)
      client.Get("/no")
    }`))).toEqual(['added endpoint DELETE /sub/g', 'added endpoint POST /sub/{id}', 'added endpoint PUT /m']);
  });
});

describe('routers that are mounted', () => {
  it('chi: a router of the same function, one that a function makes, one of another package', async () => {
    const chi = (body: string, name = 'srv') => `package ${name}\nimport "github.com/go-chi/chi/v5"\n${body}`;
    expect(await changes('srv/routes.go', undefined, chi(`func (h *H) Register(router chi.Router) {
      r := chi.NewRouter()
      r.Get("/options", h.options)
      router.Mount("/settings", r)
      router.Mount("/admin", admin())
    }
    func admin() http.Handler { a := chi.NewRouter(); a.Get("/users", list); return a }`))).toEqual(['added endpoint GET /admin/users', 'added endpoint GET /settings/options']);
    const main = chi('func main() { r := chi.NewRouter(); r.Mount("/users", users.Routes()); r.Mount("/posts", posts.Routes()) }', 'main');
    expect(await changes('users/routes.go', undefined, chi('func Routes() http.Handler { r := chi.NewRouter(); r.Get("/{id}", one); return r }', 'users'), { 'main.go': main })).toEqual(['added endpoint GET /users/{id}']);
  });
});

describe('loops over words', () => {
  it('Rails, Laravel and Alembic: a step for each word', async () => {
    expect(await changes('db/migrate/1_x.rb', undefined, 'class X < ActiveRecord::Migration[7.0]\n  def change\n    %i[a b].each { |t| add_column t, :n, :string }\n    change_table :c do |t|\n      %w[x y].each { |w| t.string "is_#{w}" }\n    end\n    add_column table_name, :unknown, :string\n  end\nend'))
      .toEqual(['added column a.n', 'added column b.n', 'added column c.is_x', 'added column c.is_y']);
    expect(await changes('database/migrations/1_x.php', undefined, '<?php\nclass X extends Migration { public function up() {\n$tables = [\'a\', \'b\'];\nforeach ($tables as $name) { Schema::table($name, function (Blueprint $table) { $table->string(\'n\'); }); }\n} }')).toEqual(['added column a.n', 'added column b.n']);
    expect(await changes('alembic/versions/1_x.py', undefined, 'from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n    for t in ("a", "b"):\n        op.add_column(t, sa.Column("n", sa.Text))\n')).toEqual(['added column a.n', 'added column b.n']);
  });
  it('reads nested loops a bounded number of times', async () => {
    const words = Array.from({ length: 60 }, (_, index) => `"w${index}"`).join(', ');
    const nested = Array.from({ length: 6 }, (_, depth) => `${'    '.repeat(depth + 1)}for v${depth} in [${words}]:\n`).join('');
    const facts = await changes('alembic/versions/1_x.py', undefined, `from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n${nested}${'    '.repeat(7)}op.add_column(v5, sa.Column(v0, sa.Text))\n`);
    expect(facts.length).toBeLessThanOrEqual(100);
  });
  it('Laravel: a route for each word', async () => {
    expect(await changes('routes/web.php', undefined, '<?php\nforeach ([\'x\', \'y\'] as $w) { Route::get("go/{$w}", \'C@go\'); }')).toEqual(['added endpoint GET /go/x', 'added endpoint GET /go/y']);
  });
});

describe('Laravel', () => {
  it('a file that a group requires is below its prefix; a redirect answers every verb', async () => {
    const web = '<?php\nRoute::group([\'prefix\' => \'admin\'], function () { require \'sales-routes.php\'; });';
    expect(await changes('packages/a/src/Routes/sales-routes.php', undefined, '<?php\nRoute::get(\'orders\', \'C@i\');\nRoute::redirect(\'/old\', \'/new\');', { 'packages/a/src/Routes/web.php': web })).toEqual(['added endpoint ANY /admin/old', 'added endpoint GET /admin/orders']);
  });
});

describe('Rails', () => {
  it('a canonical action on the collection or the member adds nothing to the path', async () => {
    expect(await changes('config/routes.rb', undefined, 'Rails.application.routes.draw do\n  resources :rates, only: [] do\n    collection { delete :destroy }\n    post :create, on: :member\n    get "show"\n  end\nend')).toEqual(['added endpoint DELETE /rates', 'added endpoint GET /rates/:rate_id/show', 'added endpoint POST /rates/:id']);
  });
  it('with_options hands its actions on', async () => {
    expect(await changes('config/routes.rb', undefined, 'Rails.application.routes.draw do\n  with_options only: [:index] do |o|\n    o.resources :things\n  end\nend')).toEqual(['added endpoint GET /things']);
  });
});

describe('Alembic and Django', () => {
  it('an enum that is created for itself', async () => {
    expect(await changes('alembic/versions/1_x.py', undefined, 'from alembic import op\nimport sqlalchemy as sa\nkind = sa.Enum("a", "b", name="kind")\ndef upgrade():\n    kind.create(op.get_bind())\ndef downgrade():\n    kind.drop(op.get_bind())\n')).toEqual(['added enum kind']);
  });
  it('columns that change beside the name of their table; a set of unique columns that holds one more', async () => {
    const migration = (operations: string) => `from django.db import migrations, models\nclass Migration(migrations.Migration):\n    operations = [${operations}]`;
    expect(await changes('shop/migrations/0002_x.py', undefined, migration('migrations.RenameModel("Old", "New"), migrations.AddField("new", "x", models.IntegerField(null=True))'))).toEqual(['added column shop_new.x', 'added table shop_new', 'removed table shop_old']);
    expect(await changes('shop/migrations/0003_x.py', undefined, migration('migrations.AlterUniqueTogether(name="item", unique_together=set())'))).toEqual([]);
    expect(await changes('shop/migrations/0003_x.py', undefined, migration('migrations.AlterUniqueTogether(name="item", unique_together=set([("a", "b")])), migrations.RenameIndex(model_name="item", new_name="n", old_name="o")'))).toEqual(['added constraint shop_item (a,b)', 'added index shop_item n', 'removed index shop_item o']);
  });
});

describe('ASP.NET Core, EF Core and JPA', () => {
  it('a template by name, and an endpoint class', async () => {
    expect(await changes('C.cs', undefined, '[Route("a")]\npublic class C : ControllerBase {\n[HttpPut(template: "{id}")]\npublic IActionResult Put(int id) => Ok();\n}\npublic class Create : EndpointBaseAsync {\n[HttpPost("/b")]\npublic override async Task<ActionResult> HandleAsync(X x) => Ok();\n}')).toEqual(['added endpoint POST /b', 'added endpoint PUT /a/{id}']);
  });
  it('a table named in the function that Entity<T> is given, and a collection without a setter', async () => {
    const context = 'public class Db : DbContext {\npublic DbSet<Blog> Blogs { get; set; }\npublic DbSet<Post> Posts { get; set; }\nprotected override void OnModelCreating(ModelBuilder b) {\nb.Entity<Post>(e => { e.ToTable("blog_posts"); });\n}\n}';
    const blog = (more: string) => `public class Blog { public int Id { get; set; } ${more} }\npublic class Post { public int Id { get; set; } }`;
    expect(await changes('Db.cs', undefined, context)).toEqual(['added entity Blog', 'added entity Post', 'added table Blogs', 'added table blog_posts']);
    expect(await changes('Blog.cs', blog(''), blog('public List<Post> Posts { get; } = new();'), { 'Db.cs': context })).toEqual(['added relation Blog.Posts']);
  });
  it('an entity that its base class tells', async () => {
    expect(await changes('src/Inventory/Models/Subscription.cs', undefined, 'public class Subscription : EntityBase { public long ProductId { get; set; } }\npublic abstract class Thing : Entity<int> { public int A { get; set; } }')).toEqual(['added entity Subscription']);
  });
  it('a class with a discriminator stands in the table above', async () => {
    expect(await changes('Special.java', undefined, 'import jakarta.persistence.*;\n@Entity @DiscriminatorValue("S") class Special extends Order { String extra; }')).toEqual(['added column order.extra', 'added entity Special']);
  });
});
