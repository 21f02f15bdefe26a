/**
 * A run in a process of its own, which goes on when the notebook is closed: looked at and steered from cells.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { StepReport } from '../distillation/report.ts';
import { failure } from '../errors.ts';
import type { StoredTensor } from '../networks/safetensors.ts';
import { endStates, type ControlMessage, type InspectReply, type RunPlace, type RunState } from '../runs/contract.ts';
import { connectRun, type RunConnection } from '../runs/control/client.ts';
import { isLive, readStatus } from '../runs/directory/status.ts';
import { followEvents } from '../runs/events/event-reader.ts';
import type { InspectMessage } from '../runs/observation/inspect.ts';
import type { Figures, Summary } from '../runs/summary.ts';
import { readSummary, sampleOfFile } from './ended-run.ts';
import { kernelHost } from './kernel-host.ts';
import { settleLive } from './live.ts';
import { NotebookRun } from './notebook-run.ts';

/** Milliseconds between looks at the run's events. */
const LOOK_EVERY = 80;
/** Milliseconds after an answer for what the run told of it to come; then it has moved on. */
const SETTLED_WITHIN = 1000;

export class ProcessRun extends NotebookRun {
  private readonly away = new AbortController();
  private readonly followed: Promise<void>;

  private constructor(
    path: string,
    private readonly connection: RunConnection,
  ) {
    super(path);
    this.followed = this.follow();
  }

  /** Connects to the live run in the directory `path`; see `connectRun` for what is refused. */
  static async attach(path: string): Promise<ProcessRun> {
    const run = new ProcessRun(path, await connectRun(path, { client: 'notebook' }));
    await run.told(() => run.events.some(({ type }) => type === 'started'));
    await run.caughtUp(run.connection.welcome);
    return run;
  }

  get state(): RunState {
    return this.events.reduce<RunState>((state, event) => (event.type === 'state' ? event.state : state), 'starting');
  }

  get iteration(): number {
    return this.events.reduce((most, event) => ('iteration' in event ? Math.max(most, event.iteration) : most), 0);
  }

  async step(count = 1): Promise<StepReport> {
    let isInterrupted = false;
    const leave = kernelHost()?.onInterrupt(() => (isInterrupted = true));
    try {
      await this.send({ type: 'pause' });
      let report: StepReport | undefined;
      for (let i = 0; i < count && !isInterrupted; i++) report = (await this.send({ type: 'step' })).report;
      if (!report) throw failure('The cell was interrupted before the next step; the run can go on.');
      return report;
    } finally {
      leave?.();
      await settleLive();
    }
  }

  async stepGenerator(): Promise<StepReport> {
    return (await this.send({ type: 'stepGenerator' })).report;
  }

  async stepFake(): Promise<StepReport> {
    return (await this.send({ type: 'stepFake' })).report;
  }

  async pause(): Promise<void> {
    await this.send({ type: 'pause' });
  }

  async resume(): Promise<void> {
    await this.send({ type: 'resume' });
  }

  /** Lets the run go on, waits for its end, and gives its results; an interrupt ends the waiting, and the run goes on. */
  async run(): Promise<Summary> {
    if (this.state === 'paused') await this.resume();
    await this.followed;
    await settleLive();
    const summary = await readSummary(this.path);
    if (summary) return summary;
    const status = await readStatus(this.path);
    throw failure(`The run \`${this.path}\` is \`${status?.state}\`${status?.message ? `: ${status.message}` : '.'}`);
  }

  async checkpoint(): Promise<string> {
    return join(this.path, (await this.send({ type: 'checkpoint' })).path);
  }

  async evaluate(): Promise<Figures> {
    return (await this.send({ type: 'evaluate' })).figures;
  }

  async sample(count = 64): Promise<StoredTensor> {
    if (!this.hasEnded) await this.checkpoint();
    return sampleOfFile(this.path, count);
  }

  async close(): Promise<void> {
    if (!this.hasEnded) await this.send({ type: 'stop' });
    await this.followed;
  }

  /** Looks no more; the run goes on. */
  leave(): void {
    this.away.abort();
    this.connection.close();
  }

  protected look(message: InspectMessage): Promise<InspectReply> {
    return this.send(message);
  }

  private get hasEnded(): boolean {
    return (endStates as readonly RunState[]).includes(this.state);
  }

  /** Sends `message`; what the run told of it has come when this resolves. */
  private async send<Message extends ControlMessage>(message: Message) {
    const reply = await this.connection.send(message);
    await this.caughtUp(reply);
    return reply;
  }

  /** Resolves when what the run told until it was at `place` has come. */
  private async caughtUp({ iteration, state }: RunPlace): Promise<void> {
    const late = setTimeout(SETTLED_WITHIN, undefined, { ref: false });
    await Promise.race([late, this.told(() => this.iteration >= iteration && this.state === state)]);
  }

  private async follow(): Promise<void> {
    const hasEnded = async () => {
      const status = await readStatus(this.path);
      return !status || !(await isLive(status));
    };
    const options = { lookEvery: LOOK_EVERY, signal: this.away.signal, hasEnded };
    for await (const event of followEvents(join(this.path, 'events.jsonl'), options)) this.book.add(event);
    this.connection.close();
  }

  /** Resolves once `holds`, or when no more events come. */
  private async told(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await Promise.race([
      this.followed,
      new Promise<void>((resolve) => {
        const leave = this.onEvent(() => {
          if (!holds()) return;
          leave();
          resolve();
        });
      }),
    ]);
  }
}
