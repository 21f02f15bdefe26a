import { expect, test } from 'vitest';
import { RunModel } from '../run-model.ts';
import { headOf, samplesAt, startedAt } from '../test-run.ts';
import { classOf, eventAt, kindOf, oneStepEvents, spread, teacherNfe } from './moments.ts';
import { pointNear, reachOf } from './plane-plot.ts';

test('spreads evenly, with the first and the last', () => {
  const all = Array.from({ length: 101 }, (_, i) => i);
  expect(spread(all, 5)).toEqual([0, 25, 50, 75, 100]);
  expect(spread([1, 2], 5)).toEqual([1, 2]);
});

test('knows what was shown at an iteration, and what it is', () => {
  const model = new RunModel(headOf('a'), 0);
  expect(kindOf(model)).toBeUndefined();
  model.takeEvents([startedAt(0), samplesAt(0, 'teacher'), samplesAt(5), samplesAt(15)]);
  expect(kindOf(model)).toBe('plane');
  expect(teacherNfe(model)).toBe(35);
  expect(classOf(model, 3)).toBeUndefined();
  const events = oneStepEvents(model);
  expect(events.map(({ iteration }) => iteration)).toEqual([5, 15]);
  expect([0, 5, 14, 15, 99].map((iteration) => eventAt(events, iteration)?.iteration)).toEqual([5, 5, 5, 15, 15]);
});

test('reaches around the points in halves, and finds the one under the pointer', () => {
  const points = Float32Array.of(-1, 0, 1, 0.2);
  expect(reachOf(points)).toBe(1.5);
  expect(reachOf(new Float32Array())).toBe(1.5);
  // (1, 0.2) in a square of 300 pixels about the origin, y upwards
  expect(pointNear(points, [250, 130], 300, 1.5)).toBe(1);
  expect(pointNear(points, [150, 20], 300, 1.5)).toBeUndefined();
});
