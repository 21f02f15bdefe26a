/**
 * What is said of repeated timings: medians and quartiles, and how two interleaved series compare.
 */

export interface Summary {
  readonly median: number;
  /** The first and the third quartile: half of the timings lie between them. */
  readonly quartiles: readonly [number, number];
}

export interface Comparison {
  /** How many times as fast as the peer: median of its times over the median of ours. */
  readonly ratio: number;
  /** Quartiles of the same over pairs of neighbouring steps: how much the machine's noise moves it. */
  readonly quartiles: readonly [number, number];
}

/** The value below which a share `q` of `values` lies, linear between neighbours. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new Error('internal: a quantile of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (at - Math.floor(at)) * (above - below);
}

export function summarize(times: readonly number[]): Summary {
  return { median: quantile(times, 0.5), quartiles: [quantile(times, 0.25), quantile(times, 0.75)] };
}

/** `ours[i]` and `theirs[i]` were timed one right after the other. */
export function compare(ours: readonly number[], theirs: readonly number[]): Comparison {
  const paired = ours.map((t, i) => theirs[i]! / t);
  return {
    ratio: quantile(theirs, 0.5) / quantile(ours, 0.5),
    quartiles: [quantile(paired, 0.25), quantile(paired, 0.75)],
  };
}

/** The largest relative difference of what both sides computed under the same name; their names must be the same. */
export function largestDifference(ours: Record<string, number>, theirs: Record<string, number>): number {
  const names = Object.keys(ours);
  if (names.toSorted().join() !== Object.keys(theirs).toSorted().join()) return Infinity;
  const differences = names.map((name) => Math.abs(ours[name]! - theirs[name]!) / Math.abs(theirs[name]!));
  // a NaN is no agreement
  return differences.every(Number.isFinite) ? Math.max(...differences) : Infinity;
}
