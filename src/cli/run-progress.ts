/**
 * How far work is that tells of one task after another: a bar for each.
 */
import type { RunProgress } from '../runs/progress.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';

/** What shows how far such work is; `of` comes before the name of each task. */
export function progressOn(output: Output, of = ''): (told: RunProgress) => void {
  let task: string | undefined;
  let progress: Progress | undefined;
  return (told) => {
    if (told.task !== task) progress = output.progress(of + told.task, told.total);
    task = told.task;
    progress!.update(told.done, told);
  };
}
