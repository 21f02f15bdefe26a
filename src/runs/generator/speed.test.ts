import { describe, expect, it } from 'vitest';
import { median, quantile, timesOf } from './speed.ts';

describe('speed', () => {
  it('takes the middle of values, and the least that a share of them do not exceed', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([quantile(values, 0.95), quantile(values, 1), quantile(values, 0), quantile([7], 0.95)]).toEqual([
      95, 100, 1, 7,
    ]);
  });

  it('times work as often as it may, once at least', async () => {
    let done = 0;
    const work = () => Promise.resolve(done++);
    expect(await timesOf(work, 4, 60_000)).toHaveLength(4);
    expect(await timesOf(work, 4, 0)).toHaveLength(1);
    expect(done).toBe(5);
  });
});
