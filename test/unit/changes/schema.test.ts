import { describe, expect, it } from 'vitest';
import { changes, detection, said } from './diffOf.js';

const facts = async (files: Parameters<typeof detection>[0], unchanged?: Record<string, string>) => (await detection(files, unchanged)).facts.map(said).sort();
const migration = (text: string, path = 'migrations/2_b.sql', unchanged: Record<string, string> = {}) => changes(path, undefined, text, unchanged);

describe('SQL migrations', () => {
  it('PostgreSQL: columns, constraints, indexes, enums, views, quoted and qualified names', async () => {
    expect(await migration('ALTER TABLE public."users" ADD COLUMN IF NOT EXISTS token varchar(20) NOT NULL DEFAULT \'a;b\', ALTER COLUMN age SET NOT NULL, DROP COLUMN old, ADD CONSTRAINT u UNIQUE (a, b);\nCREATE UNIQUE INDEX CONCURRENTLY i ON users USING btree (lower(mail));\nCREATE TYPE mood AS ENUM (\'x\');\nALTER TYPE kind ADD VALUE \'y\';\nCREATE VIEW v AS SELECT 1;\n-- ALTER TABLE users ADD no int;\n'))
      .toEqual(['added column users.token', 'added constraint users (a,b)', 'added enum mood', 'added index users (lower(mail))', 'added view v', 'modified column users.age', 'modified enum kind', 'removed column users.old']);
  });
  it('MySQL: modify, change, keys; SQL Server: GO, brackets, sp_rename, no semicolons', async () => {
    expect(await migration('ALTER TABLE `t` MODIFY COLUMN `a` int, CHANGE `b` `c` text, ADD INDEX `i` (`a`), DROP FOREIGN KEY `f`;')).toEqual(['added column t.c', 'added index t (a)', 'modified column t.a', 'removed column t.b', 'removed constraint t f']);
    expect(await migration("IF NOT EXISTS (SELECT 1)\nBEGIN\nALTER TABLE [dbo].[T] ADD [a] int NULL, [b] nvarchar(max) NOT NULL\nEND\nGO\nALTER TABLE T ALTER COLUMN c bigint\nALTER TABLE T DROP COLUMN d\nGO\nEXEC sp_rename 'dbo.T.e', 'f', 'COLUMN'\n"))
      .toEqual(['added column T.a', 'added column T.b', 'added column T.f', 'modified column T.c', 'removed column T.d', 'removed column T.e']);
  });
  it('a table rebuilt through a temporary one is a change of its columns', async () => {
    const first = 'CREATE TABLE "T" ("id" INTEGER NOT NULL, "a" TEXT, "gone" TEXT);\nCREATE UNIQUE INDEX "T_a" ON "T"("a");\n';
    const rebuild = 'CREATE TABLE "new_T" ("id" INTEGER NOT NULL, "a" TEXT NOT NULL, "b" TEXT);\nINSERT INTO "new_T" ("id", "a") SELECT "id", "a" FROM "T";\nDROP TABLE "T";\nALTER TABLE "new_T" RENAME TO "T";\nCREATE UNIQUE INDEX "T_a" ON "T"("a");\n';
    expect(await migration(rebuild, 'migrations/2_b.sql', { 'migrations/1_a.sql': first })).toEqual(['added column T.b', 'modified column T.a', 'removed column T.gone']);
    expect(await migration(rebuild, 'elsewhere/2_b.sql')).toEqual(['added column T.b', 'added index T (a)']);
    expect(await migration(`ALTER TABLE T RENAME TO T_old;\nCREATE TABLE T (id INTEGER NOT NULL, b TEXT);\nINSERT INTO T (id) SELECT id FROM T_old;\nDROP TABLE T_old;`)).toEqual(['added column T.b']);
  });
  it('only the upward direction counts', async () => {
    expect(await migration('-- +goose Up\nALTER TABLE t ADD a int;\n-- +goose Down\nALTER TABLE t DROP COLUMN a;\nDROP TABLE x;\n')).toEqual(['added column t.a']);
    expect(await facts({ 'm/1_x.up.sql': [undefined, 'CREATE TABLE t (a int);'], 'm/1_x.down.sql': [undefined, 'DROP TABLE t;'], 'm/U1__x.sql': [undefined, 'DROP TABLE t;'] })).toEqual(['added table t']);
  });
  it('an old migration is compared with its old self, also where it was renamed', async () => {
    expect(await changes('m/001.sql', 'CREATE TABLE t (a int);', 'CREATE TABLE t (\n  a int, -- note\n  b text\n);')).toEqual(['added column t.b']);
    expect(await facts({ 'm/001.sql': ['CREATE TABLE t (a int);', undefined], 'm/002.sql': [undefined, 'CREATE TABLE t (a int);'] })).toEqual([]);
  });
  it('an edited migration that states an index, a view or an enum otherwise changes it', async () => {
    expect(await changes('m/001.sql', 'CREATE INDEX i ON t (a);', 'CREATE INDEX i ON t (left(a, 255));')).toEqual(['modified index t (left(a, 255))']);
    expect(await changes('m/001.sql', 'CREATE VIEW v AS SELECT a FROM t;', 'CREATE VIEW v AS\n  SELECT a, b FROM t;')).toEqual(['modified view v']);
    expect(await changes('m/001.sql', 'CREATE VIEW v AS SELECT a FROM t;', 'CREATE VIEW v AS\n  SELECT a -- note\n  FROM t;')).toEqual([]);
    expect(await changes('m/001.sql', 'ALTER TABLE t ALTER COLUMN a TYPE text;\nALTER TABLE t ADD b int;', 'ALTER TABLE t ADD b int;')).toEqual(['modified column t.a']);
  });
  it('a view that is dropped and made again is modified; one that no earlier migration made is new', async () => {
    const again = (drop: string) => `${drop};\nGO\nCREATE VIEW v AS SELECT 2 AS a;\nGO\n`;
    expect(await migration(again('DROP VIEW v'))).toEqual(['modified view v']);
    expect(await migration(again('DROP VIEW IF EXISTS v'))).toEqual(['added view v']);
    expect(await migration(again('DROP VIEW IF EXISTS v'), 'migrations/2_b.sql', { 'migrations/1_a.sql': 'CREATE VIEW v AS SELECT 1 AS a;' })).toEqual(['modified view v']);
  });
  it('a dump beside the migrations is compared with itself, and says what a rebuilt table held', async () => {
    const dump = (role: string) => `CREATE TABLE user (id int, role text NOT NULL${role});\n`;
    const rebuild = 'ALTER TABLE user RENAME TO user_old;\nCREATE TABLE user (id int, role text NOT NULL);\nINSERT INTO user (id, role) SELECT id, role FROM user_old;\nDROP TABLE user_old;\n';
    expect(await facts({ 'migration/0.26/03__role.sql': [undefined, rebuild], 'migration/LATEST.sql': [dump(" CHECK (role IN ('A'))"), dump('')] }, { 'migration/0.1/01__user.sql': 'CREATE TABLE user (id int, role text NOT NULL, gone text);' })).toEqual([]);
  });
  it('a column built beside the one that it replaces is a change of that one; new in one database, changed in another, it is new', async () => {
    const replace = 'ALTER TABLE m ADD COLUMN tags_new JSON;\nUPDATE m SET tags_new = tags;\nALTER TABLE m DROP COLUMN tags;\nALTER TABLE m RENAME COLUMN tags_new TO tags;';
    expect(await migration(replace)).toEqual(['modified column m.tags']);
    expect(await facts({ 'mysql/1_a.sql': [undefined, replace], 'postgres/1_a.sql': [undefined, 'ALTER TABLE m ADD COLUMN tags jsonb;'] })).toEqual(['added column m.tags']);
  });
  it('tables that hold rows for the time of the migration are none', async () => {
    expect(await migration('DROP TABLE IF EXISTS public._copy;\nSELECT id INTO public._copy FROM t;\nALTER TABLE t DROP COLUMN a;\nDROP TABLE public._copy;')).toEqual(['removed column t.a']);
  });
  it('a dump that is split into a file for each table is compared with them', async () => {
    const made = (name: string, more = '') => `CREATE TABLE ${name} (id int${more});\n`;
    const { facts } = await detection({ 'db/schema.sql': [made('users') + made('teams'), undefined], 'db/schema/users.sql': [undefined, made('users', ', email text')], 'db/schema/teams.sql': [undefined, made('teams')] });
    expect(facts.map(said)).toEqual(['added column users.email']);
  });
  it('a column that is dropped and made again is changed', async () => {
    expect(await migration('ALTER TABLE eggs DROP COLUMN denylist; ALTER TABLE eggs ADD COLUMN denylist json;')).toEqual(['modified column eggs.denylist']);
    expect(await migration('ALTER TABLE eggs RENAME COLUMN a TO b; ALTER TABLE eggs ADD COLUMN a int;')).toEqual(['added column eggs.b']);
  });
  it('a column that is made again in another spelling is another one', async () => {
    expect(await changes('migrations/2_x.sql', undefined, 'ALTER TABLE "Item" DROP COLUMN "sizeKB", ADD COLUMN "sizeKb" INTEGER NOT NULL;')).toEqual(['added column Item.sizeKb', 'removed column Item.sizeKB']);
  });
  it('what steps undo among themselves is nothing', async () => {
    expect(await migration('CREATE TABLE a (x int); ALTER TABLE a ADD y int; DROP TABLE a; CREATE TEMP TABLE b (x int); DROP TABLE b; ALTER TABLE c ADD d int; ALTER TABLE c DROP COLUMN d;')).toEqual([]);
  });
});

