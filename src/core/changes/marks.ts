/*
 * A path may be made of a constant that stands in another file. Recognisers, which see one file, mark it in the path;
 * importedConstants.ts puts its text there.
 */
const pattern = /\u0004([^\u0004\u0005]*)\u0005([^\u0004\u0005]*)\u0004/g;

/**
 * @param name as written: `Routes.USERS`
 * @param otherwise what stands in the path if the constant is not found
 */
export const mark = (name: string, otherwise = `{${name}}`): string => `\u0004${name}\u0005${otherwise}\u0004`;

export const isMarked = (text: string): boolean => text.includes('\u0004');

/** The text with what `resolve` gives for each mark, or else what the mark says. */
export async function withMarks(text: string, resolve: (name: string) => Promise<string | undefined>): Promise<string> {
  const values = new Map<string, string | undefined>();
  for (const [, name = ''] of text.matchAll(pattern)) if (!values.has(name)) values.set(name, await resolve(name));
  return text.replace(pattern, (_, name: string, otherwise: string) => values.get(name) ?? otherwise);
}
