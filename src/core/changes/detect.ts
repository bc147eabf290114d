import { withAnswers } from './answers.js';
import type { AnswerSources } from './answers.js';
import { compare, historyFolder, isDump } from './compare.js';
import type { FilePair, Side } from './compare.js';
import type { EndpointStatement, Fact, Statement } from './facts.js';
import { openConstants, withConstants } from './importedConstants.js';
import { Names } from './javascriptSyntax.js';
import { run } from './migrationRun.js';
import type { Effect, History, Step } from './migrationRun.js';
import { openMounts } from './mounts.js';
import { openNamedConstants } from './namedConstants.js';
import type { Recogniser } from './recogniser.js';
import { recognisers } from './recognisers.js';
import { isSource, languageOf, skippedPath, skippedText, wholeSchema } from './sourceFiles.js';
import type { SkipReason } from './sourceFiles.js';
import type { SyntaxParser, SyntaxTree } from './syntax.js';

/** One file that a diff touches; paths are POSIX, relative to the repository's root. */
export interface ChangedFile {
  /** Absent for an added file. */
  readonly oldPath?: string;
  /** Absent for a removed file. */
  readonly newPath?: string;
}

/** Reads one side of the diff: a revision, or the working tree. */
export interface RevisionReader {
  /** @returns the text; undefined where there is none, or it is longer than a source file may be */
  read(path: string): Promise<string | undefined>;
  /** Paths of all files below the root. */
  paths(): Promise<readonly string[]>;
  /** Paths of the files with one of the extensions that match a POSIX extended regular expression. */
  search(pattern: string, extensions: readonly string[]): Promise<readonly string[]>;
}

export interface Detection {
  readonly facts: readonly Fact[];
  /** How many files were not read, and why. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** Paths of the skipped ones, for whoever asks why nothing was found. */
  readonly skippedPaths: readonly { readonly path: string; readonly reason: SkipReason }[];
}

export interface DetectInput {
  readonly files: readonly ChangedFile[];
  readonly before: RevisionReader;
  readonly after: RevisionReader;
  readonly parser: SyntaxParser;
  readonly signal?: AbortSignal;
}

/** So many files are read ahead of the parser. */
const readAhead = 32;

interface Stated {
  readonly statements: Map<string, Statement[]>;
  /** The parser gave up. */
  readonly slow: boolean;
  /** Parts of the text could not be read. */
  readonly broken: boolean;
  /** To be freed by the caller, who may parse a later state of the text from it first. */
  readonly tree?: SyntaxTree;
}

function fittingRecognisers(path: string, text: string): readonly Recogniser[] {
  const language = languageOf(path);
  return recognisers.filter(({ languages, path: paths, hint }) => (languages === undefined ? paths?.test(path) : language !== undefined && languages.includes(language) && (paths?.test(path) ?? true)) && hint.test(text));
}

async function read(path: string, text: string, parser: SyntaxParser, previous?: SyntaxTree): Promise<Stated> {
  const language = languageOf(path);
  const fitting = fittingRecognisers(path, text);
  if (!fitting.length) return { statements: new Map(), slow: false, broken: false };
  const tree = language ? previous ? previous.next(text) : await parser.parse(language, text) : undefined;
  if (language && !tree) return { statements: new Map(), slow: true, broken: true };
  const take = (source: string, taken: SyntaxTree | undefined) => {
    const found = new Map<string, Statement[]>();
    for (const recogniser of fitting) {
      const stated = readSafely(recogniser, { path, text: source, ...(taken ? { root: taken.root } : {}) });
      if (stated.length) found.set(recogniser.name, stated);
    }
    return found;
  };
  const found = take(text, tree);
  if (!tree?.broken || !language) return { statements: found, slow: false, broken: false, ...(tree ? { tree } : {}) };
  // One line whose brackets do not close can hide everything around it: without such lines more may be readable.
  const without = text.replace(/^.*$/gm, (line) => (Math.abs(balance(line)) > 1 ? ' '.repeat(line.length) : line));
  const again = without === text ? undefined : await parser.parse(language, without);
  const more = again ? take(without, again) : found;
  again?.free();
  const count = (each: Map<string, Statement[]>) => [...each.values()].flat().length;
  return { statements: count(more) > count(found) ? more : found, slow: false, broken: true, tree };
}

