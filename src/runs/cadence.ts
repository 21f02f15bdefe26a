/**
 * What is due after a step, at the intervals of the run: pictures, checkpoints, evaluations.
 */
import type { StepReport } from '../distillation/report.ts';
import { saveCheckpoint } from './distill-checkpoint.ts';
import { drawnWhole } from './draw.ts';
import { drawOf, evaluate, noiseOf, type Job } from './job.ts';
import { drawSamples, pictureSize } from './pictures.ts';

/** Does what is due after the step that `report` tells of. */
export async function doWhatIsDue(job: Job, { phase, step }: StepReport): Promise<void> {
  const { distiller, iteration, intervals } = job;
  const due = (every: number, count: number) => every > 0 && count % every === 0;
  if (due(intervals.samplesEvery, iteration)) await picture(job);
  // the last ones are made when the run ends
  if (phase !== 'matching' || distiller.plan === undefined) return;
  if (due(intervals.checkpointEvery, step)) await saveCheckpoint(job);
  if (due(intervals.evaluateEvery, step)) await evaluate(job, 'oneStep');
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
