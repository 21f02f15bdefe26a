/**
 * Which points of a long curve are worth drawing: of every pixel column the least and the greatest. What is stored stays
 * whole.
 */

/**
 * Indices, rising, of the points of (`x`, `y`) ([n], x never falling) that a line through the range `from`..`to` needs on
 * `columns` pixel columns: all of them where they are few; else of every column the extremes, and a value that is not
 * finite where a column has no other, so that gaps stay gaps. One neighbour on either side lets the line leave the picture.
 */
export function thin(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  columns: number,
  from = -Infinity,
  to = Infinity,
): number[] {
  const first = Math.max(0, lowerBound(x, from) - 1);
  const end = Math.min(x.length, lowerBound(x, to) + 2);
  if (end - first <= 2 * columns) return Array.from({ length: end - first }, (_, i) => first + i);

  const left = x[first]!;
  const perUnit = columns / (x[end - 1]! - left || 1);
  const kept: number[] = [];
  let column = 0;
  let least = -1;
  let greatest = -1;
  const close = (next: number) => {
    if (least >= 0) kept.push(Math.min(least, greatest));
    if (least !== greatest) kept.push(Math.max(least, greatest));
    else if (least < 0 && next > first) kept.push(next - 1);
    [least, greatest] = [-1, -1];
  };
  for (let i = first; i < end; i++) {
    const at = Math.min(columns - 1, Math.floor((x[i]! - left) * perUnit));
    if (at !== column) close(i);
    column = at;
    if (!Number.isFinite(y[i])) continue;
    if (least < 0 || y[i]! < y[least]!) least = i;
    if (greatest < 0 || y[i]! > y[greatest]!) greatest = i;
  }
  close(end);
  if (kept.at(-1) !== end - 1) kept.push(end - 1);
  return kept;
}

/** The first index whose value in the rising `x` is not below `value`. */
export function lowerBound(x: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index whose value in the rising `x` is nearest to `value`; -1 where there are none. */
export function nearestIndex(x: ArrayLike<number>, value: number): number {
  const above = Math.min(lowerBound(x, value), x.length - 1);
  return above > 0 && value - x[above - 1]! <= x[above]! - value ? above - 1 : above;
}
