import { readableText } from '../links/untrustedText.js';
import { remembered } from './remembered.js';

/*
 * Which line of a failed command's output tells what went wrong. The forms are those that the tools print; each is worth
 * more the more it says, so that "1 failed" never stands where "TypeError: …" does.
 */

interface Form {
  readonly pattern: RegExp;
  readonly worth: number;
  /** Of several lines of this form, the last one tells: the innermost cause comes last. */
  readonly last?: boolean;
  /** What of the line is told: a group named `told`, else the line. */
}

const forms: readonly Form[] = [
  // Node, Deno, browsers: `TypeError: …`, `Error [ERR_MODULE_NOT_FOUND]: …`, `Uncaught …`.
  { pattern: /^\s{0,8}(?:\w+:\s+)?(?:Uncaught\s+|Unhandled\s+(?:rejection|exception):?\s+)?(?<told>(?:[A-Z]\w*)?(?:Error|Exception|Fault|Panic)(?:\s\[[\w.]+\])?(?:\s\[[\w.]+\])?: .*\S)/, worth: 90 },
  // Python's last line; pytest's E lines.
  { pattern: /^(?<told>(?:[a-z_]\w*\.)+[A-Z]\w*(?:Error|Exception|Warning|DoesNotExist|NotFound)?(?:: .+|$))/, worth: 88, last: true },
  { pattern: /^E\s{2,}(?<told>(?:[\w.]*(?:Error|Exception)\b.*|assert .+|Failed: .+))/, worth: 86 },
  { pattern: /^FAILED \S+ - (?<told>.+)/, worth: 84 },
  // Elixir: `** (RuntimeError) …`.
  { pattern: /^\s*(?<told>\*\* \([A-Z][\w.]*\) .+)/, worth: 89 },
  // JVM.
  { pattern: /^Caused by: (?<told>.+)/, worth: 92, last: true },
  { pattern: /^(?:Exception in thread ".*" )(?<told>.+)/, worth: 88 },
  { pattern: /^\[ERROR\] (?<told>.*?(?:error:|cannot find symbol|incompatible types|package .+ does not exist).*)/, worth: 86 },
  { pattern: /^\S+\.(?:java|kt|scala):\d+: error: (?<told>.+)/, worth: 86 },
  // TypeScript, Rust, C, Go, Swift, .NET: file, place, message.
  { pattern: /^(?<told>\S+\.\w+(?:\(\d+,\d+\)|:\d+:\d+)(?::| -)? error (?:TS|CS|FS)\d+: .+?)(?: \[[^\]]+\])?$/, worth: 85 },
  { pattern: /^(?<told>error(?:\[E\d+\])?: (?!could not compile|aborting|process didn't exit|test failed|task failed|Command failed|Process completed|script ").+)/, worth: 84 },
  { pattern: /^(?<told>\S+\.(?:c|cc|cpp|h|hpp|m|swift|zig|go|rs):\d+:\d+: (?:fatal )?error: .+)/, worth: 84 },
  { pattern: /^(?:vet: )?(?<told>(?:\.\/)?\S+\.go:\d+:\d+: .+)/, worth: 80 },
  { pattern: /^panic: (?<told>.+?)(?: \[recovered\])?$/, worth: 88 },
  { pattern: /^thread '.+' (?:\(\d+\) )?panicked at (?<told>.+)/, worth: 82 },
  { pattern: /^\s*(?<told>assertion [`']?.+ failed.*)/, worth: 83 },
  // Go's tests log and fail in the same form: what was wanted is told by the words, and by standing last before the verdict.
  { pattern: /^\s*(?<told>\S+_test\.go:\d+: .*(?:\b(?:want|got|expect\w*|fail\w*|error|should|must|missing|unexpected|not found|nil)\b|[!=]=).*)/i, worth: 91 },
  { pattern: /^\s*(?<told>\S+_test\.go:\d+: .+)/, worth: 52, last: true },
  { pattern: /^--- FAIL: (?<told>\S+)/, worth: 55 },
  // Test runners of JavaScript: the message, then the test's name.
  { pattern: /^\s*(?:→|❯)\s(?<told>(?:expected|received|expect|Cannot|Unable|Timed).+)/, worth: 78 },
  { pattern: /^\s*(?<told>(?:AssertionError|expect\(.+\)\.).+)/, worth: 77 },
  { pattern: /^\s*(?:●|✕|✗|×|FAIL)\s+(?<told>.+ [›>] .+)/, worth: 62 },
  { pattern: /^\s*[✕✗×]\s(?<told>.+)/, worth: 58 },
  { pattern: /^\s*\d+\) (?<told>.+)/, worth: 40 },
  // Ruby, PHP, Elixir.
  { pattern: /^(?<told>\S+\.rb:\d+:in .+: .+ \(\w+(?:::\w+)*\))/, worth: 85 },
  { pattern: /^\s*(?<told>(?:\w+(?:::\w+)+|ActiveRecord\S*)(?:Error|Exception|Invalid|NotFound)?: ?.+)/, worth: 82 },
  { pattern: /^(?:PHP )?(?<told>(?:Fatal|Parse) error: .+)/, worth: 86 },
  { pattern: /^\s*(?<told>SQLSTATE\[.+)/, worth: 88 },
  { pattern: /^\*\* \((?<told>\w+(?:\.\w+)*(?:Error)?)\) .+/, worth: 84 },
  // Package managers and services.
  { pattern: /^npm (?:ERR!|error) (?<told>(?:ERESOLVE (?:could not|unable).+|Missing script.+|Cannot find module.+|Could not resolve dependency:.*|Unsupported engine.*|notarget .+|\d{3} .+|peer .+|EACCES.+|Invalid .+|Conflicting peer dependency.+|enoent .+))/, worth: 82 },
  { pattern: /^npm (?:ERR!|error) code (?<told>E\w+)/, worth: 60 },
  { pattern: /^npm (?:ERR!|error) (?<told>Missing: .+ from lock file)/, worth: 82 },
  { pattern: /^npm (?:ERR!|error) (?!code |A complete|errno|path |command |workspace|location|Lifecycle|syscall|Exit status|Test failed|To see|This is)(?<told>.{12,})/, worth: 61 },
  { pattern: /^\s*(?<told>ERR_PNPM_\w+.+)/, worth: 82 },
  { pattern: /^(?:yarn )?error (?<told>(?!Command failed|An unexpected).{12,})/, worth: 70 },
  { pattern: /^\s*(?<told>(?:dependency failed to start: )?container \S+ (?:is unhealthy|exited \(\d+\)).*)/, worth: 76 },
  { pattern: /^ERROR:\s+(?<told>(?!.*exit code: \d+$).{8,})/i, worth: 74 },
  { pattern: /^(?:\[\w+\] )?(?<told>(?:fatal|FATAL):\s.+)/, worth: 76 },
  { pattern: /^(?<told>(?:\S+: )?(?:line \d+: )?\S+: (?:command not found|Permission denied|No such file or directory))/, worth: 76 },
  { pattern: /^(?<told>(?:zsh|bash|sh|\(eval\)):(?:\d+:)? .+)/, worth: 72 },
  { pattern: /(?<told>(?:connect )?E(?:CONNREFUSED|ADDRINUSE|ACCES|NOENT|NOTFOUND|TIMEDOUT|PERM|NOSPC|MFILE)\b.*)/, worth: 74 },
  { pattern: /^\s*(?<told>(?:✘|✖|✗) (?:\[ERROR\] )?.{8,})/, worth: 72 },
  { pattern: /^\s*\d+:\d+\s+error\s+(?<told>.+)/, worth: 70 },
  { pattern: /^\s*(?<told>(?:Module not found|Cannot find (?:module|package)|Failed to (?:compile|resolve|load|connect|fetch|start)|Could not (?:find|connect|resolve|open|load)|Unable to (?:connect|find|resolve|load)|No (?:module|such|matching)|Missing |Unknown |Invalid |Unexpected |Access denied|Connection refused|could not (?:connect|translate|open)).+)/, worth: 73 },
  { pattern: /^(?<told>.*\b(?:relation|table|column|database|role) "[^"]+" (?:does not exist|already exists).*)/, worth: 80 },
  { pattern: /^(?<told>.*\b(?:is not (?:defined|a function|assignable|installed|recognized|supported)|does not exist|not found|has not been|cannot be|can't be|could not be|was denied|timed out|out of memory).*)/, worth: 50 },
  { pattern: /^(?<told>.*\b(?:error|failed|failure|fatal|refused|denied|unable|undefined|unexpected|invalid|missing)\b.*)/i, worth: 30 },
];

/** What the tools print around the message, and what only counts. */
const noise = /^(?:$|Exit code:? -?\d+|Error: Exit code \d+|(?:npm (?:ERR!|error)) (?:A complete log|errno|path|command|This is probably|workspace|location|Lifecycle|syscall|Exit status|Test failed|$)|> \S+@\S+ |> [\w./-]+( .*)?$|\s+at |\s*\^+~*\s*$|Node\.js v|\[\S+\] \$ |\[\S+\] ERROR task failed|mise ERROR task|● Test suite failed to run|\s+● Test suite failed to run|FAIL$|FAIL\t\S+\t[\d.]+s$|FAIL\t\S+ \[(?:build|setup) failed\]$|ok\s+\t|ok\s{2}|\?\s+\t|=== (?:RUN|PAUSE|CONT)|--- PASS|PASS\b|Tests?:?\s|Test (?:Files|Suites)|Snapshots?:|Time:|Duration|Start at|Ran all|=+ .* =+$|_+ .* _+$|Traceback \(most recent|During handling|The above exception|\s+File "|make(?:\[\d+\])?: \*\*\*|error Command failed|error: script "|info Visit|ELIFECYCLE|\s*ELIFECYCLE|error: could not compile|error: test failed|error: aborting|For more information|warning:|\(node:\d+\)|\(Use `node|# \S+|\[ERROR\] (?:Failed to execute goal|To see|Re-run|For more|->|\[Help|$)|\d+ errors? |\s*\d+ (?:passing|failing|pending|passed)|✖ \d+ problems?|Found \d+ errors?|FAILURE: Build failed|BUILD FAILED|\* (?:What went wrong|Try|Get more)|\s*\d+ \|)/;

/** Lines longer than this are data or bundled code, not messages. */
const longestLine = 600;

/**
 * The line that tells what went wrong, trimmed; undefined if the output says nothing.
 * @param output of a failed command
 */
export function tellingLine(output: string): string | undefined {
  return rankedLines(output)[0]?.text;
}

/** The worth of a telling line below which it is only a guess that it tells of an error. */
const clearWorth = 70;

/** Whether an output tells of an error clearly: for runs whose exit code a filter has hidden. */
export function tellsOfFailure(output: string): boolean {
  const best = rankedLines(output)[0];
  if (best === undefined || best.worth < clearWorth) return failureCount.test(readableText(output));
  return true;
}

/** What test runners and builds print at the end of a failed run. */
const failureCount = /(?:^|\n)\s*(?:Tests?:?\s+(?:\d+ \w+, )*\d+ failed|Tests?\s+\d+ failed|(?:Test Files|Test Suites:?)\s+\d+ failed|=+ .*\b\d+ (?:failed|errors?)\b.* =+|FAIL\b|FAILED\b|--- FAIL|\d+ failing\b|error: could not compile|BUILD FAILED|Found [1-9]\d* errors?|✖ [1-9]\d* problems? \([1-9]|test result: FAILED|npm ERR! code|npm error code|ELIFECYCLE|Failures: [1-9])/;

/** Whether an output says that a test run or a build went well. */
export const tellsOfSuccess = (output: string): boolean => !failureCount.test(output)
  && /(?:^|\n)\s*(?:Tests?:?\s+(?:.*, )?\d+ passed|Test Files\s+\d+ passed|=+ .*\b\d+ passed\b|ok\s+\S+\s|PASS\b|\d+ passing\b|test result: ok|BUILD SUCCESSFUL|BUILD SUCCESS|Finished|All checks passed|Found 0 errors|✓|Compiled successfully|Successfully|Done in|0 problems)/i.test(output);

interface RankedLine { readonly text: string; readonly worth: number }

const rankedLines = remembered(rank);

function rank(output: string): readonly RankedLine[] {
  const lines = readableText(output).split('\n');
  const found: { text: string; worth: number; index: number }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.length > longestLine || noise.test(line)) continue;
    const bare = line.replace(/^[│╷╵┃]\s?/, '').replace(/\s+\{"(?:timestamp|level|time|pid)".*\}$/, '').replace(/^\s*(?:\[?\d{4}-\d\d-\d\d[T ]\S+\]?|\d\d:\d\d:\d\d(?:\.\d+)?)\s+/, '').replace(/^[\w.-]+-\d+\s+\|\s+/, '');
    let best: { text: string; worth: number } | undefined;
    for (const { pattern, worth, last } of forms) {
      if (best && worth < best.worth) continue;
      const match = pattern.exec(bare);
      const text = (match?.groups?.told ?? '').trim();
      // Of equals the first tells, or the last where causes come last.
      if (text.length >= 4) best = { text, worth: worth + (last ? index / lines.length : (1 - index / lines.length)) };
    }
    if (best) found.push({ ...best, index });
  }
  return found.sort((a, b) => b.worth - a.worth).map(({ text, worth }) => ({ text: complete(text, lines), worth }));
}

/** A message that goes on in the next line is told with it: "expected …" and "received …" say little alone. */
function complete(text: string, lines: readonly string[]): string {
  if (!/[:{(]$/.test(text)) return text;
  const at = lines.findIndex((line) => line.trim().endsWith(text));
  const next = lines.slice(at + 1, at + 4).map((line) => line.trim()).find((line) => line !== '' && !noise.test(line));
  return at < 0 || next === undefined ? text : `${text} ${next}`;
}

/** An error's text in a form in which the same error, met again, is the same: no places, numbers, addresses or times. */
export function errorKey(line: string): string {
  return line.toLowerCase()
    .replace(/(?:[\w.-]*[\\/])+([\w.-]+)/g, '$1')
    .replace(/\((\d+),(\d+)\)|:\d+(?::\d+)?/g, '')
    .replace(/0x[\da-f]+|\b[\da-f]{7,}\b/g, '#')
    .replace(/\d+(?:\.\d+)*/g, '#')
    .replace(/\s+/g, ' ').trim();
}

export type ErrorNature =
  /** Something outside the code was missing: a package, a service, a table, a setting. */
  | 'environment'
  /** The compiler, the type checker, a linter or a formatter objected. */
  | 'compile'
  /** A test's expectation was not met. */
  | 'assertion'
  /** The program broke while it ran. */
  | 'runtime';

const environment = /cannot find (?:module|package) ['"]?(?![./'"])|module not found: (?:error: )?can't resolve ['"]?(?![./'"])|no module named|modulenotfounderror|command not found|is not recognized as|not installed|econnrefused|connection refused|could not connect|can't connect|connect to .* failed|enotfound|eacces|permission denied|eaddrinuse|address already in use|port \d+ is (?:already )?in use|(?:relation|table|database|role|column) "?[\w.]+"? (?:does not exist|doesn't exist)|no such (?:table|column)|unknown (?:database|column)|sqlstate|missing (?:required )?env|environment variable|eresolve|peer dep|unsupported engine|requires (?:node|python|go|java|php|ruby)|version mismatch|incompatible version|enospc|requires \S+ as a \S+ dependency|state lock|heap out of memory|certificate|docker daemon|missing script|prisma client|did not initialize|has not been generated|executable doesn't exist|shared librar|no space left|lock ?file|authentication failed|access denied|could not translate host|err_pnpm|no matching version|unable to resolve|could not resolve|go: (?:module|cannot find|updates to)|missing go\.sum|package .+ is not in|unmet|failed to resolve (?:entry|import) ['"]?(?![./'"])|gyp err|node-gyp|corepack|\.env\b|no such (?:container|service|image)|container \S+ (?:is unhealthy|exited)|not in sync with the|network .+ not found|engine .+ incompatible|openssl|digital envelope/i;
const compile = /error (?:ts|cs|fs)\d+|error\[e\d+\]|syntaxerror|indentationerror|unexpected token|\.go:\d+:\d+: |imported and not used|declared and not used|cannot find symbol|incompatible types|is not assignable|no-unused|eslint|prettier|golangci|parse error|expected ['"`;){]/i;
const assertion = /assert|expect|received|to equal|to be|\bwant\b|\bgot\b|--- fail|_test\.go:\d+|snapshot/i;

/** Complaints that are mended in passing: nobody would note them. */
const trifles = /\bis (?:declared but (?:its value is |it's )?never (?:read|used)|defined but never used|assigned a value but never used)|\bunused\b|declared and not used|imported and not used|is deprecated|missing semicolon|trailing (?:space|comma)|prettier|formatting|line too long|unknown word|expected indentation|newline|is never reassigned|prefer-const|\(goconst\)|\(dupl\)|\(gofmt\)|\(lll\)|no-console|import\/order|I001|E501|F401|W291/i;

export const isTrifle = (line: string): boolean => trifles.test(line);

/** What sort of error a telling line tells of. */
export function natureOf(line: string): ErrorNature {
  if (environment.test(line)) return 'environment';
  if (compile.test(line)) return 'compile';
  return assertion.test(line) ? 'assertion' : 'runtime';
}
