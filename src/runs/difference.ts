/**
 * In what two configurations differ.
 */

export interface Difference {
  /** Nested ones with dots. */
  readonly key: string;
  /** What each has there; undefined where it has nothing. */
  readonly values: readonly [unknown, unknown];
}

/** The first key in which `a` and `b`, of values that survive JSON, differ; undefined when they are the same. */
export function firstDifference(a: object, b: object): Difference | undefined {
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const values = [a, b].map((object) => (object as Record<string, unknown>)[key]) as [unknown, unknown];
    const [own, other] = values;
    if (isRecord(own) && isRecord(other)) {
      const within = firstDifference(own, other);
      if (within) return { ...within, key: `${key}.${within.key}` };
    } else if (JSON.stringify(own) !== JSON.stringify(other)) {
      return { key, values };
    }
  }
  return undefined;
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
