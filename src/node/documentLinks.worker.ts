import { parentPort } from 'node:worker_threads';
import type { LinkState } from '../core/links/linkStates.js';
import { DocumentLinks, type DocumentText } from './documentLinks.js';

/** Asks for the states of the links of some documents as the files are now. */
export interface DocumentLinksRequest {
  id: number;
  /** the folder that holds `.claude`, absolute */
  base: string;
  /** false for a folder that is not trusted: no git is run */
  git: boolean;
  /** the git executable */
  program?: string;
  documents: DocumentText[];
  /** texts of editors with unsaved changes, by absolute path */
  unsaved: [path: string, text: string][];
}

/** Its answer; `error` if nothing could be found out. */
export interface DocumentLinksAnswer {
  id: number;
  states?: { path: string; states: LinkState[] }[];
  error?: string;
}

const open = new Map<string, DocumentLinks>();
let last = Promise.resolve();

async function answer({ id, base, git, program, documents, unsaved }: DocumentLinksRequest): Promise<DocumentLinksAnswer> {
  try {
    const key = JSON.stringify([base, git, program]);
    const texts = new Map(unsaved);
    let links = open.get(key);
    if (links) await links.changed(texts);
    else open.set(key, (links = new DocumentLinks(base, { git, unsaved: texts, ...(program === undefined ? {} : { program }) })));
    const checked = await links.check(documents);
    return { id, states: checked.map(({ document, states }) => ({ path: document.path, states })) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

// One after the other: a request sees the files as they are when its turn comes. The host ends the worker to cancel.
parentPort?.on('message', (request: DocumentLinksRequest) => {
  last = last.then(async () => parentPort?.postMessage(await answer(request)));
});
