import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storedFields } from '../core/storedFields.js';
import { readWhole, replaceFile } from './atomicFile.js';
import { FileError } from './fileError.js';
import { folderState, nameOfFolder, realFolder, userStateFolder } from './userState.js';

const name = 'snoozes.json';

/** Until when a note is not offered, in milliseconds since 1970, by its name. */
export type Snoozes = Readonly<Record<string, number>>;

const parse = (json: string): Snoozes => Object.fromEntries(Object.entries(storedFields(json) ?? {}).filter((pair): pair is [string, number] => typeof pair[1] === 'number'));

/**
 * Which notes the person has put off, in every window. What cannot be read was not put off.
 * @param base the folder that holds `.claude`
 */
export const readSnoozes = async (base: string, home: string = userStateFolder()): Promise<Snoozes> =>
  readFile(join(home, 'folders', nameOfFolder(await realFolder(base)), name), 'utf8').then(parse, () => ({}));

/**
 * Puts a note off; what has run out is forgotten.
 * @param until milliseconds since 1970
 * @throws FileError when it cannot be kept
 */
export async function snoozeNote(base: string, note: string, until: number, home: string = userStateFolder()): Promise<void> {
  const path = join(await realFolder(await folderState(base, home)), name);
  for (let attempt = 1; ; attempt++) {
    const before = await readWhole(path, name);
    const kept = Object.entries(before ? parse(Buffer.from(before.bytes).toString('utf8')) : {}).filter(([other, time]) => other !== note && time > Date.now());
    try {
      await replaceFile(path, Buffer.from(JSON.stringify(Object.fromEntries([...kept, [note, until]]))), before?.hash, name, 0o600);
      return;
    } catch (error) {
      // Another window put a note off at the same moment.
      if (!(error instanceof FileError) || error.reason !== 'changed' || attempt >= 5) throw error;
    }
  }
}
