import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { age, filesBelow, passing, start, textOf } from './processes.js';
import type { Proof } from './promise.js';

/** Where the documents are, below the folder. */
export const docs = '.claude/docs';
const head = '# Trouble\n\nBy hand, kept.\n';
/** A document of ours with whole entries in whole sections, and nothing else. */
const whole = /^(?:# [^\n]+\n\n[^\n]+\n)(?:\n## Session: \d{4}-\d\d-\d\d\n(?:\n### (?:Fixed|Changed)\n\n(?:- Entry [\w-]+ to its end\.\n)+)+)*$/;
const wholeNote = /^---\n(?:\w+: [^\n]+\n)+---\n(?:\n## Session: \d{4}-\d\d-\d\d\n(?:\n### (?:Fixed|Changed)\n\n(?:- Entry [\w-]+ to its end\.\n)+(?:- … and \d+ more\n)?)+)?$/;
const idsIn = (text: string): string[] => [...text.matchAll(/^- Entry ([\w-]+) to its end\.$/gm)].map(([, id = '']) => id);

/** A folder with a document in which a person wrote, and a per-user folder of its own. */
export function project(): { folder: string; home: string } {
  const folder = temporaryFolder('killed');
  mkdirSync(join(folder, docs), { recursive: true });
  writeFileSync(join(folder, docs, 'TROUBLESHOOTING.md'), head);
  return { folder, home: temporaryFolder('home') };
}

/** Every document whole, no entry in it twice. Gives the entries of the documents. */
export function checkDocuments(proof: Proof, folder: string, when: string): Set<string> {
  const ids: string[] = [];
  for (const name of filesBelow(join(folder, docs))) {
    const text = textOf(join(folder, docs, name));
    if (name.endsWith('.tmp')) continue;
    if (!(name.startsWith('handoffs/') ? wholeNote : whole).test(text)) proof.broken(`${when}: ${name} is torn:\n${text.slice(-600)}`);
    if (!name.startsWith('handoffs/')) ids.push(...idsIn(text));
  }
  if (!textOf(join(folder, docs, 'TROUBLESHOOTING.md')).startsWith(head)) proof.broken(`${when}: what was written by hand is gone`);
  const once = new Set(ids);
  if (once.size !== ids.length) proof.broken(`${when}: ${ids.find((id, index) => ids.indexOf(id) !== index)} stands there twice`);
  return once;
}

/** After the next window and the next Write nothing passing is left, however old it is by then. @param driver windowDriver, bundled */
export async function checkLeftovers(proof: Proof, driver: string, folder: string, home: string): Promise<void> {
  age(folder);
  age(home);
  const last = start(home, driver, folder, home, 'last', '1', '1');
  if ((await last.ended) !== 0) proof.broken(`the next window could not write: ${last.error}`);
  const left = [...passing(folder), ...passing(home)];
  if (left.length > 0) proof.broken(`left for ever: ${left.join(', ')}`);
}
