import { expect, describe, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

/* safetensors 0.8.0 for Python:
save({'a': np.array([[1.5, -2.0]], '<f4'), 'h': np.array([0.1, 65504., 6e-8, np.inf], '<f2'),
      'b': np.array([3.140625, -1e30]).astype(ml_dtypes.bfloat16)}, {'k': 'v'})
*/
const reference = Buffer.from(
  'wAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJrIjoidiJ9LCJhIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxLDJdLCJkYXRhX29mZnNldHMiOlswLDhdfSwiYiI6eyJkdHlwZSI6IkJGMTYiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls4LDEyXX0sImgiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzRdLCJkYXRhX29mZnNldHMiOlsxMiwyMF19fSAAAMA/AAAAwElASvFmLv97AQAAfA==',
  'base64',
);

/** A file with this header and so many bytes of data. */
function file(header: unknown, dataBytes = 0): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}
const entry = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const reading = (bytes: Uint8Array) => () => decodeSafetensors(bytes, 'w.safetensors');

describe('safetensors', () => {
  it("reads what the format's own library wrote, in all three types", () => {
    const { tensors, metadata } = decodeSafetensors(reference, 'reference');
    expect(metadata).toEqual({ k: 'v' });
    expect(tensors.get('a')).toEqual({ shape: [1, 2], values: Float32Array.of(1.5, -2) });
    expect(tensors.get('h')!.values).toEqual(Float32Array.of(0.0999755859375, 65504, 5.960464477539063e-8, Infinity));
    expect(tensors.get('b')!.values).toEqual(Float32Array.of(3.140625, -1.0002555517425873e30));
  });

  it("writes the very bytes that the format's own library writes", () => {
    const values = Float32Array.of(1.5, -2);
    const bytes = encodeSafetensors({ tensors: new Map([['a', { shape: [1, 2], values }]]), metadata: { k: 'v' } });
    const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(Buffer.from(bytes)).toEqual(
      Buffer.concat([
        Buffer.from([padded.length, 0, 0, 0, 0, 0, 0, 0]),
        Buffer.from(padded),
        Buffer.from(values.buffer),
      ]),
    );
  });

  it('gives back scalars, empty tensors, odd names and their order', () => {
    const tensors = new Map([
      ['ü"\\{:', { shape: [], values: Float32Array.of(7) }],
      ['__proto__', { shape: [0, 3], values: new Float32Array(0) }],
      ['a', { shape: [2], values: Float32Array.of(NaN, -0) }],
    ]);
    const read = decodeSafetensors(encodeSafetensors({ tensors, metadata: {} }), 'own');
    expect([...read.tensors]).toEqual([...tensors]);
  });

  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'only `0` bytes'],
    ['a header longer than the file', file('{}').subarray(0, 9), 'claims a header of `2` bytes'],
    ['a huge header', Buffer.from('ffffffffffffff7f00', 'hex'), 'claims a header of'],
    ['a header that is not JSON', file('{"a":'), 'not JSON'],
    ['a header that is not UTF-8', Buffer.concat([file('{}').subarray(0, 8), Buffer.from([0xff, 0xff])]), 'not JSON'],
    ['a header that is no object', file([]), 'no object'],
    ['a name twice', file(`{"a":${JSON.stringify(entry(0, 4))},"a":${JSON.stringify(entry(0, 4))}}`, 4), 'twice'],
    ['metadata that are no texts', file({ __metadata__: { n: 1 } }), 'metadata'],
    ['an entry without a type', file({ a: { shape: [], data_offsets: [0, 4] } }, 4), 'entry of the tensor `a`'],
    ['an unknown type', file({ a: entry(0, 4, [4], 'U8') }, 4), 'type `U8`'],
    ['a type from the prototype', file({ a: entry(0, 4, [1], 'constructor') }, 4), 'type `constructor`'],
    ['a negative dimension', file({ a: entry(0, 4, [-1, -1]) }, 4), 'entry of the tensor `a`'],
    ['a shape of another size', file({ a: entry(0, 8, [3]) }, 8), 'bytes 0 to 8'],
    ['a tensor beyond the end', file({ a: entry(0, 8) }, 4), 'bytes 0 to 8 of 4'],
    ['an end before its beginning', file({ a: entry(4, 0, [1]) }, 4), 'bytes 4 to 0'],
    ['overlapping tensors', file({ a: entry(0, 8), b: entry(4, 12) }, 12), '`b` overlaps'],
    ['a gap', file({ a: entry(0, 4), b: entry(8, 12) }, 12), '`b` follows a gap'],
    ['bytes that belong to nothing', file({ a: entry(0, 4) }, 12), '`8` bytes at its end'],
  ])('refuses %s', (_what, bytes, message) => {
    expect(reading(bytes)).toThrow(message);
    expect(reading(bytes)).toThrow('`w.safetensors` is no sound safetensors file');
  });

  it('refuses the reference cut anywhere', () => {
    for (let n = 0; n < reference.length; n++) expect(reading(reference.subarray(0, n))).toThrow('no sound');
  });
});
