import { Worker } from 'node:worker_threads';
import type { SecretFinding } from '../core/secretRules.js';

/** How long one scan may take, and how long an idle worker stays, in milliseconds. */
const limits = { scan: 20_000, idle: 20_000 };

interface Question {
  readonly resolve: (findings: SecretFinding[][]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Scans texts for secrets in a worker of its own, which starts at the first scan and ends when it is idle, so that its memory
 * and time are not the editor's.
 */
export class SecretScanner {
  readonly #path: string;
  #worker: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #next = 0;
  readonly #questions = new Map<number, Question>();

  /** @param path of the built worker, `dist/secrets.worker.js` */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The secrets in each text.
   * @throws Error when they could not be scanned: nothing may be written then
   */
  scan(texts: readonly string[]): Promise<SecretFinding[][]> {
    if (texts.length === 0) return Promise.resolve([]);
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(worker, new Error('Looking for secrets took too long.')), limits.scan);
      this.#questions.set(id, { resolve, reject, timer });
      worker.postMessage({ id, texts });
    });
  }

  /** Ends the worker; what is being scanned fails. */
  async dispose(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker) this.#fail(worker, new Error('Looking for secrets was cancelled.'));
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#path, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
    worker.on('message', (answer: { id: number; findings?: SecretFinding[][]; error?: string }) => {
      const question = this.#questions.get(answer.id);
      if (!question) return;
      clearTimeout(question.timer);
      this.#questions.delete(answer.id);
      if (answer.findings) question.resolve(answer.findings);
      else question.reject(new Error(`Looking for secrets failed: ${answer.error ?? 'no answer'}`));
      if (this.#questions.size > 0) return;
      // Neither an idle worker nor the wait for its end keeps a process of the command line.
      worker.unref();
      this.#idle = setTimeout(() => this.#stop(worker), limits.idle);
      this.#idle.unref();
    });
    worker.on('error', (error) => this.#fail(worker, new Error(`Looking for secrets failed: ${error.message}`)));
    worker.on('exit', () => this.#fail(worker, new Error('Looking for secrets ended before it was done.')));
    return worker;
  }

  #stop(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
    void worker.terminate();
  }

  #fail(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#stop(worker);
    for (const { reject, timer } of this.#questions.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#questions.clear();
  }
}
