import { Worker } from 'node:worker_threads';
import type { LinkAnswer, LinkQuestion } from './linkChecks.js';

export interface LinkRequest {
  readonly id: number;
  readonly question: LinkQuestion;
}
export type LinkReply = { readonly id: number } & ({ readonly answer: LinkAnswer } | { readonly error: string });

interface Job {
  readonly resolve: (answer: LinkAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Long enough that checks while a person edits find what was read before, in milliseconds. */
const idleAfter = 120_000;

/**
 * Checks links in a worker of its own, which starts at the first question and ends when it is idle. Questions that are no longer
 * of interest are cancelled by `stop`, which ends the worker: comparing texts does not yield.
 */
export class LinksWorker {
  #worker: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #next = 0;
  readonly #jobs = new Map<number, Job>();

  /** @param file the built worker, `dist/links.worker.js` */
  constructor(private readonly file: string) {}

  /** @throws Error when the worker was ended or failed */
  ask(question: LinkQuestion): Promise<LinkAnswer> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#jobs.set(id, { resolve, reject });
      worker.postMessage({ id, question } satisfies LinkRequest);
    });
  }

  /** Ends the worker; what it was asked fails. The next question starts another. */
  stop(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#fail('Checking links was cancelled.');
  }

  #start(): Worker {
    const worker = new Worker(this.file);
    worker.on('message', (reply: LinkReply) => {
      const job = this.#jobs.get(reply.id);
      if (this.#worker !== worker || !job) return;
      this.#jobs.delete(reply.id);
      if ('answer' in reply) job.resolve(reply.answer);
      else job.reject(new Error(`Checking links failed: ${reply.error}`));
      if (this.#jobs.size > 0) return;
      this.#idle = setTimeout(() => { this.stop(); }, idleAfter);
      this.#idle.unref();
    });
    const failed = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(`Checking links failed: ${why}`);
    };
    worker.on('error', (error) => { failed(error.message); });
    worker.on('exit', () => { failed('its worker ended before it was done'); });
    return worker;
  }

  #fail(why: string): void {
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const { reject } of jobs) reject(new Error(why));
  }
}
