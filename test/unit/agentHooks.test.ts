import fc from 'fast-check';
import { parse as parseJson } from 'jsonc-parser';
import { describe, expect, it, vi } from 'vitest';
import { connectHooks, disconnectHooks, hookCommand, windowsHookCommand, hooksOfOurs, hooksPreview, type Connected } from '../../src/core/agentHooks.js';
import { runs } from '../propertyRuns.js';

// The machine that runs this may have much else to do.
vi.setConfig({ testTimeout: 120_000 });

const command = hookCommand("/home/o'neil/.local/share/session-handoff/session-handoff-hook");
const edited = (answer: Connected) => {
  if (answer.kind !== 'edited') throw new Error(JSON.stringify(answer));
  return answer;
};
const value = (text: string): unknown => parseJson(text.replace(/^\ufeff/, ''), [], { allowTrailingComma: true });

/** Valid JSON with comments, laid out by anybody: line ends, indentation, comments, trailing commas, a byte order mark. */
const spaces = fc.constantFrom('', ' ', '\n', '\r\n', '\t', '  // a comment\n', ' /* "hooks": [ */ ', '\n\n    ', '// c\r\n');
const scalar = fc.constantFrom('1', '"text"', 'true', 'null', '"// no comment"', '"a\\"b{"', '"sh x.sh"', '-0.5e3');
const keys = fc.constantFrom('"permissions"', '"hooks"', '"SessionStart"', '"PreCompact"', '"env"', '"matcher"', '"command"', '"a b"');
const { any } = fc.letrec<{ any: string; object: string; array: string }>((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, scalar, tie('object'), tie('array')),
  object: fc.tuple(fc.array(fc.tuple(spaces, keys, spaces, spaces, tie('any'), spaces), { maxLength: 3 }), fc.boolean(), spaces)
    .map(([members, trailing, inside]) => `{${members.map(([a, key, b, c, one, d]) => `${a}${key}${b}:${c}${one}${d}`).join(',')}${members.length > 0 && trailing ? ',' : ''}${inside}}`),
  array: fc.tuple(fc.array(fc.tuple(spaces, tie('any'), spaces), { maxLength: 3 }), fc.boolean(), spaces)
    .map(([members, trailing, inside]) => `[${members.map(([a, one, b]) => `${a}${one}${b}`).join(',')}${members.length > 0 && trailing ? ',' : ''}${inside}]`),
}));
const group = fc.tuple(spaces, spaces, fc.boolean()).map(([a, b, trailing]) => `{${a}"matcher": "startup",${b}"hooks": [{"type": "command", "command": "sh mine.sh"}]${trailing ? ',' : ''}}`);
const events = fc.tuple(fc.constantFrom('"SessionStart"', '"PreCompact"', '"Stop"'), fc.array(group, { maxLength: 2 }), spaces, fc.boolean()).map(([event, groups, space, trailing]) => `${event}: [${groups.join(`,${space}`)}${groups.length > 0 && trailing ? ',' : ''}${space}]`);
const settings = fc.oneof(
  fc.tuple(fc.constantFrom('', '\ufeff'), spaces, any, spaces).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('', '\ufeff'), spaces, fc.uniqueArray(events, { maxLength: 3, selector: (text) => text.slice(0, 6) }), spaces, fc.boolean(), spaces)
    .map(([bom, a, all, b, trailing, c]) => `${bom}${a}{"permissions": {},${b}"hooks": {${all.join(`,${b}`)}${all.length > 0 && trailing ? ',' : ''}${a}}${c}}${b}`),
  fc.tuple(fc.constantFrom('', '\ufeff'), fc.array(spaces, { maxLength: 3 })).map(([bom, all]) => bom + all.join('')),
);

