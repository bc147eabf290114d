/**
 * What an entry says, free of how it stands in a source: two items with the same key are the same entry. Bullets, line
 * ends, indentation, wrapping and escapes do not count, since formatters change them.
 * @param source a list item with its bullet, or the lines of an entry, or a larger part of a document to be searched
 */
export function entryKey(source: string): string {
  return source.replace(/^[ \t]*[-*+][ \t]+/, '').replace(/\\+/g, '').replace(/\s+/g, ' ').trim();
}

/**
 * The key without the numbers and titles of code links: an entry stays the same when its links are brought up to date.
 * @param key as `entryKey` gives it
 */
export const keyWithoutLines = (key: string): string =>
  key.replace(/:\d+\]\(([^()\s]*)#L\d+(?: "[^"]*")?\)/g, ']($1)');
