import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** Eight hexadecimal digits that stand for this machine: process ids of others mean nothing here, and its name is nobody's business. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Names this process in file names: `<machine>-<process id>`. */
export const processTag = `${machine}-${process.pid}`;

/** Reads what `processTag` wrote; undefined when it is none. */
export function readProcessTag(tag: string): { readonly isThisMachine: boolean; readonly pid: number } | undefined {
  const match = /^([0-9a-f]{8})-(\d{1,10})$/.exec(tag);
  return match ? { isThisMachine: match[1] === machine, pid: Number(match[2]) } : undefined;
}

/** Whether a process of this machine runs; a process of another user counts as running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
