// What the sample's tests use of Jest: see modules.d.ts.
declare namespace jest {
  interface Mock { (...args: unknown[]): unknown; mockResolvedValue(value: unknown): Mock }
  function fn(): Mock;
}
interface Expectation {
  toEqual(value: unknown): void;
  toBe(value: unknown): void;
  toHaveProperty(name: string): void;
  toHaveBeenCalledWith(...values: unknown[]): void;
  toThrow(what?: unknown): Promise<void>;
  readonly resolves: Expectation;
  readonly rejects: Expectation;
}
declare function describe(name: string, body: () => void): void;
declare function it(name: string, body: () => void | Promise<void>): void;
declare function beforeEach(body: () => void): void;
declare function expect(value: unknown): Expectation;
