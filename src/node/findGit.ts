import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * `git` on the search path, as an absolute path: a bare name would be looked up in the repository first on Windows.
 * @returns undefined when there is none
 */
export function findGit(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const path = Object.entries(environment).find(([name]) => name.toLowerCase() === 'path')?.[1] ?? '';
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    for (const name of process.platform === 'win32' ? ['git.exe'] : ['git']) {
      const candidate = join(folder, name);
      try {
        if (!statSync(candidate).isFile()) continue;
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // Not there, or not to be run: the next folder.
      }
    }
  }
  return undefined;
}
