/** A stretch of a text: plain, or the content of a code span. */
export interface Segment {
  readonly code: boolean;
  readonly text: string;
}

const ticks = /`+/g;

/**
 * A text cut at its code spans by CommonMark's rule (section 6.1): a run of backticks opens a span that the next run of the
 * same length closes; a run that nothing closes is plain text. One space on both sides of the content is taken off, so that
 * a span may begin or end with a backtick. Empty stretches are left out.
 */
export function segmentsOf(text: string): Segment[] {
  const runs = [...text.matchAll(ticks)].map((run) => ({ at: run.index, length: run[0].length }));
  // The last run of each length: without it a text of many different runs would be searched to its end for every one.
  const last = new Map(runs.map((run, index) => [run.length, index]));
  const segments: Segment[] = [];
  const push = (code: boolean, part: string) => { if (part !== '') segments.push({ code, text: part }); };
  let plainFrom = 0;
  for (let open = 0; open < runs.length; open += 1) {
    const opening = runs[open];
    if (!opening || (last.get(opening.length) ?? -1) <= open) continue;
    let close = open + 1;
    while (runs[close] && runs[close]?.length !== opening.length) close += 1;
    const closing = runs[close];
    if (!closing) continue;
    push(false, text.slice(plainFrom, opening.at));
    const content = text.slice(opening.at + opening.length, closing.at).replaceAll('\n', ' ');
    const padded = content.startsWith(' ') && content.endsWith(' ') && content.trim() !== '';
    push(true, padded ? content.slice(1, -1) : content);
    plainFrom = closing.at + closing.length;
    open = close;
  }
  push(false, text.slice(plainFrom));
  return segments;
}
