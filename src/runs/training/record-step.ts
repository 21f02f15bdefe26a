/**
 * What a run makes of each step it took: an event, its status, its totals, and the progress that a person sees.
 */
import type { Phase } from '../../distillation/plan.ts';
import type { StepReport } from '../../distillation/report.ts';
import type { Job } from './job.ts';

const taskNames: Record<Phase, string> = {
  regression: 'warm-up of the generator',
  'fake-score': 'warm-up of the fake score',
  matching: 'distribution matching',
};

/** How many of the last reports the summary's losses are means of. */
const LAST_REPORTS = 50;

/** Counts the step that `report` tells of, which took `seconds`. */
export function recordStep(job: Job, report: StepReport, seconds: number): void {
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
