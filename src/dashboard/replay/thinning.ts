/**
 * What of a long run a replay keeps, so that its file can be sent by mail.
 */

/**
 * Every k-th of `items`, counted from the last, which is always kept: with the smallest k for which their sizes, as `sizeOf`
 * says, come to at most `most` together. At least the last one.
 */
export function thinned<T>(items: readonly T[], sizeOf: (item: T) => number, most: number): readonly T[] {
  const sizes = items.map(sizeOf);
  for (let k = 1; k < items.length; k++) {
    const isKept = (i: number): boolean => (items.length - 1 - i) % k === 0;
    const total = sizes.reduce((sum, size, i) => (isKept(i) ? sum + size : sum), 0);
    if (total <= most) return items.filter((_, i) => isKept(i));
  }
  return items.slice(-1);
}
