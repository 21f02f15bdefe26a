/**
 * The networks of a run, and whether configuration, teacher and pairs go together.
 */
import * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../errors.ts';
import type { Params } from '../networks/denoiser.ts';
import type { Teacher } from '../teachers/teacher.ts';
import type { Config } from './config.ts';
import { affineGenerator, initAffine, requirePlane } from './generator/affine.ts';
import { conditioningLevel } from './generator/conditioning.ts';
import { denoiserGenerator } from './generator/generator.ts';
import { guide } from './losses/guidance.ts';
import { learnsFakeScore } from './plan.ts';
import type { Models } from './step.ts';

/** G, the scores, and the settings of Algorithm 1. A usage error when the configuration does not suit the teacher. */
export function modelsOf(config: Config, teacher: Teacher): Models {
  checkTogether(config, teacher);
  const level = conditioningLevel(teacher.schedule, config.conditioningTimestep);
  return {
    generator: config.fakeScore === 'exact' ? affineGenerator : denoiserGenerator(teacher.student.network, level),
    real: guide(teacher, config.guidance),
    fake: teacher.student.network,
    config,
  };
}

/** Copies of the teacher, or of the network fitted to it, for G and the fake score. The caller disposes them. */
export function initialWeights(config: Config, { student }: Teacher): { generator: Params; fake: Params } {
  const copy = () => Object.fromEntries(Object.entries(student.params).map(([name, w]) => [name, tf.clone(w)]));
  return {
    generator: config.fakeScore === 'exact' ? initAffine(1) : copy(),
    fake: learnsFakeScore(config) ? copy() : {},
  };
}

function checkTogether(
  { labels, lambdaDm, lambdaReg, fakeScore, timestepRange: [low, high] }: Config,
  teacher: Teacher,
) {
  if (lambdaDm === 0 && lambdaReg === 0) {
    throw usageError('With lambdaDm `0` and lambdaReg `0` there is nothing to learn. Set one of them above 0.');
  }
  if (low >= high) {
    throw usageError(`timestepRange must rise from a lower to a higher share, not from \`${low}\` to \`${high}\`.`);
  }
  const wrong = labels?.find((label) => label >= teacher.classes);
  if (wrong !== undefined) {
    throw usageError(
      `labels names class \`${wrong}\`, and \`${teacher.name}\` has ` +
        (teacher.classes > 0 ? `the classes 0 to ${teacher.classes - 1}.` : 'no classes. Leave labels out.'),
    );
  }
  if (fakeScore === 'exact') requirePlane(teacher);
}
