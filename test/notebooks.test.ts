/**
 * The notebooks of the tour as they are saved: they read well where nothing runs.
 */
import { expect, test } from 'vitest';
import { textOf } from './hosts/notebooks/execute.ts';
import { figuresOf, saved, savedText, tourNames } from './hosts/notebooks/tour/tour.ts';

test.each(tourNames())('%s is whole, run in order, and small', (name) => {
  const text = savedText(name);
  const tour = saved(name);
  expect(text.length).toBeLessThan(1.5 * 2 ** 20);
  expect(text).not.toContain(process.cwd());
  expect(tour.metadata.kernelspec).toMatchObject({ name: 'dmd-lab', language: 'typescript' });

  const code = tour.cells.filter(({ cell_type: type }) => type === 'code');
  expect(code.map(({ execution_count: count }) => count)).toEqual(code.map((_, i) => i + 1));
  const outputs = code.flatMap(({ outputs = [] }) => outputs);
  expect(outputs.filter(({ output_type: type }) => type === 'error')).toEqual([]);

  const figures = figuresOf(tour);
  expect(figures.length).toBeGreaterThan(2);
  for (const { data } of figures) expect(data).toHaveProperty(['image/png'], expect.stringMatching(/^iVBOR/));

  const last = textOf(tour.cells.at(-1)!.source);
  expect(last.match(/<details>/g)?.length).toBeGreaterThanOrEqual(3);
});
