/*
 * What may be put beside the agent's settings, each only if the person wants it: one line in CLAUDE.local.md, and a command for
 * the agent. Both are plain text that asks for nothing at a session's start.
 */

/** The agent's personal memory of a folder; the agent reads it at every start. */
export const memoryFile = 'CLAUDE.local.md';

/** The command's file: the agent offers it as `/handoff-findings`. */
export const findingsCommandFile = '.claude/commands/handoff-findings.md';

/** The line that points at the documents by path: never an import (`@…`), which would load them into every session. */
export const memoryLine = (documentsFolder: string): string => `Findings of earlier sessions are kept in \`${documentsFolder}/\` (TROUBLESHOOTING.md, PROJECT_KNOWLEDGE.md and others); look there when a question is about this project's past.`;

const lineStart = 'Findings of earlier sessions are kept in `';

/**
 * CLAUDE.local.md with our line at its end; every other byte stays, and a file that did not end a line does not end one after.
 * @param text undefined where there is no file
 * @returns undefined when the line is there already
 */
export function withMemoryLine(text: string | undefined, documentsFolder: string): string | undefined {
  const line = memoryLine(documentsFolder);
  if (text === undefined) return `${line}\n`;
  if (text.split(/\r\n|[\r\n]/).includes(line)) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  if (/^\ufeff?$/.test(text)) return text + line;
  return /[\r\n]$/.test(text) ? `${text}${line}${eol}` : `${text}${eol}${line}`;
}

/**
 * CLAUDE.local.md without our line, whatever documents' folder it names.
 * @returns the text; `{ removed: true }` where the file held nothing else and was made for it; undefined when the line is not there
 */
export function withoutMemoryLine(text: string): { readonly text: string } | { readonly removed: true } | undefined {
  const lines = [...text.matchAll(/([^\r\n]*)(\r\n|[\r\n]|$)/g)];
  const found = lines.find(([, line = '']) => line.replace(/^\ufeff/, '').startsWith(lineStart) && line.includes('/` (TROUBLESHOOTING.md'));
  if (!found) return undefined;
  const [whole, line = '', eol = ''] = found;
  const mark = line.startsWith('\ufeff') ? 1 : 0;
  if (found.index === 0 && mark === 0 && whole.length === text.length && eol !== '') return { removed: true };
  // The last line of a file that did not end one brought the line end before it.
  const before = eol === '' ? text.slice(0, found.index + mark).replace(/(?:\r\n|[\r\n])$/, '') : text.slice(0, found.index + mark);
  return { text: before + text.slice(found.index + whole.length) };
}

/**
 * The command that asks the agent for its findings: one fenced block in the session format of the command line, which the panel
 * offers for review. It costs tokens, unlike everything else here. `itemIds` are the checklist's.
 */
export const findingsCommand = (itemIds: readonly string[]): string => `---
description: End with this session's findings for Session Handoff (one JSON block, no file is written)
---

Do not change any file and do not run any command. From this session alone, tell what the next one would otherwise have to find out again.

Answer with one fenced block and nothing after it. Its fence names \`session-handoff\`, and it holds JSON in this form:

\`\`\`\`markdown
\`\`\`session-handoff
{"entries": [
  {"item": "deadEnd", "text": "One sentence: what was tried and why it did not work", "detail": "What to do instead", "links": [{"path": "src/a.ts", "line": 12}]},
  {"item": "nextStep", "text": "The next step, small enough to begin with"}
]}
\`\`\`
\`\`\`\`

- \`item\` is one of: ${itemIds.join(', ')}.
- \`detail\` and \`links\` may be left out; \`path\` is relative to the project's root, \`line\` counts from 1.
- At most 12 entries, each true and particular to this project: no summary of what the diff or the commits show, no advice in general, no secrets.
- What failed and why, decisions with what was rejected, rules of the domain, errors with their cause, and where the work stands come first.
`;
