import { appOf, columnName, fieldKeys, fieldShape, hasNoColumn, keyOf, together } from './djangoModels.js';
import type { StepPart, StepStatement } from './facts.js';
import { argumentsOf, calleeOf, lastName, PythonNames } from './pythonSyntax.js';
import type { Recogniser } from './recogniser.js';
import { sqlSteps } from './sql.js';
import { nodesOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Operations of Django's migrations. What only the state says (SeparateDatabaseAndState) changes no database. */
export const djangoMigrations: Recogniser = {
  name: 'Django migrations',
  languages: ['python'],
  path: /(?:^|\/)\w*migrations\/[^/]+\.py$/,
  hint: /\boperations\b/,
  *read({ root, path }): Generator<StepStatement> {
    if (!root) return;
    const names = new PythonNames(root);
    const app = appOf(path);
    /** Tables that CreateModel names otherwise. */
    const tables = new Map<string, string>();
    const tableOf = (model: string) => tables.get(model.toLowerCase()) ?? `${app}_${model.toLowerCase()}`;
    const operations = function* (list: SyntaxNode | undefined): Generator<StepPart> {
      for (const call of names.value(list)?.children ?? []) if (call.type === 'call') yield* operation(call);
    };
    const operation = function* (call: SyntaxNode): Generator<StepPart> {
      const { positional, named } = argumentsOf(call);
      const line = call.line;
      const given = (index: number, ...keys: string[]): SyntaxNode | undefined => keys.map((key) => named.get(key)).find(Boolean) ?? positional[index];
      const said = (index: number, ...keys: string[]): string => names.text(given(index, ...keys)) ?? '';
      const keys = function* (table: string, key: ReturnType<typeof keyOf>, at: number): Generator<StepPart> {
        if (key) yield { does: 'added', table, line: at, ...key };
      };
      switch (lastName(calleeOf(call))) {
        case 'CreateModel': {
          const model = said(0, 'name');
          const options = given(2, 'options');
          const option = (key: string): SyntaxNode | undefined => (options?.type === 'dictionary' ? options.children.find((pair) => names.text(pair.field('key')) === key)?.field('value') : undefined);
          if (option('proxy')?.text === 'True') return;
          const table = names.text(option('db_table')) ?? tableOf(model);
          tables.set(model.toLowerCase(), table);
          yield { does: 'added', of: 'table', table, name: table, line };
          for (const tuple of names.value(given(1, 'fields'))?.children ?? []) {
            const [name, field] = tuple.children;
            const column = names.text(name);
            if (column === undefined || !field || hasNoColumn(calleeOf(field))) continue;
            yield { does: 'added', of: 'column', table, name: columnName(column, field, names), line: tuple.line, shape: fieldShape(field) };
            for (const key of fieldKeys(columnName(column, field, names), field)) yield* keys(table, key, tuple.line);
          }
          return;
        }
        case 'DeleteModel':
          yield { does: 'removed', of: 'table', table: tableOf(said(0, 'name')), name: tableOf(said(0, 'name')), line };
          return;
        case 'RenameModel': {
          const [from, to] = [tableOf(said(0, 'old_name')), tableOf(said(1, 'new_name'))];
          yield { does: 'renamed', of: 'table', table: from, name: from, to, line };
          return;
        }
        case 'AlterModelTable': {
          const to = said(1, 'table');
          if (to) yield { does: 'renamed', of: 'table', table: tableOf(said(0, 'name')), name: tableOf(said(0, 'name')), to, line };
          return;
        }
        case 'AddField': case 'AlterField': {
          const field = given(2, 'field');
          if (!field || hasNoColumn(calleeOf(field))) return;
          const table = tableOf(said(0, 'model_name'));
          const column = columnName(said(1, 'name'), field, names);
          const adds = lastName(calleeOf(call)) === 'AddField';
          yield { does: adds ? 'added' : 'modified', of: 'column', table, name: column, line, shape: fieldShape(field), ...(adds ? {} : { restates: true }) };
          if (adds) for (const key of fieldKeys(column, field)) yield* keys(table, key, line);
          return;
        }
        case 'RemoveField': {
          yield { does: 'removed', of: 'column', table: tableOf(said(0, 'model_name')), name: said(1, 'name'), line };
          return;
        }
        case 'RenameField':
          yield { does: 'renamed', of: 'column', table: tableOf(said(0, 'model_name')), name: said(1, 'old_name'), to: said(2, 'new_name'), line };
          return;
        case 'AddIndex': case 'AddIndexConcurrently': case 'AddConstraint': case 'AddConstraintNotValid': {
          const key = given(1, 'index', 'constraint');
          if (key) yield* keys(tableOf(said(0, 'model_name')), keyOf(key, names), line);
          return;
        }
        case 'RemoveIndex': case 'RemoveIndexConcurrently':
          yield { does: 'removed', of: 'index', table: tableOf(said(0, 'model_name')), name: said(1, 'name'), line };
          return;
        case 'RenameIndex':
          if (said(2, 'old_name')) yield { does: 'renamed', of: 'index', table: tableOf(said(0, 'model_name')), name: said(2, 'old_name'), to: said(1, 'new_name'), line };
          return;
        case 'RemoveConstraint':
          yield { does: 'removed', of: 'constraint', table: tableOf(said(0, 'model_name')), name: said(1, 'name'), line };
          return;
        case 'AlterUniqueTogether': case 'AlterIndexTogether': {
          const of = lastName(calleeOf(call)) === 'AlterUniqueTogether' ? 'constraint' as const : 'index' as const;
          for (const columns of together(given(1, 'unique_together', 'index_together'), names)) {
            const shape = of === 'constraint' ? 'unique' : 'index';
            yield { does: 'added', of, table: tableOf(said(0, 'name')), name: `${shape}(${columns.join(',')})`, columns, line, shape, restates: true };
          }
          return;
        }
        case 'RunSQL': {
          const sql = given(0, 'sql');
          for (const each of sql?.type === 'list' || sql?.type === 'tuple' ? sql.children : [sql]) {
            const text = names.text(each?.type === 'tuple' ? each.children[0] : each);
            if (text !== undefined) yield* sqlSteps(text, each?.line ?? line);
          }
          return;
        }
        case 'SeparateDatabaseAndState':
          yield* operations(given(0, 'database_operations'));
          return;
        default:
      }
    };
    for (const assignment of nodesOf(root, 'assignment')) {
      if (assignment.field('left')?.text !== 'operations') continue;
      for (const part of operations(assignment.field('right'))) yield { shape: '', ...part, kind: 'step' };
    }
  },
};
