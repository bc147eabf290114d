import type { StepPart, StepStatement } from './facts.js';
import { argumentsOf, bare, directionOf, isFunction, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import { listed, stepsOf } from './javascriptMigrations.js';
import type { Recogniser } from './recogniser.js';
import { sqlSteps } from './sql.js';
import { nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Methods of the table builder that make a column, as Knex documents them (knexjs.org, "Schema Builder"). */
const columnTypes = new Set(['increments', 'bigIncrements', 'tinyint', 'smallint', 'mediumint', 'integer', 'bigint', 'bigInteger', 'string', 'text', 'float', 'double', 'decimal', 'boolean', 'date', 'datetime', 'dateTime', 'time', 'timestamp', 'binary', 'enu', 'enum', 'json', 'jsonb', 'uuid', 'geometry', 'geography', 'point', 'specificType']);

/** The calls of a chain from its first one, and the text that they hang on. */
function chainOf(call: SyntaxNode): { readonly on: string; readonly calls: readonly SyntaxNode[] } {
  const calls: SyntaxNode[] = [];
  let at: SyntaxNode | undefined = call;
  while (at?.type === 'call_expression') {
    calls.unshift(at);
    const callee: SyntaxNode | undefined = bare(at.field('function'));
    if (callee?.type !== 'member_expression') return { on: callee?.text ?? '', calls };
    at = bare(callee.field('object'));
  }
  return { on: at?.text ?? '', calls };
}

/** Whether a call is no part of a longer chain. */
const isOutermost = (call: SyntaxNode): boolean => !(call.parent?.type === 'member_expression' && call.parent.parent?.type === 'call_expression');

/** Migrations of Knex outside of `down`: tables that the schema builder makes, alters, renames and drops, raw SQL. */
export const knexMigrations: Recogniser = {
  name: 'Knex migrations',
  languages: javascriptLanguages,
  hint: /\b(?:createTable|createTableIfNotExists|alterTable|dropTable|dropTableIfExists|renameTable|createView|createViewOrReplace|createMaterializedView|dropView|dropViewIfExists|dropMaterializedView)\b|\bschema\s*\.\s*(?:raw|table)\b|\b(?:knex|trx|db)\s*\.\s*raw\b/i,
  *read({ root }): Generator<StepStatement> {
    if (!root) return;
    const names = Names.of(root);
    /** A member of an enum that stands elsewhere is called as its table is. */
    const tableOf = (node: SyntaxNode | undefined): string => names.text(node) ?? (node && /^[A-Z]\w*\.[A-Z]\w*$/.test(node.text) ? nameOf(node) : '');
    const texts = (node: SyntaxNode | undefined): string[] => listed(node, names).flatMap((each) => names.text(each) ?? []);
    const column = function* (table: string, calls: readonly SyntaxNode[]): Generator<StepPart> {
      const [first, ...modifiers] = calls;
      const args = argumentsOf(first);
      const type = nameOf(first);
      const said = new Map(modifiers.map((each) => [nameOf(each), argumentsOf(each)]));
      const name = names.text(args[0]) ?? (/ncrements$/.test(type) ? 'id' : undefined);
      if (name === undefined || !first) return;
      const initial = said.get('defaultTo')?.[0];
      const further = args.slice(1).filter(({ type: given }) => given !== 'object').map((each) => normalised(each.text));
      const shape = `${type}${further.length ? `(${further.join(',')})` : ''}${said.has('notNullable') || said.has('primary') || /ncrements$/.test(type) ? ' not null' : ''}${initial && initial.text !== 'null' ? ` default ${normalised(initial.text)}` : ''}`;
      const line = first.line;
      yield { does: said.has('alter') ? 'modified' : 'added', of: 'column', table, name, line, shape };
      if (said.has('unique')) yield { does: 'added', of: 'constraint', table, name: `${table}_${name}_unique`, columns: [name], line, shape: 'unique' };
      if (said.has('index')) yield { does: 'added', of: 'index', table, name: names.text(said.get('index')?.[0]) ?? `${table}_${name}_index`, columns: [name], line, shape: 'index' };
      if (said.has('references')) yield { does: 'added', of: 'constraint', table, name: `${table}_${name}_foreign`, columns: [name], line, shape: 'fk' };
    };
    const command = function* (table: string, calls: readonly SyntaxNode[]): Generator<StepPart> {
      const [first] = calls;
      if (!first) return;
      const args = argumentsOf(first);
      const line = first.line;
      const on = texts(args[0]);
      const option = names.value(args[1]);
      const said = names.text(option) ?? names.text(membersOf(option).get('indexName'));
      const key = (does: 'added' | 'removed', kind: 'index' | 'unique' | 'foreign' | 'primary'): StepPart => ({ does, of: kind === 'index' ? 'index' : 'constraint', table, line, columns: on,
        name: said ?? (kind === 'primary' ? `${table}_pkey` : `${table}_${on.join('_')}_${kind}`), shape: { index: 'index', unique: 'unique', foreign: 'fk', primary: 'pk' }[kind] });
      switch (nameOf(first)) {
        case 'dropColumn': case 'dropColumns': for (const name of args.flatMap(texts)) yield { does: 'removed', of: 'column', table, name, line }; return;
        case 'renameColumn': yield { does: 'renamed', of: 'column', table, name: on[0] ?? '', to: names.text(args[1]) ?? '', line }; return;
        case 'setNullable': yield { does: 'modified', of: 'column', table, name: on[0] ?? '', line, shape: 'nullable' }; return;
        case 'dropNullable': yield { does: 'modified', of: 'column', table, name: on[0] ?? '', line, shape: 'not null' }; return;
        case 'timestamps': for (const name of ['created_at', 'updated_at']) yield { does: 'added', of: 'column', table, name, line, shape: 'timestamp' }; return;
        case 'dropTimestamps': for (const name of ['created_at', 'updated_at']) yield { does: 'removed', of: 'column', table, name, line }; return;
        case 'index': case 'unique': case 'foreign': case 'primary': if (on.length) yield key('added', nameOf(first) as 'index' | 'unique' | 'foreign' | 'primary'); return;
        case 'dropIndex': if (on.length || said) yield key('removed', 'index'); return;
        case 'dropUnique': if (on.length || said) yield key('removed', 'unique'); return;
        case 'dropForeign': if (on.length || said) yield key('removed', 'foreign'); return;
        case 'dropPrimary': yield { ...key('removed', 'primary'), name: names.text(args[0]) ?? `${table}_pkey`, columns: [] }; return;
        default: if (columnTypes.has(nameOf(first))) yield* column(table, calls);
      }
    };
    const builder = function* (table: string, given: SyntaxNode | undefined): Generator<StepPart> {
      const made = names.value(given);
      const parameter = isFunction(made) ? (made?.field('parameters')?.children[0] ?? made?.field('parameter')) : undefined;
      const name = (parameter?.field('pattern') ?? parameter)?.text;
      if (!made || !name) return;
      for (const call of nodesOf(made, 'call_expression')) {
        if (!isOutermost(call)) continue;
        const { on, calls } = chainOf(call);
        if (on === name) yield* command(table, calls);
      }
    };
    for (const call of nodesOf(root, 'call_expression')) {
      const { on, calls } = chainOf(call);
      const args = argumentsOf(call);
      const line = (bare(call.field('function'))?.field('property') ?? call).line;
      // `schema` may be called for its own: `knex.schema.withSchema('x').createTable(…)`.
      const schema = /(?:^|\.)schema$/i.test(on) || calls.slice(0, -1).some((each) => nameOf(each) === 'withSchema');
      const method = nameOf(call);
      if (!(schema || (method === 'raw' && /^(?:knex|trx|db)$/i.test(on) && calls.length === 1)) || directionOf(call) === 'down') continue;
      const table = tableOf(args[0]);
      const parts = function* (): Generator<StepPart> {
        switch (method) {
          case 'createTable': case 'createTableIfNotExists': yield { does: 'added', of: 'table', table, name: table, line }; yield* builder(table, args[1]); return;
          case 'alterTable': case 'table': yield* builder(table, args[1]); return;
          case 'dropTable': case 'dropTableIfExists': yield { does: 'removed', of: 'table', table, name: table, line }; return;
          case 'renameTable': yield { does: 'renamed', of: 'table', table, name: table, to: tableOf(args[1]), line }; return;
          case 'createView': case 'createViewOrReplace': case 'createMaterializedView': yield { does: 'added', of: 'view', table, name: table, line }; return;
          case 'dropView': case 'dropViewIfExists': case 'dropMaterializedView': yield { does: 'removed', of: 'view', table, name: table, line }; return;
          case 'raw': {
            const sql = names.text(args[0]);
            if (sql !== undefined && /\b(?:create|alter|drop)\b/i.test(sql)) yield* sqlSteps(sql, args[0]?.line ?? line);
            return;
          }
          default:
        }
      };
      yield* stepsOf(parts());
    }
  },
};
