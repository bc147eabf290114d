import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defaultExpiryDays } from '../core/noteLife.js';
import { storedFields } from '../core/storedFields.js';
import { readWhole, replaceFile } from './atomicFile.js';
import { checkDocumentsFolder, defaultDocumentsFolder, findBaseFolder, findRepository } from './baseFolder.js';
import type { DocumentsPlace } from './documentFiles.js';
import { FileError } from './fileError.js';
import { folderState, nameOfFolder, realFolder, userStateFolder } from './userState.js';

/** What the editor knows of a folder and a hook cannot: what the person chose there. */
export interface EditorSettings {
  /** The folder that holds `.claude`, as the person chose it: absolute. */
  readonly base: string;
  /** As `checkDocumentsFolder` gave it. */
  readonly documentsFolder: string;
  /** After how many days a note is no longer offered; 0: never. */
  readonly expiryDays: number;
}

/** The settings as they are kept: with the workspace folders that were opened with this base. */
interface StoredSettings extends EditorSettings {
  readonly workspaceFolders: readonly string[];
}

const fileName = 'editor.json';
/** How many workspace folders of one base are remembered: the packages of a monorepo. */
const mostFolders = 50;

const fileOf = (realPath: string, home: string): string => join(home, 'folders', nameOfFolder(realPath), fileName);

function readStored(json: string): StoredSettings | undefined {
  const fields = storedFields(json);
  if (!fields) return undefined;
  const { base, documentsFolder, expiryDays, workspaceFolders } = fields;
  const checked = checkDocumentsFolder(documentsFolder);
  if (typeof base !== 'string' || typeof expiryDays !== 'number' || !Number.isFinite(expiryDays) || checked.kind !== 'folder') return undefined;
  return { base, documentsFolder: checked.folder, expiryDays, workspaceFolders: Array.isArray(workspaceFolders) ? workspaceFolders.filter((one) => typeof one === 'string') : [] };
}

const stored = (realPath: string, home: string): Promise<StoredSettings | undefined> => readFile(fileOf(realPath, home), 'utf8').then(readStored, () => undefined);

/**
 * Keeps what the editor knows of a workspace folder for hooks and the command line: at the folder itself and at its base, so
 * that an agent that works in either finds it.
 * @throws FileError when it cannot be kept
 */
export async function rememberEditorSettings(workspaceFolder: string, settings: EditorSettings, home: string = userStateFolder()): Promise<void> {
  const workspace = await realFolder(workspaceFolder);
  const base = await realFolder(settings.base);
  for (const folder of new Set([workspace, base])) {
    const state = await realFolder(await folderState(folder, home));
    for (let attempt = 1; ; attempt++) {
      const path = join(state, fileName);
      const read = await readWhole(path, fileName);
      const known = read && readStored(Buffer.from(read.bytes).toString('utf8'));
      const workspaceFolders = [workspace, ...(known?.workspaceFolders ?? []).filter((other) => other !== workspace)].slice(0, mostFolders);
      const kept: StoredSettings = { base, documentsFolder: settings.documentsFolder, expiryDays: settings.expiryDays, workspaceFolders };
      const isSame = known !== undefined && known.base === base && known.documentsFolder === kept.documentsFolder && known.expiryDays === kept.expiryDays && known.workspaceFolders.includes(workspace);
      if (isSame) break;
      try {
        await replaceFile(path, Buffer.from(JSON.stringify(kept)), read?.hash, fileName, 0o600);
        break;
      } catch (error) {
        if (!(error instanceof FileError) || error.reason !== 'changed' || attempt >= 5) throw error;
      }
    }
  }
}

/** The documents of a folder as a hook or the command line finds them. */
export interface FoundDocuments {
  readonly place: DocumentsPlace & { readonly home: string };
  readonly expiryDays: number;
  /** Folders that the editor may have opened there, the likeliest first: whose drafts belong to these documents. */
  readonly workspaceFolders: readonly string[];
}

/**
 * Finds the documents of a folder: as the editor was told for the folder or one above it in the repository; else the nearest
 * `.claude`, with the defaults.
 * @param folder where the agent works
 * @throws the system's error when the folder does not exist
 */
export async function findDocuments(folder: string, home: string = userStateFolder()): Promise<FoundDocuments> {
  const real = await realpath(folder);
  const repository = await findRepository(real);
  const chain: string[] = [];
  for (let here = real; ; here = dirname(here)) {
    chain.push(here);
    if (here === repository || repository === undefined || dirname(here) === here) break;
  }
  for (const here of chain) {
    const known = await stored(here, home);
    // A base that was moved away or removed says nothing any more.
    if (known && (await realpath(known.base).catch(() => undefined)) === known.base) {
      return { place: { base: known.base, documentsFolder: known.documentsFolder, home }, expiryDays: known.expiryDays, workspaceFolders: [...new Set([...chain, ...known.workspaceFolders])] };
    }
  }
  const { base } = await findBaseFolder(real);
  return { place: { base, documentsFolder: defaultDocumentsFolder, home }, expiryDays: defaultExpiryDays, workspaceFolders: chain };
}
