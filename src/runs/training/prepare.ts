/**
 * What a run needs before its first step: engine, teacher, directory, pairs, the Distiller, and what judges it.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../../distillation/config.ts';
import { Distiller } from '../../distillation/distiller.ts';
import { openPairs } from '../../distillation/pairs/pair-cache.ts';
import type { PairSource } from '../../distillation/pairs/pairs.ts';
import { iterationsOf, needsPairs, stepsDone } from '../../distillation/plan.ts';
import type { DistillerState } from '../../distillation/state.ts';
import { roundModes } from '../../teachers/round-modes.ts';
import { openJudge } from '../generator/judge.ts';
import { NearestImages } from '../observation/nearest.ts';
import type { HostRecord } from './host-record.ts';
import type { Job } from './job.ts';

export type Prepared = Pick<Job, 'run' | 'config' | 'engine' | 'teacher' | 'signal' | 'onProgress' | 'breathe'>;

/** What a run goes on from that does not begin at its beginning. */
export interface Origin {
  /** The state for the new Distiller of the run. The caller disposes its tensors. */
  state(distiller: Distiller): DistillerState;
  readonly host: HostRecord;
}

/** The job before its next step, its pairs made or found. The caller disposes it with `disposeJob`. */
export async function prepareJob(prepared: Prepared, origin?: Origin): Promise<Job> {
  const { config, teacher } = prepared;
  const pairs = needsPairs(config) ? await pairsFor(prepared, config) : undefined;
  const distiller = Distiller.create({ config, teacher, pairs });
  const judge = await openJudge(teacher);
  const { samplesEvery, probeEvery, layersEvery, checkpointEvery, evaluateEvery } = config;
  return {
    ...prepared,
    pairs,
    distiller,
    judge,
    nearest: new NearestImages(teacher, pairs),
    intervals: { samplesEvery, probeEvery, layersEvery, checkpointEvery, evaluateEvery },
    seconds: [],
    lastReports: [],
    trainingSeconds: 0,
    pace: 0,
    figures: {},
    ...origin?.host,
    iteration: origin ? restore(distiller, origin) : 0,
  };
}

/** Puts `distiller` where `origin` was; the iteration that this is. */
function restore(distiller: Distiller, origin: Origin): number {
  const { tensors, progress } = origin.state(distiller);
  try {
    distiller.restore({ tensors, progress });
  } finally {
    tf.dispose(tensors);
  }
  return progress.iteration;
}

export function disposeJob({ distiller, judge }: Job): void {
  distiller.dispose();
  judge?.dispose();
}

/** Says what the run is, and from where on. */
export function tellStart({ run, config, engine, teacher, distiller, iteration }: Job): void {
  const { name, fingerprint, sampleShape, classes } = teacher;
  const iterations = iterationsOf(config);
  run.update({ iterations, iteration, step: stepsDone(config, iteration) });
  run.event({
    type: 'started',
    config,
    teacher: { name, fingerprint, sampleShape, classes, mixture: roundModes(teacher) },
    iteration,
    iterations,
    layers: distiller.layers,
    engine: engine.engine,
    device: engine.device,
    threads: engine.threads,
    runtime: engine.runtime,
    reason: engine.reason,
    parent: run.status.parent,
  });
}

/** Pairs as `config` asks for them, from the cache where it has them. */
export const pairsFor = (
  { teacher, signal, onProgress }: Pick<Prepared, 'teacher' | 'signal' | 'onProgress'>,
  config: Config,
): Promise<PairSource | undefined> =>
  openPairs({
    config,
    teacher,
    onProgress: (done, total) => {
      signal.throwIfAborted();
      onProgress({ task: "the teacher's samples", done, total });
    },
  });
