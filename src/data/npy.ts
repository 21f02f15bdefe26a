/**
 * NumPy's `.npy` files of float32 (format version 1.0, little endian, rows first).
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { failure, usageError } from '../errors.ts';

export interface FloatArray {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

const MAGIC = '\x93NUMPY';
const PREAMBLE = 10;

/** Writes `values` with `shape` to `path`: aside first, then renamed. */
export async function writeNpy(path: string, { values, shape }: FloatArray): Promise<void> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // the format asks for data that begins at a multiple of 64
  const length = Math.ceil((PREAMBLE + dictionary.length + 1) / 64) * 64 - PREAMBLE;
  const preamble = Buffer.alloc(PREAMBLE);
  preamble.write(MAGIC, 'latin1');
  preamble[6] = 1;
  preamble.writeUInt16LE(length, 8);
  const header = Buffer.from(dictionary.padEnd(length - 1) + '\n', 'latin1');
  const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  await writeFileAtomic(path, Buffer.concat([preamble, header, data])).catch((error: unknown) => {
    throw failure(`\`${path}\` could not be written: ${(error as Error).message}.`, error);
  });
}

/** The array in `path`. Throws a usage error for other types than float32, a failure for a damaged file. */
export async function readNpy(path: string): Promise<FloatArray> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw usageError(`\`${path}\` cannot be read: ${(error as Error).message}.`, error);
  });
  if (bytes.length < PREAMBLE || bytes.toString('latin1', 0, 6) !== MAGIC)
    throw usageError(`\`${path}\` is no .npy file; give one that \`numpy.save\` wrote.`);
  const start = PREAMBLE + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', PREAMBLE, start);
  const fields = /'descr': *'([^']*)'.*'fortran_order': *(\w+).*'shape': *\(([\d, ]*)\)/.exec(header);
  if (bytes[6] !== 1 || !fields)
    throw usageError(`\`${path}\` has version \`${bytes[6]}.${bytes[7]}\` or a header of another form; save it anew.`);
  const [, type, fortran, sizes] = fields;
  if (type !== '<f4' || fortran !== 'False')
    throw usageError(
      `\`${path}\` has type \`${type}\` and fortran_order \`${fortran}\`; only float32 (\`<f4\`), rows first, is read: convert it.`,
    );
  const shape = sizes!
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  if (bytes.length - start !== 4 * count)
    throw failure(
      `\`${path}\` announces ${shape.join('×')} = ${count} numbers but holds \`${(bytes.length - start) / 4}\`; save it anew.`,
    );
  return { shape, values: new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer) };
}
