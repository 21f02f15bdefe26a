import { expect, test } from 'vitest';
import { Latest } from './latest.ts';

test('does the first and the last of what is asked meanwhile, one at a time', async () => {
  const done: number[] = [];
  const waiting: (() => void)[] = [];
  const latest = new Latest<number>(async (wish) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    done.push(wish);
  });
  for (const wish of [1, 2, 3, 4]) latest.ask(wish);
  expect(waiting).toHaveLength(1);
  expect(latest.waits).toBe(true);
  waiting[0]!();
  await Promise.resolve();
  await Promise.resolve();
  expect(waiting).toHaveLength(2);
  expect(latest.waits).toBe(false);
  waiting[1]!();
  await new Promise((resolve) => setTimeout(resolve));
  expect(done).toEqual([1, 4]);
  latest.ask(5);
  expect(waiting).toHaveLength(3);
});
