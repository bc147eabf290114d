import type { DeclaredStatement } from './facts.js';
import { argumentsOf, assignmentsOf, calleeOf, lastName, PythonNames } from './pythonSyntax.js';
import type { Recogniser } from './recogniser.js';
import { normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

const isField = (callee: string): boolean => /(?:Field|ForeignKey|GenericRelation)$/.test(callee) && !/^(?:forms|serializers|filters|graphene|django_filters|wtforms|fields|form|drf|es|mongo)\./.test(callee);
const isRelation = (callee: string): boolean => /(?:ForeignKey|OneToOneField|ManyToManyField|ManyToMany)$/.test(callee);

/** `User` of `"auth.User"`, `settings.AUTH_USER_MODEL` and `get_user_model()`. */
function relationTarget(text: string): string {
  const target = lastName(text.replace(/['"\s]/g, ''));
  return /AUTH_USER_MODEL|get_user_model|^swappable_dependency/.test(target) ? 'User' : target;
}

/**
 * Type, nullability and default of a model's field, equal for model and migration.
 * @param callee `models.CharField`; modules do not matter
 */
export function fieldShape(call: SyntaxNode): string {
  const { named, positional } = argumentsOf(call);
  const callee = lastName(calleeOf(call));
  const argument = (key: string) => named.get(key)?.text;
  const sizes = ['max_length', 'max_digits', 'decimal_places', 'base_field', 'dim', 'srid'].flatMap((key) => (named.has(key) ? [normalised(named.get(key)?.text ?? '', true)] : []));
  const initial = argument('default') ?? argument('db_default');
  const target = isRelation(callee) ? relationTarget(positional[0]?.text ?? argument('to') ?? '').toLowerCase() : '';
  const said = initial === undefined ? '' : normalised(initial, true);
  return `${callee}${target ? `(${target})` : sizes.length ? `(${sizes.join(',')})` : ''}${argument('null') === 'True' ? '' : ' not null'}${said && said !== 'None' ? ` default ${lastName(said)}` : ''}`;
}

/** The column's name: a foreign key stands in `author_id`. */
export const columnName = (field: string, call: SyntaxNode, names: PythonNames): string => names.text(argumentsOf(call).named.get('db_column')) ?? (/(?:ForeignKey|OneToOneField)$/.test(calleeOf(call)) ? `${field}_id` : field);

/** Columns of no table of their own: many-to-many and generic relations. */
export const hasNoColumn = (callee: string): boolean => /(?:ManyToManyField|ManyToMany|GenericForeignKey|GenericRelation|TaggableManager)$/.test(callee);

/** Indexes and constraints of a field's own arguments. */
export function fieldKeys(column: string, call: SyntaxNode): { of: 'index' | 'constraint'; shape: string; name: string; columns: string[] }[] {
  const { named } = argumentsOf(call);
  if (named.get('unique')?.text === 'True') return [{ of: 'constraint', shape: 'unique', name: `unique(${column})`, columns: [column] }];
  return named.get('db_index')?.text === 'True' ? [{ of: 'index', shape: 'index', name: `index(${column})`, columns: [column] }] : [];
}

/** `models.Index(fields=["a", "-b"], name="x")`, `UniqueConstraint(…)`, `CheckConstraint(…)`. */
export function keyOf(call: SyntaxNode, names: PythonNames): { of: 'index' | 'constraint'; shape: string; name: string; columns: string[] } | undefined {
  const callee = lastName(calleeOf(call));
  const { named, positional } = argumentsOf(call);
  const columns = names.texts(named.get('fields')).map((each) => each.replace(/^-/, ''));
  const name = names.text(named.get('name'));
  if (/Index$/.test(callee)) return { of: 'index', shape: 'index', name: name ?? `index(${columns.join(',')})`, columns: columns.length ? columns : positional.map((each) => normalised(each.text, true)) };
  if (/^UniqueConstraint$/.test(callee)) return { of: 'constraint', shape: 'unique', name: name ?? `unique(${columns.join(',')})`, columns };
  if (/Constraint$/.test(callee)) return { of: 'constraint', shape: callee === 'CheckConstraint' ? 'check' : callee, name: name ?? callee, columns };
  return undefined;
}

/** `unique_together` and `index_together`: one tuple or several. */
export function together(value: SyntaxNode | undefined, names: PythonNames): string[][] {
  const given = names.value(value);
  const list = given?.type === 'call' ? names.value(argumentsOf(given).positional[0]) : given;
  const lists = (list?.children ?? []).map((each) => names.value(each)).filter((each): each is SyntaxNode => each !== undefined);
  if (!lists.length) return [];
  return lists.some(({ type }) => type === 'tuple' || type === 'list' || type === 'set') ? lists.map((each) => names.texts(each)) : [names.texts(value)];
}

/** The app that a path belongs to: the folder of models.py, models/ or migrations/. */
export const appOf = (path: string): string => /([^/]+)\/(?:models|\w*migrations)(?:\.py$|\/)/.exec(path)?.[1] ?? path.split('/').at(-2) ?? '';

/** Models of Django: tables, columns, indexes, constraints, relations. */
export const djangoModels: Recogniser = {
  name: 'Django models',
  languages: ['python'],
  hint: /django|models\.Model\b/,
  *read({ root, path, text }): Generator<DeclaredStatement> {
    if (!root || /(?:^|\/)\w*migrations\//.test(path) || !/\b(?:models\.|Model\b)/.test(text) || !/\b(?:ForeignKey|\w+Field|models\.Model)\b/.test(text)) return;
    const names = new PythonNames(root);
    for (const definition of names.classes.values()) {
      const bases = definition.field('superclasses')?.children ?? [];
      const name = definition.field('name')?.text ?? '';
      if (!bases.length || bases.some((base) => /(?:Form|Serializer|FilterSet|Filter|Admin|TestCase|Manager|QuerySet|Enum|Choices|Resource|Schema|Factory|ObjectType|Mutation|Command|View|ViewSet|Middleware|Widget)$/.test(base.text))) continue;
      const body = definition.field('body');
      const assigned = assignmentsOf(body);
      const fields = assigned.filter(({ value }) => isField(calleeOf(value)));
      const model = bases.some((base) => /(?:^|\.)(?:\w*Model|MPTTModel|AbstractUser|AbstractBaseUser|Page|\w*Mixin)$/.test(base.text)) || fields.some(({ value }) => calleeOf(value).startsWith('models.'));
      if (!model || (!fields.length && !bases.some((base) => base.text === 'models.Model'))) continue;
      const meta = body?.children.find((each) => each.type === 'class_definition' && each.field('name')?.text === 'Meta');
      const options = new Map(assignmentsOf(meta?.field('body')).map((each) => [each.name, each.value]));
      if (options.get('abstract')?.text === 'True' || options.get('proxy')?.text === 'True') continue;
      const stated = names.text(options.get('db_table')) ?? (options.has('app_label') ? `${names.text(options.get('app_label')) ?? ''}_${name.toLowerCase()}` : undefined);
      const table = stated ?? `${appOf(path)}_${name.toLowerCase()}`;
      // An app may keep its models in folders of any depth.
      const guess = stated === undefined ? { unprefixed: name.toLowerCase() } : {};
      yield { kind: 'declared', of: 'table', table, name: table, line: definition.line, shape: '', ...guess };
      yield { kind: 'declared', of: 'entity', name, line: definition.line, shape: '' };
      for (const { name: field, value, node } of fields) {
        if (!value) continue;
        const callee = calleeOf(value);
        const line = node.line;
        if (isRelation(callee)) {
          const { positional, named } = argumentsOf(value);
          const target = relationTarget((positional[0] ?? named.get('to'))?.text ?? '');
          yield { kind: 'declared', of: 'relation', name: `${name}.${field}`, target: target === 'self' ? name : target, line, shape: `${lastName(callee)} ${target}` };
        }
        if (hasNoColumn(callee)) continue;
        const column = columnName(field, value, names);
        yield { kind: 'declared', of: 'column', table, name: column, field, line, shape: fieldShape(value), ...guess };
        for (const key of fieldKeys(column, value)) yield { kind: 'declared', table, line, ...key, ...guess };
      }
      for (const list of ['indexes', 'constraints']) {
        for (const call of names.value(options.get(list))?.children ?? []) {
          const key = keyOf(call, names);
          if (key) yield { kind: 'declared', table, line: call.line, ...key, ...guess };
        }
      }
      for (const columns of together(options.get('unique_together'), names)) yield { kind: 'declared', of: 'constraint', table, name: `unique(${columns.join(',')})`, columns, line: options.get('unique_together')?.line ?? definition.line, shape: 'unique', ...guess };
      for (const columns of together(options.get('index_together'), names)) yield { kind: 'declared', of: 'index', table, name: `index(${columns.join(',')})`, columns, line: options.get('index_together')?.line ?? definition.line, shape: 'index', ...guess };
    }
  },
};
