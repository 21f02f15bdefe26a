/**
 * Colours for numbers with a sign: the same distance from zero is the same strength.
 */

export type Rgb = readonly [number, number, number];

export interface Diverging {
  readonly minus: Rgb;
  readonly zero: Rgb;
  readonly plus: Rgb;
}

/** The colour of `value` where ±`bound` are the ends; what is beyond has the colour of the end. */
export function divergingAt({ minus, zero, plus }: Diverging, value: number, bound: number): Rgb {
  const share = bound > 0 ? Math.min(1, Math.abs(value) / bound) : 0;
  const end = value < 0 ? minus : plus;
  const mix = (i: 0 | 1 | 2) => Math.round(zero[i] + share * (end[i] - zero[i]));
  return [mix(0), mix(1), mix(2)];
}

/** The least of 1, 2, 5 · 10ᵏ that holds all but the largest half percent of |values|: it seldom changes while live. */
export function symmetricBound(values: Float32Array): number {
  const sorted = values.map(Math.abs).sort();
  const most = sorted[Math.ceil(0.995 * (sorted.length - 1))] ?? 0;
  return most > 0 && Number.isFinite(most) ? roundUp(most) : 1;
}

/** The least of 1, 2, 5 · 10ᵏ that is not below `value`, which is positive. */
export function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * decade).find((round) => round >= value * (1 - 1e-6))!;
}

/** A colour of CSS, `#rrggbb`. */
export function parseHex(text: string): Rgb {
  const value = Number.parseInt(text.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export const toHex = (rgb: Rgb): string => `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
