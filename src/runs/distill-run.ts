/**
 * A whole distillation as a run: teacher and pairs, warm-up and Algorithm 1, pictures, checkpoints and evaluations on the
 * way, results and honest numbers at the end.
 */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../distillation/config.ts';
import { Distiller } from '../distillation/distiller.ts';
import { learnsFakeScore, modelsOf, needsPairs } from '../distillation/models.ts';
import { openPairs } from '../distillation/pair-cache.ts';
import type { PairSource } from '../distillation/pairs.ts';
import type { Phase } from '../distillation/plan.ts';
import type { StepReport } from '../distillation/report.ts';
import { startEngine, type RunningEngine } from '../engine/start.ts';
import { cachePath } from '../paths.ts';
import { openTeacher } from '../teachers/open.ts';
import { saveCheckpoint } from './distill-checkpoint.ts';
import { finishRun, writeCurves } from './distill-results.ts';
import { refuseTaken, RunDirectory } from './directory.ts';
import { drawnWhole } from './draw.ts';
import { drawOf, evaluate, imagesOf, noiseOf, type Job, type RunProgress } from './job.ts';
import { openJudge } from './judge.ts';
import { drawSamples, pictureSize } from './pictures.ts';
import { forkRegression, trainRegressionAlone } from './regression-alone.ts';
import type { Figures, Summary } from './summary.ts';

export interface DistillRunOptions {
  config: Config;
  /** The run directory; default: a new one under `.dmd/runs`. */
  out?: string;
  /** Stops the run after the step under way, with a checkpoint. */
  signal?: AbortSignal;
  /** Told once the directory is the run's. */
  onStart?: (run: RunDirectory, engine: RunningEngine) => void;
  onProgress?: (progress: RunProgress) => void;
}

/**
 * Distils as `config` says and returns what came of it; stopped before its first step or while it is judged, it throws
 * the signal's reason. Errors of the configuration or the teacher leave no directory behind; later ones leave a run that
 * says why it failed, with its last good checkpoint.
 */
export async function distillRun(options: DistillRunOptions): Promise<Summary> {
  const { config, out, signal, onStart, onProgress = () => undefined } = options;
  if (out !== undefined) await refuseTaken(out);
  const engine = await startEngine(config);
  const teacher = await openTeacher(config.teacher);
  let run: RunDirectory | undefined;
  try {
    modelsOf(config, teacher);
    run = await RunDirectory.create(config, out);
    run.update({ engine: engine.engine, device: engine.device });
    onStart?.(run, engine);
    const summary = await workOn({ run, config, engine, teacher, signal, onProgress });
    await run.close(summary.state);
    return summary;
  } catch (error) {
    if (signal?.aborted && error === signal.reason) {
      await run?.close('stopped');
    } else {
      const { message } = error as Error;
      run?.event({ type: 'failed', message });
      await run?.close('failed', message);
    }
    throw error;
  } finally {
    tf.dispose([teacher.params, teacher.student.params] as never);
  }
}

type Prepared = Pick<Job, 'run' | 'config' | 'engine' | 'teacher' | 'signal' | 'onProgress'>;

async function workOn(prepared: Prepared): Promise<Summary> {
  const { run, config, engine, teacher } = prepared;
  const pairs = needsPairs(config) ? await pairsFor(prepared, config) : undefined;
  const distiller = Distiller.create({ config, teacher, pairs });
  const judge = await openJudge(teacher);
  try {
    const job: Job = {
      ...prepared,
      distiller,
      judge,
      seconds: [],
      lastReports: [],
      trainingSeconds: 0,
      pace: 0,
      iteration: 0,
    };
    const { name, fingerprint, sampleShape, classes } = teacher;
    run.update({ iterations: iterationsOf(config) });
    run.event({
      type: 'started',
      config,
      teacher: { name, fingerprint, sampleShape, classes },
      iteration: 0,
      iterations: iterationsOf(config),
      layers: { generator: [], fake: [] },
      engine: engine.engine,
      device: engine.device,
      threads: engine.threads,
    });
    const figures = { start: await evaluate(job, 'start'), teacher: await judgeTeacher(job) };
    const fork = await train(job, pairs);
    const regressionAlone = fork && (await trainRegressionAlone(job, fork.distiller, fork.spent()));
    return await finishRun(job, { ...figures, regressionAlone });
  } finally {
    distiller.dispose();
    judge?.dispose();
  }
}

/**
 * Every step until the run is over or stopped. After an error the last good weights are in a checkpoint. Returns what is to
 * be compared with, where the configuration asks for it.
 */
