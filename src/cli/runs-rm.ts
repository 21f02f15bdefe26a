/**
 * `dmd-lab runs rm`: takes runs away, to where they can be had back.
 */
import { Command } from 'commander';
import { action, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';

export const remove = (): Command =>
  withOutput(
    new Command('rm')
      .description("Move run directories to the system's trash. A run that a process works on stays.")
      .argument('<run...>', 'run directories, names of runs in .dmd/runs, or `latest`')
      .option('--permanently', 'delete them, where there is no trash'),
  )
    .addHelpText('after', '\nExamples:\n  dmd-lab runs rm 2026-11-05T14-03-22-mnist\n  dmd-lab runs rm runs/a runs/b')
    .action(
      action<OutputOptions & { permanently?: boolean }, [string[]]>(async ({ options, output }, texts) => {
        const { findRun } = await import('../runs/directory/find-run.ts');
        const { removeRun, requireRemovable } = await import('../runs/directory/remove-run.ts');
        const paths = [...new Set(await Promise.all(texts.map((text) => findRun(text))))];
        // either all of them go or none
        for (const path of paths) await requireRemovable(path);
        const { permanently = false } = options;
        for (const path of paths) {
          await removeRun(path, { permanently });
          output.log(permanently ? `deleted ${path}` : `moved ${path} to the trash`);
        }
        output.result({ removed: paths, to: permanently ? null : 'trash' });
      }),
    );
