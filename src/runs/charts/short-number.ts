/**
 * Numbers as short as an axis needs.
 */

/** 0.00012 as 1.2e-4; no more than six significant digits. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e5))
    return Number(value.toPrecision(6)).toExponential().replace('e+', 'e');
  return String(Number(value.toPrecision(6)));
}
