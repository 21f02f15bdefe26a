/**
 * The passes, in order. Each is a function Graph → Graph in a file of its own; numbers stay the same up to float32 rounding.
 */
import type { Graph } from '../graph/graph.ts';
import type { Provider } from '../session/session.ts';
import { broadcastFills } from './broadcast-fills.ts';
import { blockedLayout } from './blocked/blocked-layout.ts';
import { flatScalars } from './flat-scalars.ts';
import { lowerPortably } from './lower-portably.ts';
import { moveLate } from './move-late.ts';
import { preciseSines } from './precise-sines.ts';
import { shareCommon } from './share-common.ts';
import { splitApart } from './split-apart.ts';
import { undoMoves } from './undo-moves.ts';

export interface PassTarget {
  /** The channel block of ONNX Runtime's blocked kernels; 0 where they must not be used. */
  readonly block: number;
  /** What computes; absent: anything. */
  readonly provider?: Provider;
}

export function optimize(
  graph: Graph,
  target: PassTarget,
  note: (pass: string, graph: Graph) => void = () => undefined,
): Graph {
  const passes: [string, (g: Graph) => Graph][] = [
    ['broadcast-fills', broadcastFills],
    ['undo-moves', undoMoves],
    ['share-common', shareCommon],
  ];
  if (target.block > 0)
    passes.push(
      ['move-late', (g) => moveLate(g, target.block)],
      ['blocked-layout', (g) => blockedLayout(g, target.block)],
      ['flat-scalars', flatScalars],
    );
  if (target.provider !== undefined && target.provider !== 'cpu')
    passes.push(['split-apart', splitApart], ['precise-sines', preciseSines]);
  passes.push(['lower-portably', lowerPortably], ['share-common-again', shareCommon]);
  note('0-recorded', graph);
  return passes.reduce((g, [name, pass], i) => {
    const next = pass(g);
    note(`${i + 1}-${name}`, next);
    return next;
  }, graph);
}
