import type { StepPart, StepStatement } from './facts.js';
import { chainOf, className, looped, outermostCalls, PhpNames } from './phpSyntax.js';
import type { Call } from './phpSyntax.js';
import type { Recogniser } from './recogniser.js';
import { sqlSteps } from './sql.js';
import { ancestorOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';
import { snakeCase } from './words.js';

const isClosure = (node: SyntaxNode): boolean => node.type.startsWith('anonymous_function') || node.type === 'arrow_function';
/** Blueprint's methods that make no column. */
const noColumn = /^(?:engine|charset|collation|comment|temporary|innoDb|build|toSql|after|getColumns|when|unless)$/;

/** Columns that one of Blueprint's methods stands for, with their types. */
function columnsOf(call: Call, names: PhpNames): [string, string][] {
  const first = names.text(call.args[0] ?? call.named.get('column') ?? call.named.get('name'));
  switch (call.name) {
    case 'id': case 'bigIncrements': case 'increments': return [[first ?? 'id', 'id']];
    case 'timestamps': case 'timestampsTz': case 'nullableTimestamps': return [['created_at', 'timestamp'], ['updated_at', 'timestamp']];
    case 'softDeletes': case 'softDeletesTz': return [[first ?? 'deleted_at', 'timestamp']];
    case 'rememberToken': return [['remember_token', 'string(100)']];
    case 'morphs': case 'nullableMorphs': case 'uuidMorphs': case 'ulidMorphs': case 'nullableUuidMorphs': case 'nullableUlidMorphs': case 'numericMorphs': return first ? [[`${first}_type`, 'string'], [`${first}_id`, call.name]] : [];
    case 'foreignIdFor': return [[names.text(call.args[1]) ?? `${snakeCase(className(call.args[0]))}_id`, 'foreignId']];
    case 'uuid': case 'ulid': return [[first ?? call.name, call.name]];
    case 'ipAddress': return [[first ?? 'ip_address', call.name]];
    case 'addColumn': return [[names.text(call.args[1]) ?? '', names.text(call.args[0]) ?? '']];
    default: {
      const sizes = call.args.slice(1).map((each) => normalised(each.text));
      return first === undefined || noColumn.test(call.name) ? [] : [[first, `${call.name}${sizes.length ? `(${sizes.join(',')})` : ''}`]];
    }
  }
}

/** One statement on `$table`: a column with its modifiers, or a command. */
function* blueprint(table: string, calls: readonly Call[], names: PhpNames): Generator<StepPart> {
  const [call] = calls;
  if (!call) return;
  const line = call.node.line;
  const listed = (index: number): string[] => names.texts(call.args[index]);
  const key = function* (of: 'index' | 'constraint', shape: string, suffix: string): Generator<StepPart> {
    const columns = listed(0);
    if (columns.length) yield { does: 'added', of, table, name: names.text(call.args[1]) ?? `${table}_${columns.join('_')}_${suffix}`, columns, line, shape };
  };
  switch (call.name) {
    case 'unique': yield* key('index', 'unique', 'unique'); return;
    case 'index': case 'rawIndex': yield* key('index', 'index', 'index'); return;
    case 'fullText': case 'fulltext': yield* key('index', 'index', 'fulltext'); return;
    case 'spatialIndex': yield* key('index', 'index', 'spatialindex'); return;
    case 'primary': yield* key('constraint', 'pk', 'primary'); return;
    case 'foreign': yield* key('constraint', 'fk', 'foreign'); return;
    case 'dropColumn': case 'removeColumn': case 'dropColumns':
      for (const name of call.args.flatMap((each) => names.texts(each))) yield { does: 'removed', of: 'column', table, name, line };
      return;
    case 'dropConstrainedForeignId': case 'dropForeignIdFor': case 'dropConstrainedForeignIdFor': {
      const name = names.text(call.args[0]) ?? `${snakeCase(className(call.args[0]))}_id`;
      yield { does: 'removed', of: 'column', table, name, line };
      return;
    }
    case 'dropTimestamps': case 'dropTimestampsTz':
      for (const name of ['created_at', 'updated_at']) yield { does: 'removed', of: 'column', table, name, line };
      return;
    case 'dropSoftDeletes': case 'dropSoftDeletesTz': yield { does: 'removed', of: 'column', table, name: names.text(call.args[0]) ?? 'deleted_at', line }; return;
    case 'dropRememberToken': yield { does: 'removed', of: 'column', table, name: 'remember_token', line }; return;
    case 'dropMorphs':
      for (const end of ['type', 'id']) yield { does: 'removed', of: 'column', table, name: `${names.text(call.args[0]) ?? ''}_${end}`, line };
      return;
    case 'renameColumn': {
      const [from, to] = [names.text(call.args[0]), names.text(call.args[1])];
      if (from !== undefined && to !== undefined) yield { does: 'renamed', of: 'column', table, name: from, to, line };
      return;
    }
    case 'renameIndex': {
      const [from, to] = [names.text(call.args[0]), names.text(call.args[1])];
      if (from !== undefined && to !== undefined) yield { does: 'renamed', of: 'index', table, name: from, to, line };
      return;
    }
    case 'rename': {
      const to = names.text(call.args[0]);
      if (to !== undefined) yield { does: 'renamed', of: 'table', table, name: table, to, line };
      return;
    }
    case 'drop': case 'dropIfExists': yield { does: 'removed', of: 'table', table, name: table, line }; return;
    case 'dropUnique': case 'dropIndex': case 'dropPrimary': case 'dropForeign': case 'dropFullText': case 'dropSpatialIndex': {
      const suffix = { dropUnique: 'unique', dropIndex: 'index', dropPrimary: 'primary', dropForeign: 'foreign', dropFullText: 'fulltext', dropSpatialIndex: 'spatialindex' }[call.name] ?? '';
      const shape = { unique: 'unique', primary: 'pk', foreign: 'fk' }[suffix] ?? 'index';
      const isList = call.args[0]?.type === 'array_creation_expression';
      const columns = isList ? listed(0) : [];
      // A default name tells its columns: users_email_unique.
      const given = isList ? `${table}_${columns.join('_')}_${suffix}` : names.text(call.args[0]) ?? `${table}_${suffix}`;
      const inside = !isList && given.startsWith(`${table}_`) && given.endsWith(`_${suffix}`) ? [given.slice(table.length + 1, -suffix.length - 1)] : columns;
      yield { does: 'removed', of: shape === 'fk' || shape === 'pk' ? 'constraint' : 'index', table, name: given, columns: inside, line, shape };
      return;
    }
    default:
  }
  if (/^drop|^rename/.test(call.name)) return;
  const modifier = (name: string): Call | undefined => calls.find((each, index) => index > 0 && each.name === name);
  const changes = modifier('change') !== undefined;
  const nullable = modifier('nullable');
  const isNull = nullable !== undefined && nullable.args[0]?.text !== 'false';
  const initial = modifier('default');
  const always = /^(?:nullable|timestamps|softDeletes|rememberToken)/.test(call.name);
  for (const [name, type] of columnsOf(call, names)) {
    if (!name) continue;
    yield { does: changes ? 'modified' : 'added', of: 'column', table, name, line, shape: `${type}${isNull || always ? '' : ' not null'}${initial?.args[0] ? ` default ${normalised(initial.args[0].text)}` : ''}` };
    for (const [kind, suffix] of [['unique', 'unique'], ['index', 'index'], ['fulltext', 'fulltext']] as const) {
      const found = modifier(kind);
      if (found && found.args[0]?.text !== 'false') yield { does: 'added', of: 'index', table, name: names.text(found.args[0]) ?? `${table}_${name}_${suffix}`, columns: [name], line, shape: kind === 'unique' ? 'unique' : 'index' };
    }
  }
}

/** Laravel's migrations outside of `down`: Schema and Blueprint, raw statements. */
export const laravelMigrations: Recogniser = {
  name: 'Laravel migrations',
  languages: ['php'],
  hint: /\bSchema::|Blueprint|DB::(?:statement|unprepared)/,
  *read({ root, path }): Generator<StepStatement> {
    if (!root || !/migration/i.test(path + root.text.slice(0, 2_000))) return;
    const names = new PhpNames(root);
    const parts = function* (node: SyntaxNode): Generator<StepPart> {
      const { root: receiver, calls } = chainOf(node);
      const line = node.line;
      if (receiver === 'Schema' || (receiver === '$this' && calls[0]?.name === 'schema') || /schema(?:Builder)?$/i.test(receiver)) {
        for (const call of calls) {
          const table = names.text(call.args[0]) ?? (call.args[0] ? `{${normalised(call.args[0].text)}}` : undefined);
          if (table === undefined || table.startsWith('{')) continue;
          const closure = call.args.find(isClosure);
          if (call.name === 'create') yield { does: 'added', of: 'table', table, name: table, line };
          if ((call.name === 'create' || call.name === 'table') && closure) {
            const variable = closure.field('parameters')?.children[0]?.field('name')?.text ?? '$table';
            const body = closure.field('body') ?? closure;
            for (const each of callTypesIn(body)) {
              const inner = chainOf(each);
              if (inner.root === variable) yield* blueprint(table, inner.calls, names);
            }
          } else if (call.name === 'drop' || call.name === 'dropIfExists') yield { does: 'removed', of: 'table', table, name: table, line };
          else if (call.name === 'rename') {
            const to = names.text(call.args[1]);
            if (to !== undefined) yield { does: 'renamed', of: 'table', table, name: table, to, line };
          } else if (call.name === 'dropColumns') for (const name of call.args.slice(1).flatMap((each) => names.texts(each))) yield { does: 'removed', of: 'column', table, name, line };
        }
      } else if (receiver === 'DB') {
        for (const call of calls) {
          const sql = call.name === 'statement' || call.name === 'unprepared' ? names.text(call.args[0]) : undefined;
          if (sql !== undefined) yield* sqlSteps(sql, call.args[0]?.line ?? line);
        }
      }
    };
    for (const node of outermostCalls(root, () => true)) {
      const method = ancestorOf(node, 'method_declaration');
      if (/^down|rollback|revert/i.test(method?.field('name')?.text ?? '')) continue;
      for (const _ of looped(node, names)) for (const part of parts(node)) yield { shape: '', ...part, kind: 'step' };
    }
  },
};

const callTypesIn = (body: SyntaxNode): Iterable<SyntaxNode> => (body.type === 'compound_statement' || body.type === 'member_call_expression' ? outermostCalls(body, () => true) : []);
