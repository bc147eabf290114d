import { parentPort } from 'node:worker_threads';
import type { SessionActivity } from '../core/agents/activity.js';
import type { Suggestion } from '../core/session.js';
import { findingsProblems, suggestInSteps } from '../core/suggestions/agent.js';
import { agentSession, type AgentSession } from '../core/suggestions/agentSession.js';
import type { AgentAnswer, AgentQuestion } from './agentSuggestionsInWorker.js';
import { readProjectFile } from './projectFile.js';
import { TranscriptFollower } from './transcriptActivity.js';

/**
 * Reads agents' transcripts and works out what they suggest, off the caller's event loop: a transcript may be hundreds of
 * megabytes. What was read of the last few is kept, so that one that grows is only read on.
 */
const mostFollowed = 4;
/** Larger files are not looked into for the line of an edit. */
const largestText = 512 * 1024;

const followed = new Map<string, TranscriptFollower>();

function followerOf(file: string): TranscriptFollower {
  const follower = followed.get(file) ?? new TranscriptFollower(file);
  followed.delete(file);
  followed.set(file, follower);
  for (const [oldest] of followed) if (followed.size > mostFollowed) followed.delete(oldest);
  return follower;
}

parentPort?.on('message', ({ id, file, folder, since, uncommitted }: AgentQuestion) => {
  const answer = (message: AgentAnswer): void => { parentPort?.postMessage(message); };
  const texts = new Map<string, string | undefined>();
  const fileText = (path: string): string | undefined => {
    if (!texts.has(path)) texts.set(path, readProjectFile(folder, path, largestText));
    return texts.get(path);
  };
  let before: { readonly session: AgentSession; readonly suggestions: Suggestion[] } | undefined;
  const tell = (activity: SessionActivity, whole: boolean): void => {
    // Older to-dos and subagents are rare: without them all is said already.
    const isSame = before?.session.activity.events.length === activity.events.length && JSON.stringify(before.session.activity.todos) === JSON.stringify(activity.todos);
    const session = before && isSame ? before.session : agentSession(activity, { roots: [folder], fileText, ...(uncommitted ? { uncommitted: new Set(uncommitted) } : {}) });
    const say = (suggestions: Suggestion[], isAll: boolean): void => { answer({ id, suggestions, skipped: activity.skipped, problems: isAll ? findingsProblems(session) : [], whole: isAll }); };
    const suggestions = before && isSame ? before.suggestions : suggestInSteps(session, (first) => { if (!whole) say(first, false); });
    before = { session, suggestions };
    say(suggestions, whole);
  };
  try {
    tell(followerOf(file).read(since === undefined ? {} : { since }, (activity) => { tell(activity, false); }), true);
  } catch (error) {
    followed.delete(file);
    answer({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
