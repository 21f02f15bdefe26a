/**
 * What a run does when: its warm-up, then Algorithm 1, step by step.
 */
import type { Config } from './config.ts';

/** `regression`: G by the regression loss alone. `fake-score`: the fake score alone. `matching`: Algorithm 1. */
export type Phase = 'regression' | 'fake-score' | 'matching';

export interface Plan {
  readonly phase: Phase;
  /** The step within the phase, counted from 1. */
  readonly step: number;
}

/** Whether the run trains a fake score at all. */
export const learnsFakeScore = ({ fakeScore, lambdaDm }: Config): boolean => fakeScore === 'learned' && lambdaDm > 0;

/** Whether any phase of the run follows the regression loss. */
export const needsPairs = ({ lambdaReg, warmup }: Config): boolean => lambdaReg > 0 || warmup.regressionSteps > 0;

/** How many steps the warm-up takes, of both its phases. */
const warmupOf = (config: Config): number =>
  config.warmup.regressionSteps + (learnsFakeScore(config) ? config.warmup.fakeSteps : 0);

/** How many steps all phases take. */
export const iterationsOf = (config: Config): number => warmupOf(config) + config.steps;

/** How many steps of Algorithm 1 lie behind iteration `iteration`. */
export const stepsDone = (config: Config, iteration: number): number => Math.max(0, iteration - warmupOf(config));

/** What iteration `iteration`, counted from 0, does; undefined when the run is over. */
export function planOf(config: Config, iteration: number): Plan | undefined {
  const { regressionSteps } = config.warmup;
  const phases: [Phase, number][] = [
    ['regression', regressionSteps],
    ['fake-score', warmupOf(config) - regressionSteps],
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
