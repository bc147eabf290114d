/**
 * Characters that steer terminals, editors or the direction of text instead of being read. Sources of the ranges: the
 * Unicode categories Cc and Zl/Zp, and the bidirectional formatting characters of UAX #9.
 */
const terminalSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g;
const lineBreaks = /\r\n|[\r\u000b\u000c\u0085\u2028\u2029]/g;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;
const bidiControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const loneSurrogates = /\p{Surrogate}/gu;

/**
 * Typed or pasted text as it is written: line ends are `\n`, terminal sequences and control characters (which no reader
 * sees) are gone, tabs stay, and a lone half of a surrogate pair, which has no UTF-8, is U+FFFD.
 */
export function readableText(text: string): string {
  return text.replace(terminalSequences, '').replace(lineBreaks, '\n').replace(controls, '').replace(loneSurrogates, '\ufffd');
}

/** The text without control characters (tabs and line ends too) and without bidirectional formatting. */
export function withoutControls(text: string): string {
  return text.replace(/[\t\n]/g, '').replace(controls, '').replace(bidiControls, '').replace(loneSurrogates, '\ufffd');
}

/** Whether the text has a character that `withoutControls` would take away. */
export const hasControls = (text: string): boolean => withoutControls(text) !== text;

/** Bidirectional formatting as character references: the reader of the source sees them, the reader of the page gets what was typed. */
export function spelledBidi(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (character) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`);
}

/** Bidirectional overrides and isolates taken away, where character references mean nothing (code). */
export const withoutBidi = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '');

/**
 * Readable text without a character that a person would not see: control and formatting characters, and what Unicode says may be
 * shown as nothing (zero-width characters, fillers, variation selectors, tags), by which a text can say something to a machine
 * that its reader never saw. Tabs and line ends stay. Source: Unicode's property Default_Ignorable_Code_Point.
 */
export function withoutInvisible(text: string): string {
  return readableText(text).replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
}
