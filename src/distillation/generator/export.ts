/**
 * The generator as an ONNX file that any runtime can load: `noise` in, `image` (or `point`) out, everything between inside.
 */
import * as tf from '@tensorflow/tfjs-core';
import { exportOnnx, type ExportedInput } from '../../engine/export.ts';
import { type ModelTensor, runModel } from '../../engine/run-model.ts';
import { failure } from '../../errors.ts';
import type { Params } from '../../networks/denoiser.ts';
import { Random } from '../../random.ts';
import type { Generator } from './generator.ts';

/** Largest difference between the file and the generator that rounding explains, for values of order 1. */
const TOLERANCE = 1e-3;
/** A batch unlike the ones that the export records. */
const CHECKED_BATCH = 4;

/**
 * The ONNX model of `generator`: inputs `noise` ~ N(0, 1) float32, [n, channels, height, width] for images and
 * [n, dimensions] for points, and, when it has classes, `label` int64 [n]; output `image`, clipped to −1…1, or `point`.
 * The model is loaded and compared with the generator first: a failure when they differ. Needs the onnx engine.
 */
export async function exportGenerator(
  generator: Generator,
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const isImage = generator.sampleShape.length === 3;
  const output = isImage ? 'image' : 'point';
  const noiseShape = isImage ? [2, 0, 1].map((axis) => generator.sampleShape[axis]!) : generator.sampleShape;
  const inputs: ExportedInput[] = [
    { name: 'noise', sampleShape: noiseShape, type: 'float32' },
    ...(generator.classes > 0 ? [{ name: 'label', sampleShape: [], type: 'int64' as const }] : []),
  ];
  const draw = (noise: tf.Tensor, labels?: tf.Tensor): tf.Tensor => {
    if (!isImage) return generator.generate(params, noise, labels as tf.Tensor1D);
    const x = generator.generate(params, tf.transpose(noise, [0, 2, 3, 1]), labels as tf.Tensor1D);
    return tf.transpose(tf.clipByValue(x, -1, 1), [0, 3, 1, 2]);
  };
  const model = await exportOnnx(draw, inputs, output, metadata);
  await compare(model, draw, inputs, output);
  return model;
}

/** Both asked the same question: the model in ONNX Runtime, the generator in the engine that runs. */
async function compare(
  model: Uint8Array,
  draw: (noise: tf.Tensor, labels?: tf.Tensor) => tf.Tensor,
  inputs: readonly ExportedInput[],
  output: string,
): Promise<void> {
  const shape = [CHECKED_BATCH, ...inputs[0]!.sampleShape];
  const noise = Random.fromSeed(0).normal(tf.util.sizeFromShape(shape));
  const labels = Int32Array.from({ length: CHECKED_BATCH }, (_, i) => i % 2);
  const feeds: Record<string, ModelTensor> = { noise: { type: 'float32', shape, data: noise } };
  if (inputs.length > 1)
    feeds['label'] = { type: 'int64', shape: [CHECKED_BATCH], data: BigInt64Array.from(labels, BigInt) };

  const expected = tf.tidy(() =>
    draw(tf.tensor(noise, shape), inputs.length > 1 ? tf.tensor1d(labels, 'int32') : undefined),
  );
  const [numbers, exported] = [await expected.data<'float32'>(), await runModel(model, feeds, output)];
  expected.dispose();
  const difference = numbers.reduce((largest, v, i) => Math.max(largest, Math.abs(v - exported[i]!)), 0);
  // written so that NaN fails too
  if (!(difference <= TOLERANCE))
    throw failure(`The exported ONNX model differs from the generator by \`${difference}\`; nothing was written.`);
}
