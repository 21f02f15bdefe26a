/**
 * Going on with a run: what must be as it was, from which checkpoint, and by which process.
 */
import { basename, dirname, join, resolve } from 'node:path';
import { Config, type ConfigInput } from '../../distillation/config.ts';
import type { EngineOptions, RunningEngine } from '../../engine/start.ts';
import { DmdError, usageError } from '../../errors.ts';
import { lastingName } from '../../teachers/open.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import { readWishes, resolveConfig } from '../configuration/configuration.ts';
import { differences } from '../configuration/difference.ts';
import { claimRun, type Claim } from '../directory/attempts.ts';
import { checkpointsFolder, iterationOf, listCheckpoints, setAside } from '../directory/checkpoints.ts';
import { refuseLinks, RunDirectory } from '../directory/directory.ts';
import { findRun } from '../directory/find-run.ts';
import { tidyRun } from '../directory/leftovers.ts';
import { readStatus, statusFile, type Status } from '../directory/status.ts';
import { processorModel, readCheckpoint, type ReadCheckpoint } from './distill-checkpoint.ts';

export interface Resumption {
  /** The run directory, absolute. */
  readonly path: string;
  /** How the run was before. */
  readonly status: Status;
  readonly config: Config;
  /** Absent when the run has none: then it begins again. */
  readonly checkpoint?: ReadCheckpoint;
  /** What the numbers came from so far, unless something else is wished. */
  readonly engineOptions: EngineOptions;
  /** This process' right to the run; the caller ends or withdraws it. */
  readonly claim: Claim;
}

/**
 * Claims the run that `from` names, its directory or one of its checkpoints, and finds what to go on from: that
 * checkpoint, or the last one. A usage error when the run is finished, live, or not as `wishes` say; a failure when the
 * checkpoint is damaged, which says which one is not.
 */
export async function prepareResume(from: string, wishes: ConfigInput = {}): Promise<Resumption> {
  const { path, asked } = await locate(from);
  const { config, status } = await readRun(path);
  if (status.state === 'finished') {
    throw usageError(`The run \`${path}\` is finished. \`--fork ${path}\` begins another from its last checkpoint.`);
  }
  const { engine, device, threads, ...others } = wishes;
  if (others.teacher !== undefined) others.teacher = lastingName(others.teacher);
  refuseOther(config, resolveConfig(config, others), `The run \`${path}\` has`, 'and what was asked for is');
  const claim = await claimRun(path);
  try {
    await tidyRun(path);
    const checkpoint = await chooseCheckpoint(path, asked);
    if (checkpoint)
      refuseOther(checkpoint.config, config, `The checkpoint \`${checkpoint.path}\` has`, 'and config.json has');
    const before = checkpoint ?? config;
    const engineOptions = {
      engine: engine ?? before.engine,
      device: device ?? config.device,
      threads: threads ?? before.threads,
    };
    return { path, status, config, checkpoint, engineOptions, claim };
  } catch (error) {
    await claim.withdraw();
    throw error;
  }
}

/**
 * The directory of a run that goes on. Checkpoints that lie behind the one gone on from are set aside, since the run comes
 * by there again: into `checkpoints/before-attempt-2/`.
 */
export async function goOn({ path, status, checkpoint, claim }: Resumption): Promise<RunDirectory> {
  const iteration = checkpoint?.progress.iteration ?? 0;
  await setAside(join(path, checkpointsFolder), iteration, `before-attempt-${claim.number}`);
  return RunDirectory.resume(path, status, claim);
}

/** The last checkpoint of the run that `from` names, or the one that it names, and how that run was. */
export async function readForFork(from: string): Promise<{ checkpoint: ReadCheckpoint; path: string }> {
  const { path, asked } = await locate(from);
  await readRun(path);
  const checkpoint = await chooseCheckpoint(path, asked, '--fork');
  if (!checkpoint) throw usageError(`The run \`${path}\` has no checkpoint to fork from. Resume it instead.`);
  return { checkpoint, path };
}

