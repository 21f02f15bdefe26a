/**
 * What a run's generator is compared with: itself before any training, and its teacher.
 */
import { Distiller } from '../../distillation/distiller.ts';
import { imagesIn } from '../../distillation/pairs/pairs.ts';
import type { Figures } from '../summary.ts';
import { evaluate, type Job } from './job.ts';
import { pairsFor } from './prepare.ts';

/** Judges both, unless that has been done. */
export async function judgeReferences(job: Job): Promise<void> {
  job.figures.start ??= await judgeStart(job);
  job.figures.teacher ??= await judgeTeacher(job);
}

async function judgeStart(job: Job): Promise<Figures> {
  if (job.iteration === 0) return evaluate(job, 'start');
  const untrained = Distiller.create(job);
  try {
    return await evaluate(job, 'start', (z, labels) => untrained.generate(z, { labels }));
  } finally {
    untrained.dispose();
  }
}

/** By the same measure, on samples that are kept as pairs are; an exact teacher needs no judging. */
async function judgeTeacher(job: Job): Promise<Figures> {
  const { run, config, judge } = job;
  if (judge?.of !== 'digits') return {};
  const count = config.evaluationSamples;
  const pairs = await pairsFor(job, { ...config, pairs: count });
  const figures = await judge.judge(imagesIn(pairs!, count));
  run.event({ type: 'evaluation', of: 'teacher', iteration: 0, ...figures });
  return figures;
}
