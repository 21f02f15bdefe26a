/**
 * The fourth notebook: what it says of gradients is what comes out, as it is saved and run from clean in Jupyter.
 */
import { describe, expect, inject, test } from 'vitest';
import { figuresOf, run, saidBy, saved, tableOf, type Tour } from './tour.ts';

const NAME = '4-gradients.ipynb';

test('as it is saved', () => expectClaims(saved(NAME)));

describe.skipIf(inject('noJupyter') !== '')('from clean', () => {
  test('in Jupyter, with its solutions', async () => {
    const tour = await run(NAME);
    expectClaims(tour);
    const [quiet, loud] = tableOf(tour, 'solution-1').map((row) => Number(row['KL, nats']));
    expect(Math.abs(quiet! - loud!)).toBeLessThan(0.05);
    const shares = tableOf(tour, 'solution-3').map((row) => Number(row['share of σ = 1']));
    expect(shares[0]).toBeLessThan(0.05);
    expect(shares.at(-1)).toBe(1);
    expect(figuresOf({ ...tour, cells: tour.cells.slice(-3) })).toHaveLength(2);
  });
});

function expectClaims(tour: Tour): void {
  expect(figuresOf(tour).length).toBeGreaterThanOrEqual(11);
  expect(saidBy(tour, 'algorithm')).toContain('w_t α_t (s_fake − s_real)');

  // Eq. 7 by hand
  const [byHand] = tableOf(tour, 'by-hand');
  expect(Number(byHand!['largest |gradient|'])).toBeGreaterThan(0.5);
  expect(Number(byHand!['largest difference from w_t (s_fake − s_real)'])).toBeLessThan(1e-4);

  const shares = tableOf(tour, 'share');
  const shareOf = (weighting: string, level: string) =>
    Number(shares.find((row) => row['weighting'] === weighting)![level]);
  expect(shareOf('eq8, alg2', '0.1 to 1')).toBeGreaterThan(0.4);
  expect(shareOf('sigma-over-alpha', 'above 10')).toBeLessThan(0.05);
  expect(shareOf('sigma3-over-alpha', 'above 10')).toBeGreaterThan(0.4);

  const kl = Object.fromEntries(
    tableOf(tour, 'vanishing-kl').map((row) => [row['weighting'], Number(row['KL, nats'])]),
  );
  // what has vanished is as if it were not there
  expect(kl['sigma3-over-alpha, little noise']! - kl['regression alone']!).toBeCloseTo(0, 1.5);
  expect(kl['sigma3-over-alpha']).toBeGreaterThan(kl['alg2']!);

  const bad = Object.fromEntries(tableOf(tour, 'exploding-told').map((row) => [row['run'], row]));
  expect(Number(bad['rate 1e-4 (the preset)']!['KL, nats'])).toBeLessThan(0.15);
  expect(Number(bad['rate 0.03']!['KL, nats'])).toBeGreaterThan(1);
  expect(Number(bad['rate 0.03, clipped at 0.5']!['KL, nats'])).toBeGreaterThan(1);
  expect(bad['rate 0.3']!['how it ended']).toMatch(/^Training diverged at matching step \d+/);
}
