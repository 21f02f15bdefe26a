import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from './npy.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dmd-npy-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** What `numpy.save` writes for an array. */
function numpyBytes(dictionary: string, data: Buffer, version = 1): Buffer {
  const header = dictionary.padEnd(117) + '\n';
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.of(version, 0, 118, 0), Buffer.from(header), data]);
}
const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);

describe('npy', () => {
  it('writes what numpy.save would, byte for byte', async () => {
    const path = join(directory, 'a.npy');
    await writeNpy(path, { values: Float32Array.from([1, -2, 0.5, 1e-3, 7, 8]), shape: [2, 3] });
    const expected = numpyBytes(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
      floats(1, -2, 0.5, 1e-3, 7, 8),
    );
    expect((await readFile(path)).equals(expected)).toBe(true);
  });

  it.each([[[3]], [[1, 3]], [[3, 1, 1]], [[0, 4]]])('reads back shape %j', async (shape) => {
    const path = join(directory, 'b.npy');
    const count = shape.reduce((a, b) => a * b, 1);
    // a view into a larger buffer must not write its neighbours
    const values = Float32Array.from({ length: count + 1 }, (_, i) => i / 3).subarray(1);
    await writeNpy(path, { values, shape });
    expect(await readNpy(path)).toEqual({ values: Float32Array.from(values), shape });
  });

  const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  it.each([
    ['no .npy file', Buffer.from('something else'), 'usage'],
    ['version `3.0`', numpyBytes(good, floats(1, 2), 3), 'usage'],
    ['another form', numpyBytes('{}', floats(1, 2)), 'usage'],
    ['type `<f8`', numpyBytes(good.replace('f4', 'f8'), Buffer.alloc(16)), 'usage'],
    ['fortran_order `True`', numpyBytes(good.replace('False', 'True'), floats(1, 2)), 'usage'],
    ['2 = 2 numbers but holds `1.75`', numpyBytes(good, floats(1, 2).subarray(1)), 'failure'],
  ])('refuses a file with %s', async (message, bytes, kind) => {
    const path = join(directory, 'bad.npy');
    await writeFile(path, bytes);
    await expect(readNpy(path)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
  });

  it('names the place that cannot be read or written', async () => {
    await expect(readNpy(join(directory, 'none'))).rejects.toThrow(/none` cannot be read/);
    const nowhere = join(directory, 'no', 'dir');
    await expect(writeNpy(nowhere, { values: new Float32Array(1), shape: [1] })).rejects.toThrow(
      /could not be written/,
    );
  });
});
