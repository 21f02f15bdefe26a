/**
 * `dmd-lab dashboard`: runs in a browser, live or afterwards.
 */
import { once } from 'node:events';
import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError } from 'commander';
import type { DashboardServer } from '../dashboard/server/server.ts';
import { action, withOutput } from './options.ts';
import type { Output, OutputOptions } from './output.ts';

type Options = OutputOptions & { port: number; open: boolean; dir?: string };

export const dashboard = (): Command =>
  withOutput(
    new Command('dashboard')
      .description(
        'Show runs in a browser, live or afterwards, on this machine alone. Several are laid over each other.',
      )
      .argument('[runs...]', 'run directories, names of runs in .dmd/runs, or `latest`; without: a list to choose from')
      .option('--port <n>', 'where to listen (default: any port that is free)', port, 0)
      .option('--no-open', 'only print the link')
      .option('--dir <path>', 'where the runs are, and where new ones go (default: .dmd/runs)'),
  )
    .addHelpText(
      'after',
      '\nThe link lets one browser in, once; Enter prints another. Ctrl-C ends the dashboard, and its runs go on.\n\n' +
        'Examples:\n  dmd-lab dashboard\n  dmd-lab dashboard latest\n  dmd-lab dashboard runs/eq7 runs/eq8 --no-open --port 8080',
    )
    .action(
      action<Options, [string[]]>(async ({ options: { dir, port, open }, output, signal }, texts) => {
        const { findRun } = await import('../runs/directory/find-run.ts');
        const { startDashboard } = await import('../dashboard/dashboard.ts');
        const show = [...new Set(await Promise.all(texts.map((text) => findRun(text))))];
        const server = await startDashboard({ directory: dir, show, port, log: (message) => output.warn(message) });
        const url = server.newUrl();
        output.result({ url, port: server.port }, url);
        output.log(
          `from another machine: ssh -L ${server.port}:127.0.0.1:${server.port} ${userInfo().username}@${hostname()}, and the same link there`,
        );
        if (open && process.env['SSH_CONNECTION'] === undefined) await openBrowser(url, output);
        offerLinks(server, output);
        if (!signal.aborted) await once(signal, 'abort');
        await server.close();
      }, 'the dashboard ends; runs go on'),
    );

async function openBrowser(url: string, output: Output): Promise<void> {
  const { default: open } = await import('open');
  const browser = await open(url).catch(() => undefined);
  // one that is not there, or shows nothing, is no reason to end
  browser?.on('error', () => output.log('no browser could be opened; the link is above'));
}

/** Prints another link whenever somebody presses Enter. */
function offerLinks(server: DashboardServer, output: Output): void {
  if (!process.stdin.isTTY) return;
  output.log('Enter for another link, Ctrl-C to end');
  // a terminal that goes on being read would keep the process
  process.stdin.unref();
  createInterface({ input: process.stdin }).on('line', () => output.log(server.newUrl()));
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value < 65_536) return value;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}
