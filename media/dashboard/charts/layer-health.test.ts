import { expect, test } from 'vitest';
import { ENOUGH, FAR, healthOf } from './layer-health.ts';

const usual = [1, 2, 3, 2, 1, 2];

test('far above or below its own median so far', () => {
  expect(healthOf([...usual, 2 * FAR])).toMatchObject({ flag: 'exploding', reason: expect.stringContaining('20 times above') as unknown }); // prettier-ignore
  expect(healthOf([...usual, 2 / FAR / 10])).toMatchObject({ flag: 'vanishing', reason: expect.stringContaining('200 times below') as unknown }); // prettier-ignore
  expect(healthOf([...usual, 2 * FAR - 1])).toBeUndefined();
});

test('nothing is said of a layer of which little is known', () => {
  expect(healthOf([])).toBeUndefined();
  expect(healthOf([...usual.slice(0, ENOUGH - 1), 1000])).toBeUndefined();
  expect(healthOf([0, 0, 0, 0, 0, 0, 0])).toBeUndefined();
});

test('what is not finite explodes, what is 0 and was not has vanished', () => {
  expect(healthOf([NaN])?.flag).toBe('exploding');
  expect(healthOf([...usual, Infinity])?.flag).toBe('exploding');
  expect(healthOf([...usual, 0])).toEqual({ flag: 'vanishing', reason: 'The gradient is 0.' });
});
