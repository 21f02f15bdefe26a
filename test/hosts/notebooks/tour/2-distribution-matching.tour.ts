/**
 * The second notebook: what it says is what comes out, as it is saved and run from clean in Jupyter. Where chance decides, the
 * bounds are what its text needs and no more.
 */
import { describe, expect, inject, test } from 'vitest';
import { figuresOf, run, saidBy, saved, tableOf, type Tour } from './tour.ts';

const NAME = '2-distribution-matching.ipynb';

test('as it is saved', () => expectClaims(saved(NAME)));

describe.skipIf(inject('noJupyter') !== '')('from clean', () => {
  test('in Jupyter, with its solutions', async () => {
    const tour = await run(NAME);
    expectClaims(tour);
    expect(saidBy(tour, 'solution-1')).toContain('covered: 2');
    expect(numberOf(saidBy(tour, 'solution-2'), 'kl')).toBeGreaterThan(0.6);
    const saved = saidBy(tour, 'solution-3').split('\n').filter(Boolean);
    expect(numberOf(saved[2]!, 'left')).toBeLessThan(0.05);
    expect(numberOf(saved[0]!, 'left')).toBeGreaterThan(0.2);
    const [forward, reverse] = JSON.parse(saidBy(tour, 'solution-4')) as [number, number];
    expect(forward).toBeCloseTo(Math.LN2, 1);
    expect(reverse).toBeGreaterThan(10);
  });
});

function expectClaims(tour: Tour): void {
  expect(figuresOf(tour).length).toBe(8);

  // by hand as by the library
  for (const row of tableOf(tour, 'compare-code')) {
    expect(Number(row['largest move of a weight of G'])).toBeGreaterThan(1e-3);
    for (const network of ['G', 'fake score']) expect(Number(row[`largest difference, ${network}`])).toBeLessThan(1e-5);
  }
  const rows = tableOf(tour, 'figure-3-table');
  const found = (noise: string, objective: string) => {
    const row = rows.find((row) => row['noise']!.startsWith(noise) && row['objective'] === objective)!;
    return { both: parseInt(row['both modes covered']!), kl: Number(row['mean KL']) };
  };
  // (a) collapses, with all noise between the modes
  expect(found('little', 'real score only')).toMatchObject({ both: 0 });
  expect(found('all', 'real score only')).toMatchObject({ both: 0 });
  expect(found('all', 'real score only').kl).toBeGreaterThan(5);
  // (b) loses the far mode when the noise is little, and keeps it when there is more
  expect(found('little', 'both scores').both).toBeLessThanOrEqual(2);
  expect(found('little', 'both scores').kl).toBeGreaterThan(Math.LN2);
  expect(found('all', 'both scores').both).toBeGreaterThanOrEqual(4);
  expect(found('all', 'both scores').kl).toBeLessThan(Math.LN2);
  // (c) finds both either way
  for (const noise of ['little', 'all']) expect(found(noise, 'with regression').both).toBeGreaterThanOrEqual(4);

  const border = tableOf(tour, 'sweep-code');
  expect(Number(border[0]!['share on the left'])).toBeLessThan(0.05);
  expect(Number(border.at(-1)!['share on the left'])).toBeGreaterThan(0.3);
}

const numberOf = (text: string, name: string): number => Number(new RegExp(`${name}: ([\\d.e-]+)`).exec(text)?.[1]);
