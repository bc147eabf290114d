import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { anyDocument, anyText, fragments, parses } from '../unit/documents/markdownTree.js';
import { checkJoining, checkNewSection, checkScanned, checkSecondWrite, checkTyped } from '../unit/documents/writingChecks.js';
import { count, promise, root, said } from './promise.js';

/**
 * Real Markdown, whatever it is like: what the installed packages bring along (several hundred files by as many authors, so that
 * none has to be copied into this repository), and a folder of the person's own, named by GUARANTEES_CORPUS.
 */
function* realMarkdown(): Generator<string> {
  const own = process.env['GUARANTEES_CORPUS'];
  for (const folder of [join(root, 'node_modules'), ...(own && existsSync(own) ? [own] : [])]) {
    for (const name of readdirSync(folder, { recursive: true }).map(String).filter((path) => /\.(?:md|markdown)$/i.test(path)).sort()) {
      const path = join(folder, name);
      if (statSync(path).isFile() && statSync(path).size < 400_000) yield readFileSync(path, 'utf8');
    }
  }
}

/** Parts of a text that are small enough to be tried often, cut at line starts. */
function partsOf(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  const parts: string[] = [];
  for (let from = 0; from < lines.length; from += 25) parts.push(lines.slice(from, from + 40).join('').slice(0, 3_000));
  return parts.filter((part) => part.trim() !== '').slice(0, 12);
}

/** A real text after what happens to texts: cut off, lines lost, doubled or moved, other line ends, something typed anywhere. */
const mutated = (texts: readonly string[]) => fc.tuple(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(6), fc.nat(), fc.nat(), fc.constantFrom(...fragments)), { maxLength: 4 })).map(([text, changes]) => {
  let result = text;
  for (const [kind, one, other, piece] of changes) {
    const at = one % (result.length + 1);
    const lines = result.split('\n');
    const line = other % lines.length;
    if (kind === 0) result = result.slice(0, at);
    else if (kind === 1) result = result.slice(at);
    else if (kind === 2) result = result.slice(0, at) + piece + result.slice(at);
    else if (kind === 3) result = result.replaceAll('\n', other % 2 === 0 ? '\r\n' : '\r');
    else if (kind === 4) result = lines.toSpliced(line, 1).join('\n');
    else if (kind === 5) result = lines.toSpliced(one % lines.length, 0, lines[line] ?? '', piece).join('\n');
    else result = lines.toSpliced(line, 0, '## Session: 2026-11-22', '', '### Fixed', '').join('\n');
  }
  return result;
});

const items = fc.array(fc.tuple(fc.constantFrom('bug', 'endpoint', 'nextStep', 'restartCommand', 'decision'), anyText, anyText), { maxLength: 4 });

promise('documents: any text, and anything typed', async (proof) => {
  const cases = count(14_000, 130);
  const tries: [string, fc.IProperty<never>][] = [];
  const add = <T>(what: string, arbitrary: fc.Arbitrary<T>, check: (value: T) => void) => tries.push([what, fc.property(arbitrary, (value) => { proof.tried(); check(value); }) as unknown as fc.IProperty<never>]);
  add('a section of a new date', anyDocument.filter(parses), checkNewSection);
  add('entries that join what is there', anyDocument.filter(parses), checkJoining);
  add('the line scanner', anyDocument.filter(parses), checkScanned);
  add('typed text', fc.tuple(anyText, anyText, fc.constantFrom('', 'intro\n\n[a]: /u\n[word]: /w "t"\n\n[^1]: foot\n')), ([text, detail, before]) => { checkTyped(text, detail, before); });
  add('a second Write', items, checkSecondWrite);
  for (const [what, property] of tries) {
    try { fc.assert(property, { numRuns: cases }); } catch (error) { proof.broken(`${what}: ${said(error)}`); }
    await new Promise((done) => setImmediate(done));
  }
});

promise('documents: real Markdown, mutated', (proof) => {
  const texts = [...realMarkdown()].flatMap(partsOf);
  const cases = count(16_000, 150);
  const check = (what: string, run: (text: string) => void) => {
    try {
      fc.assert(fc.property(mutated(texts).filter(parses), (text) => { proof.tried(); run(text); }), { numRuns: cases });
    } catch (error) {
      proof.broken(`${what}: ${said(error)}`);
    }
  };
  check('a section of a new date', checkNewSection);
  check('entries that join what is there', checkJoining);
  check('the line scanner', checkScanned);
  proof.note(`${texts.length.toLocaleString('en')} parts of real files`);
});
