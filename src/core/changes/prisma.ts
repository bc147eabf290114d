import type { Statement } from './facts.js';
import type { Recogniser } from './recogniser.js';

interface Line { readonly text: string; readonly line: number }
interface Block { readonly kind: string; readonly name: string; readonly line: number; readonly lines: readonly Line[] }

/** Blocks of a Prisma schema; comments are gone, lines that brackets continue are joined. The format is line-based. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { kind: string; name: string; line: number; lines: Line[] } | undefined;
  let pending = '';
  let from = 0;
  text.split(/\r?\n/).forEach((raw, index) => {
    const bare = raw.replace(/("(?:\\.|[^"\\])*")|\/\/.*$/g, (_, literal: string | undefined) => literal ?? '').trim();
    if (!open) {
      const start = /^(model|view|type|enum)\s+(\w+)\s*\{(.*)$/.exec(bare);
      if (start) open = { kind: start[1] ?? '', name: start[2] ?? '', line: index + 1, lines: [] };
      if (start?.[3]?.includes('}') && open) {
        blocks.push(open);
        open = undefined;
      }
      return;
    }
    if (bare === '}' && !pending) {
      blocks.push(open);
      open = undefined;
      return;
    }
    if (!bare) return;
    if (!pending) from = index + 1;
    pending = pending ? `${pending} ${bare}` : bare;
    const balance = [...pending.replace(/"(?:\\.|[^"\\])*"/g, '')].reduce((depth, char) => depth + ('([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0), 0);
    if (balance > 0) return;
    open.lines.push({ text: pending, line: from });
    pending = '';
  });
  if (open) blocks.push(open);
  return blocks;
}

/** The argument list of an attribute, brackets balanced: `(fields: [a], references: [id])`. */
function attribute(text: string, name: string): string | undefined {
  const at = new RegExp(`${name.replace('.', '\\.')}(?![\\w.])`).exec(text);
  if (!at) return undefined;
  let depth = 0;
  const start = at.index + at[0].length;
  if (text[start] !== '(') return '';
  for (let index = start; index < text.length; index++) {
    if (text[index] === '(') depth++;
    else if (text[index] === ')' && --depth === 0) return text.slice(start + 1, index);
  }
  return text.slice(start + 1);
}
const listed = (text: string | undefined, key: string): string[] => (new RegExp(`(?:${key}\\s*:\\s*)?\\[([^\\]]*)\\]`).exec(text ?? '')?.[1] ?? '').replace(/\([^)]*\)/g, '').split(',').map((each) => each.trim()).filter(Boolean);
const quoted = (text: string | undefined): string | undefined => /"((?:\\.|[^"\\])*)"/.exec(text ?? '')?.[1];

/** Models, enums and views of a Prisma schema. */
export const prisma: Recogniser = {
  name: 'Prisma',
  languages: undefined,
  path: /\.prisma$/,
  hint: /^\s*(?:model|enum|view|type)\s/m,
  *read({ text }): Generator<Statement> {
    const blocks = blocksOf(text);
    const models = new Set(blocks.filter(({ kind }) => kind === 'model' || kind === 'view').map(({ name }) => name));
    const enums = new Set(blocks.filter(({ kind }) => kind === 'enum').map(({ name }) => name));
    for (const { kind, name, line, lines } of blocks) {
      const mapped = quoted(attribute(lines.find((each) => each.text.startsWith('@@map('))?.text ?? '', '@@map'));
      if (kind === 'enum') {
        yield { kind: 'declared', of: 'enum', name: mapped ?? name, line, shape: lines.filter((each) => !each.text.startsWith('@@')).map((each) => each.text.split(/\s/)[0]).join(', ') };
        continue;
      }
      if (kind === 'type') continue;
      const table = mapped ?? name;
      if (kind === 'view') {
        yield { kind: 'declared', of: 'view', name: table, table, line, shape: lines.map((each) => each.text.replace(/\s+/g, ' ')).join(';') };
        continue;
      }
      yield { kind: 'declared', of: 'table', table, name: table, line, shape: '' };
      yield { kind: 'declared', of: 'entity', name, line, shape: '' };
      const columns = new Map<string, string>();
      for (const each of lines) {
        const field = /^(\w+)\s+(\w+|Unsupported\([^)]*\))(\[\]|\?)?\s*(.*)$/.exec(each.text);
        if (!field || each.text.startsWith('@@')) continue;
        const [, fieldName = '', type = '', mark = '', attributes = ''] = field;
        if (models.has(type) || (!enums.has(type) && /@relation\b/.test(attributes))) {
          const relation = attribute(attributes, '@relation');
          yield { kind: 'declared', of: 'relation', name: `${name}.${fieldName}`, target: type, line: each.line,
            shape: [`${type}${mark === '[]' ? mark : ''}`, /onDelete\s*:\s*\w+/.exec(relation ?? '')?.[0].replace(/\s/g, '')].filter(Boolean).join(' ') };
          continue;
        }
        const column = quoted(attribute(attributes, '@map')) ?? fieldName;
        columns.set(fieldName, column);
        const native = /@db\.\w+(?:\([^)]*\))?/.exec(attributes)?.[0];
        const initial = attribute(attributes, '@default');
        yield { kind: 'declared', of: 'column', table, name: column, line: each.line,
          shape: [`${type}${mark === '[]' ? mark : ''}`, native, mark === '?' ? 'nullable' : 'not null', initial === undefined ? '' : `default ${initial.replace(/\s+/g, ' ')}`].filter(Boolean).join(' ') };
        if (/@unique\b/.test(attributes)) {
          yield { kind: 'declared', of: 'index', table, name: quoted(attribute(attributes, '@unique')) ?? `${table}_${column}_key`, columns: [column], line: each.line, shape: 'unique' };
        }
      }
      for (const each of lines) {
        const found = /^@@(unique|index|fulltext|id)\b/.exec(each.text);
        if (!found || found[1] === 'id') continue;
        const inner = attribute(each.text, `@@${found[1] ?? ''}`);
        const on = listed(inner, 'fields').map((field) => columns.get(field) ?? field);
        const named = /map\s*:\s*"([^"]*)"/.exec(inner ?? '')?.[1] ?? `${table}_${on.join('_')}_${found[1] === 'unique' ? 'key' : 'idx'}`;
        yield { kind: 'declared', of: 'index', table, name: named, columns: on, line: each.line, shape: found[1] === 'unique' ? 'unique' : 'index' };
      }
    }
  },
};
