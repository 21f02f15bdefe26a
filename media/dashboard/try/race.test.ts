import { expect, it } from 'vitest';
import { paceOf, paceWords } from './race.ts';

it.each([
  [2, 1, 'in real time'],
  [0.012, 0.01, 'slowed down 100 times'],
  [0.6, 0.5, 'slowed down 2.0 times'],
  [40, 10, 'sped up 10 times'],
])('a race of %s s goes at pace %s, %s', (seconds, pace, words) => {
  expect(paceOf(seconds)).toBeCloseTo(pace);
  expect(paceWords(paceOf(seconds))).toBe(words);
});
