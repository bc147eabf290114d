import type { DeclaredStatement } from './facts.js';
import { argumentsOf, assignmentsOf, calleeOf, lastName, PythonNames } from './pythonSyntax.js';
import type { Recogniser } from './recogniser.js';
import { nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Type, nullability and default of `Column(…)`, equal for model and migration. */
export function columnShape(call: SyntaxNode, annotation?: SyntaxNode): string {
  const { positional, named } = argumentsOf(call);
  const typed = positional.find((each) => each.type !== 'string' && !/^(?:\w+\.)?(?:ForeignKey|Identity|Sequence|Computed|CheckConstraint)\b/.test(each.text)) ?? named.get('type_') ?? named.get('sa_type');
  const mapped = annotation ? normalised(annotation.text, true).replace(/^(?:\w+\.)?Mapped\[(.*)\]$/s, '$1') : '';
  const optional = /^(?:\w+\.)?Optional\[|\|\s*None\b|\bNone\s*\|/.test(mapped);
  const type = typed ? normalised(typed.text, true).replace(/\b(?:sa|db|sqlalchemy|types|postgresql|mysql|sqlmodel|sql|orm|dialects|sqltypes|AutoString)\./g, '').replace(/\(\)$/, '') : mapped.replace(/^(?:\w+\.)?Optional\[(.*)\]$/s, '$1').replace(/\|?None\|?/g, '');
  const nullable = named.get('nullable')?.text;
  const initial = named.get('server_default') ?? named.get('default');
  const sized = named.get('max_length') ? `(${named.get('max_length')?.text ?? ''})` : '';
  const notNull = nullable === 'False' || (named.get('primary_key')?.text === 'True') || (nullable === undefined && mapped !== '' && !optional);
  const said = initial ? normalised(initial.text, true) : '';
  return `${type}${sized}${notNull ? ' not null' : ''}${said && said !== 'None' ? ` default ${said}` : ''}`;
}

const isColumn = (callee: string): boolean => /(?:^|\.)(?:Column|mapped_column|deferred)$/.test(callee);
const isRelationship = (callee: string): boolean => /(?:^|\.)(?:relationship|Relationship|dynamic_loader)$/.test(callee);

/** The name with a capital letter that a text ends with, before white space and what closes it. By hand: an expression for it takes cubic time over long names. */
function classAtEnd(text: string, closing: string): string | undefined {
  let end = text.length;
  while (end > 0 && (closing.includes(text[end - 1] ?? '') || /\s/.test(text[end - 1] ?? ''))) end--;
  let start = end;
  while (start > 0 && /\w/.test(text[start - 1] ?? '')) start--;
  return /[A-Z]\w*/.exec(text.slice(start, end))?.[0];
}

/** The entity that a relationship points to: named, called, or in its annotation. */
function targetOf(call: SyntaxNode, annotation: SyntaxNode | undefined): string {
  const { positional, named } = argumentsOf(call);
  const [first] = positional;
  const stated = first ?? named.get('argument');
  if (stated) return lastName((classAtEnd(stated.text, '"\')') ?? stated.text).replace(/["']/g, ''));
  return classAtEnd((annotation?.text ?? '').replace(/\|\s*None/g, ''), '"\']|') ?? '';
}

/** `User` → `user`, `UserAccount` → `user_account`: Flask-SQLAlchemy's own naming. */
const snake = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').toLowerCase();

/** Models of SQLAlchemy, Flask-SQLAlchemy and SQLModel, and `Table(…)`. */
export const sqlalchemy: Recogniser = {
  name: 'SQLAlchemy',
  languages: ['python'],
  hint: /__tablename__|\bColumn\s*\(|mapped_column|\bMapped\b|table\s*=\s*True|relationship\s*\(/,
  *read({ root, path }): Generator<DeclaredStatement> {
    if (!root || /\/(?:versions|migrations|alembic)\/[^/]*\.py$/.test(path)) return;
    const names = new PythonNames(root);
    for (const definition of names.classes.values()) {
      const name = definition.field('name')?.text ?? '';
      const bases = definition.field('superclasses');
      const { positional, named } = argumentsOf(bases);
      const own = assignmentsOf(definition.field('body'));
      const stated = names.text(own.find((each) => each.name === '__tablename__')?.value);
      const sqlmodel = named.get('table')?.text === 'True';
      const abstract = own.some((each) => each.name === '__abstract__' && each.value?.text === 'True');
      const flask = positional.some((base) => /^(?:db|database|flask_db)\.Model$/.test(base.text)) || (positional.some((base) => /(?:Base|Model)$/.test(base.text)) && own.some(({ value }) => isColumn(calleeOf(value))) && stated === undefined && /\bdb\.Column\b/.test(definition.text));
      if (abstract || (stated === undefined && !sqlmodel && !flask)) continue;
      const table = stated ?? (sqlmodel ? name.toLowerCase() : snake(name));
      yield { kind: 'declared', of: 'table', table, name: table, line: definition.line, shape: '' };
      yield { kind: 'declared', of: 'entity', name, line: definition.line, shape: '' };
      // Mixins and base models of the same file give their fields to the table.
      const seen = new Set<string>([name]);
      const inherited = (bases_: readonly SyntaxNode[]): ReturnType<typeof assignmentsOf> => bases_.flatMap((base) => {
        const known = names.classes.get(base.text);
        if (!known || seen.has(base.text)) return [];
        seen.add(base.text);
        const above = argumentsOf(known.field('superclasses'));
        if (above.named.get('table')?.text === 'True') return [];
        return [...inherited(above.positional), ...assignmentsOf(known.field('body'))];
      });
      for (const { name: field, value, type, node } of [...inherited(positional), ...own]) {
        if (field.startsWith('__') || field === 'model_config') continue;
        const callee = calleeOf(value);
        const line = node.line;
        if (isRelationship(callee) && value) {
          const target = targetOf(value, type);
          yield { kind: 'declared', of: 'relation', name: `${name}.${field}`, target, line, shape: target };
          continue;
        }
        const plain = (type !== undefined && /\bMapped\b/.test(type.text)) || (sqlmodel && type !== undefined && (value === undefined || /^(?:Field|sqlmodel\.Field|Column)$/.test(callee) || !callee));
        if (!isColumn(callee) && !plain) continue;
        if (/\bMapped\s*\[[^\]]*\b(?:list|List|Set|set|WriteOnlyMapped)\b/.test(type?.text ?? '') && !value) continue;
        if (type && /^(?:\w+\.)?ClassVar\b/.test(type.text)) continue;
        const call = value?.type === 'call' ? value : undefined;
        const args = argumentsOf(call);
        const column = (isColumn(callee) ? names.text(args.positional[0]?.type === 'string' ? args.positional[0] : args.named.get('name')) : names.text(args.named.get('sa_column_name'))) ?? field;
        const shape = call ? columnShape(call, type) : `${normalised(type?.text ?? '', true).replace(/^Mapped\[(.*)\]$/s, '$1')}${value ? ` default ${normalised(value.text, true)}` : ''}`;
        yield { kind: 'declared', of: 'column', table, name: column, line, shape, ...(column === field ? {} : { field }) };
        if (args.named.get('unique')?.text === 'True') yield { kind: 'declared', of: args.named.get('index')?.text === 'True' ? 'index' : 'constraint', table, name: args.named.get('index')?.text === 'True' ? `ix_${table}_${column}` : `unique(${column})`, columns: [column], line, shape: 'unique' };
        else if (args.named.get('index')?.text === 'True') yield { kind: 'declared', of: 'index', table, name: `ix_${table}_${column}`, columns: [column], line, shape: 'index' };
      }
      for (const call of nodesOf(own.find((each) => each.name === '__table_args__')?.value ?? definition, 'call')) {
        if (!own.some((each) => each.name === '__table_args__')) break;
        const key = tableKeyOf(call, names);
        if (key) yield { kind: 'declared', table, line: call.line, ...key };
      }
    }
    for (const [name, call] of names.values) {
      if (call.type !== 'call' || !/(?:^|\.)Table$/.test(calleeOf(call))) continue;
      const { positional } = argumentsOf(call);
      const table = names.text(positional[0]);
      if (table === undefined || positional.length < 2) continue;
      void name;
      yield { kind: 'declared', of: 'table', table, name: table, line: call.line, shape: '' };
      for (const each of positional) {
        if (isColumn(calleeOf(each))) {
          const column = names.text(argumentsOf(each).positional[0]);
          if (column !== undefined) yield { kind: 'declared', of: 'column', table, name: column, line: each.line, shape: columnShape(each) };
        }
        const key = tableKeyOf(each, names);
        if (key) yield { kind: 'declared', table, line: each.line, ...key };
      }
    }
  },
};

/** `Index("name", "a", "b")` and `UniqueConstraint("a", "b", name="x")`. */
export function tableKeyOf(call: SyntaxNode, names: PythonNames): { of: 'index' | 'constraint'; shape: string; name: string; columns: string[] } | undefined {
  const callee = lastName(calleeOf(call));
  const { positional, named } = argumentsOf(call);
  const texts = positional.map((each) => names.text(each) ?? (each.type === 'attribute' ? lastName(each.text) : normalised(each.text, true)));
  const name = names.text(named.get('name'));
  if (callee === 'Index') return { of: 'index', shape: named.get('unique')?.text === 'True' ? 'unique' : 'index', name: texts[0] ?? '', columns: texts.slice(1) };
  if (callee === 'UniqueConstraint') return { of: 'constraint', shape: 'unique', name: name ?? `unique(${texts.join(',')})`, columns: texts };
  if (callee === 'CheckConstraint') return { of: 'constraint', shape: 'check', name: name ?? 'check', columns: [] };
  if (callee === 'ForeignKeyConstraint') return { of: 'constraint', shape: 'fk', name: name ?? `fk(${names.texts(positional[0]).join(',')})`, columns: names.texts(positional[0]) };
  return undefined;
}
