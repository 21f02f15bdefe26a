/**
 * Classifier-free guidance of the real score: away from what the teacher draws without a class, towards what it draws
 * with one. The pairs are guided alike; the fake score never is.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NoiseLevels } from '../../diffusion/schedule.ts';
import { usageError } from '../../errors.ts';
import type { Params } from '../../networks/denoiser.ts';
import type { Teacher } from '../../teachers/teacher.ts';

export type Guided = (params: Params, x_t: tf.Tensor, level: NoiseLevels, labels?: tf.Tensor1D) => tf.Tensor;

/**
 * The teacher's μ_real guided by `scale` s: ε_u + s (ε_c − ε_u), which is μ_u + s (μ_c − μ_u) because μ is affine in ε.
 * s = 1 is the teacher as it is. (Where others write x_c + w (x_c − x_u), s = 1 + w.)
 *
 * The teacher must have learnt to answer without a class, under the label `classes`. A usage error when s ≠ 1 and it has
 * no classes.
 */
export function guide(teacher: Pick<Teacher, 'name' | 'classes' | 'denoise'>, scale: number): Guided {
  if (scale === 1) return (...args) => teacher.denoise(...args);
  if (teacher.classes === 0) {
    throw usageError(
      `Guidance \`${scale}\` needs a teacher with classes, and \`${teacher.name}\` has none. Set it to 1.`,
    );
  }
  return (params, x_t, level, labels) =>
    tf.tidy(() => {
      const mu_c = teacher.denoise(params, x_t, level, labels);
      const noClass = tf.fill([x_t.shape[0]!], teacher.classes, 'int32') as tf.Tensor1D;
      const mu_u = teacher.denoise(params, x_t, level, noClass);
      return tf.add(mu_u, tf.mul(tf.sub(mu_c, mu_u), scale));
    });
}
