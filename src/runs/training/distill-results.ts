/**
 * What a run leaves: pictures, curves, the generator for other tools, and its figures.
 */
import * as tf from '@tensorflow/tfjs-core';
import { inTurn } from '../../distillation/generator/generate.ts';
import { teacherSampler } from '../../distillation/pairs/sample-teacher.ts';
import { stepsDone } from '../../distillation/plan.ts';
import type { StepReport } from '../../distillation/report.ts';
import { Random } from '../../random.ts';
import { drawCurves } from '../charts/curves.ts';
import { drawBeside, pictureSize } from '../charts/pictures.ts';
import type { RunEvent } from '../contract.ts';
import { readHistory } from '../events/event-reader.ts';
import { replaceFile, replaceJson } from '../files/replace-file.ts';
import { drawOf } from '../generator/draw.ts';
import { exportFiles, ONNX, WEIGHTS } from '../generator/export-files.ts';
import { saveGenerator } from '../generator/generator-file.ts';
import { median, secondsOf } from '../generator/speed.ts';
import type { Figures, RegressionAlone, Summary } from '../summary.ts';
import { generatorOf } from './distill-checkpoint.ts';
import { evaluate, noiseOf, type Job } from './job.ts';

/** Writes the results of a job that has ended or was stopped; a stopped one is not judged. */
export async function finishRun(job: Job, regressionAlone: RegressionAlone | undefined): Promise<Summary> {
  const { run, config, engine, teacher, distiller, signal } = job;
  const stopped = distiller.plan !== undefined && signal.aborted;
  const oneStep = stopped ? {} : await evaluate(job, 'oneStep');
  const speed = stopped ? { speedup: null, imagesPerSecond: null } : await compareSpeed(job);
  await exportJob(job);
  await writeCurves(job);
  const summary: Summary = {
    run: run.path,
    teacher: teacher.name,
    state: stopped ? 'stopped' : 'finished',
    steps: stepsDone(config, job.iteration),
    secondsPerStep: numberOrNull(median(job.seconds)),
    trainingSeconds: job.trainingSeconds,
    engine: engine.engine,
    device: engine.device,
    threads: engine.threads,
    runtime: engine.runtime,
    ...speed,
    lossDm: config.lambdaDm > 0 ? meanOf(job.lastReports, 'lossDm') : null,
    lossFake: meanOf(job.lastReports, 'lossFake'),
    lossReg: config.lambdaReg > 0 ? meanOf(job.lastReports, 'lossReg') : null,
    ...oneStep,
    frechet: frechetOf(job.figures, oneStep),
    regressionAlone,
  };
  await replaceJson(run.file('summary.json'), summary);
  run.event({ type: 'finished', summary });
  return summary;
}

/** Writes the generator of a job as it is into its directory, as both; their paths within it. */
export async function exportJob({ run, config, engine, distiller }: ExportedJob): Promise<string[]> {
  await saveGenerator(run.file(WEIGHTS), generatorOf(distiller));
  await exportFiles(run.file(WEIGHTS), [run.file(ONNX)], { engine, config });
  return [WEIGHTS, ONNX];
}

type ExportedJob = Pick<Job, 'run' | 'config' | 'engine' | 'distiller'>;

/** One step against the teacher's many on the same noise, which makes `samples.png` too. */
async function compareSpeed(job: Job): Promise<Pick<Summary, 'speedup' | 'imagesPerSecond'>> {
  const { run, config, teacher } = job;
  const { count, columns } = pictureSize(teacher.sampleShape, teacher.classes);
  const noise = noiseOf(job, 'pictures', count);
  const z = tf.tensor(
    Random.fromSeed(noise.seed)
      .fork(noise.purpose)
      .normal(count * size(noise.sampleShape)),
    [count, ...noise.sampleShape],
  );
  const labels = inTurn(count, noise.labels);
  const sampler = teacherSampler(teacher, config);
  const read = async (x: tf.Tensor) => {
    const values = (await x.data()) as Float32Array;
    x.dispose();
    return { values, shape: teacher.sampleShape };
  };
  const [many, one] = [() => read(sampler({ z, labels })), () => read(drawOf(job)(z, labels))];

  const png = await drawBeside(
    await many(),
    await one(),
    columns,
    `${teacher.name}, ${stepsDone(config, job.iteration)} steps`,
  );
  if (png) await replaceFile(run.file('samples.png'), png);
  const [teacherSeconds, seconds] = [await secondsOf(many), await secondsOf(one)];
  tf.dispose([z, labels] as never);
  return { speedup: teacherSeconds / seconds, imagesPerSecond: count / seconds };
}

/** Curves are drawn from what the run's file holds; that they cannot be is no reason to fail. */
export async function writeCurves({ run, config, teacher, iteration }: Job): Promise<void> {
  try {
    await run.flush();
    const events: RunEvent[] = [];
    for await (const event of readHistory(run.file('events.jsonl'))) {
      // updates by hand are no steps
      if (event.type === 'evaluation' || (event.type === 'step' && !event.by)) events.push(event);
    }
    const curves = await drawCurves(`${teacher.name}, ${stepsDone(config, iteration)} steps`, events);
    if (curves) await replaceFile(run.file('curves.png'), curves.png);
  } catch (error) {
    run.event({ type: 'warning', message: `curves.png could not be drawn: ${(error as Error).message}` });
  }
}

const size = (shape: readonly number[]): number => tf.util.sizeFromShape([...shape]);

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function meanOf(reports: readonly StepReport[], loss: 'lossDm' | 'lossFake' | 'lossReg'): number | null {
  const values = reports.flatMap((report) => report[loss] ?? []);
  return numberOrNull(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function frechetOf({ start, teacher }: Job['figures'], oneStep: Figures): Summary['frechet'] {
  if (start?.frechet === undefined || teacher?.frechet === undefined || oneStep.frechet === undefined) return undefined;
  return { start: start.frechet, teacher: teacher.frechet, oneStep: oneStep.frechet };
}
