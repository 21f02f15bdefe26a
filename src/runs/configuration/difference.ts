/**
 * In what two configurations differ.
 */

export interface Difference {
  /** Nested ones with dots. */
  readonly key: string;
  /** What each has there; undefined where it has nothing. */
  readonly values: readonly [unknown, unknown];
}

/** The keys in which `a` and `b`, of values that survive JSON, differ. */
export function differences(a: object, b: object): Difference[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key): Difference[] => {
    const [own, other] = [a, b].map((object) => (object as Record<string, unknown>)[key]);
    if (isRecord(own) && isRecord(other)) {
      return differences(own, other).map((within) => ({ ...within, key: `${key}.${within.key}` }));
    }
    return JSON.stringify(own) === JSON.stringify(other) ? [] : [{ key, values: [own, other] }];
  });
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
