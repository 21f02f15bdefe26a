/**
 * How a run comes into being: new, from where it had stopped, or from another's checkpoint.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Config, ConfigInput } from '../../distillation/config.ts';
import type { Distiller } from '../../distillation/distiller.ts';
import { modelsOf } from '../../distillation/models.ts';
import { startEngine, type EngineOptions, type RunningEngine } from '../../engine/start.ts';
import { messageOf } from '../../errors.ts';
import { lastingName, openTeacher } from '../../teachers/open.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import { refuseTaken, RunDirectory } from '../directory/directory.ts';
import type { RunProgress } from '../progress.ts';
import { distillerState } from './distill-checkpoint.ts';
import { forkedState, prepareFork } from './fork.ts';
import type { Job } from './job.ts';
import { Mailbox } from './mailbox.ts';
import { disposeJob, prepareJob, tellStart, type Origin } from './prepare.ts';
import { goOn, prepareResume, requireSameOrigin, requireSameTeacher } from './resume.ts';
import { Turns } from './turns.ts';

/** What a run has to do with whoever runs it. */
export interface HostOptions {
  /** Stops the run after the step under way, with a checkpoint. */
  signal?: AbortSignal;
  /** Told once the directory is the run's. */
  onStart?: (run: RunDirectory, engine: RunningEngine) => void;
  onProgress?: (progress: RunProgress) => void;
}

export interface DistillRunOptions extends HostOptions {
  config: Config;
  /** The run directory; default: a new one under `.dmd/runs`. */
  out?: string;
}

export interface ResumeRunOptions extends HostOptions {
  /** A run directory, or the checkpoint in it to go on from; default: its last one. */
  from: string;
  /** What was asked for besides, which must be as the run is; of the engine, as the checkpoint says. */
  wishes?: ConfigInput;
  /** Go on although other numbers come out, in their last bits. */
  allowDifferentEngine?: boolean;
}

export interface ForkRunOptions extends HostOptions {
  /** A run directory, or a checkpoint in it; default: its last one. */
  from: string;
  /** What is to be otherwise. */
  wishes?: ConfigInput;
  /** The new run's directory; default: a new one under `.dmd/runs`. */
  out?: string;
}

/** What differs between the ways. */
interface Beginning {
  readonly config: Config;
  readonly engineOptions: EngineOptions;
  readonly origin?: Origin;
  /** Refuses what does not go with its origin; what is worth a warning. */
  readonly check?: (found: { engine: RunningEngine; teacher: Teacher }) => string[];
  readonly openDirectory: () => Promise<RunDirectory>;
}

/** A run before its first step, and how it is spoken to. */
export interface Begun {
  readonly job: Job;
  readonly turns: Turns;
  readonly stopper: AbortController;
  readonly mailbox: Mailbox;
}

/** See `DistillationRun.create`. */
export async function beginNew({ config, out, ...host }: DistillRunOptions): Promise<Begun> {
  if (out !== undefined) await refuseTaken(out);
  const lasting = { ...config, teacher: lastingName(config.teacher) };
  const openDirectory = () => RunDirectory.create(lasting, out);
  return begin({ config: lasting, engineOptions: config, openDirectory }, host);
}

/** See `DistillationRun.resume`. */
export async function beginAgain({ from, wishes, allowDifferentEngine, ...host }: ResumeRunOptions): Promise<Begun> {
  const resumption = await prepareResume(from, wishes);
  const { config, engineOptions, checkpoint, claim } = resumption;
  let opened = false;
  const openDirectory = () => {
    opened = true;
    return goOn(resumption);
  };
  const origin = checkpoint && { state: () => distillerState(checkpoint), host: checkpoint.host };
  const check = (found: { engine: RunningEngine; teacher: Teacher }) =>
    checkpoint ? requireSameOrigin(checkpoint, found, allowDifferentEngine) : [];
  try {
    return await begin({ config, engineOptions, origin, check, openDirectory }, host);
  } catch (error) {
    if (!opened) await claim.withdraw();
    throw error;
  }
}

/** See `DistillationRun.fork`. */
export async function beginFork({ from, wishes, out, ...host }: ForkRunOptions): Promise<Begun> {
  if (out !== undefined) await refuseTaken(out);
  const fork = await prepareFork(from, wishes);
  const { config, checkpoint, parent } = fork;
  const origin = { state: (distiller: Distiller) => forkedState(fork, distiller), host: checkpoint.host };
  const check = ({ teacher }: { teacher: Teacher }) => {
    requireSameTeacher(checkpoint, teacher);
    return [];
  };
  const openDirectory = () => RunDirectory.create(config, out, parent);
  return begin({ config, engineOptions: config, origin, check, openDirectory }, host);
}

async function begin(beginning: Beginning, options: HostOptions): Promise<Begun> {
  const { config, engineOptions, origin, check, openDirectory } = beginning;
  const { signal, onStart, onProgress = () => undefined } = options;
  const stopper = new AbortController();
  signal?.addEventListener('abort', () => stopper.abort(signal.reason));
  if (signal?.aborted) stopper.abort(signal.reason);
  const engine = await startEngine(engineOptions);
  const teacher = await openTeacher(config.teacher);
  let run: RunDirectory | undefined;
  let mailbox: Mailbox | undefined;
  try {
    modelsOf(config, teacher);
    const warnings = check?.({ engine, teacher }) ?? [];
    run = await openDirectory();
    run.update({ engine: engine.engine, device: engine.device });
    onStart?.(run, engine);
    for (const message of warnings) run.event({ type: 'warning', message });
    mailbox = await Mailbox.open(run, stopper);
    const turns = new Turns();
    const prepared = { run, config, engine, teacher, signal: stopper.signal, onProgress };
    const job = await prepareJob({ ...prepared, breathe: () => turns.breathe() }, origin);
    tellStart(job);
    return { job, turns, stopper, mailbox };
  } catch (error) {
    await closeAfter(error, stopper.signal, run);
    await mailbox?.close();
    disposeTeacher(teacher);
    throw error;
  }
}

/** Frees what the run holds, and takes no more messages. */
export async function disposeBegun({ job, mailbox }: Begun): Promise<void> {
  disposeJob(job);
  disposeTeacher(job.teacher);
  await mailbox.close();
}

/** Says how a run ended that `error` ended: a reason to stop is no failure. */
export async function closeAfter(error: unknown, signal: AbortSignal, run: RunDirectory | undefined): Promise<void> {
  if (signal.aborted && error === signal.reason) return run?.close('stopped');
  const message = messageOf(error);
  run?.event({ type: 'failed', message });
  await run?.close('failed', message);
}

function disposeTeacher({ params, student }: Teacher): void {
  tf.dispose([params, student.params] as never);
}
