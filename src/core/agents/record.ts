/** One line of a transcript as an object: what an agent wrote is never trusted to have any shape. */
export type TranscriptRecord = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is TranscriptRecord => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that a line holds; undefined for an empty, half-written or malformed line, and for JSON that is no object. A byte order mark is skipped. */
export function parseRecord(line: string): TranscriptRecord | undefined {
  const text = line.charCodeAt(0) === 0xfeff ? line.slice(1) : line;
  const first = text.trimStart().charCodeAt(0);
  if (first !== 0x7b) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The object under a key, or undefined. */
export function objectOf(record: TranscriptRecord | undefined, key: string): TranscriptRecord | undefined {
  const value = record?.[key];
  return isRecord(value) ? value : undefined;
}

/** The non-empty string under a key, or undefined. */
export function textOf(record: TranscriptRecord | undefined, key: string): string | undefined {
  const value = record?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The count under a key: a number from zero to where counts are no longer exact, or undefined: sums and shares of counts stay finite. */
export function countOf(record: TranscriptRecord | undefined, key: string): number | undefined {
  const value = record?.[key];
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** Milliseconds since 1970 of an ISO 8601 text, or undefined. */
export function momentOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
