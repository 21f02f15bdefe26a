/**
 * A whole distillation in one call.
 */
import type { Summary } from '../summary.ts';
import type { DistillRunOptions } from './begin.ts';
import { DistillationRun } from './distillation-run.ts';

export type { DistillRunOptions };

/** Distils as `config` says and returns what came of it; see `DistillationRun.create` and its `run` for the errors. */
export async function distillRun(options: DistillRunOptions): Promise<Summary> {
  const run = await DistillationRun.create(options);
  return run.run();
}
