import type { AgentEvent } from '../agents/activity.js';
import type { ItemId } from '../checklist.js';
import type { Evidence, Suggestion } from '../session.js';
import {
  between, evidenceOf, filesInWords, isProse, isTest, linksOf, sentencesOf, suggestionId, turnBefore, undoes, type AgentSession, type ProjectEdit, type Run,
} from './agentSession.js';
import { errorKey, isTrifle, natureOf, tellingLine, type ErrorNature } from './errorLine.js';
import { code, commandLine, detailOf, quoted } from './plainText.js';
import type { CommandKind, ShellRun } from './shellCommand.js';

/*
 * A command that failed and later passed, with what happened in between. Not every such pair taught something: a test that
 * was written first is meant to fail, a run that passes when it is merely repeated was flaky, and a slip that the agent made
 * and mended a minute later is nobody's knowledge.
 */

/** A colleague would note a few. */
const mostFixes = 6;

/** Commands whose failure can teach something. */
const teaching: ReadonlySet<CommandKind> = new Set(['test', 'build', 'typecheck', 'lint', 'install', 'migrate', 'generate', 'seed', 'service', 'server', 'setup', 'run']);
/** Commands that can mend something outside the code. */
const mending: ReadonlySet<CommandKind> = new Set(['install', 'migrate', 'generate', 'seed', 'service', 'setup', 'server', 'build']);
const whole: ReadonlySet<CommandKind> = new Set(['test', 'build', 'typecheck', 'lint']);

const sameEcosystem = (a: ShellRun, b: ShellRun): boolean => a.ecosystem === b.ecosystem || a.ecosystem === 'any' || b.ecosystem === 'any';

