import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('speed and time left follow from where the run was', () => {
  const pace = new Pace();
  expect(pace.speed(1000)).toBeUndefined();
  pace.add(100, 0);
  expect(pace.speed(1000)).toBeUndefined();
  pace.add(110, 1000);
  pace.add(140, 2000);
  expect(pace.speed(1000)).toEqual({ perSecond: 20, secondsLeft: 43 });
});

test('only the last half minute counts', () => {
  const pace = new Pace();
  for (let second = 0; second <= 60; second++) pace.add(second < 30 ? second : 10 * second, 1000 * second);
  expect(pace.speed(700)).toEqual({ perSecond: 10, secondsLeft: 10 });
});

test('a run that goes back begins again, and one that stands still tells nothing new', () => {
  const pace = new Pace();
  pace.add(500, 0);
  pace.add(510, 1000);
  pace.add(400, 2000);
  expect(pace.speed(500)).toBeUndefined();
  pace.add(400, 9000);
  pace.add(402, 3000);
  expect(pace.speed(500)).toEqual({ perSecond: 2, secondsLeft: 49 });
  pace.forget();
  expect(pace.speed(500)).toBeUndefined();
});
