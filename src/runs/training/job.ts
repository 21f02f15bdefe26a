/**
 * A distillation at work: what its parts share, and how its generator is drawn from and judged.
 */
import type { PairSource } from '../../distillation/pairs/pairs.ts';
import type { StepReport } from '../../distillation/report.ts';
import type { RunningEngine } from '../../engine/start.ts';
import type { Intervals } from '../contract.ts';
import { drawn, drawOf, type FixedNoise } from '../generator/draw.ts';
import type { Judge } from '../generator/judge.ts';
import type { Observed } from '../observation/observed.ts';
import type { RunProgress } from '../progress.ts';
import type { Figures } from '../summary.ts';

/** All that the parts of a run share. */
export interface Job extends Observed {
  readonly engine: RunningEngine;
  readonly pairs: PairSource | undefined;
  readonly judge: Judge | undefined;
  /** Ends the work after the step under way. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  /** Lets in those who wait to see or to steer, within work that is longer than a step. */
  readonly breathe: () => Promise<void>;
  intervals: Required<Intervals>;
  /** What the steps of Algorithm 1 took, in seconds, and the last reports. */
  readonly seconds: number[];
  readonly lastReports: StepReport[];
  /** What the steps of all phases took together. */
  trainingSeconds: number;
  /** Seconds a step of late, smoothed. */
  pace: number;
  iteration: number;
  /** How good the untrained generator and the teacher are, once judged. */
  figures: { start?: Figures; teacher?: Figures };
}

/** The noise of the run for `purpose`. */
export function noiseOf(
  { config, teacher }: Pick<Job, 'config' | 'teacher'>,
  purpose: string,
  count: number,
): FixedNoise {
  const labels = config.labels ?? Array.from({ length: teacher.classes }, (_, label) => label);
  return { purpose, seed: config.seed, count, sampleShape: teacher.sampleShape, labels };
}

/** How good `draw`, by default the generator as it is now, is; nothing when there is no judge. */
export async function evaluate(
  job: Job,
  of: 'start' | 'oneStep' | 'regressionAlone',
  draw = drawOf(job),
): Promise<Figures> {
  const { run, config, judge, iteration, signal, onProgress, breathe } = job;
  if (!judge) return {};
  const before = run.status.state;
  run.update({ state: 'evaluating' });
  const total = config.evaluationSamples;
  const noise = noiseOf(job, 'evaluation', total);
  const progress = async (done: number) => {
    await breathe();
    signal.throwIfAborted();
    onProgress({ task: 'evaluation', done, total });
  };
  try {
    const figures = await judge.judge(drawn(draw, noise, progress));
    run.event({ type: 'evaluation', of, iteration, ...figures });
    return figures;
  } finally {
    // who has paused it meanwhile finds it paused
    if (run.status.state === 'evaluating') run.update({ state: before });
  }
}
