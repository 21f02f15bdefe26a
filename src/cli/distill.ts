/**
 * `dmd-lab distill`: one-step generator from a multi-step teacher, as a run in a directory of its own.
 */
import { Command } from 'commander';
import type { Summary } from '../runs/summary.ts';
import { numberOr, readConfiguration, withConfiguration, type ConfigurationFlags } from './configuration-options.ts';
import type { Output, OutputOptions } from './output.ts';
import { action, withEngine, withOutput, type EngineFlags } from './options.ts';
import { duration, type Progress } from './progress.ts';

type Options = OutputOptions & EngineFlags & ConfigurationFlags & { steps?: string | number; out?: string };

export const distill = (): Command =>
  withOutput(
    withEngine(
      withConfiguration(
        new Command('distill')
          .description(
            'Distil a teacher into a one-step generator by Distribution Matching Distillation (arXiv 2311.18828, Algorithm 1).\n' +
              'Leaves a run directory with pictures, curves, checkpoints, the generator as safetensors and ONNX, and its figures.',
          )
          .option('--steps <n>', 'generator updates after the warm-up', numberOr)
          .option('--out <dir>', 'the run directory (default: .dmd/runs/<date-time>-<teacher>)'),
      ),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  dmd-lab distill\n  dmd-lab distill --preset long\n  dmd-lab distill --teacher two-modes --steps 500 --json\n' +
        '  dmd-lab distill --config study.dmd.json --set weighting=eq8 --set warmup.fakeSteps=50 --out runs/eq8',
    )
    .action(
      action<Options>(async ({ options, output, signal }) => {
        const config = await readConfiguration(options, { steps: options.steps });
        const { distillRun } = await import('../runs/distill-run.ts');
        const summary = await distillRun({
          config,
          out: options.out,
          signal,
          onStart: (run, running) => {
            output.log(`run ${run.path}`);
            output.log(`engine ${running.engine} on ${running.device}: ${running.reason}`);
            run.onEvent((event) => {
              if (event.type === 'warning') output.warn(event.message);
            });
          },
          onProgress: progressOn(output),
        });
        output.endProgress();
        for (const line of describe(summary)) output.log(line);
        output.result(summary);
      }),
    );

/** One bar for each task that the run tells of, one after another. */
function progressOn(output: Output) {
  let task: string | undefined;
  let progress: Progress | undefined;
  return (told: { task: string; done: number; total: number; loss?: number; imagesPerSecond?: number }) => {
    if (told.task !== task) progress = output.progress(told.task, told.total);
    task = told.task;
    progress!.update(told.done, told);
  };
}

function describeRegression({ regressionAlone }: Summary): string[] {
  if (!regressionAlone) return [];
  const { sameSteps, sameTime } = regressionAlone;
  return [
    `regression alone: ${figure(sameSteps.frechet ?? NaN)} in the same ${sameSteps.steps} steps, ` +
      `${figure(sameTime.frechet ?? NaN)} in the same time (${sameTime.steps} steps)`,
  ];
}

const figure = (value: number): string => String(Number(value.toPrecision(3)));

function describe(summary: Summary): string[] {
  const { state, steps, trainingSeconds, frechet, modes, modesFound, kl, speedup, imagesPerSecond, run } = summary;
  return [
    `${state}: ${steps} steps, ${duration(trainingSeconds)} of training`,
    ...(frechet
      ? [
          `Fréchet distance to the test set, ${summary.samples} samples each: start ${figure(frechet.start)}, ` +
            `one step ${figure(frechet.oneStep)}, teacher ${figure(frechet.teacher)}`,
        ]
      : []),
    ...describeRegression(summary),
    ...(summary.classShares
      ? [`shares of the classes: ${summary.classShares.map((s) => `${figure(100 * s)} %`).join(' ')}`]
      : []),
    ...(modes
      ? [`modes found: ${modesFound} of ${modes.length}${kl === undefined ? '' : `, KL ${figure(kl)} nats`}`]
      : []),
    ...(speedup && imagesPerSecond
      ? [`one step is ${figure(speedup)} times as fast as the teacher: ${figure(imagesPerSecond)} images/s`]
      : []),
    `results in ${run}`,
  ];
}
