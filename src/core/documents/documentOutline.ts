import type { Outline } from './outline.js';
import { remarkOutline } from './remarkOutline.js';

/**
 * The outline of a document.
 * @param text without BOM
 */
export const outlineOf = (text: string): Outline => remarkOutline(text);
