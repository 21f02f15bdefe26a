/** Normalisation over a batch, and over neighbouring channels with its gradient. */
import { Value } from '../../graph/graph.ts';
import { add, binary, div, matMul, mul, scalar, sub, unary } from '../../graph/ops.ts';
import { lower } from './registry.ts';

interface Neighbours {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

export function registerNormalisation(): void {
  lower<{ varianceEpsilon: number }>('FusedBatchNorm', ({ x, mean, variance, scale, offset }, { varianceEpsilon }) => {
    const deviation = unary('Sqrt', add(variance!, scalar(varianceEpsilon)));
    const factor = scale ? div(scale, deviation) : unary('Reciprocal', deviation);
    const normal = mul(sub(x!, mean!), factor);
    return offset ? add(normal, offset) : normal;
  });
  // y = x · n^−β, where n = bias + α · the sum of x² over the channels within depthRadius
  lower<Neighbours>('LRN', ({ x }, attributes) => mul(x!, power(norm(x!, attributes), -attributes.beta)));
  // dx = dy · n^−β − 2 α β x · the sum of dy y / n over the same channels
  lower<Neighbours>('LRNGrad', ({ x, y, dy }, attributes) => {
    const { alpha, beta } = attributes;
    const n = norm(x!, attributes);
    const around = sumOfNeighbours(div(mul(dy!, y!), n), attributes);
    return sub(mul(dy!, power(n, -beta)), mul(mul(x!, scalar(2 * alpha * beta)), around));
  });
}

const power = (x: Value, exponent: number): Value => binary('Pow', x, scalar(exponent));

const norm = (x: Value, attributes: Neighbours): Value =>
  add(mul(sumOfNeighbours(mul(x, x), attributes), scalar(attributes.alpha)), scalar(attributes.bias));

/** A product with a band of ones. */
function sumOfNeighbours(x: Value, { depthRadius }: Neighbours): Value {
  const channels = x.shape.at(-1)!;
  const band = Array.from({ length: channels ** 2 }, (_, i) => {
    const apart = Math.abs(Math.floor(i / channels) - (i % channels));
    return apart <= depthRadius ? 1 : 0;
  });
  return matMul(x, new Value('float32', [channels, channels], { constant: Float32Array.from(band) }));
}
