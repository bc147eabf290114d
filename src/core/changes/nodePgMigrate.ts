import type { StepPart, StepStatement } from './facts.js';
import { argumentsOf, bare, directionOf, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import { listed, optionsShape, sqlGiven, stepsOf } from './javascriptMigrations.js';
import type { Recogniser } from './recogniser.js';
import { nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Migrations of node-pg-migrate outside of `down`: the methods of `pgm`. */
export const nodePgMigrate: Recogniser = {
  name: 'node-pg-migrate',
  languages: javascriptLanguages,
  hint: /\bpgm\./,
  *read({ root }): Generator<StepStatement> {
    if (!root) return;
    const names = Names.of(root);
    const nameIn = (node: SyntaxNode | undefined): string => names.text(node) ?? names.text(membersOf(names.value(node)).get('name')) ?? '';
    const list = (node: SyntaxNode | undefined): string[] => listed(node, names).map(nameIn).filter(Boolean);
    const shapeOf = (node: SyntaxNode): string => optionsShape(node, 'default', names);
    const columns = function* (table: string, node: SyntaxNode | undefined): Generator<StepPart> {
      for (const [name, value] of membersOf(names.value(node))) {
        yield { does: 'added', of: 'column', table, name, line: value.line, shape: shapeOf(value) };
        const unique = membersOf(names.value(value)).get('unique');
        if (unique && unique.text !== 'false') yield { does: 'added', of: 'constraint', table, name: `${table}_${name}_key`, columns: [name], line: value.line, shape: 'unique' };
      }
    };
    const parts = function* (call: SyntaxNode, line: number): Generator<StepPart> {
      const args = argumentsOf(call);
      const table = nameIn(args[0]);
      const second = nameIn(args[1]);
      const options = membersOf(names.value(args[2]));
      const indexName = (on: readonly string[], unique: boolean): string => nameIn(options.get('name')) || `${table}_${on.join('_')}_${unique ? 'unique_' : ''}index`;
      const isUnique = options.get('unique')?.text === 'true';
      switch (nameOf(call)) {
        case 'createTable': yield { does: 'added', of: 'table', table, name: table, line }; yield* columns(table, args[1]); return;
        case 'dropTable': yield { does: 'removed', of: 'table', table, name: table, line }; return;
        case 'renameTable': yield { does: 'renamed', of: 'table', table, name: table, to: second, line }; return;
        case 'addColumn': case 'addColumns': yield* columns(table, args[1]); return;
        case 'dropColumn': case 'dropColumns': for (const name of list(args[1])) yield { does: 'removed', of: 'column', table, name, line }; return;
        case 'renameColumn': yield { does: 'renamed', of: 'column', table, name: second, to: nameIn(args[2]), line }; return;
        case 'alterColumn': yield { does: 'modified', of: 'column', table, name: second, line, ...(args[2] ? { shape: shapeOf(args[2]) } : {}) }; return;
        case 'createIndex': case 'addIndex': yield { does: 'added', of: 'index', table, name: indexName(list(args[1]), isUnique), columns: list(args[1]), line, shape: isUnique ? 'unique' : 'index' }; return;
        case 'dropIndex': yield { does: 'removed', of: 'index', table, name: indexName(list(args[1]), isUnique), columns: list(args[1]), line, shape: 'index' }; return;
        case 'addConstraint': case 'createConstraint': {
          const said = membersOf(names.value(args[2]));
          const text = names.text(args[2]) ?? '';
          const [shape, node] = said.has('unique') ? ['unique', said.get('unique')] : said.has('primaryKey') ? ['pk', said.get('primaryKey')] : said.has('foreignKeys') ? ['fk', membersOf(names.value(said.get('foreignKeys'))).get('columns')] : ['', undefined];
          yield { does: 'added', of: 'constraint', table, name: second, columns: list(node), line, shape: shape || (/^\s*unique/i.test(text) ? 'unique' : /^\s*foreign/i.test(text) ? 'fk' : /^\s*primary/i.test(text) ? 'pk' : 'check') };
          return;
        }
        case 'dropConstraint': yield { does: 'removed', of: 'constraint', table, name: second, line }; return;
        case 'createType': case 'addType': if (names.value(args[1])?.type === 'array') yield { does: 'added', of: 'enum', name: table, line, shape: list(args[1]).join() }; return;
        case 'dropType': yield { does: 'removed', of: 'enum', name: table, line }; return;
        case 'addTypeValue': yield { does: 'modified', of: 'enum', name: table, line, shape: second }; return;
        case 'createView': case 'createMaterializedView': yield { does: 'added', of: 'view', table, name: table, line, shape: normalised(args.at(-1)?.text ?? '') }; return;
        case 'dropView': case 'dropMaterializedView': yield { does: 'removed', of: 'view', table, name: table, line }; return;
        case 'sql': yield* sqlGiven(args[0], names); return;
        default:
      }
    };
    for (const call of nodesOf(root, 'call_expression')) {
      const callee = bare(call.field('function'));
      if (callee?.type !== 'member_expression' || callee.field('object')?.text !== 'pgm' || directionOf(call) === 'down') continue;
      yield* stepsOf(parts(call, call.line));
    }
  },
};
