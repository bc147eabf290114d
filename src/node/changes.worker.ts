import { parentPort, workerData } from 'node:worker_threads';
import { pairStatements } from '../core/changes/statements.js';
import { changesOfDiff } from './changedFiles.js';
import type { WorkerAnswer, WorkerQuestion } from './changesInWorker.js';
import { PairReaders } from './pairReaders.js';
import type { ReadingAnswer, ReadingQuestion } from './pairReaders.js';
import { openSyntaxParser } from './syntaxTrees.js';

/** Detection off the caller's event loop: one question after the other, each can be cancelled. */
const parser = openSyntaxParser();
const running = new Map<number, AbortController>();
let queue = Promise.resolve();

const answer = (message: WorkerAnswer): void => { parentPort?.postMessage(message); };

/** The second thread of a large diff only reads. */
const onlyReads = (workerData as { readonly reads?: boolean } | null)?.reads === true;
if (onlyReads) parentPort?.on('message', ({ id, texts }: ReadingQuestion) => {
  queue = queue.then(async () => { parentPort?.postMessage({ id, statements: await pairStatements(texts, parser) } satisfies ReadingAnswer); });
});
else parentPort?.on('message', (question: WorkerQuestion) => {
  if ('cancel' in question) {
    running.get(question.cancel)?.abort();
    return;
  }
  const { id, request } = question;
  const controller = new AbortController();
  running.set(id, controller);
  queue = queue.then(async () => {
    const readers = new PairReaders(parser, __filename);
    try {
      controller.signal.throwIfAborted();
      answer({ id, detection: await changesOfDiff(request, parser, controller.signal, readers.read) });
    } catch (error) {
      answer({ id, error: error instanceof Error ? error.message : String(error), cancelled: controller.signal.aborted });
    } finally {
      readers.close();
      running.delete(id);
    }
  });
});
