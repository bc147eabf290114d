import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isInside } from './atomicFile.js';

// A repository can hold a symbolic link under any name: to a device that never ends, to a pipe that waits for ever, or to a
// file of the person's that is nobody's business here. Without O_NONBLOCK the opening of a pipe would wait for its writer.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const decode = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

/**
 * The text of an ordinary file, wherever links lead; devices, pipes and folders have none.
 * @param limit bytes; a longer file has no text here
 * @returns undefined when there is none
 */
export function readOrdinaryFile(path: string, limit: number): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, flags);
    const entry = fstatSync(descriptor);
    if (!entry.isFile() || entry.size > limit) return undefined;
    const bytes = Buffer.alloc(entry.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return decode(bytes.subarray(0, length));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * The text of an ordinary file that really is below a folder: a link that leads out of it has none.
 * @param root absolute
 * @param path relative to `root`
 * @param limit bytes; a longer file has no text here
 * @returns undefined when there is none
 */
export function readProjectFile(root: string, path: string, limit: number): string | undefined {
  try {
    const real = realpathSync(join(root, path));
    return isInside(realpathSync(root), real) ? readOrdinaryFile(real, limit) : undefined;
  } catch {
    return undefined;
  }
}

/** As `readProjectFile`, without holding up the event loop. */
export async function readProjectFileLater(root: string, path: string, limit: number): Promise<string | undefined> {
  try {
    const [real, realRoot] = await Promise.all([realpath(join(root, path)), realpath(root)]);
    if (!isInside(realRoot, real)) return undefined;
    const handle = await open(real, flags);
    try {
      const entry = await handle.stat();
      if (!entry.isFile() || entry.size > limit) return undefined;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(entry.size), 0, entry.size, 0);
      return decode(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
