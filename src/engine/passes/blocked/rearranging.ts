/**
 * Whole blocks of channels put together, cut out and padded.
 */
import type { Node, Value } from '../../graph/graph.ts';
import { concat, pad, rangeOf, slice } from '../../graph/ops.ts';
import type { Twins } from './twins.ts';

export function concatenation(twins: Twins, node: Node, parts: Value[]): Value | undefined {
  if (node.attributes.axis !== 3 || !parts.every(twins.blockable) || !parts.some(twins.isBlocked)) return undefined;
  return twins.nhwc(
    concat(
      parts.map((p) => twins.blocked(p)),
      1,
    ),
  );
}

export function slicing(twins: Twins, node: Node, [x]: Value[]): Value | undefined {
  const range = rangeOf(node);
  if (!twins.isBlocked(x!) || range?.axis !== 3 || !twins.blockable(node.outputs[0]!)) return undefined;
  const { start, end } = range;
  const areWhole = start % twins.block === 0 && end % twins.block === 0;
  return areWhole ? twins.nhwc(slice(twins.blocked(x!), [start], [end], [1])) : undefined;
}

export function padding(twins: Twins, [x, pads, value]: Value[]): Value | undefined {
  if (!twins.isBlocked(x!) || value) return undefined;
  const p = Array.from(pads!.constant!, Number);
  const [before, after] = [p[3]!, p[7]!];
  if (p.some((q, i) => q !== 0 && i % 4 !== 3) || before % twins.block !== 0 || after % twins.block !== 0)
    return undefined;
  return twins.nhwc(pad(twins.blocked(x!), [0, before, 0, 0], [0, after, 0, 0]));
}
