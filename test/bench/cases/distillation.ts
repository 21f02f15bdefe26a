/**
 * One step of Algorithm 1: the generator by distribution matching and regression, then the fake score.
 */
import * as tf from '@tensorflow/tfjs-core';
import { levelTensors } from '../../../src/diffusion/schedule.ts';
import { Config } from '../../../src/distillation/config.ts';
import { conditioningLevel } from '../../../src/distillation/generator/conditioning.ts';
import { denoiserGenerator } from '../../../src/distillation/generator/generator.ts';
import { compileSteps, fakeScalars, generatorScalars, type Models } from '../../../src/distillation/step.ts';
import { adamw, adamwHyper, type AdamwState } from '../../../src/networks/adamw.ts';
import type { DenoiserNetwork, Params } from '../../../src/networks/denoiser.ts';
import { Random } from '../../../src/random.ts';
import type { BenchCase } from '../case.ts';
import { noise, prefixed, uploadAll, vector, type HostTensor } from '../host.ts';
import { filledWeights } from '../teacher-network.ts';

const batch = 32;

export async function distillationStep(network: DenoiserNetwork): Promise<BenchCase> {
  const { schedule, sampleShape, classes } = network;
  const config = Config.parse({ batchSize: batch });
  const c = conditioningLevel(schedule);
  const random = Random.fromSeed(2);
  // three different networks, or the real and the fake score would agree to the last digits
  const weights = {
    generator: await filledWeights(network, random),
    real: await filledWeights(network, random),
    fake: await filledWeights(network, random),
  };
  const images = () => noise(random, [batch, ...sampleShape]);
  const labels = (): HostTensor => vector(Int32Array.from({ length: batch }, () => random.integer(0, classes)));
  const levels = ([low, high]: readonly [number, number]) =>
    Array.from({ length: batch }, () =>
      schedule.level(random.integer(Math.round(low * schedule.size), Math.round(high * (schedule.size - 1)))),
    );
  const drawn = { z: images(), eps: images(), z_ref: images(), y_ref: images(), fake_eps: images() };
  const told: Record<'labels' | 'labels_ref', HostTensor> | undefined =
    classes > 0 ? { labels: labels(), labels_ref: labels() } : undefined;
  const [level, fakeLevel] = [levels(config.timestepRange), levels([0, 1])];
  const sigmas = (of: typeof level) => vector(Float32Array.from(of, ({ sigma }) => sigma));

  const models: Models = {
    generator: denoiserGenerator(network, c),
    real: (...args) => network.denoise(...args),
    fake: network,
    config,
  };
  return {
    name: `DMD step, batch ${batch} + ${batch} pairs`,
    group: 'dmd',
    peer: {
      kind: 'distillation',
      options: {
        network: network.architecture.options,
        sigma_c: c.sigma,
        lambda_dm: config.lambdaDm,
        lambda_reg: config.lambdaReg,
        learning_rate: config.learningRate,
        weight_decay: config.weightDecay,
        gradient_clip: config.gradientClip,
      },
      tensors: {
        ...prefixed('generator', weights.generator),
        ...prefixed('real', weights.real),
        ...prefixed('fake', weights.fake),
        ...drawn,
        ...told,
        sigma: sigmas(level),
        fake_sigma: sigmas(fakeLevel),
      },
    },
    load() {
      const { generatorStep, fakeStep } = compileSteps(models);
      const untrained = (params: Params): { params: Params; state: AdamwState } => ({
        params,
        state: adamw(config).init(params),
      });
      const real = uploadAll(weights.real);
      let generator = { ...untrained(uploadAll(weights.generator)), average: {} };
      let fake = untrained(uploadAll(weights.fake));
      const { z, eps, z_ref, y_ref, fake_eps } = uploadAll(drawn) as Record<keyof typeof drawn, tf.Tensor>;
      const { labels, labels_ref } = (told ? uploadAll(told) : {}) as Partial<Record<string, tf.Tensor1D>>;
      const noisy = { eps, level: levelTensors(level) };
      const fakeNoisy = { eps: fake_eps, level: levelTensors(fakeLevel) };
      const pairs = { z: z_ref, y: y_ref, labels: labels_ref };
      let updates = 0;
      return {
        async step() {
          const started = performance.now();
          const { learningRate, biasCorrection1, biasCorrection2 } = adamwHyper(++updates, config.learningRate);
          const hyper = {
            learningRate: tf.scalar(learningRate),
            biasCorrection1: tf.scalar(biasCorrection1),
            biasCorrection2: tf.scalar(biasCorrection2),
          };
          const matching = { z, labels, ...noisy, real, fake: fake.params };
          const { x, scalars, ...nextGenerator } = generatorStep({ ...generator, hyper, matching, pairs });
          const { scalars: fakeFound, ...nextFake } = fakeStep({ ...fake, hyper, x, labels, ...fakeNoisy });
          const found = [...(await scalars.data()), ...(await fakeFound.data())];
          tf.dispose([generator, fake, hyper, x, scalars, fakeFound] as never);
          [generator, fake] = [nextGenerator as typeof generator, nextFake];
          const ms = performance.now() - started;

          const names = [...generatorScalars, ...fakeScalars];
          const values = Object.fromEntries(names.map((name, i) => [name, found[i]!]));
          return { ms, values };
        },
        dispose: () =>
          tf.dispose([
            generator,
            fake,
            real,
            noisy,
            fakeNoisy,
            z,
            z_ref,
            y_ref,
            labels ?? [],
            labels_ref ?? [],
          ] as never),
      };
    },
  };
}
