import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Detection } from '../core/changes/detect.js';
import type { DiffRequest } from './changedFiles.js';

export type WorkerQuestion = { readonly id: number; readonly request: DiffRequest } | { readonly cancel: number };
export type WorkerAnswer = { readonly id: number; readonly detection: Detection } | { readonly id: number; readonly error: string; readonly cancelled: boolean };

interface Waiting {
  resolve(detection: Detection): void;
  reject(error: Error): void;
  forget(): void;
}

/**
 * Change detection in a worker of its own, started on first use. The owner disposes it; a worker that died is started
 * again by the next question.
 */
export class ChangeDetection {
  #worker: Worker | undefined;
  #last = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** @param file the worker's bundle, beside the caller's */
  constructor(private readonly file = join(__dirname, 'changes.worker.js')) {}

  /** @throws (rejects with) an AbortError once the signal is aborted; an Error with git's words if the diff cannot be read */
  detect(request: DiffRequest, signal?: AbortSignal): Promise<Detection> {
    signal?.throwIfAborted();
    const worker = this.#worker ??= this.#start();
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const cancel = () => {
        worker.postMessage({ cancel: id } satisfies WorkerQuestion);
        this.#settle(id, (waiting) => { waiting.reject(new DOMException('detection was cancelled', 'AbortError')); });
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiting.set(id, { resolve, reject, forget: () => { signal?.removeEventListener('abort', cancel); } });
      worker.postMessage({ id, request } satisfies WorkerQuestion);
    });
  }

  dispose(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#rejectAll(new DOMException('detection was disposed', 'AbortError'));
    void worker?.terminate();
  }

  #settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.forget();
    how(waiting);
  }

  #rejectAll(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (waiting) => { waiting.reject(error); });
  }

  #start(): Worker {
    const worker = new Worker(this.file, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
    worker.unref();
    worker.on('message', (answer: WorkerAnswer) => {
      this.#settle(answer.id, (waiting) => {
        if ('detection' in answer) waiting.resolve(answer.detection);
        else waiting.reject(answer.cancelled ? new DOMException('detection was cancelled', 'AbortError') : new Error(answer.error));
      });
    });
    const died = (error: Error) => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#rejectAll(error);
    };
    worker.on('error', died);
    worker.on('exit', () => { died(new Error('the worker of change detection ended')); });
    return worker;
  }
}
