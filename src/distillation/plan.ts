/**
 * What a run does when: its warm-up, then Algorithm 1, step by step.
 */
import type { Config } from './config.ts';
import { learnsFakeScore } from './models.ts';

/** `regression`: G by the regression loss alone. `fake-score`: the fake score alone. `matching`: Algorithm 1. */
export type Phase = 'regression' | 'fake-score' | 'matching';

export interface Plan {
  readonly phase: Phase;
  /** The step within the phase, counted from 1. */
  readonly step: number;
}

/** What iteration `iteration`, counted from 0, does; undefined when the run is over. */
export function planOf(config: Config, iteration: number): Plan | undefined {
  const phases: [Phase, number][] = [
    ['regression', config.warmup.regressionSteps],
    ['fake-score', learnsFakeScore(config) ? config.warmup.fakeSteps : 0],
    ['matching', config.steps],
  ];
  let before = 0;
  for (const [phase, length] of phases) {
    if (iteration < before + length) return { phase, step: iteration - before + 1 };
    before += length;
  }
  return undefined;
}

/** The learning rate of update `update`, counted from 1, of G or of the fake score: rising linearly at first. */
export function learningRateAt(config: Config, network: 'generator' | 'fake', phase: Phase, update: number): number {
  const own = network === 'generator' ? config.learningRate : (config.fakeLearningRate ?? config.learningRate);
  const rate = phase === 'matching' ? own : (config.warmup.learningRate ?? own);
  return rate * Math.min(1, update / Math.max(1, config.learningRateWarmup));
}

/** How many steps of Algorithm 1 lie behind iteration `iteration`. */
export function stepsDone(config: Config, iteration: number): number {
  const { warmup } = config;
  return Math.max(0, iteration - warmup.regressionSteps - (learnsFakeScore(config) ? warmup.fakeSteps : 0));
}
