import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PairReaders } from '../../../src/node/pairReaders.js';
import { openSyntaxParser } from '../../../src/node/syntaxTrees.js';
import { temporaryFolder } from './temporaryFolder.js';

const parser = openSyntaxParser();
const count = 200;
const texts = (index: number) => ({ newPath: `a${String(index)}.controller.ts`, newText: `@Controller('c')\nexport class C { @Get('p${String(index)}') p() {} }\n` });
const paths = async (readers: PairReaders) => (await Promise.all(Array.from({ length: count }, (_, index) => readers.read(texts(index)))))
  .map(({ after }) => (after.get('NestJS') ?? []).map((statement) => (statement.kind === 'endpoint' ? statement.path : '')).join());
const expected = Array.from({ length: count }, (_, index) => `/c/p${String(index)}`);
const worker = (body: string): string => {
  const file = join(temporaryFolder('reader'), 'reader.cjs');
  writeFileSync(file, `const { parentPort, workerData } = require('node:worker_threads');\nif (!workerData.reads) throw new Error('not asked to read');\n${body}\n`);
  return file;
};

describe('a large diff', () => {
  it('is read by a second thread as well, each answer where it belongs', async () => {
    const readers = new PairReaders(parser, worker("parentPort.on('message', ({ id, texts }) => { parentPort.postMessage({ id, statements: { before: new Map(), slow: [], after: new Map([['NestJS', [{ kind: 'endpoint', path: '/second/' + texts.newPath }]]]) } }); });"));
    const found = await paths(readers);
    readers.close();
    found.forEach((path, index) => { expect([expected[index], `/second/a${String(index)}.controller.ts`]).toContain(path); });
  });
  it('is read to its end here when the second thread dies', async () => {
    for (const body of ["throw new Error('broken');", "parentPort.on('message', () => process.exit(1));"]) {
      const readers = new PairReaders(parser, worker(body));
      expect(await paths(readers)).toEqual(expected);
      readers.close();
    }
  });
});
