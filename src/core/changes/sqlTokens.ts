/** A token of SQL. Quotes are gone from names; strings keep a leading `'`. */
export interface Token {
  /** As written, without quotes; words in their own case. */
  readonly text: string;
  /** Upper-cased for words that are not quoted, else the punctuation; names in quotes give ''. */
  readonly word: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface SqlStatement {
  readonly tokens: readonly Token[];
  /** Comments that stand directly before it. */
  readonly comment: string;
}

const tokenPattern = /(--[^\n]*|#(?![>-])[^\n]*)|(\/\*(?!!)[\s\S]*?(?:\*\/|$))|(\$(?:[A-Za-z_]\w*)?\$)|([NnEeBbXx]?'(?:[^'\\]|\\.|'')*(?:'|$))|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]\n]*)\]|([A-Za-z_@\u0080-\uffff$][\w@$\u0080-\uffff]*)|(\d[\w.]*)|([;(),.])|(\*\/|\/\*!\d*)|(\s+)|([^\s])/g;

/**
 * Splits SQL of the four dialects into statements: comments, strings, dollar quotes, the three styles of quoted names,
 * `GO` and MySQL's `DELIMITER`. Never throws; what is not closed ends with the text.
 */
export function sqlStatements(text: string, firstLine = 1): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let tokens: Token[] = [];
  let comment = '';
  let line = firstLine;
  let counted = 0;
  const lineAt = (index: number): number => {
    for (; counted < index; counted++) if (text.charCodeAt(counted) === 10) line++;
    return line;
  };
  const end = () => {
    if (tokens.length) statements.push({ tokens, comment });
    tokens = [];
    comment = '';
  };
  tokenPattern.lastIndex = 0;
  for (let match = tokenPattern.exec(text); match; match = tokenPattern.exec(text)) {
    const [all, note, block, dollar, string, doubled, ticked, bracketed, word, number, punctuation, , space, other] = match;
    if (space !== undefined) continue;
    if (note !== undefined || block !== undefined) {
      const said = (note ?? block ?? '').trim();
      // Marks of migration tools end a statement and are one of their own.
      if (/^--\s*(?:\+goose|\+migrate|migrate:|\+micrate|@?UNDO|\/\/@UNDO|rollback|Down Migration|Up Migration|={0,3}\s*(?:up|down)\b)/i.test(said) || /^--[\s-]*(?:down|up|rollback|undo)\b\s*(?:migration\s*)?:?-*$/i.test(said)) {
        end();
        statements.push({ tokens: [], comment: said });
      } else comment += `${said}\n`;
      continue;
    }
    const at = lineAt(match.index);
    const push = (value: string, upper: string) => tokens.push({ text: value, word: upper, line: at, start: match.index, end: match.index + all.length });
    if (dollar !== undefined) {
      const close = text.indexOf(dollar, tokenPattern.lastIndex);
      tokenPattern.lastIndex = close < 0 ? text.length : close + dollar.length;
      tokens.push({ text: text.slice(match.index + dollar.length, close < 0 ? text.length : close), word: '$BODY$', line: at, start: match.index, end: tokenPattern.lastIndex });
    } else if (string !== undefined) push(string, "'");
    else if (doubled !== undefined) push(doubled.replace(/""/g, '"'), '');
    else if (ticked !== undefined) push(ticked, '');
    else if (bracketed !== undefined) push(bracketed, '');
    else if (word !== undefined) {
      const upper = word.toUpperCase();
      const alone = upper === 'GO' && /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, match.index - 40), match.index)) && /^[ \t]*(?:\d+[ \t]*)?(?:\r?\n|$)/.test(text.slice(tokenPattern.lastIndex, tokenPattern.lastIndex + 20));
      if (alone) end();
      else if (upper === 'DELIMITER' && !tokens.length) {
        const eol = text.indexOf('\n', tokenPattern.lastIndex);
        tokenPattern.lastIndex = eol < 0 ? text.length : eol;
      } else push(word, upper);
    } else if (number !== undefined) push(number, number);
    else if (punctuation === ';') end();
    else push(all, punctuation ?? other ?? all);
  }
  end();
  return statements;
}
