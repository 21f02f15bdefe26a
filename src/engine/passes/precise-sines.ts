/**
 * Sines and cosines for devices. WebGPU promises them to 5e-4 alone, which is too little for the embedding of a noise level;
 * this takes multiples of π away and then the Taylor series, to 1e-7.
 */
import { type Graph, rewrite, type Value } from '../graph/graph.ts';
import { add, mul, scalar, sub, unary } from '../graph/ops.ts';

/** π in three parts, of which the first two have few enough digits for whole multiples of them to be exact. */
const PI = [3.140625, 9.675025939941406e-4, 1.509957990978376e-7];
/** Of sin(r) / r in powers of r², from the highest: r lies within π / 2. */
const SERIES = [-1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1];

export function preciseSines(graph: Graph): Graph {
  return rewrite(graph, ({ op, domain }, [x]) => {
    if (domain !== '' || (op !== 'Sin' && op !== 'Cos') || x!.type !== 'float32') return undefined;
    return [op === 'Sin' ? sine(x!) : cosine(x!)];
  });
}

/** (−1)ᵏ sin(x − k π), with the k that leaves the least. */
function sine(x: Value): Value {
  const k = unary('Floor', add(mul(x, scalar(1 / Math.PI)), scalar(0.5)));
  return mul(alternating(k), sineOfSmall(without(x, k)));
}

/** −(−1)ᵏ sin(x − (k + ½) π), with the k that leaves the least. */
function cosine(x: Value): Value {
  const k = unary('Floor', mul(x, scalar(1 / Math.PI)));
  return mul(alternating(add(k, scalar(1))), sineOfSmall(without(x, add(k, scalar(0.5)))));
}

/** x − k π. */
const without = (x: Value, k: Value): Value => PI.reduce((rest, part) => sub(rest, mul(k, scalar(part))), x);

/** (−1)ᵏ of whole numbers k. */
function alternating(k: Value): Value {
  const isOdd = sub(k, mul(unary('Floor', mul(k, scalar(0.5))), scalar(2)));
  return sub(scalar(1), mul(isOdd, scalar(2)));
}

function sineOfSmall(r: Value): Value {
  const square = mul(r, r);
  const [highest, ...others] = SERIES;
  let sum: Value = scalar(highest!);
  for (const coefficient of others) sum = add(mul(square, sum), scalar(coefficient));
  return mul(r, sum);
}
