/**
 * A distillation as a run, wherever its loop lives: a Distiller with a directory that tells of it, stepped from here and
 * by the messages of others, one after another.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Config, ConfigInput } from '../distillation/config.ts';
import type { Distiller } from '../distillation/distiller.ts';
import type { Inspection } from '../distillation/inspect.ts';
import { modelsOf } from '../distillation/models.ts';
import type { StepReport } from '../distillation/report.ts';
import { startEngine, type EngineOptions, type RunningEngine } from '../engine/start.ts';
import { failure, messageOf, usageError } from '../errors.ts';
import { lastingName, openTeacher } from '../teachers/open.ts';
import type { Teacher } from '../teachers/teacher.ts';
import { answer } from './answer.ts';
import { doWhatIsDue, tellBeginning } from './cadence.ts';
import type { Checkpoint } from './checkpoints.ts';
import {
  endStates,
  type ControlHandler,
  type ControlMessage,
  type ControlReply,
  type Intervals,
  type RunPlace,
  type RunState,
} from './contract.ts';
import { openControl, type Control } from './control/server.ts';
import { refuseTaken, RunDirectory } from './directory.ts';
import { distillerState, saveCheckpoint } from './distill-checkpoint.ts';
import { finishRun, writeCurves } from './distill-results.ts';
import { forkedState, prepareFork } from './fork.ts';
import { evaluate, type Job, type RunProgress } from './job.ts';
import { disposeJob, prepareJob, tellStart, type Origin } from './prepare.ts';
import { recordStep } from './record-step.ts';
import { judgeReferences } from './references.ts';
import { keepForRegressionAlone, trainRegressionAlone } from './regression-alone.ts';
import { goOn, prepareResume, requireSameOrigin, requireSameTeacher } from './resume.ts';
import type { Figures, Summary } from './summary.ts';
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

/** How a run comes into being. */
interface Beginning {
  readonly config: Config;
  readonly engineOptions: EngineOptions;
  readonly origin?: Origin;
  /** Refuses what does not go with its origin; what is worth a warning. */
  readonly check?: (found: { engine: RunningEngine; teacher: Teacher }) => string[];
  readonly openDirectory: () => Promise<RunDirectory>;
}

export class DistillationRun {
  private paused: { waiting: (() => void)[] } | undefined;
  private slow = 0;
  private looping = false;
  private begun = false;

  private constructor(
    private readonly job: Job,
    private readonly turns: Turns,
    private readonly stopper: AbortController,
    private readonly control: Control | undefined,
  ) {}

  /**
   * A run before its first step, in a directory of its own. Errors of the configuration or the teacher leave no directory
   * behind; later ones leave a run that says why it failed.
   */
  static async create({ config, out, ...host }: DistillRunOptions): Promise<DistillationRun> {
    if (out !== undefined) await refuseTaken(out);
    const lasting = { ...config, teacher: lastingName(config.teacher) };
    const openDirectory = () => RunDirectory.create(lasting, out);
    return DistillationRun.open({ config: lasting, engineOptions: config, openDirectory }, host);
  }

