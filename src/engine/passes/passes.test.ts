/** The passes: what they make of a graph, as text in golden/, and that they keep its numbers. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnx, workingBlocks } from '../../../test/engine/backends.ts';
import { computed, difference, draws, record, run } from '../../../test/engine/graphs.ts';
import { Random } from '../../random.ts';
import { type Graph, topologicalOrder } from '../graph/graph.ts';
import { printGraph } from '../graph/print.ts';
import { blockedLayout } from './blocked/blocked-layout.ts';
import { broadcastFills } from './broadcast-fills.ts';
import { flatScalars } from './flat-scalars.ts';
import { hoist } from './hoist.ts';
import { lowerPortably } from './lower-portably.ts';
import { moveLate } from './move-late.ts';
import { optimize } from './optimize.ts';
import { preciseSines } from './precise-sines.ts';
import { shareCommon } from './share-common.ts';
import { splitApart } from './split-apart.ts';
import { undoMoves } from './undo-moves.ts';

beforeAll(() => useOnnx(0));

/** Compares with golden/NAME.txt; UPDATE_GOLDEN=1 writes it instead. */
function expectGolden(name: string, text: string): void {
  const file = new URL(`./golden/${name}.txt`, import.meta.url);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  if (!existsSync(file)) throw new Error(`golden/${name}.txt is missing; UPDATE_GOLDEN=1 writes it`);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

const withGradients =
  (f: (...t: tf.Tensor[]) => tf.Tensor) =>
  (...t: tf.Tensor[]) => {
    const { value, grads } = tf.valueAndGrads(f as (...t: tf.Tensor[]) => tf.Scalar)(t);
    return [value, ...grads];
  };

/** The gradient of a mean, which TensorFlow.js broadcasts by multiplying with ones. */
const meanOfSquares = () =>
  record(
    [[2, 3], [3]],
    withGradients((x, b) => tf.mean(tf.square(tf.add(x!, b!)))),
  );

/** The same subexpressions again and again. */
const repeated = () =>
  record([[2, 3]], (x) => {
    const half = () => tf.mul(tf.sigmoid(x!), 0.5);
    return [tf.add(half(), tf.square(half())), tf.sub(half(), tf.mul(tf.sigmoid(x!), 0.25))];
  });

/** Convolution, normalisation over each image's plane, SiLU, convolution, and the gradients of all. */
const chain = () =>
  record(
    [[2, 4, 4, 16], [3, 3, 16, 16], [16], [16], [3, 3, 16, 1]],
    withGradients((x, filter, gamma, beta, last) => {
      const h = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
      const mu = tf.mean(h, [1, 2], true);
      const variance = tf.mean(tf.square(tf.sub(h, mu)), [1, 2], true);
      const normal = tf.mul(tf.sub(h, mu), tf.rsqrt(tf.add(variance, 1e-5)));
      const z = tf.add(tf.mul(normal, gamma!), beta!);
      const silu = tf.mul(z, tf.sigmoid(z));
      return tf.sum(tf.square(tf.conv2d(tf.add(silu, x!) as tf.Tensor4D, last as tf.Tensor4D, 1, 'same')));
    }),
  );

/** SiLU alone, and with the form that its derivative is computed in. */
const silus = () =>
  record(
    [
      [2, 4, 4, 16],
      [3, 3, 16, 16],
    ],
    (x, filter) => {
      const conv = (h: tf.Tensor) => tf.conv2d(h as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
      const u = conv(x!);
      const y = tf.mul(u, tf.sigmoid(u));
      const h = conv(y);
      const s = tf.sigmoid(h);
      return [tf.mul(conv(tf.mul(h, s)), tf.mul(s, tf.sub(tf.add(h, 1), tf.mul(h, s))))];
    },
  );

/** What is put together and taken apart, whole and not, and the other way round. */
const moves = () =>
  record(
    [
      [2, 3],
      [2, 5],
      [4, 3],
    ],
    (a, b, c) => {
      const [left, right] = tf.split(tf.concat([a!, b!], 1), [3, 5], 1);
      const [above, below] = tf.split(c!, 2, 0);
      const across = tf.slice(tf.concat([a!, b!], 1), [0, 2], [2, 3]);
      return [
        tf.neg(left!),
        tf.abs(right!),
        tf.neg(tf.concat([above!, below!], 0)),
        tf.concat([below!, above!], 0),
        across,
      ];
    },
  );

/** A small image and a large one put together, normalised as GroupNorm does, through SiLU into convolutions; gradients of all. */
const together = () =>
  record(
    [
      [2, 2, 2, 16],
      [2, 4, 4, 16],
      [2, 1, 1, 32],
      [3, 3, 32, 16],
      [1, 1, 32, 16],
    ],
    withGradients((small, skip, scale, filter, shortcut) => {
      const large = tf.image.resizeNearestNeighbor(small as tf.Tensor4D, [4, 4]);
      const x = tf.concat([large, skip!], 3);
      const q = tf.mean(tf.square(x), [1, 2], true);
      const normal = tf.add(tf.mul(x, tf.mul(scale!, tf.rsqrt(tf.add(q, 1)))), tf.mean(x, [1, 2], true));
      const silu = tf.mul(normal, tf.sigmoid(normal));
      const conv = (h: tf.Tensor, f: tf.Tensor) => tf.conv2d(h as tf.Tensor4D, f as tf.Tensor4D, 1, 'same');
      return tf.sum(tf.square(tf.add(conv(silu, filter!), conv(x, shortcut!))));
    }),
  );

/** Enlargements twofold and fourfold, in one sum and in one product, and what one gradient is to both. */
const twoSizes = () =>
  record(
    [
      [2, 2, 2, 16],
      [2, 1, 1, 16],
      [2, 4, 4, 16],
      [1, 1, 16, 16],
    ],
    withGradients((two, one, four, filter) => {
      const large = (t: tf.Tensor) => tf.image.resizeNearestNeighbor(t as tf.Tensor4D, [4, 4]);
      const x = tf.conv2d(tf.add(large(two!), large(one!)) as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
      const y = tf.mul(tf.mul(tf.sin(four!), large(two!)), tf.add(large(one!), 2));
      return tf.add(tf.sum(tf.square(tf.add(x, y))), tf.sum(tf.mean(tf.mul(y, large(one!)), [1, 2])));
    }),
  );

/** Whole numbers on images. */
const counts = () =>
  record([[2, 4, 4, 16]], (x) => {
    const n = tf.cast(tf.mul(x!, 10), 'int32');
    const large = tf.image.resizeNearestNeighbor(n as tf.Tensor4D, [8, 8]);
    return [tf.cast(tf.mul(tf.add(large, 3), tf.concat([tf.concat([n, n], 1), tf.concat([n, n], 1)], 2)), 'float32')];
  });

/** A value in several parts, and sines. */
const parts = () => record([[20]], (x) => [...tf.split(tf.cos(tf.mul(x!, 40)), 10), tf.sin(tf.mul(x!, 200))]);

/** Grey images and numbers. */
const greyImages = () =>
  record([[2, 28, 28, 1], [], [2, 1, 1, 1]], (x, k, each) => [tf.mul(tf.add(tf.mul(k!, x!), 1), each!), tf.sum(x!, 3)]);

/** Every spatial operation, with its gradients. */
const spatial = () =>
  record(
    [
      [2, 4, 4, 3],
      [3, 3, 3, 5],
    ],
    withGradients((x, filter) => {
      const h = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same');
      const large = tf.image.resizeNearestNeighbor(h, [4, 4]);
      return tf.sum(tf.mul(tf.avgPool(large, 2, 2, 'valid'), tf.maxPool(large, 2, 2, 'valid')));
    }),
  );

/** The block of the golden files, whatever this CPU's is. */
const BLOCK = 16;

const passes: [string, () => Graph, (g: Graph) => Graph][] = [
  ['broadcast-fills', meanOfSquares, broadcastFills],
  ['undo-moves', moves, undoMoves],
  ['share-common', repeated, shareCommon],
  ['move-late', together, (g) => shareCommon(moveLate(shareCommon(broadcastFills(g)), BLOCK))],
  ['blocked-layout', chain, (g) => shareCommon(blockedLayout(shareCommon(broadcastFills(g)), BLOCK))],
  ['blocked-silu', silus, (g) => shareCommon(blockedLayout(shareCommon(broadcastFills(g)), BLOCK))],
  ['flat-scalars', greyImages, flatScalars],
  ['for-devices', parts, (g) => shareCommon(preciseSines(splitApart(g)))],
  ['lower-portably', spatial, (g) => shareCommon(lowerPortably(shareCommon(broadcastFills(g))))],
];

describe('the pass', () => {
  it.each(passes)('%s does what its golden file says', (name, example, pass) => {
    const graph = example();
    expectGolden(name, `--- recorded\n${printGraph(graph)}--- ${name}\n${printGraph(pass(graph))}`);
  });

  it('hoist does what its golden file says', () => {
    const graph = shareCommon(blockedLayout(silus(), BLOCK));
    const filter = graph.inputs[1]!;
    const { once, rest } = hoist(graph, [filter]);
    expectGolden(
      'hoist',
      `--- blocked\n${printGraph(graph)}--- once\n${printGraph(once)}--- rest\n${printGraph(rest(once.outputs.map((v) => new Float32Array(v.size))))}`,
    );
  });

  it('hoist keeps nothing where it would be too much', () => {
    const graph = shareCommon(blockedLayout(silus(), BLOCK));
    const filter = graph.inputs[1]!;
    expect(hoist(graph, [filter], filter.size).once.outputs).toHaveLength(1);
    const { once, rest } = hoist(graph, [filter], filter.size - 1);
    expect(once.outputs).toEqual([]);
    expect(rest([])).toBe(graph);
  });

  it('share-common leaves no two nodes alike', () => {
    const lines = printGraph(shareCommon(repeated()))
      .split('\n')
      .map((line) => line.split(' = ')[1]);
    const nodes = lines.filter((line) => line !== undefined);
    expect(new Set(nodes).size).toBe(nodes.length);
  });

  it('broadcast-fills makes no large tensor of ones', () => {
    const fills = (graph: Graph) =>
      topologicalOrder(graph.outputs).flatMap((n) =>
        n.inputs.filter((v) => v?.constant && v.size > 1 && v.type === 'float32'),
      );
    expect(fills(chain()).length).toBeGreaterThan(0);
    expect(fills(broadcastFills(chain()))).toEqual([]);
  });

  it('blocked-layout leaves a chain blocked from end to end', () => {
    const ops = topologicalOrder(blockedLayout(shareCommon(broadcastFills(chain())), BLOCK).outputs);
    expect(ops.filter((n) => n.domain === 'dmd')).toEqual([]);
    // images cross between the layouts where they enter and where their gradient leaves; filters are small
    const moved = ops.filter(
      (n) => n.op === 'Transpose' && n.outputs[0]!.size === 2 * 4 * 4 * 16 && n.outputs[0]!.rank === 5,
    );
    expect(moved.length).toBeLessThanOrEqual(2);
  });
});

describe('numbers stay the same up to rounding', () => {
  const block = Math.max(...workingBlocks());
  const plain = (g: Graph) => lowerPortably(g);
  const optimized = (g: Graph) => optimize(g, { block });

  /** The same graph run in two, as if every second of its inputs stayed the same. */
  const runInTwo = (graph: Graph, inputs: readonly Float32Array[]) => {
    const second = <T>(of: readonly T[]) => of.filter((_, i) => i % 2 === 1);
    const { once, rest } = hoist(graph, second(graph.inputs));
    return run(rest(once.outputs.length > 0 ? computed(once, second(inputs)) : []), inputs);
  };

  it.each([
    ['a mean', meanOfSquares],
    ['repeated expressions', repeated],
    ['a chain of blocked operations', chain],
    ['SiLU and its derivative', silus],
    ['what moves and comes back', moves],
    ['grey images and numbers', greyImages],
    ['parts and sines', parts],
    ['an enlargement and what it is put together with', together],
    ['enlargements of two sizes', twoSizes],
    ['whole numbers', counts],
    ['spatial operations', spatial],
  ])('in %s', (_, example) => {
    const graph = example();
    const inputs = draws(graph, Random.fromSeed(1), 0.5);
    const expected = run(plain(graph), inputs);
    for (const pass of [
      broadcastFills,
      undoMoves,
      shareCommon,
      flatScalars,
      (g: Graph) => moveLate(g, BLOCK),
      splitApart,
      preciseSines,
      (g: Graph) => optimize(g, { block: 0 }),
      optimized,
    ])
      expect(difference(run(plain(pass(graph)), inputs), expected)).toBeLessThan(1e-4);
    expect(difference(runInTwo(optimized(graph), inputs), expected)).toBeLessThan(1e-4);
  });

  it.each(Array.from({ length: 24 }, (_, seed) => seed))('in random program %i, gradients included', (seed) => {
    const graph = randomProgram(seed);
    const inputs = draws(graph, Random.fromSeed(100 + seed), 0.5);
    const expected = run(plain(graph), inputs);
    expect(expected.every((values) => values.every(Number.isFinite))).toBe(true);
    expect(difference(run(optimized(graph), inputs), expected)).toBeLessThan(1e-4);
    expect(difference(runInTwo(optimized(graph), inputs), expected)).toBeLessThan(1e-4);
  });
});

/** Operations drawn at random, on images of 16 and 32 channels, of the kinds that the blocked layout treats apart. */
function randomProgram(seed: number): Graph {
  const random = Random.fromSeed(seed);
  const image = [2, 4, 4, 16];
  const shapes = [
    image,
    image,
    [3, 3, 16, 16],
    [1, 1, 16, 16],
    [3, 3, 32, 16],
    [2, 1, 1, 16],
    [16],
    [1, 4, 4, 1],
    [4, 4, 16],
  ];
  return record(
    shapes,
    withGradients((x, y, conv3, conv1, narrow, perPlane, perChannel, perPixel, perElement) => {
      const images = [x!, y!];
      const any = () => images[random.integer(0, images.length)]!;
      const conv = (x: tf.Tensor, f: tf.Tensor) => tf.tanh(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'));
      const choose = <T>(options: readonly T[]): T => options[random.integer(0, options.length)]!;
      const wide = () => tf.concat([any(), any()], 3);
      const steps: (() => tf.Tensor)[] = [
        () => choose([tf.tanh, tf.sigmoid, tf.neg, tf.relu, tf.sin])(any()),
        () => choose([tf.add, tf.sub, tf.mul, tf.maximum])(any(), any()),
        () => {
          const h = any();
          return choose([() => tf.mul(h, tf.sigmoid(h)), () => tf.sub(tf.add(h, choose([1, -0.5])), any())])();
        },
        () =>
          choose([tf.add, tf.sub, tf.mul])(
            any(),
            choose([perPlane!, perChannel!, perPixel!, perElement!, tf.scalar(0.5)]),
          ),
        () => choose([tf.add, tf.sub, tf.mul])(choose([perPlane!, perChannel!, perPixel!, tf.scalar(-2)]), any()),
        () => tf.div(any(), tf.add(tf.square(choose([perPlane!, perChannel!])), 1)),
        () => conv(any(), choose([conv3!, conv1!])),
        () => tf.add(conv(any(), conv3!), any()),
        () => tf.add(tf.conv2d(any() as tf.Tensor4D, conv1 as tf.Tensor4D, 1, 'same'), choose([perChannel!, any()])),
        () => conv(wide(), narrow!),
        () => tf.slice(wide(), [0, 0, 0, choose([0, 16])], [2, 4, 4, 16]),
        () => tf.slice(wide(), [0, 0, 0, 8], [2, 4, 4, 16]),
        () => tf.sub(any(), tf.mean(any(), [1, 2], true)),
        () =>
          tf.mul(
            any(),
            tf.mean(
              tf.mul(any(), any()),
              choose([
                [1, 2],
                [0, 1, 2],
              ]),
              true,
            ),
          ),
        () => tf.mul(any(), tf.sum(tf.tanh(any()), choose([[0, 1, 2], [3]]), true)),
        () => tf.image.resizeNearestNeighbor(tf.avgPool(any() as tf.Tensor4D, 2, 2, 'valid'), [4, 4]),
        () => tf.image.resizeNearestNeighbor(tf.avgPool(any() as tf.Tensor4D, 4, 4, 'valid'), [4, 4]),
        () =>
          conv(
            tf.concat(
              [tf.image.resizeNearestNeighbor(tf.maxPool(any() as tf.Tensor4D, 2, 2, 'valid'), [4, 4]), any()],
              3,
            ),
            narrow!,
          ),
        () => tf.reshape(tf.transpose(tf.reshape(any(), [2, 16, 16]), [0, 2, 1]), image),
      ];
      for (let step = 0; step < 12; step++) images.push(tf.tanh(choose(steps)()));
      // every image counts, so that each value has several uses
      const weights = [conv3!, conv1!, narrow!, perPlane!, perChannel!, perPixel!, perElement!];
      return tf.addN([
        ...images.map((image, i) => tf.mean(tf.mul(image, tf.cos(tf.add(image, i))))),
        ...weights.map((w) => tf.mean(tf.square(w))),
      ]);
    }),
  );
}
