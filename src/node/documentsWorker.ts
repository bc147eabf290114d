import { Worker } from 'node:worker_threads';
import type { WritePlan, WriteRequest } from '../core/documents/writePlan.js';

/** What the worker is asked, one question at a time. */
export interface PlanQuestion {
  readonly id: number;
  readonly request: WriteRequest;
}

/** What it answers: a plan, or why there is none. */
export type PlanAnswer = { readonly id: number } & ({ readonly plan: WritePlan } | { readonly error: string });

interface Job extends PlanQuestion {
  readonly resolve: (plan: WritePlan) => void;
  readonly reject: (error: unknown) => void;
  readonly forget: () => void;
}

/**
 * Plans Writes in a worker of its own, one after the other. It starts at the first plan and ends when it is idle, so that
 * neither its time nor the parser's memory is the editor's; a plan that is cancelled ends it at once.
 */
export class DocumentsWorker {
  readonly #file: string;
  readonly #idleAfter: number;
  #worker: Worker | undefined;
  #running: Job | undefined;
  #waiting: Job[] = [];
  #idle: ReturnType<typeof setTimeout> | undefined;
  #next = 0;

  /**
   * @param file the built worker, `dist/documents.worker.js`
   * @param idleAfter milliseconds without a plan after which the worker ends
   */
  constructor(file: string, idleAfter = 30_000) {
    this.#file = file;
    this.#idleAfter = idleAfter;
  }

  /**
   * The plan of a Write, as `planWrite` gives it.
   * @throws the signal's reason when it is aborted; an Error when the worker fails
   */
  plan(request: WriteRequest, signal?: AbortSignal): Promise<WritePlan> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const cancel = () => this.#cancel(job, signal?.reason);
      const job: Job = { id: this.#next++, request, resolve, reject, forget: () => signal?.removeEventListener('abort', cancel) };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiting.push(job);
      this.#advance();
    });
  }

  /** Ends the worker; plans under way and waiting fail. */
  dispose(): void {
    clearTimeout(this.#idle);
    const jobs = [...(this.#running ? [this.#running] : []), ...this.#waiting];
    this.#running = undefined;
    this.#waiting = [];
    this.#end();
    for (const job of jobs) {
      job.forget();
      job.reject(new Error('Planning the Write was ended.'));
    }
  }

  #advance(): void {
    if (this.#running) return;
    const job = this.#waiting.shift();
    if (job) {
      clearTimeout(this.#idle);
      this.#running = job;
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage({ id: job.id, request: job.request } satisfies PlanQuestion);
    } else if (this.#worker) {
      // An idle worker does not keep a process of the command line alive.
      this.#worker.unref();
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.#end(), this.#idleAfter);
      this.#idle.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#file);
    worker.on('message', (answer: PlanAnswer) => {
      const job = this.#running;
      if (this.#worker !== worker || job?.id !== answer.id) return;
      this.#settle(job, 'plan' in answer ? () => job.resolve(answer.plan) : () => job.reject(new Error(`Planning the Write failed: ${answer.error}`)));
    });
    const failed = (why: string) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const job = this.#running;
      if (job) this.#settle(job, () => job.reject(new Error(`Planning the Write failed: ${why}`)));
    };
    worker.on('error', (error) => failed(error.message));
    worker.on('exit', () => failed('its worker ended before it was done'));
    return worker;
  }

  #settle(job: Job, tell: () => void): void {
    job.forget();
    this.#running = undefined;
    tell();
    this.#advance();
  }

  #cancel(job: Job, reason: unknown): void {
    if (this.#running === job) {
      // Planning does not yield: only its end stops it.
      this.#end();
      this.#settle(job, () => job.reject(reason));
      return;
    }
    this.#waiting = this.#waiting.filter((waiting) => waiting !== job);
    job.forget();
    job.reject(reason);
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}
