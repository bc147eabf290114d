import { folded, joinPaths, pathKey, tableKey } from './facts.js';
import type { DeclaredStatement, EndpointStatement, Fact, MountStatement, Op, Place, Statement } from './facts.js';
import { family, run, samePart } from './migrationRun.js';
import type { Effect, History, Step } from './migrationRun.js';
import { wholeSchema } from './sourceFiles.js';
import { sameMeaning, unexpanded } from './syntax.js';

/** What one recogniser reads in one changed file, before and after. */
export interface FilePair {
  readonly recogniser: string;
  /** Absent where the file did not exist. */
  readonly oldPath?: string;
  readonly newPath?: string;
  readonly before: readonly Statement[];
  readonly after: readonly Statement[];
}

export type Side = 'before' | 'after';

/** Prefixes of other files: the whole path of an endpoint, or undefined where they cannot be resolved. */
export type FullPaths = (side: Side, file: string, endpoint: EndpointStatement) => Promise<string | undefined>;

const inverse: Record<Op, Op> = { added: 'removed', removed: 'added', modified: 'modified' };

/** More endpoints than this whose common group's guard changed are one fact. */
const manyInAGroup = 8;

/** Deleted migrations beyond this number are a squash or a clean-up, which changes no schema. */
const deletedMigrations = 3;

/** Migrations made from models: with the file gone the models still say what the schema is, and they are compared themselves. */
const besideModels = new Set(['TypeORM migrations', 'Django migrations', 'EF Core migrations']);
/** As Prisma names them. */
const modelled = /\/migrations\/\d{8,}[^/]*\/migration\.sql$/;

interface Found {
  readonly endpoint: EndpointStatement;
  readonly file: string;
  fullPath?: string | undefined;
}

const endpointsOf = (statements: readonly Statement[], file: string): Found[] =>
  statements.flatMap((endpoint) => (endpoint.kind === 'endpoint' ? [{ endpoint, file }] : []));

function shapeChange(before: EndpointStatement, after: EndpointStatement): string | undefined {
  const changed: string[] = [];
  const [old, now] = [before.shape, after.shape];
  if (!sameMeaning(old.guards ?? '', now.guards ?? '')) changed.push(now.guards ? `now guarded by ${unexpanded(now.guards)}` : `no longer guarded by ${unexpanded(old.guards ?? '')}`);
  if (!sameMeaning(old.signature ?? '', now.signature ?? '')) changed.push('its handler takes or returns something else');
  if (!sameMeaning(old.schema ?? '', now.schema ?? '')) changed.push('its request or response schema differs');
  return changed.length ? changed.join('; ') : undefined;
}

const endpointFact = (op: Op, { endpoint, file, fullPath }: Found, detail?: string): Fact => ({
  kind: 'endpoint', op, method: endpoint.method, path: endpoint.path,
  ...(fullPath !== undefined && fullPath !== endpoint.path ? { fullPath } : {}), file, line: endpoint.line,
  ...(endpoint.handler ? { handler: endpoint.handler } : {}), ...(detail ? { detail } : {}),
});

/** Takes from both lists what `key` says is the same, in order, and gives the couples. */
function couple(removed: Found[], added: Found[], key: (found: Found) => string | undefined): [Found, Found][] {
  const waiting = new Map<string, Found[]>();
  for (const found of removed) {
    const k = key(found);
    if (k !== undefined) waiting.set(k, [...waiting.get(k) ?? [], found]);
  }
  const couples: [Found, Found][] = [];
  for (const found of [...added]) {
    const k = key(found);
    const other = k === undefined ? undefined : waiting.get(k)?.shift();
    if (!other) continue;
    couples.push([other, found]);
    removed.splice(removed.indexOf(other), 1);
    added.splice(added.indexOf(found), 1);
  }
  return couples;
}

