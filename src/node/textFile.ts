import { FileError } from './fileError.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a file's bytes, its byte order mark kept as U+FEFF, so that encoding it as UTF-8 gives the same bytes again.
 * @param file the name to put into the message
 * @throws FileError `encoding` when the bytes are not UTF-8: UTF-16, binary, or an old one-byte encoding
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new FileError(file, 'encoding', 'it is UTF-16, and only UTF-8 is written. Save it as UTF-8 and try again.');
  }
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new FileError(file, 'encoding', 'it is not UTF-8. Save it as UTF-8 and try again.', { cause });
  }
  // UTF-16 without a mark is formally UTF-8 full of NUL; no Markdown text holds one.
  if (text.includes('\0')) throw new FileError(file, 'encoding', 'it holds NUL characters: it is binary or UTF-16. Save it as UTF-8 and try again.');
  return text;
}

/**
 * The bytes of a text as UTF-8.
 * @throws FileError `encoding` for a lone surrogate, which UTF-8 cannot hold
 */
export function encodeText(text: string, file: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  if (/[\ud800-\udfff]/u.test(text)) throw new FileError(file, 'encoding', 'the text holds half of a surrogate pair, which no file can.');
  return bytes;
}
