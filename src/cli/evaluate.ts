/**
 * `dmd-lab evaluate`: how good and how fast generators are, side by side when there are several.
 */
import { relative } from 'node:path';
import { Command } from 'commander';
import type { Evaluation } from '../runs/generator/evaluate-generator.ts';
import type { Speed } from '../runs/generator/speed-by-batch.ts';
import type { Figures } from '../runs/summary.ts';
import { describeShares, figure, milliseconds } from './figures.ts';
import { action, wholeNumber, withEngine, withOutput, type EngineFlags } from './options.ts';
import type { Output, OutputOptions } from './output.ts';
import { progressOn } from './run-progress.ts';
import { table } from './table.ts';

type Options = OutputOptions & EngineFlags & { samples?: number; seed?: number; withTeacher?: boolean };

export const evaluate = (): Command =>
  withOutput(
    withEngine(
      new Command('evaluate')
        .description(
          "Judge generators: digits by the Fréchet distance to the MNIST test set in a classifier's features, mixtures by their\n" +
            'exact density (KL, share and spread of each mode); and time them: one sample alone, and batches.',
        )
        .argument(
          '<path...>',
          'runs, by directory, name or `latest`, checkpoint folders or generator.safetensors files',
        )
        .option(
          '--samples <n>',
          'how many to judge (default: as many as the run did, outside of a run 10000)',
          wholeNumber(2),
        )
        .option('--seed <n>', "of the noise (default: the run's own, whose figures it then repeats)", wholeNumber(0))
        .option('--with-teacher', 'judge and time the teacher too, drawn from by its sampler'),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  dmd-lab evaluate latest\n  dmd-lab evaluate runs/a runs/b --samples 10000 --json\n' +
        '  dmd-lab evaluate .dmd/runs/2026-11-05T14-03-22-mnist/checkpoints/step-00000400 --with-teacher',
    )
    .action(
      action<Options, [string[]]>(async ({ options, output, signal }, paths) => {
        const { startEngine } = await import('../engine/start.ts');
        const { findGenerator } = await import('../runs/generator/find-generator.ts');
        const { evaluateGenerator } = await import('../runs/generator/evaluate-generator.ts');
        // a wrong path had better be known before the first is judged
        for (const path of paths) await findGenerator(path);
        const { engine, device, threads } = await startEngine(options);
        const generators: Evaluation[] = [];
        for (const path of paths) {
          const onProgress = progressOn(output, paths.length > 1 ? `${path}: ` : '');
          generators.push(await evaluateGenerator({ ...options, path, signal, onProgress }));
        }
        output.endProgress();
        warnOfFigures(generators, output);
        // maxRSS is in KiB
        const peakMemory = process.resourceUsage().maxRSS * 1024;
        output.log(`${engine} on ${device}, at most ${figure(peakMemory / 2 ** 20)} MiB of memory`);
        output.result({ engine, device, threads, peakMemory, generators }, describe(generators));
      }),
    );

function warnOfFigures(generators: readonly Evaluation[], output: Output): void {
  for (const { generator, figures } of generators) {
    if (figures.samples === undefined)
      output.warn(`there is no measure for what \`${generator}\` draws; it was timed alone.`);
  }
  const counts = new Set(generators.flatMap(({ figures }) => figures.samples ?? []));
  if (counts.size < 2) return;
  output.warn(
    `figures of ${[...counts].join(' and ')} samples do not compare: fewer look worse. Give --samples for all alike.`,
  );
}

function describe(generators: readonly Evaluation[]): string {
  const judged = generators.flatMap(({ generator, teacher, figures, speed, ofTeacher }) => [
    { name: shortest(generator), figures, speed },
    ...(ofTeacher
      ? [{ ...ofTeacher, name: `its teacher ${teacher}, ${ofTeacher.sampler} ${ofTeacher.samplerSteps}` }]
      : []),
  ]);
  const columns = columnsOf(judged.map(({ figures }) => figures));
  const rows = judged.map((one) => [one.name, ...columns.map(({ cell }) => cell(one))]);
  const shares = judged.flatMap(({ name, figures }) => {
    const lines = describeShares(figures);
    return lines.length === 0 ? [] : ['', ...(judged.length > 1 ? [name] : []), ...lines];
  });
  return [table([['generator', ...columns.map(({ title }) => title)], ...rows]), ...shares].join('\n');
}

/** `path`, or how it is reached from here. */
function shortest(path: string): string {
  const fromHere = relative('', path);
  return fromHere.length < path.length ? fromHere : path;
}

interface Judged {
  readonly figures: Figures;
  readonly speed: Speed;
}

interface Column {
  readonly title: string;
  readonly cell: (judged: Judged) => string;
}

/** Those of the figures that any of them has, then the speed. */
function columnsOf(all: readonly Figures[]): Column[] {
  const ofFigure = (key: 'samples' | 'frechet' | 'confidence' | 'modesFound' | 'kl', title: string, show = figure) =>
    all.some((figures) => figures[key] !== undefined)
      ? [{ title, cell: ({ figures }: Judged) => (figures[key] === undefined ? '-' : show(figures[key])) }]
      : [];
  return [
    ...ofFigure('samples', 'samples', String),
    ...ofFigure('frechet', 'Fréchet'),
    ...ofFigure('confidence', 'confidence'),
    ...ofFigure('modesFound', 'modes', String),
    ...ofFigure('kl', 'KL, nats'),
    { title: 'latency', cell: ({ speed }) => milliseconds(speed.latency.median) },
    { title: '95 % within', cell: ({ speed }) => milliseconds(speed.latency.p95) },
    { title: 'images/s alone', cell: ({ speed }) => figure(speed.batches[0]!.imagesPerSecond) },
    { title: 'at best', cell: ({ speed: { best } }) => `${figure(best.imagesPerSecond)} in batches of ${best.batch}` },
  ];
}
