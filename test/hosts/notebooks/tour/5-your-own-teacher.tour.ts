/**
 * The fifth notebook: from a folder of images to a generator in files, as it is saved and run from clean in Jupyter.
 */
import { describe, expect, inject, test } from 'vitest';
import { cellOf, figuresOf, run, saidBy, saved, tableOf, type Tour } from './tour.ts';

const NAME = '5-your-own-teacher.ipynb';

test('as it is saved', () => expectClaims(saved(NAME)));

describe.skipIf(inject('noJupyter') !== '')('from clean', () => {
  test('in Jupyter, with its solutions', async () => {
    const tour = await run(NAME);
    expectClaims(tour);
    const [few, many] = tableOf(tour, 'solution-1').map((row) => Number(row['distance']));
    expect(Math.abs(few! - many!)).toBeLessThan(0.2);
    expect(Number(tableOf(tour, 'solution-4')[0]!['ratio'])).toBeGreaterThan(4);
    const solutions = tour.cells.filter(({ id }) => id.startsWith('solution-'));
    expect(figuresOf({ ...tour, cells: solutions }).length).toBeGreaterThanOrEqual(2);
  });
});

function expectClaims(tour: Tour): void {
  expect(figuresOf(tour).length).toBeGreaterThanOrEqual(6);
  expect(tableOf(tour, 'open')).toMatchObject([{ images: '1500' }]);

  const rows = tableOf(tour, 'numbers');
  const distances = rows.map((row) => Number(row['Fréchet distance of thumbnails']));
  const [fresh, teacher, untrained, warm, oneStep] = distances;
  expect(fresh).toBeLessThan(teacher!);
  for (const trained of [warm, oneStep]) expect(trained).toBeLessThan(untrained!);

  const sizes = tableOf(tour, 'export').map((row) => Number(row['KiB']));
  expect(sizes).toHaveLength(2);
  for (const size of sizes) expect(size).toBeGreaterThan(500);
  // the file for other programs is drawn from, and both files draw the same
  expect(figuresOf({ ...tour, cells: [cellOf(tour, 'load')] })).toHaveLength(1);
  const [same] = tableOf(tour, 'same');
  expect(Number(same!['largest difference between the two files'])).toBeLessThan(1e-3);
  expect(saidBy(tour, 'end')).toContain('stopped');
}
