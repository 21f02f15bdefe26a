/**
 * The order of Algorithm 1: what a step does, stage by stage, and which nodes and edges that concerns.
 */
import type { Config } from '../../../src/distillation/config.ts';
import type { Stepped } from '../../../src/runs/contract.ts';
import type { EdgeSpec, NodeName } from './diagram.ts';

export interface Stage {
  readonly nodes: readonly NodeName[];
  /** Whether it ends in an update: gradients go back into `nodes`. */
  readonly learns?: true;
  readonly says: string;
}

const generate: Stage = { nodes: ['z', 'G', 'x'], says: 'The generator makes samples of noise, in one step.' };
const match: readonly Stage[] = [
  generate,
  { nodes: ['eps', 'x_t'], says: 'Noise of a random level is put on them.' },
  { nodes: ['mu_real', 'mu_fake'], says: 'Both denoisers estimate the samples without it.' },
  { nodes: ['difference'], says: 'Where they differ, there is too much or too little.' },
  { nodes: ['grad_x'], says: 'Weighted, that is the gradient on the samples.' },
];
const regress: Stage = { nodes: ['pair', 'L_reg'], says: 'On pairs, the generator is held to the teacher’s samples.' };
const updateG: Stage = { nodes: ['G'], learns: true, says: 'The generator is updated.' };
const denoise: Stage = { nodes: ['L_fake'], says: 'The fake denoiser restores samples of the generator.' };
const updateFake: Stage = {
  nodes: ['mu_fake'],
  learns: true,
  says: 'The fake denoiser is updated: it follows the generator.',
};

/** What a step of the run, or an update by hand, does, in order. */
export function stagesOf({ phase, by }: Pick<Stepped, 'phase' | 'by'>, config: Config): readonly Stage[] {
  const fake = config.fakeScore === 'learned' ? [denoise, updateFake] : [];
  if (by === 'stepFake' || (by === undefined && phase === 'fake-score')) return [generate, ...fake];
  if (phase === 'regression') return [regress, updateG];
  const generator = [
    ...(config.lambdaDm > 0 ? match : []),
    ...(config.lambdaReg > 0 ? [regress] : []),
    updateG,
  ]; // prettier-ignore
  return by === 'stepGenerator' ? generator : [...generator, ...fake];
}

/** Whether something passes along an edge in this stage. */
export const passes = ({ from, to, learns }: EdgeSpec, stage: Stage, before: readonly Stage[]): boolean =>
  learns
    ? stage.learns === true && stage.nodes.includes(to) && before.some(({ nodes }) => nodes.includes(from))
    : stage.learns !== true && stage.nodes.includes(to);