describe('models and migrations together', () => {
  it('Prisma: schema and migration are one fact with two places', async () => {
    const schema = (line: string) => `model User {\n  id Int @id\n${line}}\n`;
    const { facts: found } = await detection({ 'prisma/schema.prisma': [schema(''), schema('  token String? @unique // secret\n')], 'prisma/migrations/20260101000000_t/migration.sql': [undefined, 'ALTER TABLE "User" ADD COLUMN "token" TEXT;\nCREATE UNIQUE INDEX "User_token_key" ON "User"("token");'] });
    expect(found.map(said)).toEqual(['added column User.token', 'added index User (token)']);
    expect(found[0]?.places).toHaveLength(2);
  });
  it('a deleted migration takes nothing away that the models still state', async () => {
    expect(await facts({ 'prisma/migrations/20260101000000_t/migration.sql': ['CREATE TABLE "User" (id int);', undefined] }, { 'prisma/schema.prisma': 'model User {\n  id Int @id\n}\n' })).toEqual([]);
    expect(await facts({ 'm/002_b.sql': ['ALTER TABLE t ADD b int;', undefined] })).toEqual(['removed column t.b']);
  });
  it('Drizzle: a schema in another dialect states nothing new, a table that moved is none, any other function makes none', async () => {
    const table = (dialect: string, name: string) => `import { ${dialect}Table, text } from 'drizzle-orm/${dialect}-core';\nexport const ${name}s = ${dialect}Table('${name}', { id: text('id').notNull() });\n`;
    expect(await facts({ 'schema/mysql.ts': [undefined, table('mysql', 'user')] }, { 'schema/sqlite.ts': table('sqlite', 'user') })).toEqual([]);
    expect(await facts({ 'schema/a.ts': [table('pg', 'user'), undefined], 'schema/b.ts': [undefined, table('pg', 'user')] })).toEqual([]);
    expect(await changes('schema/c.ts', undefined, table('pg', 'user'), { 'schema/d.ts': table('pg', 'post') })).toEqual(['added entity users', 'added table user']);
    expect(await changes('service.ts', undefined, "import { eq } from 'drizzle-orm';\nconst updated = await createUserTable('orders', { owner: getOwner(), rows: load() });\n")).toEqual([]);
    expect(await changes('schema.ts', undefined, "import { text } from 'drizzle-orm/pg-core';\nimport { ourTable } from './creator';\nexport const posts = ourTable('post', { id: text('id') });\n")).toEqual(['added entity posts', 'added table post']);
  });
  it('Django: model and migration, a foreign key by its column, a help text is no change', async () => {
    const model = (fields: string) => `from django.db import models\nclass Post(models.Model):\n    title = models.CharField(max_length=10)\n${fields}`;
    const operations = (text: string) => `from django.db import migrations, models\nclass Migration(migrations.Migration):\n    operations = [${text}]\n`;
    expect(await facts({ 'blog/models.py': [model(''), model('    author = models.ForeignKey("auth.User", null=True)\n')], 'blog/migrations/0002_a.py': [undefined, operations('migrations.AddField("post", "author", models.ForeignKey(to="auth.User", null=True))')] })).toEqual(['added column blog_post.author_id', 'added relation Post.author']);
    expect(await facts({ 'blog/models.py': [model(''), model('').replace('10)', '10, help_text="x")')], 'blog/migrations/0003_a.py': [undefined, operations('migrations.AlterField("post", "title", models.CharField(max_length=10, help_text="x"))')] })).toEqual([]);
  });
  it('SQLAlchemy and Alembic', async () => {
    expect(await facts({ 'app/models.py': ['class User(Base):\n    __tablename__ = "users"\n    id = Column(Integer)\n', 'class User(Base):\n    __tablename__ = "users"\n    id = Column(Integer)\n    mail: Mapped[str] = mapped_column(unique=True)\n    posts = relationship("Post")\n'],
      'alembic/versions/1_a.py': [undefined, 'from alembic import op\ndef upgrade():\n    with op.batch_alter_table("users") as batch_op:\n        batch_op.add_column(sa.Column("mail", sa.String(), nullable=False))\ndef downgrade():\n    op.drop_column("users", "mail")\n'] }))
      .toEqual(['added column users.mail', 'added constraint users (mail)', 'added relation User.posts']);
  });
  it('TypeORM and Sequelize', async () => {
    const entity = (line: string) => `@Entity('users')\nexport class User {\n  @PrimaryGeneratedColumn() id: number;\n${line}}\n`;
    expect(await facts({ 'user.entity.ts': [entity(''), entity('  @Column({ nullable: true }) mail: string;\n  @ManyToOne(() => Team, (team) => team.users) team: Team;\n')], 'migrations/1.ts': [undefined, 'export class A implements MigrationInterface { async up(queryRunner: QueryRunner) { await queryRunner.query(`ALTER TABLE "users" ADD "mail" varchar`); } async down(queryRunner) { await queryRunner.query(`ALTER TABLE "users" DROP COLUMN "mail"`); } }'] }))
      .toEqual(['added column users.mail', 'added column users.teamId', 'added relation User.team']);
    expect(await changes('migrations/2.js', undefined, "module.exports = { up: (queryInterface, Sequelize) => queryInterface.addColumn('Users', 'a', { type: Sequelize.STRING }), down: (queryInterface) => queryInterface.removeColumn('Users', 'a') };")).toEqual(['added column Users.a']);
  });
  it('Drizzle', async () => {
    const table = (line: string) => `import { pgTable, text, index } from 'drizzle-orm/pg-core';\nexport const users = pgTable('users', { id: text('id').primaryKey(),${line} }, (t) => [index('i').on(t.id)]);\n`;
    expect(await changes('schema.ts', table(''), table(" mail: text('e_mail').notNull().unique()"))).toEqual(['added column users.e_mail', 'added constraint users (e_mail)']);
  });
  it('Rails: migration and schema.rb; Laravel: changes and indexes', async () => {
    const dump = (line: string) => `ActiveRecord::Schema[7.0].define do\n  create_table "posts" do |t|\n    t.string "a"\n${line}  end\nend\n`;
    expect(await facts({ 'db/schema.rb': [dump(''), dump('    t.bigint "user_id", null: false\n    t.index ["user_id"], name: "index_posts_on_user_id"\n')], 'db/migrate/1_a.rb': [undefined, 'class A < ActiveRecord::Migration[7.0]\n  def change\n    add_reference :posts, :user, null: false\n  end\nend\n'] })).toEqual(['added column posts.user_id', 'added index posts (user_id)']);
    expect(await changes('database/migrations/1.php', undefined, "<?php\nreturn new class extends Migration { public function up() { Schema::table('users', function (Blueprint $table) { $table->text('k')->change(); $table->dropUnique(['k']); $table->string('h')->nullable()->unique(); }); } public function down() { Schema::drop('users'); } };")).toEqual(['added column users.h', 'added index users (h)', 'modified column users.k', 'removed index users (k)']);
  });
  it('GORM: the first tag of a struct makes no table of what was one', async () => {
    const struct = (tag: string) => `package model\ntype Tenant struct {\n  ID uint\n  Name string${tag}\n}`;
    expect(await changes('model/tenant.go', struct(''), struct(' `gorm:"default:x"`').replace('}', '  Code string\n}'))).toEqual(['added column tenants.code']);
    expect(await changes('model/tenant.go', undefined, struct(' `gorm:"default:x"`'))).toEqual(['added entity Tenant', 'added table tenants']);
  });
  it('Sequelize: a table that only the caller names is not told', async () => {
    expect(await changes('migrations/2-x.js', undefined, 'async function up({ context: { queryInterface } }) { await addIndex(queryInterface, "items", ["size"]) }\nasync function addIndex(queryInterface, table, columns) { await queryInterface.addIndex(table, columns) }')).toEqual([]);
  });
  it('Knex: the table builder, indexes and keys by columns, an enum member for a table, raw SQL, Lucid; down counts for nothing', async () => {
    const knex = (up: string) => changes('db/2_x.ts', undefined, `import { Knex } from 'knex';\nexport async function up(knex: Knex): Promise<void> {\n${up}\n}\nexport async function down(knex: Knex) { await knex.schema.dropTable('users'); }`);
    expect(await knex(`if (!(await knex.schema.hasTable('users'))) await knex.schema.createTable('users', (t) => { t.uuid('id').primary(); t.string('email', 80).notNullable().unique(); });
      await knex.schema.alterTable(TableName.ApiKey, (t) => { t.integer('uses').notNullable().defaultTo(0).index(); t.text('note').alter(); t.dropColumns('a', 'b'); t.renameColumn('c', 'd'); t.unique(['x', 'y']); t.dropForeign(['team_id']); });`))
      .toEqual(['added column ApiKey.d', 'added column ApiKey.uses', 'added constraint ApiKey (x,y)', 'added index ApiKey (uses)', 'added table users', 'modified column ApiKey.note', 'removed column ApiKey.a', 'removed column ApiKey.b', 'removed column ApiKey.c', 'removed constraint ApiKey (team_id)']);
    expect(await knex("await knex.schema.renameTable('old', 'new'); await knex.raw('ALTER TABLE teams ADD COLUMN size int'); await knex.schema.withSchema('a').dropTable('gone');")).toEqual(['added column teams.size', 'added table new', 'removed table gone', 'removed table old']);
    expect(await changes('database/migrations/1_x.ts', undefined, "import { BaseSchema } from '@adonisjs/lucid/schema'\nexport default class extends BaseSchema {\n  protected tableName = 'posts'\n  async up() { this.schema.alterTable(this.tableName, (table) => { table.string('slug') }) }\n  async down() { this.schema.alterTable(this.tableName, (table) => { table.dropColumn('slug') }) }\n}")).toEqual(['added column posts.slug']);
  });
  it('node-pg-migrate: methods of pgm, columns of an index by name or expression', async () => {
    const pgm = (up: string) => changes('migrations/2_x.ts', undefined, `import { MigrationBuilder } from 'node-pg-migrate';\nexport function up(pgm: MigrationBuilder): void {\n${up}\n}\nexport function down(pgm: MigrationBuilder): void { pgm.dropTable('jobs'); }`);
    expect(await pgm(`pgm.createTable('jobs', { id: 'id', name: { type: 'text', notNull: true } }); pgm.createIndex('jobs', ['name']);
      pgm.addColumns('tokens', { uri: { type: 'text', unique: true } }); pgm.dropColumn('tokens', 'old'); pgm.alterColumn('tokens', 'type', { type: 'text' });
      pgm.createIndex('tokens', ['type', { name: 'at', sort: 'DESC' }]); pgm.dropIndex('tokens', ['symbol']); pgm.addConstraint('tokens', 'tokens_pair', { unique: ['a', 'b'] });
      pgm.createType('kind', ['x', 'y']); pgm.sql('ALTER TABLE teams ADD COLUMN size int');`))
      .toEqual(['added column teams.size', 'added column tokens.uri', 'added constraint tokens (a,b)', 'added constraint tokens (uri)', 'added enum kind', 'added index tokens (type,at)', 'added table jobs', 'modified column tokens.type', 'removed column tokens.old', 'removed index tokens (symbol)']);
  });
  it('db-migrate: methods of db, and SQL', async () => {
    const db = (up: string) => changes('src/migrations/2-x.js', undefined, `exports.up = function (db, callback) {\n${up}\n};\nexports.down = function (db, callback) { db.dropTable('jobs', callback); };`);
    expect(await db("db.createTable('jobs', { id: 'int' }, callback); db.addColumn('users', 'seen', { type: 'timestamp' }, callback); db.addIndex('users', 'users_seen_idx', ['seen']);")).toEqual(['added column users.seen', 'added index users (seen)', 'added table jobs']);
    expect(await db('db.runSql(`ALTER TABLE strategies ADD COLUMN IF NOT EXISTS title TEXT; CREATE OR REPLACE VIEW features_view AS SELECT 1;`, callback);')).toEqual(['added column strategies.title', 'modified view features_view']);
  });
  it('Eloquent: a model is one whatever it is called', async () => {
    const model = (name: string, body: string) => `<?php\nnamespace App\\Models;\nuse Illuminate\\Database\\Eloquent\\Model;\nclass ${name} extends Model { ${body} }`;
    expect(await changes('app/Models/TimelineEvent.php', undefined, model('TimelineEvent', ''))).toEqual(['added entity TimelineEvent']);
    expect(await changes('app/Models/LifeEvent.php', model('LifeEvent', ''), model('LifeEvent', 'public function emotion() { return $this->belongsTo(Emotion::class); }'))).toEqual(['added relation LifeEvent.emotion']);
  });
  it('GORM, JPA and EF Core', async () => {
    const go = (line: string) => `package m\ntype User struct {\n\tID uint \`gorm:"primaryKey"\`\n${line}}\n`;
    expect(await changes('m.go', go(''), go('\tOIDCID *string `gorm:"column:oidc_id;uniqueIndex:u"`\n\tPosts []Post\n'))).toEqual(['added column users.oidc_id', 'added index users (oidc_id)', 'added relation User.Posts']);
    const java = (line: string) => `import jakarta.persistence.*;\n@Entity class UserAccount { @Id Long id; ${line} }\n`;
    expect(await changes('U.java', java(''), java('@Column(name = "n", nullable = false) String name; @ManyToOne Team team;'))).toEqual(['added column user_account.n', 'added column user_account.team_id', 'added relation UserAccount.team']);
    const cs = (line: string) => `public class User { public int Id { get; set; } ${line} }\n`;
    expect(await changes('User.cs', cs(''), cs('public string? Name { get; set; } public List<Post> Posts { get; set; }'), { 'Ctx.cs': 'public class Ctx : DbContext { public DbSet<User> Users { get; set; } public DbSet<Post> Posts { get; set; } }' })).toEqual(['added column Users.Name', 'added relation User.Posts']);
    expect(await changes('Dto.cs', undefined, cs('public string? Name { get; set; }'))).toEqual([]);
  });
});
