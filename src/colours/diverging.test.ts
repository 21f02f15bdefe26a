import { expect, test } from 'vitest';
import { divergingAt, roundUp, symmetricBound } from './diverging.ts';

const colours = { minus: [0, 100, 200], zero: [240, 240, 240], plus: [200, 80, 0] } as const;

test('is symmetric about zero: the same distance is the same share of the way', () => {
  expect(divergingAt(colours, 0, 1)).toEqual([240, 240, 240]);
  for (const value of [0.1, 0.5, 0.9, 1]) {
    const [up, down] = [divergingAt(colours, value, 1), divergingAt(colours, -value, 1)];
    for (const i of [0, 1, 2] as const) {
      expect(up[i]).toBe(Math.round(240 + value * (colours.plus[i] - 240)));
      expect(down[i]).toBe(Math.round(240 + value * (colours.minus[i] - 240)));
    }
  }
  expect(divergingAt(colours, 7, 1)).toEqual(colours.plus);
  expect(divergingAt(colours, -7, 1)).toEqual(colours.minus);
});

test('ends where nearly all values are, at a round number, the same for both signs', () => {
  expect(symmetricBound(Float32Array.of(-0.3, 0.1))).toBe(0.5);
  expect(symmetricBound(Float32Array.of(0.3, -0.1))).toBe(0.5);
  expect(symmetricBound(new Float32Array(1000).fill(0.9).fill(50, 0, 3))).toBe(1);
  expect([0, NaN].map((value) => symmetricBound(Float32Array.of(value)))).toEqual([1, 1]);
  expect([0.011, 0.02, 3, 7].map(roundUp)).toEqual([0.02, 0.02, 5, 10]);
});
