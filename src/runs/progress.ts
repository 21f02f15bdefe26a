/**
 * How far work on a run has come, for bars and lines of progress.
 */
export interface RunProgress {
  /** What is under way, for people; another one begins when this changes. */
  readonly task: string;
  readonly done: number;
  readonly total: number;
  readonly loss?: number;
  readonly imagesPerSecond?: number;
}
