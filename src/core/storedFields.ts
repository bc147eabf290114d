/** The fields of something that was stored; none is known to be there, or of which type. */
export type StoredFields = Partial<Record<string, unknown>>;

/**
 * The fields of an object that we stored as JSON, for their reader to check one by one.
 * @returns undefined for what is torn, damaged or no object
 */
export function storedFields(json: string): StoredFields | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
