import type { BigIntStats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { decodeAnyText } from '../core/links/lineText.js';

/** Larger files are generated or data; nobody links into them, and comparing them would hold everything up. In bytes. */
export const LARGEST_FILE = 4 * 1024 * 1024;

/** The files of a working tree as they are now, with what open editors have not saved; and whether one is another than when it was read. */
export class PresentFiles {
  /** What a file was when it was read: an unsaved text itself, or the file's stamp. */
  private readonly stamps = new Map<string, string>();
  private realRoot: Promise<string> | undefined;

  /**
   * @param root of the working tree, absolute
   * @param unsaved texts of editors with unsaved changes, by path relative to it
   */
  constructor(readonly root: string, public unsaved: ReadonlyMap<string, string>) {}

  /** The text of a file (path relative to the root, POSIX); undefined for none, a binary or a very large one, and `unread` where the file system says no. */
  async read(path: string): Promise<{ text: string | undefined } | 'unread'> {
    this.stamps.delete(path);
    const unsaved = this.unsaved.get(path);
    if (unsaved !== undefined) {
      this.stamps.set(path, `unsaved ${unsaved}`);
      return { text: unsaved };
    }
    try {
      // A link among the files or folders could lead out of the tree; what stands there is not ours to show.
      const [real, root] = await Promise.all([realpath(join(this.root, path)), (this.realRoot ??= realpath(this.root))]);
      if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return { text: undefined };
      const entry = await stat(real, { bigint: true });
      if (!entry.isFile() || entry.size > LARGEST_FILE) return { text: undefined };
      const text = decodeAnyText(await readFile(real));
      // Stamped before it was read: what is written meanwhile is another stamp.
      this.stamps.set(path, stampOf(entry));
      return { text };
    } catch {
      return 'unread';
    }
  }

  /** Whether a file is as it was when it was last read; false for one that was not there. */
  async isAsRead(path: string): Promise<boolean> {
    const stamp = this.stamps.get(path);
    if (stamp === undefined) return false;
    const unsaved = this.unsaved.get(path);
    if (unsaved !== undefined) return stamp === `unsaved ${unsaved}`;
    return stamp === (await stat(join(this.root, path), { bigint: true }).then(stampOf, () => undefined));
  }
}

const stampOf = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string => [ino, size, mtimeNs, ctimeNs].join(' ');
