import type { StepPart, StepStatement } from './facts.js';
import { argumentsOf, bare, directionOf, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import { listed, optionsShape, sqlGiven, stepsOf } from './javascriptMigrations.js';
import type { Recogniser } from './recogniser.js';
import { nodesOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Migrations of db-migrate outside of `down`: the methods of `db`, most often SQL. */
export const dbMigrate: Recogniser = {
  name: 'db-migrate',
  languages: javascriptLanguages,
  path: /(?:^|\/)migrations?\//i,
  hint: /\bdb\s*\.(?:runSql|createTable|dropTable|renameTable|addColumn|removeColumn|renameColumn|changeColumn|addIndex|removeIndex|addForeignKey|removeForeignKey)\b|\brunSql\b/,
  *read({ root }): Generator<StepStatement> {
    if (!root) return;
    const names = Names.of(root);
    const text = (node: SyntaxNode | undefined): string => names.text(node) ?? '';
    const list = (node: SyntaxNode | undefined): string[] => listed(node, names).flatMap((each) => names.text(each) ?? []);
    const shapeOf = (node: SyntaxNode | undefined): string => optionsShape(node, 'defaultValue', names);
    const parts = function* (call: SyntaxNode, line: number): Generator<StepPart> {
      const args = argumentsOf(call);
      const table = text(args[0]);
      const second = text(args[1]);
      switch (nameOf(call)) {
        case 'createTable': {
          yield { does: 'added', of: 'table', table, name: table, line };
          const options = membersOf(names.value(args[1]));
          for (const [name, value] of membersOf(names.value(options.get('columns') ?? args[1]))) yield { does: 'added', of: 'column', table, name, line: value.line, shape: shapeOf(value) };
          return;
        }
        case 'dropTable': yield { does: 'removed', of: 'table', table, name: table, line }; return;
        case 'renameTable': yield { does: 'renamed', of: 'table', table, name: table, to: second, line }; return;
        case 'addColumn': yield { does: 'added', of: 'column', table, name: second, line, shape: shapeOf(args[2]) }; return;
        case 'removeColumn': yield { does: 'removed', of: 'column', table, name: second, line }; return;
        case 'renameColumn': yield { does: 'renamed', of: 'column', table, name: second, to: text(args[2]), line }; return;
        case 'changeColumn': yield { does: 'modified', of: 'column', table, name: second, line, shape: shapeOf(args[2]) }; return;
        case 'addIndex': yield { does: 'added', of: 'index', table, name: second, columns: list(args[2]), line, shape: args[3]?.text === 'true' ? 'unique' : 'index' }; return;
        case 'removeIndex': yield { does: 'removed', of: 'index', ...(second ? { table } : {}), name: second || table, line, shape: 'index' }; return;
        case 'addForeignKey': yield { does: 'added', of: 'constraint', table, name: text(args[2]), columns: [...membersOf(names.value(args[3])).keys()], line, shape: 'fk' }; return;
        case 'removeForeignKey': yield { does: 'removed', of: 'constraint', table, name: second, line, shape: 'fk' }; return;
        case 'runSql': yield* sqlGiven(args[0], names); return;
        default:
      }
    };
    for (const call of nodesOf(root, 'call_expression')) {
      const callee = bare(call.field('function'));
      const isSql = nameOf(call) === 'runSql';
      if (!(isSql || (callee?.type === 'member_expression' && callee.field('object')?.text === 'db')) || directionOf(call) === 'down') continue;
      yield* stepsOf(parts(call, call.line));
    }
  },
};
