import type { DeclaredStatement } from './facts.js';
import { argumentsOf, bare, classesOf, decoratorCall, decoratorsOf, isFunction, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import type { Recogniser } from './recogniser.js';
import { nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';
import { snakeCase } from './words.js';

const columns = /^(?:Column|PrimaryColumn|PrimaryGeneratedColumn|CreateDateColumn|UpdateDateColumn|DeleteDateColumn|VersionColumn|ObjectIdColumn|ViewColumn|DbAwareColumn|Generated)$|^\w+Column$/;
const relations = /^(?:ManyToOne|OneToOne|OneToMany|ManyToMany)$/;

/** `User` of `() => User`, `type => User`, `'User'`. */
export function pointedClass(node: SyntaxNode | undefined): string {
  const inner = bare(node);
  if (!inner) return '';
  if (isFunction(inner)) return pointedClass(inner.field('body'));
  if (inner.type === 'member_expression') return inner.field('property')?.text ?? '';
  if (inner.type === 'array') return pointedClass(inner.children[0]);
  return inner.text.replace(/['"`]/g, '');
}

/** Entities of TypeORM: decorators of classes and properties. */
export const typeorm: Recogniser = {
  name: 'TypeORM',
  languages: javascriptLanguages,
  hint: /@(?:Entity|ViewEntity|ChildEntity)\s*\(/,
  *read({ root, text }): Generator<DeclaredStatement> {
    if (!root || /mikro-orm|from ['"]type-graphql['"](?![\s\S]*typeorm)/.test(text)) return;
    const names = Names.of(root);
    for (const node of classesOf(root)) {
      const calls = decoratorsOf(node).map(decoratorCall).filter((call): call is SyntaxNode => call !== undefined);
      const entity = calls.find((call) => /^(?:Entity|ChildEntity|ViewEntity)$/.test(nameOf(call)));
      if (!entity) continue;
      const name = node.field('name')?.text ?? '';
      const [first] = argumentsOf(entity);
      const options = membersOf(names.value(first));
      const table = names.text(first) ?? names.text(options.get('name')) ?? snakeCase(name);
      if (nameOf(entity) === 'ViewEntity') {
        yield { kind: 'declared', of: 'view', table, name: table, line: node.line, shape: normalised(options.get('expression')?.text ?? '') };
        continue;
      }
      if (nameOf(entity) === 'Entity') yield { kind: 'declared', of: 'table', table, name: table, line: node.line, shape: '' };
      yield { kind: 'declared', of: 'entity', name, line: node.line, shape: '' };
      const key = function* (call: SyntaxNode, field?: string): Generator<DeclaredStatement> {
        const kind = nameOf(call);
        if (kind !== 'Index' && kind !== 'Unique') return;
        const args = argumentsOf(call);
        const named = args.map((each) => (each.type === 'string' ? names.text(each) : undefined)).find(Boolean);
        const list = args.map((each) => names.value(each)).find((each) => each?.type === 'array') ?? args.find((each) => isFunction(each));
        const on = field !== undefined ? [field] : list?.type === 'array' ? list.children.map((each) => names.text(each) ?? each.text) : list ? nodesOf(list, 'member_expression').map((each) => nameOf(each)) : [];
        const unique = kind === 'Unique' || args.some((each) => names.text(membersOf(each).get('unique')) === 'true' || membersOf(each).get('unique')?.text === 'true');
        if (on.length) yield { kind: 'declared', of: kind === 'Unique' ? 'constraint' : 'index', table, name: named ?? `${unique ? 'unique' : 'index'}(${on.join(',')})`, columns: on, line: call.line, shape: unique ? 'unique' : 'index' };
      };
      for (const call of calls) yield* key(call);
      for (const member of node.field('body')?.children ?? []) {
        if (member.type !== 'public_field_definition' && member.type !== 'field_definition') continue;
        const field = (member.field('name') ?? member.field('property'))?.text ?? '';
        const line = (member.field('name') ?? member.field('property') ?? member).line;
        const own = decoratorsOf(member).map(decoratorCall).filter((call): call is SyntaxNode => call !== undefined);
        const relation = own.find((call) => relations.test(nameOf(call)));
        if (relation) {
          const kind = nameOf(relation);
          const target = pointedClass(argumentsOf(relation)[0]);
          const settings = argumentsOf(relation).map((each) => membersOf(each)).find((each) => each.size);
          const cascade = settings?.get('onDelete');
          yield { kind: 'declared', of: 'relation', name: `${name}.${field}`, target, line, shape: `${kind} ${target}${cascade ? ` onDelete ${names.text(cascade) ?? ''}` : ''}` };
          const joined = own.find((call) => nameOf(call) === 'JoinColumn');
          if (kind === 'ManyToOne' || (kind === 'OneToOne' && joined)) {
            const by = names.text(membersOf(names.value(joined ? argumentsOf(joined)[0] : undefined)).get('name')) ?? `${field}Id`;
            const nullable = settings?.get('nullable')?.text !== 'false';
            yield { kind: 'declared', of: 'column', table, name: by, line, shape: `${target}${nullable ? '' : ' not null'}` };
          }
          continue;
        }
        const column = own.find((call) => columns.test(nameOf(call)));
        if (!column || nameOf(column) === 'JoinColumn') {
          for (const call of own) yield* key(call, field);
          continue;
        }
        const args = argumentsOf(column);
        if (isFunction(bare(args[0]))) continue;
        const settings = new Map(args.flatMap((each) => [...membersOf(names.value(each))]));
        const stated = names.text(args[0]) ?? names.text(settings.get('type'));
        const declared = member.field('type') ? normalised(member.field('type')?.text ?? '').replace(/^:/, '') : '';
        const by = names.text(settings.get('name')) ?? field;
        const size = settings.get('length')?.text.replace(/['"]/g, '') ?? (settings.has('precision') ? `${settings.get('precision')?.text ?? ''},${settings.get('scale')?.text ?? ''}` : undefined);
        const initial = settings.get('default');
        const nullable = settings.get('nullable')?.text === 'true' || nameOf(column) === 'DeleteDateColumn';
        const values = settings.get('enum');
        yield { kind: 'declared', of: 'column', table, name: by, line, ...(by === field ? {} : { field }),
          shape: `${stated ?? (columnTypes(nameOf(column)) || declared.replace(/\|(?:null|undefined)\b/g, ''))}${size ? `(${size})` : ''}${settings.get('array')?.text === 'true' ? '[]' : ''}${values ? ` ${normalised(values.text)}` : ''}${nullable ? '' : ' not null'}${initial ? ` default ${normalised(initial.text)}` : ''}` };
        if (settings.get('unique')?.text === 'true') yield { kind: 'declared', of: 'constraint', table, name: `unique(${by})`, columns: [by], line, shape: 'unique' };
        for (const call of own) yield* key(call, by);
      }
    }
  },
};

const columnTypes = (name: string): string => (name === 'Column' ? '' : name.replace(/Column$/, ''));
