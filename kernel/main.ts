/**
 * The kernel's launcher: `kernel.cjs --fork` for a client of its own, `kernel.cjs --connection-file FILE` for Jupyter.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { serveFork } from './fork-server.ts';
import { Guard, guard } from './guard.ts';
import { Host } from './host.ts';
import { packageRoot } from './home.ts';
import type { Connection } from './jupyter/wire.ts';
import { serveJupyter } from './jupyter/server.ts';
import { Outputs } from './outputs.ts';
import { Session } from './session.ts';
import { pointTracesAtSources } from './traces.ts';

/** The kernel, as those see it who serve it. */
export interface KernelProcess {
  readonly session: Session;
  /** Closes what cells have begun and ends the process. */
  end(): Promise<never>;
}

if (isMainThread) main();
else guard();

function main(): void {
  const [mode, file = ''] = process.argv.slice(2);
  const connection = mode === '--fork' ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Connection);
  const outputs = new Outputs();
  const host = new Host(outputs);
  const end = async (): Promise<never> => {
    await host.tellShutdown();
    process.exit(0);
  };
  const guard = new Guard({
    connection,
    onInterrupt: () => session.interrupt(),
    onEnd: () => void end(),
  });
  const session = new Session(process.cwd(), outputs, host, guard);
  host.publish(session.tslab);

  const require = createRequire(__filename);
  pointTracesAtSources([__filename, dirname(require.resolve('tslab')), join(packageRoot, 'kernel')]);
  process.on('SIGINT', () => session.interrupt());
  process.on('SIGTERM', () => void end());
  // what a cell has left behind fails by itself: it is told, and ends nothing
  process.on('uncaughtException', (error) => console.error('Uncaught', error));
  process.on('unhandledRejection', (reason) => console.error('Uncaught (in promise)', reason));
  process.on('exit', () => outputs.flush());

  const kernel = { session, end };
  if (connection) void serveJupyter(kernel, connection);
  else serveFork(kernel);
  outputs.takeStreams();
}
