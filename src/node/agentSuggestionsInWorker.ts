import { Worker } from 'node:worker_threads';
import type { SessionActivity } from '../core/agents/activity.js';
import type { Suggestion } from '../core/session.js';
import type { FindingsProblem } from '../core/suggestions/findings.js';

/** What is asked of the worker. */
export interface AgentQuestion {
  readonly id: number;
  /** The transcript. */
  readonly file: string;
  /** The project's root, absolute. */
  readonly folder: string;
  /** Milliseconds since 1970: the last Write. */
  readonly since?: number;
  /** Files that git calls uncommitted; absent: git was not asked. */
  readonly uncommitted?: readonly string[];
}

export type AgentAnswer =
  /** `whole`: false when not all is worked out yet; another answer follows. */
  | { readonly id: number; readonly suggestions: Suggestion[]; readonly skipped: SessionActivity['skipped']; readonly problems: readonly FindingsProblem[]; readonly whole: boolean }
  | { readonly id: number; readonly error: string };

/** What a transcript suggests. */
export type AgentFound = Pick<Extract<AgentAnswer, { whole: boolean }>, 'suggestions' | 'skipped' | 'problems' | 'whole'>;

interface Waiting {
  take(found: AgentFound): void;
  done(error?: Error): void;
}

/** Reads transcripts in a worker of its own, started on first use. The owner disposes it; one that died is started again by the next question. */
export class AgentSuggestionsWorker {
  #worker: Worker | undefined;
  #last = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** @param file the worker's bundle */
  constructor(private readonly file: string) {}

  /**
   * Asks what a transcript suggests.
   * @param take is given what is known, up to three times: where to carry on, all that the session's own part suggests, and all
   * @throws (rejects with) an Error when the transcript cannot be read or the worker ended
   */
  ask(question: Omit<AgentQuestion, 'id'>, take: (found: AgentFound) => void): Promise<void> {
    const worker = this.#worker ??= this.#start();
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { take, done: (error) => { if (error) reject(error); else resolve(); } });
      worker.postMessage({ ...question, id } satisfies AgentQuestion);
    });
  }

  #settle(id: number, error?: Error): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.done(error);
  }

  #start(): Worker {
    const worker = new Worker(this.file, { resourceLimits: { maxOldGenerationSizeMb: 512 } });
    worker.unref();
    worker.on('message', (answer: AgentAnswer) => {
      if ('error' in answer) this.#settle(answer.id, new Error(answer.error));
      else {
        this.#waiting.get(answer.id)?.take(answer);
        if (answer.whole) this.#settle(answer.id);
      }
    });
    const died = (error: Error): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const id of [...this.#waiting.keys()]) this.#settle(id, error);
    };
    worker.on('error', died);
    worker.on('exit', () => { died(new Error('the worker that reads transcripts ended')); });
    return worker;
  }

  dispose(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, new Error('reading was disposed'));
    void worker?.terminate();
  }
}
