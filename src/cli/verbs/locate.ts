import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { pathFromBase } from '../../core/links/codeLink.js';
import { LineFinder, type FoundLine } from '../../core/links/findLine.js';
import { GitLineHistory } from '../../node/gitLineHistory.js';
import { commitOf, git } from '../../node/gitObjects.js';
import { CallError } from '../call.js';

/** One line of standard input (contracts.md, "locate"). */
interface Question {
  A: string;
  B: string;
  file: string;
  line: number;
  text: string;
}

/** What one line of standard input asks, or why it cannot be answered. */
type Asked = { id?: unknown } & ({ question: Question } | { problem: string; isObject: boolean });

/** A longer line of input is no question, in UTF-16 units. */
const LONGEST_INPUT = 8_000_000;

/**
 * `locate --git-dir DIR`: JSON lines in, JSON lines out, in the same order, each answered as it comes. A line that cannot be
 * answered is explained on standard error; if it is an object, it is also answered, as `lost`, so that every id has its answer.
 * @param input where the questions come from
 * @throws CallError if no line at all could be answered
 */
export async function run(args: string[], input: NodeJS.ReadableStream = process.stdin): Promise<number> {
  const gitDir = gitDirOf(args);
  const repository = { gitDir };
  await git(repository, ['rev-parse', '--git-dir']).catch((error: unknown) => {
    throw new CallError(`'${gitDir}' is not a git directory that can be read (${error instanceof Error ? error.message : String(error)}). Name a bare repository or a .git folder.`);
  });
  const history = new GitLineHistory(repository);
  const finder = new LineFinder(history);
  const commits = new Map<string, Promise<string | undefined>>();
  const commit = (revision: string): Promise<string | undefined> => {
    let id = commits.get(revision);
    if (!id) commits.set(revision, (id = commitOf(repository, revision).catch(() => undefined)));
    return id;
  };
  let number = 0;
  let answered = 0;
  let problems = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number++;
      if (line.trim() === '') continue;
      const asked = askedBy(line);
      if ('problem' in asked) {
        problems++;
        process.stderr.write(`session-handoff: line ${String(number)} of standard input ${asked.problem}\n`);
        if (asked.isObject) await write(asked.id, { status: 'lost', how: asked.problem });
        continue;
      }
      const { question } = asked;
      const [from, to] = [await commit(question.A), await commit(question.B)];
      if (to === undefined) process.stderr.write(`session-handoff: line ${String(number)} of standard input names a commit that is not in the repository: B is ${JSON.stringify(question.B)}\n`);
      // A commit that is gone (rebased away, beyond a shallow clone) leaves the text alone to go by.
      const found: FoundLine = to === undefined ? { status: 'lost', how: `no commit ${question.B}` } : await finder.find({ path: pathFromBase(question.file, ''), line: question.line, text: question.text }, from, to);
      await write(asked.id, found);
      answered++;
    }
  } finally {
    history.close();
  }
  if (problems > 0 && answered === 0) throw new CallError('no line of standard input could be answered: one JSON object a line is expected, {"id","A","B","file","line","text"}.');
  return 0;
}

async function write(id: unknown, { status, file, line, how, candidates, removedBy }: FoundLine): Promise<void> {
  const answer = { id, status, file: file ?? null, line: line ?? null, how, ...(candidates ? { candidates: candidates.map(({ path, line: at }) => ({ file: path, line: at })) } : {}), ...(removedBy ? { removedBy } : {}) };
  if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, 'drain');
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

function askedBy(line: string): Asked {
  if (line.length > LONGEST_INPUT) return { problem: 'is longer than a question can be', isObject: false };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'is not JSON: one object a line is expected', isObject: false };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'is not a JSON object', isObject: false };
  const { id, A, B, file, line: number, text } = value as Record<string, unknown>;
  const isNumber = typeof number === 'number' && Number.isSafeInteger(number) && number > 0;
  if (typeof A === 'string' && typeof B === 'string' && typeof file === 'string' && typeof text === 'string' && isNumber) return { id, question: { A, B, file, line: number, text } };
  const lacking = Object.entries({ A, B, file, text }).filter(([, part]) => typeof part !== 'string').map(([name]) => `${name} (a string)`);
  return { id, problem: `lacks ${[...lacking, ...(isNumber ? [] : ['line (a whole number from 1)'])].join(', ')}`, isObject: true };
}
