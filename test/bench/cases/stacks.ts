/**
 * Convolutions alone: a residual stack h ← h + conv(silu(h)), forward and backward, with the loss mean(h²).
 */
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../../src/engine/compile.ts';
import { globalNorm } from '../../../src/networks/clip.ts';
import type { Params } from '../../../src/networks/denoiser.ts';
import { valueAndGradients } from '../../../src/networks/gradients.ts';
import { silu } from '../../../src/networks/layers.ts';
import { Random } from '../../../src/random.ts';
import type { BenchCase } from '../case.ts';
import { noise, upload, uploadAll } from '../host.ts';

export function stack(
  layers: number,
  channels: number,
  height: number,
  { batch = 16, width = height } = {},
): BenchCase {
  const random = Random.fromSeed(1);
  const filter = [3, 3, channels, channels];
  const scale = 1 / Math.sqrt(9 * channels * layers);
  const weights = Object.fromEntries(Array.from({ length: layers }, (_, i) => [`w${i}`, noise(random, filter, scale)]));
  const input = noise(random, [batch, height, width, channels]);
  return {
    name: `${layers} conv 3×3, ${channels} channels, ${batch} × ${height}×${width}`,
    group: 'stacks',
    peer: { kind: 'stack', options: { layers }, tensors: { ...weights, x: input } },
    load() {
      const params = uploadAll(weights);
      const x = upload(input);
      const gradients = compile((params: Params, x: tf.Tensor) => {
        const { value, grads } = valueAndGradients(params, (theta) => loss(theta, x));
        return { grads, scalars: tf.stack([value, globalNorm(grads)]) };
      });
      return {
        async step() {
          const started = performance.now();
          const { grads, scalars } = gradients(params, x);
          const [loss, gradientNorm] = await scalars.data();
          const ms = performance.now() - started;
          tf.dispose([grads, scalars] as never);
          return { ms, values: { loss: loss!, gradientNorm: gradientNorm! } };
        },
        dispose: () => tf.dispose([params, x] as never),
      };
    },
  };
}

function loss(weights: Params, x: tf.Tensor): tf.Scalar {
  let h = x;
  for (const w of Object.values(weights)) {
    h = tf.add(h, tf.conv2d(silu(h) as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'));
  }
  return tf.mean(tf.square(h));
}
