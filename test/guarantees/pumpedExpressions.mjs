// Runs every regular expression of a JSON file over texts that repeat one thing, and prints a JSON line with the worst time of
// the processor for each; the line before says which one it is at, for whoever has to end it.
//   node pumpedExpressions.mjs FILE LENGTH [few]    few: fewer texts for each
import { readFileSync } from 'node:fs';
import fc from 'fast-check';

const [file = '', length = '1500', few = ''] = process.argv.slice(2);
const long = Number(length);
/** @type {{ place: string, source: string, flags: string }[]} */
const expressions = JSON.parse(readFileSync(file, 'utf8'));

/** What an expression is about to meet: its own characters and words, one of each class, and what no class holds. @param {string} source */
function piecesOf(source) {
  const own = source.replace(/\\[dDwWsSbB]|\\[pP]\{[^}]*\}|\\u\{?[0-9a-fA-F]+\}?|\\x[0-9a-fA-F]{2}|\\[nrtfv0]/g, ' ').replace(/\\(.)/g, '$1');
  const words = source.match(/[A-Za-z]{2,}/g) ?? [];
  const pairs = own.match(/[^\w\s]{2}/g) ?? [];
  return [...new Set([...own, ...words.slice(0, 12), ...pairs.slice(0, 12), 'a', 'A', '0', '_', '-', '.', ' ', '\t', '\n', '\r\n', '/', '"', '\\', 'é', 'a ', ' a', 'a.', '0.', '- ', ', ', '{}', '()', '\\"'])].slice(0, few ? 24 : 90);
}

/** Texts that the expression matches, with a piece of them repeated: what comes before leads into the part that may backtrack. @param {RegExp} expression */
function* pumped(expression) {
  /** @type {string[]} */
  let samples = [];
  // Lookarounds, word borders and back references are not generated: then only the repeated pieces are tried.
  try { samples = fc.sample(fc.stringMatching(expression), { numRuns: few ? 1 : 6, seed: 7 }); } catch { return; }
  for (const sample of samples) {
    const text = sample.slice(0, 60);
    for (let from = 0; from < text.length; from += Math.ceil(text.length / 12)) {
      for (const size of [1, 2]) {
        const piece = text.slice(from, from + size);
        yield { piece: sample, text: text.slice(0, from) + piece.repeat(Math.ceil(long / piece.length)) };
      }
    }
  }
}

for (const [index, { place, source, flags }] of expressions.entries()) {
  process.stdout.write(`at ${index}\n`);
  const expression = new RegExp(source, flags.replace('y', ''));
  let worst = { time: 0, piece: '' };
  const texts = [...piecesOf(source).map((piece) => ({ piece, text: piece.repeat(Math.ceil(long / piece.length)) })), ...pumped(new RegExp(source, flags.replace(/[gyd]/g, '')))];
  for (const { piece, text } of texts) {
    for (const tried of few ? [`${text}\u0000`] : [text, `${text}\u0000`, `\u0000${text}\u0000`, `x${text}\n!`]) {
      const before = process.cpuUsage();
      expression.lastIndex = 0;
      tried.replace(expression, '');
      const time = process.cpuUsage(before).user / 1000;
      if (time > worst.time) worst = { time, piece };
    }
  }
  process.stdout.write(`${JSON.stringify({ place, source, ...worst })}\n`);
}
