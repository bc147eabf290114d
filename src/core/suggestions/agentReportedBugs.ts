import type { Prompt, Reply } from '../agents/activity.js';
import type { Suggestion } from '../session.js';
import { turnsDown } from './agentDeadEnds.js';
import { failuresOf } from './agentFixedErrors.js';
import { between, evidenceOf, filesInWords, isProse, isTest, linksOf, sentencesOf, suggestionId, turnBefore, undoes, type AgentSession, type ProjectEdit } from './agentSession.js';
import { detailOf, quoted } from './plainText.js';

/*
 * A bug that the person reported, whose cause the agent named and whose code it then changed, without a failing command in
 * between: most bugs of pages and services are met that way. The cause must be said in so many words: that something was
 * changed after a complaint proves no fix.
 */

const mostReported = 3;

const reporting = /\b(?:bugs?|broken|broke|crash\w*|errors?|exceptions?|fail(?:s|ed|ing)?|wrong(?:ly)?|incorrect\w*|doesn'?t|does not|don'?t (?:work|show|load|see|get)|didn'?t|isn'?t|aren'?t|not (?:working|showing|loading|updating|saved?|saving|sent|shown|being)|can'?t|cannot|won'?t|stopped|slow\w*|hangs?|hanging|freez\w*|frozen|leaks?|leaking|missing|twice|duplicat\w*|regress\w*|takes? (?:\d|too long|forever|ages)|complain\w*|stuck|blank|empty|disappear\w*|still (?:shows?|gets?|has)|weird|unexpected\w*|instead of|fix|debug|investigate|why)\b/i;
/** The agent names the cause, in so many words. */
const naming = /\b(?:the )?root cause\b|\b(?:the|found the|this is the) (?:actual |real |underlying |main )?(?:issue|problem|bug|culprit|cause|reason)(?: here| now)? (?:is|was|comes|came|lies)\b|\b(?:is|was) caused by\b|\bturns out\b|^(?:found (?:it|the (?:bug|issue|problem|cause|culprit)))\b/i;
/** So many words that the person need not have called it a bug. */
const plain = /\broot cause\b|\bbug\b/i;
const doubting = /\?$|\b(?:might|may|could|perhaps|maybe|probably|possibly|likely|unless|if (?:this|that|it) is)\b|^(?:let me|i'll|i will|now|next|first)\b/i;

/** Where the agent named the cause, before its first edit or after. */
function causeIn(replies: readonly Reply[]): { text: string; event: Reply } | undefined {
  for (const event of replies) {
    const sentences = sentencesOf(event.text);
    for (const [index, sentence] of sentences.entries()) {
      if (!naming.test(sentence) || doubting.test(sentence) || sentence.length > 400) continue;
      const next = sentences[index + 1];
      const text = (sentence.length < 60 && next !== undefined && !doubting.test(next) ? `${sentence} ${next}` : sentence).replace(/:$/, '.');
      if (text.length >= 40) return { text, event };
    }
  }
  return undefined;
}

/** Bugs that were reported in words and mended in the same turn. */
export function suggestReportedBugs(session: AgentSession): Suggestion[] {
  const found: Suggestion[] = [];
  const failures = failuresOf(session);
  const prompts = session.events.flatMap((event, index) => (event.kind === 'prompt' && !event.sidechain && event.via !== 'memory' ? [{ event, index }] : []));
  for (const [number, { event: prompt, index }] of prompts.entries()) {
    if (prompt.via === 'refusal' || prompt.text.length > 2_000) continue;
    const next = prompts[number + 1];
    const end = next?.index ?? session.events.length;
    const suggestion = bugOf(session, prompt, index, end);
    if (!suggestion) continue;
    // What a command showed is told by it; what was not right yet, or not finished, is no fix.
    if (failures.some(({ runs, passed }) => passed.index > index && (runs[0]?.index ?? 0) < end)) continue;
    if (next && turnsDown(next.event)) continue;
    if (!next && !session.activity.finished) continue;
    found.push(suggestion);
  }
  return found.slice(-mostReported);
}

function bugOf(session: AgentSession, prompt: Prompt, index: number, end: number): Suggestion | undefined {
  const cause = causeIn(between(session, 'reply', index, end).filter(({ sidechain }) => !sidechain));
  if (!cause || !(reporting.test(prompt.text) || plain.test(cause.text))) return undefined;
  const edits = session.edits.filter((edit) => edit.index > index && edit.index < end && !isProse(edit.path));
  const source = edits.filter(({ path }) => !isTest(path));
  const last = source.at(-1);
  if (!last) return undefined;
  if (source.every((edit) => session.edits.some((later) => later.index > edit.index && undoes(later, edit)))) return undefined;
  if (ownWork(session, prompt, index, source)) return undefined;
  if (session.runs.some((run) => run.index > last.index && run.index < end && run.result === 'failed') && !session.runs.some((run) => run.index > last.index && run.index < end && run.result === 'passed')) return undefined;
  const files = filesInWords(source.map(({ path }) => path));
  const links = linksOf(source, session);
  return {
    id: suggestionId('reported', prompt.text), item: 'bug', source: 'agent', rank: 5 + index / Math.max(1, session.events.length), links,
    text: `Reported: ${quoted(firstSaid(prompt.text), 160)}; fixed by changes in ${files}`,
    ...withDetail(detailOf([`Cause, in the agent's words: ${quoted(cause.text)}`])),
    evidence: [evidenceOf(prompt, `the user: ${quoted(firstSaid(prompt.text), 160)}`), evidenceOf(cause.event, `the agent: ${quoted(cause.text, 160)}`), evidenceOf(last.event, `edited ${files}`, links[0])],
  };
}

const withDetail = (detail: string | undefined): { detail?: string } => (detail === undefined ? {} : { detail });

/** The sentence that reports, else the first. */
const firstSaid = (text: string): string => sentencesOf(text).find((sentence) => reporting.test(sentence)) ?? text;

/** Whether it was what the agent had just made that did not work: then it was not finished, and nobody would note it. */
function ownWork(session: AgentSession, prompt: Prompt, index: number, source: readonly ProjectEdit[]): boolean {
  const before = turnBefore(session, index);
  const just = session.edits.filter((edit) => edit.index > before && edit.index < index);
  return just.length > 0 && source.some(({ path }) => just.some((edit) => edit.path === path)) && (turnsDown(prompt) || prompt.text.length < 400);
}
