import type { Plan, Prompt, Question } from '../agents/activity.js';
import type { Suggestion } from '../session.js';
import { evidenceOf, sentencesOf, suggestionId, type AgentSession } from './agentSession.js';
import { detailOf, prose, quoted } from './plainText.js';

const mostDecisions = 6;

/** Questions about how to go on, not about what is built. */
const procedural = /\b(?:what (?:would you like|do you want|should (?:i|we)) (?:me )?(?:to )?(?:do|work on|tackle)?\s*(?:next|now|first)?|ready to (?:commit|push|force-push|merge|proceed|implement|start|deploy|create)|(?:should|shall|can|may) i (?:proceed|continue|go ahead|commit|push|start|begin|create (?:a|the) (?:pr|commit|pull request)|merge|run|apply|implement|open)|would you like (?:me )?to|do you want (?:me )?to (?:proceed|continue|commit|push|start|run|apply|see|review|go)|does (?:this|that|it) (?:look|seem|sound|capture|cover|match)|is (?:this|that) (?:ok|okay|correct|right|what you)|anything else|how (?:would you like|do you want|should i|shall i) (?:me )?(?:to )?(?:proceed|continue|go|start)|which (?:\w+ )?(?:task|issue|pr|file|files|comment|comments|todo|item|one|ones|part) (?:should|would|do|to)|what (?:specific|exactly|kind of|changes)|could you (?:clarify|provide|share|describe|tell)|can you (?:clarify|provide|share|describe|tell)|please (?:provide|describe|clarify)|continue\b.*\?$|next steps?\b|what next|be committed|commit (?:message|style|strategy)|(?:which|what) branch|update the plan|the plan (?:look|is ready))\b/i;
const proceduralHeader = /^(?:next(?: steps?| action)?|proceed|continue|confirm(?:ation)?|commit|push|ready|review|approval|force push|clarify|status|action)$/i;
const bareAnswer = /^(?:yes|no|ok(?:ay)?|sure|proceed|continue|go ahead|looks? (?:good|complete|right)|done|skip|cancel|stop|none|later|not now|commit|push|approve|correct|n\/a)\b[^,;]{0,25}$/i;
const recommended = /\s*\((?:recommended|default|suggested)\)\s*$/i;

const labelOf = (label: string): string => label.replace(recommended, '').trim();

function suggestQuestion(event: Question): Suggestion | undefined {
  const { question, options, answer } = event;
  const header = question.trim();
  if (procedural.test(header) || proceduralHeader.test(header) || answer.trim() === '') return undefined;
  const chosen = answer.trim();
  const yesNo = bareAnswer.test(chosen);
  // "Yes" alone is only worth noting where the question says what was decided, and something else could have been.
  if (yesNo && (options.length < 2 || options.every(({ label }) => bareAnswer.test(labelOf(label))) && !/\b(?:should|shall|must|use|keep|support|allow|store|add|remove|include|default)\b/i.test(header))) return undefined;
  const taken = options.filter(({ label }) => chosen === label || chosen.split(/,\s*/).some((part) => labelOf(part).toLowerCase() === labelOf(label).toLowerCase()));
  const rejected = options.filter((option) => !taken.includes(option));
  const because = taken.map(({ description }) => description).filter(Boolean).join('; ');
  const free = taken.length === 0;
  const detail = detailOf([
    rejected.length > 0 ? `Not taken: ${rejected.map(({ label, description }) => `${prose(labelOf(label), 80)}${description === '' ? '' : ` (${prose(description, 120)})`}`).join('; ')}` : undefined,
    because === '' ? undefined : `Taken: ${prose(because, 240)}`,
    // Beside the option a person may have said why.
    !free && chosen.length > taken.map(({ label }) => labelOf(label)).join(', ').length + 12 ? `In the user's words: ${quoted(chosen, 240)}` : undefined,
  ]);
  return {
    id: suggestionId('question', `${question}|${answer}`), item: 'decision', source: 'agent', links: [],
    text: `${prose(header, 200)} ${free ? `The user decided: ${quoted(chosen, 240)}` : `Decided: ${prose(taken.map(({ label }) => labelOf(label)).join(', '), 200)}`}`,
    ...(detail === undefined ? {} : { detail }), evidence: [evidenceOf(event, `asked by the agent, answered ${quoted(chosen, 120)}`)],
  };
}