/** Takes from both lists the handlers that show their verbs on one side only: they are the same routes. */
function unsaidVerbs(old: Found[], now: Found[]): [Found, Found][] {
  const couples: [Found, Found][] = [];
  const ofPath = (list: readonly Found[], path: string) => list.filter(({ endpoint }) => pathKey(endpoint.path) === path);
  for (const path of new Set([...old, ...now].flatMap(({ endpoint }) => (endpoint.anyVerb ? [pathKey(endpoint.path)] : [])))) {
    const [before, after] = [ofPath(old, path), ofPath(now, path)];
    if (!before.length || !after.length) continue;
    for (const one of before) for (const other of after) couples.push([one, other.endpoint.anyVerb ? { ...other, endpoint: { ...other.endpoint, method: one.endpoint.method } } : other]);
    for (const [list, taken] of [[old, before], [now, after]] as const) list.splice(0, list.length, ...list.filter((found) => !taken.includes(found)));
  }
  return couples;
}

/** Prefixes that a file sets for what other files state, where only the prefix differs: one fact for all that is below. */
function movedMounts(pairs: readonly FilePair[]): Fact[] {
  return pairs.flatMap((pair): Fact[] => {
    const mountsOf = (statements: readonly Statement[]) => {
      const byTarget = new Map<string, MountStatement[]>();
      for (const statement of statements) {
        if (statement.kind !== 'mount' || statement.line === undefined) continue;
        const key = JSON.stringify([statement.module, statement.name]);
        byTarget.set(key, [...byTarget.get(key) ?? [], statement]);
      }
      return byTarget;
    };
    const before = mountsOf(pair.before);
    return [...mountsOf(pair.after)].flatMap(([target, [now, ...others]]): Fact[] => {
      const [old, ...more] = before.get(target) ?? [];
      // Mounted several times: which became which is not said.
      if (!old || !now?.line || others.length || more.length || pathKey(old.prefix) === pathKey(now.prefix)) return [];
      return [{ kind: 'endpoint', op: 'modified', method: 'ANY', path: joinPaths(now.prefix, '*'), file: pair.newPath ?? pair.oldPath ?? '', line: now.line, detail: `everything below ${joinPaths(old.prefix, '*')} is now below ${joinPaths(now.prefix, '*')}` }];
    });
  });
}

