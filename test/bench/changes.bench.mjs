// Change detection against the text that plain `git diff` makes of the same commits: how long a commit takes warm, a diff of
// 1,000 changed source files, how long the caller's event loop is held meanwhile, and the memory of the process.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const git = (folder, ...args) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'ignore'] });

const controller = (index, after) => `import { Controller, Get, Post, Body, Param, UseGuards } from '@nestjs/common';
${Array.from({ length: 12 }, (_, at) => `export class Dto${index}x${at} { name: string; count: number; tags?: string[]; }`).join('\n')}
@Controller('things${index}')
export class Things${index}Controller {
  constructor(private readonly service: Things${index}Service) {}
${Array.from({ length: 8 }, (_, at) => `  ${after && at === 3 ? '@UseGuards(AdminGuard)\n  ' : ''}@Get('part${at}/:id')
  async part${at}(@Param('id') id: string, @Body() body: Dto${index}x${at}): Promise<Dto${index}x${at}> {
    const found = await this.service.find(id, { where: { id, name: body.name }, take: ${after ? 20 : 10} });
    if (!found) throw new Error(\`no \${id}\`);
    return this.service.map(found, (each) => ({ ...each, count: each.count + ${at} }));
  }`).join('\n')}
${after ? `  @Post('new${index}')\n  create(@Body() body: Dto${index}x0) { return this.service.create(body); }` : ''}
}
`;

/** A repository whose second commit changes `count` source files. */
function repository(count) {
  const folder = mkdtempSync(join(tmpdir(), 'changes-bench-'));
  git(folder, 'init', '-q');
  const write = (after) => {
    for (let index = 0; index < count; index++) {
      mkdirSync(join(folder, `src/m${index % 50}`), { recursive: true });
      writeFileSync(join(folder, `src/m${index % 50}/things${index}.controller.ts`), controller(index, after));
    }
    git(folder, 'add', '-A');
    git(folder, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-q', '-m', after ? 'after' : 'before');
  };
  write(false);
  write(true);
  return folder;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const milliseconds = (value) => `${value.toFixed(0)} ms`;

export async function bench() {
  if (!existsSync(join(root, 'dist/changes.worker.js'))) throw new Error('run npm run build first');
  const bundle = join(mkdtempSync(join(tmpdir(), 'changes-bench-lib-')), 'client.cjs');
  await build({ entryPoints: [join(root, 'src/node/changesInWorker.ts')], bundle: true, platform: 'node', format: 'cjs', outfile: bundle, logLevel: 'error' });
  const { ChangeDetection } = createRequire(import.meta.url)(bundle);
  const detection = new ChangeDetection(join(root, 'dist/changes.worker.js'));
  const rows = [];
  const [small, large] = [repository(3), repository(1000)];
  const diffText = (folder) => {
    const started = performance.now();
    git(folder, 'diff', 'HEAD~1', 'HEAD');
    return performance.now() - started;
  };
  try {
    const request = (folder) => ({ repository: { folder }, from: 'HEAD~1', to: 'HEAD' });
    await detection.detect(request(small));
    const times = [];
    for (let round = 0; round < 15; round++) {
      const started = performance.now();
      await detection.detect(request(small));
      times.push(performance.now() - started);
    }
    rows.push({ what: 'a warm commit of 3 files, median of 15', ours: milliseconds(median(times)), rival: milliseconds(median(Array.from({ length: 15 }, () => diffText(small)))), note: 'rival: text of git diff; ours includes starting git five times' });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const started = performance.now();
    const { facts } = await detection.detect(request(large));
    const took = performance.now() - started;
    delay.disable();
    rows.push({ what: '1,000 changed source files', ours: milliseconds(took), rival: milliseconds(diffText(large)), note: `${facts.length} facts` });
    rows.push({ what: 'longest hold of the event loop meanwhile', ours: milliseconds(delay.max / 1e6), rival: '', note: 'in the process that asks' });
    rows.push({ what: 'memory of the process afterwards', ours: `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`, rival: '', note: 'resident, worker included' });
  } finally {
    detection.dispose();
    for (const folder of [small, large]) rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
