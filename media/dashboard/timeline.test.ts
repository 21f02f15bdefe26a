import { expect, test } from 'vitest';
import { RunModel } from './run-model.ts';
import { headOf, samplesAt, startedAt } from './test-run.ts';
import { indexAt, nameOfIteration, timelineOf } from './timeline.ts';

test('finds the moment that held at an iteration', () => {
  const moments = [0, 10, 20, 35];
  expect([-1, 0, 9, 10, 34, 35, 99].map((iteration) => indexAt(moments, iteration))).toEqual([-1, 0, 0, 1, 2, 3, 3]);
  expect(indexAt([], 5)).toBe(-1);
});

test('holds each moment once, and lets go of those that a resumed run takes back', () => {
  const model = new RunModel(headOf('a'), 0);
  const timeline = timelineOf(model);
  model.takeEvents([startedAt(0), samplesAt(0, 'teacher'), samplesAt(0), samplesAt(10), samplesAt(20)]);
  expect(timeline.value).toEqual([0, 10, 20]);
  model.takeEvents([startedAt(10), samplesAt(15)]);
  expect(timeline.value).toEqual([0, 10, 15]);
});

test('counts steps from the end of the warm-up', () => {
  const model = new RunModel(headOf('a'), 0);
  model.takeEvents([startedAt(0)]);
  expect([0, 1, 5, 6, 25].map((iteration) => nameOfIteration(model, iteration))).toEqual([
    'start',
    'warm-up 1',
    'warm-up 5',
    'step 1',
    'step 20',
  ]);
});
