import { parentPort } from 'node:worker_threads';
import { changesOfDiff } from './changedFiles.js';
import type { WorkerAnswer, WorkerQuestion } from './changesInWorker.js';
import { openSyntaxParser } from './syntaxTrees.js';

/** Detection off the caller's event loop: one question after the other, each can be cancelled. */
const parser = openSyntaxParser();
const running = new Map<number, AbortController>();
let queue = Promise.resolve();

const answer = (message: WorkerAnswer): void => { parentPort?.postMessage(message); };

parentPort?.on('message', (question: WorkerQuestion) => {
  if ('cancel' in question) {
    running.get(question.cancel)?.abort();
    return;
  }
  const { id, request } = question;
  const controller = new AbortController();
  running.set(id, controller);
  queue = queue.then(async () => {
    try {
      controller.signal.throwIfAborted();
      answer({ id, detection: await changesOfDiff(request, parser, controller.signal) });
    } catch (error) {
      answer({ id, error: error instanceof Error ? error.message : String(error), cancelled: controller.signal.aborted });
    } finally {
      running.delete(id);
    }
  });
});