  /**
   * A run that had stopped, where its checkpoint left it; one without any begins again. See `prepareResume` and
   * `requireSameOrigin` for what is refused; then the run stays as it is.
   */
  static async resume({ from, wishes, allowDifferentEngine, ...host }: ResumeRunOptions): Promise<DistillationRun> {
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
      return await DistillationRun.open({ config, engineOptions, origin, check, openDirectory }, host);
    } catch (error) {
      if (!opened) await claim.withdraw();
      throw error;
    }
  }

  /** A new run that goes on from a checkpoint of another with other settings. See `prepareFork` for what is refused. */
  static async fork({ from, wishes, out, ...host }: ForkRunOptions): Promise<DistillationRun> {
    if (out !== undefined) await refuseTaken(out);
    const fork = await prepareFork(from, wishes);
    const { config, checkpoint, parent } = fork;
    const origin = { state: (distiller: Distiller) => forkedState(fork, distiller), host: checkpoint.host };
    const check = ({ teacher }: { teacher: Teacher }) => {
      requireSameTeacher(checkpoint, teacher);
      return [];
    };
    const openDirectory = () => RunDirectory.create(config, out, parent);
    return DistillationRun.open({ config, engineOptions: config, origin, check, openDirectory }, host);
  }

  private static async open(beginning: Beginning, options: HostOptions): Promise<DistillationRun> {
    const { config, engineOptions, origin, check, openDirectory } = beginning;
    const { signal, onStart, onProgress = () => undefined } = options;
    const stopper = new AbortController();
    signal?.addEventListener('abort', () => stopper.abort(signal.reason));
    if (signal?.aborted) stopper.abort(signal.reason);
    const engine = await startEngine(engineOptions);
    const teacher = await openTeacher(config.teacher);
    let run: RunDirectory | undefined;
    let control: Control | undefined;
    try {
      modelsOf(config, teacher);
      const warnings = check?.({ engine, teacher }) ?? [];
      const directory = await openDirectory();
      run = directory;
      run.update({ engine: engine.engine, device: engine.device });
      onStart?.(run, engine);
      for (const message of warnings) run.event({ type: 'warning', message });
      let begun: DistillationRun | undefined;
      const handle: ControlHandler = (message) =>
        begun ? begun.handle(message) : answerEarly(stopper, directory, message);
      control = await takeMessages(directory, handle);
      const turns = new Turns();
      const prepared = { run, config, engine, teacher, signal: stopper.signal, onProgress };
      const job = await prepareJob({ ...prepared, breathe: () => turns.breathe() }, origin);
      tellStart(job);
      return (begun = new DistillationRun(job, turns, stopper, control));
    } catch (error) {
      await closeAfter(error, stopper.signal, run);
      await control?.close();
      disposeTeacher(teacher);
      throw error;
    }
  }

  get directory(): RunDirectory {
    return this.job.run;
  }

  get config(): Config {
    return this.job.config;
  }

  get engine(): RunningEngine {
    return this.job.engine;
  }

  get teacher(): Teacher {
    return this.job.teacher;
  }

  /** For looking at; step it through the run, which tells of its steps. */
  get distiller(): Distiller {
    return this.job.distiller;
  }

  get state(): RunState {
    return this.directory.status.state;
  }

  get place(): RunPlace {
    return placeOf(this.directory);
  }

  /** The next iteration, and what is due after it; waits while the run is paused. See `Distiller.step` for its errors. */
  async step(): Promise<StepReport> {
    await this.resumed();
    if (this.slow > 0 && this.job.iteration > 0) await this.dawdle();
    return this.turns.take(() => this.iterate());
  }

  /** The next iteration, also of a paused run. */
  stepOnce(): Promise<StepReport> {
    return this.turns.take(() => this.iterate());
  }

  /** One update of G alone; no step of the run. */
  stepGenerator(): Promise<StepReport> {
    return this.byHand('stepGenerator');
  }

  /** One update of the fake score alone; no step of the run. */
  stepFake(): Promise<StepReport> {
    return this.byHand('stepFake');
  }

  /** See `Distiller.peek`. */
  peek(): Promise<Inspection> {
    return this.look((job) => Promise.resolve(job.distiller.peek()));
  }

  /** Lets `work` look at the run between two steps; it must leave the networks as they are. */
  look<T>(work: (job: Job) => Promise<T>): Promise<T> {
    return this.turns.slipIn(() => work(this.job));
  }

  /** Waits before the next step, until `resume`. */
  pause(): void {
    this.refuseEnded();
    this.paused ??= { waiting: [] };
    this.directory.update({ state: 'paused' });
  }

  resume(): void {
    this.refuseEnded();
    const { paused } = this;
    this.paused = undefined;
    if (this.state === 'paused') this.directory.update({ state: this.workingState() });
    for (const go of paused?.waiting ?? []) go();
  }

  /** Waits `milliseconds` before every step from now on. */
  setSlow(milliseconds: number): void {
    this.slow = milliseconds;
  }

  /** Changes some of the intervals; all of them as they are now. */
  setIntervals(intervals: Intervals): Required<Intervals> {
    const given = Object.entries(intervals).filter(([, every]) => every !== undefined);
    this.job.intervals = { ...this.job.intervals, ...Object.fromEntries(given) };
    return this.job.intervals;
  }

  checkpoint(): Promise<Checkpoint> {
    return this.look(saveCheckpoint);
  }

  /** How good the generator is now; nothing when there is no measure for it. */
  evaluate(): Promise<Figures> {
    return this.turns.take(() => {
      this.refuseEnded();
      return evaluate(this.job, 'oneStep');
    });
  }

  /** Ends the loop after the step under way, with a checkpoint; a run that is stepped by hand is closed. */
  async stop(): Promise<void> {
    this.refuseEnded();
    const how = `\`dmd-lab distill --resume ${this.directory.path}\` goes on`;
    this.stopper.abort(failure(`The run was stopped before it was through; ${how}.`));
    for (const go of this.paused?.waiting ?? []) go();
    if (!this.looping) await this.close();
  }

  /** Answers a message; see contract.ts. */
  readonly handle: ControlHandler = (message) => answer(this, message);

  /**
   * The whole, from wherever the run is: every step until it is over or stopped, then its results. Stopped before its
   * first step or while it is judged, it throws the reason. After any other error the run says why it failed, and has its
   * last good checkpoint. The run is closed in any case.
   */
  async run(): Promise<Summary> {
    const { job, directory } = this;
    const { signal, distiller } = job;
    this.looping = true;
    try {
      await this.turns.take(() => judgeReferences(job));
      while (distiller.plan && !signal.aborted) await this.stepUnlessStopped();
      const summary = await this.turns.take(async () => {
        if (job.iteration > 0) await saveCheckpoint(job);
        return finishRun(job, await trainRegressionAlone(job));
      });
      await directory.close(summary.state);
      return summary;
    } catch (error) {
      await closeAfter(error, signal, directory);
      throw error;
    } finally {
      await this.dispose();
    }
  }

  /** Ends the run where it is, with a checkpoint; once it is over, nothing happens. */
  async close(): Promise<void> {
    if (this.hasEnded()) return;
    await this.turns.take(async () => {
      if (this.hasEnded()) return;
      try {
        if (this.job.iteration > 0) await saveCheckpoint(this.job);
        await writeCurves(this.job);
      } finally {
        await this.directory.close('stopped');
        await this.dispose();
      }
    });
  }

  private async stepUnlessStopped(): Promise<void> {
    const { job } = this;
    await this.resumed();
    if (this.slow > 0) await this.dawdle();
    if (job.signal.aborted) return;
    try {
      await this.turns.take(() => this.iterate());
    } catch (error) {
      if (job.iteration > 0) await saveCheckpoint(job).catch(() => undefined);
      await writeCurves(job);
      throw error;
    }
  }

  private async iterate(): Promise<StepReport> {
    this.refuseEnded();
    const { job } = this;
    const { distiller } = job;
    if (!distiller.plan) throw usageError('All steps of this run are taken: `run()` ends it with its results.');
    await keepForRegressionAlone(job);
    if (!this.paused) this.directory.update({ state: this.workingState() });
    if (!this.begun) await tellBeginning(job);
    this.begun = true;
    const begin = performance.now();
    const report = await distiller.step();
    // lets signals, timers and sockets have their turn
    await setImmediate();
    recordStep(job, report, (performance.now() - begin) / 1000);
    await doWhatIsDue(job, report);
    return report;
  }

  private byHand(by: 'stepGenerator' | 'stepFake'): Promise<StepReport> {
    return this.turns.take(async () => {
      this.refuseEnded();
      const { distiller, iteration, run } = this.job;
      const begin = performance.now();
      const report = await distiller[by]();
      run.event({ type: 'step', by, iteration, seconds: (performance.now() - begin) / 1000, ...report });
      return report;
    });
  }

  private workingState(): RunState {
    return this.distiller.plan?.phase === 'matching' ? 'running' : 'warming-up';
  }

  /** Resolves when the run is not paused. */
  private async resumed(): Promise<void> {
    while (this.paused && !this.job.signal.aborted) {
      const { waiting } = this.paused;
      // what waits for a message is still at work
      const awake = setInterval(() => undefined, 2 ** 30);
      await new Promise<void>((go) => waiting.push(go));
      clearInterval(awake);
    }
  }

  private async dawdle(): Promise<void> {
    // a stop need not wait
    await setTimeout(this.slow, undefined, { signal: this.job.signal }).catch(() => undefined);
  }

  private hasEnded(): boolean {
    return (endStates as readonly RunState[]).includes(this.state);
  }

  private refuseEnded(): void {
    if (this.hasEnded()) throw usageError(`The run \`${this.directory.path}\` has ended; it is \`${this.state}\`.`);
  }

  private async dispose(): Promise<void> {
    disposeJob(this.job);
    disposeTeacher(this.job.teacher);
    await this.control?.close();
  }
}

