/**
 * What is drawn of every step: a chart each, in the order in which a person asks.
 */
import type { StepColumn } from '../../../src/dashboard/protocol.ts';

export interface Curve {
  readonly column: StepColumn;
  readonly label: string;
  /** Of theme.css, by name. */
  readonly color: string;
}

export interface Quantity {
  readonly name: string;
  readonly title: string;
  readonly hint: string;
  readonly curves: readonly Curve[];
  /** Whether its axis is logarithmic until the reader wants it otherwise. */
  readonly log: boolean;
}

const one = (column: StepColumn, title: string, color: string, hint: string, log = true): Quantity => ({
  name: column,
  title,
  hint,
  curves: [{ column, label: title, color }],
  log,
});

export const quantities: readonly Quantity[] = [
  one('lossDm', 'L_DM', 'series-0', 'Distribution matching loss'),
  one('lossReg', 'L_reg', 'series-2', 'Regression loss on pairs of the teacher'),
  one('lossFake', 'L_fake', 'series-1', 'Denoising loss of the fake score'),
  one('gradientNorm', '‖∇θ‖', 'series-0', 'Gradient norm of the generator, before clipping'),
  one('fakeGradientNorm', '‖∇φ‖', 'series-1', 'Gradient norm of the fake score, before clipping'),
  one('dmGradientNorm', '‖∇x‖', 'series-3', 'Norm of the distribution matching gradient on the samples'),
  {
    name: 'brightness',
    title: 'Brightness',
    hint: 'Mean and standard deviation of the samples’ values',
    curves: [
      { column: 'brightnessMean', label: 'mean', color: 'series-4' },
      { column: 'brightnessStd', label: 'std', color: 'series-5' },
    ],
    log: false,
  },
  one('imagesPerSecond', 'Images/s', 'series-7', 'Samples a second that training takes', false),
];

/** Losses and norms that are exactly 0 were switched off, and have not been measured. */
export const isOffAtZero = (column: StepColumn): boolean => column.startsWith('loss') || column.endsWith('Norm');
