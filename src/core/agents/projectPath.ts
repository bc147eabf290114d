import { comparablePath, isWindowsPath } from './folders.js';

/** An absolute path with `.` and `..` resolved and slashes; undefined if it is not absolute. */
function resolved(path: string): string | undefined {
  const slashed = isWindowsPath(path) || (!path.startsWith('/') && path.includes('\\')) ? path.replaceAll('\\', '/') : path;
  const root = /^(?:[A-Za-z]:\/|\/\/[^/]+\/[^/]+\/?|\/)/.exec(slashed)?.[0];
  if (root === undefined) return undefined;
  const segments: string[] = [];
  for (const segment of slashed.slice(root.length).split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return root + segments.join('/');
}

/**
 * A path of a transcript as a path of the project.
 * @param path as the transcript has it
 * @param folder in which a relative path starts; absolute
 * @param roots folders that are the project's root, absolute; the longest that holds the path counts
 * @returns POSIX, relative to the root; undefined: outside of the project, or the root itself
 */
export function projectPath(path: string, folder: string | undefined, roots: readonly string[]): string | undefined {
  const whole = resolved(path) ?? (folder === undefined ? undefined : resolved(`${folder}/${path}`));
  if (whole === undefined) return folder === undefined && roots.length === 0 ? path.replaceAll('\\', '/').replace(/^\.\//, '') : undefined;
  const comparable = comparablePath(whole);
  const root = roots.map((one) => resolved(one) ?? one).filter((one) => comparable.startsWith(`${comparablePath(one).replace(/\/$/, '')}/`)).sort((a, b) => b.length - a.length)[0];
  if (root === undefined) return undefined;
  const inside = whole.slice(comparablePath(root) === '/' ? 1 : root.replace(/\/$/, '').length + 1);
  return inside === '' ? undefined : inside;
}
