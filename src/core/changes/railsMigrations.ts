import type { DeclaredStatement, StepPart, StepStatement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { callOf, listOf, loopOf, rubyText, statementsIn, textOf, withWords } from './rubySyntax.js';
import type { RubyCall } from './rubySyntax.js';
import { sqlSteps } from './sql.js';
import { nodesOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';
import { plural } from './words.js';

const notTypes = /^(?:index|unique|references|belongs_to|timestamps|remove|rename|change|change_default|change_null|remove_index|remove_references|remove_belongs_to|remove_timestamps|foreign_key|check_constraint|exclusion_constraint|unique_constraint|primary_key|column|column_exists\?|index_exists\?|rename_index)$/;

/** Type, nullability and default, equal in migration and dump. */
function shapeOf(type: string, named: ReadonlyMap<string, SyntaxNode>): string {
  const size = named.get('limit')?.text ?? (named.has('precision') && type === 'decimal' ? `${named.get('precision')?.text ?? ''},${named.get('scale')?.text ?? ''}` : undefined);
  const initial = named.get('default');
  return `${type}${size ? `(${size})` : ''}${named.get('array')?.text === 'true' ? '[]' : ''}${named.get('null')?.text === 'false' ? ' not null' : ''}${initial && initial.text !== 'nil' ? ` default ${rubyText(initial)}` : ''}`;
}

function* index(table: string, columns: readonly string[], named: ReadonlyMap<string, SyntaxNode>, line: number): Generator<StepPart> {
  const name = textOf(named.get('name')) ?? `index_${table}_on_${columns.join('_and_')}`;
  if (columns.length) yield { does: 'added', of: 'index', table, name, columns, line, shape: named.get('unique')?.text === 'true' ? 'unique' : 'index' };
}

/** `t.references :user`: the column, its type's column, its index and its foreign key. */
function* reference(table: string, call: RubyCall, given: readonly SyntaxNode[], line: number, does: 'added' | 'removed'): Generator<StepPart> {
  for (const each of given) {
    const name = textOf(each);
    if (name === undefined) continue;
    const column = `${name}_id`;
    const shape = shapeOf(textOf(call.named.get('type')) ?? 'bigint', call.named);
    yield { does, of: 'column', table, name: column, line, shape };
    const polymorphic = call.named.has('polymorphic');
    if (polymorphic) yield { does, of: 'column', table, name: `${name}_type`, line, shape: 'string' };
    if (does === 'removed') continue;
    const key = call.named.get('foreign_key');
    if (key && key.text !== 'false') yield { does, of: 'constraint', table, name: `foreign key ${column} -> ${/to_table:\s*:?["']?(\w+)/.exec(key.text)?.[1] ?? plural(name)}`, columns: [column], line, shape: 'fk' };
    const wanted = call.named.get('index');
    if (wanted?.text !== 'false') {
      const options = new Map((wanted?.type === 'hash' ? wanted.children : []).flatMap((pair): [string, SyntaxNode][] => {
        const [k, v] = [pair.field('key'), pair.field('value')];
        return k && v ? [[textOf(k) ?? '', v]] : [];
      }));
      yield* index(table, polymorphic ? [`${name}_type`, column] : [column], options, line);
    }
  }
}

/** What stands on `t` inside of create_table and change_table. */
function* onTable(table: string, call: RubyCall): Generator<StepPart> {
  const { name, positional, named } = call;
  const line = call.node.line;
  const type = textOf(positional[0]);
  switch (name) {
    case 'timestamps':
      for (const each of ['created_at', 'updated_at']) yield { does: 'added', of: 'column', table, name: each, line, shape: 'datetime not null' };
      return;
    case 'references': case 'belongs_to': yield* reference(table, call, positional, line, 'added'); return;
    case 'remove_references': case 'remove_belongs_to': yield* reference(table, call, positional, line, 'removed'); return;
    case 'index': yield* index(table, listOf(positional[0]), named, line); return;
    case 'column':
      if (type !== undefined) yield { does: 'added', of: 'column', table, name: type, line, shape: shapeOf(textOf(positional[1]) ?? rubyText(positional[1]), named) };
      return;
    case 'remove': for (const each of positional) yield { does: 'removed', of: 'column', table, name: textOf(each) ?? '', line }; return;
    case 'remove_timestamps': for (const each of ['created_at', 'updated_at']) yield { does: 'removed', of: 'column', table, name: each, line }; return;
    case 'rename': yield { does: 'renamed', of: 'column', table, name: type ?? '', to: textOf(positional[1]) ?? '', line }; return;
    case 'change': case 'change_default': case 'change_null':
      yield { does: 'modified', of: 'column', table, name: type ?? '', line, shape: name === 'change' ? shapeOf(textOf(positional[1]) ?? '', named) : rubyText(positional[1]) };
      return;
    case 'remove_index': {
      const columns = listOf(positional[0] ?? named.get('column'));
      yield { does: 'removed', of: 'index', table, name: textOf(named.get('name')) ?? `index_${table}_on_${columns.join('_and_')}`, columns, line, shape: 'index' };
      return;
    }
    case 'foreign_key': {
      const column = textOf(named.get('column')) ?? `${(type ?? '').replace(/s$/, '')}_id`;
      yield { does: 'added', of: 'constraint', table, name: textOf(named.get('name')) ?? `foreign key ${column} -> ${type ?? ''}`, columns: [column], line, shape: 'fk' };
      return;
    }
    case 'check_constraint': yield { does: 'added', of: 'constraint', table, name: textOf(named.get('name')) ?? 'check', line, shape: `check ${type ?? ''}` }; return;
    case 'unique_constraint': yield { does: 'added', of: 'constraint', table, name: textOf(named.get('name')) ?? `unique(${listOf(positional[0]).join(',')})`, columns: listOf(positional[0]), line, shape: 'unique' }; return;
    default:
  }
  if (notTypes.test(name) || call.node.type !== 'call') return;
  for (const each of positional) {
    const column = textOf(each);
    if (column === undefined) continue;
    yield { does: 'added', of: 'column', table, name: column, line, shape: shapeOf(name, named) };
    const wanted = named.get('index');
    if (wanted && wanted.text !== 'false' && wanted.text !== 'nil') yield* index(table, [column], new Map((wanted.type === 'hash' ? wanted.children : []).flatMap((pair): [string, SyntaxNode][] => {
      const [k, v] = [pair.field('key'), pair.field('value')];
      return k && v ? [[textOf(k) ?? '', v]] : [];
    })), line);
  }
}

function* statement(call: RubyCall): Generator<StepPart> {
  const { name, positional, named } = call;
  const line = call.node.line;
  const table = textOf(positional[0])?.replace(/^\w+\./, '') ?? '';
  const second = textOf(positional[1]);
  // A table that a variable names is not known.
  if (!table && positional[0] && /^(?:add|remove|rename|change|create|drop)_/.test(name)) return;
  switch (name) {
    case 'create_table': case 'change_table': {
      if (!table) return;
      if (name === 'create_table') yield { does: 'added', of: 'table', table, name: table, line };
      const variable = call.block?.field('parameters')?.children[0]?.text ?? 't';
      for (const inner of call.block ? upward(call.block, call.words) : []) if (inner.receiver === variable) yield* onTable(table, inner);
      return;
    }
    case 'create_join_table': {
      const names = [table, second ?? ''];
      const joined = textOf(named.get('table_name')) ?? [...names].sort().join('_');
      yield { does: 'added', of: 'table', table: joined, name: joined, line };
      return;
    }
    case 'drop_table': for (const each of positional) yield { does: 'removed', of: 'table', table: textOf(each) ?? '', name: textOf(each) ?? '', line }; return;
    case 'drop_join_table': yield { does: 'removed', of: 'table', table: [table, second ?? ''].sort().join('_'), name: [table, second ?? ''].sort().join('_'), line }; return;
    case 'rename_table': yield { does: 'renamed', of: 'table', table, name: table, to: second ?? '', line }; return;
    case 'add_column':
      if (second !== undefined) {
        yield { does: 'added', of: 'column', table, name: second, line, shape: shapeOf(textOf(positional[2]) ?? rubyText(positional[2]), named) };
        if (named.get('index') && named.get('index')?.text !== 'false') yield* index(table, [second], new Map(), line);
      }
      return;
    case 'add_columns': for (const each of positional.slice(1)) yield { does: 'added', of: 'column', table, name: textOf(each) ?? '', line, shape: textOf(named.get('type')) ?? '' }; return;
    case 'remove_column': if (second !== undefined) yield { does: 'removed', of: 'column', table, name: second, line }; return;
    case 'remove_columns': for (const each of positional.slice(1)) yield { does: 'removed', of: 'column', table, name: textOf(each) ?? '', line }; return;
    case 'rename_column': yield { does: 'renamed', of: 'column', table, name: second ?? '', to: textOf(positional[2]) ?? '', line }; return;
    case 'change_column': yield { does: 'modified', of: 'column', table, name: second ?? '', line, shape: shapeOf(textOf(positional[2]) ?? '', named) }; return;
    case 'change_column_null': yield { does: 'modified', of: 'column', table, name: second ?? '', line, shape: positional[2]?.text === 'false' ? 'not null' : 'nullable' }; return;
    case 'change_column_default': yield { does: 'modified', of: 'column', table, name: second ?? '', line, shape: `default ${rubyText(named.get('to') ?? positional[2])}` }; return;
    case 'add_timestamps': for (const each of ['created_at', 'updated_at']) yield { does: 'added', of: 'column', table, name: each, line, shape: 'datetime not null' }; return;
    case 'remove_timestamps': for (const each of ['created_at', 'updated_at']) yield { does: 'removed', of: 'column', table, name: each, line }; return;
    case 'add_index': yield* index(table, positional[1] ? listOf(positional[1]).length ? listOf(positional[1]) : [rubyText(positional[1])] : [], named, line); return;
    case 'remove_index': {
      const columns = listOf(named.get('column') ?? positional[1]);
      yield { does: 'removed', of: 'index', table, name: textOf(named.get('name')) ?? `index_${table}_on_${columns.join('_and_')}`, columns, line, shape: 'index' };
      return;
    }
    case 'rename_index': yield { does: 'renamed', of: 'index', table, name: second ?? '', to: textOf(positional[2]) ?? '', line }; return;
    case 'add_reference': case 'add_belongs_to': yield* reference(table, call, positional.slice(1), line, 'added'); return;
    case 'remove_reference': case 'remove_belongs_to': yield* reference(table, call, positional.slice(1), line, 'removed'); return;
    case 'add_foreign_key': case 'remove_foreign_key': {
      const column = textOf(named.get('column')) ?? (second ? `${second.replace(/ies$/, 'y').replace(/s$/, '')}_id` : '');
      yield { does: name === 'add_foreign_key' ? 'added' : 'removed', of: 'constraint', table, name: textOf(named.get('name')) ?? `foreign key ${column} -> ${second ?? ''}`, columns: [column], line, shape: 'fk' };
      return;
    }
    case 'add_check_constraint': yield { does: 'added', of: 'constraint', table, name: textOf(named.get('name')) ?? 'check', line, shape: `check ${second ?? ''}` }; return;
    case 'remove_check_constraint': yield { does: 'removed', of: 'constraint', table, name: textOf(named.get('name')) ?? 'check', line }; return;
    case 'add_unique_constraint': yield { does: 'added', of: 'constraint', table, name: textOf(named.get('name')) ?? `unique(${listOf(positional[1]).join(',')})`, columns: listOf(positional[1]), line, shape: 'unique' }; return;
    case 'create_enum': yield { does: 'added', of: 'enum', name: table, line, shape: listOf(positional[1]).join(', ') }; return;
    case 'add_enum_value': case 'rename_enum_value': yield { does: 'modified', of: 'enum', name: table, line, shape: second ?? '' }; return;
    case 'drop_enum': yield { does: 'removed', of: 'enum', name: table, line }; return;
    case 'create_view': yield { does: 'added', of: 'view', table, name: table, line }; return;
    case 'update_view': case 'replace_view': yield { does: 'modified', of: 'view', table, name: table, line, shape: rubyText(named.get('version')) }; return;
    case 'drop_view': yield { does: 'removed', of: 'view', table, name: table, line }; return;
    case 'execute': {
      const sql = textOf(positional[0]);
      if (sql !== undefined) yield* sqlSteps(sql, positional[0]?.line ?? line);
      return;
    }
    default:
  }
}

/** Calls that are made in the upward direction; those in a loop over words once for each. */
function* upward(node: SyntaxNode, words: ReadonlyMap<string, string> = new Map()): Generator<RubyCall> {
  const call = node.type === 'call' ? callOf(node) : undefined;
  if (call) {
    if (call.name === 'down' || call.name === 'revert') return;
    const loop = loopOf(call);
    if (loop && call.block && words.size < 2) {
      for (const word of loop.words) yield* upward(call.block, new Map([...words, [loop.variable, word]]));
      return;
    }
    yield withWords(call, words);
    if (/^(?:create_table|change_table)$/.test(call.name)) return;
  }
  if (node.type === 'method' && /^(?:down|self\.down)$/.test(node.field('name')?.text ?? '')) return;
  for (const child of node.children) yield* upward(child, words);
}

/** Migrations of Rails outside of `down`. */
export const railsMigrations: Recogniser = {
  name: 'Rails migrations',
  languages: ['ruby'],
  hint: /ActiveRecord::Migration|Sequel\.migration/,
  *read({ root }): Generator<StepStatement> {
    if (!root) return;
    for (const node of nodesOf(root, 'class')) {
      if (!/Migration/.test(node.field('superclass')?.text ?? '')) continue;
      for (const each of statementsIn(node)) {
        // `def self.down` is a singleton method.
        if (each.type === 'singleton_method' && each.field('name')?.text === 'down') continue;
        for (const call of upward(each)) for (const part of statement(call)) yield { shape: '', ...part, kind: 'step' };
      }
    }
  },
};

/** db/schema.rb: the whole schema as a state. */
export const railsSchema: Recogniser = {
  name: 'Rails schema',
  languages: ['ruby'],
  path: /schema\.rb$/,
  hint: /ActiveRecord::Schema/,
  *read({ root }): Generator<DeclaredStatement> {
    if (!root) return;
    for (const call of upward(root)) {
      for (const { does, of, ...part } of statement(call)) {
        if (does === 'added') yield { shape: '', ...part, of, kind: 'declared' };
      }
    }
  },
};
