/**
 * Regression alone, to compare with: the same generator from where the warm-up by regression ended, trained on without
 * distribution matching for as many steps as that had, and then for as long.
 */
import { setImmediate } from 'node:timers/promises';
import { Distiller } from '../distillation/distiller.ts';
import { stepsDone } from '../distillation/plan.ts';
import { drawOf, evaluate, type Job } from './job.ts';
import type { Figures, RegressionAlone, TrainedFor } from './summary.ts';

/** Regression alone from the step on at which it was made, and what the run had spent by then. */
export interface Fork {
  readonly distiller: Distiller;
  readonly trainingSeconds: number;
}

/** A second distiller that goes on from where `job` is, by regression alone, at the rate of the warm-up. */
export function forkRegression({ config, teacher, pairs, distiller, trainingSeconds }: Job): Fork {
  const learningRate = config.warmup.learningRate ?? config.learningRate;
  const fork = Distiller.create({
    config: { ...config, lambdaDm: 0, lambdaReg: 1, learningRate, steps: Number.MAX_SAFE_INTEGER },
    teacher,
    pairs,
  });
  fork.restore(distiller.state());
  return { distiller: fork, trainingSeconds };
}

/**
 * Trains the job's baseline for as many steps as Algorithm 1 made, and then until as much time has passed, and judges it
 * at both. Undefined when there is none, or the run was stopped.
 */
export async function trainRegressionAlone(job: Job): Promise<RegressionAlone | undefined> {
  const { baseline, signal, onProgress } = job;
  if (!baseline) return undefined;
  const { distiller } = baseline;
  const asLong = {
    steps: stepsDone(job.config, job.iteration),
    seconds: job.trainingSeconds - baseline.trainingSeconds,
  };
  const spent = { steps: 0, seconds: 0 };
  const judged: Partial<Record<keyof RegressionAlone, Figures & TrainedFor>> = {};
  const judge = async () => ({ ...(await evaluate(job, 'regressionAlone', drawOf({ distiller }))), ...spent });
  while (!signal.aborted && !(judged.sameSteps && judged.sameTime)) {
    const begin = performance.now();
    const { lossReg } = await distiller.step();
    await setImmediate();
    spent.steps++;
    spent.seconds += (performance.now() - begin) / 1000;
    onProgress({
      task: 'regression alone, to compare',
      done: Math.min(100, Math.floor(100 * Math.min(spent.steps / asLong.steps, spent.seconds / asLong.seconds))),
      total: 100,
      loss: lossReg,
    });
    if (spent.steps >= asLong.steps) judged.sameSteps ??= await judge();
    if (spent.seconds >= asLong.seconds) judged.sameTime ??= await judge();
    await job.breathe();
  }
  const { sameSteps, sameTime } = judged;
  return sameSteps && sameTime && { sameSteps, sameTime };
}
