import type { DeclaredStatement } from './facts.js';
import { argumentsOf, bare, isFunction, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import type { Recogniser } from './recogniser.js';
import { nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** A chain `varchar('a', { length: 10 }).notNull().default('x')` from its first call on. */
function chain(node: SyntaxNode | undefined): { first: SyntaxNode; calls: Map<string, readonly SyntaxNode[]> } | undefined {
  const calls = new Map<string, readonly SyntaxNode[]>();
  let at = bare(node);
  while (at?.type === 'call_expression') {
    const callee = bare(at.field('function'));
    if (callee?.type === 'member_expression' && bare(callee.field('object'))?.type === 'call_expression') {
      calls.set(nameOf(callee), argumentsOf(at));
      at = bare(callee.field('object'));
    } else return { first: at, calls };
  }
  return undefined;
}

/** What a function or arrow function gives back. */
const returned = (node: SyntaxNode | undefined): SyntaxNode | undefined => {
  const inner = bare(node);
  if (!isFunction(inner)) return inner;
  const body = bare(inner?.field('body'));
  return body?.type === 'statement_block' ? bare(nodesOf(body, 'return_statement')[0]?.children[0]) : body;
};

/** Functions that make a column in one of the dialects. */
const builders = /^(?:(?:small|big|medium|tiny)?(?:int|serial|integer)|serial|text|(?:tiny|medium|long)text|varchar|char|uuid|bool|boolean|date|datetime|time|timestamp|jsonb?|numeric|decimal|real|float|double|doublePrecision|blob|bytea|binary|varbinary|interval|inet|cidr|macaddr|point|line|vector|\w*[eE]num|customType)$/;


/** Schemas of Drizzle: tables of all dialects and custom table creators, enums, views, relations. */
export const drizzle: Recogniser = {
  name: 'Drizzle',
  languages: javascriptLanguages,
  hint: /drizzle-orm/,
  *read({ root }): Generator<DeclaredStatement> {
    if (!root) return;
    const names = Names.of(root);
    const tables = new Map<string, string>();
    /** A column's chain; one that a function of this file makes counts with what that function calls. */
    const followed = (node: SyntaxNode): { first: SyntaxNode; calls: Map<string, readonly SyntaxNode[]>; named?: string } | undefined => {
      const own = chain(node);
      const callee = own ? bare(own.first.field('function')) : undefined;
      const made = callee?.type === 'identifier' ? names.declarations.get(callee.text) ?? names.values.get(callee.text) : undefined;
      const inner = made && isFunction(bare(made)) ? chain(returned(made)) : undefined;
      if (!own || !inner) return own;
      const parameter = bare(made)?.field('parameters')?.children[0];
      const named = names.text(argumentsOf(own.first)[0]) ?? names.text(parameter?.field('value'));
      return { first: inner.first, calls: new Map([...inner.calls, ...own.calls]), ...(named === undefined ? {} : { named }) };
    };
    const isTable = (call: SyntaxNode): boolean => {
      const callee = bare(call.field('function'));
      const name = nameOf(callee);
      if (/^(?:pg|mysql|sqlite|singlestore|gel|cockroach|mssql)Table$/.test(name)) return true;
      const args = argumentsOf(call);
      const second = names.value(args[1]);
      const shaped = second?.type === 'object' || isFunction(second);
      if (!shaped) return false;
      if (callee?.type === 'member_expression') return name === 'table' && /Schema\b/.test(names.value(callee.field('object'))?.text ?? 'Schema');
      const made = names.values.get(name);
      // Another function whose name ends so makes a table if what it is given are columns.
      return /TableCreator$/.test(nameOf(bare(made))) || (/Table$/.test(name) && /^[^{}]+$/.test(names.text(args[0]) ?? '') && [...membersOf(returned(args[1])).values()].some((each) => builders.test(nameOf(followed(each)?.first))));
    };
    for (const declarator of nodesOf(root, 'variable_declarator')) {
      const variable = declarator.field('name')?.text ?? '';
      const found = chain(declarator.field('value'));
      if (!found) continue;
      const call = found.first;
      const args = argumentsOf(call);
      const callee = nameOf(call);
      const line = declarator.line;
      if (/^(?:pg|mysql)Enum$|^enum$/.test(callee)) {
        const name = names.text(args[0]);
        const values = names.value(args[1]);
        if (name !== undefined && callee !== 'mysqlEnum') yield { kind: 'declared', of: 'enum', name, line, shape: values?.type === 'array' ? values.children.map((each) => names.text(each) ?? '').join(', ') : normalised(values?.text ?? '') };
        continue;
      }
      if (/^(?:pg|mysql|sqlite)(?:Materialized)?View$/.test(callee)) {
        const name = names.text(args[0]);
        if (name !== undefined) yield { kind: 'declared', of: 'view', table: name, name, line, shape: normalised(declarator.field('value')?.text ?? '') };
        continue;
      }
      if (/^(?:relations)$/.test(callee)) {
        const owner = args[0]?.text ?? '';
        for (const [field, value] of membersOf(returned(args[1]))) {
          const target = argumentsOf(bare(value))[0]?.text ?? '';
          yield { kind: 'declared', of: 'relation', name: `${owner}.${field}`, target, line: value.line, shape: `${nameOf(bare(value))} ${target}` };
        }
        continue;
      }
      if (!isTable(call)) continue;
      const table = names.text(args[0]) ?? variable;
      tables.set(variable, table);
      yield { kind: 'declared', of: 'table', table, name: table, line, shape: '' };
      yield { kind: 'declared', of: 'entity', name: variable, line, shape: '' };
      const columns = new Map<string, string>();
      const own = returned(args[1]);
      const members = new Map(membersOf(own));
      // `...timestamps` of the same file gives its columns too.
      for (const spread of own?.children ?? []) if (spread.type === 'spread_element') for (const [key, value] of membersOf(names.value(spread.children[0]))) if (!members.has(key)) members.set(key, value);
      for (const [field, value] of members) {
        const column = followed(value);
        if (!column) continue;
        const given = argumentsOf(column.first);
        const name = names.text(given[0]) ?? column.named ?? field;
        const options = given.slice(names.text(given[0]) === undefined && given[0]?.type !== 'identifier' ? 0 : 1).map((each) => normalised(each.text)).map((each) => each.replace(/\b(?:mode|enum):(?:"[^"]*"|\[[^\]]*\]|\w+),?/g, '').replace(/,\}/, '}')).filter((each) => each !== '{}');
        const initial = column.calls.get('default');
        const notNull = column.calls.has('notNull') || column.calls.has('primaryKey');
        columns.set(field, name);
        yield { kind: 'declared', of: 'column', table, name, line: value.line, ...(name === field ? {} : { field }),
          shape: `${nameOf(column.first)}${options.length ? `(${options.join(',')})` : ''}${column.calls.has('array') ? '[]' : ''}${notNull ? ' not null' : ''}${initial ? ` default ${initial.map((each) => normalised(each.text)).join(',')}` : column.calls.has('defaultNow') ? ' default now' : column.calls.has('defaultRandom') ? ' default random' : ''}` };
        if (column.calls.has('unique')) {
          const stated = names.text(column.calls.get('unique')?.[0]);
          yield { kind: 'declared', of: 'constraint', table, name: stated ?? `${table}_${name}_unique`, columns: [name], line: value.line, shape: 'unique' };
        }
      }
      const extra = returned(args[2]);
      const keys = extra?.type === 'array' ? extra.children : [...membersOf(extra).values()];
      for (const each of keys) {
        const key = chain(each);
        if (!key) continue;
        const kind = nameOf(key.first);
        const on = key.calls.get('on') ?? key.calls.get('onOnly') ?? key.calls.get('using')?.slice(1) ?? [];
        const of = on.map((column) => columns.get(nameOf(bare(column)) || nameOf(bare(argumentsOf(bare(column))[0]))) ?? (nameOf(bare(column)) || normalised(column.text)));
        const name = names.text(argumentsOf(key.first)[0]);
        const unique = kind === 'uniqueIndex' || kind === 'unique';
        if (!/^(?:index|uniqueIndex|unique|check|foreignKey)$/.test(kind)) continue;
        if (kind === 'check') yield { kind: 'declared', of: 'constraint', table, name: name ?? 'check', line: each.line, shape: `check ${normalised(argumentsOf(key.first)[1]?.text ?? '')}` };
        else if (kind === 'foreignKey') {
          const said = membersOf(argumentsOf(key.first)[0]);
          const by = (bare(said.get('columns'))?.children ?? []).map((column) => columns.get(nameOf(column)) ?? nameOf(column));
          yield { kind: 'declared', of: 'constraint', table, name: names.text(said.get('name')) ?? `foreign key ${by.join(',')}`, columns: by, line: each.line, shape: 'fk' };
        } else yield { kind: 'declared', of: kind === 'unique' ? 'constraint' : 'index', table, name: name ?? `${table}_${of.join('_')}_${unique ? 'unique' : 'index'}`, columns: of, line: each.line, shape: unique ? 'unique' : 'index' };
      }
    }
  },
};
