import type { StepPart, StepStatement } from './facts.js';
import { argumentsOf, bare, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import type { Recogniser } from './recogniser.js';
import { sqlSteps } from './sql.js';
import { ancestorOf, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Migrations of TypeORM outside of `down`: SQL in `query`, and the methods of the query runner. */
export const typeormMigrations: Recogniser = {
  name: 'TypeORM migrations',
  languages: javascriptLanguages,
  hint: /MigrationInterface|queryRunner/,
  *read({ root }): Generator<StepStatement> {
    if (!root) return;
    const names = Names.of(root);
    /** Members of `new TableColumn({…})` or of the object itself. */
    const settings = (node: SyntaxNode | undefined): Map<string, SyntaxNode> => {
      const value = names.value(node);
      return membersOf(value?.type === 'new_expression' ? names.value(argumentsOf(value)[0]) : value);
    };
    const list = (node: SyntaxNode | undefined): readonly SyntaxNode[] => {
      const value = names.value(node);
      return value?.type === 'array' ? value.children : value ? [value] : [];
    };
    const texts = (node: SyntaxNode | undefined): string[] => list(node).flatMap((each) => names.text(each) ?? []);
    const column = function* (table: string, node: SyntaxNode, does: 'added' | 'modified'): Generator<StepPart> {
      const said = settings(node);
      const name = names.text(said.get('name'));
      if (name === undefined) return;
      const initial = said.get('default');
      const length = names.text(said.get('length'));
      yield { does, of: 'column', table, name, line: node.line, shape: `${names.text(said.get('type')) ?? ''}${length ? `(${length})` : ''}${said.get('isNullable')?.text === 'true' ? '' : ' not null'}${initial ? ` default ${normalised(initial.text)}` : ''}` };
      if (said.get('isUnique')?.text === 'true') yield { does: 'added', of: 'constraint', table, name: `unique(${name})`, columns: [name], line: node.line, shape: 'unique' };
    };
    const key = (table: string, node: SyntaxNode, shape: string): StepPart => {
      const said = settings(node);
      const on = texts(said.get('columnNames'));
      const unique = shape === 'unique' || said.get('isUnique')?.text === 'true';
      const named = shape === 'fk' ? `foreign key ${on.join(',')} -> ${names.text(said.get('referencedTableName')) ?? ''}` : `${unique ? 'unique' : shape}(${on.join(',')})`;
      return { does: 'added', of: shape === 'index' ? 'index' : 'constraint', table, name: names.text(said.get('name')) ?? named, columns: on, line: node.line, shape: shape === 'index' && unique ? 'unique' : shape };
    };
    const parts = function* (call: SyntaxNode): Generator<StepPart> {
      const args = argumentsOf(call);
      const line = call.line;
      const table = names.text(args[0]) ?? '';
      const named = (node: SyntaxNode | undefined): string => names.text(node) ?? names.text(settings(node).get('name')) ?? '';
      switch (nameOf(call)) {
        case 'query': {
          const sql = names.text(args[0]);
          if (sql !== undefined) yield* sqlSteps(sql, args[0]?.line ?? line);
          return;
        }
        case 'createTable': {
          const said = settings(args[0]);
          const name = names.text(said.get('name')) ?? '';
          yield { does: 'added', of: 'table', table: name, name, line };
          for (const each of list(said.get('columns'))) yield* column(name, each, 'added');
          for (const each of list(said.get('indices'))) yield key(name, each, 'index');
          for (const each of list(said.get('uniques'))) yield key(name, each, 'unique');
          return;
        }
        case 'dropTable': yield { does: 'removed', of: 'table', table, name: table, line }; return;
        case 'renameTable': yield { does: 'renamed', of: 'table', table, name: table, to: names.text(args[1]) ?? '', line }; return;
        case 'addColumn': if (args[1]) yield* column(table, args[1], 'added'); return;
        case 'addColumns': for (const each of list(args[1])) yield* column(table, each, 'added'); return;
        case 'dropColumn': yield { does: 'removed', of: 'column', table, name: named(args[1]), line }; return;
        case 'dropColumns': for (const each of list(args[1])) yield { does: 'removed', of: 'column', table, name: named(each), line }; return;
        case 'renameColumn': yield { does: 'renamed', of: 'column', table, name: named(args[1]), to: named(args[2]), line }; return;
        case 'changeColumn': {
          const [from, to] = [named(args[1]), named(args[2])];
          if (from && to && from !== to) yield { does: 'renamed', of: 'column', table, name: from, to, line };
          else if (args[2]) yield* column(table, args[2], 'modified');
          return;
        }
        case 'createIndex': if (args[1]) yield key(table, args[1], 'index'); return;
        case 'createIndices': for (const each of list(args[1])) yield key(table, each, 'index'); return;
        case 'createUniqueConstraint': if (args[1]) yield key(table, args[1], 'unique'); return;
        case 'createForeignKey': if (args[1]) yield key(table, args[1], 'fk'); return;
        case 'createForeignKeys': for (const each of list(args[1])) yield key(table, each, 'fk'); return;
        case 'dropIndex': yield { does: 'removed', of: 'index', table, name: named(args[1]), line }; return;
        case 'dropForeignKey': case 'dropUniqueConstraint': case 'dropCheckConstraint': yield { does: 'removed', of: 'constraint', table, name: named(args[1]), line }; return;
        default:
      }
    };
    for (const call of nodesOf(root, 'call_expression')) {
      const callee = bare(call.field('function'));
      if (callee?.type !== 'member_expression' || !/queryRunner|runner$|manager$|connection$/i.test(callee.field('object')?.text ?? '')) continue;
      if (/^down$/.test(ancestorOf(call, 'method_definition')?.field('name')?.text ?? '')) continue;
      for (const part of parts(call)) yield { shape: '', ...part, kind: 'step' };
    }
  },
};
