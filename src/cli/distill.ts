/**
 * `dmd-lab distill`: one-step generator from a multi-step teacher, as a run in a directory of its own.
 */
import { Command } from 'commander';
import type { Summary } from '../runs/summary.ts';
import type { Output, OutputOptions } from './output.ts';
import { action, collected, withEngine, withOutput, type EngineFlags } from './options.ts';
import { duration, type Progress } from './progress.ts';

type Options = OutputOptions &
  EngineFlags & { teacher?: string; steps?: string; seed?: string; config?: string; set?: string[]; out?: string };

export const distill = (): Command =>
  withOutput(withEngine(new Command('distill')))
    .description(
      'Distil a teacher into a one-step generator by Distribution Matching Distillation (arXiv 2311.18828, Algorithm 1).\n' +
        'Leaves a run directory with pictures, curves, checkpoints, the generator as safetensors and ONNX, and its figures.',
    )
    .option(
      '--teacher <name>',
      'mnist, two-modes, ring, grid, spiral, or the path of a trained teacher (default: mnist)',
    )
    .option('--steps <n>', 'generator updates after the warm-up', numberOr)
    .option('--seed <n>', 'everything random follows from it (default: 0)', numberOr)
    .option('--config <file>', 'a *.dmd.json file; its keys are in schema/dmd.schema.json')
    .option(
      '--set <key=value>',
      'one key of the configuration, nested ones with dots; may come several times',
      collected,
    )
    .option('--out <dir>', 'the run directory (default: .dmd/runs/<date-time>-<teacher>)')
    .addHelpText(
      'after',
      '\nOptions go over --config, --set over both.\n\nExamples:\n' +
        '  dmd-lab distill\n' +
        '  dmd-lab distill --teacher two-modes --steps 500 --json\n' +
        '  dmd-lab distill --config study.dmd.json --set weighting=eq8 --set warmup.fakeSteps=50 --out runs/eq8',
    )
    .action(
      action<Options>(async ({ options, output, signal }) => {
        const { readWishes, resolveConfig } = await import('../runs/configuration.ts');
        const { distillRun } = await import('../runs/distill-run.ts');
        const { teacher, steps, seed, engine, device, threads, config: file, set, out } = options;
        const wishes = await readWishes({ file, options: { teacher, steps, seed, engine, device, threads }, set });
        const config = resolveConfig({}, wishes);
        const summary = await distillRun({
          config,
          out,
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

/** A number where there is one; the configuration says what is wrong with other texts. */
const numberOr = (text: string): string | number => (text.trim() === '' || isNaN(Number(text)) ? text : Number(text));

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

function describe(summary: Summary): string[] {
  const { state, steps, trainingSeconds, frechet, modes, modesFound, kl, speedup, imagesPerSecond, run } = summary;
  const figure = (value: number) => String(Number(value.toPrecision(3)));
  return [
    `${state}: ${steps} steps, ${duration(trainingSeconds)} of training`,
    ...(frechet
      ? [
          `Fréchet distance to the test set, ${summary.samples} samples each: start ${figure(frechet.start)}, ` +
            `one step ${figure(frechet.oneStep)}, teacher ${figure(frechet.teacher)}`,
        ]
      : []),
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
