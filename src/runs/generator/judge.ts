/**
 * What a run's samples are measured by: digits by the classifier that travels along, mixtures by their own density.
 */
import { isMnist } from '../../data/mnist.ts';
import type { GaussianMixture } from '../../diffusion/gaussian-mixture.ts';
import { IMAGE_SHAPE } from '../../metrics/classifier.ts';
import { DigitsMeasure } from '../../metrics/digits.ts';
import { diffusedKl, measureModes } from '../../metrics/mixture.ts';
import { packagePath } from '../../paths.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import type { Figures } from '../summary.ts';

/** Samples in portions [n, …] of any n. */
export type Portions = Iterable<Float32Array> | AsyncIterable<Float32Array>;

export interface Judge {
  readonly of: 'digits' | 'mixture';
  judge(samples: Portions): Promise<Figures>;
  dispose(): void;
}

/** What tells samples of one teacher from another's: an exact teacher has its mixture with it. */
type Judged = Pick<Teacher, 'sampleShape' | 'dataset'>;

/**
 * The judge of what `teacher` draws; undefined when there is no measure for it. Images as large as the digits are taken for
 * digits unless the teacher is known to have learned something else.
 */
export async function openJudge(teacher: Judged): Promise<Judge | undefined> {
  if (hasMixture(teacher)) return mixtureJudge(teacher.mixture);
  const { sampleShape, dataset = 'mnist' } = teacher;
  if (sampleShape.join() !== IMAGE_SHAPE.join() || !isMnist(dataset)) return undefined;
  const measure = await DigitsMeasure.load(packagePath('weights', 'digits-classifier.safetensors'));
  return { of: 'digits', judge: (samples) => measure.evaluate(samples), dispose: () => measure.dispose() };
}

function mixtureJudge(mixture: GaussianMixture): Judge {
  return {
    of: 'mixture',
    dispose: () => undefined,
    judge: async (portions) => {
      const samples: number[] = [];
      for await (const portion of portions) for (const value of portion) samples.push(value);
      const kl = mixture.dimensions === 2 ? { kl: diffusedKl(samples, mixture) } : {};
      return { samples: samples.length / mixture.dimensions, ...measureModes(samples, mixture), ...kl };
    },
  };
}

const hasMixture = (teacher: Judged): teacher is Judged & { mixture: GaussianMixture } => 'mixture' in teacher;
