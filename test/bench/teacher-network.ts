/**
 * The network that is timed: the bundled teacher's, with weights none of which is zero, so that every gradient counts.
 */
import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { loadNetwork } from '../../src/networks/build.ts';
import type { DenoiserNetwork } from '../../src/networks/denoiser.ts';
import { unet } from '../../src/networks/unet.ts';
import { packagePath } from '../../src/paths.ts';
import type { Random } from '../../src/random.ts';
import { download, noise, type HostTensors } from './host.ts';

const bundled = packagePath('weights', 'mnist-teacher.safetensors');

/** The bundled teacher's network, or one of the same kind while there are no weights. */
export async function teacherNetwork(): Promise<DenoiserNetwork> {
  if (!existsSync(bundled)) return unet({ classes: 10 });
  const { network, params } = await loadNetwork(bundled);
  tf.dispose(params);
  return network;
}

/** Fresh weights, where layers that start at zero are filled as well. */
export async function filledWeights(network: DenoiserNetwork, random: Random): Promise<HostTensors> {
  const fresh = await download(network.init(random));
  return Object.fromEntries(
    Object.entries(fresh).map(([name, { shape, values }]) => {
      const more = noise(random, shape, 0.03).values;
      return [name, { shape, values: Float32Array.from(values, (v, i) => v + more[i]!) }];
    }),
  );
}
