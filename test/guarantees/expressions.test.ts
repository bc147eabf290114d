import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { isSmall, promise, root } from './promise.js';

interface Expression { readonly place: string; readonly source: string; readonly flags: string }

/** Every regular expression that is written in the product. */
function expressions(): Expression[] {
  const found: Expression[] = [];
  for (const folder of ['src', 'webview']) {
    for (const name of readdirSync(join(root, folder), { recursive: true }).map(String).filter((path) => path.endsWith('.ts')).sort()) {
      const source = ts.createSourceFile(name, readFileSync(join(root, folder, name), 'utf8'), ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
          const end = node.text.lastIndexOf('/');
          found.push({ place: `${folder}/${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }
  return found;
}

/** At this length a cubic expression takes seconds, a quadratic one milliseconds; an exponential one never ends. */
const length = 1_500;
const tooSlow = 400;

promise('regular expressions: no catastrophic backtracking', async (proof) => {
  const all = expressions();
  const file = join(temporaryFolder('expressions'), 'expressions.json');
  const slowest: { place: string; source: string; time: number; piece: string }[] = [];
  for (let rest = all; rest.length > 0;) {
    writeFileSync(file, JSON.stringify(rest));
    const child = spawn(process.execPath, [join(root, 'test/guarantees/pumpedExpressions.mjs'), file, String(length), ...(isSmall ? ['few'] : [])], { stdio: ['ignore', 'pipe', 'inherit'] });
    let at = 0;
    // So long a silence, even on a busy machine, is an expression that does not end.
    let watch = setTimeout(() => child.kill('SIGKILL'), 90_000);
    for await (const line of createInterface({ input: child.stdout })) {
      clearTimeout(watch);
      watch = setTimeout(() => child.kill('SIGKILL'), 90_000);
      if (line.startsWith('at ')) at = Number(line.slice(3));
      else { slowest.push(JSON.parse(line)); proof.tried(); }
    }
    clearTimeout(watch);
    if (child.signalCode === null && slowest.at(-1)?.place === rest.at(-1)?.place) break;
    proof.holds(false, `${rest[at]?.place ?? '?'} does not end: /${rest[at]?.source ?? ''}/`);
    rest = rest.slice(at + 1);
  }
  for (const { place, source, time, piece } of slowest) if (time > tooSlow) proof.broken(`${place} takes ${time.toFixed(0)} ms over ${length} characters of ${JSON.stringify(piece)}: /${source}/`);
  slowest.sort((one, other) => other.time - one.time);
  proof.note(`slowest ${slowest[0]?.time.toFixed(0) ?? '?'} ms of the processor over ${length.toLocaleString('en')} characters (${slowest[0]?.place ?? ''})`);
});