/**
 * A usage error when the checkpoint comes from another teacher, or from another engine and that is not allowed. What is
 * worth a warning is returned.
 */
export function requireSameOrigin(
  checkpoint: ReadCheckpoint,
  { engine, teacher }: { engine: RunningEngine; teacher: Teacher },
  allowDifferentEngine = false,
): string[] {
  requireSameTeacher(checkpoint, teacher);
  const key = (['engine', 'device', 'threads', 'runtime'] as const).find((key) => engine[key] !== checkpoint[key]);
  if (key) {
    const both = `with ${key} \`${checkpoint[key]}\`, and goes on with \`${engine[key]}\``;
    if (allowDifferentEngine) return [`The checkpoint was made ${both}: the numbers differ in their last bits.`];
    throw usageError(
      `The checkpoint \`${checkpoint.path}\` was made ${both.replace('goes', 'would go')}, whose numbers differ in their ` +
        'last bits. Go on with what it was made with, or give `--allow-different-engine`.',
    );
  }
  const cpu = processorModel();
  return cpu === checkpoint.cpu
    ? []
    : [`The checkpoint was made on \`${checkpoint.cpu}\`, and goes on on \`${cpu}\`: last bits may differ.`];
}

/** A usage error when the checkpoint was not made with `teacher`. */
export function requireSameTeacher({ path, teacher: { name, fingerprint } }: ReadCheckpoint, teacher: Teacher): void {
  if (fingerprint === teacher.fingerprint) return;
  throw usageError(
    `The checkpoint \`${path}\` was made with the teacher \`${name}\` (${fingerprint.slice(0, 19)}…), not with ` +
      `\`${teacher.name}\` (${teacher.fingerprint.slice(0, 19)}…). Put the teacher back that it was made with.`,
  );
}

/** The run directory that `from` names, and the checkpoint when it names one. */
async function locate(from: string): Promise<{ path: string; asked?: string }> {
  const path = resolve(from);
  const folder = dirname(path);
  if (iterationOf(basename(path)) === undefined || basename(folder) !== checkpointsFolder)
    return { path: await findRun(from) };
  return { path: dirname(folder), asked: path };
}

async function readRun(path: string): Promise<{ config: Config; status: Status }> {
  await refuseLinks(path);
  const status = await readStatus(path);
  if (!status) throw usageError(`\`${path}\` is no run: it has no ${statusFile} of one. Give the directory of a run.`);
  const config = Config.parse(await readWishes({ file: join(path, 'config.json') }));
  return { config, status };
}

function refuseOther(a: Config, b: Config, whose: string, other: string): void {
  const [difference] = differences(a, b);
  if (!difference) return;
  const [mine, theirs] = difference.values.map((value) => JSON.stringify(value) ?? 'default');
  throw usageError(
    `${whose} ${difference.key} \`${mine}\`, ${other} \`${theirs}\`. A run goes on as it was begun; \`--fork\` begins ` +
      'another from its checkpoint with changed settings.',
  );
}

/** The checkpoint `asked` for, or the last one; undefined when there is none. */
async function chooseCheckpoint(run: string, asked?: string, option = '--resume'): Promise<ReadCheckpoint | undefined> {
  const [last, ...earlier] = (await listCheckpoints(join(run, checkpointsFolder))).reverse();
  if (asked !== undefined) return readCheckpoint(asked);
  if (!last) return undefined;
  try {
    return await readCheckpoint(last.path);
  } catch (error) {
    if (!(error instanceof DmdError)) throw error;
    for (const { path, iteration } of earlier) {
      if (!(await readCheckpoint(path).catch(() => undefined))) continue;
      throw new DmdError(
        error.kind,
        `${error.message} The checkpoint after step ${iteration} is sound: \`${option} ${path}\` goes on from there.`,
        { cause: error },
      );
    }
    throw new DmdError(error.kind, `${error.message} No checkpoint of the run is sound; begin it again.`, {
      cause: error,
    });
  }
}
