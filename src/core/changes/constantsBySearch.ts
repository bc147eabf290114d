import { CsNames } from './csharpSyntax.js';
import { goConstants } from './goRoutes.js';
import { JavaNames } from './javaSyntax.js';
import { isMarked, withMarks } from './marks.js';
import { PythonNames } from './pythonSyntax.js';
import { skippedPath, skippedText } from './sourceFiles.js';
import type { Language, SyntaxNode, SyntaxParser } from './syntax.js';

/** What is needed of the revision that the statements stand in. */
export interface SearchSources {
  read(path: string): Promise<string | undefined>;
  search(pattern: string, extensions: readonly string[]): Promise<readonly string[]>;
}

/** More files than this are not looked at for one constant. */
const candidates = 12;
/** A constant made of constants of other files is followed this far, and so many of them. */
const nesting = 3;
const parts = 6;

/** Texts of a file's constants by name, and by class and name; others may be marked in them. */
function textsIn(language: Language, root: SyntaxNode): Map<string, string> {
  if (language === 'go') return goConstants(root);
  if (language === 'python') {
    const names = new PythonNames(root);
    return new Map([...names.values].flatMap(([name, value]): [string, string][] => {
      const text = /string|binary_operator/.test(value.type) ? names.marked(value) : undefined;
      return text === undefined ? [] : [[name, text]];
    }));
  }
  const names = language === 'java' ? new JavaNames(root) : language === 'c-sharp' ? new CsNames(root) : undefined;
  return new Map([...names?.constants.keys() ?? []].flatMap((name): [string, string][] => {
    const text = names?.constantText(name);
    return text === undefined ? [] : [[name, text]];
  }));
}

const extensions: Partial<Record<Language, readonly string[]>> = { java: ['java'], 'c-sharp': ['cs'], python: ['py'], go: ['go'] };

/**
 * Fills the marks of a text with constants that stand in other files of the revision, searched by their name. One that
 * is not found gives what its mark says.
 */
export function openSearch(sources: SearchSources, parser: SyntaxParser): (text: string, file: string, language: Language) => Promise<string> {
  const files = new Map<string, Promise<Map<string, string>>>();
  const found = new Map<string, Promise<string | undefined>>();
  const textsOf = (path: string, language: Language): Promise<Map<string, string>> => {
    let known = files.get(path);
    if (!known) {
      known = (async () => {
        const text = await sources.read(path);
        const tree = text === undefined || skippedText(path, text) ? undefined : await parser.parse(language, text);
        if (!tree) return new Map<string, string>();
        try {
          return textsIn(language, tree.root);
        } finally {
          tree.free();
        }
      })();
      files.set(path, known);
    }
    return known;
  };

  const search = async (name: string, file: string, language: Language, depth: number): Promise<string | undefined> => {
    const names = name.split('.');
    const member = names.at(-1) ?? '';
    if (!/^\w+$/.test(member)) return undefined;
    const own = language === 'java' && names.length === 1 ? await sources.read(file) : undefined;
    const imported = own === undefined ? undefined : new RegExp(`import\\s+static\\s+[\\w.]*?(\\w+)\\.${member}\\s*;`).exec(own)?.[1];
    const owner = imported ?? names.at(-2);
    const paths = (await sources.search(`\\b${member}\\b.*=`, extensions[language] ?? [])).filter((path) => !skippedPath(path));
    const folders = file.split('/');
    const near = (path: string) => { const at = path.split('/').findIndex((part, index) => part !== folders[index]); return at < 0 ? folders.length : at; };
    const isOwner = (path: string) => (owner !== undefined && new RegExp(`(?:^|/)${owner}(?:\\.\\w+$|/)`, 'i').test(path) ? 0 : 1);
    const values = new Set<string>();
    for (const path of [...paths].sort((a, b) => isOwner(a) - isOwner(b) || near(b) - near(a)).slice(0, candidates)) {
      const texts = await textsOf(path, language);
      const value = (owner === undefined ? undefined : texts.get(`${owner}.${member}`)) ?? texts.get(member);
      if (value === undefined) continue;
      const whole = isMarked(value) ? await replaced(value, path, language, depth + 1) : value;
      if (isOwner(path) === 0) return whole;
      values.add(whole);
    }
    // Several classes may have a constant of one name; only if they agree it does not matter which is meant.
    return values.size === 1 ? [...values][0] : undefined;
  };
  const replaced = async (text: string, file: string, language: Language, depth: number): Promise<string> => {
    let left = parts;
    return withMarks(text, async (name) => {
      // What is kept is only ever awaited from outside: constants that name each other in a circle end with the depth.
      if (depth > 0) return depth > nesting || left-- <= 0 ? undefined : search(name, file, language, depth);
      const key = `${file.split('/').slice(0, -1).join('/')}\0${name}`;
      let known = found.get(key);
      if (!known) found.set(key, known = search(name, file, language, depth));
      return known;
    });
  };

  return (text, file, language) => replaced(text, file, language, 0);
}
