/**
 * The kernel's launcher: `kernel.cjs --fork` for a client of its own, `kernel.cjs --connection-file FILE` for Jupyter.
 */
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { messageOf } from '../src/errors.ts';
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

const LINGER_MS = 200;

if (isMainThread) {
  try {
    main();
  } catch (error) {
    fail(error);
  }
} else guard();

/** Says why there will be no kernel, and ends. */
function fail(error: unknown): never {
  writeSync(2, `The notebook's kernel could not start. ${messageOf(error)}\n`);
  process.exit(1);
}

/** ZeroMQ aborts when a thread that uses it is ended; what it has been given is sent first. */
function leaveAtOnce(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LINGER_MS);
  process.kill(process.pid, 'SIGKILL');
}

function main(): void {
  const [mode, file = ''] = process.argv.slice(2);
  const connection = mode === '--fork' ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Connection);
  const outputs = new Outputs();
  const host = new Host(outputs);
  const end = async (): Promise<never> => {
    await host.tellShutdown();
    process.exit(0);
  };
  const guard = new Guard(connection, {
    interrupt: () => session.interrupt(),
    end: () => void end(),
    failure: fail,
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
  process.on('exit', () => {
    outputs.flush();
    if (connection) leaveAtOnce();
  });

  const kernel = { session, end };
  if (connection) serveJupyter(kernel, connection).catch(fail);
  else serveFork(kernel);
  outputs.takeStreams();
}
