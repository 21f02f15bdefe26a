/**
 * The first notebook: what it says is what comes out, as it is saved and run from clean in Jupyter.
 */
import { describe, expect, inject, test } from 'vitest';
import { figuresOf, run, saidBy, saved, tableOf, type Tour } from './tour.ts';

const NAME = '1-scores.ipynb';

test('as it is saved', () => expectClaims(saved(NAME)));

describe.skipIf(inject('noJupyter') !== '')('from clean', () => {
  test('in Jupyter, with its solutions', async () => {
    const tour = await run(NAME);
    expectClaims(tour);
    expect(saidBy(tour, 'solution-1')).toMatch(/σ = 0\.7[01]/);
    expect(saidBy(tour, 'solution-2')).toMatch(
      /0\.01 \[ 0\.(89|90)\d*, 0\.50\d* \]\n100 \[ -?0(\.00\d)?, -?0(\.00\d)? \]/,
    );
    const errors = [...saidBy(tour, 'solution-3').matchAll(/Heun (\S+) DDIM (\S+)/g)].map(([, ...both]) =>
      both.map(Number),
    );
    expect(errors[1]![0]! / errors[2]![0]!).toBeCloseTo(4, 0);
    expect(errors[1]![1]! / errors[2]![1]!).toBeCloseTo(2, 0);
    const [, from3, from1] = saidBy(tour, 'solution-4').match(/\S+$/gm)!.map(Number);
    expect(from3).toBeLessThan(0.03);
    expect(from1).toBeGreaterThan(2 * from3!);
  });
});

function expectClaims(tour: Tour): void {
  expect(figuresOf(tour).length).toBe(7);

  // the denoiser is the mean of what could have led there
  for (const row of tableOf(tour, 'denoiser-code')) {
    const [exact, mean] = [row['exact denoiser']!, row['mean of samples']!].map((text) => JSON.parse(text) as number[]);
    exact!.forEach((value, i) => expect(Math.abs(value - mean![i]!)).toBeLessThan(0.02));
  }
  // three ways to the same score
  for (const row of tableOf(tour, 'tweedie-code')) {
    const largest = Number(row['largest score']);
    for (const other of ['denoiser − formula', '∇ log p − formula'])
      expect(Number(row[other]) / largest).toBeLessThan(1e-4);
  }
  // Heun needs many steps and is the best then
  const qualities = tableOf(tour, 'steps-code');
  const at = (evaluations: number) => qualities.find((row) => row['evaluations'] === String(evaluations))!;
  expect(Number(at(7)['Heun'])).toBeGreaterThan(10 * Number(at(7)['Euler']));
  expect(Number(at(79)['Heun'])).toBeLessThan(Number(at(79)['Euler']));
  expect(Number(at(79)['Heun'])).toBeLessThan(1.2 * Number(at(79)['exact samples']));

  // Figure 4: without noise there is nothing; with noise the difference of scores points where the real data is
  const nothing = tableOf(tour, 'undefined-code').map((row) => parseInt(row['p_real is 0 at']!));
  expect([nothing[0], nothing.at(-1)]).toEqual([100, 0]);
  const answers = tableOf(tour, 'difference-code');
  const [least, most] = [answers[0]!, answers.at(-1)!];
  expect(Number(least['learned from exact'])).toBeGreaterThan(0.2);
  expect(Number(most['learned from exact'])).toBeLessThan(0.02);
  expect(Number(least['slope, exact'])).toBeLessThan(0.1);
  for (const slope of ['slope, exact', 'slope, learned', 'slope, seed 2'])
    expect(Math.abs(Number(most[slope]) - 0.36)).toBeLessThan(0.03);
}
