/**
 * `dmd-lab replay`: a run as one HTML file to hand out.
 */
import { basename } from 'node:path';
import { Command } from 'commander';
import { usageError } from '../errors.ts';
import { action, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';
import { size } from './table.ts';

type Options = OutputOptions & { out?: string; force?: boolean };

export const replay = (): Command =>
  withOutput(
    new Command('replay')
      .description('Write a run as one HTML file that shows it in any browser, without a server.')
      .argument('<run>', 'a run directory, the name of a run in .dmd/runs, or `latest`')
      .option('--out <file>', 'the file (default: <run>.html here)')
      .option('--force', 'replace a file that is there'),
  )
    .addHelpText(
      'after',
      '\nOf a long run some pictures and steps are left out, so that the file stays under 20 MB.\n\n' +
        'Example:\n  dmd-lab replay latest --out lecture-3.html',
    )
    .action(
      action<Options, [string]>(async ({ options: { out, force }, output }, text) => {
        const { lstat } = await import('node:fs/promises');
        const { findRun } = await import('../runs/directory/find-run.ts');
        const { readPageFiles } = await import('../dashboard/page-files.ts');
        const { writeReplay } = await import('../dashboard/replay/replay.ts');
        const run = await findRun(text);
        const path = out ?? `${basename(run)}.html`;
        if (!/\.html?$/i.test(path))
          throw usageError(`\`--out\` is \`${path}\`. A replay is HTML: give a name that ends with \`.html\`.`);
        if (!force && (await lstat(path).catch(() => undefined)))
          throw usageError(
            `\`${path}\` is there already. Choose another name with \`--out\`, or replace it with \`--force\`.`,
          );
        const { bytes, leftOut } = await writeReplay(run, path, await readPageFiles());
        if (leftOut !== undefined) output.warn(leftOut);
        output.result({ path, bytes, leftOut: leftOut ?? null }, `${path}, ${size(bytes)}`);
      }),
    );
