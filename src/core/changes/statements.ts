import type { Statement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { recognisers } from './recognisers.js';
import { languageOf } from './sourceFiles.js';
import type { SyntaxParser, SyntaxTree } from './syntax.js';

/** What one text states. */
interface Stated {
  readonly statements: Map<string, Statement[]>;
  /** The parser gave up. */
  readonly slow: boolean;
  /** Parts of the text could not be read. */
  readonly broken: boolean;
  /** To be freed by the caller, who may parse a later state of the text from it first. */
  readonly tree?: SyntaxTree;
}

function fittingRecognisers(path: string, text: string, other: string | undefined): readonly Recogniser[] {
  const language = languageOf(path);
  return recognisers.filter(({ languages, path: paths, hint, eitherText }) => (languages === undefined ? paths?.test(path) : language !== undefined && languages.includes(language) && (paths?.test(path) ?? true))
    && (hint.test(text) || (eitherText === true && other !== undefined && hint.test(other))));
}

/**
 * Reads a text with every recogniser that may know it; one that cannot be read gives what its readable parts state.
 * @param other the file's other text, where there is one
 * @param previous the tree of the text before, to parse from
 */
async function read(path: string, text: string, parser: SyntaxParser, other?: string, previous?: SyntaxTree): Promise<Stated> {
  const language = languageOf(path);
  const fitting = fittingRecognisers(path, text, other);
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

/** A recogniser that fails on a text states nothing of it: one odd file must not take the others' facts away. */
function readSafely(recogniser: Recogniser, file: Parameters<Recogniser['read']>[0]): Statement[] {
  try {
    return [...recogniser.read(file)];
  } catch {
    return [];
  }
}

/** The two texts of one file of a diff; a text is missing where there is none, or it is not to be read. */
export interface TextPair {
  readonly oldPath?: string;
  readonly newPath?: string;
  readonly oldText?: string;
  readonly newText?: string;
}

/** What the two texts state, by recogniser. */
export interface PairStatements {
  readonly before: Map<string, Statement[]>;
  readonly after: Map<string, Statement[]>;
  /** Paths on which the parser gave up. */
  readonly slow: readonly string[];
}

/** Reads a file's two texts, here or in another thread. */
export type PairReader = (texts: TextPair) => Promise<PairStatements>;

/** What a file's two texts state; the newer one is parsed from the older one's tree. */
export async function pairStatements({ oldPath, newPath, oldText, newText }: TextPair, parser: SyntaxParser): Promise<PairStatements> {
  const old = oldText === undefined || oldPath === undefined ? undefined : await read(oldPath, oldText, parser, newText);
  const sameLanguage = oldPath !== undefined && newPath !== undefined && languageOf(oldPath) === languageOf(newPath);
  const now = newText === undefined || newPath === undefined ? undefined : await read(newPath, newText, parser, oldText, sameLanguage ? old?.tree : undefined);
  if (now?.broken && old?.broken === false && oldText !== undefined && newText !== undefined) keepStanding(old, now, oldText, newText);
  old?.tree?.free();
  now?.tree?.free();
  return { before: old?.statements ?? new Map<string, Statement[]>(), after: now?.statements ?? new Map<string, Statement[]>(),
    slow: [...(old?.slow && oldPath !== undefined ? [oldPath] : []), ...(now?.slow && newPath !== undefined ? [newPath] : [])] };
}
