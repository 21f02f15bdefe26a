/**
 * A run whose loop lives here, in the kernel: cells step it, and so do the dashboard's buttons, during cells and between
 * them. While no cell steps it, it is paused.
 */
import { relative } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import type { Distiller } from '../distillation/distiller.ts';
import type { Inspection } from '../distillation/inspect.ts';
import type { StepReport } from '../distillation/report.ts';
import { failure, messageOf } from '../errors.ts';
import type { StoredTensor } from '../networks/safetensors.ts';
import { endStates, type InspectReply, type RunState } from '../runs/contract.ts';
import { drawnWhole, drawOf } from '../runs/generator/draw.ts';
import { inspectRun, type InspectMessage } from '../runs/observation/inspect.ts';
import type { Figures, Summary } from '../runs/summary.ts';
import type { DistillationRun } from '../runs/training/distillation-run.ts';
import { inspectCheckpoint } from '../runs/training/inspect-checkpoint.ts';
import { noiseOf } from '../runs/training/job.ts';
import type { Teacher } from '../teachers/teacher.ts';
import { sampleOfFile } from './ended-run.ts';
import type { EventBook } from './event-book.ts';
import { settleLive } from './live.ts';
import { NotebookRun } from './notebook-run.ts';

/** Milliseconds without a step after which the run says that it is paused: cells may step it one by one. */
const REST = 300;

export class KernelRun extends NotebookRun {
  /** Steps that somebody still waits for; without end while the run goes on by itself. */
  private wanted = 0;
  private driving: Promise<StepReport | undefined> | undefined;
  /** Paused since nobody steps it, not because somebody wants it paused. */
  private isResting = false;
  private rest: NodeJS.Timeout | undefined;
  private ending: Promise<Summary> | undefined;

  /** For `distiller`. `book` has what the run told while it began. */
  constructor(
    /** The run itself. */
    readonly distillation: DistillationRun,
    book: EventBook,
  ) {
    super(distillation.directory.path, book);
    book.onEvent((event) => {
      if (event.type === 'state') this.onState(event.state);
    });
    this.fallToRest();
  }

  get state(): RunState {
    return this.distillation.state;
  }

  get iteration(): number {
    return this.distillation.place.iteration;
  }

  /** For looking at: weights, layers, scores; step it through the run. */
  get distiller(): Distiller {
    return this.distillation.distiller;
  }

  get teacher(): Teacher {
    return this.distillation.teacher;
  }

  async step(count = 1): Promise<StepReport> {
    const report = await this.drive(count);
    await settleLive();
    if (report) return report;
    if (this.distiller.plan) throw failure('The cell was interrupted before the next step; the run can go on.');
    // says what is to be done
    return this.distillation.stepOnce();
  }

  async stepGenerator(): Promise<StepReport> {
    const report = await this.distillation.stepGenerator();
    await settleLive();
    return report;
  }

  async stepFake(): Promise<StepReport> {
    const report = await this.distillation.stepFake();
    await settleLive();
    return report;
  }

  /** Every intermediate of the update that Algorithm 1 would make next, which is not made; its tensors are the caller's. */
  peek(): Promise<Inspection> {
    return this.distillation.peek();
  }

  async pause(): Promise<void> {
    this.interrupt();
    await this.driving;
    this.fallToRest();
  }

  resume(): Promise<void> {
    this.goOn();
    return Promise.resolve();
  }

  async run(): Promise<Summary> {
    const summary = await this.finish();
    await settleLive();
    if (summary) return summary;
    throw failure(
      `The run is \`${this.state}\` at iteration \`${this.iteration}\`; \`run.run()\` goes on unless it has ended.`,
    );
  }

  async checkpoint(): Promise<string> {
    return relative(process.cwd(), (await this.distillation.checkpoint()).path);
  }

  evaluate(): Promise<Figures> {
    return this.distillation.evaluate();
  }

  async sample(count = 64): Promise<StoredTensor> {
    if (this.hasEnded) return sampleOfFile(this.path, count);
    return this.distillation.look(async (job) => ({
      shape: [count, ...job.teacher.sampleShape],
      values: await drawnWhole(drawOf(job), noiseOf(job, 'pictures', count)),
    }));
  }

  /** One-step samples [n, …] of `z` ~ N(0, I) [n, …]; a fresh tensor. See `Distiller.generate`. */
  generate(z: tf.Tensor, options?: { labels?: tf.Tensor1D; average?: boolean }): tf.Tensor {
    return this.distiller.generate(z, options);
  }

  async close(): Promise<void> {
    this.interrupt();
    clearTimeout(this.rest);
    if (this.hasEnded) return;
    // unlike `close`, it lets go of a step that waits
    await this.distillation.stop();
    await this.ending?.catch(() => undefined);
  }

  /** Takes no step more than the one under way; the next one that is asked for goes on. */
  interrupt(): void {
    this.wanted = 0;
    if (this.state === 'paused') this.isResting = true;
  }

  protected look(message: InspectMessage): Promise<InspectReply> {
    if (this.hasEnded) return inspectCheckpoint(this.path, message);
    return this.distillation.look((job) => inspectRun(job, message));
  }

  private get hasEnded(): boolean {
    return (endStates as readonly RunState[]).includes(this.state);
  }

  /** Steps until `count` are taken, none is wanted any more, or the last one is; the report of the last. */
  private drive(count: number): Promise<StepReport | undefined> {
    this.wanted = count;
    clearTimeout(this.rest);
    if (this.isResting) {
      this.isResting = false;
      this.distillation.resume();
    }
    return (this.driving ??= this.takeSteps());
  }

  private async takeSteps(): Promise<StepReport | undefined> {
    let report: StepReport | undefined;
    try {
      while (this.wanted > 0 && !this.hasEnded && this.distiller.plan) {
        report = await this.distillation.step();
        this.wanted--;
      }
      return report;
    } finally {
      this.wanted = 0;
      this.driving = undefined;
      this.rest = setTimeout(() => this.fallToRest(), REST).unref();
    }
  }

  private fallToRest(): void {
    if (this.hasEnded || this.ending || this.driving) return;
    this.isResting = true;
    this.distillation.pause();
  }

  /** Somebody has let the run go on while no cell steps it. */
  private onState(state: RunState): void {
    if ((state === 'running' || state === 'warming-up') && this.isResting && this.wanted <= 0) this.goOn();
  }

  private goOn(): void {
    this.isResting = this.state === 'paused';
    this.finish().catch((error: unknown) => {
      // nobody waits for it who could be told
      if (!this.hasEnded) this.distillation.directory.event({ type: 'warning', message: messageOf(error) });
    });
  }

  /** Takes all steps that are left and makes the results; undefined when something else was wanted on the way. */
  private async finish(): Promise<Summary | undefined> {
    if (!this.ending) {
      await this.drive(Infinity);
      if (this.hasEnded || this.distiller.plan) return undefined;
    }
    return (this.ending ??= this.distillation.run());
  }
}