async function compareEndpoints(pairs: readonly FilePair[], fullPaths: FullPaths): Promise<Fact[]> {
  const [removed, added]: [Found[], Found[]] = [[], []];
  const kept: [Found, Found][] = [];
  for (const pair of pairs) {
    const old = endpointsOf(pair.before, pair.oldPath ?? pair.newPath ?? '');
    const now = endpointsOf(pair.after, pair.newPath ?? pair.oldPath ?? '');
    const moved = pair.oldPath !== pair.newPath;
    // The same shape first: two routes of one path in two branches must not be coupled crosswise.
    const exact = couple(old, now, ({ endpoint }) => (moved ? undefined : JSON.stringify([endpoint.method, pathKey(endpoint.path), endpoint.shape, endpoint.router])));
    const same = couple(old, now, ({ endpoint }) => (moved ? undefined : `${endpoint.method} ${pathKey(endpoint.path)}`));
    kept.push(...exact, ...same, ...(moved ? [] : unsaidVerbs(old, now)));
    removed.push(...old);
    added.push(...now);
  }
  const changed = kept.filter(([before, after]) => shapeChange(before.endpoint, after.endpoint) !== undefined);
  for (const found of removed) found.fullPath = await fullPaths('before', found.file, found.endpoint);
  for (const found of [...added, ...changed.map(([, after]) => after)]) found.fullPath = await fullPaths('after', found.file, found.endpoint);

  const whole = (found: Found) => `${found.endpoint.method} ${pathKey(found.fullPath ?? found.endpoint.path)}`;
  // What only moved among the parts of a class is guarded by what stands at another part.
  const unguarded = ({ shape: { guards: _guards, ...shape }, ...endpoint }: EndpointStatement): EndpointStatement => ({ ...endpoint, shape });
  changed.push(...couple(removed, added, whole).filter(([{ endpoint: before }, { endpoint: after }]) => (before.scattered && after.scattered ? shapeChange(unguarded(before), unguarded(after)) : shapeChange(before, after)) !== undefined));
  // Moved to another file whose prefixes could not be resolved on both sides: same verb, same handler, same end of the path.
  couple(removed, added, ({ endpoint, fullPath }) => (endpoint.handler && fullPath === undefined ? `${endpoint.method} ${endpoint.handler} ${pathKey(endpoint.path).split('/').slice(-2).join('/')}` : undefined));

  const facts: Fact[] = [];
  const groups = new Map<string, [Found, Found][]>();
  for (const each of changed) {
    const [before, after] = each;
    const onlyGuards = after.endpoint.group !== undefined && before.endpoint.shape.signature === after.endpoint.shape.signature && before.endpoint.shape.schema === after.endpoint.shape.schema;
    const key = onlyGuards ? JSON.stringify([after.file, after.endpoint.group, before.endpoint.shape.guards, after.endpoint.shape.guards]) : JSON.stringify([after.file, after.endpoint.method, after.endpoint.path, after.endpoint.line]);
    groups.set(key, [...groups.get(key) ?? [], each]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    if (group.length > manyInAGroup) {
      const path = `${(first[1].endpoint.group ?? '').replace(/\/$/, '')}/*`;
      facts.push(endpointFact('modified', { ...first[1], fullPath: undefined, endpoint: { ...first[1].endpoint, method: 'ANY', path, line: Math.min(...group.map(([, { endpoint }]) => endpoint.line)) } }, shapeChange(first[0].endpoint, first[1].endpoint)));
    } else facts.push(...group.map(([before, after]) => endpointFact('modified', after, shapeChange(before.endpoint, after.endpoint))));
  }
  facts.push(...movedMounts(pairs), ...removed.map((found) => endpointFact('removed', found)), ...added.map((found) => endpointFact('added', found)));
  const seen = new Set<string>();
  return facts.filter((fact) => {
    const key = `${fact.op} ${fact.method ?? ''} ${pathKey(fact.path ?? '')} ${fact.fullPath ? pathKey(fact.fullPath) : fact.file}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Migrations of one folder belong together; each of Prisma's stands in a folder of its own. */
const runFolder = (file: string): string => {
  const parts = file.split('/').slice(0, -1);
  if (/^\d{6,}|^V\d|^v?\d+(?:\.\d+)+$|^\d{2,}_\w/.test(parts.at(-1) ?? '')) parts.pop();
  return parts.join('/');
};

/** Whether an edited migration says of one part of the schema something else than it did. */
const restated = (before: Effect, now: Effect): boolean => (now.of === 'column' || now.of === 'view' || now.of === 'enum' ? now.shape !== before.shape
  : (now.of === 'index' || now.of === 'constraint') && now.op === 'added' && (family(now.shape) !== family(before.shape) || now.columns?.map(folded).join() !== before.columns?.map(folded).join()));

/** A dump of the whole schema is a state: it is compared with its own former self, not run after the migrations beside it. */
export const isDump = (file: string): boolean => /\.sql$/i.test(file) && wholeSchema.test(file) && !/\d{3,}|^[VR]\d*_|^\d/i.test(file.split('/').at(-1) ?? '');

const tablesMade = (pairs: readonly FilePair[], side: Side): Set<string> => new Set(pairs.flatMap((pair) => pair[side].flatMap((statement) => (statement.kind === 'step' && statement.of === 'table' && statement.does === 'added' ? [tableKey(statement.table ?? '')] : []))));

/** A dump that is gone is the former self of the new files that make most of its tables: it was moved, or split. */
function joinMovedDumps(folders: Map<string, FilePair[]>): void {
  for (const [path, [dump, ...others]] of [...folders]) {
    if (!dump || others.length || dump.newPath !== undefined || !isDump(path)) continue;
    const gone = tablesMade([dump], 'before');
    for (const [folder, inFolder] of folders) {
      if (folder === path) continue;
      const made = tablesMade(inFolder.filter(({ oldPath }) => oldPath === undefined), 'after');
      if (!gone.size || 2 * [...gone].filter((table) => made.has(table)).length < gone.size) continue;
      folders.set(folder, [...inFolder, dump]);
      folders.delete(path);
      break;
    }
  }
}

function migrationEffects(pairs: readonly FilePair[], history: (folder: string) => History | undefined): Effect[] {
  const folders = new Map<string, FilePair[]>();
  for (const pair of pairs) {
    if (![...pair.before, ...pair.after].some(({ kind }) => kind === 'step')) continue;
    const path = pair.newPath ?? pair.oldPath ?? '';
    const folder = isDump(path) ? path : runFolder(path);
    folders.set(folder, [...folders.get(folder) ?? [], pair]);
  }
  joinMovedDumps(folders);
  const deleted = [...folders.values()].flat().filter((pair) => pair.newPath === undefined).length;
  const effects: Effect[] = [];
  for (const [folder, inFolder] of folders) {
    const stepsOf = (side: Side) => [...inFolder].sort((a, b) => ((a[side === 'before' ? 'oldPath' : 'newPath'] ?? '') < (b[side === 'before' ? 'oldPath' : 'newPath'] ?? '') ? -1 : 1))
      .flatMap((pair): Step[] => pair[side].flatMap((statement) => (statement.kind === 'step' ? [{ statement, file: (side === 'before' ? pair.oldPath : pair.newPath) ?? '' }] : [])));
    const old = run(stepsOf('before'), history(folder));
    const now = run(stepsOf('after'), history(folder));
    const gone = new Set(inFolder.filter((pair) => pair.newPath === undefined).map((pair) => pair.oldPath));
    for (const effect of now) {
      const before = old.find((other) => samePart(other, effect) && !(other.op === 'removed' && effect.op === 'added'));
      if (!before) effects.push(effect);
      else if (effect.op === before.op) {
        if (restated(before, effect)) effects.push({ ...effect, op: 'modified', before: before.shape });
      } else if (effect.op !== 'modified') effects.push(effect);
    }
    for (const effect of old) {
      if (now.some((other) => samePart(other, effect) && (other.op === effect.op || other.op === 'modified' || effect.op === 'modified'))) continue;
      const [place] = effect.places;
      if (place && gone.has(place.file) && (deleted > deletedMigrations || modelled.test(place.file) || inFolder.some(({ oldPath, recogniser }) => oldPath === place.file && besideModels.has(recogniser)))) continue;
      if (effect.op === 'modified' && (!place || gone.has(place.file))) continue;
      if (effect.op === 'modified') effects.push({ ...effect, shape: effect.before ?? '', before: effect.shape });
      else effects.push({ ...effect, op: inverse[effect.op] });
    }
  }
  return effects;
}

function declaredEffects(pairs: readonly FilePair[]): { effects: Effect[]; unchanged: Effect[] } {
  const states = { before: new Map<string, { statement: DeclaredStatement; file: string }>(), after: new Map<string, { statement: DeclaredStatement; file: string }>() };
  const keyOf = (recogniser: string, { of, table, name, columns, shape }: DeclaredStatement) => JSON.stringify([recogniser, of,
    of === 'table' || of === 'column' || of === 'index' || of === 'constraint' ? tableKey(table ?? '') : '',
    of === 'index' || of === 'constraint' ? [shape, ...(columns?.length ? columns.map(folded) : [folded(name ?? '')])].join() : of === 'table' ? '' : folded(name ?? '')]);
  for (const pair of pairs) {
    for (const side of ['before', 'after'] as const) {
      const file = (side === 'before' ? pair.oldPath : pair.newPath) ?? '';
      for (const statement of pair[side]) {
        if (statement.kind !== 'declared') continue;
        const key = keyOf(pair.recogniser, statement);
        if (!statement.unsure || !states[side].has(key)) states[side].set(key, { statement, file });
      }
    }
  }
  const effectOf = ({ statement, file }: { statement: DeclaredStatement; file: string }, op: Op, before?: string): Effect => ({
    of: statement.of, op, shape: statement.shape, places: [{ file, line: statement.line }],
    ...(statement.table === undefined ? {} : { table: statement.table }), ...(statement.name === undefined ? {} : { name: statement.name }),
    ...(statement.columns === undefined ? {} : { columns: statement.columns }), ...(statement.target === undefined ? {} : { target: statement.target }),
    ...(before === undefined ? {} : { before }), ...(statement.field === undefined ? {} : { field: statement.field }),
    ...(statement.unprefixed === undefined ? {} : { unprefixed: statement.unprefixed }),
  });
  const effects: Effect[] = [];
  const unchanged: Effect[] = [];
  for (const [key, now] of states.after) {
    const old = states.before.get(key);
    if (now.statement.unsure) continue;
    if (!old) effects.push(effectOf(now, 'added'));
    else if (!old.statement.unsure && old.statement.shape !== now.statement.shape) effects.push(effectOf(now, 'modified', old.statement.shape));
    else unchanged.push(effectOf(now, 'modified'));
  }
  for (const [key, old] of states.before) if (!states.after.has(key) && !old.statement.unsure) effects.push(effectOf(old, 'removed'));
  return { effects, unchanged };
}

/** What a model, a migration and a dump state together is one effect, with all its places; the migration's words win. */
function merge(migrations: readonly Effect[], declared: readonly Effect[], unchanged: readonly Effect[]): Effect[] {
  const merged: Effect[] = [];
  /** A migration names the table that a model could only guess. */
  const stated = (migration: Effect, model: Effect): boolean => samePart(migration, model)
    || (model.unprefixed !== undefined && (migration.table?.toLowerCase().endsWith(`_${model.unprefixed}`) ?? false) && samePart(migration, { ...model, table: migration.table ?? '' }));
  for (const effect of migrations) {
    // A migration that restates what the model said before and after alike (a help text, a validator) changes no schema.
    if (effect.restates && effect.op !== 'removed' && !effect.before && unchanged.some((other) => stated(effect, other))) continue;
    // What is new in one database and changed in another is new.
    const known = merged.find((other) => samePart(other, effect) && (other.op === effect.op || (other.op !== 'removed' && effect.op !== 'removed')));
    if (known) {
      if (effect.op === 'added') known.op = 'added';
      known.places.push(...effect.places);
    } else merged.push({ ...effect, places: [...effect.places] });
  }
  for (const effect of declared) {
    const known = merged.find((other) => samePart(other, effect)) ?? merged.find((other) => stated(other, effect));
    if (!known) merged.push({ ...effect, places: [...effect.places] });
    else {
      known.places.push(...effect.places);
      if (!known.columns && effect.columns) known.columns = effect.columns;
      if (known.table === undefined && effect.table !== undefined) known.table = effect.table;
      if (effect.field !== undefined && effect.name !== undefined) known.name = effect.name;
    }
  }
  // The parts of a table that was only renamed are told; those of a new one or of one that is gone are not.
  const whole = merged.filter(({ of, op, shape, renamedFrom }) => of === 'table' && op !== 'modified' && shape !== 'renamed' && renamedFrom === undefined);
  return merged.filter((effect) => !(['column', 'index', 'constraint'].includes(effect.of) && whole.some((table) => tableKey(table.table ?? '') === tableKey(effect.table ?? ''))));
}

function schemaFact(effect: Effect): Fact {
  const [place = { file: '', line: 1 }, ...others] = effect.places.filter(({ file, line }, index, all) => all.findIndex((other) => other.file === file && other.line === line) === index);
  const detail = effect.renamedFrom !== undefined ? `renamed from ${effect.renamedFrom}`
    : effect.op === 'modified' && effect.shape && effect.of !== 'view' ? (effect.before ? `${effect.before} → ${effect.shape}` : `now ${effect.shape}`) : undefined;
  return { kind: effect.of, op: effect.op,
    ...(effect.table === undefined ? {} : { table: effect.table }), ...(effect.name === undefined ? {} : { name: effect.name }),
    ...(effect.columns?.length ? { columns: effect.columns } : {}), ...(effect.target === undefined ? {} : { target: effect.target }),
    file: place.file, line: place.line, ...(detail ? { detail } : {}), ...(others.length ? { places: [place, ...others] } : {}) };
}

/**
 * Subtracts what the old texts state from what the new ones state.
 * @param history what the migrations of a folder had built before, where it was read
 * @returns facts in the order endpoints, schema, entities; none twice
 */
export async function compare(pairs: readonly FilePair[], fullPaths: FullPaths, history: (folder: string) => History | undefined): Promise<Fact[]> {
  const { effects, unchanged } = declaredEffects(pairs);
  const schema = merge(migrationEffects(pairs, history), effects, unchanged);
  const order = ['table', 'column', 'index', 'constraint', 'enum', 'view', 'entity', 'relation'];
  return [...await compareEndpoints(pairs, fullPaths), ...schema.sort((a, b) => order.indexOf(a.of) - order.indexOf(b.of)).map(schemaFact)];
}

/** The folder by which `compare` asks for the history of a migration. */
export const historyFolder = runFolder;

/** All places of a fact. */
export const placesOf = (fact: Fact): readonly Place[] => fact.places ?? [{ file: fact.file, line: fact.line }];
