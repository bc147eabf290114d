import { javascript, openImports } from './constantsByImport.js';
import type { ImportSources } from './constantsByImport.js';
import { openSearch } from './constantsBySearch.js';
import type { SearchSources } from './constantsBySearch.js';
import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import { isMarked } from './marks.js';
import { languageOf } from './sourceFiles.js';
import type { SyntaxParser } from './syntax.js';

/** Puts the text of constants that stand in other files of a revision into paths and prefixes. */
export interface ImportedConstants {
  resolved(statements: readonly Statement[], file: string): Promise<readonly Statement[]>;
}

/** How JavaScript's recognisers write a name that their file does not explain. */
const placeholder = /\{([A-Za-z_$][\w$]*(?:\.[\w$]+)*)\}/g;

const textOf = (statement: Statement): string | undefined => (statement.kind === 'endpoint' ? statement.path : statement.kind === 'mount' ? statement.prefix : undefined);

/** One revision's constants; each file is read once. */
export function openConstants(sources: ImportSources & SearchSources, parser: SyntaxParser): ImportedConstants {
  const imported = openImports(sources, parser);
  const searched = openSearch(sources, parser);
  const fromImports = async (text: string, file: string): Promise<string> => {
    let result = text;
    for (const [all, name = ''] of text.matchAll(placeholder)) {
      const value = await imported(name, file);
      if (value !== undefined) result = result.replace(all, () => value);
    }
    return result.replace(/\/{2,}/g, '/');
  };
  return {
    async resolved(statements, file) {
      const language = languageOf(file);
      if (language === undefined) return statements;
      const asks = javascript.test(file) ? (text: string) => text.search(placeholder) >= 0 : isMarked;
      const filled = javascript.test(file) ? (text: string) => fromImports(text, file) : async (text: string) => joinPaths(await searched(text, file, language));
      if (!statements.some((statement) => asks(textOf(statement) ?? ''))) return statements;
      return Promise.all(statements.map(async (statement): Promise<Statement> => {
        const text = textOf(statement);
        if (text === undefined || !asks(text)) return statement;
        const whole = await filled(text);
        if (statement.kind === 'mount') return { ...statement, prefix: whole };
        if (statement.kind !== 'endpoint') return statement;
        return { ...statement, path: whole, ...(statement.group !== undefined && asks(statement.group) ? { group: await filled(statement.group) } : {}) };
      }));
    },
  };
}
