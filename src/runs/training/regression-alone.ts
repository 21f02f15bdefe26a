/**
 * Regression alone, to compare with: the same generator from where the warm-up by regression ended, trained on without
 * distribution matching for as many steps as that had, and then for as long.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { Distiller } from '../../distillation/distiller.ts';
import { stepsDone } from '../../distillation/plan.ts';
import { checkpointsFolder, regressionAloneName, writeFolder } from '../directory/checkpoints.ts';
import { drawOf } from '../generator/draw.ts';
import type { Figures, RegressionAlone, TrainedFor } from '../summary.ts';
import { distillerState, readCheckpoint, writeState } from './distill-checkpoint.ts';
import { evaluate, type Job } from './job.ts';

/** Where regression alone begins, in a checkpoint of its own: its turn comes when Algorithm 1 has ended. */
const beginning = ({ run }: Job) => run.file(join(checkpointsFolder, regressionAloneName));

/** Keeps the job as it is for regression alone, where the configuration asks for that and this is where it begins. */
export async function keepForRegressionAlone(job: Job): Promise<void> {
  const { config, pairs, iteration } = job;
  if (config.baseline !== 'regression' || !pairs || iteration !== config.warmup.regressionSteps) return;
  await writeFolder(beginning(job), (folder) => writeState(job, folder));
}

/**
 * Trains what was kept for as many steps as Algorithm 1 made, and then until as much time has passed, and judges it at
 * both. Undefined when nothing was kept, or the run was stopped.
 */
export async function trainRegressionAlone(job: Job): Promise<RegressionAlone | undefined> {
  if (job.signal.aborted || !(await stat(beginning(job)).catch(() => undefined))) return undefined;
  const checkpoint = await readCheckpoint(beginning(job));
  const state = distillerState(checkpoint);
  const { config, teacher, pairs } = job;
  const learningRate = config.warmup.learningRate ?? config.learningRate;
  const distiller = Distiller.create({
    config: { ...config, lambdaDm: 0, lambdaReg: 1, learningRate, steps: Number.MAX_SAFE_INTEGER },
    teacher,
    pairs,
  });
  distiller.restore(state);
  tf.dispose(state.tensors);
  try {
    return await trainAsLong(job, distiller, {
      steps: stepsDone(config, job.iteration),
      seconds: job.trainingSeconds - checkpoint.host.trainingSeconds,
    });
  } finally {
    distiller.dispose();
  }
}

async function trainAsLong(job: Job, distiller: Distiller, asLong: TrainedFor): Promise<RegressionAlone | undefined> {
  const { signal, onProgress } = job;
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
