/**
 * A distillation as a run, wherever its loop lives: a Distiller with a directory that tells of it, stepped from here and
 * by the messages of others, one after another.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Config } from '../../distillation/config.ts';
import type { Distiller } from '../../distillation/distiller.ts';
import type { Inspection } from '../../distillation/inspect.ts';
import type { StepReport } from '../../distillation/report.ts';
import type { RunningEngine } from '../../engine/start.ts';
import { failure, usageError } from '../../errors.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import { endStates, type ControlHandler, type Intervals, type RunPlace, type RunState } from '../contract.ts';
import type { Checkpoint } from '../directory/checkpoints.ts';
import type { RunDirectory } from '../directory/directory.ts';
import type { Figures, Summary } from '../summary.ts';
import { answer } from './answer.ts';
import {
  beginAgain,
  beginFork,
  beginNew,
  closeAfter,
  disposeBegun,
  type Begun,
  type DistillRunOptions,
  type ForkRunOptions,
  type ResumeRunOptions,
} from './begin.ts';
import { doWhatIsDue, tellBeginning } from './cadence.ts';
import { saveCheckpoint } from './distill-checkpoint.ts';
import { finishRun, writeCurves } from './distill-results.ts';
import { evaluate, type Job } from './job.ts';
import { placeOf } from './mailbox.ts';
import { recordStep } from './record-step.ts';
import { judgeReferences } from './references.ts';
import { keepForRegressionAlone, trainRegressionAlone } from './regression-alone.ts';
import type { Turns } from './turns.ts';

/** A run between two steps. Owns its directory until `run()` or `close()` ends it, which also frees what it holds. */
export class DistillationRun {
  private paused: { waiting: (() => void)[] } | undefined;
  private slow = 0;
  private pace = new AbortController();
  private looping = false;
  private hasTold = false;

  private readonly job: Job;
  private readonly turns: Turns;

  private constructor(private readonly begun: Begun) {
    this.job = begun.job;
    this.turns = begun.turns;
    begun.mailbox.handTo(this.handle);
  }

  /**
   * A run before its first step, in a directory of its own. Errors of the configuration or the teacher leave no directory
   * behind; later ones leave a run that says why it failed.
   */
  static async create(options: DistillRunOptions): Promise<DistillationRun> {
    return new DistillationRun(await beginNew(options));
  }

  /**
   * A run that had stopped, where its checkpoint left it; one without any begins again. See `prepareResume` and
   * `requireSameOrigin` for what is refused; then the run stays as it is.
   */
  static async resume(options: ResumeRunOptions): Promise<DistillationRun> {
    return new DistillationRun(await beginAgain(options));
  }

  /** A new run that goes on from a checkpoint of another with other settings. See `prepareFork` for what is refused. */
  static async fork(options: ForkRunOptions): Promise<DistillationRun> {
    return new DistillationRun(await beginFork(options));
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
    let report: StepReport | undefined;
    while (!report) report = await this.nextStep(() => true);
    return report;
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
    this.directory.update({ slow: milliseconds });
    this.pace.abort();
    this.pace = new AbortController();
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
    this.begun.stopper.abort(failure(`The run was stopped before it was through; ${how}.`));
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
    try {
      await this.nextStep(() => !job.signal.aborted);
    } catch (error) {
      if (job.iteration > 0) await saveCheckpoint(job).catch(() => undefined);
      await writeCurves(job);
      throw error;
    }
  }

  /** The next iteration, unless a message that was answered just before has paused the run, or it `may` not. */
  private async nextStep(may: () => boolean): Promise<StepReport | undefined> {
    await this.resumed();
    if (this.slow > 0) await this.dawdle();
    return this.turns.take(async () => {
      const isHeld = this.paused !== undefined && !this.job.signal.aborted;
      return isHeld || !may() ? undefined : this.iterate();
    });
  }

  private async iterate(): Promise<StepReport> {
    this.refuseEnded();
    const { job } = this;
    const { distiller } = job;
    if (!distiller.plan) throw usageError('All steps of this run are taken: `run()` ends it with its results.');
    await keepForRegressionAlone(job);
    if (!this.paused) this.directory.update({ state: this.workingState() });
    if (!this.hasTold) await tellBeginning(job);
    this.hasTold = true;
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

  /** Waits as slow motion asks; a stop or another pace ends the wait. */
  private async dawdle(): Promise<void> {
    const signal = AbortSignal.any([this.job.signal, this.pace.signal]);
    await setTimeout(this.slow, undefined, { signal }).catch(() => undefined);
  }

  private hasEnded(): boolean {
    return (endStates as readonly RunState[]).includes(this.state);
  }

  private refuseEnded(): void {
    if (this.hasEnded()) throw usageError(`The run \`${this.directory.path}\` has ended; it is \`${this.state}\`.`);
  }

  private dispose(): Promise<void> {
    return disposeBegun(this.begun);
  }
}
