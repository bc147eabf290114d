/** Words after which a name is declared, in the languages people link into. */
const DECLARING = /(?:^|[^\p{L}\p{N}_$.])(?:def|class|function|fn|func|fun|interface|struct|enum|trait|impl|type|const|let|var|val|namespace|module|record|object|sub|proc|macro|table|view|create\s+table|describe|it|test)\s+(?:\([^)]*\)\s*|['"`])?([\p{L}_$][\p{L}\p{N}_$.\- ]*)/u;
/** A method with a type before its name and an open parameter list or body after it (Java, C#, C++, TypeScript classes). */
const METHOD = /^(?:[\p{L}_$@][\p{L}\p{N}_$<>,.?&*:[\] ]*?[\s>*&\]])?([\p{L}_$~][\p{L}\p{N}_$]*)\s*\((?:[^;=]*)(?:\{|,|\(|\)|->|throws [\p{L}., ]+|: [^;]+)$/u;
/** A key or a target and its value: `"port": 80`, `port = 80`, `port: 80`, `PORT=80`, `--port <n>`. */
const KEYED = /^(?:(?:export|public|private|protected|static|final|readonly|self\.|this\.|@|#|\$|-)\s*)*["'`]?([\p{L}_$][\p{L}\p{N}_$.-]*)["'`]?\??\s*(?::(?!:)|=(?![=>])|:=|=>)/u;
/** What an import brings in: the names before `from`, after Python's `import`, or the last part of a dotted path. */
const IMPORTED = /^import\s+(?:type\s+)?([^'"\s][^'"]*?)\sfrom\s+['"]|^from\s+\S+\s+import\s+([^#(]+)|^import\s+(?:static\s+)?[\w.]+\.([\w*]+);?$|^use\s+[\w\\:]+[\\:](\w+);?$/;
const NOT_NAMES = new Set(['if', 'for', 'while', 'switch', 'catch', 'return', 'else', 'elif', 'when', 'with', 'assert', 'throw', 'new', 'await', 'yield', 'super', 'this', 'default', 'case', 'do', 'try', 'print', 'echo', 'require', 'import', 'from', 'http', 'https', 'todo', 'note']);

/**
 * What a line declares or sets: the name of a function, class or variable, or the key of a value; undefined for any other
 * line. A line that keeps its name is still that line when everything else in it changed. No grammar: a wrong guess only
 * means that likeness alone decides.
 */
export function nameOf(line: string): string | undefined {
  const text = line.trim();
  if (text.length > 300) return undefined;
  const imported = IMPORTED.exec(text);
  if (imported) return usable('i', (imported[1] ?? imported[2] ?? imported[3] ?? imported[4] ?? '').replace(/\s+/g, ' ').trim());
  const declared = DECLARING.exec(text)?.[1]?.trim();
  if (declared) return usable('d', declared.replace(/\s.*$/, ''));
  const keyed = KEYED.exec(text)?.[1];
  if (keyed) return usable('k', keyed);
  const method = METHOD.exec(text)?.[1];
  return method === undefined || /^(?:\.|await |return |throw |new |if |for |while |\}|\))/.test(text) || !/\{$|^(?:public|private|protected|static|async|override|final|virtual|internal|@)/.test(text) ? undefined : usable('d', method);
}

function usable(kind: string, name: string): string | undefined {
  return name.length < 2 || NOT_NAMES.has(name.toLowerCase()) ? undefined : `${kind}:${name}`;
}
