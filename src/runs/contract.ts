/**
 * The contract between a run and those who watch and steer it: the events it tells, which are the lines of
 * `events.jsonl`, and the messages it takes, with their replies. A page, an extension or a notebook imports the types alone.
 */
import { z } from 'zod';
import type { Config } from '../distillation/config.ts';
import type { StepReport } from '../distillation/report.ts';
import type { RoundMode } from '../teachers/round-modes.ts';
import type { RunState } from './states.ts';
import type { Figures, Host, Summary } from './summary.ts';

/** Readers refuse a greater major version; types and keys that they do not know are of a newer minor one, and passed over. */
export const CONTRACT_VERSION = 1;

export { endStates, runStates, type RunState } from './states.ts';

// ---- events -------------------------------------------------------------------------------------------------------

/** `iteration` counts every step of the run from 1, those of the warm-up included; `step` those of its phase. */
interface Place {
  readonly iteration: number;
}

/** A run, or a resumed one, begins at `iteration`: what was told of later iterations before this no longer holds. */
export type Started = {
  readonly type: 'started';
  readonly config: Config;
  readonly teacher: {
    readonly name: string;
    readonly fingerprint: string;
    readonly sampleShape: readonly number[];
    /** 0 for a teacher without classes. */
    readonly classes: number;
    /** The exact distribution, of a mixture of round modes in the plane. */
    readonly mixture?: readonly RoundMode[];
  };
  /** All steps of the run, those of the warm-up included. */
  readonly iterations: number;
  /** Layers in the order in which `layers` tells of them. */
  readonly layers: { readonly generator: readonly string[]; readonly fake: readonly string[] };
  /** Why this engine and device run it. */
  readonly reason: string;
  /** What the run was forked from. */
  readonly parent?: Parent;
} & Place &
  Host;

/** `run` is the path of the run directory, as it was then. */
export const Parent = z.object({ run: z.string(), iteration: z.number().int().min(0) });
export type Parent = z.output<typeof Parent>;

/** `by` tells of a single update that somebody asked for; it is no step of the run. */
export type Stepped = {
  readonly type: 'step';
  readonly seconds: number;
  readonly by?: 'stepGenerator' | 'stepFake';
} & Place &
  StepReport;

/**
 * What the generator makes of the run's fixed noise, or what the teacher's sampler makes of it: for images a grid with
 * `columns` to a row, each pixel `scale` wide, without gaps; for the plane [x, y] points as well.
 */
export type Sampled = {
  readonly type: 'samples';
  readonly of: 'oneStep' | 'teacher';
  /** A path within the run directory. */
  readonly image?: string;
  readonly count: number;
  readonly columns: number;
  readonly scale: number;
  readonly points?: readonly (readonly [number, number])[];
} & Place;

/**
 * The images that the samples of the same iteration are nearest to, of those that the run learns from. `image` is the path
 * of a grid without gaps: a row for each sample, its `each` nearest from the left.
 */
export type Nearest = {
  readonly type: 'nearest';
  /** Where they are from: the name of the dataset that the teacher has learned, or the run's `pairs`. */
  readonly among: string;
  /** How many were looked at. */
  readonly images: number;
  readonly each: number;
  readonly image: string;
  /** Root mean square difference of pixels, which are in −1…1; row after row of the grid. */
  readonly distances: readonly number[];
} & Place;

/**
 * Both scores on samples of the run's fixed noise, at fixed noise levels. `tensors` is the path, within the run directory,
 * of a safetensors file with `z` and `x` [n, …], and `x_t`, `mu_real`, `mu_fake`, `difference` (μ_fake − μ_real) and
 * `gradient` [levels, n, …].
 */
export type Probed = {
  readonly type: 'probe';
  readonly tensors: string;
  /** In the teacher's own unit: σ for EDM, an index for DDPM. */
  readonly t: readonly number[];
  readonly sigma: readonly number[];
  /** Root mean square over samples and elements at each level. */
  readonly differenceRms: readonly number[];
  readonly gradientRms: readonly number[];
} & Place;

/** L2 norms of gradients, layer by layer in the order of `started`; of losses that the run follows. */
export type LayerNorms = {
  readonly type: 'layers';
  readonly matching?: readonly number[];
  readonly regression?: readonly number[];
  readonly fake?: readonly number[];
} & Place;

export type RunEventContent =
  | Started
  | Stepped
  | Sampled
  | Nearest
  | Probed
  | LayerNorms
  /** `path` is that of a folder within the run directory. */
  | ({ readonly type: 'checkpoint'; readonly path: string } & Place)
  | ({ readonly type: 'evaluation'; readonly of: 'start' | 'oneStep' | 'teacher' | 'regressionAlone' } & Place &
      Figures)
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'state'; readonly state: RunState }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'finished'; readonly summary: Summary };

/** One line. `time` is ISO 8601, UTC. */
export type RunEvent = { readonly v: number; readonly time: string } & RunEventContent;

// ---- control ------------------------------------------------------------------------------------------------------

const every = z.number().int().min(0).max(1_000_000).optional();