describe('connecting an agent', () => {
  it('makes a settings file that holds just our hooks, and disconnecting takes the file away', () => {
    const { text, record } = edited(connectHooks(undefined, command));
    expect(JSON.parse(text)).toEqual({ hooks: {
      SessionStart: [{ matcher: 'startup|clear|compact', hooks: [{ type: 'command', command, timeout: 10 }] }],
      PreCompact: [{ matcher: 'manual|auto', hooks: [{ type: 'command', command, timeout: 10 }] }],
    } });
    expect(text).toBe(`${hooksPreview(command)}\n`);
    expect(disconnectHooks(text, record)).toEqual({ kind: 'edited', text: undefined });
  });

  it('reads well in a file that has hooks of others', () => {
    const before = '{\n\t// mine\n\t"hooks": {\n\t\t"SessionStart": [\n\t\t\t{ "matcher": "startup", "hooks": [{ "type": "command", "command": "sh mine.sh" }] }, // keep\n\t\t],\n\t},\n}\n';
    const { text } = edited(connectHooks(before, 'x session-handoff-hook'));
    expect(text).toBe(`{
\t// mine
\t"hooks": {
\t\t"SessionStart": [
\t\t\t{ "matcher": "startup", "hooks": [{ "type": "command", "command": "sh mine.sh" }] },
\t\t\t{
\t\t\t\t"matcher": "startup|clear|compact",
\t\t\t\t"hooks": [
\t\t\t\t\t{
\t\t\t\t\t\t"type": "command",
\t\t\t\t\t\t"command": "x session-handoff-hook",
\t\t\t\t\t\t"timeout": 10
\t\t\t\t\t}
\t\t\t\t]
\t\t\t}, // keep
\t\t],
\t\t"PreCompact": [
\t\t\t{
\t\t\t\t"matcher": "manual|auto",
\t\t\t\t"hooks": [
\t\t\t\t\t{
\t\t\t\t\t\t"type": "command",
\t\t\t\t\t\t"command": "x session-handoff-hook",
\t\t\t\t\t\t"timeout": 10
\t\t\t\t\t}
\t\t\t\t]
\t\t\t}
\t\t],
\t},
}
`);
  });

  it('is undone to the byte for any valid file, which keeps all that it held meanwhile', () => {
    fc.assert(fc.property(settings, (before) => {
      const answer = connectHooks(before, command);
      if (answer.kind === 'refused') {
        expect(answer.reason).toMatch(/^It |^Its /);
        return;
      }
      const { text, record } = edited(answer);
      expect(hooksOfOurs(text).map(({ event }) => event).sort()).toEqual(['PreCompact', 'SessionStart']);
      expect(connectHooks(text, command, record)).toEqual({ kind: 'unchanged' });
      expect(disconnectHooks(text, record)).toEqual({ kind: 'edited', text: before });
      let at = 0;
      for (const character of before) {
        at = text.indexOf(character, at) + 1;
        expect(at).toBeGreaterThan(0);
      }
    }), { numRuns: runs(1_000) });
  });

  it('is undone also where it is not known what was added: others\' values and comments stay', () => {
    const comments = (text: string) => (text.match(/\/\/ a comment|\/\* "hooks": \[ \*\/|\/\/ c(?=[\r\n])/g) ?? []).sort();
    fc.assert(fc.property(settings, (before) => {
      const answer = connectHooks(before, command);
      if (answer.kind !== 'edited') return;
      const without = disconnectHooks(answer.text);
      if (without.kind !== 'edited' || without.text === undefined) throw new Error(without.kind);
      expect(hooksOfOurs(without.text)).toEqual([]);
      expect(comments(without.text)).toEqual(comments(before));
      const pruned = (one: unknown): unknown => {
        if (typeof one !== 'object' || one === null || !('hooks' in one) || typeof one.hooks !== 'object' || one.hooks === null || Array.isArray(one.hooks)) return one ?? {};
        const { hooks, ...rest } = one;
        const left = Object.fromEntries(Object.entries(hooks).filter(([event, groups]) => !(['SessionStart', 'PreCompact'].includes(event) && Array.isArray(groups) && groups.length === 0)));
        return Object.keys(left).length > 0 ? { ...rest, hooks: left } : rest;
      };
      expect(pruned(value(without.text))).toEqual(pruned(value(before)));
    }), { numRuns: runs(1_000) });
  });

  it('is undone without what was edited in the file since', () => {
    const { text, record } = edited(connectHooks('{"permissions": {"allow": []}}', command));
    const since = text.replace('"allow": []', '"allow": ["Bash(ls)"]');
    expect(disconnectHooks(since, record)).toEqual({ kind: 'edited', text: '{"permissions": {"allow": ["Bash(ls)"]}}' });
    const made = edited(connectHooks(undefined, command));
    expect(disconnectHooks(made.text.replace(/\n\}\n$/, ',\n  "env": {}\n}\n'), made.record)).toEqual({ kind: 'edited', text: '{\n  "env": {}\n}\n' });
  });

  it('takes the place of older hooks of ours and of no others', () => {
    const old = "sh '/old/session-handoff-hook'";
    const other = '{"hooks": [{"type": "command", "command": "npx session-handoff hook"}]}';
    const before = `{"hooks": {"SessionStart": [${other}], "Stop": [{"hooks": [{"type": "command", "command": ${JSON.stringify(old)}}, {"type": "command", "command": "mine"}]}]}}`;
    const { text } = edited(connectHooks(edited(connectHooks(before, old)).text, command));
    expect(hooksOfOurs(text).every((hook) => hook.command === command)).toBe(true);
    expect(text).toContain(other);
    expect(text).toContain('{"type": "command", "command": "mine"}');
    expect(text).not.toContain('/old/');
  });

  it.each([['{"a": }'], ['{'], ['{"a": 1} x'], ['[]'], ['7'], ['"text"'], ['{"hooks": []}'], ['{"hooks": {"SessionStart": {}}}'], ['{"hooks": null}'], ['{'.repeat(100_000)]])('leaves %.20s alone and says why', (text) => {
    const answer = connectHooks(text, command);
    expect(answer.kind).toBe('refused');
    expect(answer.kind === 'refused' ? answer.reason : '').toMatch(/^Its? .*\. Correct it and try again\.$/);
  });

  it('disconnecting changes nothing where nothing is ours, and no file that it cannot read', () => {
    expect(disconnectHooks('{"hooks": {"Stop": []}}')).toEqual({ kind: 'unchanged' });
    expect(disconnectHooks('{"hooks": ')).toMatchObject({ kind: 'refused' });
  });
});

describe('the command for Windows', () => {
  it('is a comment for PowerShell up to its own part, which names the batch file as one word and hands the event on', () => {
    const command = windowsHookCommand("C:/Users/O'Neil ’s & Co/AppData/Local/session-handoff/Data/session-handoff-hook");
    const [shells = '', powershell = '', ...more] = command.split('#>');
    expect(more).toEqual([]);
    expect(shells.startsWith('echo `# <#` ')).toBe(true);
    expect(shells).toContain("sh 'C:/Users/O'\\''Neil ’s & Co/AppData/Local/session-handoff/Data/session-handoff-hook'");
    const batch = "'C:/Users/O''Neil ’’s & Co/AppData/Local/session-handoff/Data/session-handoff-hook.cmd'";
    expect(powershell).toMatch(/^ \| Out-Null; if \(Test-Path -LiteralPath '.*; exit 0$/);
    expect(powershell.split(batch)).toHaveLength(3);
    expect(powershell).toContain(`$input | & ${batch}`);
    expect(command).not.toMatch(/["\r\n]/);
  });
});
