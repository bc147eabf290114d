import { argumentsOf, attributesOf, calledName, CsNames, typeArguments } from './csharpSyntax.js';
import type { DeclaredStatement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { ancestorOf, childOf, childrenOf, nodesOf, normalised } from './syntax.js';

const collections = /^(?:ICollection|IList|List|IEnumerable|HashSet|ISet|Collection|IReadOnlyCollection|IReadOnlyList|ObservableCollection)$/;
const simple = /^(?:string|int|long|short|byte|bool|double|float|decimal|char|uint|ulong|ushort|object|DateTime|DateTimeOffset|DateOnly|TimeOnly|TimeSpan|Guid|Uri|byte\[\]|JsonDocument|Int32|Int64|String|Boolean)$/;

/** Base classes whose name says that a class is stored. */
const entityBase = /^(?:\w+\.)*(?:Base|Auditable|Audited|FullAudited|Tracked)?(?:Entity|AggregateRoot)(?:Base)?(?:WithTypedId)?(?:<.*>)?$/s;

/**
 * Entities of EF Core: `DbSet<T>` and configurations say which classes are tables, also for classes of other files;
 * the classes' properties are their columns.
 */
export const efModels: Recogniser = {
  name: 'EF Core',
  languages: ['c-sharp'],
  hint: /DbSet<|IEntityTypeConfiguration<|IdentityDbContext<|\{\s*get;/,
  *read({ root, path }): Generator<DeclaredStatement> {
    if (!root || /\/Migrations\//.test(path) || /\b(?:Dto|ViewModel|Request|Response|Command|Query|Settings|Options)\.cs$/i.test(path)) return;
    const names = new CsNames(root);
    for (const node of nodesOf(root, 'class_declaration', 'record_declaration')) {
      const name = node.field('name')?.text ?? '';
      const bases = childOf(node, 'base_list')?.children ?? [];
      const properties = childrenOf(node.field('body'), 'property_declaration');
      const sets = properties.filter((each) => each.field('type')?.type === 'generic_name' && each.field('type')?.children[0]?.text === 'DbSet');
      const identity = bases.find((base) => base.type === 'generic_name' && /IdentityDbContext$/.test(base.children[0]?.text ?? ''));
      const configured = bases.filter((base) => base.type === 'generic_name' && /EntityTypeConfiguration$/.test(base.children[0]?.text ?? ''));
      if (sets.length || identity) {
        const named = new Map<string, string>();
        for (const call of nodesOf(node, 'invocation_expression')) {
          if (calledName(call) !== 'ToTable') continue;
          // In `Entity<Post>().ToTable(…)`, or in the function that `Entity<Post>(e => …)` is given.
          let entity = /Entity<(\w+)>/.exec(call.text)?.[1];
          for (let up = ancestorOf(call, 'invocation_expression'); up && !entity; up = ancestorOf(up, 'invocation_expression')) entity = /^[\w.]*\bEntity<(\w+)>\s*\(/.exec(up.text)?.[1];
          const table = names.text(argumentsOf(call).positional[0]);
          if (entity && table) named.set(entity, table);
        }
        for (const property of sets) {
          const entity = typeArguments(property.field('type'))[0]?.text.replace(/^.*\./, '') ?? '';
          const table = named.get(entity) ?? property.field('name')?.text ?? entity;
          yield { kind: 'declared', of: 'table', table, name: table, line: property.line, shape: '' };
          yield { kind: 'declared', of: 'entity', name: entity, table, line: property.line, shape: '' };
        }
        const user = typeArguments(identity)[0]?.text;
        if (user) yield { kind: 'declared', of: 'entity', name: user, table: 'AspNetUsers', line: node.line, shape: '' };
        continue;
      }
      for (const base of configured) {
        const entity = typeArguments(base)[0]?.text.replace(/^.*\./, '') ?? '';
        const call = nodesOf(node, 'invocation_expression').find((each) => calledName(each) === 'ToTable');
        const table = (call ? names.text(argumentsOf(call).positional[0]) : undefined) ?? entity;
        yield { kind: 'declared', of: 'entity', name: entity, table, line: node.line, shape: '' };
      }
      if (configured.length || !properties.length || /(?:Dto|ViewModel|Controller|Service|Request|Response|Settings|Options|Command|Query|Handler|Context)$/i.test(name)) continue;
      // Where no set names the entities, their base class tells them.
      if (/(?:^|\/)(?:Models?|Entities|Entity|Domain|Data)\//i.test(path) && bases.some((base) => entityBase.test(base.text)) && !childrenOf(node, 'modifier').some(({ text }) => text === 'abstract')) yield { kind: 'declared', of: 'entity', name, line: node.line, shape: '' };
      const attributes = attributesOf(node);
      const table = names.text(attributes.find((each) => each.name === 'Table')?.positional[0]);
      const conditional = { table: table ?? name, onlyIfEntity: name };
      for (const attribute of attributes) {
        if (attribute.name !== 'Index') continue;
        const columns = attribute.positional.flatMap((each) => names.texts(each));
        const unique = attribute.named.get('IsUnique')?.text === 'true';
        yield { kind: 'declared', of: 'index', ...conditional, name: names.text(attribute.named.get('Name')) ?? `IX_${table ?? name}_${columns.join('_')}`, columns, line: attribute.node.line, shape: unique ? 'unique' : 'index' };
      }
      for (const property of properties) {
        const type = property.field('type');
        const own = attributesOf(property);
        const accessors = property.field('accessors');
        const modifiers = childrenOf(property, 'modifier').map((each) => each.text);
        // A collection of entities needs no setter.
        if (!type || !accessors || (!/\b(?:set|init)\b/.test(accessors.text) && !(type.type === 'generic_name' && collections.test(type.children[0]?.text ?? ''))) || modifiers.includes('static') || !modifiers.includes('public') || own.some((each) => each.name === 'NotMapped')) continue;
        const nullable = type.type === 'nullable_type';
        const inner = nullable ? type.children[0] ?? type : type;
        const field = property.field('name')?.text ?? '';
        const line = property.field('name')?.line ?? property.line;
        const many = inner.type === 'generic_name' && collections.test(inner.children[0]?.text ?? '');
        const target = many ? typeArguments(inner)[0]?.text.replace(/^.*\./, '') ?? '' : inner.text.replace(/^.*\./, '');
        if (!simple.test(target) && /^[A-Z]\w*$/.test(target)) yield { kind: 'declared', of: 'relation', name: `${name}.${field}`, target, line, shape: `${many ? '[]' : ''}${target}`, onlyIfEntity: name };
        if (many && !simple.test(target)) continue;
        const column = names.text(own.find((each) => each.name === 'Column')?.positional[0]) ?? field;
        const length = own.find((each) => /^(?:MaxLength|StringLength)$/.test(each.name))?.positional[0]?.text;
        const required = own.some((each) => each.name === 'Required') || modifiers.includes('required');
        yield { kind: 'declared', of: 'column', ...conditional, name: column, line, shape: `${normalised(inner.text)}${length ? `(${length})` : ''}${!nullable || required ? ' not null' : ''}`,
          ...(column === field ? {} : { field }), ...(simple.test(target) ? {} : { unlessEntity: target }) };
      }
    }
  },
};