/** Whether a target lies within another: `./...` and folders hold what is below them. */
function within(target: string, outer: string): boolean {
  const bare = outer.replace(/\/?\.\.\.$/, '').replace(/\/$/, '').replace(/^\.\//, '');
  const inner = target.replace(/^\.\//, '');
  return inner === bare || inner.startsWith(`${bare}/`) || inner.startsWith(`${bare}::`) || bare === '';
}

/** Whether a later run would have met the failure of an earlier one. */
function partCovers(later: ShellRun, earlier: ShellRun, output: string): boolean {
  if (later.text === earlier.text) return true;
  const same = later.base === earlier.base;
  const alike = same || (later.kind === earlier.kind && whole.has(later.kind) && sameEcosystem(later, earlier));
  if (!alike) return false;
  if (later.targets.length === 0) return true;
  if (earlier.targets.length > 0 && same && earlier.targets.every((target) => later.targets.some((outer) => within(target, outer)))) return true;
  // Narrower: it counts if it was narrowed to what had failed.
  return later.targets.some((target) => {
    const name = target.split(/[\\/]/).at(-1) ?? target;
    return name.length > 3 && output.includes(name.replace(/^\^|\$$/g, ''));
  });
}

/** The parts of a failed line that may have failed: of `a && b`, mostly the one that was checked. */
const checked = (run: Run): readonly ShellRun[] => {
  const parts = run.parts.filter(({ kind }) => teaching.has(kind));
  const notable = parts.filter(({ kind }) => kind !== 'format');
  return notable.length > 0 ? notable : parts;
};

const folderOf = (run: Run, part: ShellRun): string | undefined => (part.folder === undefined ? run.folder : `${run.folder ?? '?'}>${part.folder}`);
const sameFolder = (a: Run, b: Run): boolean => {
  const [first, second] = [a.parts[0], b.parts[0]];
  return first === undefined || second === undefined || a.folder === undefined || b.folder === undefined || folderOf(a, first) === folderOf(b, second)
    // `cd app && npm test` and `npm test` run in `app` are one.
    || (first.folder ?? a.folder).replace(/^.*\//, '') === (second.folder ?? b.folder).replace(/^.*\//, '');
};

function covers(later: Run, earlier: Run): boolean {
  const needed = checked(earlier);
  const given = checked(later);
  return needed.length > 0 && sameFolder(later, earlier) && given.some((part) => needed.some((one) => partCovers(part, one, earlier.event.output)));
}

const expecting = /\b(?:should|expect(?:ed|ing)?(?: (?:it|this|them|that|the tests?))?(?: to)?|will|must|supposed to|going to)(?: now| still| initially)? fail|\bfail(?:s|ed|ing)?,? (?:as expected|as intended|initially|first|before)|\bexpected(?:ly)? (?:to )?fail|failing test(?:s)? first|\b(?:write|writing|add|adding|start with|wrote) (?:a |the |some )?failing test|\b(?:write|writing|wrote|add|adding|start(?:ing)? with|begin(?:ning)? with|creat(?:e|ing)|do(?:ing)?) (?:the |a |some |my |our )*tests? first\b|\btests?-first\b|\bTDD\b|\b(?:RED|red) (?:phase|step|state|test)|\bverify (?:that )?(?:it|the tests?|they|this) (?:do(?:es)? )?(?:not pass|fails?)|\bconfirm (?:that )?(?:it|the tests?|they|this|the bug|the failure) (?:is |currently )?(?:fails?|failing|reproduc)|\bsee (?:it|them|the tests?) fail|\breproduc(?:e|es|ing) the (?:bug|issue|failure|problem|error)|\bmake sure (?:it|the tests?|they) fails?/i;
/** Breaking something on purpose, to see that a test notices. */
const sabotage = /\b(?:temporar(?:y|ily)|sanity[- ]check|mutat(?:e|ion)|deliberately|intentionally|on purpose|to (?:verify|check|confirm|prove|make sure|ensure) (?:that )?(?:the|this|my|our) (?:new )?tests? (?:actually |really |indeed )?(?:catch|detect|fail|would))/i;

/** Whether the agent said, around a run, that it is meant to fail. */
function wasExpected(session: AgentSession, run: Run): boolean {
  const near: string[] = [run.event.purpose, run.event.command];
  for (let at = run.index - 1, steps = 0; at >= 0 && steps < 3; at--, steps++) {
    const event = session.events[at];
    if (event?.kind === 'reply') near.push(event.text);
    if (event?.kind === 'prompt' || event?.kind === 'command') break;
  }
  const after = session.events[run.index + 1];
  if (after?.kind === 'reply') near.push(after.text.slice(0, 300));
  const prompt = session.events[turnBefore(session, run.index)];
  const asked = prompt?.kind === 'prompt' && /\b(?:failing tests? first|tests?-first|TDD|(?:write|add|start with|create|do) (?:the |a |some )*tests? first|red[- ]green)\b/i.test(prompt.text);
  return asked || near.some((text) => expecting.test(text) || sabotage.test(text));
}

interface Segment {
  readonly edits: readonly ProjectEdit[];
  readonly mends: readonly Run[];
}

function segment(session: AgentSession, from: number, to: number): Segment {
  const edits = session.edits.filter(({ index, path }) => index > from && index < to && !isProse(path));
  const passed = session.runs.filter((run) => run.index > from && run.index < to && run.result === 'passed');
  const mends = passed.filter((run) => run.parts.some(({ kind, base }) => mending.has(kind) || base === 'git submodule'));
  // Beside an edit or an install, what was cleared away is housekeeping.
  return { edits, mends: edits.length > 0 || mends.length > 0 ? mends : passed.filter((run) => run.parts.some(({ kind }) => kind === 'repair')) };
}

/** Failing runs with one error, and the run that showed it gone. */
export interface Failure {
  readonly runs: readonly Run[];
  readonly line: string;
  readonly key: string;
  readonly nature: ErrorNature;
  /** The passing run, or the next one with another error. */
  readonly gone: Run;
  /** The run that passed in the end. */
  readonly passed: Run;
}

function natureIn(run: Run, line: string): ErrorNature {
  const nature = natureOf(line);
  if (nature === 'environment') return nature;
  const kinds = checked(run).map(({ kind }) => kind);
  const last = kinds.at(-1);
  if (last === 'lint' || last === 'format' || last === 'typecheck') return 'compile';
  if (last === 'build' && nature !== 'compile') return 'compile';
  return last === 'test' && nature === 'runtime' ? 'assertion' : nature;
}

const knownFailures = new WeakMap<AgentSession, readonly Failure[]>();

/** Every error of a failing command that was gone when the command passed, the oldest first. */
export function failuresOf(session: AgentSession): readonly Failure[] {
  const known = knownFailures.get(session);
  if (known) return known;
  const found = findFailures(session);
  knownFailures.set(session, found);
  return found;
}

function findFailures(session: AgentSession): Failure[] {
  const failures: Failure[] = [];
  const open: { run: Run; line: string; key: string }[] = [];
  const relevant = session.runs.filter((run) => run.result !== 'open' && checked(run).length > 0);
  for (const run of relevant) {
    if (run.result === 'failed') {
      const line = tellingLine(run.event.output);
      if (line !== undefined) open.push({ run, line, key: errorKey(line) });
      continue;
    }
    const covered = open.filter((failed) => covers(run, failed.run));
    if (covered.length === 0) continue;
    for (const failed of covered) open.splice(open.indexOf(failed), 1);
    for (const key of new Set(covered.map((failed) => failed.key))) {
      const same = covered.filter((failed) => failed.key === key);
      const last = same.at(-1);
      if (!last) continue;
      // Where the error was last seen, and the first run after it that did not show it.
      const next = covered.find(({ run: later }) => later.index > last.run.index);
      failures.push({ runs: same.map(({ run: one }) => one), line: last.line, key, nature: natureIn(last.run, last.line), gone: next?.run ?? run, passed: run });
    }
  }
  return failures.sort((a, b) => (a.runs[0]?.index ?? 0) - (b.runs[0]?.index ?? 0));
}

/** Flags that go around a problem instead of solving it. */
const aroundFlag = /^(?:--legacy-peer-deps|--force|-f|--no-verify|--skip-[\w-]+|--ignore-[\w-]+|--no-[\w-]*check[\w-]*|--no-strict[\w-]*|--openssl-legacy-provider|--no-frozen-lockfile|--break-system-packages|--allow-[\w-]+|--no-build-isolation|--no-sandbox|--runInBand|--no-deps|--noEmit|--experimental-[\w-]+|--disable-[\w-]+|--no-cache|--insecure|--trust[\w-]*)/;
const aroundEdit = /@ts-(?:ignore|expect-error|nocheck)|eslint-disable|\/\/\s*nolint|#\s*(?:type:\s*ignore|noqa|pylint:\s*disable|pragma: no cover)|@SuppressWarnings|#\[allow\(|skipLibCheck|\bas any\b|\.skip\(|xfail|pytest\.mark\.skip|t\.Skip\(|"(?:overrides|resolutions)"|legacy-peer-deps|rubocop:disable|NODE_OPTIONS|patch-package/;
const aroundWord = /\bwork(?:ing)?[- ]?around\b|\bhack\b|\btemporary fix\b|\bfor now\b/i;
/** The agent calls what it does a workaround; that it takes one away, or would not have one, is none. */
const calledAround = /\b(?:as|with|use|using|is|apply|add|a simple|the simplest) (?:a |an |the |this )?(?:\w+ )?work-?around\b|\bI(?:'ll| will|'ve| have)? work(?:ed)? around\b|^work-?around:/i;
const notAround = /\b(?:(?:instead of|rather than) (?:a |an |the )?(?:\w+ )?work-?around|no longer|not|without|remov\w+|drop\w*|real fix|proper fix)\b/i;

const flagsOf = (run: Run): string[] => run.parts.flatMap(({ flags, text }) => [...flags, ...text.split(' ').filter((word) => /^[A-Z_]+=/.test(word))]);

/** What a passing run was given that the failing one was not. */
function addedFlags(failed: Run, passed: Run): string[] {
  const before = new Set(flagsOf(failed));
  return flagsOf(passed).filter((flag) => !before.has(flag) && !/^(?:-v+|--verbose|-q|--quiet|-s|--silent|-count|--reporter|--no-color|--color|-x|--bail|-h|--help|--watch|-w|--json|--tail|-i|-d|--detach)(?:=|$)/.test(flag));
}

const causing = /\broot cause\b|\bthe (?:actual |real |underlying |main )?(?:issue|problem|bug|culprit|cause|reason|error|failure)(?: here| now)? (?:is|was|comes|came|lies|occurs|occurred|happens|happened)\b|\bcaused by\b|\bturns out\b|\bbecause\b|\bsince the\b|\bdue to\b|\bwas (?:missing|never|not being|being)\b|\bthe reason\b/i;
const seeing = /^(?:Ah|Aha|Found it|Found the|I see|I can see|Now I see|Got it|I found|That's it)\b/i;
const notTelling = /^(?:let me|let's|now (?:let|i)|i'll|i will|i need to|i should|next|first)\b/i;

/** Why it had failed, in the agent's own words: the last sentence before the mending that names a cause. */
export function causeOf(replies: readonly Extract<AgentEvent, { kind: 'reply' }>[]): { text: string; event: AgentEvent } | undefined {
  for (const event of [...replies].reverse()) {
    const sentences = sentencesOf(event.text).map((sentence) => sentence.replace(/^(?:\*\*)?(?:The )?(?:Root cause|Cause|Problem|Issue|Reason)(?:\*\*)?:(?:\*\*)?\s*/i, 'Root cause: '));
    for (const [index, sentence] of sentences.entries()) {
      if (sentence.length < 16 || sentence.length > 400 || sentence.endsWith('?')) continue;
      const said = sentence.replace(/[:]$/, '.');
      const next = sentences[index + 1];
      if (causing.test(said) && !notTelling.test(said)) return { text: said.length < 45 && next !== undefined && !notTelling.test(next) ? `${said} ${next.replace(/[:]$/, '.')}` : said, event };
      if (seeing.test(said) && said.length < 60 && next !== undefined && next.length > 30 && !notTelling.test(next)) return { text: next.replace(/[:]$/, '.'), event };
    }
    const seen = sentences.find((sentence) => seeing.test(sentence) && sentence.length >= 40 && sentence.length < 300 && !sentence.endsWith('?'));
    if (seen !== undefined) return { text: seen.replace(/[:]$/, '.'), event };
  }
  return undefined;
}

/** What the agent said it would do about it, where it named no cause: the last sentence before its first mending edit. */
function remedyOf(session: AgentSession, from: number, to: number): { text: string; event: AgentEvent } | undefined {
  const event = between(session, 'reply', from, to).filter(({ sidechain }) => !sidechain).at(-1);
  const sentence = event && sentencesOf(event.text).filter((one) => one.length >= 40 && one.length < 300 && !/^(?:let me|now let me|let's|great|perfect|excellent|good)\b/i.test(one) && !one.endsWith('?')).at(-1);
  return event && sentence !== undefined ? { text: sentence.replace(/[:]$/, '.'), event } : undefined;
}

/** A change of one line, shown as such. */
function smallChange(edits: readonly ProjectEdit[]): string | undefined {
  const replacements = edits.flatMap(({ event }) => event.replacements);
  const [only] = replacements;
  if (replacements.length !== 1 || !only) return undefined;
  const [before, after] = [only.before.split('\n'), only.after.split('\n')];
  const gone = before.filter((line) => !after.includes(line)).map((line) => line.trim()).filter(Boolean);
  const come = after.filter((line) => !before.includes(line)).map((line) => line.trim()).filter(Boolean);
  if (come.length === 1 && gone.length === 0 && (come[0] ?? '').length <= 120) return `Added ${code(come[0] ?? '', 120)}`;
  if (come.length !== 1 || gone.length !== 1 || (come[0] ?? '').length > 120 || (gone[0] ?? '').length > 120) return undefined;
  return `${code(gone[0] ?? '', 120)} became ${code(come[0] ?? '', 120)}`;
}

/** How a run is named: what it ran, not how its output was cut. */
export function runInWords(run: Run): string {
  const parts = checked(run);
  return code(commandLine((parts.length > 0 ? parts : run.parts).map(({ text }) => text).join(' && ')).replace(/^`|`$/g, ''), 100);
}

/** A slip: the agent's own edits did not compile or offended the linter, and it mended just that. Nobody would note it. */
function isSlip(session: AgentSession, failure: Failure, mended: Segment): boolean {
  const [first] = failure.runs;
  if (!first || mended.mends.length > 0 && failure.nature === 'environment') return false;
  const turn = turnBefore(session, first.index);
  const before = session.edits.filter(({ index }) => index > turn && index < first.index);
  if (mended.edits.length === 0 || mended.mends.length > 0 || failure.nature === 'environment') return false;
  const ownFiles = new Set(before.map(({ path }) => path));
  const ownWork = session.edits.some(({ index, path }) => index < first.index && !isProse(path));
  // Tests alone were changed: they were just written, or follow what the agent had changed before.
  if (mended.edits.every(({ path }) => isTest(path)) && (ownWork || mended.edits.every(({ path }) => ownFiles.has(path)))) return true;
  if (failure.nature !== 'compile' || !ownWork) return false;
  const prompt = session.events[turn];
  const asked = before.length === 0 && prompt?.kind === 'prompt' && /\b(?:build|compil\w*|type ?check|tsc|lint\w*|ci|error|fail\w*|broken|breaks?)\b/i.test(prompt.text);
  return !asked && failure.runs.length <= 3;
}

/** Whether only tests were written before the failure: then it was meant to fail. */
function wasTestFirst(session: AgentSession, run: Run): boolean {
  if (!checked(run).some(({ kind }) => kind === 'test')) return false;
  const turn = turnBefore(session, run.index);
  const lastPass = session.runs.filter((other) => other.index < run.index && other.index > turn && other.result === 'passed' && covers(other, run)).at(-1)?.index ?? turn;
  const before = session.edits.filter(({ index, path }) => index > lastPass && index < run.index && !isProse(path));
  return before.length > 0 && before.every(({ path }) => isTest(path)) && before.some(({ event }) => event.created || event.replacements.some(({ before: old, after }) => after.length > old.length + 40));
}

/** Fixed errors and bugs, workarounds, and errors that were met again and again. */
export function suggestFixedErrors(session: AgentSession): Suggestion[] {
  const found: Candidate[] = [];
  const failures = failuresOf(session);
  for (const failure of failures) {
    const first = failure.runs[0];
    const last = failure.runs.at(-1);
    if (!first || !last) continue;
    const mended = segment(session, last.index, failure.gone.index);
    const flags = failure.gone.result === 'passed' ? addedFlags(last, failure.gone) : [];
    const around = flags.filter((flag) => aroundFlag.test(flag) || /^[A-Z_]+=/.test(flag));
    if (mended.edits.length === 0 && mended.mends.every((run) => covers(run, last)) && around.length === 0) continue;
    if (failure.nature !== 'environment' && (wasExpected(session, first) || wasTestFirst(session, first))) continue;
    // An attempt that broke it was taken back: that is a dead end, not a fix.
    if (mended.edits.some((edit) => session.edits.some((earlier) => earlier.index < first.index && undoes(edit, earlier)))) continue;
    if (isTrifle(failure.line) || isSlip(session, failure, mended)) continue;
    found.push(candidateFor(session, failure, mended, around));
  }
  return found.sort((a, b) => b.weight - a.weight).slice(0, mostFixes).map(({ tell, weight }) => ({ ...tell(), rank: Math.round(weight * 10) / 10 }));
}

/** A fix by its weight; it is put into words only if it is among the few that are told. */
interface Candidate {
  readonly weight: number;
  tell(): Suggestion;
}

function candidateFor(session: AgentSession, failure: Failure, mended: Segment, around: readonly string[]): Candidate {
  const { runs, nature, gone, passed } = failure;
  const first = runs[0] ?? gone;
  const last = runs.at(-1) ?? gone;
  const named = causeOf(between(session, 'reply', first.index - 1, gone.index).filter(({ sidechain }) => !sidechain));
  // A build mends what a stale one left; beside edits it only follows them.
  const mends = mended.mends.filter((run) => !covers(run, last) && !run.parts.every(({ kind }) => kind === 'server' || (kind === 'build' && mended.edits.length > 0)));
  const suppressed = mended.edits.some(({ event }) => event.replacements.some(({ before, after }) => aroundEdit.test(after) && !aroundEdit.test(before)));
  const spoken = between(session, 'reply', last.index, Math.min(session.events.length, passed.index + 4)).some(({ text }) => aroundWord.test(text));
  const called = between(session, 'reply', last.index, passed.index).some(({ text, sidechain }) => !sidechain && sentencesOf(text).some((sentence) => calledAround.test(sentence) && !notAround.test(sentence)));
  const isWorkaround = called || (around.length > 0 && mended.edits.length === 0 && mends.length === 0) || (suppressed && new Set(mended.edits.map(({ path }) => path)).size <= 2) || (spoken && (suppressed || around.length > 0))
    || mends.some((run) => flagsOf(run).some((flag) => /^(?:--legacy-peer-deps|--force|--break-system-packages|--no-verify|--openssl-legacy-provider)/.test(flag)));
  return {
    weight: 5 + Math.min(3, runs.length - 1) + (named ? 2 : 0) + (nature === 'environment' ? 2 : 0) + (isWorkaround ? 2 : 0) - (nature === 'compile' ? 2 : 0) + first.index / Math.max(1, session.events.length),
    tell: () => inWords(session, failure, { edits: mended.edits, mends }, { around, named, isWorkaround }),
  };
}

interface Judged {
  readonly around: readonly string[];
  readonly named: ReturnType<typeof causeOf>;
  readonly isWorkaround: boolean;
}

function inWords(session: AgentSession, { runs, line, key, nature, gone, passed }: Failure, { edits, mends }: Segment, { around, named, isWorkaround }: Judged): Suggestion {
  const first = runs[0] ?? gone;
  const last = runs.at(-1) ?? gone;
  const failedAs = runInWords(last);
  const cause = named ?? remedyOf(session, last.index, edits.find(({ event }) => !event.sidechain)?.index ?? edits[0]?.index ?? gone.index);
  const byCommand = mends.length > 0 && (nature === 'environment' || edits.length === 0);
  const files = [...new Set(edits.map(({ path }) => path))];
  const source = edits.filter(({ path }) => !isTest(path));
  const configuration = source.length > 0 && source.every(({ path }) => /(?:^|\/)(?:\.env[^/]*|\.[\w-]+rc[^/]*|[\w.-]+\.(?:json|ya?ml|toml|ini|cfg|conf|lock|mod|sum|xml|gradle|properties|tf)|Dockerfile[^/]*|Makefile|[\w.-]+\.config\.\w+|Gemfile|requirements[^/]*\.txt)$/.test(path));
  const item: ItemId = isWorkaround ? 'workaround' : !byCommand && source.length > 0 && !configuration && (nature === 'assertion' || nature === 'runtime') ? 'bug' : 'error';
  const remedy = byCommand || (mends.length > 0 && edits.length > 0) ? mends.slice(-2).map((run) => runInWords(run)) : [];
  const edited = files.length > 0 && !(byCommand && nature === 'environment' && edits.every(({ path }) => isTest(path))) ? filesInWords(source.length > 0 ? source.map(({ path }) => path) : files) : '';
  const how = around.length > 0 && remedy.length === 0 && edited === '' ? `running it as ${runInWords(gone)}`
    : remedy.length > 0 && edited !== '' ? `${remedy.join(' and ')} and changes in ${edited}` : remedy.length > 0 ? remedy.join(' and ') : `changes in ${edited}`;
  const verb = isWorkaround ? 'got around by' : 'fixed by';
  const times = runs.length > 2 ? ` ${String(runs.length)} times` : '';
  const links = linksOf(edits.filter(({ path }) => source.length === 0 || !isTest(path)), session);
  const detail = detailOf([
    cause ? `${named ? 'Cause, in' : 'In'} the agent's words: ${quoted(cause.text)}` : undefined,
    edited !== '' ? smallChange(edits) : undefined,
  ]);
  const evidence: Evidence[] = [
    evidenceOf(last.event, `${code(line)}`),
    ...(cause ? [evidenceOf(cause.event, `the agent: ${quoted(cause.text, 160)}`)] : []),
    ...(edits[0] ? [evidenceOf(edits.at(-1)?.event ?? edits[0].event, `edited ${filesInWords(files)}`, links[0])] : []),
    ...(mends[0] ? [evidenceOf(mends.at(-1)?.event ?? mends[0].event, `ran ${runInWords(mends.at(-1) ?? mends[0])}`)] : []),
    evidenceOf(passed.event, `${runInWords(passed)} passed`),
  ];
  return {
    id: suggestionId('fixed', `${first.parts.map(({ base }) => base).join('+')}|${key}`), item, source: 'agent',
    text: `${failedAs} failed${times} with ${code(line)}; ${verb} ${how}`,
    ...(detail === undefined ? {} : { detail }), links, evidence,
  };
}

/** Whether a command that failed last has not passed since: the newest such run. */
export function stillFailing(session: AgentSession): { run: Run; line: string } | undefined {
  for (const run of [...session.runs].reverse()) {
    if (run.result === 'open' || !checked(run).some(({ kind }) => whole.has(kind) || kind === 'migrate' || kind === 'server')) continue;
    if (run.result === 'passed') return undefined;
    const line = tellingLine(run.event.output);
    return line === undefined ? undefined : { run, line };
  }
  return undefined;
}
