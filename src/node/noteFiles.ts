import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readNote } from '../core/handoffNote.js';
import { readWhole, resolveInside } from './atomicFile.js';
import type { DocumentsPlace } from './documentFiles.js';
import { decodeText } from './textFile.js';

/**
 * The note that a session already has, whatever branch it was named after.
 * @returns its name relative to the documents' folder, like `handoffs/x.md`; undefined when it has none that can be read
 */
export async function findNoteOfSession(place: DocumentsPlace, sessionId: string): Promise<string | undefined> {
  const folder = join(place.base, ...place.documentsFolder.split('/'), 'handoffs');
  const short = sessionId.replace(/[^A-Za-z0-9-]/g, '').slice(0, 8);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(`-${short}.md`)).sort();
  for (const name of names) {
    try {
      const read = await readWhole(await resolveInside(place.base, join(folder, name)), name);
      const note = read && readNote(decodeText(read.bytes, name));
      if (note?.kind === 'note' && note.id === sessionId) return `handoffs/${name}`;
    } catch {
      // Another's file of such a name: not this session's note.
    }
  }
  return undefined;
}
