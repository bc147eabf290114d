import { folded, tableKey } from './facts.js';
import type { FactKind, Op, Place, StepStatement } from './facts.js';

/** What a run of migrations does to one part of the schema, all its steps taken together. */
export interface Effect {
  readonly of: Exclude<FactKind, 'endpoint'>;
  op: Op;
  table?: string;
  name?: string;
  columns?: readonly string[];
  target?: string;
  /** The field's name in code, where it is not the column's. */
  field?: string;
  shape: string;
  /** Shape before, when it is known. */
  before?: string;
  /** The old name of what was renamed. */
  renamedFrom?: string;
  /** The table's name without a prefix that was only guessed. */
  unprefixed?: string;
  /** Given whole by a step that may have changed nothing of it. */
  restates?: boolean;
  places: Place[];
}

/** A step and the file that takes it. */
export interface Step {
  readonly statement: StepStatement;
  readonly file: string;
}

/** What earlier migrations built: by table key, the effects that made the table and its parts. */
export type History = (table: string) => readonly Effect[] | undefined;

/** Unique, foreign key, primary key and check are told apart: two of different families on the same columns are two. */
export const family = (shape: string): string => /^(?:unique|fk|pk|check)/.exec(shape)?.[0] ?? 'index';

const isIndexLike = (of: string): boolean => of === 'index' || of === 'constraint';

type Part = Pick<Effect, 'of' | 'table' | 'name' | 'columns' | 'shape' | 'field'>;

/** Whether two effects speak of the same part of the schema. */
export function samePart(a: Part, b: Part): boolean {
  if (isIndexLike(a.of) && isIndexLike(b.of)) {
    if (a.name && b.name && folded(a.name) === folded(b.name)) return !a.table || !b.table || tableKey(a.table) === tableKey(b.table);
    return Boolean(a.columns?.length && b.columns?.length) && Boolean(a.table && b.table) && tableKey(a.table ?? '') === tableKey(b.table ?? '')
      && family(a.shape) === family(b.shape) && a.columns?.map(folded).sort().join() === b.columns?.map(folded).sort().join();
  }
  if (a.of !== b.of) return false;
  if (a.of === 'table') return tableKey(a.table ?? '') === tableKey(b.table ?? '');
  if (a.of === 'entity' || a.of === 'view') return tableKey(a.name ?? '') === tableKey(b.name ?? '');
  if (tableKey(a.table ?? '') !== tableKey(b.table ?? '')) return false;
  const [left, right] = [folded(a.name ?? ''), folded(b.name ?? '')];
  return left === right || (a.field !== undefined && folded(a.field) === right) || (b.field !== undefined && folded(b.field) === left);
}

/**
 * The steps of migrations that belong together, run in order, as what they amount to: a column added and dropped again
 * is nothing, a table rebuilt through a temporary one is a change of its columns.
 * @param history what was there before the first step, where it can be known
 */
