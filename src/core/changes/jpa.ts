import type { DeclaredStatement } from './facts.js';
import { annotationOf, annotationsOf, isStatic, JavaNames } from './javaSyntax.js';
import type { Annotation } from './javaSyntax.js';
import type { Recogniser } from './recogniser.js';
import { childOf, childrenOf, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';
import { snakeCase } from './words.js';

const pointing = /^(?:ManyToOne|OneToOne|OneToMany|ManyToMany)$/;
const primitive = /^(?:int|long|short|byte|boolean|double|float|char)$/;

/** Entities of JPA by field or getter annotations; names as Spring Boot makes them. */
export const jpa: Recogniser = {
  name: 'JPA',
  languages: ['java'],
  hint: /@Entity\b/,
  *read({ root, text }): Generator<DeclaredStatement> {
    if (!root || !/persistence|hibernate/.test(text)) return;
    const names = new JavaNames(root);
    for (const node of nodesOf(root, 'class_declaration')) {
      const annotations = annotationsOf(node);
      const find = (list: readonly Annotation[], ...wanted: string[]): Annotation | undefined => list.find(({ name }) => wanted.includes(name));
      if (!find(annotations, 'Entity')) continue;
      const name = node.field('name')?.text ?? '';
      const stated = find(annotations, 'Table');
      // What has a discriminator's value and no table of its own stands in the table of the class above.
      const above = /(\w+)(?:<.*)?$/s.exec(node.field('superclass')?.text ?? '')?.[1];
      const single = !stated && above !== undefined && find(annotations, 'DiscriminatorValue') !== undefined;
      const table = (names.text(stated?.values.get('name')) ?? names.text(find(annotations, 'Entity')?.values.get('name')) ?? snakeCase(single ? above : name)).replace(/["`[\]]/g, '');
      if (!single) yield { kind: 'declared', of: 'table', table, name: table, line: node.line, shape: '' };
      yield { kind: 'declared', of: 'entity', name, line: node.line, shape: '' };
      for (const [key, of] of [['indexes', 'index'], ['uniqueConstraints', 'constraint']] as const) {
        for (const each of names.list(stated?.values.get(key))) {
          const { values } = annotationOf(each);
          const columns = of === 'index' ? (names.text(values.get('columnList')) ?? '').split(',').map((column) => column.trim().split(/\s/)[0] ?? '').filter(Boolean) : names.list(values.get('columnNames')).map((column) => names.text(column) ?? '');
          const unique = of === 'constraint' || values.get('unique')?.text === 'true';
          yield { kind: 'declared', of, table, name: names.text(values.get('name')) ?? `${unique ? 'unique' : 'index'}(${columns.join(',')})`, columns, line: each.line, shape: unique ? 'unique' : 'index' };
        }
      }
      const members: { field: string; type: SyntaxNode | undefined; annotations: Annotation[]; line: number }[] = [];
      for (const member of node.field('body')?.children ?? []) {
        const own = annotationsOf(member);
        if (member.type === 'field_declaration' && !isStatic(member) && !/\btransient\b/.test(childOf(member, 'modifiers')?.text ?? '')) {
          for (const declarator of childrenOf(member, 'variable_declarator')) members.push({ field: declarator.field('name')?.text ?? '', type: member.field('type'), annotations: own, line: declarator.line });
        } else if (member.type === 'method_declaration' && own.some((each) => /^(?:Column|Id|JoinColumn)$/.test(each.name) || pointing.test(each.name))) {
          const property = member.field('name')?.text.replace(/^(?:get|is)/, '') ?? '';
          const field = property.slice(0, 1).toLowerCase() + property.slice(1);
          const known = members.findIndex((each) => each.field === field);
          if (known >= 0) members.splice(known, 1);
          members.push({ field, type: member.field('type'), annotations: own, line: member.field('name')?.line ?? member.line });
        }
      }
      for (const { field, type, annotations: own, line } of members) {
        if (find(own, 'Transient', 'Formula', 'ElementCollection')) continue;
        const relation = own.find((each) => pointing.test(each.name));
        const joined = find(own, 'JoinColumn');
        const column = find(own, 'Column');
        if (relation) {
          const inner = type ? nodesOf(type, 'type_identifier').at(-1)?.text ?? '' : '';
          const target = relation.values.get('targetEntity')?.text.replace(/\.class$/, '') ?? inner;
          yield { kind: 'declared', of: 'relation', name: `${name}.${field}`, target, line, shape: `${relation.name} ${target}` };
          if (/Many$/.test(relation.name) || relation.values.has('mappedBy') || find(own, 'JoinTable')) continue;
          const by = names.text(joined?.values.get('name')) ?? `${snakeCase(field)}_id`;
          yield { kind: 'declared', of: 'column', table, name: by, field, line, shape: `${target}${joined?.values.get('nullable')?.text === 'false' || relation.values.get('optional')?.text === 'false' ? ' not null' : ''}` };
          continue;
        }
        if (find(own, 'Embedded', 'EmbeddedId')) continue;
        const said = type ? normalised(type.text) : '';
        if (/^(?:List|Set|Collection|Map)</.test(said) && !column && !find(own, 'Convert', 'Type', 'JdbcTypeCode')) continue;
        const length = column?.values.get('length')?.text;
        const notNull = column?.values.get('nullable')?.text === 'false' || primitive.test(said) || find(own, 'NotNull', 'Id', 'NotBlank', 'NotEmpty') !== undefined;
        const definition = names.text(column?.values.get('columnDefinition'));
        const by = (names.text(column?.values.get('name')) ?? snakeCase(field)).replace(/["`[\]]/g, '');
        const initial = names.text(find(own, 'ColumnDefault')?.values.get('value'));
        yield { kind: 'declared', of: 'column', table, name: by, field, line, shape: `${definition ?? said}${length ? `(${length})` : ''}${notNull ? ' not null' : ''}${initial === undefined ? '' : ` default ${initial}`}` };
        if (column?.values.get('unique')?.text === 'true') yield { kind: 'declared', of: 'constraint', table, name: `unique(${by})`, columns: [by], line, shape: 'unique' };
      }
    }
  },
};
