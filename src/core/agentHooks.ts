import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';

/** What every command of ours names: the launcher in the per-user folder. Other people's hooks do not, and are never touched. */
const ourMark = 'session-handoff-hook';

/** The hooks that are added: at which event, for which of its kinds (facts, claude-code §3). */
export const ourHooks = [
  { event: 'SessionStart', matcher: 'startup|clear|compact' },
  { event: 'PreCompact', matcher: 'manual|auto' },
] as const;

/** Seconds after which the agent stops waiting for the hook, should it hang. It ends by itself within one. */
const timeout = 10;

/** What was put into a settings file, so that exactly that can be taken out again. Kept in per-user state. */
export interface HookRecord {
  /** The exact texts, in no order. */
  readonly insertions: readonly string[];
  /** There was no file before. */
  readonly created: boolean;
}

/** A settings file with our hooks in it; or why it is left alone, in one plain sentence. */
export type Connected =
  | { readonly kind: 'edited'; readonly text: string; readonly record: HookRecord }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string };

/** A settings file without our hooks; `text` undefined: the file goes as it came. */
export type Disconnected =
  | { readonly kind: 'edited'; readonly text: string | undefined }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * The command of a hook on Linux and macOS: silent and successful also where the launcher is not there (another container), since the settings
 * file goes along with the folder. Claude Code runs it in `sh`.
 * @param launcher absolute
 */
export function hookCommand(launcher: string): string {
  const quoted = `'${launcher.replaceAll("'", "'\\''")}'`;
  return `if [ -f ${quoted} ]; then sh ${quoted}; fi`;
}

/**
 * The command of a hook on Windows, which two shells read: Claude Code runs it in Git Bash, or in PowerShell where there is none
 * (code.claude.com/docs/en/hooks, "Exec form and shell form"); and in WSL, where the launcher is missing, in `sh`. For PowerShell what
 * is meant for the others is a comment, and they leave before they come to its part. PowerShell takes standard input for itself: it is handed
 * on, in UTF-8.
 * @param launcher absolute, with forward slashes; with `.cmd` behind it the one for Windows' own command processor
 */
export function windowsHookCommand(launcher: string): string {
  // PowerShell ends a string at typographic quotes as well (about_Quoting_Rules).
  const batch = `'${`${launcher}.cmd`.replace(/['‘’‚‛]/g, '$&$&')}'`;
  return `echo \`# <#\` >/dev/null; ${hookCommand(launcher)}; exit 0; #> | Out-Null; `
    + `if (Test-Path -LiteralPath ${batch}) { try { $OutputEncoding = [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false } catch {}; $input | & ${batch} }; exit 0`;
}

const groupOf = (matcher: string, command: string) => ({ matcher, hooks: [{ type: 'command', command, timeout }] });

/** What is added to a settings file with nothing in it, to be shown before it is. */
export const hooksPreview = (command: string): string => JSON.stringify({ hooks: Object.fromEntries(ourHooks.map(({ event, matcher }) => [event, [groupOf(matcher, command)]])) }, null, 2);

interface Parsed {
  /** Undefined: the file holds nothing, or only comments. */
  readonly root: Node | undefined;
}

function parse(text: string): Parsed | { readonly reason: string } {
  const errors: ParseError[] = [];
  // A byte order mark is white space here, so that offsets stay.
  const body = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  try {
    const root = parseTree(body, errors, { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true });
    const [first] = errors;
    if (first) {
      const before = body.slice(0, first.offset).split(/\r\n|[\r\n]/);
      return { reason: `It is not valid JSON (line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${printParseErrorCode(first.error)}). Correct it and try again.` };
    }
    if (root && root.type !== 'object') return { reason: 'It holds no JSON object, so nothing can be added to it. Correct it and try again.' };
    return { root };
  } catch {
    return { reason: 'It is nested too deeply to be read. Correct it and try again.' };
  }
}

