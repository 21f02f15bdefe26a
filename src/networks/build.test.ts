import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import { buildNetwork, loadNetwork, saveNetwork } from './build.ts';
import { mlp } from './mlp.ts';
import { unet } from './unet.ts';
import { loadWeights, saveWeights } from './weights.ts';

let folder: string;
beforeAll(async () => {
  await startEngine({ engine: 'cpu' });
  folder = await mkdtemp(join(tmpdir(), 'dmd-networks-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a network in a file', () => {
  it.each([
    ['mlp', mlp({ dimensions: 3, width: 8, classes: 2 })],
    ['unet', unet({ imageShape: [4, 4, 1], channels: [4, 8], blocks: [1, 1], groups: 2, embeddingWidth: 6 })],
  ])('comes back: %s', async (kind, network) => {
    const path = join(folder, `${kind}.safetensors`);
    const params = network.init(Random.fromSeed(1));
    await saveNetwork(path, network, params, { note: 'here' });
    const loaded = await loadNetwork(path);
    expect(loaded.network.architecture).toEqual(network.architecture);
    expect(loaded.metadata).toMatchObject({ note: 'here', layout: 'HWIO' });
    expect(Object.keys(loaded.params)).toEqual(Object.keys(params));
    for (const [name, tensor] of Object.entries(params)) {
      expect(loaded.params[name]!.shape).toEqual(tensor.shape);
      expect(await loaded.params[name]!.data()).toEqual(await tensor.data());
    }
  });

  it('is refused when its weights are not its architecture’s', async () => {
    const network = mlp({ width: 8 });
    const path = join(folder, 'wrong.safetensors');
    const { ['linear_out.bias']: bias, ...others } = network.init(Random.fromSeed(1));
    const before = tf.memory().numTensors;
    await saveNetwork(path, network, others);
    await expect(loadNetwork(path)).rejects.toThrow('lacks the weights `linear_out.bias`');
    await saveNetwork(path, network, { ...others, 'linear_out.bias': tf.zeros([3]) });
    await expect(loadNetwork(path)).rejects.toThrow('`linear_out.bias` of shape `[3]` where its network has [2]');
    await saveNetwork(path, network, { ...others, 'linear_out.bias': bias!, more: tf.zeros([1]) });
    await expect(loadNetwork(path)).rejects.toThrow('`more`');
    expect(tf.memory().numTensors).toBe(before + 2);
  });

  it('is refused when its description makes no network', async () => {
    expect(() => buildNetwork({ kind: 'toString', options: {} })).toThrow('`toString`; known are mlp and unet');
    expect(() => buildNetwork({ kind: 'unet', options: { chanels: [1] } })).toThrow('chanels');
    const vast = unet({ imageShape: [8, 8, 1], channels: [4096, 4096], blocks: [4, 4] });
    expect(() => tf.tidy(() => vast.init(Random.fromSeed(0)))).toThrow('at most');
    const path = join(folder, 'strange.safetensors');
    await saveWeights(path, {}, { architecture: '{"kind":' });
    await expect(loadNetwork(path)).rejects.toThrow('`{"kind":`');
    await saveWeights(path, {});
    await expect(loadNetwork(path)).rejects.toThrow('does not say which network');
  });

  it('is a usage error when there is none', async () => {
    await expect(loadWeights(join(folder, 'none'))).rejects.toMatchObject({ kind: 'usage' });
    await writeFile(join(folder, 'text'), 'no weights at all');
    await expect(loadWeights(join(folder, 'text'))).rejects.toMatchObject({ kind: 'failure' });
  });

  it('leaves the old file when the new one cannot be written', async () => {
    await expect(saveWeights(join(folder, 'no', 'folder'), {})).rejects.toMatchObject({ kind: 'failure' });
    const path = join(folder, 'kept');
    await saveWeights(path, { w: tf.scalar(1) });
    const before = await readFile(path);
    const disposed = tf.scalar(2);
    disposed.dispose();
    await expect(saveWeights(path, { w: disposed })).rejects.toThrow();
    expect(await readFile(path)).toEqual(before);
  });
});
