/**
 * A run that begins from a checkpoint of another, with changed settings.
 */
import type { Config, ConfigInput } from '../../distillation/config.ts';
import type { Distiller } from '../../distillation/distiller.ts';
import { learnsFakeScore, planOf } from '../../distillation/plan.ts';
import type { DistillerState } from '../../distillation/state.ts';
import { usageError } from '../../errors.ts';
import { lastingName } from '../../teachers/open.ts';
import { resolveConfig } from '../configuration/configuration.ts';
import type { Parent } from '../contract.ts';
import { distillerState, type ReadCheckpoint } from './distill-checkpoint.ts';
import { readForFork } from './resume.ts';

export interface ForkOrigin {
  readonly config: Config;
  readonly checkpoint: ReadCheckpoint;
  readonly parent: Parent;
}

/**
 * The last checkpoint of the run that `from` names, or the one that it names, and its configuration with `wishes` over it.
 * A usage error when nothing would be left to do, or what lies behind the checkpoint would be another warm-up.
 */
export async function prepareFork(from: string, wishes: ConfigInput = {}): Promise<ForkOrigin> {
  const { checkpoint, path } = await readForFork(from);
  const { iteration } = checkpoint.progress;
  const asked = resolveConfig(checkpoint.config, wishes);
  const config = { ...asked, teacher: lastingName(asked.teacher) };
  const [before, now] = [checkpoint.config, config].map(warmupOf);
  if (before !== now) {
    const remedy =
      config.lambdaDm === 0 && learnsFakeScore(checkpoint.config)
        ? ', since nothing learns the fake score then. Make lambdaDm small instead (`1e-9`), or begin a new run.'
        : '. Leave warmup as it was, or begin a new run.';
    throw usageError(
      `A fork keeps the warm-up of its run, \`${before}\` steps of the generator and of the fake score, and would have ` +
        `\`${now}\`${remedy}`,
    );
  }
  if (!planOf(config, iteration)) {
    throw usageError(
      `The checkpoint \`${checkpoint.path}\` lies behind all \`${config.steps}\` steps: nothing is left to do. Give the fork ` +
        'more of them with `--steps`.',
    );
  }
  return { config, checkpoint, parent: { run: path, iteration } };
}

const warmupOf = (config: Config): string =>
  `${config.warmup.regressionSteps} + ${learnsFakeScore(config) ? config.warmup.fakeSteps : 0}`;

/**
 * What `distiller`, which is new, goes on from: the checkpoint's state, with numbers of its own where the seed is another,
 * and an average that begins now where none was kept. The caller disposes the tensors.
 */
export function forkedState({ config, checkpoint }: ForkOrigin, distiller: Distiller): DistillerState {
  const { tensors, progress } = distillerState(checkpoint);
  if (config.ema > 0 && checkpoint.config.ema === 0) {
    for (const [name, tensor] of Object.entries(tensors)) {
      const [group, rest] = [name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/'))];
      if (group === 'generator.params') tensors[`generator.average${rest}`] = tensor.clone();
    }
  }
  const random = config.seed === checkpoint.config.seed ? progress.random : distiller.state().progress.random;
  return { tensors, progress: { ...progress, random } };
}
