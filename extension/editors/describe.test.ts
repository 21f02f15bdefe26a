import { expect, test } from 'vitest';
import { encodeSafetensors } from '../../src/networks/safetensors.ts';
import { describe } from './describe.ts';

const file = (tensors: Record<string, readonly number[]>, metadata: Record<string, string> = {}): Uint8Array =>
  encodeSafetensors({
    tensors: new Map(
      Object.entries(tensors).map(([name, values]) => [
        name,
        { shape: [values.length], values: Float32Array.from(values) },
      ]),
    ),
    metadata,
  });

test('tensors are told by shape, norm, mean and largest value', () => {
  const { tensors, elements, isGenerator } = describe(file({ w: [3, -4, 0, 0], b: [] }), 'w.safetensors');
  expect(tensors).toEqual([
    { name: 'w', shape: [4], elements: 4, norm: 5, mean: -0.25, largest: 4, broken: 0 },
    { name: 'b', shape: [0], elements: 0, norm: 0, mean: 0, largest: 0, broken: 0 },
  ]);
  expect(elements).toBe(4);
  expect(isGenerator).toBe(false);
});

test('elements that are not finite are counted', () => {
  const [w] = describe(file({ w: [NaN, Infinity, 1] }), 'w.safetensors').tensors;
  expect(w).toMatchObject({ broken: 2, norm: NaN });
});

test('a generator is known by its metadata', () => {
  const metadata = { generator: 'denoiser', teacher: 'ring' };
  expect(describe(file({}, metadata), 'g')).toMatchObject({ isGenerator: true, metadata });
});

test('a damaged file is told as such', () => {
  const whole = file({ w: [1, 2] });
  expect(() => describe(whole.subarray(0, whole.length - 1), 'w.safetensors')).toThrow(
    '`w.safetensors` is no sound safetensors file',
  );
});
