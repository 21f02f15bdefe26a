import { expect, test } from 'vitest';
import { RunModel } from './run-model.ts';
import { bounded, shownOf, type Shown } from './shown.ts';
import { headOf, samplesAt, startedAt } from './test-run.ts';

type Told = Parameters<typeof shownOf>[0];
const at = (iteration: number, of?: 'teacher'): Shown => shownOf(samplesAt(iteration, of) as Told);

test('points are numbers in a row', () => {
  const model = new RunModel(headOf('a'), 0);
  model.takeEvents([startedAt(0), samplesAt(3)]);
  expect(model.events('samples').value[0]!.points).toEqual(Float32Array.of(3, 0));
});

test('what takes too much memory is thinned evenly, however often; the teacher’s, the first and the last stay', () => {
  let held: readonly Shown[] = [at(0, 'teacher')];
  // 100 events of 8 bytes
  for (let iteration = 0; iteration < 5000; iteration++) held = bounded([...held, at(iteration)], 800);
  expect(held.length).toBeLessThanOrEqual(100);
  expect(held.length).toBeGreaterThan(20);
  expect(held.slice(0, 2).map(({ of, iteration }) => `${of} ${iteration}`)).toEqual(['teacher 0', 'oneStep 0']);
  expect(held.at(-1)!.iteration).toBe(4999);
  const gaps = held.slice(2).map(({ iteration }, i) => iteration - held[i + 1]!.iteration);
  expect(Math.max(...gaps)).toBeLessThan(300);
});

test('pictures without points take none of it', () => {
  const pictures = Array.from({ length: 500 }, (_, i): Shown => ({ ...at(i), points: undefined }));
  expect(bounded(pictures, 8)).toBe(pictures);
});
