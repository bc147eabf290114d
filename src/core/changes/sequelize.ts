import type { DeclaredStatement } from './facts.js';
import { argumentsOf, bare, classesOf, decoratorCall, decoratorsOf, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import type { Recogniser } from './recogniser.js';
import { ancestorOf, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';
import { pointedClass } from './typeorm.js';
import { plural } from './words.js';

/** Type, nullability and default of an attribute, equal for model and migration. */
export function attributeShape(node: SyntaxNode | undefined, names: Names): string {
  const value = names.value(node);
  const members = value?.type === 'object' ? membersOf(value) : undefined;
  const type = normalised((members ? members.get('type') : value)?.text ?? '').replace(/^(?:\w+\.)*(?:DataTypes|DataType|Sequelize|Types)\./, '').replace(/\(\)$/, '');
  const initial = members?.get('defaultValue');
  return `${type}${members?.get('allowNull')?.text === 'false' || members?.get('primaryKey')?.text === 'true' ? ' not null' : ''}${initial && initial.text !== 'null' ? ` default ${normalised(initial.text)}` : ''}`;
}

const associations = /^(?:hasMany|hasOne|belongsTo|belongsToMany)$/;
const decorated = /^(?:HasMany|HasOne|BelongsTo|BelongsToMany)$/;
const isTrue = (node: SyntaxNode | undefined): boolean => node !== undefined && node.text !== 'false';

/** Models of Sequelize: `define`, `init`, associations, and sequelize-typescript's decorators. */
export const sequelize: Recogniser = {
  name: 'Sequelize',
  languages: javascriptLanguages,
  hint: /sequelize/i,
  *read({ root, path }): Generator<DeclaredStatement> {
    if (!root || /(?:^|\/)(?:migrations?|seeders?)\//.test(path)) return;
    const names = Names.of(root);
    const model = function* (name: string, attributes: SyntaxNode | undefined, options: ReadonlyMap<string, SyntaxNode>, line: number): Generator<DeclaredStatement> {
      const table = names.text(options.get('tableName')) ?? (options.get('freezeTableName')?.text === 'true' ? name : plural(name));
      yield { kind: 'declared', of: 'table', table, name: table, line, shape: '' };
      yield { kind: 'declared', of: 'entity', name, line, shape: '' };
      for (const [field, value] of membersOf(names.value(attributes))) {
        const said = membersOf(names.value(value));
        if (/^(?:\w+\.)*VIRTUAL\b/.test((said.get('type') ?? value).text.replace(/^(?:DataTypes|Sequelize)\./, ''))) continue;
        const column = names.text(said.get('field')) ?? field;
        yield { kind: 'declared', of: 'column', table, name: column, line: value.line, shape: attributeShape(value, names), ...(column === field ? {} : { field }) };
        if (isTrue(said.get('unique'))) yield { kind: 'declared', of: 'constraint', table, name: `unique(${column})`, columns: [column], line: value.line, shape: 'unique' };
      }
      for (const index of names.value(options.get('indexes'))?.children ?? []) {
        const said = membersOf(index);
        const on = (names.value(said.get('fields'))?.children ?? []).map((each) => names.text(each) ?? names.text(membersOf(each).get('name')) ?? each.text);
        yield { kind: 'declared', of: 'index', table, name: names.text(said.get('name')) ?? `${table}_${on.join('_')}`, columns: on, line: index.line, shape: isTrue(said.get('unique')) ? 'unique' : 'index' };
      }
    };
    for (const call of nodesOf(root, 'call_expression')) {
      const callee = bare(call.field('function'));
      const method = nameOf(callee);
      const args = argumentsOf(call);
      if (method === 'define' && callee?.type === 'member_expression' && args.length >= 2 && /sequelize|db|database|connection/i.test(callee.field('object')?.text ?? '')) {
        const name = names.text(args[0]);
        if (name !== undefined && names.value(args[1])?.type === 'object') yield* model(name, args[1], membersOf(names.value(args[2])), call.line);
      } else if (method === 'init' && callee?.type === 'member_expression' && args.length === 2 && names.value(args[0])?.type === 'object' && /sequelize/i.test(args[1]?.text ?? '')) {
        const options = membersOf(names.value(args[1]));
        const owner = callee.field('object')?.text === 'this' || callee.field('object')?.text === 'super' ? ancestorOf(call, 'class_declaration', 'class')?.field('name')?.text : callee.field('object')?.text;
        const name = names.text(options.get('modelName')) ?? owner ?? '';
        if (name) yield* model(name, args[0], options, call.line);
      } else if (associations.test(method) && callee?.type === 'member_expression' && args[0]) {
        const object = callee.field('object');
        const owner = object?.text === 'this' ? ancestorOf(call, 'class_declaration', 'class')?.field('name')?.text ?? '' : nameOf(object) || (object?.text ?? '');
        const target = pointedClass(args[0]);
        const as = names.text(membersOf(names.value(args[1])).get('as'));
        const known = names.values.get(owner);
        const name = known && nameOf(known) === 'define' ? names.text(argumentsOf(bare(known))[0]) ?? owner : owner;
        if (/^[A-Z]/.test(target)) yield { kind: 'declared', of: 'relation', name: `${name}.${as ?? (method.endsWith('Many') ? plural(target.slice(0, 1).toLowerCase() + target.slice(1)) : target.slice(0, 1).toLowerCase() + target.slice(1))}`, target, line: call.line, shape: `${method} ${target}` };
      }
    }
    for (const node of classesOf(root)) {
      const decorators = decoratorsOf(node).map(decoratorCall);
      const table_ = decorators.find((call) => nameOf(call) === 'Table' || call?.text === 'Table');
      if (!table_) continue;
      const name = node.field('name')?.text ?? '';
      const options = membersOf(names.value(argumentsOf(table_)[0]));
      const table = names.text(options.get('tableName')) ?? name;
      yield { kind: 'declared', of: 'table', table, name: table, line: node.line, shape: '' };
      yield { kind: 'declared', of: 'entity', name, line: node.line, shape: '' };
      for (const member of node.field('body')?.children ?? []) {
        if (member.type !== 'public_field_definition' && member.type !== 'field_definition') continue;
        const field = (member.field('name') ?? member.field('property'))?.text ?? '';
        const own = decoratorsOf(member).map(decoratorCall).filter((call): call is SyntaxNode => call !== undefined);
        const line = (member.field('name') ?? member).line;
        const relation = own.find((call) => decorated.test(nameOf(call)));
        if (relation) {
          const target = pointedClass(argumentsOf(relation)[0]);
          yield { kind: 'declared', of: 'relation', name: `${name}.${field}`, target, line, shape: `${nameOf(relation)} ${target}` };
          continue;
        }
        const column = own.find((call) => /^(?:Column|CreatedAt|UpdatedAt|DeletedAt|ForeignKey|PrimaryKey)$/.test(nameOf(call)));
        if (!column) continue;
        const exact = own.find((call) => nameOf(call) === 'Column') ?? column;
        const [first] = nameOf(exact) === 'Column' ? argumentsOf(exact) : [];
        const said = membersOf(names.value(first));
        if (/VIRTUAL/.test((said.get('type') ?? first)?.text.slice(0, 40) ?? '')) continue;
        const by = names.text(said.get('field')) ?? field;
        const declared = normalised(member.field('type')?.text ?? '').replace(/^:/, '').replace(/\|(?:null|undefined)\b/g, '');
        const notNull = own.some((call) => nameOf(call) === 'AllowNull' && argumentsOf(call)[0]?.text === 'false');
        const initial = own.find((call) => nameOf(call) === 'Default');
        yield { kind: 'declared', of: 'column', table, name: by, line, ...(by === field ? {} : { field }), shape: `${first ? attributeShape(first, names) : declared}${notNull ? ' not null' : ''}${initial ? ` default ${normalised(argumentsOf(initial)[0]?.text ?? '')}` : ''}` };
        if (own.some((call) => nameOf(call) === 'Unique') || isTrue(said.get('unique'))) yield { kind: 'declared', of: 'constraint', table, name: `unique(${by})`, columns: [by], line, shape: 'unique' };
        else if (own.some((call) => nameOf(call) === 'Index')) yield { kind: 'declared', of: 'index', table, name: `index(${by})`, columns: [by], line, shape: 'index' };
      }
    }
  },
};
