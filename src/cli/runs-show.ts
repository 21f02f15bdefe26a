/**
 * `dmd-lab runs show`: one run at length.
 */
import { Command } from 'commander';
import type { RunDetails } from '../runs/directory/run-details.ts';
import { describeShares, duration, figure } from './figures.ts';
import { action, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';
import { age, printable, size, table } from './table.ts';

export const show = (): Command =>
  withOutput(
    new Command('show')
      .description('Show a run: its settings where they differ from a preset, its figures, checkpoints and size.')
      .argument('<run>', 'a run directory, the name of a run in .dmd/runs, or `latest`'),
  )
    .addHelpText('after', '\nExamples:\n  dmd-lab runs show latest\n  dmd-lab runs show runs/eq8 --json')
    .action(
      action<OutputOptions, [string]>(async ({ output }, text) => {
        const { findRun } = await import('../runs/directory/find-run.ts');
        const { runDetails } = await import('../runs/directory/run-details.ts');
        const details = await runDetails(await findRun(text));
        output.result(details, describe(details));
      }),
    );

function describe(run: RunDetails): string {
  const facts: [string, string | undefined][] = [
    ['run', run.path],
    ['title', run.title],
    ['tags', run.tags.join(' ') || undefined],
    ['teacher', run.teacher],
    ['state', run.message === undefined ? run.state : `${run.state}: ${run.message}`],
    ['step', `${run.step} of ${run.steps}`],
    ['began', `${run.began}, ${age(run.began)} ago`],
    ['engine', run.engine && `${run.engine} on ${run.device}`],
    ['forked from', run.parent && `${run.parent.run}, iteration ${run.parent.iteration}`],
    ['size', size(run.bytes)],
    [
      'checkpoints',
      run.checkpoints.map(({ iteration, bytes }) => `${iteration} (${size(bytes)})`).join(', ') || 'none',
    ],
  ];
  return [
    table(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    '',
    ...describeConfiguration(run),
    ...describeFigures(run),
    ...(run.notes === '' ? [] : ['', ...run.notes.split(/\r?\n/).map(printable)]),
  ].join('\n');
}

function describeConfiguration({ configuration }: RunDetails): string[] {
  if (!configuration) return ['its config.json is not understood here'];
  const { preset, differences } = configuration;
  if (differences.length === 0) return [`settings: the preset ${preset}`];
  const shown = (value: unknown) => (value === undefined ? 'not set' : JSON.stringify(value));
  const rows = differences.map(({ key, values: [own, usual] }) => [`  ${key}`, shown(own), `(${shown(usual)})`]);
  return [`settings: the preset ${preset}, but`, table(rows)];
}

function describeFigures({ figures }: RunDetails): string[] {
  if (!figures) return [];
  const { frechet, kl, modes, modesFound, samples, secondsPerStep, trainingSeconds, imagesPerSecond, speedup } =
    figures;
  return [
    '',
    ...(frechet
      ? [
          `Fréchet distance, ${samples} samples: start ${figure(frechet.start)}, one step ${figure(frechet.oneStep)}, ` +
            `teacher ${figure(frechet.teacher)}`,
        ]
      : []),
    ...(modes ? [`modes found: ${modesFound} of ${modes.length}`] : []),
    ...(kl === undefined ? [] : [`KL: ${figure(kl)} nats`]),
    ...describeShares(figures),
    ...(trainingSeconds === undefined
      ? []
      : [`training: ${duration(trainingSeconds)}${secondsPerStep ? `, ${figure(secondsPerStep)} s a step` : ''}`]),
    ...(imagesPerSecond ? [`speed: ${figure(imagesPerSecond)} images/s`] : []),
    ...(speedup ? [`one step is ${figure(speedup)} times as fast as the teacher's sampler`] : []),
  ];
}
