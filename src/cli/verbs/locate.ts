import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { LineFinder, type FoundLine } from '../../core/links/findLine.js';
import { GitLineHistory } from '../../node/gitLineHistory.js';
import { commitOf, git } from '../../node/gitObjects.js';
import { CallError } from '../call.js';

/** One line of standard input (contracts.md, "locate"). */
interface Question {
  id?: unknown;
  A: string;
  B: string;
  file: string;
  line: number;
  text: string;
}

/** `locate --git-dir DIR`: JSON lines in, JSON lines out, in the same order. */
export async function run(args: string[]): Promise<number> {
  const gitDir = gitDirOf(args);
  const repository = { gitDir };
  await git(repository, ['rev-parse', '--git-dir']).catch((error: unknown) => {
    throw new CallError(`'${gitDir}' is not a git directory that can be read (${error instanceof Error ? error.message : String(error)}). Name a bare repository or a .git folder.`);
  });
  const questions = await readQuestions();
  const history = new GitLineHistory(repository);
  const finder = new LineFinder(history);
  const commits = new Map<string, Promise<string>>();
  const commit = (revision: string): Promise<string> => {
    let id = commits.get(revision);
    if (!id) commits.set(revision, (id = commitOf(repository, revision)));
    return id;
  };
  try {
    for (const { id, A, B, file, line, text } of questions) {
      const found = await answer(finder, commit, { A, B, file, line, text });
      process.stdout.write(`${JSON.stringify({ id, status: found.status, file: found.file ?? null, line: found.line ?? null, how: found.how, ...(found.candidates ? { candidates: found.candidates.map(({ path, line: at }) => ({ file: path, line: at })) } : {}), ...(found.removedBy ? { removedBy: found.removedBy } : {}) })}\n`);
    }
  } finally {
    history.close();
  }
  return 0;
}

async function answer(finder: LineFinder, commit: (revision: string) => Promise<string>, { A, B, file, line, text }: Question): Promise<FoundLine> {
  const to = await commit(B).catch(() => undefined);
  if (to === undefined) return { status: 'lost', how: `no commit ${B}` };
  // A commit that is gone (rebased away, beyond a shallow clone) leaves the text alone to go by.
  const from = await commit(A).catch(() => undefined);
  return finder.find({ path: file, line, text }, from, to);
}

function gitDirOf(args: string[]): string {
  try {
    const { values } = parseArgs({ args, options: { 'git-dir': { type: 'string' } } });
    if (values['git-dir']) return values['git-dir'];
  } catch (error) {
    throw new CallError(`${error instanceof Error ? error.message : String(error)} Call: locate --git-dir DIR`);
  }
  throw new CallError('--git-dir is missing: name the git directory of the repository. Call: locate --git-dir DIR');
}

async function readQuestions(): Promise<Question[]> {
  const questions: Question[] = [];
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new CallError(`line ${String(number)} of standard input is not JSON: one object a line is expected.`);
    }
    if (!isQuestion(value)) throw new CallError(`line ${String(number)} of standard input lacks one of A, B, file, line (1-based), text.`);
    questions.push(value);
  }
  return questions;
}

function isQuestion(value: unknown): value is Question {
  if (typeof value !== 'object' || value === null) return false;
  const { A, B, file, line, text } = value as Record<string, unknown>;
  return typeof A === 'string' && typeof B === 'string' && typeof file === 'string' && typeof text === 'string' && Number.isInteger(line) && Number(line) > 0;
}
