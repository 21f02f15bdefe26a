/**
 * The third notebook: digits in one step, as it is saved and run from clean in Jupyter.
 */
import { describe, expect, inject, test } from 'vitest';
import { cellOf, figuresOf, run, saidBy, saved, tableOf, type Tour } from './tour.ts';

const NAME = '3-distill-mnist.ipynb';

test('as it is saved', () => expectClaims(saved(NAME)));

describe.skipIf(inject('noJupyter') !== '')('from clean', () => {
  test('in Jupyter, with its solutions', async () => {
    const tour = await run(NAME);
    expectClaims(tour);
    const [distances] = tableOf(tour, 'solution-2');
    expect(Number(distances!['warm'])).toBeLessThan(0.7 * Number(distances!['before']));
    const solutions = tour.cells.filter(({ id }) => id.startsWith('solution-'));
    expect(figuresOf({ ...tour, cells: solutions }).length).toBeGreaterThanOrEqual(6);
  });
});

function expectClaims(tour: Tour): void {
  expect(figuresOf(tour).length).toBeGreaterThanOrEqual(12);
  // three noise levels; samples, gradient
  expect(figuresOf({ ...tour, cells: [cellOf(tour, 'scores')] })).toHaveLength(3);
  expect(figuresOf({ ...tour, cells: [cellOf(tour, 'gradient')] })).toHaveLength(2);

  const distances = tableOf(tour, 'results').map((row) => Number(row['Fréchet distance']));
  const [untrained, warm, oneStep, teacher] = distances;
  expect(untrained).toBeGreaterThan(50);
  expect(teacher).toBeLessThan(5);
  for (const trained of [warm, oneStep]) {
    expect(trained).toBeLessThan(untrained! / 3);
    expect(trained).toBeGreaterThan(teacher!);
  }
  // forty steps may bring little, and must not do harm
  expect(oneStep).toBeLessThan(1.2 * warm!);

  const [before, after] = tableOf(tour, 'beside').map((row) => Number(row['mean |pixel|']));
  expect(before).toBeGreaterThan(0.5);
  expect(after).toBeGreaterThan(0.5);
  expect(saidBy(tour, 'away')).toMatch(/iteration \d+ of 90[^]*stopped/);
}
