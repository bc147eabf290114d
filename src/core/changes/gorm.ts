import type { DeclaredStatement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { childrenOf, nodesOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';
import { plural, snakeCase } from './words.js';

interface Field { readonly names: readonly string[]; readonly type: SyntaxNode; readonly tag: Map<string, string>; readonly line: number; readonly tagged: boolean }

/** Settings of a `gorm:"…"` tag by lower-case key. */
function settingsOf(tag: string): Map<string, string> | undefined {
  const inner = /gorm:"((?:[^"\\]|\\.)*)"/.exec(tag)?.[1];
  if (inner === undefined) return undefined;
  return new Map(inner.split(/(?<!\\);/).filter(Boolean).map((each) => {
    const at = each.indexOf(':');
    return [(at < 0 ? each : each.slice(0, at)).trim().toLowerCase(), at < 0 ? '' : each.slice(at + 1).trim()];
  }));
}

const fieldsOf = (struct: SyntaxNode): Field[] => childrenOf(struct.children[0], 'field_declaration').flatMap((node) => {
  const type = node.field('type');
  if (!type) return [];
  const settings = settingsOf(node.field('tag')?.text ?? '');
  return [{ names: childrenOf(node, 'field_identifier').map(({ text }) => text), type, tag: settings ?? new Map<string, string>(), line: node.line, tagged: settings !== undefined }];
});

const builtin = /^(?:string|bool|u?int(?:8|16|32|64)?|float(?:32|64)|byte|rune|any|error|complex\d+|uintptr)$/;

/** `*[]pkg.Type` → its parts. */
function typeOf(node: SyntaxNode): { name: string; local: boolean; many: boolean } {
  let text = node.text.replace(/\s+/g, '');
  const many = /^\**\[\d*\]/.test(text);
  text = text.replace(/^(?:\*|\[\d*\])+/, '');
  return { name: text, local: /^[A-Z]\w*$/.test(text), many };
}

