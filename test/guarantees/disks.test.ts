import { spawnSync } from 'node:child_process';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { bundleDriver } from './processes.js';
import { promise } from './promise.js';

const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

promise('disks: full, read-only, denied, renamed, deleted; damaged drafts', (proof) => {
  const driver = bundleDriver('diskDriver');
  const run = (command: string, ...args: string[]) => {
    const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    const lines = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { what: string; held: boolean; why: string });
    if (lines.length === 0) proof.broken(stderr);
    for (const { what, held, why } of lines) proof.holds(held, `${what}: ${why}`);
    return lines;
  };
  run(process.execPath, driver, 'plain', temporaryFolder('disks'));
  const mounted = canMount ? run('unshare', '-rm', process.execPath, driver, 'mounts', temporaryFolder('disks')) : [];
  // Without being the superuser one is denied all the same, and cannot become somebody else.
  run(process.execPath, driver, 'denied', temporaryFolder('disks'));
  proof.note([canMount ? 'small disks mounted' : 'no disk could be mounted: full and read-only not tried', mounted.some(({ what }) => what.includes('ignores case')) ? 'a disk that ignores case' : 'case by a link', 'quota injected'].join(', '));
});
