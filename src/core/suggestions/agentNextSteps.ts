import type { Prompt } from '../agents/activity.js';
import type { Suggestion } from '../session.js';
import { evidenceOf, sentencesOf, suggestionId, turnBefore, type AgentSession } from './agentSession.js';
import { isLastingStatement } from './agentStatements.js';
import { runInWords, stillFailing } from './agentFixedErrors.js';
import { code, detailOf, prose, quoted } from './plainText.js';

/** More open to-dos than these are a plan, not next steps. */
const mostSteps = 12;

/** A prompt that only sends the agent on: what it is about was said before. */
const continuation = /^(?:yes|yep|yeah|y|ok|okay|sure|go(?: ahead| on)?|continue|please continue|carry on|proceed|next|do it|keep going|try again|again|retry|resume|looks? good|lgtm|great|perfect|nice|thanks?|thank you|good|correct|right|exactly|please do|yes please|sounds good|👍|[\d]+[.)]?)[\s!.,]*(?:(?:please|thanks|and )?(?:continue|proceed|go ahead|do it|go on|try again))?[\s!.,]*$/i;

const isContinuation = (text: string): boolean => continuation.test(text.trim());

/** A prompt that only says what holds from now on asks for nothing to be finished. */
function onlyInstructs(text: string): boolean {
  const sentences = sentencesOf(text);
  return sentences.length > 0 && sentences.every(isLastingStatement);
}

/** The request that is being worked on: the last prompt, or the one that it sends on. */
function currentRequest(session: AgentSession): { prompt: Prompt; index: number } | undefined {
  let index = turnBefore(session, session.events.length);
  while (index >= 0) {
    const event = session.events[index];
    if (event?.kind === 'prompt' && event.via !== 'memory' && !isContinuation(event.text) && !onlyInstructs(event.text)) return { prompt: event, index };
    index = turnBefore(session, index);
  }
  return undefined;
}

/** Commands of Claude Code and questions about nothing that is to be done. */
const notWork = /^(?:\/\w|!|#)|^(?:thanks|thank you|hi|hello|hey)\b.{0,20}$|^(?:please |ok,? |now |let's |and )*(?:commit|push|commit (?:it|this|that|these)|commit and push|create (?:a |the )?(?:pr|pull request)|open (?:a |the )?pr|stop|wait|exit|quit|undo|revert)\b.{0,25}$/i;
/** A question wants an answer; nothing is left to be done when it was not given. */
const question = /^(?:so |and |but |ok,? |hmm,? )*(?:what|why|how|where|when|who|which|is|are|was|were|do|does|did|have|has|any|isn't|aren't|don't|doesn't)\b[^\n]*\?\s*$/i;

/** The first thing that a request says: what it asks for, without what was pasted behind it. */
function requestInWords(text: string): string {
  const heading = /^Implement the following plan:\s*\n+#+\s*(?:Plan:\s*)?(.+)/.exec(text)?.[1];
  if (heading !== undefined) return `Implement the plan ${quoted(heading, 200)}`;
  return quoted(text, 240);
}

/**
 * Next steps: the open to-dos in their order, and the last request if it was not finished. A request whose to-dos are open
 * is told by them.
 */
export function suggestNextSteps(session: AgentSession): Suggestion[] {
  const { activity } = session;
  const open = activity.todos.filter(({ status }) => status !== 'done');
  const request = currentRequest(session);
  const steps: Suggestion[] = open.slice(0, mostSteps).map((todo, index): Suggestion => ({
    id: suggestionId('todo', todo.text.toLowerCase()), item: 'nextStep', source: 'agent', links: [], rank: 4 - index / 100, text: prose(todo.text, 300),
    ...(index === mostSteps - 1 && open.length > mostSteps ? { detail: `and ${String(open.length - mostSteps)} more to-dos of the agent` } : {}),
    evidence: [
      { text: todo.status === 'inProgress' ? "the agent's to-do, in progress" : "the agent's to-do, open", ...(todo.at === undefined ? {} : { at: todo.at }), ...(todo.record === undefined ? {} : { record: todo.record }) },
      ...(request && activity.todosAreCurrent ? [evidenceOf(request.prompt, quoted(request.prompt.text, 160))] : []),
    ],
  })).filter(({ text }) => text !== '');
  if (!request || notWork.test(request.prompt.text.trim()) || question.test(request.prompt.text.trim())) return steps;
  const unfinished = unfinishedBecause(session, request.index);
  if (unfinished === undefined || (steps.length > 0 && activity.todosAreCurrent)) return steps;
  const failing = stillFailing(session);
  const detail = detailOf([failing && failing.run.index > request.index ? `${runInWords(failing.run)} still fails with ${code(failing.line)}` : undefined]);
  return [{
    id: suggestionId('request', request.prompt.text), item: 'nextStep', source: 'agent', links: [], rank: 4.5, text: `Finish what was asked: ${requestInWords(request.prompt.text)}`,
    ...(detail === undefined ? {} : { detail }),
    evidence: [evidenceOf(request.prompt, quoted(request.prompt.text, 160)), ...(failing && failing.run.index > request.index ? [evidenceOf(failing.run.event, `${runInWords(failing.run)} failed last`)] : []), { text: unfinished }],
  }, ...steps];
}

/** Why the request is not finished; undefined if it is. */
function unfinishedBecause(session: AgentSession, index: number): string | undefined {
  const { activity, events } = session;
  const last = events.filter(({ sidechain }) => !sidechain).at(-1);
  if (last?.kind === 'interruption') return 'interrupted';
  if (!activity.finished) return 'the agent was still at work';
  const failing = stillFailing(session);
  const edited = session.edits.some((edit) => edit.index > index);
  if (failing && failing.run.index > index && edited) return 'the last run failed';
  return undefined;
}

/** Whether work was left in the middle: for whoever needs to know where it stood. */
export function isUnfinished(session: AgentSession): boolean {
  const request = currentRequest(session);
  return (request !== undefined && unfinishedBecause(session, request.index) !== undefined) || session.activity.todos.some(({ status }) => status === 'inProgress');
}
