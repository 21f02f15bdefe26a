/** The process's memory, measured when nothing is left to collect. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

interface Memory {
  /** Bytes of objects and arrays that JavaScript still reaches. */
  readonly reachable: number;
  /** Bytes of the process in RAM, what native code holds included. */
  readonly resident: number;
}

/** Runs `step` `count` times, then the garbage collector. */
export async function memoryAfter(count: number, step: () => Promise<void>): Promise<Memory> {
  for (let i = 0; i < count; i++) await step();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { reachable: heapUsed + external, resident: rss };
}

/** No growth: none of what is reachable, and of what is resident 2 % and V8's own appetite. */
export function expectFlat(before: Memory, after: Memory): void {
  // code that V8 compiles meanwhile, and what the test itself collects
  expect(after.reachable - before.reachable).toBeLessThan(1e6);
  // V8 lets its young generation grow to 16 MB on top of what is reachable
  expect(after.resident - before.resident).toBeLessThan(0.02 * before.resident + 16e6);
}
