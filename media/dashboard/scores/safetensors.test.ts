import { expect, test } from 'vitest';
import { encodeSafetensors } from '../../../src/networks/safetensors.ts';
import { readTensors } from './safetensors.ts';

const file = encodeSafetensors({
  tensors: new Map([
    ['x', { shape: [2, 2], values: Float32Array.of(1, -2, 0.5, 3e-9) }],
    ['t', { shape: [], values: Float32Array.of(7) }],
  ]),
  metadata: { format: 'dmd-lab' },
});
const bytes = (end?: number) => new Uint8Array(file).slice(0, end).buffer;

test('reads what runs write', () => {
  const tensors = readTensors(bytes());
  expect([...tensors.keys()]).toEqual(['x', 't']);
  expect(tensors.get('x')).toEqual({ shape: [2, 2], values: Float32Array.of(1, -2, 0.5, 3e-9) });
  expect(tensors.get('t')!.values[0]).toBe(7);
});

test('refuses what is cut short anywhere, and what is something else', () => {
  for (let end = 0; end < file.length; end++) expect(() => readTensors(bytes(end)), `${end} bytes`).toThrow('damaged');
  expect(() => readTensors(new TextEncoder().encode('<html>not a file of tensors</html>').buffer)).toThrow('damaged');
});
