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
  one('lossDm', 'L_DM', 'series-0', 'distribution matching'),
  one('lossReg', 'L_reg', 'series-2', 'regression on pairs'),
  one('lossFake', 'L_fake', 'series-1', 'the fake score’s own'),
  one('gradientNorm', '‖∇θ‖', 'series-0', 'gradient of G'),
  one('fakeGradientNorm', '‖∇φ‖', 'series-1', 'gradient of the fake score'),
  one('dmGradientNorm', '‖∇x‖', 'series-3', 'gradient on the samples'),
  {
    name: 'brightness',
    title: 'Brightness',
    hint: 'of the samples',
    curves: [
      { column: 'brightnessMean', label: 'mean', color: 'series-4' },
      { column: 'brightnessStd', label: 'std', color: 'series-5' },
    ],
    log: false,
  },
  one('imagesPerSecond', 'Images/s', 'series-7', 'in training', false),
];

/** Losses and norms that are exactly 0 were switched off, and have not been measured. */
export const isOffAtZero = (column: StepColumn): boolean => column.startsWith('loss') || column.endsWith('Norm');
