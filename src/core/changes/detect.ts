import { withAnswers } from './answers.js';
import type { AnswerSources } from './answers.js';
import { compare } from './compare.js';
import type { FilePair, Side } from './compare.js';
import { withoutOtherDialects, withoutSecondDialects } from './dialects.js';
import type { EndpointStatement, Fact, Statement } from './facts.js';
import { openConstants } from './importedConstants.js';
import type { ImportedConstants } from './importedConstants.js';
import { histories } from './migrationHistory.js';
import { openMounts } from './mounts.js';
import { isSource, skippedPath, skippedText } from './sourceFiles.js';
import type { SkipReason } from './sourceFiles.js';
import { pairStatements, statementsOf } from './statements.js';
import type { PairReader, PairStatements } from './statements.js';
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
  /** Reads the texts of one file; by default here, with the parser. */
  readonly readPair?: PairReader;
}

/** So many files are read ahead of the parser. */
const readAhead = 32;

/**
 * The facts of a diff: what its new texts state minus what its old ones do.
 * @throws what the readers throw, and the signal's reason once it is aborted
 */
export async function detectChanges({ files, before, after, parser, signal, readPair = (texts) => pairStatements(texts, parser) }: DetectInput): Promise<Detection> {
  const skippedPaths: { path: string; reason: SkipReason }[] = [];
  const pairs: FilePair[] = [];
  /** Whether a text is worth reading; why not is counted. */
  const readable = (text: string | undefined, path: string | undefined): text is string => {
    if (path === undefined) return false;
    // Of a file that is there the readers give no text only where it is too long.
    const reason = skippedPath(path) ?? (text !== undefined ? skippedText(path, text) : isSource(path) ? 'huge' : undefined);
    if (reason && reason !== 'test') skippedPaths.push({ path, reason });
    return !reason && text !== undefined;
  };
  // The next files are read while one is parsed.
  const ahead: { file: ChangedFile; stated: Promise<PairStatements> }[] = [];
  let next = 0;
  const textOf = (reader: RevisionReader, path: string | undefined): Promise<string | undefined> => (path === undefined || skippedPath(path) !== undefined || !isSource(path) ? Promise.resolve(undefined) : reader.read(path));
  for (;;) {
    while (ahead.length < readAhead) {
      const file = files[next++];
      if (!file) break;
      const stated = Promise.all([textOf(before, file.oldPath), textOf(after, file.newPath)]).then(([oldText, newText]) => {
        signal?.throwIfAborted();
        return readPair({ ...file, ...(readable(oldText, file.oldPath) ? { oldText } : {}), ...(readable(newText, file.newPath) ? { newText } : {}) });
      });
      // A failure is met where the statements are awaited.
      stated.catch(() => undefined);
      ahead.push({ file, stated });
    }
    const first = ahead.shift();
    if (!first) break;
    signal?.throwIfAborted();
    const { file } = first;
    const { before: old, after: now, slow } = await first.stated;
    for (const path of slow) skippedPaths.push({ path, reason: 'slow' });
    for (const recogniser of new Set([...old.keys(), ...now.keys()])) {
      pairs.push({ recogniser, ...file, before: old.get(recogniser) ?? [], after: now.get(recogniser) ?? [] });
    }
  }
  signal?.throwIfAborted();

  const sourcesOf = (reader: RevisionReader): AnswerSources & { readonly constants: ImportedConstants } => {
    const known = new Map<string, Promise<readonly Statement[]>>();
    const constants = openConstants(reader, parser);
    return {
      constants,
      read: (path) => reader.read(path),
      paths: () => reader.paths(),
      search: (pattern, extensions) => reader.search(pattern, extensions),
      statements: (path, text) => {
        let statements = known.get(path);
        if (!statements) known.set(path, statements = statementsOf(path, text, parser).then((found) => constants.resolved([...found.statements.values()].flat(), path)));
        return statements;
      },
    };
  };
  const sources = { before: sourcesOf(before), after: sourcesOf(after) };
  const mounts = { before: openMounts(sources.before), after: openMounts(sources.after) };
  const whole: FilePair[] = [];
  for (const pair of pairs) {
    whole.push({ ...pair, before: await sources.before.constants.resolved(pair.before, pair.oldPath ?? ''), after: await sources.after.constants.resolved(pair.after, pair.newPath ?? '') });
  }
  const real = await withoutOtherDialects(await withoutSecondDialects(await withAnswers(await withoutPlainClasses(whole, before, after, parser), sources), sources.after), before, sources.before);
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
