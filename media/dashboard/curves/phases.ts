/**
 * The phases of a run: its warm-up, by regression and of the fake score, and then Algorithm 1.
 */
import type { Started } from '../../../src/runs/contract.ts';

export interface PhaseSpan {
  readonly name: string;
  /** Iterations from..to, both in it. */
  readonly from: number;
  readonly to: number;
}

/** The phases before Algorithm 1; none when there is no warm-up. */
export function warmupPhases({ config, iterations }: Pick<Started, 'config' | 'iterations'>): PhaseSpan[] {
  const { regressionSteps } = config.warmup;
  // what is left is the fake score's, which not every run has
  const warmup = iterations - config.steps;
  return [
    { name: 'regression', from: 1, to: regressionSteps },
    { name: 'fake score', from: regressionSteps + 1, to: warmup },
  ].filter(({ from, to }) => to >= from);
}
