/**
 * The tensors in a probe's file: safetensors with float32 numbers alone, as runs write them.
 * https://github.com/huggingface/safetensors#format
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** What the file `bytes` holds, by name. An error when it is not what a run has written, whole. */
export function readTensors(bytes: ArrayBuffer): ReadonlyMap<string, Tensor> {
  try {
    const headerEnd = 8 + Number(new DataView(bytes).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, headerEnd - 8))) as Record<
      string,
      Entry
    >;
    const tensors = new Map<string, Tensor>();
    for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
      if (name === '__metadata__') continue;
      const [begin, end] = data_offsets;
      const count = shape.reduce((a, b) => a * b, 1);
      if (dtype !== 'F32' || end - begin !== 4 * count) throw new Error(name);
      // a copy, since the numbers need not begin at a multiple of 4; slicing beyond the end would cut it short
      const data = bytes.slice(headerEnd + begin, headerEnd + end);
      if (data.byteLength !== 4 * count) throw new Error(name);
      tensors.set(name, { shape, values: new Float32Array(data) });
    }
    return tensors;
  } catch (cause) {
    throw new Error('The file with these scores is damaged.', { cause });
  }
}
