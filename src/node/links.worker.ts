import { parentPort } from 'node:worker_threads';
import { HistoryMemory } from './historyMemory.js';
import { LinkChecks } from './linkChecks.js';
import type { LinkReply, LinkRequest } from './linksWorker.js';
import { userStateFolder } from './userState.js';

/** Checks links off the event loop: long histories and large texts are compared. One question after the other. */
const checks = new LinkChecks(new HistoryMemory(userStateFolder()));
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', ({ id, question }: LinkRequest) => {
  last = last.then(async () => {
    let reply: LinkReply;
    try {
      reply = { id, answer: await checks.answer(question) };
    } catch (error) {
      reply = { id, error: error instanceof Error ? error.message : String(error) };
    }
    parentPort?.postMessage(reply);
  });
});
