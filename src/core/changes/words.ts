/** English plurals and singulars as the naming rules of the object mappers need them: regular forms and the common irregular ones. */
const irregular: Record<string, string> = { person: 'people', child: 'children', man: 'men', woman: 'women', datum: 'data', medium: 'media', index: 'indices', foot: 'feet', mouse: 'mice' };
const uncounted = new Set(['news', 'series', 'species', 'equipment', 'information', 'money', 'fish', 'sheep', 'police', 'data', 'media', 'metadata', 'feedback', 'staff', 'software']);

const lastWord = (name: string): [string, string] => {
  const at = Math.max(name.lastIndexOf('_'), name.lastIndexOf('-')) + 1;
  return [name.slice(0, at), name.slice(at)];
};

export function plural(name: string): string {
  const [start, word] = lastWord(name);
  if (uncounted.has(word)) return name;
  if (Object.hasOwn(irregular, word) && word !== 'index') return start + (irregular[word] ?? word);
  if (/[^aeiou]y$/.test(word)) return start + word.replace(/y$/, 'ies');
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${start}${word}es`;
  return `${start}${word}s`;
}

export function singular(name: string): string {
  const [start, word] = lastWord(name);
  if (uncounted.has(word)) return name;
  const known = Object.entries(irregular).find(([, many]) => many === word);
  if (known) return start + known[0];
  if (/ies$/.test(word) && word.length > 4) return start + word.replace(/ies$/, 'y');
  if (/(?:ss|x|z|ch|sh)es$/.test(word)) return start + word.replace(/es$/, '');
  if (/(?:us|is)es$/.test(word)) return start + word.replace(/es$/, '');
  if (/ss$|us$|is$/.test(word)) return name;
  return start + word.replace(/s$/, '');
}

/** `UserAccount` → `user_account`, `HTTPServer` → `http_server`. */
export const snakeCase = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').replace(/[-\s]/g, '_').toLowerCase();

/** `admin/user_posts` → `Admin::UserPost` is not wanted anywhere: only the last part is made a class name. */
export const classCase = (name: string): string => name.split(/[_-]/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