const placeOf = ({ status: { state, iteration, step } }: RunDirectory): RunPlace => ({ state, iteration, step });

/** Opens `run` to messages; that it cannot be is no reason not to train. */
async function takeMessages(run: RunDirectory, handle: ControlHandler): Promise<Control | undefined> {
  try {
    return await openControl({
      directory: run.path,
      handle,
      place: () => placeOf(run),
      onEvent: (listener) => run.onEvent(listener),
    });
  } catch (error) {
    run.event({ type: 'warning', message: `${messageOf(error)} The run goes on without being steered.` });
    return undefined;
  }
}

/** A run whose pairs are still being made can be stopped, and nothing else. */
async function answerEarly<Message extends ControlMessage>(
  stopper: AbortController,
  run: RunDirectory,
  { type }: Message,
): Promise<ControlReply<Message['type']>> {
  if (type !== 'stop') throw usageError(`The run is still starting; \`${type}\` must wait for that.`);
  stopper.abort(failure('The run was stopped before its first step.'));
  return placeOf(run) as ControlReply<Message['type']>;
}

/** Says how a run ended that `error` ended: a reason to stop is no failure. */
async function closeAfter(error: unknown, signal: AbortSignal, run: RunDirectory | undefined): Promise<void> {
  if (signal.aborted && error === signal.reason) return run?.close('stopped');
  const message = messageOf(error);
  run?.event({ type: 'failed', message });
  await run?.close('failed', message);
}

function disposeTeacher({ params, student }: Teacher): void {
  tf.dispose([params, student.params] as never);
}
