/**
 * One update of a teacher in training.
 */
import * as tf from '@tensorflow/tfjs-core';
import { adamw, adamwHyper } from '../../../src/networks/adamw.ts';
import type { DenoiserNetwork } from '../../../src/networks/denoiser.ts';
import { ema } from '../../../src/networks/ema.ts';
import { Random } from '../../../src/random.ts';
import { compileUpdate } from '../../../src/teachers/train.ts';
import type { BenchCase } from '../case.ts';
import { noise, prefixed, uploadAll, vector } from '../host.ts';
import { filledWeights } from '../teacher-network.ts';

const batch = 64;
const [learningRate, weightDecay, gradientClip, decay] = [1e-3, 0.01, 1, 0.999];

export async function teacherStep(network: DenoiserNetwork): Promise<BenchCase> {
  const random = Random.fromSeed(3);
  const weights = await filledWeights(network, random);
  const { classes, sampleShape } = network;
  const drawn = {
    x: noise(random, [batch, ...sampleShape], 0.5),
    eps: noise(random, [batch, ...sampleShape]),
    sigma: vector(random.normal(batch).map((v) => Math.exp(1.2 * v - 1.2))),
    // the label `classes` is none, as after dropout
    ...(classes > 0
      ? { labels: vector(Int32Array.from({ length: batch }, () => random.integer(0, classes + 1))) }
      : {}),
  };
  return {
    name: `teacher's training step, batch ${batch}`,
    group: 'teacher',
    peer: {
      kind: 'teacher',
      options: {
        network: network.architecture.options,
        learning_rate: learningRate,
        weight_decay: weightDecay,
        gradient_clip: gradientClip,
        decay,
      },
      tensors: { ...prefixed('network', weights), ...drawn },
    },
    load() {
      const update = compileUpdate(network, { steps: 1, weightDecay, gradientClip });
      const params = uploadAll(weights);
      let state = { params, optimiser: adamw().init(params), average: ema.init(params) };
      const inputs = uploadAll(drawn) as { x: tf.Tensor; eps: tf.Tensor; sigma: tf.Tensor1D; labels?: tf.Tensor1D };
      let updates = 0;
      return {
        async step() {
          const started = performance.now();
          const numbers = adamwHyper(++updates, learningRate);
          const hyper = {
            learningRate: tf.scalar(numbers.learningRate),
            biasCorrection1: tf.scalar(numbers.biasCorrection1),
            biasCorrection2: tf.scalar(numbers.biasCorrection2),
            decay: tf.scalar(decay),
          };
          const next = update(state, { ...inputs, hyper });
          const [loss, gradientNorm] = await next.found.data();
          tf.dispose([state, hyper, next.found] as never);
          state = next.weights;
          return { ms: performance.now() - started, values: { loss: loss!, gradientNorm: gradientNorm! } };
        },
        dispose: () => tf.dispose([state, inputs] as never),
      };
    },
  };
}
