/**
 * The safetensors format: a length, a JSON header that names every tensor's type, shape and place, then their bytes.
 * https://github.com/huggingface/safetensors#format
 */
import { z } from 'zod';
import { failure, type DmdError } from '../errors.ts';

/** One tensor's numbers; on disk float32, float16 or bfloat16, here always float32. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Safetensors {
  /** In the order of the file's header. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How many bytes the format lets a header have. */
const maxHeaderBytes = 100_000_000;

const size = z.number().int().nonnegative();
const Entry = z.strictObject({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });
const Metadata = z.record(z.string(), z.string());

const readers: Record<string, { bytes: number; read: (view: DataView, count: number) => Float32Array }> = {
  F32: {
    bytes: 4,
    read: (view, count) => Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true)),
  },
  F16: {
    bytes: 2,
    read: (view, count) => Float32Array.from({ length: count }, (_, i) => half(view.getUint16(2 * i, true))),
  },
  // bfloat16 is the upper half of a float32
  BF16: {
    bytes: 2,
    read: (view, count) =>
      new Float32Array(Uint32Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true) << 16).buffer),
  },
};

/** The value of the IEEE 754 half with these 16 bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The bytes of a safetensors file with these tensors, as float32 in the order given, and `metadata`. */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const header: [string, unknown][] = [['__metadata__', metadata]];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    header.push([name, { dtype: 'F32', shape, data_offsets: [offset, (offset += 4 * values.length)] }]);
  }
  let json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // padded with spaces, so that the numbers begin at a multiple of 8
  const padding = new TextEncoder().encode(' '.repeat((8 - (json.length % 8)) % 8));
  json = Uint8Array.from([...json, ...padding]);

  const file = new Uint8Array(8 + json.length + offset);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  let at = 8 + json.length;
  for (const { values } of tensors.values()) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return file;
}

/**
 * What the safetensors file `bytes` holds. `source` names the file in errors. Everything the header claims is checked:
 * a file that is cut short, or whose tensors overlap, leave gaps or have sizes that contradict their shapes, is refused.
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): Safetensors {
  const unsound = (why: string, cause?: unknown): DmdError =>
    failure(`\`${source}\` is no sound safetensors file: ${why}. Get or make it again.`, cause);

  if (bytes.length < 8) throw unsound(`it has only \`${bytes.length}\` bytes`);
  const claimed = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (claimed > maxHeaderBytes || claimed > bytes.length - 8) {
    throw unsound(`it claims a header of \`${claimed}\` bytes in a file of ${bytes.length}`);
  }
  const headerEnd = 8 + Number(claimed);
  const header = parseHeader(bytes.subarray(8, headerEnd), unsound);
  const data = bytes.subarray(headerEnd);

  const tensors = new Map<string, StoredTensor>();
  const spans: [begin: number, end: number, name: string][] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of header) {
    if (name === '__metadata__') {
      const parsed = Metadata.safeParse(value);
      if (!parsed.success) throw unsound('its metadata is not made of texts', parsed.error);
      metadata = parsed.data;
      continue;
    }
    const entry = Entry.safeParse(value);
    if (!entry.success) throw unsound(`the entry of the tensor \`${name}\` is not of the format`, entry.error);
    const { dtype, shape, data_offsets } = entry.data;
    const [begin, end] = data_offsets;
    const reader = Object.hasOwn(readers, dtype) ? readers[dtype]! : undefined;
    if (!reader) throw unsound(`the tensor \`${name}\` is of type \`${dtype}\`, not F32, F16 or BF16`);
    const count = shape.reduce((a, b) => a * b, 1);
    if (begin > end || end > data.length || end - begin !== count * reader.bytes) {
      throw unsound(
        `the tensor \`${name}\` of shape [${shape.join(', ')}] claims bytes ${begin} to ${end} of ${data.length}`,
      );
    }
    spans.push([begin, end, name]);
    tensors.set(name, { shape, values: reader.read(new DataView(data.buffer, data.byteOffset + begin), count) });
  }

  let covered = 0;
  for (const [begin, end, name] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== covered)
      throw unsound(`the tensor \`${name}\` ${begin < covered ? 'overlaps another' : 'follows a gap'}`);
    covered = end;
  }
  if (covered !== data.length) throw unsound(`\`${data.length - covered}\` bytes at its end belong to no tensor`);
  return { tensors, metadata };
}

/** The header's entries; a name that occurs twice is refused, where JSON.parse would keep the last. */
function parseHeader(bytes: Uint8Array, unsound: (why: string, cause?: unknown) => DmdError): [string, unknown][] {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw unsound('its header is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw unsound('its header is no object');
  const entries = Object.entries(header);
  if (countOuterKeys(text) !== entries.length) throw unsound('it names a tensor twice');
  return entries;
}

/** How many keys the outermost object of the JSON `text` has, repeated ones counted each time. */
function countOuterKeys(text: string): number {
  let depth = 0;
  let keys = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token === ':' && depth === 1) keys++;
  }
  return keys;
}
