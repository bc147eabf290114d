import type { StepPart, StepStatement } from './facts.js';
import { argumentsOf, bare, directionOf, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import { stepsOf } from './javascriptMigrations.js';
import type { Recogniser } from './recogniser.js';
import { attributeShape } from './sequelize.js';
import { sqlSteps } from './sql.js';
import { nodesOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Migrations of Sequelize outside of `down`: the methods of the query interface, raw queries. */
export const sequelizeMigrations: Recogniser = {
  name: 'Sequelize migrations',
  languages: javascriptLanguages,
  hint: /queryInterface|QueryInterface|getQueryInterface/,
  *read({ root }): Generator<StepStatement> {
    if (!root) return;
    const names = Names.of(root);
    const tableOf = (node: SyntaxNode | undefined): string => names.text(node) ?? names.text(membersOf(names.value(node)).get('tableName')) ?? '';
    const texts = (node: SyntaxNode | undefined): string[] => {
      const value = names.value(node);
      return value?.type === 'array' ? value.children.map((each) => names.text(each) ?? names.text(membersOf(each).get('name')) ?? each.text) : [names.text(value)].filter((each): each is string => each !== undefined);
    };
    const parts = function* (call: SyntaxNode): Generator<StepPart> {
      const args = argumentsOf(call);
      const line = call.line;
      const table = tableOf(args[0]);
      const second = names.text(args[1]) ?? '';
      switch (nameOf(call)) {
        case 'createTable': {
          yield { does: 'added', of: 'table', table, name: table, line };
          for (const [field, value] of membersOf(names.value(args[1]))) {
            const said = membersOf(names.value(value));
            yield { does: 'added', of: 'column', table, name: names.text(said.get('field')) ?? field, line: value.line, shape: attributeShape(value, names) };
          }
          return;
        }
        case 'dropTable': yield { does: 'removed', of: 'table', table, name: table, line }; return;
        case 'renameTable': yield { does: 'renamed', of: 'table', table, name: table, to: tableOf(args[1]), line }; return;
        case 'addColumn': {
          yield { does: 'added', of: 'column', table, name: second, line, shape: attributeShape(args[2], names) };
          const unique = membersOf(names.value(args[2])).get('unique');
          if (unique && unique.text !== 'false') yield { does: 'added', of: 'constraint', table, name: `unique(${second})`, columns: [second], line, shape: 'unique' };
          return;
        }
        case 'removeColumn': yield { does: 'removed', of: 'column', table, name: second, line }; return;
        case 'changeColumn': yield { does: 'modified', of: 'column', table, name: second, line, shape: attributeShape(args[2], names) }; return;
        case 'renameColumn': yield { does: 'renamed', of: 'column', table, name: second, to: names.text(args[2]) ?? '', line }; return;
        case 'addIndex': {
          const given = names.value(args[1]);
          const options = membersOf(given?.type === 'object' ? given : names.value(args[2]));
          const on = given?.type === 'object' ? texts(options.get('fields')) : texts(args[1]);
          yield { does: 'added', of: 'index', table, name: names.text(options.get('name') ?? options.get('indexName')) ?? `${table}_${on.join('_')}`, columns: on, line, shape: options.get('unique')?.text === 'true' || /unique/i.test(names.text(options.get('type') ?? options.get('indicesType')) ?? '') ? 'unique' : 'index' };
          return;
        }
        case 'removeIndex': {
          const on = names.value(args[1])?.type === 'array' ? texts(args[1]) : [];
          yield { does: 'removed', of: 'index', table, name: on.length ? `${table}_${on.join('_')}` : second, columns: on, line, shape: 'index' };
          return;
        }
        case 'addConstraint': {
          const given = names.value(args[1]);
          const options = membersOf(given?.type === 'array' ? names.value(args[2]) : given);
          const on = given?.type === 'array' ? texts(args[1]) : texts(options.get('fields'));
          const type = names.text(options.get('type')) ?? '';
          const shape = /unique/i.test(type) ? 'unique' : /foreign/i.test(type) ? 'fk' : /primary/i.test(type) ? 'pk' : 'check';
          yield { does: 'added', of: 'constraint', table, name: names.text(options.get('name')) ?? `${shape}(${on.join(',')})`, columns: on, line, shape };
          return;
        }
        case 'removeConstraint': yield { does: 'removed', of: 'constraint', table, name: second, line }; return;
        case 'query': {
          const sql = names.text(args[0]);
          if (sql !== undefined && /\b(?:create|alter|drop)\b/i.test(sql)) yield* sqlSteps(sql, args[0]?.line ?? line);
          return;
        }
        default:
      }
    };
    for (const call of nodesOf(root, 'call_expression')) {
      const callee = bare(call.field('function'));
      if (callee?.type !== 'member_expression') continue;
      const object = callee.field('object')?.text ?? '';
      if (!/queryInterface$|^context$|^qi$|^query$/.test(object) && !(nameOf(callee) === 'query' && /sequelize$/.test(object))) continue;
      if (directionOf(call) === 'down') continue;
      // A table that only the caller of this function names cannot be told.
      yield* stepsOf(parts(call));
    }
  },
};
