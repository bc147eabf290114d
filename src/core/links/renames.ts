/** A file and its text, removed or added. */
export interface WholeFile {
  path: string;
  text: string;
}

/**
 * Which removed file is which added one, for changes that git does not pair (a file moved without telling git): at least
 * half of the characters of the larger one stand in lines that both have, git's own measure and threshold; the likest first, each file once.
 * @returns the added file's path by the removed one's
 */
export function pairRenames(removed: readonly WholeFile[], added: readonly WholeFile[]): Map<string, string> {
  const bags = new Map<WholeFile, Map<string, number>>();
  const bagOf = (file: WholeFile): Map<string, number> => {
    let bag = bags.get(file);
    if (!bag) {
      bag = new Map();
      for (const line of file.text.split(/\r\n|\n|\r/)) bag.set(line, (bag.get(line) ?? 0) + 1);
      bags.set(file, bag);
    }
    return bag;
  };
  const pairs: { from: string; to: string; likeness: number }[] = [];
  for (const from of removed) {
    for (const to of added) {
      const [small, large] = from.text.length < to.text.length ? [from, to] : [to, from];
      if (large.text.length === 0 || small.text.length < large.text.length / 2) continue;
      const other = bagOf(large);
      let common = 0;
      for (const [line, count] of bagOf(small)) common += Math.min(count, other.get(line) ?? 0) * (line.length + 1);
      const likeness = common / large.text.length + (nameOf(from.path) === nameOf(to.path) ? 0.01 : 0);
      if (likeness >= 0.5) pairs.push({ from: from.path, to: to.path, likeness });
    }
  }
  const found = new Map<string, string>();
  const taken = new Set<string>();
  for (const { from, to } of pairs.sort((a, b) => b.likeness - a.likeness)) {
    if (found.has(from) || taken.has(to)) continue;
    found.set(from, to);
    taken.add(to);
  }
  return found;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
