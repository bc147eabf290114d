import { join } from 'node:path';
import { findingsCommand, findingsCommandFile, memoryFile, withMemoryLine, withoutMemoryLine } from '../core/agentFiles.js';
import { checklist } from '../core/checklist.js';
import { readWhole, removeFile, replaceFile, resolveInside } from './atomicFile.js';
import { decodeText, encodeText } from './textFile.js';

const ourCommand = (): string => findingsCommand(checklist.map(({ id }) => id));

async function readIn(base: string, file: string) {
  const path = await resolveInside(base, join(base, ...file.split('/')));
  const read = await readWhole(path, file);
  return { path, ...(read && { text: decodeText(read.bytes, file), hash: read.hash }) };
}

/**
 * Puts the command `/handoff-findings` into the folder, never over a file of that name.
 * @param base the folder that holds `.claude`
 * @returns `exists`: a file of that name is there that is not ours, and stays
 * @throws FileError when it cannot be written
 */
export async function addFindingsCommand(base: string): Promise<'added' | 'there' | 'exists'> {
  const { path, text } = await readIn(base, findingsCommandFile);
  if (text !== undefined) return text === ourCommand() ? 'there' : 'exists';
  await replaceFile(path, encodeText(ourCommand(), findingsCommandFile), undefined, findingsCommandFile);
  return 'added';
}

/** Whether the command is there as we wrote it. @throws FileError when the file cannot be read */
export const hasFindingsCommand = async (base: string): Promise<boolean> => (await readIn(base, findingsCommandFile)).text === ourCommand();

/** Whether the line is there, whatever documents' folder it names. @throws FileError when the file cannot be read */
export async function hasMemoryLine(base: string): Promise<boolean> {
  const { text } = await readIn(base, memoryFile);
  return text !== undefined && withoutMemoryLine(text) !== undefined;
}

/** Takes the command away again, if nobody changed it. Gives whether it did. @throws FileError when it cannot be removed */
export async function removeFindingsCommand(base: string): Promise<boolean> {
  const { path, text, hash } = await readIn(base, findingsCommandFile);
  if (text !== ourCommand() || hash === undefined) return false;
  await removeFile(path, hash, findingsCommandFile);
  return true;
}

/**
 * Adds the line that points at the documents to the agent's personal memory of the folder.
 * @param base the folder that holds `.claude`
 * @returns false when it is there already
 * @throws FileError when the file cannot be read or written; it is then as it was
 */
export async function addMemoryLine(base: string, documentsFolder: string): Promise<boolean> {
  const { path, text, hash } = await readIn(base, memoryFile);
  const after = withMemoryLine(text, documentsFolder);
  if (after === undefined) return false;
  await replaceFile(path, encodeText(after, memoryFile), hash, memoryFile);
  return true;
}

/** Takes that line out again; a file that was made for it goes. Gives whether it was there. @throws FileError as above */
export async function removeMemoryLine(base: string): Promise<boolean> {
  const { path, text, hash } = await readIn(base, memoryFile);
  const without = text === undefined ? undefined : withoutMemoryLine(text);
  if (without === undefined || hash === undefined) return false;
  if ('removed' in without) await removeFile(path, hash, memoryFile);
  else await replaceFile(path, encodeText(without.text, memoryFile), hash, memoryFile);
  return true;
}
