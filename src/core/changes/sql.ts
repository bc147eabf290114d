import type { StepPart, StepStatement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { sqlStatements } from './sqlTokens.js';
import type { Token } from './sqlTokens.js';

/** Walks the tokens of one statement. */
class Cursor {
  constructor(readonly tokens: readonly Token[], public at = 0, readonly to = tokens.length) {}
  get token(): Token | undefined { return this.at < this.to ? this.tokens[this.at] : undefined; }
  get word(): string { return this.token?.word ?? ''; }
  get line(): number { return (this.token ?? this.tokens[this.to - 1] ?? this.tokens[0])?.line ?? 1; }
  peek(ahead = 1): string { return (this.at + ahead < this.to ? this.tokens[this.at + ahead]?.word : undefined) ?? ''; }
  /** Takes these words if they come next. */
  take(...words: string[]): boolean {
    if (!words.every((word, index) => (this.at + index < this.to ? this.tokens[this.at + index]?.word : undefined) === word)) return false;
    this.at += words.length;
    return true;
  }
  /** A name, with what qualifies it gone: `public.users` → `users`. */
  name(): string | undefined {
    let name: string | undefined;
    for (;;) {
      const token = this.token;
      if (!token || (token.word !== '' && !/^[A-Z_@\u0080-\uffff$]/i.test(token.word) && token.word !== "'")) return name;
      name = token.word === "'" ? token.text.replace(/^[A-Za-z]?'|'$/g, '') : token.text;
      this.at++;
      if (this.word === '.') this.at++;
      else return name;
    }
  }
  ifExists(): boolean { return this.take('IF', 'NOT', 'EXISTS') || this.take('IF', 'EXISTS'); }
  /** A bracketed list's items as cursors; the cursor then stands behind it. */
  list(): Cursor[] | undefined {
    if (this.word !== '(') return undefined;
    const items: Cursor[] = [];
    let depth = 0;
    let start = this.at + 1;
    for (; this.at < this.to; this.at++) {
      if (this.word === '(') depth++;
      else if (this.word === ')' && --depth === 0) break;
      else if (this.word === ',' && depth === 1) {
        items.push(new Cursor(this.tokens, start, this.at));
        start = this.at + 1;
      }
    }
    if (this.at > start) items.push(new Cursor(this.tokens, start, this.at));
    this.at++;
    return items;
  }
  /** The remaining tokens, split at commas outside of brackets. */
  split(): Cursor[] {
    const items: Cursor[] = [];
    let depth = 0;
    let start = this.at;
    for (let at = this.at; at < this.to; at++) {
      const word = this.tokens[at]?.word;
      if (word === '(') depth++;
      else if (word === ')') depth--;
      else if (word === ',' && depth === 0) {
        items.push(new Cursor(this.tokens, start, at));
        start = at + 1;
      }
    }
    if (start < this.to) items.push(new Cursor(this.tokens, start, this.to));
    return items;
  }
  /** Text up to one of the words outside of brackets, lower-cased but for strings. */
  until(stop: ReadonlySet<string>): string {
    let text = '';
    let depth = 0;
    for (; this.at < this.to; this.at++) {
      const token = this.token;
      if (!token || (depth === 0 && stop.has(token.word))) break;
      if (token.word === '(') depth++;
      else if (token.word === ')') {
        if (depth === 0) break;
        depth--;
      }
      const said = token.word === "'" || token.word === '$BODY$' ? token.text : token.text.toLowerCase() || '[]';
      text += text && !/^[(),.]/.test(said) && !/[(.]$/.test(text) ? ` ${said}` : said;
    }
    return text;
  }
}

const afterType = new Set(['NOT', 'NULL', 'DEFAULT', 'PRIMARY', 'UNIQUE', 'REFERENCES', 'CHECK', 'CONSTRAINT', 'COLLATE', 'COMMENT', 'AUTO_INCREMENT', 'AUTOINCREMENT', 'GENERATED', 'IDENTITY', 'ON', 'AFTER', 'FIRST', 'KEY', 'USING', 'AS', 'WITH', 'ROWGUIDCOL', 'SPARSE', 'INVISIBLE', 'STORED', 'VIRTUAL', 'ENABLE', 'DISABLE', 'CHARSET', 'DEFERRABLE', 'INITIALLY']);
const afterDefault = new Set(['NOT', 'NULL', 'PRIMARY', 'UNIQUE', 'REFERENCES', 'CHECK', 'CONSTRAINT', 'COLLATE', 'COMMENT', 'AUTO_INCREMENT', 'GENERATED', 'ON', 'AFTER', 'FIRST', 'FOR', 'WITH', 'DEFAULT', 'KEY']);
const nothing = new Set<string>();

/** Types' synonyms that one dialect writes in several ways. */
const typeText = (text: string): string => text.replace(/\s*\bcharacter set \w+/g, '').replace(/^character varying/, 'varchar').replace(/^timestamp with time zone/, 'timestamptz').replace(/^(?:int4|integer)$/, 'int').replace(/^boolean$/, 'bool').replace(/\s+(?=\()/g, '');

interface Column { readonly shape: string; readonly unique: boolean }

/** Type, nullability and default of a column's definition; the cursor stands behind its name. */
function columnOf(cursor: Cursor): Column {
  const type = typeText(cursor.until(afterType));
  let nullable = true;
  let initial = '';
  let unique = false;
  while (cursor.token) {
    if (cursor.take('NOT', 'NULL')) nullable = false;
    else if (cursor.take('PRIMARY')) nullable = false;
    else if (cursor.take('DEFAULT')) {
      const first = cursor.at;
      initial = cursor.until(afterDefault);
      if (cursor.at === first && cursor.take('NULL')) initial = '';
      initial = initial.replace(/^\((.*)\)$/, '$1').replace(/^\((.*)\)$/, '$1');
    } else if (cursor.take('UNIQUE')) unique = true;
    else if (cursor.take('REFERENCES')) {
      cursor.name();
      cursor.list();
    } else if (cursor.word === '(') cursor.list();
    else cursor.at++;
  }
  return { shape: `${type}${nullable ? '' : ' not null'}${initial && initial !== 'null' ? ` default ${initial}` : ''}`, unique };
}

/** Columns of an index or key: their names, expressions as text. */
const columnsOf = (items: readonly Cursor[] | undefined): string[] => (items ?? []).map((item) => {
  const first = item.tokens[item.at];
  const next = item.tokens[item.at + 1];
  if (first && item.to - item.at > 1 && next?.word === '(' && first.word !== '' && !/^\d/.test(item.tokens[item.at + 2]?.word ?? '')) return item.until(nothing);
  return item.word === '(' ? item.until(nothing) : item.name() ?? item.until(nothing);
});

/** A table's constraint or key, as in CREATE TABLE and behind ADD; undefined if a column is meant. */
function constraintOf(cursor: Cursor, table: string, does: StepPart['does'] = 'added'): StepPart | undefined {
  const line = cursor.line;
  let name: string | undefined;
  const start = cursor.at;
  if (cursor.take('CONSTRAINT')) {
    cursor.ifExists();
    if (!['UNIQUE', 'PRIMARY', 'FOREIGN', 'CHECK', 'EXCLUDE'].includes(cursor.word)) name = cursor.name();
  }
  const key = (of: 'index' | 'constraint', shape: string): StepPart => {
    cursor.take('CLUSTERED');
    cursor.take('NONCLUSTERED');
    cursor.ifExists();
    if (cursor.word !== '(' && cursor.word !== 'USING' && cursor.token) name ??= cursor.name();
    if (cursor.take('USING')) cursor.at++;
    const columns = columnsOf(cursor.list());
    return { does, of, table, name: name ?? `${shape}(${columns.join(',')})`, columns, line, shape };
  };
  if (cursor.take('PRIMARY', 'KEY')) return key('constraint', 'pk');
  const word: string = cursor.word;
  if (word === 'UNIQUE' && (['KEY', 'INDEX', '(', 'CLUSTERED', 'NONCLUSTERED', 'USING', 'NULLS'].includes(cursor.peek()) || cursor.tokens[cursor.at + 2]?.word === '(')) {
    cursor.at++;
    if (cursor.take('NULLS')) while (cursor.token && cursor.word !== '(') cursor.at++;
    return cursor.take('KEY') || cursor.take('INDEX') ? key('index', 'unique') : key('constraint', 'unique');
  }
  if (cursor.take('FOREIGN', 'KEY')) return key('constraint', 'fk');
  if (cursor.word === 'CHECK' && (cursor.peek() === '(' || name !== undefined)) {
    cursor.at++;
    return { does, of: 'constraint', table, name: name ?? 'check', line, shape: `check ${cursor.until(nothing)}` };
  }
  if (cursor.take('EXCLUDE')) return { does, of: 'constraint', table, name: name ?? 'exclude', line, shape: 'exclude' };
  if (name !== undefined) {
    const at = cursor.at;
    if (cursor.take('DEFAULT')) return undefined;
    cursor.at = at;
  }
  if (['FULLTEXT', 'SPATIAL'].includes(cursor.word)) {
    cursor.at++;
    if (!cursor.take('KEY')) cursor.take('INDEX');
    return key('index', 'index');
  }
  if (['KEY', 'INDEX'].includes(cursor.word) && (cursor.peek() === '(' || cursor.tokens[cursor.at + 2]?.word === '(' || cursor.tokens[cursor.at + 2]?.word === 'USING')) {
    cursor.at++;
    return key('index', 'index');
  }
  cursor.at = start;
  return undefined;
}

function* tableDefinition(cursor: Cursor, line: number): Generator<StepPart> {
  cursor.ifExists();
  const table = cursor.name();
  if (!table || cursor.take('PARTITION', 'OF')) return;
  yield { does: 'added', of: 'table', table, name: table, line };
  for (const item of cursor.list() ?? []) {
    if (item.word === 'LIKE') continue;
    const constraint = constraintOf(item, table);
    if (constraint) {
      if (constraint.shape !== 'pk') yield constraint;
      continue;
    }
    if (item.word === 'CONSTRAINT' || item.word === 'PERIOD') continue;
    const at = item.line;
    const name = item.name();
    if (!name) continue;
    const { shape, unique } = columnOf(item);
    yield { does: 'added', of: 'column', table, name, line: at, shape };
    if (unique) yield { does: 'added', of: 'constraint', table, name: `unique(${name})`, columns: [name], line: at, shape: 'unique' };
  }
}

function* alteration(cursor: Cursor): Generator<StepPart> {
  cursor.ifExists();
  cursor.take('ONLY');
  const table = cursor.name();
  if (!table) return;
  cursor.take('*');
  if (cursor.take('WITH', 'CHECK') || cursor.take('WITH', 'NOCHECK')) { /* SQL Server: how a constraint is added */ }
  let before = '';
  for (const action of cursor.split()) {
    const line = action.line;
    const word = action.word;
    if (word === 'ADD' || (before === 'ADD' && !['DROP', 'ALTER', 'RENAME', 'MODIFY', 'CHANGE', 'ENABLE', 'DISABLE', 'VALIDATE', 'OWNER', 'SET', 'ALGORITHM', 'LOCK', 'ENGINE', 'AUTO_INCREMENT'].includes(word))) {
      action.take('ADD');
      before = 'ADD';
      const constraint = constraintOf(action, table);
      if (constraint) {
        yield constraint;
        continue;
      }
      if (action.take('CONSTRAINT')) {
        // SQL Server: ADD CONSTRAINT name DEFAULT value FOR column.
        action.name();
        if (action.take('DEFAULT')) {
          const initial = action.until(new Set(['FOR']));
          if (action.take('FOR')) yield { does: 'modified', of: 'column', table, name: action.name() ?? '', line, shape: `default ${initial}` };
        }
        continue;
      }
      if (action.word === 'PARTITION') continue;
      if (action.word === 'VALUE') continue;
      action.take('COLUMN');
      action.ifExists();
      for (const column of action.list() ?? [action]) {
        const inner = constraintOf(column, table);
        if (inner) {
          yield inner;
          continue;
        }
        const name = column.name();
        if (!name) continue;
        const { shape, unique } = columnOf(column);
        yield { does: 'added', of: 'column', table, name, line, shape };
        if (unique) yield { does: 'added', of: 'constraint', table, name: `unique(${name})`, columns: [name], line, shape: 'unique' };
      }
      continue;
    }
    if (word === 'DROP' || (before === 'DROP' && (word === '' || /^[a-z_]/i.test(word)) && action.to - action.at <= 3 && !['ALTER', 'RENAME', 'MODIFY', 'CHANGE', 'ADD'].includes(word))) {
      action.take('DROP');
      before = 'DROP';
      if (action.take('PRIMARY', 'KEY')) yield { does: 'removed', of: 'constraint', table, name: 'pk()', line, shape: 'pk' };
      else if (action.take('FOREIGN', 'KEY') || action.take('CONSTRAINT') || action.take('CHECK')) {
        action.ifExists();
        const name = action.name();
        if (name) yield { does: 'removed', of: 'constraint', table, name, line };
      } else if ((action.word === 'INDEX' || action.word === 'KEY') && action.at + 1 < action.to) {
        action.at++;
        action.ifExists();
        const name = action.name();
        if (name) yield { does: 'removed', of: 'index', table, name, line };
      } else if (action.word !== 'PARTITION') {
        action.take('COLUMN');
        action.ifExists();
        for (const column of action.list() ?? [action]) {
          const name = column.name();
          if (name) yield { does: 'removed', of: 'column', table, name, line };
        }
      }
      continue;
    }
    before = word;
    if (word === 'ALTER' || word === 'MODIFY') {
      action.at++;
      if (['INDEX', 'CONSTRAINT', 'CHECK'].includes(action.word)) continue;
      action.take('COLUMN');
      action.ifExists();
      for (const column of (action.word === '(' ? action.list() : undefined) ?? [action]) {
        const name = column.name();
        if (!name || ['ADD', 'RESTART'].includes(column.word)) continue;
        if (word === 'ALTER' && column.word === 'SET' && ['STATISTICS', 'STORAGE', 'COMPRESSION', 'GENERATED'].includes(column.peek())) continue;
        let shape: string;
        if (column.take('SET', 'NOT', 'NULL')) shape = 'not null';
        else if (column.take('SET', 'NULL')) shape = 'nullable';
        else if (column.take('DROP', 'NOT', 'NULL')) shape = 'nullable';
        else if (column.take('SET', 'DEFAULT')) shape = `default ${column.until(nothing)}`;
        else if (column.take('DROP', 'DEFAULT')) shape = 'no default';
        else {
          if (!column.take('SET', 'DATA', 'TYPE')) column.take('TYPE');
          shape = columnOf(column).shape;
        }
        yield { does: 'modified', of: 'column', table, name, line, shape };
      }
    } else if (word === 'CHANGE') {
      action.at++;
      action.take('COLUMN');
      const [from, to] = [action.name(), action.name()];
      if (!from || !to) continue;
      const { shape } = columnOf(action);
      if (from.toLowerCase() === to.toLowerCase()) yield { does: 'modified', of: 'column', table, name: from, line, shape };
      else yield { does: 'renamed', of: 'column', table, name: from, to, line, shape };
    } else if (word === 'RENAME') {
      action.at++;
      if (action.take('TO') || action.take('AS')) {
        const to = action.name();
        if (to) yield { does: 'renamed', of: 'table', table, name: table, to, line };
        continue;
      }
      const of = action.take('CONSTRAINT') ? 'constraint' as const : action.take('INDEX') || action.take('KEY') ? 'index' as const : 'column' as const;
      action.take('COLUMN');
      const from = action.name();
      const to = action.take('TO') || action.take('AS') ? action.name() : undefined;
      if (from && to) yield { does: 'renamed', of, table, name: from, to, line };
    }
  }
}

function* statementParts(cursor: Cursor): Generator<StepPart> {
  const line = cursor.line;
  if (cursor.take('CREATE')) {
    const replaces = cursor.take('OR', 'REPLACE') || cursor.take('OR', 'ALTER');
    if (['TEMP', 'TEMPORARY'].includes(cursor.word) || (cursor.word === 'LOCAL' || cursor.word === 'GLOBAL')) return;
    cursor.take('UNLOGGED');
    cursor.take('FOREIGN');
    cursor.take('VIRTUAL');
    if (cursor.take('TABLE')) {
      if (cursor.token?.text.startsWith('#')) return;
      yield* tableDefinition(cursor, line);
      return;
    }
    while (['ALGORITHM', 'DEFINER', 'SQL', 'SECURITY', 'INVOKER', 'UNDEFINED', 'MERGE', 'TEMPTABLE', '=', 'RECURSIVE', 'FORCE'].includes(cursor.word)) cursor.at++;
    cursor.take('MATERIALIZED');
    if (cursor.take('VIEW')) {
      cursor.ifExists();
      const name = cursor.name();
      if (name) yield { does: replaces ? 'modified' : 'added', of: 'view', table: name, name, line, shape: cursor.until(nothing) };
      return;
    }
    if (cursor.take('TYPE')) {
      const name = cursor.name();
      if (name && cursor.take('AS', 'ENUM')) yield { does: 'added', of: 'enum', name, line, shape: (cursor.list() ?? []).map((item) => item.name() ?? '').join(', ') };
      return;
    }
    let unique = false;
    while (['UNIQUE', 'FULLTEXT', 'SPATIAL', 'CLUSTERED', 'NONCLUSTERED', 'BITMAP', 'COLUMNSTORE'].includes(cursor.word)) {
      unique ||= cursor.word === 'UNIQUE';
      cursor.at++;
    }
    if (!cursor.take('INDEX')) return;
    cursor.take('CONCURRENTLY');
    cursor.ifExists();
    let name = cursor.word === 'ON' ? undefined : cursor.name();
    if (cursor.take('USING')) cursor.at++;
    if (!cursor.take('ON')) return;
    cursor.take('ONLY');
    const table = cursor.name();
    if (cursor.take('USING')) cursor.at++;
    const columns = columnsOf(cursor.list());
    name ??= `index(${columns.join(',')})`;
    if (table) yield { does: 'added', of: 'index', table, name, columns, line, shape: unique ? 'unique' : 'index' };
  } else if (cursor.take('ALTER')) {
    if (cursor.take('TABLE')) yield* alteration(cursor);
    else if (cursor.take('TYPE')) {
      const name = cursor.name();
      if (!name) return;
      if (cursor.take('ADD', 'VALUE') || cursor.take('RENAME', 'VALUE')) {
        cursor.ifExists();
        yield { does: 'modified', of: 'enum', name, line, shape: cursor.until(nothing) };
      } else if (cursor.take('RENAME', 'TO')) {
        const to = cursor.name();
        if (to) yield { does: 'renamed', of: 'enum', name, to, line };
      }
    } else if (cursor.take('INDEX')) {
      cursor.ifExists();
      const name = cursor.name();
      if (name && cursor.take('RENAME', 'TO')) {
        const to = cursor.name();
        if (to) yield { does: 'renamed', of: 'index', name, to, line };
      }
    } else if (cursor.take('VIEW')) {
      const name = cursor.name();
      if (name && cursor.word === 'AS') yield { does: 'modified', of: 'view', table: name, name, line, shape: cursor.until(nothing) };
    }
  } else if (cursor.take('DROP')) {
    const materialized = cursor.take('MATERIALIZED');
    const of = cursor.take('TABLE') ? 'table' as const : cursor.take('VIEW') ? 'view' as const : cursor.take('INDEX') ? 'index' as const : cursor.take('TYPE') ? 'enum' as const : undefined;
    if (!of || (materialized && of !== 'view')) return;
    cursor.take('CONCURRENTLY');
    const careful = cursor.ifExists();
    for (const item of cursor.split()) {
      if (item.token?.text.startsWith('#')) continue;
      const qualified = item.peek() === '.' && of === 'index' && item.to - item.at > 2 ? item.tokens[item.at]?.text : undefined;
      const name = item.name();
      if (!name) continue;
      const table = of === 'index' && item.take('ON') ? item.name() : undefined;
      yield of === 'table' || of === 'view' ? { does: 'removed', of, table: name, name, line: item.tokens[item.at - 1]?.line ?? line, ...(careful && of === 'view' ? { shape: 'if exists' } : {}) }
        : { does: 'removed', of, name, line, ...(table ? { table } : qualified && !/^(?:dbo|public|main)$/i.test(qualified) ? {} : {}) };
    }
  } else if (cursor.take('RENAME', 'TABLE')) {
    for (const item of cursor.split()) {
      const from = item.name();
      const to = item.take('TO') ? item.name() : undefined;
      if (from && to) yield { does: 'renamed', of: 'table', table: from, name: from, to, line };
    }
  } else if (cursor.take('INSERT') || cursor.take('REPLACE')) {
    while (['OR', 'IGNORE', 'REPLACE', 'INTO', 'ROLLBACK', 'ABORT'].includes(cursor.word)) cursor.at++;
    const to = cursor.name();
    const columns = columnsOf(cursor.list());
    if (to && cursor.word === 'SELECT') {
      let from: string | undefined;
      while (cursor.token && !from) if (cursor.take('FROM')) from = cursor.name(); else cursor.at++;
      yield { does: 'copied', of: 'table', ...(from ? { table: from } : {}), to, columns, line };
    }
  } else if (cursor.word === 'EXEC' || cursor.word === 'EXECUTE' || cursor.word === 'SP_RENAME') {
    while (cursor.token && cursor.word !== 'SP_RENAME') cursor.at++;
    if (!cursor.take('SP_RENAME')) return;
    const words = cursor.split().map((item) => item.tokens.slice(item.at, item.to).find(({ word }) => word === "'")?.text.replace(/^N?'|'$/g, '').replace(/[[\]"]/g, '') ?? '');
    const [from = '', to = '', what = ''] = words;
    const path = from.split('.');
    if (!from || !to) return;
    if (/^COLUMN$/i.test(what)) yield { does: 'renamed', of: 'column', table: path.at(-2) ?? '', name: path.at(-1) ?? '', to, line };
    else if (/^INDEX$/i.test(what)) yield { does: 'renamed', of: 'index', table: path.at(-2) ?? '', name: path.at(-1) ?? '', to, line };
    else if (!what) yield { does: 'renamed', of: 'table', table: path.at(-1) ?? '', name: path.at(-1) ?? '', to, line };
  }
}

/** Cuts a run of statements that no semicolon separates (SQL Server), and finds those inside `IF … BEGIN … END`. */
function* cut(tokens: readonly Token[]): Generator<Cursor> {
  const starts: number[] = [];
  let depth = 0;
  tokens.forEach((token, index) => {
    if (token.word === '(') depth++;
    else if (token.word === ')') depth--;
    const next = tokens[index + 1]?.word ?? '';
    const ddl = (token.word === 'CREATE' && /^(?:TABLE|INDEX|UNIQUE|VIEW|TYPE|NONCLUSTERED|CLUSTERED|OR|MATERIALIZED|TEMP|TEMPORARY)$/.test(next)) || (token.word === 'ALTER' && /^(?:TABLE|TYPE|VIEW|INDEX)$/.test(next))
      || (token.word === 'DROP' && /^(?:TABLE|VIEW|TYPE|INDEX)$/.test(next)) || (/^EXEC(?:UTE)?$/.test(token.word) && next === 'SP_RENAME');
    if (!ddl || depth > 0) return;
    const first = tokens[starts.at(-1) ?? 0];
    // MySQL's ALTER TABLE t DROP INDEX i, and SQLite's rename, stay one statement.
    if (starts.length && next === 'INDEX' && token.word === 'DROP' && first?.word === 'ALTER' && tokens[(starts.at(-1) ?? 0) + 1]?.word === 'TABLE' && (tokens[index - 1]?.word === ',' || index - (starts.at(-1) ?? 0) <= 5)) return;
    if (starts.length && token.word === 'ALTER' && next === 'INDEX' && tokens[index - 1]?.word === ',') return;
    if (index === 0 || tokens[0]?.word !== 'CREATE' || !/^(?:FUNCTION|PROCEDURE|PROC|TRIGGER|EVENT)$/.test(tokens.slice(1, 5).find(({ word }) => /^(?:FUNCTION|PROCEDURE|PROC|TRIGGER|EVENT|TABLE|VIEW|INDEX)$/.test(word))?.word ?? '')) starts.push(index);
  });
  if (!starts.length) {
    yield new Cursor(tokens);
    return;
  }
  for (const [index, start] of starts.entries()) yield new Cursor(tokens, start, starts[index + 1] ?? tokens.length);
}

/** The name of the temporary table that a statement makes. */
function temporary(cursor: Cursor): string | undefined {
  const words = cursor.tokens.slice(cursor.at, cursor.to);
  const at = words.findIndex(({ word }) => word === 'TABLE');
  if (words[0]?.word !== 'CREATE' || at < 2 || !words.slice(1, at).some(({ word }) => word === 'TEMP' || word === 'TEMPORARY')) return undefined;
  const inner = new Cursor(cursor.tokens, cursor.at + at + 1, cursor.to);
  inner.ifExists();
  return inner.name()?.toLowerCase();
}

/** Names of all temporary tables of a text: made as such, or filled by `SELECT … INTO` and dropped again. */
function temporariesOf(statements: readonly { readonly tokens: readonly Token[] }[]): Set<string> {
  const names = new Set<string>();
  for (const { tokens } of statements) {
    for (const cursor of cut(tokens)) {
      const made = temporary(cursor);
      if (made) names.add(made);
    }
    if (tokens[0]?.word !== 'SELECT') continue;
    const cursor = new Cursor(tokens);
    while (cursor.token && cursor.word !== 'INTO' && cursor.word !== 'FROM') if (cursor.word === '(') cursor.list(); else cursor.at++;
    if (!cursor.take('INTO')) continue;
    if (!cursor.take('UNLOGGED', 'TABLE')) cursor.take('TABLE');
    const name = cursor.name()?.toLowerCase();
    if (name) names.add(name);
  }
  return names;
}

/**
 * The steps that SQL text takes in the upward direction.
 * @param firstLine line of the text's first line in its file (SQL inside a string of another language)
 */
export function* sqlSteps(text: string, firstLine = 1, depth = 0): Generator<StepStatement> {
  let down = false;
  const statements = sqlStatements(text, firstLine);
  // Temporary tables are no part of the schema, nor is dropping them, before they are made or after.
  const temporaries = temporariesOf(statements);
  for (const { tokens, comment } of statements) {
    if (!tokens.length) {
      if (/down\b|undo|rollback/i.test(comment)) down = true;
      else if (/\bup\b/i.test(comment)) down = false;
      continue;
    }
    if (down) continue;
    const body = tokens.find(({ word }) => word === '$BODY$');
    if (body && tokens[0]?.word === 'DO') {
      if (depth < 2) yield* sqlSteps(body.text, body.line, depth + 1);
      continue;
    }
    for (const cursor of cut(tokens)) {
      for (const part of statementParts(cursor)) if (part.table === undefined || !temporaries.has(part.table.toLowerCase())) yield { shape: '', ...part, kind: 'step' };
    }
  }
}

const downward = /(?:^|[./_-])(?:down|undo|rollback|revert)\.sql$|\.(?:down|undo)\.[\w.]*sql$|(?:^|\/)(?:down|rollbacks?|revert|undo|verify)\/|(?:^|\/)U\d[\w.]*__/i;

/** SQL files: migrations of every tool that keeps them as SQL, and schema dumps. */
export const sql: Recogniser = {
  name: 'SQL',
  languages: undefined,
  path: /\.sql$/i,
  hint: /\b(?:create|alter|drop|rename|sp_rename)\b/i,
  *read({ path, text }): Generator<StepStatement> {
    if (downward.test(path) || /(?:^|\/)(?:seeds?|seeders|queries|query|sqlc\/queries|sample[-_]?data)(?:\/|\.sql$)/i.test(path)) return;
    yield* sqlSteps(text);
  },
};
