import { DocumentLinks, readDocuments } from './documentLinks.js';
import type { HistoryMemory } from './historyMemory.js';
import type { DocumentText } from './linkOrigins.js';
import type { FoundLine, LineQuery } from '../core/links/findLine.js';
import type { LinkState } from '../core/links/linkStates.js';

/** What is to be checked. */
export interface LinkQuestion {
  /** The folder that holds `.claude`, absolute and real. */
  readonly base: string;
  /** The documents' texts as the editor shows them; absent: those of the folder below are read. */
  readonly documents?: readonly DocumentText[];
  /** Reads the five documents and the notes in this folder (relative to `base`) that are not among `documents`. */
  readonly documentsFolder?: string;
  /** Links of a draft, their paths relative to `base`. */
  readonly drafts: readonly LineQuery[];
  /** Texts of editors with unsaved changes, by absolute path. */
  readonly unsaved: readonly (readonly [string, string])[];
  /** The git executable; absent: git is not run. */
  readonly program?: string;
}

/** A place that a link could lead to, with the text that stands there. */
export interface PlaceText {
  readonly path: string;
  /** 1-based */
  readonly line: number;
  readonly text: string;
}

/** A link's state with what a person needs to judge it. */
export interface CheckedLink extends LinkState {
  /** the line as it is now, where it was found; for a link without a title the line of its number */
  readonly now?: string;
  /** for `ambiguous`, at most five */
  readonly choices?: readonly PlaceText[];
}

/** The links of one document. */
export interface CheckedDocument {
  /** relative to `base` */
  readonly path: string;
  readonly links: readonly CheckedLink[];
}

export interface LinkAnswer {
  readonly documents: readonly CheckedDocument[];
  /** As `drafts` of the question. */
  readonly drafts: readonly FoundLine[];
}

/** How many folders' histories are kept open. */
const mostOpen = 4;

/** Answers questions about links one after the other, keeping what it read of the past. */
export class LinkChecks {
  readonly #opened = new Map<string, DocumentLinks>();

  /** @param memory where what is read of long histories is remembered */
  constructor(private readonly memory: HistoryMemory) {}

  /** The state of every link that was asked about. Never throws for what documents or a repository hold. */
  async answer(question: LinkQuestion): Promise<LinkAnswer> {
    const links = await this.#open(question);
    const given = question.documents ?? [];
    const read = question.documentsFolder === undefined ? [] : await readDocuments(question.base, question.documentsFolder);
    const documents = [...given, ...read.filter(({ path }) => !given.some((one) => one.path === path))];
    const drafts: FoundLine[] = [];
    for (const draft of question.drafts) drafts.push(await links.locate(draft));
    const checked: CheckedDocument[] = [];
    for (const { document, states } of await links.check(documents)) checked.push({ path: document.path, links: await Promise.all(states.map((state) => withTexts(links, state))) });
    return { documents: checked, drafts };
  }

  async #open({ base, unsaved, program }: LinkQuestion): Promise<DocumentLinks> {
    const key = `${base}\0${program ?? ''}`;
    const known = this.#opened.get(key);
    if (known) {
      await known.changed(new Map(unsaved));
      return known;
    }
    for (const [old, links] of this.#opened) {
      if (this.#opened.size < mostOpen) break;
      links.close();
      this.#opened.delete(old);
    }
    const links = new DocumentLinks(base, { unsaved: new Map(unsaved), memory: this.memory, ...(program === undefined ? { git: false } : { program }) });
    this.#opened.set(key, links);
    return links;
  }
}

async function withTexts(links: DocumentLinks, state: LinkState): Promise<CheckedLink> {
  const now = state.file === undefined || state.line === undefined ? undefined : await links.textNow(state.file, state.line);
  const choices: PlaceText[] = [];
  // Candidates count their lines from 1.
  for (const { path, line } of state.candidates?.slice(0, 5) ?? []) {
    const text = await links.textNow(path, line);
    if (text !== undefined) choices.push({ path, line, text });
  }
  return { ...state, ...(now === undefined ? {} : { now }), ...(choices.length > 0 ? { choices } : {}) };
}
