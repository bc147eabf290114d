/**
 * Checks that a value from outside has a shape: what crosses a boundary (messages, saved state) is data of unknown
 * origin until one of these has said yes. None of them throws, whatever the value is.
 */
export type Shape<T> = (value: unknown) => value is T;

/** The type that a shape accepts. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** A string of at most `limit` UTF-16 units; `least` is the smallest length accepted. */
export const text = (limit: number, least = 0): Shape<string> =>
  (value): value is string => typeof value === 'string' && value.length >= least && value.length <= limit;

/** A whole number within bounds, both included. */
export const whole = (least: number, most: number): Shape<number> =>
  (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

/** A finite number within bounds, both included. */
export const finite = (least: number, most: number): Shape<number> =>
  (value): value is number => typeof value === 'number' && value >= least && value <= most;

export const flag: Shape<boolean> = (value): value is boolean => typeof value === 'boolean';

/** One of the given strings. */
export const oneOf = <const T extends string>(...choices: readonly T[]): Shape<T> => {
  const known = new Set<unknown>(choices);
  return (value): value is T => known.has(value);
};

/** An array of at most `limit` values of one shape. */
export const listOf = <T>(shape: Shape<T>, limit: number): Shape<readonly T[]> =>
  (value): value is readonly T[] => Array.isArray(value) && value.length <= limit && value.every((one) => shape(one));

/** Either of the shapes. */
export const either = <T extends readonly unknown[]>(...shapes: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T[number]> =>
  (value): value is T[number] => shapes.some((shape) => shape(value));

type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Fields<R extends Shapes, O extends Shapes> = { readonly [K in keyof R]: Shaped<R[K]> } & { readonly [K in keyof O]?: Shaped<O[K]> };

/**
 * An object that has every field of `required` and, of `optional`, only well-shaped ones. An optional field that is there
 * but undefined counts as absent. Fields that neither names are let through: a newer sender may say more.
 */
export function fields<R extends Shapes, O extends Shapes = Record<never, Shape<unknown>>>(required: R, optional?: O): Shape<Fields<R, O>> {
  const must = Object.entries(required);
  const may = Object.entries(optional ?? {});
  return (value): value is Fields<R, O> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const record = value as Readonly<Record<string, unknown>>;
    return must.every(([name, shape]) => Object.hasOwn(record, name) && shape(record[name]))
      && may.every(([name, shape]) => !Object.hasOwn(record, name) || record[name] === undefined || shape(record[name]));
  };
}
