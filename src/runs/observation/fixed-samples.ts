/**
 * The run's fixed samples, by number: noise that is the same at every step, in every run of the seed, and whatever others
 * are asked for beside it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { levelTensors, type NoiseLevel } from '../../diffusion/schedule.ts';
import type { ScoresSeen } from '../../distillation/inspect.ts';
import type { Source } from '../../distillation/step.ts';
import { Random } from '../../random.ts';
import type { Draw } from '../generator/draw.ts';
import type { Observed } from './observed.ts';

/** What both scores make of samples, on the host: each [n, …], one sample after another. */
export type SeenOnHost = Readonly<Record<keyof ScoresSeen, Float32Array>>;

/** Samples that are looked at together; always as many, so that a compiling engine compiles once. */
const MOST_TOGETHER = 256;

/** How many of the fixed samples a probe looks at. */
export function probeSamples({ config, teacher }: Pick<Observed, 'config' | 'teacher'>): number {
  return config.probeSamples ?? (teacher.sampleShape.length === 1 ? 256 : 8);
}

/** The classes of `samples`, which take turns; undefined when there are none. */
export function labelsOf({ config, teacher }: Pick<Observed, 'config' | 'teacher'>, samples: readonly number[]) {
  const labels = config.labels ?? Array.from({ length: teacher.classes }, (_, label) => label);
  return labels.length > 0 ? samples.map((sample) => labels[sample % labels.length]!) : undefined;
}

/**
 * Both scores on the fixed samples of these numbers, at each noise level with the same ε. A usage error when the run matches
 * nothing.
 */
export async function lookAt(
  observed: Pick<Observed, 'config' | 'teacher' | 'distiller'>,
  samples: readonly number[],
  levels: readonly NoiseLevel[],
): Promise<SeenOnHost[]> {
  const together = Math.min(MOST_TOGETHER, probeSamples(observed));
  const whole = levels.map((): Partial<Record<keyof ScoresSeen, Float32Array>> => ({}));
  for (let first = 0; first < samples.length; first += together) {
    // the last portion is filled up with its last sample
    const at = Array.from({ length: together }, (_, i) => samples[Math.min(first + i, samples.length - 1)]!);
    const source = noiseAt(observed, at);
    try {
      for (const [i, level] of levels.entries()) {
        const seen = scoresAt(observed.distiller, source, level);
        for (const [name, tensor] of Object.entries(seen) as [keyof ScoresSeen, tf.Tensor][]) {
          const values = (await tensor.data()) as Float32Array;
          const each = values.length / together;
          const kept = values.subarray(0, (samples.length - first) * each);
          (whole[i]![name] ??= new Float32Array(samples.length * each)).set(kept, first * each);
        }
        tf.dispose(seen);
      }
    } finally {
      tf.dispose(source as never);
    }
  }
  return whole as SeenOnHost[];
}

function scoresAt(
  distiller: Observed['distiller'],
  source: Source & { eps: tf.Tensor },
  level: NoiseLevel,
): ScoresSeen {
  const every = Array.from({ length: source.z.shape[0]! }, () => level);
  return tf.tidy(() => distiller.scores({ ...source, level: levelTensors(every) }) as never) as ScoresSeen;
}

/** What `draw` makes of z of the fixed samples 0 to `count` − 1, one after another. */
export async function drawFixed(
  observed: Pick<Observed, 'config' | 'teacher'>,
  draw: Draw,
  count: number,
): Promise<Float32Array> {
  const shape = [...observed.teacher.sampleShape];
  const size = tf.util.sizeFromShape(shape);
  const together = Math.min(MOST_TOGETHER, count);
  const whole = new Float32Array(count * size);
  for (let first = 0; first < count; first += together) {
    // the last portion is as large as the others
    const from = Math.min(first, count - together);
    const at = Array.from({ length: together }, (_, i) => from + i);
    const x = tf.tidy(() => {
      const { z, labels } = noiseAt(observed, at);
      return draw(z, labels);
    });
    whole.set((await x.data()) as Float32Array, from * size);
    x.dispose();
  }
  return whole;
}

/** The noise of `samples`, z and ε, and their labels, as tensors that the caller disposes. */
function noiseAt(
  observed: Pick<Observed, 'config' | 'teacher'>,
  samples: readonly number[],
): Source & { eps: tf.Tensor } {
  const { config, teacher } = observed;
  const size = tf.util.sizeFromShape([...teacher.sampleShape]);
  const [z, eps] = [new Float32Array(samples.length * size), new Float32Array(samples.length * size)];
  samples.forEach((sample, i) => {
    const random = Random.fromSeed(config.seed).fork(`fixed sample ${sample}`);
    z.set(random.normal(size), i * size);
    eps.set(random.normal(size), i * size);
  });
  const shape = [samples.length, ...teacher.sampleShape];
  const labels = labelsOf(observed, samples);
  return { z: tf.tensor(z, shape), eps: tf.tensor(eps, shape), labels: labels && tf.tensor1d(labels, 'int32') };
}
