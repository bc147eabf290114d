import { parentPort } from 'node:worker_threads';
import { planWrite } from '../core/documents/planWrite.js';
import type { PlanAnswer, PlanQuestion } from './documentsWorker.js';

/** Plans Writes off the event loop: a plan parses documents, which takes up to some seconds for those of a megabyte. */
parentPort?.on('message', ({ id, request }: PlanQuestion) => {
  let answer: PlanAnswer;
  try {
    answer = { id, plan: planWrite(request) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
