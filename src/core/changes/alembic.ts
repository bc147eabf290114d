import type { StepPart, StepStatement } from './facts.js';
import { argumentsOf, calleeOf, lastName, looped, PythonNames } from './pythonSyntax.js';
import type { Recogniser } from './recogniser.js';
import { sqlSteps } from './sql.js';
import { columnShape, tableKeyOf } from './sqlalchemy.js';
import { ancestorOf, descendants, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Operations of Alembic outside of `downgrade`, batches included. */
export const alembic: Recogniser = {
  name: 'Alembic',
  languages: ['python'],
  hint: /\balembic\b[\s\S]*\bop\b|\bbatch_op\b/,
  *read({ root }): Generator<StepStatement> {
    if (!root) return;
    const names = new PythonNames(root);
    const parts = function* (call: SyntaxNode): Generator<StepPart> {
      const callee = calleeOf(call);
      const operation = lastName(callee);
      const receiver = callee.slice(0, Math.max(0, callee.lastIndexOf('.')));
      const { positional, named } = argumentsOf(call);
      const line = call.line;
      const batch = batchTable(call, receiver, names);
      if (operation === 'create' || operation === 'drop') {
        // A type of its own: sa.Enum("a", "b", name="x").create(op.get_bind())
        const type = names.value(call.field('function')?.field('object'));
        const name = /(?:^|\.)(?:Enum|ENUM)$/.test(calleeOf(type)) ? names.text(argumentsOf(type).named.get('name')) : undefined;
        if (name !== undefined) yield { does: operation === 'create' ? 'added' : 'removed', of: 'enum', name, line, shape: argumentsOf(type).positional.map((each) => names.text(each) ?? '').join(', ') };
        return;
      }
      if (receiver !== 'op' && receiver !== 'migration_op' && batch === undefined) return;
      // Inside of a batch the table's argument is not there.
      const given = (index: number, key: string): SyntaxNode | undefined => named.get(key) ?? positional[index];
      const shift = batch === undefined ? 0 : 1;
      const column = function* (table: string, node: SyntaxNode, at: number): Generator<StepPart> {
        const args = argumentsOf(node);
        const name = names.text(args.positional[0] ?? args.named.get('name'));
        if (name === undefined || !/Column$/.test(calleeOf(node))) return;
        yield { does: 'added', of: 'column', table, name, line: at, shape: columnShape(node) };
        if (args.named.get('unique')?.text === 'True') yield { does: 'added', of: 'constraint', table, name: `unique(${name})`, columns: [name], line: at, shape: 'unique' };
        else if (args.named.get('index')?.text === 'True') yield { does: 'added', of: 'index', table, name: `ix_${table}_${name}`, columns: [name], line: at, shape: 'index' };
      };
      const text = (node: SyntaxNode | undefined): string | undefined => names.text(node?.type === 'call' && /(?:^|\.)f$/.test(calleeOf(node)) ? argumentsOf(node).positional[0] : node);
      switch (operation) {
        case 'create_table': {
          const table = text(positional[0]);
          if (table === undefined) return;
          yield { does: 'added', of: 'table', table, name: table, line };
          for (const each of positional.slice(1)) {
            yield* column(table, each, each.line);
            const key = tableKeyOf(each, names);
            if (key && key.shape !== 'fk') yield { does: 'added', table, line: each.line, ...key };
          }
          return;
        }
        case 'drop_table': {
          const table = text(given(0, 'table_name'));
          if (table !== undefined) yield { does: 'removed', of: 'table', table, name: table, line };
          return;
        }
        case 'rename_table': {
          const [from, to] = [text(given(0, 'old_table_name')), text(given(1, 'new_table_name'))];
          if (from !== undefined && to !== undefined) yield { does: 'renamed', of: 'table', table: from, name: from, to, line };
          return;
        }
        case 'add_column': {
          const table = batch ?? text(given(0, 'table_name'));
          const node = given(1 - shift, 'column');
          if (table !== undefined && node) yield* column(table, names.value(node) ?? node, line);
          return;
        }
        case 'drop_column': {
          const table = batch ?? text(given(0, 'table_name'));
          const name = text(given(1 - shift, 'column_name'));
          if (table !== undefined && name !== undefined) yield { does: 'removed', of: 'column', table, name, line };
          return;
        }
        case 'alter_column': {
          const table = batch ?? text(given(0, 'table_name'));
          const name = text(given(1 - shift, 'column_name'));
          if (table === undefined || name === undefined) return;
          const to = text(named.get('new_column_name'));
          const said = [['type_', ''], ['nullable', 'nullable='], ['server_default', 'default ']].flatMap(([key = '', prefix = '']) => (named.has(key) ? [`${prefix}${normalised(named.get(key)?.text ?? '', true).replace(/\bsa\./g, '')}`] : []));
          if (said.length) yield { does: 'modified', of: 'column', table, name, line, shape: said.join(' ').replace('nullable=True', 'nullable').replace('nullable=False', 'not null').replace('default None', 'no default') };
          if (to !== undefined) yield { does: 'renamed', of: 'column', table, name, to, line };
          return;
        }
        case 'create_index': {
          const name = text(given(0, 'index_name')) ?? '';
          const table = batch ?? text(given(1, 'table_name'));
          const columns = names.texts(given(2 - shift, 'columns'));
          if (table !== undefined) yield { does: 'added', of: 'index', table, name: name || `index(${columns.join(',')})`, columns, line, shape: named.get('unique')?.text === 'True' ? 'unique' : 'index' };
          return;
        }
        case 'drop_index': {
          const name = text(given(0, 'index_name'));
          const table = batch ?? text(given(1, 'table_name'));
          if (name !== undefined) yield { does: 'removed', of: 'index', name, line, ...(table === undefined ? {} : { table }) };
          return;
        }
        case 'create_unique_constraint': case 'create_primary_key': case 'create_check_constraint': {
          const name = text(given(0, 'constraint_name'));
          const table = batch ?? text(given(1, 'table_name'));
          const columns = operation === 'create_check_constraint' ? [] : names.texts(given(2 - shift, 'columns'));
          const shape = operation === 'create_unique_constraint' ? 'unique' : operation === 'create_primary_key' ? 'pk' : 'check';
          if (table !== undefined) yield { does: 'added', of: 'constraint', table, name: name ?? `${shape}(${columns.join(',')})`, columns, line, shape };
          return;
        }
        case 'create_foreign_key': {
          const table = batch ?? text(given(1, 'source_table'));
          const columns = names.texts(given(3 - shift, 'local_cols'));
          if (table !== undefined) yield { does: 'added', of: 'constraint', table, name: text(given(0, 'constraint_name')) ?? `fk(${columns.join(',')})`, columns, line, shape: 'fk' };
          return;
        }
        case 'drop_constraint': {
          const name = text(given(0, 'constraint_name'));
          const table = batch ?? text(given(1, 'table_name'));
          if (name !== undefined && table !== undefined) yield { does: 'removed', of: 'constraint', table, name, line };
          return;
        }
        case 'execute': {
          const sql = text(positional[0]);
          if (sql !== undefined && /\b(?:create|alter|drop)\b/i.test(sql)) yield* sqlSteps(sql, positional[0]?.line ?? line);
          return;
        }
        default:
      }
    };
    for (const call of descendants(root)) {
      if (call.type !== 'call') continue;
      let down = false;
      for (let up = ancestorOf(call, 'function_definition'); up; up = ancestorOf(up, 'function_definition')) down ||= /downgrade/.test(up.field('name')?.text ?? '');
      if (down) continue;
      for (const _ of looped(call, names)) for (const part of parts(call)) yield { shape: '', ...part, kind: 'step' };
    }
  },
};

/** The table of the `with op.batch_alter_table("t") as batch_op:` around a call on `batch_op`. */
function batchTable(call: SyntaxNode, receiver: string, names: PythonNames): string | undefined {
  if (!receiver) return undefined;
  for (let up = ancestorOf(call, 'with_statement'); up; up = ancestorOf(up, 'with_statement')) {
    for (const each of descendants(up, ({ type }) => type !== 'block')) {
      if (each.type !== 'as_pattern') continue;
      const opened = each.children[0];
      if (opened?.type !== 'call' || !/batch_alter_table$/.test(calleeOf(opened)) || each.children[1]?.text !== receiver) continue;
      return names.text(argumentsOf(opened).named.get('table_name') ?? argumentsOf(opened).positional[0]);
    }
  }
  return undefined;
}
