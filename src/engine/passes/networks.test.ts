/** Every network of this project, with its gradients: the same numbers whatever passes its graph went through. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnx, workingBlocks } from '../../../test/engine/backends.ts';
import { record, run } from '../../../test/engine/graphs.ts';
import { levelTensors } from '../../diffusion/schedule.ts';
import { classify, initClassifier } from '../../metrics/classifier.ts';
import type { DenoiserNetwork, Params } from '../../networks/denoiser.ts';
import { mlp } from '../../networks/mlp.ts';
import { unet } from '../../networks/unet.ts';
import { Random } from '../../random.ts';
import type { Graph } from '../graph/graph.ts';
import { blockedLayout } from './blocked/blocked-layout.ts';
import { broadcastFills } from './broadcast-fills.ts';
import { flatScalars } from './flat-scalars.ts';
import { lowerPortably } from './lower-portably.ts';
import { moveLate } from './move-late.ts';
import { optimize } from './optimize.ts';
import { shareCommon } from './share-common.ts';
import { undoMoves } from './undo-moves.ts';

beforeAll(() => useOnnx(0));

interface Example {
  readonly params: Params;
  readonly x: readonly number[];
  readonly loss: (params: Params, x: tf.Tensor) => tf.Tensor;
}

const denoiser = (network: DenoiserNetwork): Example => ({
  params: network.init(Random.fromSeed(1)),
  x: [2, ...network.sampleShape],
  loss: (params, x) => {
    const level = levelTensors([0.5, 2].map((sigma) => ({ time: sigma, alpha: 1, sigma })));
    const labels = network.classes > 0 ? tf.tensor1d([0, network.classes], 'int32') : undefined;
    return tf.mean(tf.square(network.denoise(params, x, level, labels)));
  },
});

const networks: [string, () => Example][] = [
  [
    'the U-Net with attention and classes',
    () => denoiser(unet({ imageShape: [8, 8, 1], channels: [16, 32], blocks: [1, 1], embeddingWidth: 16, classes: 3 })),
  ],
  ['the U-Net of one level', () => denoiser(unet({ imageShape: [4, 4, 3], channels: [16], blocks: [2], classes: 0 }))],
  ['the MLP', () => denoiser(mlp({ width: 32, layers: 2 }))],
  [
    'the classifier',
    () => ({
      params: initClassifier(Random.fromSeed(2)),
      x: [2, 28, 28, 1],
      loss: (params, x) => {
        const { features, logits } = classify(params, x);
        return tf.add(tf.mean(tf.square(features)), tf.mean(tf.logSoftmax(logits)));
      },
    }),
  ],
];

/** The graph of the loss and all gradients; and inputs: the weights, none of which is zero, then the images. */
function recorded({ params, x, loss }: Example): { graph: Graph; inputs: Float32Array[] } {
  const names = Object.keys(params);
  const shapes = [...names.map((name) => params[name]!.shape), x];
  const graph = record(shapes, (...given) => {
    const total = (...t: tf.Tensor[]) =>
      loss(Object.fromEntries(names.map((name, i) => [name, t[i]!])), t.at(-1)!) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(total)(given);
    return [value, ...grads];
  });
  const random = Random.fromSeed(3);
  const inputs = shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const scale = 1 / Math.sqrt(Math.max(1, size / (shape.at(-1) ?? 1)));
    return random.normal(size).map((v) => v * scale);
  });
  tf.dispose(params as never);
  return { graph, inputs };
}

describe.each(networks)('%s', (_, example) => {
  it('computes the same without passes, with each alone, and with all', () => {
    const { graph, inputs } = recorded(example());
    const block = Math.max(...workingBlocks());
    const expected = run(lowerPortably(graph), inputs);
    expect(expected.every((values) => values.every(Number.isFinite))).toBe(true);
    const variants: [string, Graph][] = [
      ['broadcast-fills', lowerPortably(broadcastFills(graph))],
      ['undo-moves', lowerPortably(undoMoves(graph))],
      ['share-common', lowerPortably(shareCommon(graph))],
      ['flat-scalars', lowerPortably(flatScalars(graph))],
      ['move-late', lowerPortably(moveLate(graph, 16))],
      ...(block > 0 ? [['blocked-layout', lowerPortably(blockedLayout(graph, block))] as [string, Graph]] : []),
      ['all but blocked-layout', optimize(graph, { block: 0 })],
      ['all', optimize(graph, { block })],
    ];
    for (const [name, variant] of variants)
      run(variant, inputs).forEach((values, i) => {
        const size = Math.max(...expected[i]!.map(Math.abs));
        const off = Math.max(...values.map((v, k) => Math.abs(v - expected[i]![k]!)));
        // a bias of the keys has no gradient but rounding
        expect(off, `${name}, result ${i}`).toBeLessThan(1e-4 * size + 1e-6);
      });
  });
});
