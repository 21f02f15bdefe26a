/**
 * Runs an ONNX model as anybody else would: ONNX Runtime with its own optimisations, fed and read through plain arrays.
 */
import { failure } from '../errors.ts';
import { onnxRuntime } from './session/session.ts';

export interface ModelTensor {
  readonly type: 'float32' | 'int64';
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** The output `output` of the model in `bytes`, given its inputs by name. A failure when it does not load or run. */
export async function runModel(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, ModelTensor>>,
  output: string,
): Promise<Float32Array> {
  const { ort } = onnxRuntime();
  try {
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['cpu'], logSeverityLevel: 3 });
    const feeds = Object.entries(inputs).map(
      ([name, { type, data, shape }]) => [name, new ort.Tensor(type, data as Float32Array, shape)] as const,
    );
    const results = await session.run(Object.fromEntries(feeds), [output]);
    await session.release();
    return results[output]!.data as Float32Array;
  } catch (cause) {
    throw failure(`The ONNX model does not run: ${(cause as Error).message.split('\n')[0]}`, cause);
  }
}
