import type { Graph } from '../graph/graph.ts';
export const blockedLayout = (graph: Graph, _block: number): Graph => graph;
