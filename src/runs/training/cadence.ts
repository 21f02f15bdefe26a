/**
 * What a run does between its steps, at its intervals: it shows itself, keeps checkpoints, and is evaluated.
 */
import { existsSync } from 'node:fs';
import type { StepReport } from '../../distillation/report.ts';
import { tellLayers } from '../observation/layers.ts';
import { tellProbe } from '../observation/probe.ts';
import { teacherPicture, tellSamples, tellTeacherSamples } from '../observation/samples.ts';
import { saveCheckpoint } from './distill-checkpoint.ts';
import { evaluate, type Job } from './job.ts';

/** Before the first step in a directory: the teacher's samples, and those of the generator as it begins. */
export async function tellBeginning(job: Job): Promise<void> {
  const { run, intervals } = job;
  if (existsSync(run.file(teacherPicture))) return;
  if (intervals.samplesEvery > 0) {
    await tellTeacherSamples(job);
    await tellSamples(job);
  }
  if (intervals.probeEvery > 0) await tellProbe(job);
}

/** Does what is due after the step that `report` tells of; what the run shows of itself, after its last step as well. */
export async function doWhatIsDue(job: Job, { phase, step }: StepReport): Promise<void> {
  const { distiller, iteration, intervals } = job;
  const last = distiller.plan === undefined;
  const due = (every: number, count: number) => every > 0 && count % every === 0;
  const shown = (every: number) => due(every, iteration) || (every > 0 && last);
  if (last || due(intervals.samplesEvery, iteration)) await tellSamples(job);
  if (shown(intervals.probeEvery)) await tellProbe(job);
  if (shown(intervals.layersEvery)) await tellLayers(job);
  // the last checkpoint and the last evaluation are made when the run ends
  if (last) return;
  if (due(intervals.checkpointEvery, step)) await saveCheckpoint(job);
  if (phase === 'matching' && due(intervals.evaluateEvery, step)) await evaluate(job, 'oneStep');
}
