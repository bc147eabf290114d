import { parentPort, workerData } from 'node:worker_threads';
import type { Suggestion } from '../core/session.js';
import type { EvidenceAnswer, EvidenceQuestion } from './evidence.js';
import { gatherSuggestions } from './gatherSuggestions.js';
import { readActivity } from './transcriptActivity.js';

// One question a worker: what is known after each source is posted, so that whoever ends the worker early has the rest.
const { transcript, ...place } = workerData as EvidenceQuestion;
const post = (suggestions: readonly Suggestion[], isComplete: boolean): void => {
  const answer: EvidenceAnswer = { suggestions, isComplete };
  parentPort?.postMessage(answer);
};

function activityOf(file: string) {
  try {
    return { activity: readActivity(file) };
  } catch {
    // Another machine's or a removed transcript: the diff and git speak for themselves.
    return {};
  }
}

void gatherSuggestions({ ...place, ...(transcript === '' ? {} : activityOf(transcript)) }, () => undefined, (suggestions) => { post(suggestions, false); }).then((suggestions) => { post(suggestions, true); });
