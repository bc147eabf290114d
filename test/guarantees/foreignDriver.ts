import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Another program (an agent, an editor) that keeps adding lines of its own to one file, and says which of them somebody else's
 * write took away.
 *   node foreignDriver.cjs FILE HOW MILLISECONDS-BETWEEN    HOW: append (in place), rename (replace), truncate (and write anew)
 */
// Whoever started it is gone.
process.stdin.on('end', () => process.exit(1)).resume();
(process.stdin as Partial<Socket>).unref?.();

async function main(): Promise<void> {
  const [file = '', how = '', between = '1'] = process.argv.slice(2);
  let edits = 0;
  let isOver = false;
  process.on('SIGTERM', () => { isOver = true; });
  let last = '';
  while (!isOver) {
    const whole = readFileSync(file, 'utf8');
    // What stood there after our last edit is ours to find again: only another writer could have dropped it.
    if (last && !whole.includes(last)) process.stdout.write(`lost ${last.trim()} in ${whole.length}\n`);
    // Of its own old lines it keeps few, so that the file stays small.
    const text = how === 'append' ? whole : whole.replace(/\nForeign \w+ \d+\.\n/g, '');
    last = `Foreign ${how} ${edits++}.\n`;
    if (how === 'append') {
      const descriptor = openSync(file, 'a');
      writeSync(descriptor, `\n${last}`);
      closeSync(descriptor);
    } else if (how === 'rename') {
      writeFileSync(`${file}.foreign`, `${text}\n${last}`);
      renameSync(`${file}.foreign`, file);
    } else {
      writeFileSync(file, `${text}\n${last}`);
    }
    await new Promise((done) => setTimeout(done, Math.random() * 2 * Number(between)));
  }
  process.stdout.write(`edits ${edits}\n`);
}

void main();
