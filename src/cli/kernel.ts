/**
 * `dmd-lab kernel`: makes Jupyter know the TypeScript kernel of notebooks, and forget it.
 */
import { Command } from 'commander';
import { usageError } from '../errors.ts';
import { action, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';

interface PlaceOptions extends OutputOptions {
  user?: boolean;
  prefix?: string;
  name: string;
}

export function kernel(): Command {
  const group = new Command('kernel')
    .description('Make Jupyter know the TypeScript kernel for notebooks, or forget it. VS Code needs none of this.')
    .addHelpText(
      'after',
      '\nExamples:\n  dmd-lab kernel install\n  dmd-lab kernel install --prefix .venv\n  dmd-lab kernel list\n' +
        '  jupyter nbconvert --execute --to html notebook.ipynb --ExecutePreprocessor.kernel_name=dmd-lab',
    );
  for (const command of [install(), uninstall(), list()]) group.addCommand(command);
  return group;
}

const withPlace = (command: Command): Command =>
  withOutput(command)
    .option('--user', "in the user's own data (the default)")
    .option('--prefix <dir>', 'below <dir>/share/jupyter, a virtual environment for one')
    .option('--name <name>', 'what Jupyter calls it', 'dmd-lab');

const install = (): Command =>
  withPlace(new Command('install').description('Write the kernelspec, without Python. It names this very package.'))
    .addHelpText('after', '\nExamples:\n  dmd-lab kernel install\n  dmd-lab kernel install --prefix .venv --name dmd')
    .action(
      action<PlaceOptions>(async ({ options, output }) => {
        const { installKernel } = await import('./kernelspec.ts');
        const path = await installKernel(placeOf(options));
        const text = `"TypeScript (DMD Lab)" is a kernel of Jupyter's now, by the name ${options.name}: ${path}`;
        output.result({ name: options.name, path }, text);
      }),
    );

const uninstall = (): Command =>
  withPlace(new Command('uninstall').description('Take the kernelspec away. Another kernel of that name stays.'))
    .addHelpText('after', '\nExamples:\n  dmd-lab kernel uninstall\n  dmd-lab kernel uninstall --prefix .venv')
    .action(
      action<PlaceOptions>(async ({ options, output }) => {
        const { uninstallKernel } = await import('./kernelspec.ts');
        const path = await uninstallKernel(placeOf(options));
        output.result({ removed: path }, `removed ${path}`);
      }),
    );

const list = (): Command =>
  withOutput(
    new Command('list').alias('status').description('Show our kernelspecs, and whether what they start is there.'),
  )
    .option('--prefix <dir>', 'look below <dir>/share/jupyter too')
    .addHelpText('after', '\nExamples:\n  dmd-lab kernel list\n  dmd-lab kernel list --prefix .venv --json')
    .action(
      action<OutputOptions & { prefix?: string }>(async ({ options, output }) => {
        const { findKernels } = await import('./kernelspec.ts');
        const kernels = await findKernels(options.prefix);
        const lines = kernels.map(({ name, path, missing }) =>
          missing.length === 0
            ? `${name}  ${path}`
            : `${name}  ${path}  \`${missing.join('`, `')}\` is gone: \`dmd-lab kernel install\` writes it anew`,
        );
        output.result(kernels, lines.length > 0 ? lines.join('\n') : 'no kernel: `dmd-lab kernel install` writes one');
      }),
    );

/** The user's own data and a prefix exclude each other. */
function placeOf({ user, prefix, name }: PlaceOptions): { prefix?: string; name: string } {
  if (user && prefix !== undefined) throw usageError(`Give --user or --prefix \`${prefix}\`, not both.`);
  return { prefix, name };
}