/** The last property of a name: the one that counts where a name stands twice. */
const propertyOf = (object: Node | undefined, name: string): Node | undefined => (object?.children ?? []).findLast((property) => property.children?.[0]?.value === name);
const valueOf = (object: Node | undefined, name: string): Node | undefined => propertyOf(object, name)?.children?.[1];
const endOf = (node: Node): number => node.offset + node.length;

/** Whether a hook runs our launcher. */
const isOurs = (hook: Node): boolean => {
  const command: unknown = hook.type === 'object' ? valueOf(hook, 'command')?.value : undefined;
  return typeof command === 'string' && command.includes(ourMark);
};

/** Every hook of ours in a settings text, with its event and matcher; empty for a text that cannot be read. */
export function hooksOfOurs(text: string): readonly { readonly event: string; readonly matcher: string; readonly command: string }[] {
  const parsed = parse(text);
  if ('reason' in parsed) return [];
  return (valueOf(parsed.root, 'hooks')?.children ?? []).flatMap((property) => {
    const event: unknown = property.children?.[0]?.value;
    return (property.children?.[1]?.children ?? []).flatMap((group) => (valueOf(group, 'hooks')?.children ?? []).filter(isOurs).map((hook) => ({ event: String(event), matcher: String(valueOf(group, 'matcher')?.value ?? ''), command: String(valueOf(hook, 'command')?.value) })));
  });
}

/** How the file is indented and how its lines end. */
function layoutOf(text: string): { readonly unit: string; readonly eol: string } {
  return { unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ', eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n' };
}

/** A value as JSON, its lines behind the first indented by a depth. */
const rendered = (value: unknown, depth: number, { unit, eol }: ReturnType<typeof layoutOf>): string => JSON.stringify(value, null, unit).split('\n').join(eol + unit.repeat(depth));

interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/** Puts members behind the last one of an object or array; whatever follows that one (a comma, comments) then follows ours. */
function insertion(source: string, container: Node, members: readonly string[], depth: number): Insertion {
  const layout = layoutOf(source);
  const [inner, outer] = [layout.eol + layout.unit.repeat(depth), layout.eol + layout.unit.repeat(depth - 1)];
  const last = container.children?.at(-1);
  const all = members.join(`,${inner}`);
  if (last) return { offset: endOf(last), text: `,${inner}${all}` };
  const isOneLine = !/[\r\n]/.test(source.slice(container.offset, endOf(container)));
  return { offset: container.offset + 1, text: `${inner}${all}${isOneLine ? outer : ''}` };
}

/**
 * Adds our hooks to a `settings.local.json`. Every other byte of it stays; hooks of ours that run another launcher are replaced.
 * @param text undefined where there is no file
 * @param command as `hookCommand` gives it
 * @param old what was kept when hooks were added last
 */
export function connectHooks(text: string | undefined, command: string, old?: HookRecord): Connected {
  if (text === undefined) {
    const created = `${hooksPreview(command)}\n`;
    return { kind: 'edited', text: created, record: { insertions: [created], created: true } };
  }
  const present = hooksOfOurs(text);
  if (present.length === ourHooks.length && ourHooks.every(({ event, matcher }) => present.some((one) => one.event === event && one.matcher === matcher && one.command === command))) return { kind: 'unchanged' };
  if (present.length > 0) {
    const without = disconnectHooks(text, old);
    if (without.kind === 'refused') return without;
    if (without.kind === 'edited') return connectHooks(without.text, command);
  }
  const parsed = parse(text);
  if ('reason' in parsed) return { kind: 'refused', reason: parsed.reason };
  const insertions = insertionsFor(text, parsed.root, command);
  if (typeof insertions === 'string') return { kind: 'refused', reason: insertions };
  let edited = text;
  for (const { offset, text: added } of insertions.toSorted((one, other) => other.offset - one.offset)) edited = edited.slice(0, offset) + added + edited.slice(offset);
  return { kind: 'edited', text: edited, record: { insertions: insertions.map((one) => one.text), created: false } };
}

