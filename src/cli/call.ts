/** A call that cannot be carried out: its message is one line that says why and what to do; the exit code is 2. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

/** What every verb's file exports: `run` takes the words after the verb and gives the exit code (0 done, 1 "not well"). */
export interface Verb {
  run(args: string[]): Promise<number>;
}

/**
 * Runs one verb and ends the process with its exit code: 0 and 1 are the verb's own, 2 is a call that cannot be carried
 * out, which `hook` never says. Messages go to standard error in one line; standard output carries only the answer.
 * @param load loads the verb's file, or undefined if there is no such verb
 */
export async function reportAndExit(verb: string, args: string[], load: (() => Promise<Verb>) | undefined, known: string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader such as `head` closed the pipe: nothing is left to say to it.
    if (error.code === 'EPIPE') process.exit(0);
  });
  try {
    if (!load) throw new CallError(`${verb ? `'${verb}' is not a verb` : 'no verb was named'}. Use one of: ${known.join(', ')}.`);
    const { run } = await load();
    process.exitCode = await run(args);
  } catch (error) {
    // An agent takes the exit code of its hook for an order to stop.
    if (verb === 'hook') return;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`session-handoff: ${message.replace(/\s*[\r\n]+\s*/g, ' ')}\n`);
    process.exitCode = 2;
  }
}
