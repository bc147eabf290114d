/** Why a file could not be read or written. The host words it for the person; `message` says the same in English. */
export type FileReason =
  | 'full' | 'quota' | 'readOnlyFile' | 'readOnlyDisk' | 'denied' | 'directory' | 'notDirectory' | 'outside' | 'brokenLink'
  | 'encoding' | 'large' | 'changed' | 'missing' | 'busy' | 'name' | 'other';

/** A file that could not be read or written: which one and why. Nothing was half-written when it is thrown. */
export class FileError extends Error {
  override readonly name = 'FileError';
  constructor(readonly file: string, readonly reason: FileReason, why: string, options?: { cause?: unknown }) {
    super(`${file}: ${why}`, options);
  }
}

/** The system's error codes that have a plain explanation (POSIX errno names, as libuv gives them on every platform). */
const explained: Record<string, readonly [FileReason, string]> = {
  ENOSPC: ['full', 'the disk is full. Free some space and try again.'],
  EDQUOT: ['quota', 'the disk quota is used up. Free some space and try again.'],
  EROFS: ['readOnlyDisk', 'the disk is mounted read-only.'],
  EACCES: ['denied', 'permission was denied. Check the permissions of the file and its folder.'],
  EPERM: ['denied', 'the operation was not permitted. Check the permissions of the file and its folder.'],
  EISDIR: ['directory', 'a folder stands where the file should be. Move or rename that folder.'],
  ENOTDIR: ['notDirectory', 'a file stands where one of its folders should be. Move or rename that file.'],
  ELOOP: ['brokenLink', 'its symbolic links go in a circle.'],
  ENOENT: ['missing', 'the file or its folder does not exist any more.'],
  ENAMETOOLONG: ['name', 'its name or path is too long.'],
  EBUSY: ['busy', 'another program holds the file. Close it there and try again.'],
  EMFILE: ['busy', 'too many files are open. Try again.'],
  ENFILE: ['busy', 'too many files are open. Try again.'],
};

/** The `code` of a system error, like `ENOENT`; undefined for anything else. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/**
 * A FileError out of whatever a file operation threw; one that is a FileError already is given back as it is.
 * @param file the name that the person knows the file by
 */
export function fileError(file: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  const [reason, why] = explained[codeOf(error) ?? ''] ?? ['other', error instanceof Error ? error.message : String(error)];
  return new FileError(file, reason, why, { cause: error });
}
