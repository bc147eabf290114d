/** One assignment of a git configuration file. */
export interface GitConfigValue {
  /** Lower case. */
  readonly section: string;
  /** As it is written; absent where the heading has none. */
  readonly subsection?: string;
  /** Lower case. */
  readonly key: string;
  readonly value: string;
}

/**
 * Reads a git configuration file (git-config, "Syntax"): headings with subsections, continued lines, quotes, escapes and comments.
 * What git would refuse is read as far as it can be; nothing is thrown.
 */
export function parseGitConfig(text: string): readonly GitConfigValue[] {
  const values: GitConfigValue[] = [];
  let section = '';
  let subsection: string | undefined;
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    let rest = (lines[index] ?? '').trimStart();
    const heading = /^\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*/.exec(rest);
    if (heading) {
      section = (heading[1] ?? '').toLowerCase();
      subsection = heading[2]?.replace(/\\(.)/g, '$1');
      rest = rest.slice(heading[0].length);
    }
    const name = /^([A-Za-z][A-Za-z0-9-]*)\s*(=\s*)?/.exec(rest);
    if (!name) continue;
    let value = '';
    if (name[2] === undefined) value = 'true';
    else {
      let raw = rest.slice(name[0].length);
      // A backslash at the end of a line continues it.
      while (/(?:^|[^\\])(?:\\\\)*\\$/.test(raw) && index + 1 < lines.length) raw = raw.slice(0, -1) + (lines[++index] ?? '');
      value = readValue(raw);
    }
    values.push({ section, ...(subsection !== undefined && { subsection }), key: (name[1] ?? '').toLowerCase(), value });
  }
  return values;
}

/** A value without its quotes and its comment, escapes undone, white space at its end taken off. */
function readValue(raw: string): string {
  let value = '';
  let kept = 0;
  let isQuoted = false;
  for (let at = 0; at < raw.length; at++) {
    const character = raw.charAt(at);
    if (character === '"') {
      isQuoted = !isQuoted;
      kept = value.length;
    } else if (character === '\\') {
      const next = raw.charAt(++at);
      value += { n: '\n', t: '\t', b: '\b' }[next] ?? next;
      kept = value.length;
    } else if (!isQuoted && (character === '#' || character === ';')) break;
    else {
      value += character;
      if (isQuoted || !/\s/.test(character)) kept = value.length;
    }
  }
  return value.slice(0, kept);
}
