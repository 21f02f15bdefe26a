/**
 * How much faster one step is than the teacher's many, measured on batches of the same size.
 */

const [REPEATS, LONGEST] = [5, 6_000];

/** The median of the seconds that `work` takes, over up to five times or six seconds; `work` has run before. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  const begin = performance.now();
  do {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  } while (seconds.length < REPEATS && performance.now() - begin < LONGEST);
  return median(seconds);
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}
