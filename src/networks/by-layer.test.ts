import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import { byLayer, layerNames, layerNorms } from './by-layer.ts';
import { mlp } from './mlp.ts';
import { unet } from './unet.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

test('a layer is what shares all of a name but its last part, in the network’s own order', () => {
  const names = [
    'conv_in.weight',
    'conv_in.bias',
    'a.0.to_q.weight',
    'a.0.in_proj_weight',
    'a.0.in_proj_bias',
    'scale',
  ];
  const params = Object.fromEntries(names.map((name) => [name, tf.scalar(1)]));
  expect(layerNames(params)).toEqual(['conv_in', 'a.0.to_q', 'a.0.in_proj', 'scale']);
  expect([...byLayer(params).values()].map((tensors) => tensors.length)).toEqual([2, 1, 2, 1]);
  expect(layerNames({})).toEqual([]);
});

test('the networks’ layers are those that they are made of', () => {
  const of = (network: ReturnType<typeof mlp>) => layerNames(network.init(Random.fromSeed(0)));
  expect(of(mlp({ width: 4, layers: 1 }))).toEqual([
    'time_embedding.linear_1',
    'time_embedding.linear_2',
    'linear_in',
    'layers.0.linear1',
    'layers.0.time_emb_proj',
    'layers.0.linear2',
    'linear_out',
  ]);
  const layers = of(unet({ channels: [8], blocks: [1], classes: 3, embeddingWidth: 4 }));
  expect(layers.slice(0, 5)).toEqual([
    'time_embedding.linear_1',
    'class_embedding',
    'time_embedding.linear_2',
    'conv_in',
    'down_blocks.0.resnets.0.norm1',
  ]);
  expect(layers).toContain('mid_block.attentions.0.to_out.0');
  expect(layers.at(-1)).toBe('conv_out');
});

test('a layer’s norm is that of all its numbers, and no tensor is left over', async () => {
  const params = { 'a.weight': tf.tensor2d([[3, 0], [0, 4]]), 'a.bias': tf.tensor1d([12]), 'b.bias': tf.tensor1d([-2]) }; // prettier-ignore
  const before = tf.memory().numTensors;
  const norms = layerNorms(params);
  expect([...(await norms.data())]).toEqual([13, 2]);
  norms.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