/** What is put where; a sentence where the file has no place for it. */
function insertionsFor(text: string, root: Node | undefined, command: string): readonly Insertion[] | string {
  const layout = layoutOf(text);
  if (!root) {
    // Nothing or only comments: the object comes behind them, on a line of its own.
    const eol = /[^\r\n\ufeff]$/.test(text) ? layout.eol : '';
    return [{ offset: text.length, text: `${eol}${hooksPreview(command).replaceAll('\n', layout.eol)}${layout.eol}` }];
  }
  const hooks = valueOf(root, 'hooks');
  const property = (event: string, matcher: string, depth: number): string => `${JSON.stringify(event)}: ${rendered([groupOf(matcher, command)], depth, layout)}`;
  if (!hooks) {
    const all = Object.fromEntries(ourHooks.map(({ event, matcher }) => [event, [groupOf(matcher, command)]]));
    return [insertion(text, root, [`"hooks": ${rendered(all, 1, layout)}`], 1)];
  }
  if (hooks.type !== 'object') return 'Its "hooks" are no JSON object, so nothing can be added to them. Correct it and try again.';
  const missing = ourHooks.filter(({ event }) => propertyOf(hooks, event) === undefined);
  const insertions: Insertion[] = missing.length > 0 ? [insertion(text, hooks, missing.map(({ event, matcher }) => property(event, matcher, 2)), 2)] : [];
  for (const { event, matcher } of ourHooks) {
    const groups = valueOf(hooks, event);
    if (!groups) continue;
    if (groups.type !== 'array') return `Its "hooks" hold a "${event}" that is no list, so nothing can be added to it. Correct it and try again.`;
    insertions.push(insertion(text, groups, [rendered(groupOf(matcher, command), 3, layout)], 3));
  }
  return insertions;
}

/**
 * Takes our hooks out of a settings file. Where what was put in stands there unchanged, the file is to the byte what it was,
 * whatever else was edited in it since; else the hooks and what would be left empty around them go, and every other byte stays.
 * @param record what `connectHooks` gave; absent where it is not known (another machine)
 */
export function disconnectHooks(text: string, record?: HookRecord): Disconnected {
  const parsed = parse(text);
  if ('reason' in parsed) return { kind: 'refused', reason: parsed.reason };
  if (hooksOfOurs(text).length === 0) return { kind: 'unchanged' };
  if (record) {
    if (record.created && record.insertions.length === 1 && record.insertions[0] === text) return { kind: 'edited', text: undefined };
    let without: string | undefined = text;
    for (const added of record.insertions) {
      const at: number = without?.indexOf(added) ?? -1;
      without = without === undefined || at < 0 || without.includes(added, at + 1) ? undefined : without.slice(0, at) + without.slice(at + added.length);
    }
    if (without !== undefined && !('reason' in parse(without)) && hooksOfOurs(without).length === 0) return { kind: 'edited', text: without };
  }
  let left = text;
  for (let next: string | undefined = left; next !== undefined; next = withoutOne(left)) left = next;
  const isEmpty = record?.created === true && /^\ufeff?\s*\{\s*\}\s*$/.test(left);
  return { kind: 'edited', text: isEmpty ? undefined : left };
}

/** The text without the first hook of ours, and without what is empty once it is gone; undefined when there is none left. */
function withoutOne(text: string): string | undefined {
  const parsed = parse(text);
  if ('reason' in parsed) return undefined;
  const hooks = propertyOf(parsed.root, 'hooks');
  for (const event of hooks?.children?.[1]?.children ?? []) {
    for (const group of event.children?.[1]?.children ?? []) {
      for (const hook of valueOf(group, 'hooks')?.children ?? []) {
        if (!isOurs(hook)) continue;
        // From the hook outwards: what holds nothing but this goes with it.
        let goes: Node = hook;
        for (const outer of [group, event, hooks]) {
          const members = goes.parent?.children ?? [];
          if (members.length !== 1 || !outer || uncoversAnother(outer) || hasComment(text.slice(outer.offset, goes.offset)) || hasComment(text.slice(endOf(goes), endOf(outer)))) break;
          goes = outer;
        }
        return withoutMember(text, goes);
      }
    }
  }
  return undefined;
}

