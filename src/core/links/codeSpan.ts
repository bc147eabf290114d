/**
 * Text as an inline code span (CommonMark 6.1): the fence is longer than any run of backticks inside, and a space pads
 * what begins or ends with one, or would lose its own spaces.
 * @param text one line, not empty
 */
export function codeSpan(text: string): string {
  const runs = new Set((text.match(/`+/g) ?? []).map(({ length }) => length));
  let length = 1;
  while (runs.has(length)) length++;
  const fence = '`'.repeat(length);
  const padded = text.startsWith('`') || text.endsWith('`') || (text.startsWith(' ') && text.endsWith(' ') && text.trim() !== '') ? ` ${text} ` : text;
  return fence + padded + fence;
}
