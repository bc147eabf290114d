import { Worker } from 'node:worker_threads';
import { pairStatements } from '../core/changes/statements.js';
import type { PairReader, PairStatements, TextPair } from '../core/changes/statements.js';
import type { SyntaxParser } from '../core/changes/syntax.js';

export interface ReadingQuestion { readonly id: number; readonly texts: TextPair }
export interface ReadingAnswer { readonly id: number; readonly statements: PairStatements }

/** From so many files on a second thread is worth its start, which costs about as much as reading fifty. */
const manyFiles = 150;
/** So many files wait at the second thread, so that it never waits itself. */
const inAdvance = 3;

interface Task {
  readonly texts: TextPair;
  resolve(statements: PairStatements): void;
  reject(error: unknown): void;
}

/** Reads the files of one diff, a large one in two threads: this one and a worker that is started for it. */
export class PairReaders {
  readonly #queue: Task[] = [];
  readonly #away = new Map<number, Task>();
  #second: Worker | undefined;
  #asked = 0;
  #last = 0;
  #working = false;

  /** @param file the bundle that serves as the second reader when it is given `workerData.reads` */
  constructor(private readonly parser: SyntaxParser, private readonly file: string) {}

  readonly read: PairReader = (texts) => new Promise((resolve, reject) => {
    this.#queue.push({ texts, resolve, reject });
    if (++this.#asked === manyFiles) this.#start();
    this.#send();
    void this.#work();
  });

  close(): void {
    const second = this.#second;
    this.#second = undefined;
    this.#away.clear();
    void second?.terminate();
  }

  #start(): void {
    const second = new Worker(this.file, { workerData: { reads: true }, resourceLimits: { maxOldGenerationSizeMb: 192 } });
    second.on('message', ({ id, statements }: ReadingAnswer) => {
      this.#away.get(id)?.resolve(statements);
      this.#away.delete(id);
      this.#send();
    });
    // What it was given is read here instead.
    const died = () => {
      if (this.#second !== second) return;
      this.#second = undefined;
      this.#queue.unshift(...this.#away.values());
      this.#away.clear();
      void this.#work();
    };
    second.on('error', died);
    second.on('exit', died);
    this.#second = second;
  }

  #send(): void {
    while (this.#second && this.#away.size < inAdvance) {
      const task = this.#queue.shift();
      if (!task) return;
      const id = ++this.#last;
      this.#away.set(id, task);
      this.#second.postMessage({ id, texts: task.texts } satisfies ReadingQuestion);
    }
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (;;) {
      // Between two files answers of the other thread and cancellations are heard.
      await new Promise((resolve) => { setImmediate(resolve); });
      const task = this.#queue.shift();
      if (!task) break;
      await pairStatements(task.texts, this.parser).then(task.resolve, task.reject);
    }
    this.#working = false;
  }
}
