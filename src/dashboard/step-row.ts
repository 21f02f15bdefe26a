/**
 * A step as the numbers that the page draws. Page and host share it.
 */
import type { Config } from '../distillation/config.ts';
import type { RunEvent } from '../runs/contract.ts';

type Stepped = Extract<RunEvent, { type: 'step' }>;

/** What a step's numbers depend on besides itself. */
export interface StepContext {
  /** Milliseconds since 1970 of the run's first event. */
  readonly begin: number;
  /** Of the run's last start. */
  readonly config: Pick<Config, 'batchSize' | 'regressionBatchSize'> | undefined;
}

/** The numbers of a step in the order of `stepColumns`; NaN where it has none. */
export function stepRow(step: Stepped, { begin, config }: StepContext): number[] {
  const images = (step.phase === 'regression' ? config?.regressionBatchSize : undefined) ?? config?.batchSize ?? NaN;
  return [
    step.iteration,
    (Date.parse(step.time) - begin) / 1000,
    step.seconds,
    step.lossDm ?? NaN,
    step.lossReg ?? NaN,
    step.lossFake ?? NaN,
    step.gradientNorm ?? NaN,
    step.fakeGradientNorm ?? NaN,
    step.dmGradientNorm ?? NaN,
    step.brightnessMean ?? NaN,
    step.brightnessStd ?? NaN,
    images / step.seconds,
  ];
}
