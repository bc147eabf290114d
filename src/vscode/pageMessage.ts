import { categoryIds, checklist, documentNames, type ItemId } from '../core/checklist.js';
import { fields, flag, oneOf, text, whole, type Shape } from '../core/shape.js';
import type { PageMessage } from '../protocol.js';

/** The longest text or detail that the page may send, in UTF-16 units; its fields accept no more. */
export const textLimit = 20_000;
/** The longest id, focus area or name of an action. */
export const idLimit = 200;
/** The highest position of a link or of evidence. */
const positionLimit = 999;

const id = text(idLimit, 1);
const words = text(textLimit);
const position = whole(0, positionLimit);
const item = oneOf<ItemId>(...checklist.map((one) => one.id));
const written: Shape<string> = (value): value is string => words(value) && value.trim() !== '';

/** What each intent must carry. Typed by the protocol, so that an intent without a check does not compile. */
const intents: { readonly [T in PageMessage['type']]: { readonly [K in keyof Omit<Extract<PageMessage, { type: T }>, 'type'>]: Shape<Extract<PageMessage, { type: T }>[K]> } } = {
  ready: {},
  selectFolder: { folder: text(4096, 1) },
  setFocus: { focus: text(idLimit) },
  tick: { item, ticked: flag },
  fold: { category: oneOf(...categoryIds), folded: flag },
  addEntry: { item, text: written, detail: words },
  editEntry: { entry: id, text: written, detail: words },
  deleteEntry: { entry: id },
  moveEntry: { entry: id, item },
  setDocument: { entry: id, document: oneOf('default', ...documentNames) },
  openLink: { owner: id, index: position },
  removeLink: { entry: id, index: position },
  addLink: { entry: id },
  acceptSuggestion: { suggestion: id, item, text: written, detail: words },
  dismissSuggestion: { suggestion: id },
  openEvidence: { suggestion: id, index: position },
  dismissNudge: { nudge: id },
  noticeAction: { notice: id, action: id },
  dismissNotice: { notice: id },
  undo: {},
  preview: {},
  write: {},
  cancel: {},
  undoWrite: {},
  openResult: { file: text(4096, 1) },
  closeResult: {},
  newSession: {},
  handOver: { way: id },
  continueNote: {},
  markNote: { done: flag },
  openNote: {},
  closePickUp: {},
  openPickUp: { place: id },
  tickStep: { step: id, ticked: flag },
  insertCommand: { command: id },
  copyCommand: { command: id },
  foldPickUp: { section: oneOf('since', 'carryOn', 'learned'), folded: flag },
  typing: { typing: flag },
};

/**
 * The intent that the page sent, or undefined when the value is not exactly one: an unknown type, a missing or misshapen
 * field, an unknown item or category, a text or id beyond its bound, an entry without words. Only the fields of that intent
 * are copied, so nothing else that a page may send reaches the host. Never throws.
 */
export function readPageMessage(value: unknown): PageMessage | undefined {
  try {
    if (typeof value !== 'object' || value === null) return undefined;
    const message = value as Readonly<Record<string, unknown>>;
    const type = message['type'];
    if (typeof type !== 'string' || !Object.hasOwn(intents, type)) return undefined;
    const shapes = intents[type as PageMessage['type']] as Readonly<Record<string, Shape<unknown>>>;
    if (!fields(shapes)(message)) return undefined;
    return Object.fromEntries([['type', type], ...Object.keys(shapes).map((name) => [name, message[name]])]) as unknown as PageMessage;
  } catch {
    // A getter or a proxy that throws: nothing that structured cloning delivers, and still no reason to fail.
    return undefined;
  }
}
