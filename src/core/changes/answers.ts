import type { FilePair, Side } from './compare.js';
import type { AnswerStatement, EndpointStatement, Statement } from './facts.js';
import { isPythonTarget } from './mounts.js';
import type { MountSources } from './mounts.js';

/** What is needed of one side of the diff. */
export interface AnswerSources extends MountSources {
  paths(): Promise<readonly string[]>;
}

const answersIn = (statements: readonly Statement[]): AnswerStatement[] => statements.filter((statement) => statement.kind === 'answer');
const isRouted = (statement: Statement): statement is EndpointStatement & { answeredBy: { module: string; name: string } } => statement.kind === 'endpoint' && statement.answeredBy !== undefined;

/** Classes whose verbs, or what guards them, differ between the two texts. */
function changedClasses(pair: FilePair): string[] {
  const said = (statements: readonly Statement[]) => {
    const byClass = new Map<string, string>();
    for (const { name, method, shape } of answersIn(statements)) byClass.set(name, `${byClass.get(name) ?? ''}${method}${JSON.stringify(shape)}`);
    return byClass;
  };
  const [before, after] = [said(pair.before), said(pair.after)];
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}

/**
 * Routes whose verbs stand in a class of another file (Flask-RESTful's resources): each becomes an endpoint per verb, and
 * a class that answers other verbs than before changes its routes, also where the file of the routes did not change.
 */
export async function withAnswers(pairs: readonly FilePair[], sources: Record<Side, AnswerSources>): Promise<FilePair[]> {
  const all = [...pairs];
  for (const pair of pairs) {
    for (const name of changedClasses(pair)) {
      for (const path of await sources.after.search(`\\b${name}\\b`, ['py'])) {
        if (all.some((known) => known.newPath === path || known.oldPath === path)) continue;
        const text = await sources.after.read(path);
        const routes = text === undefined ? [] : (await sources.after.statements(path, text)).filter((statement) => isRouted(statement) && statement.answeredBy.name === name);
        if (routes.length) all.push({ recogniser: pair.recogniser, oldPath: path, newPath: path, before: routes, after: routes });
      }
    }
  }
  const expanded = async (statements: readonly Statement[], side: Side, file: string): Promise<Statement[]> => {
    const result: Statement[] = [];
    for (const statement of statements) {
      if (!isRouted(statement)) {
        result.push(statement);
        continue;
      }
      const { module, name } = statement.answeredBy;
      const target = (await sources[side].paths()).find((path) => path.endsWith('.py') && isPythonTarget(file, module, path));
      const text = target === undefined ? undefined : await sources[side].read(target);
      const answers = text === undefined || target === undefined ? [] : answersIn(await sources[side].statements(target, text)).filter((answer) => answer.name === name);
      if (answers.length) result.push(...answers.map(({ method, shape }): Statement => ({ ...statement, method, shape: { ...statement.shape, ...shape } })));
      else result.push(statement);
    }
    return result;
  };
  return Promise.all(all.map(async (pair) => ([...pair.before, ...pair.after].some(isRouted)
    ? { ...pair, before: await expanded(pair.before, 'before', pair.oldPath ?? ''), after: await expanded(pair.after, 'after', pair.newPath ?? '') } : pair)));
}
