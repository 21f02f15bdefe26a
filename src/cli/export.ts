/**
 * `dmd-lab export`: a generator as files that other tools load.
 */
import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { action, collected, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';

type Options = OutputOptions & { out: string[]; force?: boolean };

export const exportCommand = (): Command =>
  withOutput(
    new Command('export')
      .description(
        'Write a generator as safetensors (its weights, with what rebuilds the network) or as ONNX (for any runtime and batch\n' +
          'size). An ONNX file is loaded and compared with the generator before it is written.',
      )
      .argument('<path>', 'a run, by directory, name or `latest`, a checkpoint folder or a generator.safetensors')
      .requiredOption(
        '--out <path>',
        'NAME.safetensors, NAME.onnx or a folder for both; may come several times',
        collected,
      )
      .option('--force', 'replace what is there'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  dmd-lab export latest --out digits.onnx\n' +
        '  dmd-lab export runs/a/checkpoints/step-00000400 --out early.safetensors --out early.onnx --force',
    )
    .action(
      action<Options, [string]>(async ({ options, output }, path) => {
        const { findGenerator } = await import('../runs/generator/find-generator.ts');
        const { exportFiles, exportTargets } = await import('../runs/generator/export-files.ts');
        const generator = await findGenerator(path);
        const targets = await exportTargets(options.out, options);
        await exportFiles(generator, targets);
        const files = await Promise.all(
          targets.map(async (target) => ({ path: target, bytes: (await stat(target)).size })),
        );
        output.result({ generator, files }, targets.map((target) => `${generator} is in ${target}`).join('\n'));
      }),
    );
