/**
 * What a run is told of by: its directory, its Distiller, and where it is.
 */
import type { Job } from '../training/job.ts';

export type Observed = Pick<Job, 'run' | 'config' | 'teacher' | 'distiller' | 'iteration' | 'nearest'>;

/** How the files of iteration `iteration` are named, so that they sort. */
export const eightDigits = (iteration: number): string => String(iteration).padStart(8, '0');

/** `value` to four significant digits: what a line of text is to show of it. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
