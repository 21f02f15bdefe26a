/**
 * The dashboard of the runs on this machine, for browsers.
 */
import { join } from 'node:path';
import { defaultRunsDirectory } from '../runs/directory/directory.ts';
import { Helper } from './helper/helper.ts';
import { serveHost } from './host.ts';
import { KnownRuns } from './known-runs.ts';
import { resumeRun } from './launch-run.ts';
import { readPageFiles } from './page-files.ts';
import { writeReplay } from './replay/replay.ts';
import { startServer, type DashboardServer } from './server/server.ts';
import { startRun } from './start-run.ts';

export interface DashboardOptions {
  /** Where the runs are, and where those that pages start go. */
  readonly directory?: string;
  /** Paths of runs to show first: one, and those that are laid over it. */
  readonly show?: readonly string[];
  /** 0: any that is free. */
  readonly port?: number;
  /** Told what somebody who looks after the dashboard may want to know. */
  readonly log?: (message: string) => void;
}

/**
 * Serves the dashboard until it is closed; runs that it has started go on. A usage error when the directory cannot be read or
 * the port cannot be had.
 */
export async function startDashboard({
  directory = defaultRunsDirectory,
  show = [],
  port = 0,
  log,
}: DashboardOptions = {}): Promise<DashboardServer> {
  const page = await readPageFiles();
  const runs = new KnownRuns(directory, show);
  await runs.list();
  const helper = new Helper({ isBusy: () => runs.isBusy });
  const server = await startServer({
    port,
    page,
    log,
    serve: (transport) =>
      serveHost(transport, {
        kind: 'browser',
        runs,
        show,
        helper,
        log,
        start: (ask) => startRun({ ...ask, directory: runs.directory }),
        resume: resumeRun,
        replay: async (run) => {
          const path = join(run, 'replay.html');
          await writeReplay(run, path, page);
          return path;
        },
      }),
  });
  return {
    ...server,
    close: async () => {
      await server.close();
      // behind the last page, which might ask for another
      helper.dispose();
    },
  };
}
