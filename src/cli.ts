import { reportAndExit } from './cli/call.js';

/**
 * The thin dispatcher of the command line: it loads the one file of the verb that was asked for, so that a verb costs
 * little over bare Node. The verbs are those of the contracts.
 */
const verbs: Record<string, () => Promise<{ run(args: string[]): Promise<number> }>> = {
  changes: () => import('./cli/verbs/changes.js'),
  check: () => import('./cli/verbs/check.js'),
  context: () => import('./cli/verbs/context.js'),
  hook: () => import('./cli/verbs/hook.js'),
  locate: () => import('./cli/verbs/locate.js'),
  resume: () => import('./cli/verbs/resume.js'),
  suggest: () => import('./cli/verbs/suggest.js'),
  write: () => import('./cli/verbs/write.js'),
};

const [verb = '', ...args] = process.argv.slice(2);
void reportAndExit(verb, args, Object.hasOwn(verbs, verb) ? verbs[verb] : undefined, Object.keys(verbs));
