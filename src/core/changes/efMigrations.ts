import { argumentsOf, calledName, CsNames, typeArguments } from './csharpSyntax.js';
import type { StepPart, StepStatement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { sqlSteps } from './sql.js';
import { ancestorOf, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Names that a lambda `x => x.Id` or `x => new { x.A, x.B }` points to. */
const pointed = (node: SyntaxNode | undefined): string[] => (node ? nodesOf(node, 'member_access_expression').map((each) => each.field('name')?.text ?? '') : []);

/** Migrations of EF Core: the steps of `Up`. */
export const efMigrations: Recogniser = {
  name: 'EF Core migrations',
  languages: ['c-sharp'],
  hint: /MigrationBuilder/,
  *read({ root }): Generator<StepStatement> {
    if (!root) return;
    const names = new CsNames(root);
    const shapeOf = (call: SyntaxNode, type: SyntaxNode | undefined): string => {
      const { named } = argumentsOf(call);
      const initial = named.get('defaultValue') ?? named.get('defaultValueSql');
      return `${names.text(named.get('type')) ?? type?.text ?? ''}${named.get('maxLength') && !named.has('type') ? `(${named.get('maxLength')?.text ?? ''})` : ''}${named.get('nullable')?.text === 'true' ? '' : ' not null'}${initial ? ` default ${normalised(initial.text)}` : ''}`;
    };
    const parts = function* (call: SyntaxNode): Generator<StepPart> {
      const { positional, named } = argumentsOf(call);
      const line = call.field('function')?.field('name')?.line ?? call.line;
      const said = (key: string, index: number): string => names.text(named.get(key) ?? positional[index]) ?? '';
      const generic = call.field('function')?.field('name');
      const [type] = typeArguments(generic);
      const columns = (): string[] => [...names.texts(named.get('column')), ...names.texts(named.get('columns') ?? (named.has('column') ? undefined : positional[2]))];
      switch (calledName(call)) {
        case 'CreateTable': {
          const table = said('name', 0);
          yield { does: 'added', of: 'table', table, name: table, line };
          const made = named.get('columns') ?? positional[1];
          const object = made ? nodesOf(made, 'anonymous_object_creation_expression')[0] : undefined;
          let name: string | undefined;
          for (const child of object?.children ?? []) {
            if (child.type === 'identifier') name = child.text;
            else if (name !== undefined) {
              const column = nodesOf(child, 'invocation_expression').find((each) => calledName(each) === 'Column');
              if (column) yield { does: 'added', of: 'column', table, name: names.text(argumentsOf(column).named.get('name')) ?? name, line: child.line, shape: shapeOf(column, typeArguments(column.field('function')?.field('name'))[0]) };
              name = undefined;
            }
          }
          for (const each of nodesOf(named.get('constraints') ?? call, 'invocation_expression')) {
            if (calledName(each) === 'UniqueConstraint') {
              const args = argumentsOf(each);
              yield { does: 'added', of: 'constraint', table, name: names.text(args.positional[0] ?? args.named.get('name')) ?? 'unique', columns: pointed(args.positional[1] ?? args.named.get('columns')), line: each.line, shape: 'unique' };
            }
          }
          return;
        }
        case 'DropTable': yield { does: 'removed', of: 'table', table: said('name', 0), name: said('name', 0), line }; return;
        case 'RenameTable': if (said('newName', 2) && said('newName', 2) !== said('name', 0)) yield { does: 'renamed', of: 'table', table: said('name', 0), name: said('name', 0), to: said('newName', 2), line }; return;
        case 'AddColumn': yield { does: 'added', of: 'column', table: said('table', 1), name: said('name', 0), line, shape: shapeOf(call, type) }; return;
        case 'DropColumn': yield { does: 'removed', of: 'column', table: said('table', 1), name: said('name', 0), line }; return;
        case 'AlterColumn': yield { does: 'modified', of: 'column', table: said('table', 1), name: said('name', 0), line, shape: shapeOf(call, type) }; return;
        case 'RenameColumn': yield { does: 'renamed', of: 'column', table: said('table', 1), name: said('name', 0), to: said('newName', 2), line }; return;
        case 'CreateIndex': yield { does: 'added', of: 'index', table: said('table', 1), name: said('name', 0), columns: columns(), line, shape: named.get('unique')?.text === 'true' ? 'unique' : 'index' }; return;
        case 'DropIndex': yield { does: 'removed', of: 'index', table: said('table', 1), name: said('name', 0), line }; return;
        case 'RenameIndex': yield { does: 'renamed', of: 'index', table: said('table', 1), name: said('name', 0), to: said('newName', 2), line }; return;
        case 'AddForeignKey': yield { does: 'added', of: 'constraint', table: said('table', 1), name: said('name', 0), columns: columns(), line, shape: 'fk' }; return;
        case 'AddPrimaryKey': yield { does: 'added', of: 'constraint', table: said('table', 1), name: said('name', 0), columns: columns(), line, shape: 'pk' }; return;
        case 'AddUniqueConstraint': yield { does: 'added', of: 'constraint', table: said('table', 1), name: said('name', 0), columns: columns(), line, shape: 'unique' }; return;
        case 'AddCheckConstraint': yield { does: 'added', of: 'constraint', table: said('table', 1), name: said('name', 0), line, shape: `check ${said('sql', 2)}` }; return;
        case 'DropForeignKey': case 'DropPrimaryKey': case 'DropUniqueConstraint': case 'DropCheckConstraint':
          // Keys are dropped and made again around a change of their column, without being changed themselves.
          yield { does: 'removed', of: 'constraint', table: said('table', 1), name: said('name', 0), line, shape: { DropForeignKey: 'fk', DropPrimaryKey: 'pk', DropUniqueConstraint: 'unique', DropCheckConstraint: '' }[calledName(call)] ?? '' };
          return;
        case 'Sql': {
          const sql = names.text(positional[0] ?? named.get('sql'));
          if (sql !== undefined) yield* sqlSteps(sql, positional[0]?.line ?? line);
          return;
        }
        default:
      }
    };
    for (const call of nodesOf(root, 'invocation_expression')) {
      if (call.field('function')?.type !== 'member_access_expression') continue;
      const method = ancestorOf(call, 'method_declaration');
      if (!/^Up/.test(method?.field('name')?.text ?? '') || call.field('function')?.field('expression')?.text !== (method?.field('parameters')?.children[0]?.field('name')?.text ?? 'migrationBuilder')) continue;
      for (const part of parts(call)) yield { shape: '', ...part, kind: 'step' };
    }
  },
};
