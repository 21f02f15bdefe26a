/**
 * Sums and means of blocked values over the pixels of each plane, or over everything.
 */
import type { Node, Value } from '../../graph/graph.ts';
import { mul, reduce, reducedAxes, reshape, scalar } from '../../graph/ops.ts';
import { planeDots, planeMeans, type Shape4D } from './blocks.ts';
import type { Twins } from './twins.ts';

export function reduction(twins: Twins, node: Node, x: Value): Value | undefined {
  if (!twins.isBlocked(x)) return undefined;
  const out = node.outputs[0]!;
  const isMean = node.op === 'ReduceMean';
  const axes = x.shape.flatMap((_, i) => (reducedAxes(node).includes(i) ? [i] : []));
  const [n, h, w] = x.shape as Shape4D;
  const pixels = h * w;
  const b = twins.blocked(x);
  if (axes.length === 4) return reshape(reduce(node.op, b, [0, 1, 2, 3], false), out.shape);
  if (!axes.includes(1) || !axes.includes(2) || axes.includes(3)) return undefined;
  const maker = twins.makerOf(b);
  const isDot = maker?.kind === 'product';
  // [N, C], as a sum over the pixels or a mean
  const planes = isDot ? planeDots(maker.a, maker.b) : planeMeans(b);
  const overBatch = axes.includes(0);
  const total = overBatch ? reduce('ReduceSum', planes, [0], false) : planes;
  // of the sum that is meant, `total` is this part
  const part = isDot ? 1 : 1 / pixels;
  const wanted = isMean ? 1 / (overBatch ? n * pixels : pixels) : 1;
  return reshape(wanted === part ? total : mul(total, scalar(wanted / part)), out.shape);
}
