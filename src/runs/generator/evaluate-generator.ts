/**
 * How good and how fast a generator is, whatever file holds it; on its run's own noise unless another is asked for, so
 * that the figures are those of the run.
 */
import * as tf from '@tensorflow/tfjs-core';
import { Config } from '../../distillation/config.ts';
import { openPairs } from '../../distillation/pairs/pair-cache.ts';
import { imagesIn } from '../../distillation/pairs/pairs.ts';
import { teacherSampler } from '../../distillation/pairs/sample-teacher.ts';
import { usageError } from '../../errors.ts';
import { isMixtureFile, mixtureOfFile } from '../../teachers/mixture-file.ts';
import { isMixturePreset, mixturePreset } from '../../teachers/mixture-presets.ts';
import { openTeacher } from '../../teachers/open.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import type { RunProgress } from '../progress.ts';
import type { Figures } from '../summary.ts';
import { drawn } from './draw.ts';
import { configOfGenerator, findGenerator } from './find-generator.ts';
import { drawOfFile, loadGenerator, type LoadedGenerator } from './generator-file.ts';
import { openJudge, type Judge } from './judge.ts';
import { measureSpeed, type Speed } from './speed-by-batch.ts';

export interface EvaluateOptions {
  /** What `findGenerator` takes: a run, a checkpoint or a generator's file. */
  path: string;
  /** Default: as many as its run judges, or 10,000 outside of a run. */
  samples?: number;
  /** Of the noise; default: its run's, or 0. */
  seed?: number;
  /** Evaluate the teacher too, drawn from by its run's sampler. */
  withTeacher?: boolean;
  /** Ends the evaluation, which then throws its reason. */
  signal?: AbortSignal;
  onProgress?: (progress: RunProgress) => void;
}

export interface Evaluation {
  /** The path of the file. */
  readonly generator: string;
  readonly teacher: string;
  readonly seed: number;
  /** Empty when there is no measure for what it draws. */
  readonly figures: Figures;
  readonly speed: Speed;
  readonly ofTeacher?: {
    readonly sampler: string;
    readonly samplerSteps: number;
    readonly figures: Figures;
    readonly speed: Speed;
  };
}

/** What the evaluation of a generator and of its teacher share. */
interface Work {
  readonly config: Config;
  readonly loaded: LoadedGenerator;
  readonly judge: Judge | undefined;
  readonly count: number;
  readonly labels: readonly number[];
  readonly onProgress: (task: string) => (done: number, total: number) => void;
}

/**
 * Evaluates a generator on the engine that runs. A usage error when there is none at `path`, or its teacher is asked for
 * and not to be had; a failure when the file is damaged or what is drawn is not finite.
 */
export async function evaluateGenerator(options: EvaluateOptions): Promise<Evaluation> {
  const { path, samples, signal, onProgress: tell } = options;
  const generator = await findGenerator(path);
  const loaded = await loadGenerator(generator);
  const { teacher = 'unknown' } = loaded.metadata;
  // a run knows where its teacher is, a file its name alone
  const found = (await configOfGenerator(generator)) ?? Config.parse({ teacher });
  const config = { ...found, seed: options.seed ?? found.seed };
  const judge = await openJudge(await judgedAs(loaded, config.teacher));
  const labels = config.labels ?? Array.from({ length: loaded.generator.classes }, (_, label) => label);
  const onProgress = (task: string) => (done: number, total: number) => {
    signal?.throwIfAborted();
    tell?.({ task, done, total });
  };
  const work: Work = { config, loaded, judge, count: samples ?? config.evaluationSamples, labels, onProgress };
  let itsTeacher: Teacher | undefined;
  try {
    // that it is not to be had is known before the work
    if (options.withTeacher) itsTeacher = await teacherOf(loaded, config.teacher, generator);
    return {
      generator,
      teacher,
      seed: config.seed,
      ...(await evaluateOneStep(work)),
      ...(itsTeacher ? { ofTeacher: await evaluateTeacher(work, itsTeacher) } : {}),
    };
  } finally {
    judge?.dispose();
    tf.dispose([loaded.params, itsTeacher?.params, itsTeacher?.student.params] as never);
  }
}

/** The teacher that the generator was distilled from. */
async function teacherOf({ metadata }: LoadedGenerator, name: string, generator: string): Promise<Teacher> {
  const teacher = await openTeacher(name);
  if (teacher.fingerprint === metadata['teacherFingerprint']) return teacher;
  tf.dispose([teacher.params, teacher.student.params] as never);
  throw usageError(
    `\`${generator}\` was distilled from another teacher than the \`${teacher.name}\` that is here, whose weights differ. ` +
      'Leave --with-teacher out.',
  );
}

async function evaluateOneStep({ config: { seed }, loaded, judge, count, labels, onProgress }: Work) {
  const draw = drawOfFile(loaded);
  const { sampleShape } = loaded.generator;
  const judging = onProgress('samples judged');
  const noise = { purpose: 'evaluation', seed, count, sampleShape, labels };
  const figures = (await judge?.judge(drawn(draw, noise, (done) => judging(done, count)))) ?? {};
  return { figures, speed: await measureSpeed(draw, { sampleShape, labels }, onProgress('batch sizes timed')) };
}

/** The teacher's own samples are kept as pairs are: a second evaluation need not make them again. */
async function evaluateTeacher({ config, judge, count, labels, onProgress }: Work, teacher: Teacher) {
  const { sampler, samplerSteps } = config;
  const made = onProgress("the teacher's samples");
  const pairs = judge && (await openPairs({ config: { ...config, pairs: count }, teacher, onProgress: made }));
  const figures = pairs ? await judge.judge(imagesIn(pairs, count)) : {};
  const sample = teacherSampler(teacher, config);
  const { sampleShape } = teacher;
  const timed = onProgress("the teacher's batch sizes timed");
  const speed = await measureSpeed((z, labels) => sample({ z, labels }), { sampleShape, labels }, timed);
  return { sampler, samplerSteps, figures, speed };
}

/** A generator of a mixture is judged by it; that another teacher may bear the same name, its fingerprint tells. */
async function judgedAs({ generator, metadata }: LoadedGenerator, teacher: string) {
  const mixture = isMixturePreset(teacher)
    ? mixturePreset(teacher)
    : isMixtureFile(teacher)
      ? // a drawing that is gone is no reason not to time the generator
        await mixtureOfFile(teacher).catch(() => undefined)
      : undefined;
  const known = mixture && mixture.fingerprint === metadata['teacherFingerprint'];
  return known ? mixture : { sampleShape: generator.sampleShape, dataset: metadata['dataset'] };
}
