/**
 * What a run is told of by: its directory, its Distiller, and where it is.
 */
import type { Config } from '../../distillation/config.ts';
import type { Distiller } from '../../distillation/distiller.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import type { RunDirectory } from '../directory/directory.ts';
import type { NearestImages } from './nearest.ts';

export interface Observed {
  readonly run: RunDirectory;
  readonly config: Config;
  readonly teacher: Teacher;
  readonly distiller: Distiller;
  /** Steps of all phases taken. */
  readonly iteration: number;
  /** Tells which images that the run learns from its samples are nearest to. */
  readonly nearest?: NearestImages;
}

/** How the files of iteration `iteration` are named, so that they sort. */
export const eightDigits = (iteration: number): string => String(iteration).padStart(8, '0');

/** `value` to four significant digits: what a line of text is to show of it. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
