/**
 * One-step sampling: the generator's forward pass, numbers on the host at the end.
 */
import * as tf from '@tensorflow/tfjs-core';
import { conditioningLevel } from '../../../src/distillation/generator/conditioning.ts';
import { denoiserGenerator } from '../../../src/distillation/generator/generator.ts';
import type { Source } from '../../../src/distillation/step.ts';
import { compile } from '../../../src/engine/compile.ts';
import type { DenoiserNetwork } from '../../../src/networks/denoiser.ts';
import { Random } from '../../../src/random.ts';
import type { BenchCase } from '../case.ts';
import { noise, prefixed, uploadAll, vector } from '../host.ts';
import { filledWeights } from '../teacher-network.ts';

/** Times `runs` batches one after the other and takes their mean: a single one of one image is too short. */
export async function sampling(network: DenoiserNetwork, batch: number, runs: number): Promise<BenchCase> {
  const random = Random.fromSeed(4);
  const weights = await filledWeights(network, random);
  const c = conditioningLevel(network.schedule);
  const drawn = {
    z: noise(random, [batch, ...network.sampleShape]),
    ...(network.classes > 0
      ? { labels: vector(Int32Array.from({ length: batch }, () => random.integer(0, network.classes))) }
      : {}),
  };
  return {
    name: `one-step sampling, batch ${batch}`,
    group: 'sampling',
    peer: {
      kind: 'sampling',
      options: { network: network.architecture.options, sigma_c: c.sigma, runs },
      tensors: { ...prefixed('generator', weights), ...drawn },
    },
    load() {
      const G = denoiserGenerator(network, c);
      const params = uploadAll(weights);
      const generate = compile(({ z, labels }: Source) => G.generate(params, z, labels));
      const { z, labels } = uploadAll(drawn) as Source;
      return {
        async step() {
          let x = new Float32Array();
          const started = performance.now();
          for (let i = 0; i < runs; i++) {
            const image = generate({ z, labels });
            x = (await image.data()) as Float32Array<ArrayBuffer>;
            image.dispose();
          }
          const ms = (performance.now() - started) / runs;
          return { ms, values: { rootMeanSquare: Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length) } };
        },
        dispose: () => tf.dispose([params, z, labels ?? []] as never),
      };
    },
  };
}
