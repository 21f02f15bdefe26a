/**
 * `dmd-lab runs`: what runs there are, and a command for each thing that is done with one.
 */
import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { closest } from 'fastest-levenshtein';
import { usageError } from '../errors.ts';
import type { ListedFigures, RunSummary } from '../runs/directory/list.ts';
import { figure } from './figures.ts';
import { action, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';
import { note, rename, tag } from './runs-notes.ts';
import { remove } from './runs-rm.ts';
import { show } from './runs-show.ts';
import { age, table } from './table.ts';

export function runs(): Command {
  const group = new Command('runs')
    .description('List runs, look at one, name and tag it, or take it away. Without a command: list.')
    .addHelpText(
      'after',
      '\nExamples:\n  dmd-lab runs\n  dmd-lab runs --dir studies --json\n  dmd-lab runs show latest\n' +
        '  dmd-lab runs tag 2026-11-05T14-03-22-mnist good slides\n  dmd-lab runs rm 2026-11-05T14-03-22-mnist\n' +
        '\nEach command has a --help of its own, and --json.',
    );
  const others = [show(), tag(), note(), rename(), remove()];
  group.addCommand(list(others.map((command) => command.name())), { isDefault: true });
  for (const command of others) group.addCommand(command);
  return group;
}

/** `others` are the names of the commands beside it. */
const list = (others: readonly string[]): Command =>
  withOutput(
    new Command('list')
      .description('List the runs in a directory, the one that began last first. With --json: an array.')
      // as the default, it is also what a mistyped command comes to
      .argument('[words...]')
      .usage('[options]')
      .option('--dir <path>', 'where they are (default: .dmd/runs)'),
  )
    .addHelpText('after', '\nExamples:\n  dmd-lab runs list\n  dmd-lab runs --dir studies')
    .action(
      action<OutputOptions & { dir?: string }, [string[]]>(async ({ options: { dir }, output }, [word]) => {
        if (word !== undefined)
          throw usageError(`There is no command \`runs ${word}\`. Did you mean \`runs ${closest(word, others)}\`?`);
        const { listRuns } = await import('../runs/directory/list.ts');
        const { defaultRunsDirectory } = await import('../runs/directory/directory.ts');
        if (dir !== undefined && !(await stat(dir).catch(() => undefined))?.isDirectory())
          throw usageError(`There is no directory \`${dir}\`. Give one that holds run directories.`);
        const found = await listRuns(dir);
        output.result(found, found.length > 0 ? describe(found) : `no runs in ${dir ?? defaultRunsDirectory}`);
      }),
    );

function describe(found: readonly RunSummary[]): string {
  const rows = found.map((run) => [
    run.title === undefined ? run.name : `${run.name} (${run.title})`,
    run.teacher,
    run.state,
    `${run.step}/${run.steps}`,
    age(run.began),
    run.engine ?? '-',
    run.figures ? quality(run.figures) : '-',
    run.figures?.imagesPerSecond ? figure(run.figures.imagesPerSecond) : '-',
    run.tags.join(' '),
  ]);
  return table([['run', 'teacher', 'state', 'step', 'age', 'engine', 'figures', 'images/s', 'tags'], ...rows]);
}

function quality({ frechet, kl, modes, modesFound }: ListedFigures): string {
  const parts = [
    ...(frechet ? [`Fréchet ${figure(frechet.oneStep)}`] : []),
    ...(kl === undefined ? [] : [`KL ${figure(kl)}`]),
    ...(modes && modesFound !== undefined ? [`${modesFound} of ${modes.length} modes`] : []),
  ];
  return parts.join(', ') || '-';
}
