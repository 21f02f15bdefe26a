/**
 * `dmd-lab distill`: one-step generator from a multi-step teacher, as a run in a directory of its own.
 */
import { Command, Option } from 'commander';
import { usageError } from '../errors.ts';
import type { RunDirectory } from '../runs/directory/directory.ts';
import type { Summary } from '../runs/summary.ts';
import type { HostOptions } from '../runs/training/begin.ts';
import {
  numberOr,
  readConfiguration,
  readWishesOf,
  withConfiguration,
  type ConfigurationFlags,
} from './configuration-options.ts';
import { duration, figure } from './figures.ts';
import { action, withEngine, withOutput, type EngineFlags } from './options.ts';
import type { OutputOptions } from './output.ts';
import { progressOn } from './run-progress.ts';

type Options = OutputOptions &
  EngineFlags &
  ConfigurationFlags & {
    steps?: string | number;
    out?: string;
    resume?: string;
    fork?: string;
    allowDifferentEngine?: boolean;
  };

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
          .option('--out <dir>', 'the run directory (default: .dmd/runs/<date-time>-<teacher>)')
          .addOption(
            new Option(
              '--resume <run>',
              'go on with a run that was interrupted, or from one of its checkpoints',
            ).conflicts(['fork', 'out', 'preset']),
          )
          .addOption(
            new Option(
              '--fork <run>',
              'a new run from the last checkpoint of another, or from the one given',
            ).conflicts('preset'),
          )
          .option('--allow-different-engine', 'resume although last bits will differ'),
      ),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  dmd-lab distill\n  dmd-lab distill --preset long\n  dmd-lab distill --teacher two-modes --steps 500 --json\n' +
        '  dmd-lab distill --config study.dmd.json --set weighting=eq8 --set warmup.fakeSteps=50 --out runs/eq8\n' +
        '  dmd-lab distill --resume runs/eq8\n  dmd-lab distill --resume runs/eq8/checkpoints/step-00000400\n' +
        '  dmd-lab distill --fork runs/eq8 --set learningRate=1e-5 --out runs/eq8-slower\n\n' +
        'A resumed run gives the same generator, bit for bit, as one that was never interrupted. Checkpoints that lie\n' +
        'behind the one resumed from are kept in checkpoints/before-attempt-<n>.',
    )
    .action(
      action<Options>(async ({ options, output, signal }) => {
        let directory: RunDirectory | undefined;
        try {
          const run = await begin(options, {
            signal,
            onStart: (run, running) => {
              directory = run;
              output.log(`run ${run.path}`);
              output.log(`engine ${running.engine} on ${running.device}: ${running.reason}`);
              run.onEvent((event) => {
                if (event.type === 'warning') output.warn(event.message);
                if (event.type === 'started' && event.iteration > 0)
                  output.log(`goes on after ${event.iteration} of ${event.iterations} steps`);
              });
            },
            onProgress: progressOn(output),
          });
          const summary = await run.run();
          output.endProgress();
          for (const line of describe(summary)) output.log(line);
          output.result(summary);
        } finally {
          if (directory?.status.state === 'stopped')
            output.log(`\`dmd-lab distill --resume ${directory.path}\` goes on`);
        }
      }),
    );

/** The run that the options ask for: a new one, one that goes on, or one from another's checkpoint. */
async function begin(options: Options, host: HostOptions) {
  const { DistillationRun } = await import('../runs/training/distillation-run.ts');
  const { steps, out, resume, fork, allowDifferentEngine } = options;
  if (allowDifferentEngine && resume === undefined) {
    throw usageError('`--allow-different-engine` is for `--resume`: other runs take any engine.');
  }
  if (resume !== undefined) {
    const wishes = await readWishesOf(options, { steps });
    return DistillationRun.resume({ from: resume, wishes, allowDifferentEngine, ...host });
  }
  if (fork !== undefined) {
    return DistillationRun.fork({ from: fork, wishes: await readWishesOf(options, { steps }), out, ...host });
  }
  return DistillationRun.create({ config: await readConfiguration(options, { steps }), out, ...host });
}

function describeRegression({ regressionAlone }: Summary): string[] {
  if (!regressionAlone) return [];
  const { sameSteps, sameTime } = regressionAlone;
  return [
    `regression alone: ${figure(sameSteps.frechet ?? NaN)} in the same ${sameSteps.steps} steps, ` +
      `${figure(sameTime.frechet ?? NaN)} in the same time (${sameTime.steps} steps)`,
  ];
}

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
