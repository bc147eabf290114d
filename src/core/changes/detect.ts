import { withAnswers } from './answers.js';
import type { AnswerSources } from './answers.js';
import { compare, historyFolder } from './compare.js';
import type { FilePair, Side } from './compare.js';
import type { EndpointStatement, Fact, Statement } from './facts.js';
import { run } from './migrationRun.js';
import type { Effect, History, Step } from './migrationRun.js';
import { openMounts } from './mounts.js';
import type { Recogniser } from './recogniser.js';
import { recognisers } from './recognisers.js';
import { isSource, languageOf, skippedPath, skippedText } from './sourceFiles.js';
import type { SkipReason } from './sourceFiles.js';
import type { SyntaxParser } from './syntax.js';

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

/** What one file's text states, by recogniser. */
export async function statementsOf(path: string, text: string, parser: SyntaxParser): Promise<{ statements: Map<string, Statement[]>; slow: boolean }> {
  const statements = new Map<string, Statement[]>();
  const language = languageOf(path);
  const fitting = recognisers.filter((recogniser) => (recogniser.languages === undefined ? recogniser.path?.test(path) : language !== undefined && recogniser.languages.includes(language) && (recogniser.path?.test(path) ?? true)) && recogniser.hint.test(text));
  if (!fitting.length) return { statements, slow: false };
  const tree = language && fitting.some(({ languages }) => languages !== undefined) ? await parser.parse(language, text) : undefined;
  if (language && !tree) return { statements, slow: true };
  try {
    for (const recogniser of fitting) {
      const stated = readSafely(recogniser, { path, text, ...(tree ? { root: tree.root } : {}) });
      if (stated.length) statements.set(recogniser.name, stated);
    }
  } finally {
    tree?.free();
  }
  return { statements, slow: false };
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
  const stated = async (reader: RevisionReader, path: string | undefined): Promise<Map<string, Statement[]>> => {
    if (path === undefined) return new Map();
    const reason = skippedPath(path);
    if (reason === 'test') return new Map();
    if (reason) {
      skippedPaths.push({ path, reason });
      return new Map();
    }
    if (!isSource(path)) return new Map();
    const text = await reader.read(path);
    if (text === undefined) return new Map();
    const unreadable = skippedText(path, text);
    if (unreadable) {
      skippedPaths.push({ path, reason: unreadable });
      return new Map();
    }
    const { statements, slow } = await statementsOf(path, text, parser);
    if (slow) skippedPaths.push({ path, reason: 'slow' });
    return statements;
  };
  for (const file of files) {
    signal?.throwIfAborted();
    const [old, now] = [await stated(before, file.oldPath), await stated(after, file.newPath)];
    for (const recogniser of new Set([...old.keys(), ...now.keys()])) {
      pairs.push({ recogniser, ...file, before: old.get(recogniser) ?? [], after: now.get(recogniser) ?? [] });
    }
  }
  signal?.throwIfAborted();

  const sourcesOf = (reader: RevisionReader): AnswerSources => {
    const known = new Map<string, Promise<readonly Statement[]>>();
    return {
      read: (path) => reader.read(path),
      paths: () => reader.paths(),
      search: (pattern, extensions) => reader.search(pattern, extensions),
      statements: (path, text) => {
        let statements = known.get(path);
        if (!statements) known.set(path, statements = statementsOf(path, text, parser).then((found) => [...found.statements.values()].flat()));
        return statements;
      },
    };
  };
  const sources = { before: sourcesOf(before), after: sourcesOf(after) };
  const mounts = { before: openMounts(sources.before), after: openMounts(sources.after) };
  const real = await withAnswers(await withoutPlainClasses(pairs, before, after, parser), sources);
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
    const rebuilds = steps.some(({ does, of, table, to }) => of === 'table' && ((does === 'renamed' && dropped.has(to ?? '')) || (does === 'added' && dropped.has(table ?? ''))));
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
      const earlier = all.filter((path) => historyFolder(path) === folder && isSource(path) && !changed.has(path) && !skippedPath(path)).sort().slice(-replayed);
      const steps: Step[] = [];
      for (const file of earlier) {
        const text = await before.read(file);
        if (text === undefined || skippedText(file, text)) continue;
        const { statements } = await statementsOf(file, text, parser);
        for (const statement of statements.get(recogniser) ?? []) if (statement.kind === 'step') steps.push({ statement, file });
      }
      const effects = run(steps);
      const tables = new Map<string, Effect[]>();
      for (const effect of effects) if (effect.table !== undefined) tables.set(effect.table.toLowerCase(), [...tables.get(effect.table.toLowerCase()) ?? [], effect]);
      found.set(folder, (table) => tables.get(table.toLowerCase()));
    }
  }
  return (folder) => found.get(folder);
}
