const windowsPath = /^(?:[a-zA-Z]:(?:[\\/]|$)|\\\\)/;

/** Whether a path is one of Windows, whatever system this runs on. */
export const isWindowsPath = (path: string): boolean => windowsPath.test(path);

/** The longest name of a project's folder; Claude Code cuts longer ones and adds a hash (docs: sessions, agent-sdk/sessions). */
export const longestProjectName = 200;

/**
 * The folder's name under `projects/` that Claude Code gives a path: every character but letters and digits becomes a dash,
 * one each (docs: sessions). Names over 200 characters are cut here and continue with a hash there. Lossy: never decode it.
 */
export const claudeProjectName = (path: string): string => path.replace(/[^a-zA-Z0-9]/g, '-').slice(0, longestProjectName);

/** One spelling of a path for comparison: slashes, no slash at the end, composed letters, and no case where Windows has none. */
export function comparablePath(path: string): string {
  const windows = isWindowsPath(path);
  const slashed = (windows ? path.replaceAll('\\', '/') : path).normalize('NFC');
  const bare = slashed.length > 1 ? slashed.replace(/\/+$/, '') || '/' : slashed;
  return windows ? bare.toLowerCase() : bare;
}

/** Where a path stands to a folder; undefined: outside. Both are absolute. */
export function placeIn(folder: string, path: string): 'same' | 'below' | undefined {
  const [outer, inner] = [comparablePath(folder), comparablePath(path)];
  if (outer === inner) return 'same';
  return inner.startsWith(outer === '/' ? outer : `${outer}/`) ? 'below' : undefined;
}
