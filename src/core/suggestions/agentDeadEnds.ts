import type { AgentEvent, Prompt } from '../agents/activity.js';
import type { Evidence, Suggestion } from '../session.js';
import { between, evidenceOf, filesInWords, isProse, isTest, linksOf, sentencesOf, suggestionId, turnBefore, undoes, type AgentSession, type ProjectEdit, type Run } from './agentSession.js';
import { runInWords } from './agentFixedErrors.js';
import { natureOf, tellingLine } from './errorLine.js';
import { code, detailOf, quoted } from './plainText.js';
import { runsOf } from './shellCommand.js';

/*
 * Attempts that did not work: edits that were undone after a failing run or the person's word, and approaches that the
 * person turned down. An edit that was undone for no reason that can be seen (a debugging line, a probe) is none.
 */

const mostDeadEnds = 4;

/** The person says that what was just done is wrong, or is to be taken back. */
const takeBack = /\b(?:revert|undo|roll(?: it| this| that)? ?back|back (?:it |this |that )?out|take (?:it|that|this) (?:back|out)|go back to|put (?:it|that) back|restore (?:it|the (?:old|previous|original)))\b/i;
const rejection = /^(?:no\b[,.! ]|nope\b|wrong\b|not (?:like )?(?:that|this)\b|that(?:'s| is) (?:not (?:right|what|how|it)|wrong|worse|incorrect|a bad)|this (?:is wrong|is worse|isn't (?:right|what)|doesn't|does not|did not|didn't|broke)|(?:hmm+|ok|okay|ah|oh|well),? (?:no\b|that (?:didn't|did not|doesn't|does not)|it (?:still|doesn't|didn't)))/i;
const failure = /\b(?:(?:that|this|it|which) (?:did not|didn't|does not|doesn't|still does not|still doesn't) (?:work|help|fix|solve|change)|(?:does not|doesn't|did not|didn't|not) work(?:ing)?\b|still (?:fail|fails|failing|broken|broke|crash|crashes|crashing|happen|happens|happening|hangs|hanging|the same|not working|see(?:ing)?|get(?:ting)?|there|throws|wrong)|(?:that|this|it|you|your (?:change|fix)) (?:just )?broke|made it worse|same (?:error|problem|issue|result))\b/i;
const wrongApproach = /\b(?:wrong (?:approach|way|direction|fix|place)|(?:don't|do not) (?:like|want) (?:that|this|the) (?:approach|solution|way)|instead of (?:that|this|doing|using|what you)|too (?:complicated|complex|hacky|slow)|not what I (?:asked|wanted|meant))\b/i;
/** Words in which a person gives what to do instead: a turned-down approach is one that had an alternative. */
const debugging = /\b(?:console\.(?:log|debug|error|trace)|print(?:ln|f)?\s*\(|fmt\.(?:Print|Fprint)|dbg!|debugger\b|log\.(?:Print|debug)|logger\.debug|var_dump|puts |pp |t\.Log|NSLog|System\.out)/;
const probing = /\b(?:temporar(?:y|ily)|debug(?:ging)?|sanity[- ]check|mutat(?:e|ion)|deliberately|intentionally|on purpose|just to (?:see|check|test)|to (?:verify|confirm|prove) (?:that )?(?:the|this|my) (?:new )?tests?)\b/i;

/** The agent says that what it tried was not it. */
const admitting = /\b(?:that|this|the|my|it) ?(?:\w+ )?(?:approach|change|attempt|fix|solution|idea|way)?\s?(?:didn't|did not|doesn't|does not|won't|will not) (?:work|help|solve|fix|change anything)|\b\w+ing (?:\w+ ){0,3}(?:didn't|did not|doesn't|does not|won't) (?:work|help|solve|fix)|\b(?:made (?:it|things) worse|wrong approach|(?:revert|undo|abandon|drop) (?:this|that|the) (?:approach|attempt|change|idea)|not the (?:right|real|actual)? ?(?:approach|issue|cause|problem)|broke (?:other|more|the)|too (?:slow|complex|complicated|fragile|brittle|risky)|causes? (?:other|more|new) (?:problems|issues|failures|errors)|different approach|another approach)\b/i;
const telling = new Set(['test', 'build', 'typecheck', 'install', 'migrate', 'generate', 'seed', 'server', 'service', 'run', 'setup']);
const importLine = /^(?:import\b|from\b.*\bimport\b|use\b|using\b|require\b|#include|const .* = require\(|(?:\w+ )?"[\w./-]+",?$|[()]$)/;

/** Whether only imports were added or taken away. */
function onlyImports(before: string, after: string): boolean {
  const [old, fresh] = [before.split('\n').map((line) => line.trim()), after.split('\n').map((line) => line.trim())];
  return [...fresh.filter((line) => !old.includes(line)), ...old.filter((line) => !fresh.includes(line))].every((line) => line === '' || importLine.test(line));
}

/** Files that a command of git put back. */
function restoredBy(run: Run): { all: boolean; paths: readonly string[] } | undefined {
  if (run.event.outcome !== 'passed') return undefined;
  for (const { words } of simpleGit(run.event.command)) {
    const verb = words[1];
    const rest = words.slice(2).filter((word) => !word.startsWith('-'));
    const dashes = words.indexOf('--');
    if (verb === 'checkout' && (dashes > 0 || rest.includes('.'))) {
      const paths = dashes > 0 ? words.slice(dashes + 1) : ['.'];
      return { all: paths.includes('.'), paths };
    }
    if (verb === 'restore' && !words.includes('--staged')) return { all: rest.includes('.'), paths: rest };
    if (verb === 'reset' && words.includes('--hard') && rest.every((word) => /^HEAD$/.test(word))) return { all: true, paths: [] };
  }
  return undefined;
}

const simpleGit = (command: string): { words: readonly string[] }[] => runsOf(command).filter(({ kind }) => kind === 'git').map(({ text }) => ({ words: text.split(' ') }));

interface Undone {
  readonly edits: readonly ProjectEdit[];
  /** The event that took them back. */
  readonly by: AgentEvent;
  readonly at: number;
}

function undoneEdits(session: AgentSession): Undone[] {
  const found: Undone[] = [];
  const taken = new Set<number>();
  const add = (edits: readonly ProjectEdit[], by: AgentEvent, at: number): void => {
    const fresh = edits.filter(({ index }) => !taken.has(index));
    if (fresh.length === 0) return;
    for (const { index } of fresh) taken.add(index);
    const near = found.find((other) => turnBefore(session, other.at) === turnBefore(session, at) && at - other.at < 40);
    if (near) found[found.indexOf(near)] = { ...near, edits: [...near.edits, ...fresh] };
    else found.push({ edits: fresh, by, at });
  };
  for (const later of session.edits) {
    if (isProse(later.path)) continue;
    const earlier = session.edits.filter((edit) => edit.index < later.index && undoes(later, edit));
    if (earlier.length > 0) add(earlier, later.event, later.index);
    if (later.event.deleted) add(session.edits.filter((edit) => edit.index < later.index && edit.path === later.path && edit.event.created), later.event, later.index);
  }
  for (const run of session.runs) {
    const restored = restoredBy(run);
    if (!restored) continue;
    const lastCommit = session.runs.filter((other) => other.index < run.index && other.event.outcome === 'passed' && /\bgit\b.*\bcommit\b/.test(other.event.command)).at(-1)?.index ?? -1;
    add(session.edits.filter((edit) => edit.index < run.index && edit.index > lastCommit && !isProse(edit.path) && (restored.all || restored.paths.some((path) => edit.path.endsWith(path.replace(/^\.\//, '')) || path.endsWith(edit.path)))), run.event, run.index);
  }
  return found;
}

/** What the agent set out to do with an edit, in its own words. */
function intentionOf(session: AgentSession, index: number): string | undefined {
  for (let at = index - 1, steps = 0; at >= 0 && steps < 6; at--, steps++) {
    const event = session.events[at];
    if (event?.kind === 'prompt') return undefined;
    if (event?.kind !== 'reply' || event.sidechain) continue;
    const sentences = sentencesOf(event.text).map((sentence) => sentence.replace(/:$/, ''));
    return [...sentences].reverse().find((sentence) => sentence.length > 20 && sentence.length < 260 && /\b(?:let me|i'll|i will|let's|try|instead|approach|use|using|change|add|switch|move|make|wrap|replace|fix)\b/i.test(sentence))
      ?? sentences.at(-1);
  }
  return undefined;
}

const cleanIntention = (text: string): string => text.replace(/^(?:(?:ok(?:ay)?|alright|great|good|now|so|then|hmm|right)[,.!]? )*(?:let me|i'll|i will|let's|i'm going to|i should|we can|i can)\s+(?:also |now |just |first |try to |try )?/i, '').replace(/\.$/, '');

/** What was tried: the agent's words if there are any, else the files. */
function attemptInWords(session: AgentSession, edits: readonly ProjectEdit[]): string {
  const first = edits[0];
  const intention = first ? intentionOf(session, first.index) : undefined;
  const files = filesInWords(edits.map(({ path }) => path));
  const words = intention === undefined ? '' : cleanIntention(intention);
  return words.split(/\s+/).length < 4 ? `a change of ${files}` : `${quoted(words, 180)} (${files})`;
}

/** A dead end by its place; it is put into words only if it is among the few that are told. */
interface Candidate {
  readonly at: number;
  tell(): Suggestion;
}

function undone(session: AgentSession): Candidate[] {
  const found: Candidate[] = [];
  for (const { edits, by, at } of undoneEdits(session)) {
    const first = edits[0];
    const last = edits.at(-1);
    if (!first || !last) continue;
    if (edits.every(({ event }) => event.replacements.every(({ before, after }) => debugging.test(after) && !debugging.test(before)))) continue;
    const words = [intentionOf(session, first.index), intentionOf(session, at)].filter((text): text is string => text !== undefined);
    if (words.some((text) => probing.test(text))) continue;
    if (edits.every(({ event }) => event.replacements.every(({ before, after }) => onlyImports(before, after)))) continue;
    const failing = session.runs.filter((run) => run.index > first.index && run.index < at && run.result === 'failed' && run.parts.some(({ kind }) => telling.has(kind)))
      .filter((run) => {
        const line = tellingLine(run.event.output);
        // That it did not compile was a slip on the way, not the reason.
        return line !== undefined && (natureOf(line) !== 'compile' || run.parts.some(({ kind }) => kind === 'build' || kind === 'typecheck'));
      });
    const corrected = between(session, 'prompt', first.index, at).filter((prompt) => !prompt.sidechain && (takeBack.test(prompt.text) || rejection.test(prompt.text) || failure.test(prompt.text) || wrongApproach.test(prompt.text))).at(-1);
    const admitted = between(session, 'reply', first.index, at + 1).filter(({ sidechain }) => !sidechain)
      .flatMap(({ text }) => sentencesOf(text)).find((sentence) => admitting.test(sentence));
    const lastFailure = failing.at(-1);
    if (!corrected && !lastFailure && admitted === undefined) continue;
    // A test is rewritten on the way; that it was an attempt must be said.
    if (!corrected && admitted === undefined && edits.every(({ path }) => isTest(path))) continue;
    found.push({ at, tell: () => {
      const why = corrected ? `the user: ${quoted(corrected.text, 160)}` : lastFailure ? `${runInWords(lastFailure)} failed with ${code(tellingLine(lastFailure.event.output) ?? '')}` : `the agent: ${quoted(admitted ?? '', 160)}`;
      const evidence: Evidence[] = [
        evidenceOf(first.event, `edited ${filesInWords(edits.map(({ path }) => path))}`, linksOf([first], session)[0]),
        ...(lastFailure ? [evidenceOf(lastFailure.event, code(tellingLine(lastFailure.event.output) ?? ''))] : []),
        ...(corrected ? [evidenceOf(corrected, quoted(corrected.text, 160))] : []),
        evidenceOf(by, 'undone'),
      ];
      const detail = detailOf([admitted !== undefined && (corrected ?? lastFailure) ? `The agent: ${quoted(admitted)}` : undefined]);
      return {
        id: suggestionId('deadEnd', edits.map(({ path, event }) => `${path} ${event.replacements[0]?.after ?? ''}`).join('|')), item: 'deadEnd', source: 'agent',
        text: `Tried ${attemptInWords(session, edits)}; undone${failing.length > 1 ? ` after ${String(failing.length)} failing runs` : ''}: ${why}`,
        ...(detail === undefined ? {} : { detail }), links: linksOf(edits, session), evidence,
      };
    } });
  }
  return found;
}

/** A prompt that turns down what was done in the turn before it. */
export function turnsDown(prompt: Prompt): boolean {
  const text = prompt.text.trim();
  // A long message is a new request or a paste: what is wrong is said in a few words.
  if (text.length > 600) return false;
  const [first = ''] = sentencesOf(text);
  if (first.endsWith('?') && !rejection.test(text)) return false;
  return rejection.test(text) || takeBack.test(first) || failure.test(first) || wrongApproach.test(first);
}

/** Courtesy that only looks like a rejection. */
const approval = /^(?:no (?:problem|worries|need|rush|thanks|that's (?:fine|ok|good|great))|no,? (?:it'?s|that'?s) (?:fine|ok|good)|not (?:yet|now|really sure))/i;

function turnedDown(session: AgentSession, known: readonly number[]): Candidate[] {
  const found: Candidate[] = [];
  for (const [index, event] of session.events.entries()) {
    if (event.kind !== 'prompt' || event.sidechain || event.via === 'memory' || approval.test(event.text.trim()) || !turnsDown(event)) continue;
    const start = turnBefore(session, index);
    const edits = session.edits.filter((edit) => edit.index > start && edit.index < index && !isProse(edit.path));
    if (edits.length === 0 || event.via === 'refusal') continue;
    const end = session.events.findIndex((later, at) => at > index && later.kind === 'prompt' && !later.sidechain);
    const after = session.edits.filter((edit) => edit.index > index && (end < 0 || edit.index < end));
    if (known.some((at) => at > start && (end < 0 || at <= end))) continue;
    // It was abandoned if the same files were gone over again.
    if (!after.some(({ path }) => edits.some((edit) => edit.path === path)) && !takeBack.test(event.text)) continue;
    found.push({ at: index, tell: () => {
      const summary = session.events.slice(start + 1, index).filter((one) => one.kind === 'reply' && !one.sidechain).at(-1);
      const did = summary?.kind === 'reply' ? sentencesOf(summary.text).find((sentence) => sentence.length > 20 && sentence.length < 280 && !sentence.endsWith(':') && !/^(?:let me|i'll|now)\b/i.test(sentence)) : undefined;
      const files = filesInWords(edits.map(({ path }) => path));
      const instead = session.events.slice(index + 1, end < 0 ? undefined : end).filter((one) => one.kind === 'reply' && !one.sidechain).at(-1);
      const insteadSaid = instead?.kind === 'reply' ? sentencesOf(instead.text).find((sentence) => sentence.length > 20 && sentence.length < 280 && !sentence.endsWith(':')) : undefined;
      const detail = detailOf([insteadSaid === undefined ? undefined : `Then, in the agent's words: ${quoted(insteadSaid)}`]);
      return {
        id: suggestionId('turnedDown', event.text), item: 'deadEnd', source: 'agent',
        text: `Tried ${did === undefined ? `a change of ${files}` : `${quoted(did, 180)} (${files})`}; turned down by the user: ${quoted(event.text, 160)}`,
        ...(detail === undefined ? {} : { detail }), links: linksOf(edits, session),
        evidence: [evidenceOf(edits[0]?.event ?? event, `edited ${files}`, linksOf(edits, session)[0]), evidenceOf(event, quoted(event.text, 160))],
      };
    } });
  }
  return found;
}

/** Attempts that did not work, and why. */
export function suggestDeadEnds(session: AgentSession): Suggestion[] {
  const takenBack = undone(session);
  const all = [...takenBack, ...turnedDown(session, takenBack.map(({ at }) => at))];
  return all.sort((a, b) => a.at - b.at).slice(-mostDeadEnds).map(({ tell, at }) => ({ ...tell(), rank: 4 + at / Math.max(1, session.events.length) }));
}
