import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('is normal from its first draw, whatever the seed', () => {
    const seeds = 2000;
    let [sum, sumOfSquares] = [0, 0];
    for (let seed = 0; seed < seeds; seed++) {
      const first = Random.fromSeed(seed).normal(1)[0]!;
      sum += first;
      sumOfSquares += first ** 2;
    }
    // standard errors of the mean and of the variance of N(0, 1)
    expect(Math.abs(sum / seeds)).toBeLessThan(4 / Math.sqrt(seeds));
    expect(Math.abs(sumOfSquares / seeds - 1)).toBeLessThan(4 * Math.sqrt(2 / seeds));
  });

  it('has the moments of N(0, 1) over the first draws of many seeds', () => {
    const [seeds, draws] = [500, 2000];
    let [sumOfSquares, sumOfFourths] = [0, 0];
    for (let seed = 0; seed < seeds; seed++) {
      for (const z of Random.fromSeed(seed).normal(draws)) {
        sumOfSquares += z ** 2;
        sumOfFourths += z ** 4;
      }
    }
    const n = seeds * draws;
    expect(Math.abs(sumOfSquares / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(sumOfFourths / n - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });

  it('continues from its state, through JSON', () => {
    const random = Random.fromSeed(5);
    random.normal(7);
    const copy = Random.fromState(JSON.parse(JSON.stringify(random.state())) as number[]);
    expect(copy.normal(9)).toEqual(random.normal(9));
  });

  it('forks into streams that differ by purpose', () => {
    const first = (purpose: string) => Random.fromSeed(5).fork(purpose).uniform();
    expect(first('noise')).toBe(first('noise'));
    expect(first('noise')).not.toBe(first('labels'));
  });

  it('permutes without loss, and draws integers inside their bounds', () => {
    const random = Random.fromSeed(6);
    expect([...random.permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    const drawn = Array.from({ length: 500 }, () => random.integer(-2, 3));
    expect(new Set(drawn)).toEqual(new Set([-2, -1, 0, 1, 2]));
  });
});
