/**
 * A question about a text that several rules ask, and all ask again when a transcript grows: the answer is kept.
 * @param most so many answers are kept; then it is begun anew
 */
export function remembered<T>(answer: (text: string) => T, most = 1_000): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= most) known.clear();
    const given = answer(text);
    known.set(text, given);
    return given;
  };
}
