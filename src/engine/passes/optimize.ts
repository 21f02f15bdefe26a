/**
 * The passes, in order. Each is a function Graph → Graph in a file of its own; numbers stay the same up to float32 rounding.
 */
import type { Graph } from '../graph/graph.ts';
import { broadcastFills } from './broadcast-fills.ts';
import { blockedLayout } from './blocked/blocked-layout.ts';
import { flatScalars } from './flat-scalars.ts';
import { lowerPortably } from './lower-portably.ts';
import { shareCommon } from './share-common.ts';
import { undoMoves } from './undo-moves.ts';

export interface PassTarget {
  /** The channel block of ONNX Runtime's blocked kernels; 0 where they must not be used. */
  readonly block: number;
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
    passes.push(['blocked-layout', (g) => blockedLayout(g, target.block)], ['flat-scalars', flatScalars]);
  passes.push(['lower-portably', lowerPortably], ['share-common-again', shareCommon]);
  note('0-recorded', graph);
  return passes.reduce((g, [name, pass], i) => {
    const next = pass(g);
    note(`${i + 1}-${name}`, next);
    return next;
  }, graph);
}
