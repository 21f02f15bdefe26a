/**
 * `dmd-lab pairs`: (noise, image) pairs by the teacher's own ODE solver, made ahead of a distillation.
 */
import { basename } from 'node:path';
import { Command } from 'commander';
import { readConfiguration, withConfiguration, type ConfigurationFlags } from './configuration-options.ts';
import { action, withEngine, withOutput, type EngineFlags } from './options.ts';
import type { OutputOptions } from './output.ts';

type Options = OutputOptions & EngineFlags & ConfigurationFlags & { bundle?: string };

export const pairs = (): Command =>
  withOutput(
    withEngine(
      withConfiguration(
        new Command('pairs')
          .description(
            "Make (noise, image) pairs by a teacher's deterministic sampler and keep them in the cache, where distill finds\n" +
              'them. Goes on where an interrupted call ended. Pairs belong to their teacher, sampler, guidance, labels and seed.',
          )
          .option('--bundle <file>', 'also write their images to one PNG, as pairs are shipped with a teacher'),
      ),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  dmd-lab pairs --teacher mnist --set pairs=5000\n  dmd-lab pairs --teacher ring --set samplerSteps=40 --json',
    )
    .action(
      action<Options>(async ({ options, output, signal }) => {
        const config = await readConfiguration(options);
        const { startEngine } = await import('../engine/start.ts');
        const { openTeacher } = await import('../teachers/open.ts');
        const { openPairs, pairDirectory } = await import('../distillation/pairs/pair-cache.ts');
        const { engine, device } = await startEngine(config);
        const teacher = await openTeacher(config.teacher);
        const progress = output.progress(`pairs of ${teacher.name}`, config.pairs);
        const begin = performance.now();
        let found: number | undefined;
        const request = {
          config,
          teacher,
          onProgress: (done: number) => {
            signal.throwIfAborted();
            found ??= done;
            progress.update(done);
          },
        };
        const source = await openPairs(request);
        const seconds = (performance.now() - begin) / 1000;
        const directory = pairDirectory(request);
        if (options.bundle !== undefined && source) {
          const { writeBundle } = await import('../distillation/pairs/bundled-pairs.ts');
          const { y } = source.batch(Array.from({ length: source.count }, (_, i) => i));
          const values = (await y.data()) as Float32Array;
          await writeBundle(options.bundle, basename(directory), { values, sampleShape: teacher.sampleShape });
        }
        const { sampler, samplerSteps } = config;
        const count = source?.count ?? 0;
        output.result(
          {
            directory,
            teacher: teacher.name,
            sampler,
            samplerSteps,
            pairs: count,
            made: count - (found ?? 0),
            seconds,
            engine,
            device,
          },
          `${count} pairs in ${directory}`,
        );
      }),
    );
