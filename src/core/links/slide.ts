/**
 * A block that was inserted (or removed) next to equal lines can be drawn at several places: is the brace before it new, or
 * the one at its end? Git's answer reads the indentation and blank lines around both of its ends; this is the same
 * rule with git's weights (xdiff/xdiffi.c, "indent heuristic"), so that a link to a brace follows what a reader of the diff sees.
 * @param lines the text that holds the block
 * @param from first line of the block, 0-based
 * @param to the line after its last one
 * @param lowest how far its start may go down (smaller or equal `from`); `highest`: how far up in number
 * @returns the best start
 */
export function bestStart(lines: string[], from: number, to: number, lowest: number, highest: number): number {
  const size = to - from;
  let best = highest;
  let bestScore: Score | undefined;
  for (let start = lowest; start <= highest; start++) {
    const score: Score = { indent: 0, penalty: 0 };
    addSplit(lines, start, score);
    addSplit(lines, start + size, score);
    if (!bestScore || compareScores(score, bestScore) <= 0) {
      bestScore = score;
      best = start;
    }
  }
  return best;
}

interface Score {
  indent: number;
  penalty: number;
}

function compareScores(a: Score, b: Score): number {
  return 60 * Math.sign(a.indent - b.indent) + (a.penalty - b.penalty);
}

function addSplit(lines: string[], split: number, score: Score): void {
  const indent = split < lines.length ? indentOf(lines[split]) : -1;
  const [preBlank, preIndent] = nextText(lines, split - 1, -1);
  const [postBlanks, postIndent] = nextText(lines, split + 1, 1);
  if (preIndent === -1 && preBlank === 0) score.penalty += 1;
  if (split >= lines.length) score.penalty += 21;
  const postBlank = indent === -1 ? 1 + postBlanks : 0;
  const blank = preBlank + postBlank;
  score.penalty += -30 * blank + 6 * postBlank;
  const effective = indent === -1 ? postIndent : indent;
  score.indent += effective;
  if (effective === -1 || preIndent === -1 || effective === preIndent) return;
  if (effective > preIndent) score.penalty += blank ? 10 : -4;
  else if (postIndent !== -1 && postIndent > effective) score.penalty += blank ? 17 : 24;
  else score.penalty += blank ? 17 : 23;
}

/** How many blank lines follow in that direction, and the indentation of the text after them (-1 at the end). */
function nextText(lines: string[], at: number, step: number): [number, number] {
  let blanks = 0;
  for (let k = at; k >= 0 && k < lines.length; k += step) {
    const indent = indentOf(lines[k]);
    if (indent >= 0) return [blanks, indent];
    if (++blanks === 20) return [blanks, 0];
  }
  return [blanks, -1];
}

function indentOf(line = ''): number {
  let indent = 0;
  for (const letter of line) {
    if (letter === ' ') indent++;
    else if (letter === '\t') indent += 8 - (indent % 8);
    else if (letter !== '\r') return Math.min(indent, 200);
  }
  return -1;
}