/** Structs that GORM maps: tags, `gorm.Model`, TableName. */
export const gorm: Recogniser = {
  name: 'GORM',
  languages: ['go'],
  hint: /gorm:"|gorm\.Model|gorm\.DeletedAt|\) TableName\(\)/,
  eitherText: true,
  *read({ root, path }): Generator<DeclaredStatement> {
    if (!root) return;
    // Shapes of requests and answers often keep the tags of the model that they were copied from.
    const shapes = /(?:^|\/)(?:requests?|responses?|req|res|resp|dtos?|vo|forms?)\//i.test(path);
    const structs = new Map<string, SyntaxNode>();
    const kinds = new Map<string, string>();
    for (const spec of nodesOf(root, 'type_spec')) {
      const [name, type] = [spec.field('name')?.text, spec.field('type')];
      if (!name || !type) continue;
      kinds.set(name, type.type);
      if (type.type === 'struct_type') structs.set(name, type);
    }
    const tables = new Map<string, string>();
    for (const method of nodesOf(root, 'method_declaration')) {
      if (method.field('name')?.text !== 'TableName') continue;
      const owner = method.field('receiver')?.text.replace(/[()*]/g, '').trim().split(/\s+/).at(-1) ?? '';
      const literal = nodesOf(method.field('body') ?? method, 'interpreted_string_literal', 'raw_string_literal')[0]?.text;
      tables.set(owner, literal ? literal.slice(1, -1) : '');
    }
    const embedded = new Set<string>();
    for (const struct of structs.values()) for (const field of fieldsOf(struct)) if (!field.names.length || field.tag.has('embedded')) embedded.add(typeOf(field.type).name);

    const statedBy = function* (name: string, struct: SyntaxNode, fields: readonly Field[]): Generator<DeclaredStatement> {
      const table = tables.get(name) || plural(snakeCase(name));
      const line = struct.parent?.line ?? struct.line;
      yield { kind: 'declared', of: 'table', table, name: table, line, shape: '' };
      yield { kind: 'declared', of: 'entity', name, line, shape: '' };
      const keys = new Map<string, { unique: boolean; columns: { column: string; priority: number }[]; line: number }>();
      const members = function* (list: readonly Field[], prefix: string, depth: number): Generator<DeclaredStatement> {
        for (const field of list) {
          if (field.tag.has('-')) continue;
          const type = typeOf(field.type);
          const inner = structs.get(type.name);
          if (!field.names.length || field.tag.has('embedded')) {
            if (type.name === 'gorm.Model') continue;
            if (inner && depth < 4) yield* members(fieldsOf(inner), prefix + (field.tag.get('embeddedprefix') ?? ''), depth + 1);
            continue;
          }
          for (const each of field.names) {
            if (!/^[A-Z]/.test(each)) continue;
            const stored = field.tag.has('type') || field.tag.has('serializer') || field.tag.has('column');
            const pointing = ['foreignkey', 'references', 'many2many', 'polymorphic', 'constraint', 'joinforeignkey', 'association_foreignkey'].some((key) => field.tag.has(key));
            const sibling = list.some((other) => other.names.some((one) => one === `${each}ID` || one === `${each}Id`));
            const relation = !stored && type.local && !builtin.test(type.name) && (pointing || inner !== undefined || (sibling && !kinds.has(type.name)) || (type.many && kinds.get(type.name) === undefined && !field.tag.has('default')));
            if (relation) {
              yield { kind: 'declared', of: 'relation', name: `${name}.${each}`, target: type.name, line: field.line, shape: `${type.many ? '[]' : ''}${type.name}` };
              continue;
            }
            if (pointing && !stored && /^\w+\.[A-Z]/.test(type.name)) {
              yield { kind: 'declared', of: 'relation', name: `${name}.${each}`, target: type.name.replace(/^.*\./, ''), line: field.line, shape: type.name };
              continue;
            }
            if (/^(?:func|chan|map)\b/.test(type.name) && !stored) continue;
            const column = prefix + (field.tag.get('column') ?? snakeCase(each));
            const initial = field.tag.get('default');
            const notNull = field.tag.has('not null') || field.tag.has('primarykey') || field.tag.has('primary_key');
            yield { kind: 'declared', of: 'column', table, name: column, field: each, line: field.line,
              shape: `${field.tag.get('type') ?? field.type.text.replace(/\s+/g, '')}${field.tag.has('size') ? `(${field.tag.get('size') ?? ''})` : ''}${notNull ? ' not null' : ''}${initial === undefined ? '' : ` default ${initial}`}` };
            for (const [key, value] of field.tag) {
              if (!/^(?:index|uniqueindex|unique_index|unique)$/.test(key)) continue;
              if (key === 'unique') {
                yield { kind: 'declared', of: 'constraint', table, name: value || `uni_${table}_${column}`, columns: [column], line: field.line, shape: 'unique' };
                continue;
              }
              const [said = '', ...options] = value.split(',').map((option) => option.trim());
              const composite = options.find((option) => /^composite:/.test(option))?.slice(10);
              const index = composite ? `idx_${table}_${composite}` : said && !said.includes(':') ? said : `idx_${table}_${column}`;
              const known = keys.get(index) ?? { unique: false, columns: [], line: field.line };
              known.unique ||= key !== 'index' || options.includes('unique') || said === 'unique';
              known.columns.push({ column, priority: Number(options.find((option) => option.startsWith('priority:'))?.slice(9) ?? 10) });
              keys.set(index, known);
            }
          }
        }
      };
      yield* members(fields, '', 0);
      for (const [index, { unique, columns, line: at }] of keys) {
        yield { kind: 'declared', of: 'index', table, name: index, columns: columns.sort((a, b) => a.priority - b.priority).map(({ column }) => column), line: at, shape: unique ? 'unique' : 'index' };
      }
    };
    for (const [name, struct] of structs) {
      const fields = fieldsOf(struct);
      const isModel = tables.has(name) || fields.some((field) => (field.names.length === 0 && /^\*?gorm\.Model$/.test(field.type.text)) || (field.tagged && [...field.tag.keys()].some((key) => key !== '-' && key !== 'column'))
        // Tags that only name columns are those of a query's result, unless there is an identity.
        || (field.tagged && field.tag.has('column') && fields.some((other) => other.names.some((each) => /^(?:ID|Id)$/.test(each)))));
      if ((shapes || embedded.has(name)) && !tables.has(name)) continue;
      // A struct that is mapped without any tag gets its first one: it was a table before.
      if (isModel) yield* statedBy(name, struct, fields);
      else if (/^[A-Z]/.test(name)) for (const statement of statedBy(name, struct, fields)) yield { ...statement, unsure: true };
    }
  },
};
