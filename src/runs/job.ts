/**
 * A distillation at work: what its parts share, and how its generator is drawn from and judged.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../distillation/config.ts';
import type { Distiller } from '../distillation/distiller.ts';
import type { PairSource } from '../distillation/pairs.ts';
import type { StepReport } from '../distillation/report.ts';
import type { RunningEngine } from '../engine/start.ts';
import type { Teacher } from '../teachers/teacher.ts';
import type { RunDirectory } from './directory.ts';
import { drawn, type Draw, type FixedNoise } from './draw.ts';
import type { Judge } from './judge.ts';
import type { Figures } from './summary.ts';

export interface RunProgress {
  /** What is under way, for people; another one begins when this changes. */
  readonly task: string;
  readonly done: number;
  readonly total: number;
  readonly loss?: number;
  readonly imagesPerSecond?: number;
}

/** All that the parts of a run share. */
export interface Job {
  readonly run: RunDirectory;
  readonly config: Config;
  readonly engine: RunningEngine;
  readonly teacher: Teacher;
  readonly distiller: Distiller;
  readonly judge: Judge | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: RunProgress) => void;
  /** What the steps of Algorithm 1 took, in seconds, and the last reports. */
  readonly seconds: number[];
  readonly lastReports: StepReport[];
  /** What the steps of all phases took together. */
  trainingSeconds: number;
  /** Seconds a step of late, smoothed. */
  pace: number;
  /** Steps of all phases taken. */
  iteration: number;
}

/** The generator that is judged. */
export const drawOf =
  ({ distiller }: Job): Draw =>
  (z, labels) =>
    distiller.generate(z, { labels });

/** The noise of the run for `purpose`. */
export function noiseOf({ config, teacher }: Job, purpose: string, count: number): FixedNoise {
  const labels = config.labels ?? Array.from({ length: teacher.classes }, (_, label) => label);
  return { purpose, seed: config.seed, count, sampleShape: teacher.sampleShape, labels };
}

/** How good the generator is now; nothing when there is no judge. */
export async function evaluate(job: Job, of: 'start' | 'oneStep' | 'regressionAlone'): Promise<Figures> {
  const { run, config, judge, iteration, signal, onProgress } = job;
  if (!judge) return {};
  const before = run.status.state;
  run.update({ state: 'evaluating' });
  const total = config.evaluationSamples;
  const noise = noiseOf(job, 'evaluation', total);
  const progress = (done: number) => {
    signal?.throwIfAborted();
    onProgress({ task: 'evaluation', done, total });
  };
  const figures = await judge.judge(drawn(drawOf(job), noise, progress));
  run.event({ type: 'evaluation', of, iteration, ...figures });
  run.update({ state: before });
  return figures;
}

/** The images of the first `count` pairs, in portions. */
export async function* imagesOf(pairs: PairSource, count: number): AsyncGenerator<Float32Array> {
  const portion = 250;
  for (let first = 0; first < count; first += portion) {
    const batch = pairs.batch(Array.from({ length: Math.min(portion, count - first) }, (_, i) => first + i));
    yield (await batch.y.data()) as Float32Array;
    tf.dispose(batch as never);
  }
}