/** A plan's title: its first heading, else its first line. */
function titleOf(plan: string): string {
  const lines = plan.split('\n').map((line) => line.trim()).filter(Boolean);
  const heading = lines.find((line) => /^#{1,3} /.test(line) && !/^#+\s*(?:plan|implementation plan|overview|summary|context)\s*:?\s*$/i.test(line)) ?? lines.find((line) => !line.startsWith('#')) ?? lines[0] ?? '';
  return prose(heading.replace(/^#+\s*/, '').replace(/^(?:implementation )?plan\s*[:—-]\s*/i, ''), 160);
}

/** What a plan says it does: the first lines of its approach, else its first paragraph. */
function approachOf(plan: string): string | undefined {
  const sections = plan.split(/^(?=#{1,4} )/m);
  const section = sections.find((one) => /^#+\s*(?:\d+\.\s*)?(?:the |proposed |recommended |chosen |high-level )?(?:approach|solution|design|strategy|decision|summary|overview|goal|fix)\b/i.test(one)) ?? sections.find((one) => one.split('\n').slice(1).join('').trim() !== '');
  const paragraph = section?.split('\n').slice(/^#/.test(section) ? 1 : 0).join('\n').trim().split(/\n\s*\n/)[0];
  return paragraph === undefined || paragraph === '' ? undefined : prose(paragraph, 300);
}

function suggestPlan(session: AgentSession, event: Plan): Suggestion | undefined {
  const title = titleOf(event.plan);
  if (title === '') return undefined;
  const place = session.events.indexOf(event);
  // What was laid before the person and turned down, and why, is the alternative that was not taken.
  const decided = session.events.findLastIndex((other, index) => index < place && other.kind === 'plan' && other.approved);
  const earlier = session.events.slice(decided + 1, place).flatMap((other, index) => (other.kind === 'plan' && !other.approved && !other.sidechain ? [{ other, index: decided + 1 + index }] : []));
  const turnedDown = earlier.flatMap(({ other, index }) => {
    const reason = session.events.slice(index + 1, index + 3).find((next) => next.kind === 'prompt');
    const said = reason?.kind === 'prompt' ? reason.text : undefined;
    const sameTitle = titleOf(other.plan) === title;
    if (sameTitle && (said === undefined || said.endsWith('?'))) return [];
    return [`${sameTitle ? 'an earlier form of it' : prose(titleOf(other.plan), 120)}${said === undefined ? '' : `; the user: ${quoted(said, 160)}`}`];
  });
  const approach = approachOf(event.plan);
  const detail = detailOf([approach, ...turnedDown.slice(-3).map((one) => `Not taken: ${one}`)]);
  return {
    id: suggestionId('plan', title), item: 'decision', source: 'agent', links: [], text: `Plan approved: ${title}`, ...(detail === undefined ? {} : { detail }),
    evidence: [evidenceOf(event, 'the plan was approved by the user')],
  };
}

/** A person chooses: "let's go with…", "option 2 please". */
const choosing = /^(?:(?:ok(?:ay)?|yes|yeah|yep|no|sure|good|great|fine|alright|right|then|so|hmm|and|but|thanks?|i think|i guess)[,.!:]? )*(?:(?:let'?s|let us|we(?:'ll| will| should)|i(?:'d| would|'ll| will)(?: rather| prefer to)?|please) )?(?:go(?:ing)? (?:with|for)|use|take|stick (?:with|to)|pick|choose|prefer|option|do option) \S+/i;
/** The agent, or the person, had named alternatives. */
const offering = /\boptions?\b|\balternative(?:ly|s)?\b|\beither\b|\bversus\b|\bvs\b|\btrade-?offs?\b|\b(?:would|could) (?:take|use|go|pick|recommend|prefer|suggest)\b|\bI(?:'d| would)? recommend\b|\bor\b[^.\n]{2,120}\?/i;
const optionLine = /^\s*(?:[-*•#]+\s*)?(?:\*\*)?(?:option\s+)?([A-Da-d]|\d)[.):]\s*(?:\*\*)?\s*(.{4,})$/i;
const smallWords = /^(?:the|and|for|with|that|this|one|use|let|lets|option|instead|rather|than|over|not|please|then|second|first|it|them|we|don|want|another)$/i;

/** What a person chose among alternatives in the conversation: the sentence, and the lines of the options where they were listed. */
export function choiceOf(session: AgentSession, index: number): { readonly said: string; readonly chosen: string | undefined; readonly others: readonly string[] } | undefined {
  const event = session.events[index];
  if (event?.kind !== 'prompt' || event.sidechain || event.via === 'memory' || event.text.length > 600) return undefined;
  const said = sentencesOf(event.text).find((sentence) => choosing.test(sentence) && !sentence.endsWith('?') && sentence.length < 300);
  if (said === undefined) return undefined;
  const before = session.events.slice(0, index).findLast((other) => !other.sidechain && (other.kind === 'reply' || other.kind === 'prompt'));
  // Work in between: the sentence tells how to go on with that.
  if (before?.kind !== 'reply' || session.events.slice(session.events.indexOf(before), index).some(({ kind }) => kind === 'edit') || !offering.test(before.text)) return undefined;
  const lines = before.text.split('\n').flatMap((line) => { const match = optionLine.exec(line); return match?.[1] !== undefined && match[2] !== undefined ? [{ key: match[1].toLowerCase(), text: match[2] }] : []; });
  const key = /\b(?:option |number |#)([a-d]|\d)\b/i.exec(said)?.[1]?.toLowerCase();
  const chosen = key === undefined ? undefined : lines.find((line) => line.key === key)?.text;
  const words = said.toLowerCase().match(/[a-z][\w.-]{2,}/g)?.filter((word) => !smallWords.test(word)) ?? [];
  const spoken = before.text.toLowerCase();
  if (chosen === undefined && !words.some((word) => word.length > 3 && spoken.includes(word))) return undefined;
  return { said, chosen, others: chosen === undefined ? [] : lines.filter((line) => line.key !== key).map(({ text }) => text) };
}

function suggestChoice(session: AgentSession, event: Prompt): Suggestion | undefined {
  const choice = choiceOf(session, session.events.indexOf(event));
  if (!choice) return undefined;
  const { said, chosen, others } = choice;
  const detail = detailOf([chosen === undefined ? undefined : `Chosen: ${prose(chosen, 240)}`, others.length > 0 ? `Not taken: ${others.slice(0, 4).map((other) => prose(other, 120)).join('; ')}` : undefined]);
  return { id: suggestionId('choice', said.toLowerCase()), item: 'decision', source: 'agent', links: [], text: `The user decided: ${quoted(said, 240)}`, ...(detail === undefined ? {} : { detail }), evidence: [evidenceOf(event, `the user chose: ${quoted(said, 160)}`)] };
}

/** Decisions that the person took when asked: answers and approved plans, with what was not taken. */
export function suggestDecisions(session: AgentSession): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const event of session.events) {
    if (event.sidechain) continue;
    const suggestion = event.kind === 'question' ? suggestQuestion(event) : event.kind === 'plan' && event.approved ? suggestPlan(session, event) : event.kind === 'prompt' ? suggestChoice(session, event) : undefined;
    // The same question asked again: the last answer holds.
    if (suggestion) {
      const key = event.kind === 'question' ? event.question : suggestion.id;
      found.delete(key);
      found.set(key, suggestion);
    }
  }
  return [...found.values()].slice(-mostDecisions).map((suggestion, index) => ({ ...suggestion, rank: 3 + index / 100 }));
}
