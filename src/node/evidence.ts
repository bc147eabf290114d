import { Worker } from 'node:worker_threads';
import type { Suggestion } from '../core/session.js';

/** What the worker is asked. */
export interface EvidenceQuestion {
  /** The workspace folder, absolute: paths of suggestions are relative to it. */
  readonly folder: string;
  /** The folder that holds `.claude`, absolute, and from there the one of the documents. */
  readonly base: string;
  readonly documentsFolder: string;
  /** The agent's transcript; '' where there is none. */
  readonly transcript: string;
}

/** What is known so far. */
export interface EvidenceAnswer {
  readonly suggestions: readonly Suggestion[];
  /** Every source was read. */
  readonly isComplete: boolean;
}

/**
 * Gathers suggestions in a worker for as long as there is time, and gives what is known by then: reading a long transcript or
 * parsing many files cannot be interrupted from within.
 * @param worker the built worker, `dist/evidence.worker.js`
 * @param budget milliseconds
 * @returns never fails: without an answer there are no suggestions
 */
export function gatherWithin(worker: string, question: EvidenceQuestion, budget: number): Promise<EvidenceAnswer> {
  return new Promise((resolve) => {
    let known: EvidenceAnswer = { suggestions: [], isComplete: false };
    let running: Worker;
    const end = (): void => {
      clearTimeout(timer);
      resolve(known);
      void running.terminate();
    };
    const timer = setTimeout(() => { end(); }, Math.max(0, budget));
    try {
      running = new Worker(worker, { workerData: question, stdout: true, stderr: true });
    } catch {
      clearTimeout(timer);
      resolve(known);
      return;
    }
    running.on('message', (answer: EvidenceAnswer) => {
      known = answer;
      if (answer.isComplete) end();
    });
    running.on('error', end);
    running.on('exit', end);
  });
}
