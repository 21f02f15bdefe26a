/**
 * Figure 2 of the paper as nodes and edges: what they are, where they stand, and the view that each opens.
 */
import type { ViewName } from '../app.ts';
import type { Quantity } from '../scores/seen.ts';
import type { SymbolName } from '../symbols.ts';

/** Column and row. */
export type Place = readonly [number, number];

export interface NodeSpec {
  readonly symbol: SymbolName;
  /** In a row of seven columns, and where there is room for three. */
  readonly wide: Place;
  readonly narrow: Place;
  readonly opens: ViewName;
  /** The tensor that is shown; nodes without one show a number. */
  readonly shows?: Quantity | 'eps';
}

export const nodes = {
  z: { symbol: 'z', wide: [0, 1], narrow: [0, 0], opens: 'samples', shows: 'z' },
  G: { symbol: 'G', wide: [1, 1], narrow: [1, 0], opens: 'gradients' },
  x: { symbol: 'x', wide: [2, 1], narrow: [2, 0], opens: 'samples', shows: 'x' },
  eps: { symbol: 'eps', wide: [3, 0], narrow: [2, 2], opens: 'scores', shows: 'eps' },
  x_t: { symbol: 'x_t', wide: [3, 1], narrow: [2, 1], opens: 'scores', shows: 'x_t' },
  mu_real: { symbol: 'mu_real', wide: [4, 0], narrow: [1, 2], opens: 'scores', shows: 'mu_real' },
  mu_fake: { symbol: 'mu_fake', wide: [4, 2], narrow: [0, 2], opens: 'scores', shows: 'mu_fake' },
  difference: { symbol: 'difference', wide: [5, 1], narrow: [1, 3], opens: 'scores', shows: 'difference' },
  grad_x: { symbol: 'grad_x', wide: [6, 1], narrow: [2, 3], opens: 'scores', shows: 'gradient' },
  pair: { symbol: 'pair', wide: [0, 2], narrow: [0, 1], opens: 'details' },
  L_reg: { symbol: 'L_reg', wide: [1, 2], narrow: [1, 1], opens: 'curves' },
  L_fake: { symbol: 'L_fake', wide: [3, 2], narrow: [0, 3], opens: 'curves' },
} as const satisfies Record<string, NodeSpec>;
export type NodeName = keyof typeof nodes;
export const nodeNames = Object.keys(nodes) as readonly NodeName[];

export interface EdgeSpec {
  readonly from: NodeName;
  readonly to: NodeName;
  /** Gradients go back along it. */
  readonly learns?: true;
  /** How it goes where it cannot go straight: over the others, or down and then along. */
  readonly way?: 'over' | 'down';
  /** Explained beside it. */
  readonly label?: SymbolName;
}

export const edges: readonly EdgeSpec[] = [
  { from: 'z', to: 'G' },
  { from: 'G', to: 'x' },
  { from: 'x', to: 'x_t' },
  { from: 'eps', to: 'x_t' },
  { from: 'x_t', to: 'mu_real' },
  { from: 'x_t', to: 'mu_fake' },
  { from: 'mu_real', to: 'difference' },
  { from: 'mu_fake', to: 'difference' },
  { from: 'difference', to: 'grad_x', label: 'w_t' },
  { from: 'grad_x', to: 'G', learns: true, way: 'over', label: 'L_DM' },
  { from: 'pair', to: 'L_reg' },
  { from: 'L_reg', to: 'G', learns: true },
  { from: 'x', to: 'L_fake', way: 'down' },
  { from: 'L_fake', to: 'mu_fake', learns: true },
];
