/**
 * The numbers of a step, read from the device all at once, and refused when one of them is not finite.
 */
import * as tf from '@tensorflow/tfjs-core';
import { failure } from '../errors.ts';
import type { Plan } from './plan.ts';
import type { fakeScalars, generatorScalars } from './step.ts';

export type StepNumbers = Partial<Record<(typeof generatorScalars)[number] | (typeof fakeScalars)[number], number>>;

/** A step's numbers; those of an update that was not made are absent. */
export type StepReport = Plan & StepNumbers;

/**
 * Reads the scalars of one or several updates and disposes them; of a repeated update the last counts. A failure that
 * names the step and the first quantity that is not finite.
 */
export async function readScalars(
  plan: Plan,
  updates: readonly { names: readonly string[]; scalars: tf.Tensor1D }[],
): Promise<StepNumbers> {
  const scalars = updates.map((update) => update.scalars);
  const all = tf.tidy(() => tf.concat(scalars));
  const values = await all.data();
  tf.dispose([all, scalars]);
  const names = updates.flatMap((update) => update.names);
  names.forEach((name, i) => {
    if (Number.isFinite(values[i])) return;
    throw failure(
      `Training diverged at ${plan.phase} step ${plan.step}: ${name} is \`${values[i]}\`. The weights from before that ` +
        'step are kept. Lower learningRate, or give the fake score more fakeUpdates.',
    );
  });
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}