export function run(steps: readonly Step[], history: History = () => undefined): Effect[] {
  let effects: Effect[] = [];
  /** Columns that an `INSERT … SELECT` carries from one table into another. */
  const copied = new Map<string, readonly string[]>();
  const find = (part: Parameters<typeof samePart>[0]) => effects.find((effect) => samePart(effect, part));
  const drop = (gone: Effect) => { effects = effects.filter((effect) => effect !== gone); };
  const ofTable = (table: string) => effects.filter((effect) => effect.table !== undefined && tableKey(effect.table) === tableKey(table));
  const rebuiltTables = new Set<string>();
  /** A table that is built anew over one that was there: only the difference counts. */
  const settleRebuilt = (table: string, carried: readonly string[] | undefined) => {
    rebuiltTables.add(tableKey(table));
    const before = history(table)?.filter(({ of, op }) => of !== 'table' && op === 'added');
    const now = ofTable(table).filter(({ of, op }) => of !== 'table' && op === 'added');
    for (const effect of ofTable(table)) if (effect.of === 'table') drop(effect);
    for (const effect of now) {
      if (!before) {
        if (effect.of !== 'column' || !carried || carried.some((name) => folded(name) === folded(effect.name ?? ''))) drop(effect);
        continue;
      }
      const old = before.find((other) => samePart(other, effect));
      if (!old) continue;
      if (effect.of === 'column' && old.shape !== effect.shape) {
        effect.op = 'modified';
        effect.before = old.shape;
      } else drop(effect);
    }
    for (const old of before ?? []) {
      if (old.of !== 'column' || now.some((effect) => samePart(effect, old))) continue;
      effects.push({ ...old, op: 'removed', places: now[0]?.places ?? [] });
    }
  };

  for (const { statement, file } of steps) {
    // What the text does not name cannot be told apart from anything else.
    if (statement.does !== 'copied' && !statement.name && !statement.table) continue;
    if (['column', 'enum'].includes(statement.of) && !statement.name) continue;
    const place = { file, line: statement.line };
    const part: Effect = { of: statement.of, op: 'added', shape: statement.shape, places: [place],
      ...(statement.table === undefined ? {} : { table: statement.table }), ...(statement.name === undefined ? {} : { name: statement.name }),
      ...(statement.columns === undefined ? {} : { columns: statement.columns }), ...(statement.restates ? { restates: true } : {}) };
    const named = isIndexLike(part.of) && part.name ? folded(part.name) : undefined;
    const known = (named === undefined ? undefined : effects.find((effect) => samePart(effect, part) && folded(effect.name ?? '') === named)) ?? find(part);
    switch (statement.does) {
      case 'copied':
        copied.set(tableKey(statement.to ?? ''), statement.columns ?? []);
        break;
      case 'added':
        if (known?.op === 'removed' && part.of === 'table') {
          drop(known);
          effects.push(known.shape === 'renamed' || history(part.table ?? '') ? { ...part, shape: 'rebuilt' } : part);
        } else if (known?.op === 'removed' && part.of === 'view') {
          // Dropped only if it was there, and no earlier migration made it: it is new.
          drop(known);
          effects.push({ ...part, op: known.shape === 'if exists' && !history(part.table ?? '') ? 'added' : 'modified' });
        } else if (known?.op === 'removed' && part.of === 'column' && known.name !== part.name) {
          // Another spelling is another column: `sizeKB`, `sizeKb`.
          effects.push(part);
        } else if (known?.op === 'removed') {
          // Dropped and made again: an index, constraint or column that differs is modified, else nothing happened. Of one
          // that is dropped by its name alone it is not known what it was; nobody makes the same again.
          drop(known);
          // What took a new name made room for another of the old one.
          const movedAway = effects.some((effect) => effect.of === part.of && effect.renamedFrom === known.name);
          if (isIndexLike(part.of) ? known.shape !== part.shape && !history(part.table ?? '') : ((part.of === 'column' && !movedAway) || (known.shape && part.shape)) && known.shape !== part.shape) effects.push({ ...part, op: 'modified', ...(known.shape ? { before: known.shape } : {}) });
          else if (isIndexLike(part.of) && known.columns && part.columns && known.columns.join() !== part.columns.join()) effects.push({ ...part, op: 'modified' });
        } else if (known) known.places.push(place);
        // An index that went with the old table and is made again is none that was added.
        else if (!(isIndexLike(part.of) && part.table !== undefined && rebuiltTables.has(tableKey(part.table)) && history(part.table)?.some((old) => samePart(old, part)))) effects.push(part);
        break;
      case 'removed':
        if (part.of === 'table') {
          const added = known?.op === 'added';
          for (const effect of ofTable(part.table ?? '')) drop(effect);
          if (!added) effects.push({ ...part, op: 'removed' });
        } else if (known?.op === 'added') drop(known);
        else if (known) {
          known.op = 'removed';
          known.places.push(place);
        } else effects.push({ ...part, op: 'removed' });
        break;
      case 'modified':
        if (!known) effects.push({ ...part, op: 'modified' });
        else if (known.op !== 'removed') {
          known.shape = part.shape;
          if (known.op === 'modified') known.places.push(place);
        }
        break;
      case 'renamed': {
        const to = statement.to ?? '';
        if (part.of === 'table') {
          const target = find({ of: 'table', table: to, shape: '' });
          if (known?.op === 'added') {
            const rebuilt = target?.op === 'removed';
            if (rebuilt) drop(target);
            for (const effect of ofTable(part.table ?? '')) {
              effect.table = to;
              if (effect.of === 'table') effect.name = to;
            }
            if (rebuilt) settleRebuilt(to, copied.get(tableKey(part.table ?? '')));
          } else {
            for (const effect of ofTable(part.table ?? '')) effect.table = to;
            effects.push({ ...part, op: 'removed', shape: 'renamed' }, { ...part, table: to, name: to, renamedFrom: part.table ?? '' });
          }
        } else if (known?.op === 'added') {
          // A column built beside the old one that it then takes the place of: the old one changed.
          const replaced = effects.find((effect) => effect !== known && effect.op === 'removed' && samePart(effect, { ...known, name: to }));
          if (replaced) drop(replaced);
          known.name = to;
          if (replaced) known.op = 'modified';
        } else {
          if (known) drop(known);
          effects.push({ ...part, op: 'removed' }, { ...part, name: to, renamedFrom: part.name ?? '' });
        }
        break;
      }
    }
  }
  for (const effect of [...effects]) if (effect.of === 'table' && effect.shape === 'rebuilt' && effect.table) settleRebuilt(effect.table, copied.get(tableKey(effect.table)));
  return effects;
}
