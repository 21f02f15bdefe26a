/**
 * Regression alone, to compare with: the same generator from where the warm-up by regression ended, trained on without
 * distribution matching for as many steps as that had, and then for as long.
 */
import { setImmediate } from 'node:timers/promises';
import { Distiller } from '../distillation/distiller.ts';
import type { PairSource } from '../distillation/pairs.ts';
import { evaluate, type Job } from './job.ts';
import type { Figures, RegressionAlone, TrainedFor } from './summary.ts';

/** A second distiller that goes on from where `job` is, by regression alone, at the rate of the warm-up. */
export function forkRegression({ config, teacher, distiller }: Job, pairs: PairSource): Distiller {
  const learningRate = config.warmup.learningRate ?? config.learningRate;
  const fork = Distiller.create({
    config: { ...config, lambdaDm: 0, lambdaReg: 1, learningRate, steps: Number.MAX_SAFE_INTEGER },
    teacher,
    pairs,
  });
  fork.restore(distiller.state());
  return fork;
}

/** Trains `fork` for `steps` steps and then until `seconds` have passed, and judges it at both. Disposes it. */
export async function trainRegressionAlone(
  job: Job,
  fork: Distiller,
  { steps, seconds }: TrainedFor,
): Promise<RegressionAlone | undefined> {
  const judged: Partial<Record<keyof RegressionAlone, Figures & TrainedFor>> = {};
  const spent = { steps: 0, seconds: 0 };
  const judge = async () => ({ ...(await evaluate({ ...job, distiller: fork }, 'regressionAlone')), ...spent });
  try {
    while (!job.signal?.aborted && !(judged.sameSteps && judged.sameTime)) {
      const begin = performance.now();
      const { lossReg } = await fork.step();
      await setImmediate();
      spent.steps++;
      spent.seconds += (performance.now() - begin) / 1000;
      job.onProgress({
        task: 'regression alone, to compare',
        done: Math.min(100, Math.floor(100 * Math.min(spent.steps / steps, spent.seconds / seconds))),
        total: 100,
        loss: lossReg,
      });
      if (spent.steps >= steps) judged.sameSteps ??= await judge();
      if (spent.seconds >= seconds) judged.sameTime ??= await judge();
    }
  } finally {
    fork.dispose();
  }
  const { sameSteps, sameTime } = judged;
  return sameSteps && sameTime && { sameSteps, sameTime };
}