/** Of a name that stands twice the last counts: without that the first would. */
function uncoversAnother(node: Node): boolean {
  const name: unknown = node.type === 'property' ? node.children?.[0]?.value : undefined;
  return name !== undefined && (node.parent?.children ?? []).some((other) => other !== node && other.children?.[0]?.value === name);
}

const onlySpace = (text: string): boolean => /^\s*$/.test(text);

/** jsonc-parser's SyntaxKind of comments and of the end; its enumeration is a constant one that is not there at run time. */
const [lineComment, blockComment, endOfText] = [12, 13, 17];

/** Whether a stretch of the text that begins and ends between tokens holds a comment: nobody's goes. */
function hasComment(stretch: string): boolean {
  const scanner = createScanner(stretch, false);
  for (let token: number = scanner.scan(); token !== endOfText; token = scanner.scan()) if (token === lineComment || token === blockComment) return true;
  return false;
}

/** Where the comma between two members stands, outside of comments; -1 if there is none. */
function commaIn(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (text.startsWith('//', at)) at = text.slice(at, to).search(/[\r\n]/) < 0 ? to : at + text.slice(at, to).search(/[\r\n]/);
    else if (text.startsWith('/*', at)) at = text.indexOf('*/', at + 2) + 1;
    else if (text[at] === ',') return at;
  }
  return -1;
}

/** The text without a member of an object or array, with the comma and the white space that belong to it; comments stay. */
function withoutMember(text: string, member: Node): string {
  const container = member.parent;
  const members = container?.children ?? [];
  const index = members.indexOf(member);
  const [previous, next] = [members[index - 1], members[index + 1]];
  let { offset } = member;
  const start = previous ? endOf(previous) : (container?.offset ?? 0) + 1;
  while (offset > start && /\s/.test(text[offset - 1] ?? '')) offset--;
  if (previous) {
    const comma = commaIn(text, start, member.offset);
    const between = text.slice(comma + 1, lineKept(text, offset, member.offset));
    return text.slice(0, comma) + (onlySpace(between) ? '' : between) + text.slice(endOf(member));
  }
  if (next) {
    const comma = commaIn(text, endOf(member), next.offset);
    return text.slice(0, member.offset) + text.slice(comma + 1).replace(/^[ \t]*(?:\r\n|[\r\n])?[ \t]*/, '');
  }
  const trailing = commaIn(text, endOf(member), container ? endOf(container) - 1 : text.length);
  const rest = trailing < 0 ? text.slice(endOf(member)) : text.slice(endOf(member), trailing) + text.slice(trailing + 1);
  const emptied = text.slice(0, lineKept(text, offset, member.offset)) + rest;
  const [open, close] = container?.type === 'array' ? ['[', ']'] : ['{', '}'];
  const at = container?.offset ?? 0;
  // An object that holds nothing any more is written without the line that held it.
  const inside = emptied.slice(at + 1, emptied.indexOf(close, at + 1));
  return emptied[at] === open && onlySpace(inside) ? emptied.slice(0, at + 1) + emptied.slice(at + 1 + inside.length) : emptied;
}

/** Where a cut may begin that would swallow the end of a line comment's line. */
function lineKept(text: string, offset: number, until: number): number {
  const line = text.slice(Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1, offset);
  if (!line.includes('//')) return offset;
  const ends = /^(?:\r\n|[\r\n])/.exec(text.slice(offset, until));
  return offset + (ends?.[0].length ?? 0);
}