/** What `setIntervals` changes: steps between each; 0: only at the end, or never. */
export const Intervals = z.strictObject({
  samplesEvery: every,
  probeEvery: every,
  layersEvery: every,
  checkpointEvery: every,
  evaluateEvery: every,
});
export type Intervals = z.output<typeof Intervals>;

/** The most samples that one `inspect` may ask for. */
export const MOST_INSPECTED = 64;

/** Each acts between two steps, and is answered when it has acted. */
export const controlMessages = {
  /** Waits before the next step, until `resume`. */
  pause: z.strictObject({ type: z.literal('pause') }),
  resume: z.strictObject({ type: z.literal('resume') }),
  /** One iteration of a paused run, which stays paused. */
  step: z.strictObject({ type: z.literal('step') }),
  /** One update of G alone, or of the fake score alone; no step of the run. */
  stepGenerator: z.strictObject({ type: z.literal('stepGenerator') }),
  stepFake: z.strictObject({ type: z.literal('stepFake') }),
  /** A pause of `milliseconds` after every step; 0: none. */
  setSlow: z.strictObject({ type: z.literal('setSlow'), milliseconds: z.number().min(0).max(60_000) }),
  setIntervals: z.strictObject({ type: z.literal('setIntervals'), intervals: Intervals }),
  checkpoint: z.strictObject({ type: z.literal('checkpoint') }),
  evaluate: z.strictObject({ type: z.literal('evaluate') }),
  /** Writes generator.safetensors and generator.onnx of the generator as it is. */
  export: z.strictObject({ type: z.literal('export') }),
  /** Ends the run with a checkpoint, to be resumed from. */
  stop: z.strictObject({ type: z.literal('stop') }),
  /**
   * Algorithm 1 laid open: samples of the run's fixed noise by number, the noise level next to `t` (in the teacher's own
   * unit), and how the gradients of a layer are distributed.
   */
  inspect: z.strictObject({
    type: z.literal('inspect'),
    samples: z.array(z.number().int().min(0).max(9999)).min(1).max(MOST_INSPECTED),
    t: z.number().min(0),
    layer: z.string().max(200).optional(),
  }),
} as const;

/** Any message to a run; checks what came from elsewhere. */
export const ControlMessage = z.discriminatedUnion('type', [
  controlMessages.pause,
  controlMessages.resume,
  controlMessages.step,
  controlMessages.stepGenerator,
  controlMessages.stepFake,
  controlMessages.setSlow,
  controlMessages.setIntervals,
  controlMessages.checkpoint,
  controlMessages.evaluate,
  controlMessages.export,
  controlMessages.stop,
  controlMessages.inspect,
]);
export type ControlMessage = z.output<typeof ControlMessage>;
export type ControlType = ControlMessage['type'];

/** Where the run is, in every reply. */
export interface RunPlace {
  readonly state: RunState;
  readonly iteration: number;
  /** Steps of Algorithm 1 taken. */
  readonly step: number;
}

/** float32 numbers, little-endian, as base64: what crosses every transport. */
export interface TensorPayload {
  readonly shape: readonly number[];
  readonly base64: string;
}

/** Counts of values in equal bins from `from` to `to`. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
  readonly norm: number;
}

export interface InspectReply {
  readonly samples: readonly number[];
  /** Their classes, where there are any. */
  readonly labels?: readonly number[];
  /** The noise level that was taken, in the teacher's own unit, and its σ. */
  readonly t: number;
  readonly sigma: number;
  /** [n, …]; `difference` is μ_fake − μ_real, `gradient` the weighted gradient on x (Eq. 7). */
  readonly tensors: Readonly<
    Record<
      'z' | 'x' | 'eps' | 'x_t' | 'mu_real' | 'mu_fake' | 's_real' | 's_fake' | 'difference' | 'gradient',
      TensorPayload
    >
  >;
  /** w_t of Eq. 7, one for each sample. */
  readonly weight: readonly number[];
  /** The layer's weights in G, and its gradients by the losses that the run follows. */
  readonly layer?: {
    readonly name: string;
    readonly weights: Histogram;
    readonly matching?: Histogram;
    readonly regression?: Histogram;
    readonly fake?: Histogram;
  };
}

interface Replies {
  pause: object;
  resume: object;
  step: { readonly report: StepReport };
  stepGenerator: { readonly report: StepReport };
  stepFake: { readonly report: StepReport };
  setSlow: object;
  setIntervals: { readonly intervals: Required<Intervals> };
  /** A path within the run directory. */
  checkpoint: { readonly path: string };
  evaluate: { readonly figures: Figures };
  /** Paths within the run directory. */
  export: { readonly files: readonly string[] };
  stop: object;
  inspect: InspectReply;
}

/** What answers a message of type `Type`. One that cannot be done is answered with an error that says why. */
export type ControlReply<Type extends ControlType = ControlType> = RunPlace & Replies[Type];

/** How a run takes messages, whatever carries them. Rejects with a `DmdError` that says why it could not be done. */
export type ControlHandler = <Message extends ControlMessage>(
  message: Message,
) => Promise<ControlReply<Message['type']>>;