async function train(job: Job, pairs: PairSource | undefined): Promise<Fork | undefined> {
  const { run, config, distiller, signal } = job;
  let fork: Fork | undefined;
  while (distiller.plan && !signal?.aborted) {
    const { phase } = distiller.plan;
    if (config.baseline === 'regression' && pairs && phase !== 'regression') fork ??= forkOf(job, pairs);
    run.update({ state: phase === 'matching' ? 'running' : 'warming-up' });
    const begin = performance.now();
    let report: StepReport;
    try {
      report = await distiller.step();
    } catch (error) {
      if (job.iteration > 0) await saveCheckpoint(job).catch(() => undefined);
      await writeCurves(job);
      throw error;
    }
    // lets signals, timers and sockets have their turn
    await setImmediate();
    tell(job, report, (performance.now() - begin) / 1000);

    const every = (steps: number) => steps > 0 && phase === 'matching' && report.step % steps === 0;
    const last = distiller.plan === undefined;
    if (config.samplesEvery > 0 && job.iteration % config.samplesEvery === 0) await picture(job);
    if (every(config.checkpointEvery) && !last) await saveCheckpoint(job);
    if (every(config.evaluateEvery) && !last) await evaluate(job, 'oneStep');
  }
  if (job.iteration > 0) await saveCheckpoint(job);
  return fork;
}

/** Regression alone from this step on, and what the run has spent since. */
interface Fork {
  readonly distiller: Distiller;
  spent(): { steps: number; seconds: number };
}

function forkOf(job: Job, pairs: PairSource): Fork {
  const before = job.trainingSeconds;
  return {
    distiller: forkRegression(job, pairs),
    spent: () => ({ steps: job.seconds.length, seconds: job.trainingSeconds - before }),
  };
}

const taskNames: Record<Phase, string> = {
  regression: 'warm-up of the generator',
  'fake-score': 'warm-up of the fake score',
  matching: 'distribution matching',
};

/** How many of the last reports the summary's losses are means of. */
const LAST_REPORTS = 50;

function tell(job: Job, report: StepReport, seconds: number): void {
  const { run, config, onProgress } = job;
  const { phase, step } = report;
  job.iteration++;
  job.trainingSeconds += seconds;
  run.event({ type: 'step', iteration: job.iteration, seconds, ...report });
  run.update({ iteration: job.iteration, step: phase === 'matching' ? step : 0 });
  if (phase === 'matching') {
    job.seconds.push(seconds);
    job.lastReports.push(report);
    if (job.lastReports.length > LAST_REPORTS) job.lastReports.shift();
  }
  const { regressionSteps, fakeSteps } = config.warmup;
  // single steps differ too much to be read
  job.pace = step === 1 ? seconds : 0.9 * job.pace + 0.1 * seconds;
  onProgress({
    task: taskNames[phase],
    done: step,
    total: { regression: regressionSteps, 'fake-score': fakeSteps, matching: config.steps }[phase],
    loss: { regression: report.lossReg, 'fake-score': report.lossFake, matching: report.lossDm || report.lossReg }[
      phase
    ],
    imagesPerSecond:
      (phase === 'regression' ? (config.regressionBatchSize ?? config.batchSize) : config.batchSize) / job.pace,
  });
}

/** Writes what the generator draws now from the run's fixed noise. */
async function picture(job: Job): Promise<void> {
  const { run, teacher, iteration } = job;
  const { count, columns } = pictureSize(teacher.sampleShape, teacher.classes);
  const values = await drawnWhole(drawOf(job), noiseOf(job, 'pictures', count));
  const png = await drawSamples(
    { values, shape: teacher.sampleShape },
    columns,
    `${teacher.name}, iteration ${iteration}`,
  );
  const image = png && (await run.image(`samples-${String(iteration).padStart(8, '0')}.png`, png));
  if (image !== undefined) run.event({ type: 'samples', of: 'oneStep', iteration, image, count, columns, scale: 2 });
}

/** How good the teacher is by the same measure, on samples that are kept as pairs are; an exact teacher needs no judging. */
async function judgeTeacher(job: Job): Promise<Figures> {
  const { run, config, judge } = job;
  if (judge?.of !== 'digits') return {};
  const count = config.evaluationSamples;
  const pairs = await pairsFor(job, { ...config, pairs: count });
  const figures = await judge.judge(imagesOf(pairs!, count));
  run.event({ type: 'evaluation', of: 'teacher', iteration: 0, ...figures });
  return figures;
}

const pairsFor = (
  { teacher, signal, onProgress }: Pick<Job, 'teacher' | 'signal' | 'onProgress'>,
  config: Config,
): Promise<PairSource | undefined> =>
  openPairs({
    config,
    teacher,
    cache: cachePath('pairs'),
    onProgress: (done, total) => {
      signal?.throwIfAborted();
      onProgress({ task: "the teacher's samples", done, total });
    },
  });

/** Steps of all phases. */
function iterationsOf(config: Config): number {
  const { warmup, steps } = config;
  return warmup.regressionSteps + (learnsFakeScore(config) ? warmup.fakeSteps : 0) + steps;
}
