/**
 * What a window has measured, and how it is told where to write that.
 */
export const WINDOW_RESULT = 'DMD_WINDOW_RESULT';
/** The name of the folder whose windows have the run. */
export const WITH_RUN = 'with-run';

export interface WindowResult {
  /** Milliseconds until the extension was active: its file loaded, and `activate` done. */
  readonly activation: number;
  /** Milliseconds of the processor that the whole extension host took meanwhile: what a busy machine lengthens least. */
  readonly processor: number;
  readonly run?: {
    /** Milliseconds from asking for the run to its first step; absent where it was there. */
    readonly firstPoint?: number;
    /** Iterations that this window was told of, in the order that it was. */
    readonly iterations: readonly number[];
    readonly pid: number;
    /** How many processes have worked on it so far. */
    readonly processes: number;
  };
}
