/**
 * A run in a process of its own, which goes on when this one ends. What the process says is kept in the run's `log.txt`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DmdError, failure } from '../errors.ts';
import { packagePath } from '../paths.ts';
import { refuseLinks } from '../runs/directory/directory.ts';
import { readStatus } from '../runs/directory/status.ts';

export interface RunProcess {
  /** What runs the process; default: what runs this one. */
  readonly node?: string;
  /** Its environment besides this process' own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What the process of a run says, in the run's directory. */
export const logFile = 'log.txt';

/**
 * Starts `dmd-lab` with `args`, which begin or resume the run in the directory `run`, and waits until the run says how it
 * is. Rejects with the error that the process ended with instead.
 */
export async function launchRun(run: string, args: readonly string[], process: RunProcess = {}): Promise<void> {
  await refuseLinks(run);
  const before = await readStatus(run);
  const aside = await mkdtemp(join(dirname(run), '.starting-'));
  try {
    // a new run wants its directory empty
    const log = join(before ? run : aside, logFile);
    const words = join(aside, 'stdout');
    const ended = await launch([...args, '--json'], { log, words, ...process });
    const hasBegun = async () => {
      const status = await readStatus(run);
      return status && (status.pid !== before?.pid || status.processStarted !== before.processStarted);
    };
    while (!ended.how && !(await hasBegun())) await setTimeout(50);
    if (!(await hasBegun())) throw await lastWords(words, log, ended.how!);
    if (!before) await rename(log, join(run, logFile));
  } finally {
    // what the process has open for its words, some systems do not remove
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Goes on with the run in the directory `run`, from its last checkpoint; see `launchRun`. */
export const resumeRun = (run: string, process: RunProcess = {}): Promise<void> =>
  launchRun(run, ['distill', '--resume', run], process);

interface Ended {
  /** How the process ended, for people; undefined while it runs. */
  how?: string;
}

/** What it says goes into files, so that it misses nobody when this process ends. */
async function launch(
  args: readonly string[],
  { log, words, node = process.execPath, env }: { log: string; words: string } & RunProcess,
): Promise<Ended> {
  const files = await Promise.all([open(words, 'w'), open(log, 'a')]);
  const ended: Ended = {};
  try {
    const child = spawn(node, [packagePath('dist', 'cli.js'), ...args], {
      detached: true,
      windowsHide: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', ...files.map(({ fd }) => fd)],
    });
    child.on('error', (error) => (ended.how = `\`${node}\` could not be started: ${error.message}`));
    child.on('exit', (code, signal) => (ended.how ??= signal ?? `exit code ${code}`));
    child.unref();
    return ended;
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** Why the process ended: its error when it told one, else the last line that it wrote. */
async function lastWords(words: string, log: string, how: string): Promise<DmdError> {
  const [stdout, stderr] = await Promise.all(
    [words, log].map(async (path) => (await readFile(path, 'utf8')).trim().split('\n').at(-1)!),
  );
  try {
    const { error } = JSON.parse(stdout!) as { error: { kind: string; message: string } };
    return new DmdError(error.kind === 'usage' ? 'usage' : 'failure', error.message);
  } catch {
    return failure(`The run did not start (${how})${stderr ? `: ${stderr}` : ''}.`);
  }
}
