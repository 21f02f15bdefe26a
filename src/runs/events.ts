/**
 * What a run tells: the lines of `events.jsonl`. Types alone, so that a page, an extension or a notebook can import them.
 */
import type { Config } from '../distillation/config.ts';
import type { StepReport } from '../distillation/report.ts';
import type { Figures, Host, Summary } from './summary.ts';

/** Readers refuse a greater version, and pass over types and keys that they do not know. */
export const EVENTS_VERSION = 1;

export type RunState = 'starting' | 'warming-up' | 'running' | 'evaluating' | 'finished' | 'failed' | 'stopped';

/** `iteration` counts every step of the run from 1, those of the warm-up included; `step` those of its phase. */
interface Place {
  readonly iteration: number;
}

export type RunEventContent =
  | ({
      readonly type: 'started';
      readonly config: Config;
      readonly teacher: {
        readonly name: string;
        readonly fingerprint: string;
        readonly sampleShape: readonly number[];
      };
      /** All steps to come, those of the warm-up included. */
      readonly iterations: number;
    } & Host)
  | ({ readonly type: 'step'; readonly seconds: number } & Place & StepReport)
  /** A picture of one-step samples of the run's fixed noise; `image` is a path within the run directory. */
  | ({ readonly type: 'samples'; readonly image: string } & Place)
  /** `path` is that of a folder within the run directory. */
  | ({ readonly type: 'checkpoint'; readonly path: string } & Place)
  | ({ readonly type: 'evaluation'; readonly of: 'start' | 'oneStep' | 'teacher' | 'regressionAlone' } & Place &
      Figures)
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'state'; readonly state: RunState }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'finished'; readonly summary: Summary };

/** One line. `time` is ISO 8601, UTC. */
export type RunEvent = { readonly v: typeof EVENTS_VERSION; readonly time: string } & RunEventContent;
