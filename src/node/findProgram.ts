import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where agents' installers put their program beside the search path, which an editor that was started from a dock does not have whole. */
const usualPlaces = (): string[] => [join(homedir(), '.local', 'bin'), join(homedir(), '.claude', 'local'), join(homedir(), '.npm-global', 'bin'), join(homedir(), '.bun', 'bin'), '/opt/homebrew/bin', '/usr/local/bin'];

/**
 * Whether a program can be started by its name in a terminal here: it lies on the search path, or where its installer puts it.
 * Nothing is run.
 * @param name without an ending
 */
export function hasProgram(name: string, environment: NodeJS.ProcessEnv = process.env): boolean {
  const variable = (wanted: string): string => Object.entries(environment).find(([key]) => key.toUpperCase() === wanted)?.[1] ?? '';
  const endings = process.platform === 'win32' ? (variable('PATHEXT') || '.EXE;.CMD;.BAT').split(';').filter(Boolean) : [''];
  const folders = [...variable('PATH').split(delimiter), ...(process.platform === 'win32' ? [] : usualPlaces())].filter(isAbsolute);
  return folders.some((folder) => endings.some((ending) => {
    try {
      const path = join(folder, name + ending);
      if (!statSync(path).isFile()) return false;
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }));
}
