/**
 * The teacher's own samples: its deterministic solver, guided as the configuration says.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { NoiseLevels } from '../../diffusion/schedule.ts';
import { compile } from '../../engine/compile.ts';
import { ddim } from '../../samplers/ddim.ts';
import { heun } from '../../samplers/heun.ts';
import { modelAt } from '../../samplers/sampler.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import type { Config } from '../config.ts';
import { guide } from '../losses/guidance.ts';
import type { Source } from '../step.ts';

export type Sampling = Pick<Config, 'sampler' | 'samplerSteps' | 'guidance'>;

const samplers = { heun: heun(), ddim: ddim() };

/** How often the sampler asks the teacher for a sample. */
export const evaluationsOf = ({ sampler, samplerSteps }: Pick<Sampling, 'sampler' | 'samplerSteps'>): number =>
  samplers[sampler].nfe(samplerSteps);

/**
 * The function y = ODE(z), for `z` ~ N(0, I) [n, …] and, of a teacher with classes, `labels` int32 [n]: fresh samples
 * [n, …]. Its one network call is compiled, so batches had better be of one size. A usage error when sampler or guidance
 * do not suit the teacher.
 */
export function teacherSampler(teacher: Teacher, { sampler, samplerSteps, guidance }: Sampling) {
  const guided = guide(teacher, guidance);
  const denoise = compile(({ x_t, level, labels }: { x_t: tf.Tensor; level: NoiseLevels; labels?: tf.Tensor1D }) =>
    guided(teacher.params, x_t, level, labels),
  );
  return ({ z, labels }: Source): tf.Tensor => {
    const model = modelAt((x_t, level) => denoise({ x_t, level, labels }));
    return samplers[sampler].sample(model, z, teacher.schedule, { steps: samplerSteps });
  };
}
