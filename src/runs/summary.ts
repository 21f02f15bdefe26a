/**
 * What a run comes to, in numbers: `summary.json`, and the last line of `distill --json`.
 */
import type { DigitsReport } from '../metrics/digits.ts';
import type { ModeReport } from '../metrics/mixture.ts';

/** How good samples are: by the digits' measure for digits, against the exact density for mixtures in the plane. */
export type Figures = Partial<DigitsReport> & {
  readonly modes?: readonly ModeReport[];
  readonly modesFound?: number;
  /** KL(generator ‖ teacher) in nats, both slightly blurred. */
  readonly kl?: number;
};

/** What runs it. */
export interface Host {
  readonly engine: string;
  readonly device: string;
  readonly threads: number;
  /** What computes, with its version: the same one gives the same numbers. */
  readonly runtime: string;
}

/** What regression alone comes to. */
export interface RegressionAlone {
  readonly sameSteps: Figures & TrainedFor;
  readonly sameTime: Figures & TrainedFor;
}

export interface TrainedFor {
  /** Steps after the warm-up by regression. */
  readonly steps: number;
  /** What they took. */
  readonly seconds: number;
}

export interface Summary extends Host {
  /** The run directory. */
  readonly run: string;
  readonly teacher: string;
  readonly state: 'finished' | 'stopped';
  /** Steps of Algorithm 1 taken; the warm-up is not counted. */
  readonly steps: number;
  /** Median over the steps of Algorithm 1; null when there were none. */
  readonly secondsPerStep: number | null;
  /** What all steps took together, those of the warm-up included. */
  readonly trainingSeconds: number;
  /** How many times as fast one step draws a batch as the teacher's sampler does; null in a run that was stopped. */
  readonly speedup: number | null;
  /** One-step samples a second; null in a run that was stopped. */
  readonly imagesPerSecond: number | null;
  /** Means over the last steps; null for a loss that was switched off. */
  readonly lossDm: number | null;
  readonly lossFake: number | null;
  readonly lossReg: number | null;
  /** Judged in each evaluation; absent when there was none, as what follows. */
  readonly samples?: number;
  /** Fréchet distances to the test set: of the untrained generator, the teacher and the trained generator. */
  readonly frechet?: { readonly start: number; readonly teacher: number; readonly oneStep: number };
  /** What regression alone comes to, where the configuration asks for that. */
  readonly regressionAlone?: RegressionAlone;
  readonly classShares?: readonly number[];
  readonly confidence?: number;
  readonly modes?: readonly ModeReport[];
  readonly modesFound?: number;
  readonly kl?: number;
}
