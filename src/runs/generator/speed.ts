/**
 * How much faster one step is than the teacher's many, measured on batches of the same size.
 */

const [REPEATS, LONGEST] = [5, 6_000];

/** The median of the seconds that `work` takes, over up to five times or six seconds; `work` has run before. */
export const secondsOf = async (work: () => Promise<unknown>): Promise<number> =>
  median(await timesOf(work, REPEATS, LONGEST));

/** The seconds that `work` takes each time, up to `repeats` times or until `milliseconds` have passed, once at least. */
export async function timesOf(work: () => Promise<unknown>, repeats: number, milliseconds: number): Promise<number[]> {
  const seconds: number[] = [];
  const begin = performance.now();
  do {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  } while (seconds.length < repeats && performance.now() - begin < milliseconds);
  return seconds;
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}

/** The least of `values` that `share` of them, in 0…1, do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
