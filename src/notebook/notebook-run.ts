/**
 * A run as a cell has it, wherever its loop lives: in the kernel, in a process of its own, or over already.
 */
import { basename } from 'node:path';
import { inspect as inspectValue } from 'node:util';
import type { StepReport } from '../distillation/report.ts';
import type { StoredTensor } from '../networks/safetensors.ts';
import type { InspectReply, RunEvent, RunState, Started, TensorPayload } from '../runs/contract.ts';
import type { InspectMessage } from '../runs/observation/inspect.ts';
import type { Figures, Summary } from '../runs/summary.ts';
import { EventBook } from './event-book.ts';
import { displaySymbol } from './figure.ts';
import { escaped } from './html.ts';
import type { MimeBundle } from './kernel-host.ts';

/** What to look at. */
export interface LookAt {
  /** How many of the run's fixed samples, or which of them by number; at most 64. Default: 64 points, or 8 images. */
  readonly samples?: number | readonly number[];
  /** The noise level, in the teacher's own unit: σ for EDM, an index for DDPM. Default: one in the middle. */
  readonly t?: number;
  /** A layer of G whose weights and gradients are to be seen, by its name. */
  readonly layer?: string;
}

/** Both scores on samples at a noise level, read: [n, …] each. See `InspectReply`. */
export type Seen = Omit<InspectReply, 'tensors'> & {
  readonly iteration: number;
  readonly tensors: Readonly<Record<keyof InspectReply['tensors'], StoredTensor>>;
};

/** Most samples that are looked at together. */
const [POINTS, IMAGES] = [64, 8];

export abstract class NotebookRun {
  constructor(
    /** The run directory, absolute. */
    readonly path: string,
    protected readonly book = new EventBook(),
  ) {}

  /** The name of its directory. */
  get name(): string {
    return basename(this.path);
  }

  abstract readonly state: RunState;
  /** Steps of all phases taken. */
  abstract readonly iteration: number;

  /** The next `count` iterations; the report of the last. Waits while the dashboard has paused it. */
  abstract step(count?: number): Promise<StepReport>;
  /** One update of G alone; no step of the run. */
  abstract stepGenerator(): Promise<StepReport>;
  /** One update of the fake score alone; no step of the run. */
  abstract stepFake(): Promise<StepReport>;
  /** Stops after the step under way, until `resume` or the next step. */
  abstract pause(): Promise<void>;
  /** Goes on by itself, also between cells, until `pause`, a step or the end. */
  abstract resume(): Promise<void>;
  /** All steps that are left, and then the results. */
  abstract run(): Promise<Summary>;
  /** Makes a checkpoint; its path. */
  abstract checkpoint(): Promise<string>;
  /** How good the generator is now. */
  abstract evaluate(): Promise<Figures>;
  /** One-step samples [count, …] of the run's fixed noise. */
  abstract sample(count?: number): Promise<StoredTensor>;
  /** Ends the run with a checkpoint, to be resumed from. */
  abstract close(): Promise<void>;
  /** Answers `inspect`. */
  protected abstract look(message: InspectMessage): Promise<InspectReply>;

  /** What the run has told so far; see the contract in docs/runs.md. */
  get events(): readonly RunEvent[] {
    return this.book.events;
  }

  /** `listener` is told of every event from now on, until what this returns is called. */
  onEvent(listener: (event: RunEvent) => void): () => void {
    return this.book.onEvent(listener);
  }

  /** What the run said as it began. */
  get started(): Started {
    const started = this.events.findLast((event) => event.type === 'started');
    if (started?.type !== 'started') throw new Error(`internal: the run \`${this.path}\` has not told how it began`);
    return started;
  }

  /** Both scores on the run's fixed samples at a noise level; nothing of the run moves. */
  async inspect({ samples, t = this.middleLevel(), layer }: LookAt = {}): Promise<Seen> {
    const isPlane = this.started.teacher.sampleShape.length === 1;
    const count = typeof samples === 'number' ? samples : isPlane ? POINTS : IMAGES;
    const chosen = typeof samples === 'object' ? [...samples] : Array.from({ length: count }, (_, i) => i);
    const reply = await this.look({ type: 'inspect', samples: chosen, t, layer });
    const tensors = Object.entries(reply.tensors).map(([name, payload]) => [name, decode(payload)] as const);
    return { ...reply, iteration: this.iteration, tensors: Object.fromEntries(tensors) as Seen['tensors'] };
  }

  /** How a cell shows that ends in it. */
  [displaySymbol](): MimeBundle['data'] {
    const text = this.words();
    return { 'text/plain': text, 'text/html': `<pre style="margin:0">${escaped(text)}</pre>` };
  }

  [inspectValue.custom](): string {
    return this.words();
  }

  private words(): string {
    const { teacher, iterations, engine, device } = this.started;
    return (
      `Run ${this.name}: ${this.state}, iteration ${this.iteration} of ${iterations}\n` +
      `teacher ${teacher.name}, engine ${engine} on ${device}\n${this.path}`
    );
  }

  /** Of the run's own probes, the level in the middle; before the first, one where scores of data of order 1 differ. */
  private middleLevel(): number {
    const probe = this.events.findLast((event) => event.type === 'probe');
    return probe?.type === 'probe' ? probe.t[Math.floor((probe.t.length - 1) / 2)]! : 0.5;
  }
}

const decode = ({ shape, base64 }: TensorPayload): StoredTensor => {
  const bytes = Buffer.from(base64, 'base64');
  // of a small buffer, memory is shared with others and begins anywhere
  return { shape, values: new Float32Array(new Uint8Array(bytes).buffer) };
};
