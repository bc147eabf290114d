import { join, relative, sep } from 'node:path';

/** What this product installs beside the documents. */
const installedByUs = ['.claude/settings.local.json'];

/**
 * Whether a path relative to the root of the repository is our own writing, which is never "uncommitted work".
 * @param root of the repository, absolute
 * @param base the folder that holds `.claude`, absolute
 * @param documents the documents' folder, POSIX, relative to `base`
 * @param installed more files of ours, likewise
 */
export function ownPaths(root: string, base: string, documents: string, installed: readonly string[]): (path: string) => boolean {
  const fromRoot = (path: string) => relative(root, join(base, ...path.split('/'))).split(sep).join('/');
  const folder = fromRoot(documents);
  const files = new Set([...installedByUs, ...installed].map(fromRoot));
  return (path) => path === folder || path.startsWith(`${folder}/`) || files.has(path);
}