/** How many more brackets a line opens than it closes. */
const balance = (line: string): number => [...line].reduce((depth, char) => depth + ('([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0), 0);

const keyOf = (statement: Statement): string => (statement.kind === 'endpoint' ? JSON.stringify([statement.method, statement.path]) : statement.kind === 'declared' || statement.kind === 'step' ? JSON.stringify([statement.kind, statement.of, statement.table, statement.name]) : JSON.stringify(statement));

/** Adds to what a broken text states what the old text stated on lines that still stand in it. */
function keepStanding(old: Stated, now: Stated, oldText: string, newText: string): void {
  const standing = new Set(newText.split('\n').map((line) => line.trim()));
  const lines = oldText.split('\n');
  for (const [recogniser, statements] of old.statements) {
    const known = now.statements.get(recogniser) ?? [];
    const keys = new Set(known.map(keyOf));
    const kept = statements.filter((statement) => !keys.has(keyOf(statement)) && (!('line' in statement) || standing.has(lines[statement.line - 1]?.trim() ?? '')));
    if (kept.length) now.statements.set(recogniser, [...known, ...kept]);
  }
}

/** What one file's text states, by recogniser. */
export async function statementsOf(path: string, text: string, parser: SyntaxParser): Promise<{ statements: Map<string, Statement[]>; slow: boolean }> {
  const { tree, ...stated } = await read(path, text, parser);
  tree?.free();
  return stated;
}

/** The text that a name of a JavaScript file stands for: `PREFIX`, `ROUTES.users`. */
async function constantOf(path: string, text: string, name: string, parser: SyntaxParser): Promise<string | undefined> {
  const language = languageOf(path);
  if (!language || !text.includes(name.split('.')[0] ?? '') || skippedText(path, text)) return undefined;
  const tree = await parser.parse(language, text);
  const found = tree ? Names.of(tree.root).named(name) : undefined;
  tree?.free();
  return found;
}

/** A recogniser that fails on a text states nothing of it: one odd file must not take the others' facts away. */
function readSafely(recogniser: Recogniser, file: Parameters<Recogniser['read']>[0]): Statement[] {
  try {
    return [...recogniser.read(file)];
  } catch {
    return [];
  }
}

/**
 * The facts of a diff: what its new texts state minus what its old ones do.
 * @throws what the readers throw, and the signal's reason once it is aborted
 */
export async function detectChanges({ files, before, after, parser, signal }: DetectInput): Promise<Detection> {
  const skippedPaths: { path: string; reason: SkipReason }[] = [];
  const pairs: FilePair[] = [];
  /** Whether a text is worth reading; why not is counted. */
  const readable = (text: string | undefined, path: string | undefined): text is string => {
    if (path === undefined) return false;
    const reason = skippedPath(path) ?? (text === undefined ? undefined : skippedText(path, text));
    if (reason && reason !== 'test') skippedPaths.push({ path, reason });
    return !reason && text !== undefined;
  };
  const statedBy = async ({ oldPath, newPath }: ChangedFile, oldText: string | undefined, newText: string | undefined): Promise<[Map<string, Statement[]>, Map<string, Statement[]>]> => {
    const old = readable(oldText, oldPath) ? await read(oldPath ?? '', oldText, parser) : undefined;
    const sameLanguage = oldPath !== undefined && newPath !== undefined && languageOf(oldPath) === languageOf(newPath);
    const now = readable(newText, newPath) ? await read(newPath ?? '', newText, parser, sameLanguage ? old?.tree : undefined) : undefined;
    if (now?.broken && old?.broken === false && oldText !== undefined && newText !== undefined) keepStanding(old, now, oldText, newText);
    if (old?.slow && oldPath !== undefined) skippedPaths.push({ path: oldPath, reason: 'slow' });
    if (now?.slow && newPath !== undefined) skippedPaths.push({ path: newPath, reason: 'slow' });
    old?.tree?.free();
    now?.tree?.free();
    return [old?.statements ?? new Map<string, Statement[]>(), now?.statements ?? new Map<string, Statement[]>()];
  };
  // The next files are read while one is parsed.
  const ahead: { file: ChangedFile; texts: Promise<[string | undefined, string | undefined]> }[] = [];
  let next = 0;
  const textOf = (reader: RevisionReader, path: string | undefined): Promise<string | undefined> => (path === undefined || skippedPath(path) !== undefined || !isSource(path) ? Promise.resolve(undefined) : reader.read(path));
  for (;;) {
    while (ahead.length < readAhead) {
      const file = files[next++];
      if (!file) break;
      const texts = Promise.all([textOf(before, file.oldPath), textOf(after, file.newPath)]);
      // A failure is met where the texts are awaited.
      texts.catch(() => undefined);
      ahead.push({ file, texts });
    }
    const first = ahead.shift();
    if (!first) break;
    signal?.throwIfAborted();
    const { file } = first;
    const [oldText, newText] = await first.texts;
    const [old, now] = await statedBy(file, oldText, newText);
    for (const recogniser of new Set([...old.keys(), ...now.keys()])) {
      pairs.push({ recogniser, ...file, before: old.get(recogniser) ?? [], after: now.get(recogniser) ?? [] });
    }
  }
  signal?.throwIfAborted();

  const fillOf = (reader: RevisionReader) => openConstants({
    read: (path) => reader.read(path),
    paths: () => reader.paths(),
    constant: (path, text, name) => constantOf(path, text, name, parser),
  });
  const fill = { before: fillOf(before), after: fillOf(after) };
  const sourcesOf = (reader: RevisionReader, filled: ReturnType<typeof openConstants>): AnswerSources & { readonly constants: ReturnType<typeof openNamedConstants> } => {
    const known = new Map<string, Promise<readonly Statement[]>>();
    const constants = openNamedConstants(reader, parser);
    return {
      constants,
      read: (path) => reader.read(path),
      paths: () => reader.paths(),
      search: (pattern, extensions) => reader.search(pattern, extensions),
      statements: (path, text) => {
        let statements = known.get(path);
        if (!statements) known.set(path, statements = statementsOf(path, text, parser).then((found) => filled(path, [...found.statements.values()].flat())).then((found) => constants.resolved(found, path)));
        return statements;
      },
    };
  };
  const sources = { before: sourcesOf(before, fill.before), after: sourcesOf(after, fill.after) };
  const mounts = { before: openMounts(sources.before), after: openMounts(sources.after) };
  const whole: FilePair[] = [];
  for (const pair of await withConstants(pairs, fill)) {
    whole.push({ ...pair, before: await sources.before.constants.resolved(pair.before, pair.oldPath ?? ''), after: await sources.after.constants.resolved(pair.after, pair.newPath ?? '') });
  }
  const real = await withoutOtherDialects(await withAnswers(await withoutPlainClasses(whole, before, after, parser), sources), before, sources.before);
  const history = await histories(real, before, parser);
  const facts = await compare(real, (side: Side, file: string, endpoint: EndpointStatement) => {
    signal?.throwIfAborted();
    return mounts[side].fullPath(file, endpoint);
  }, history);
  const skipped: Partial<Record<SkipReason, number>> = {};
  const counted = new Map(skippedPaths.map((each) => [each.path, each]));
  for (const { reason } of counted.values()) skipped[reason] = (skipped[reason] ?? 0) + 1;
  return { facts, skipped, skippedPaths: [...counted.values()] };
}

/** Leaves out what is declared by classes that no file of the repository says are tables. */
async function withoutPlainClasses(pairs: readonly FilePair[], before: RevisionReader, after: RevisionReader, parser: SyntaxParser): Promise<FilePair[]> {
  const asks = (statement: Statement) => statement.kind === 'declared' && statement.onlyIfEntity !== undefined;
  if (!pairs.some((pair) => pair.before.some(asks) || pair.after.some(asks))) return [...pairs];
  const entitiesAt = async (reader: RevisionReader): Promise<Map<string, string>> => {
    const known = new Map<string, string>();
    for (const path of (await reader.search('DbSet<|EntityTypeConfiguration<|IdentityDbContext<', ['cs'])).slice(0, 200)) {
      if (skippedPath(path)) continue;
      const text = await reader.read(path);
      if (text === undefined) continue;
      const { statements } = await statementsOf(path, text, parser);
      for (const statement of [...statements.values()].flat()) if (statement.kind === 'declared' && statement.of === 'entity' && statement.name && statement.table) known.set(statement.name, statement.table);
    }
    return known;
  };
  const [old, now] = [await entitiesAt(before), await entitiesAt(after)];
  const settle = (statements: readonly Statement[], known: Map<string, string>): Statement[] => statements.flatMap((statement): Statement[] => {
    if (statement.kind !== 'declared' || statement.onlyIfEntity === undefined) return [statement];
    const table = known.get(statement.onlyIfEntity);
    if (table === undefined) return [];
    if (statement.unlessEntity !== undefined && known.has(statement.unlessEntity)) return [];
    if (statement.of === 'relation' && statement.target !== undefined && !known.has(statement.target)) return [];
    return [statement.table === undefined ? statement : { ...statement, table }];
  });
  return pairs.map((pair) => ({ ...pair, before: settle(pair.before, old), after: settle(pair.after, now) }));
}

/** Leaves out the tables of a new schema file that files of its name already made: a dialect was added, no table. */
async function withoutOtherDialects(pairs: readonly FilePair[], before: RevisionReader, sources: AnswerSources): Promise<FilePair[]> {
  return Promise.all(pairs.map(async (pair) => {
    if (pair.oldPath !== undefined || pair.newPath === undefined || !wholeSchema.test(pair.newPath) || /\d{4,}|^V\d/.test(pair.newPath.split('/').at(-1) ?? '')) return pair;
    const name = pair.newPath.split('/').at(-1) ?? '';
    const known = new Set<string>();
    for (const path of (await before.paths()).filter((each) => each.endsWith(`/${name}`) && !skippedPath(each)).slice(0, 8)) {
      const text = await before.read(path);
      if (text === undefined || skippedText(path, text)) continue;
      for (const statement of await sources.statements(path, text)) if (statement.kind === 'step' && statement.of === 'table' && statement.table !== undefined) known.add(statement.table.toLowerCase());
    }
    return known.size ? { ...pair, after: pair.after.filter((statement) => !(statement.kind === 'step' && statement.table !== undefined && known.has(statement.table.toLowerCase()))) } : pair;
  }));
}

/** At most this many earlier migrations of a folder are replayed. */
const replayed = 400;

/**
 * What earlier migrations built, read only where it decides something: a table rebuilt through a temporary one, a
 * column altered or dropped and made again.
 */
async function histories(pairs: readonly FilePair[], before: RevisionReader, parser: SyntaxParser): Promise<(folder: string) => History | undefined> {
  const wanted = new Map<string, { recogniser: string; changed: Set<string> }>();
  for (const { recogniser, oldPath, newPath, after } of pairs) {
    const steps = after.filter((statement) => statement.kind === 'step');
    const dropped = new Set(steps.flatMap(({ does, of, table }) => (of === 'table' && does === 'removed' && table ? [table] : [])));
    const views = new Set(steps.flatMap(({ does, of, table }) => (of === 'view' && does === 'removed' && table ? [table] : [])));
    const rebuilds = steps.some(({ does, of, table, to }) => (of === 'view' && does === 'added' && views.has(table ?? '')) || of === 'table' && ((does === 'renamed' && dropped.has(to ?? '')) || (does === 'added' && dropped.has(table ?? ''))));
    if (!rebuilds || newPath === undefined) continue;
    const folder = historyFolder(newPath);
    const want = wanted.get(folder) ?? { recogniser, changed: new Set<string>() };
    if (oldPath !== undefined) want.changed.add(oldPath);
    wanted.set(folder, want);
  }
  const found = new Map<string, History>();
  if (wanted.size) {
    const all = await before.paths();
    for (const [folder, { recogniser, changed }] of wanted) {
      const earlier = all.filter((path) => historyFolder(path) === folder && !isDump(path) && isSource(path) && !changed.has(path) && !skippedPath(path)).sort().slice(-replayed);
      const stepsOf = async (paths: readonly string[]): Promise<Step[]> => {
        const steps: Step[] = [];
        for (const file of paths) {
          const text = await before.read(file);
          if (text === undefined || skippedText(file, text)) continue;
          const { statements } = await statementsOf(file, text, parser);
          for (const statement of statements.get(recogniser) ?? []) if (statement.kind === 'step') steps.push({ statement, file });
        }
        return steps;
      };
      // A dump of the whole schema knows better than the migrations beside it, some of which may be code.
      const dumped = run(await stepsOf(all.filter((path) => historyFolder(path) === folder && isDump(path) && !skippedPath(path))));
      const known = new Set(dumped.flatMap(({ of, table }) => (of === 'table' && table !== undefined ? [table.toLowerCase()] : [])));
      const effects = [...dumped, ...run(await stepsOf(earlier)).filter(({ table }) => table === undefined || !known.has(table.toLowerCase()))];
      const tables = new Map<string, Effect[]>();
      for (const effect of effects) if (effect.table !== undefined) tables.set(effect.table.toLowerCase(), [...tables.get(effect.table.toLowerCase()) ?? [], effect]);
      found.set(folder, (table) => tables.get(table.toLowerCase()));
    }
  }
  return (folder) => found.get(folder);
}
