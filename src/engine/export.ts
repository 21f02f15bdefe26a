/**
 * A pure function of tensors as an ONNX model for any batch size, of standard operations alone.
 *
 * The function is recorded at two batch sizes. Weights become initializers; the shapes that follow the batch differ
 * between the recordings, and since a shape is linear in the batch, two of them say how each follows it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Elements, type Graph, Node, rewrite, topologicalOrder, Value } from './graph/graph.ts';
import { add, gather, int64s, mul, node } from './graph/ops.ts';
import { emitModel } from './emit/onnx.ts';
import { broadcastFills } from './passes/broadcast-fills.ts';
import { lowerPortably } from './passes/lower-portably.ts';
import { shareCommon } from './passes/share-common.ts';
import { OnnxBackend } from './record/backend.ts';

export interface ExportedInput {
  readonly name: string;
  /** The shape of one sample; the batch comes before it. */
  readonly sampleShape: readonly number[];
  /** `int64` inputs reach the function as int32 tensors. */
  readonly type: 'float32' | 'int64';
}

/** Batch sizes recorded; primes, so that no other length of a shape is mistaken for one. */
const BATCHES = [3, 5] as const;

/**
 * The model of `fn`, whose arguments are a batch of each input and whose one result has the batch first.
 * The onnx engine must be the one that runs.
 */
export async function exportOnnx(
  fn: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly ExportedInput[],
  outputName: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const backend = tf.backend();
  if (!(backend instanceof OnnxBackend)) throw new Error('internal: exportOnnx needs the onnx engine');
  const [first, second] = await Promise.all(BATCHES.map((batch) => recordAt(backend, batch, fn, inputs)));
  const graph = withAnyBatch(first!, second!);
  return emitModel(withInt64Inputs(graph, inputs), {
    inputNames: inputs.map((i) => i.name),
    outputNames: [outputName],
    dynamicBatch: 'n',
    metadata,
  }).bytes;
}

/** The graph of `fn` at one batch size, captured weights as constants. */
async function recordAt(
  backend: OnnxBackend,
  batch: number,
  fn: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly ExportedInput[],
): Promise<Graph> {
  const examples = inputs.map(({ sampleShape, type }) =>
    tf.zeros([batch, ...sampleShape], type === 'int64' ? 'int32' : 'float32'),
  );
  const { graph, variables, captured } = backend.record(
    examples,
    (placeholders) => fn(...placeholders),
    (result) => [result],
  );
  tf.dispose(examples);
  const args = graph.inputs.slice(0, inputs.length);
  const constants = new Map<Value, Value>();
  [...variables.map((v) => backend.heldBy(v)), ...captured].forEach((held, i) => {
    const { type, shape } = held.value;
    const constant = backend.numbersOf(held);
    constants.set(graph.inputs[inputs.length + i]!, new Value(type, shape, { constant }));
  });
  const closed = rewrite(graph, (n, values) =>
    values.some((v) => v && constants.has(v))
      ? new Node(
          n.op,
          n.domain,
          values.map((v) => v && (constants.get(v) ?? v)),
          n.attributes,
          n.outputs,
        ).outputs
      : undefined,
  );
  return shareCommon(lowerPortably(broadcastFills({ inputs: args, outputs: closed.outputs })));
}

/** `a`, with every shape constant that differs in `b` computed from the batch of the first input. */
function withAnyBatch(a: Graph, b: Graph): Graph {
  const order = topologicalOrder(a.outputs);
  const twins = topologicalOrder(b.outputs);
  const same = order.length === twins.length && order.every((n, i) => n.op === twins[i]!.op);
  if (!same) throw new Error('internal: the exported function does different things at different batch sizes');
  const shape = node('Shape', [a.inputs[0]], 'int64', [a.inputs[0]!.rank]);
  const batch = gather(shape, int64s([0]), 0);
  const twinOf = new Map(order.map((n, i) => [n, twins[i]!]));
  return rewrite(a, (n, values) => {
    const twin = twinOf.get(n);
    const replaced = values.map((v, i) => {
      const other = twin?.inputs[i];
      if (!v?.constant || !other?.constant || equal(v.constant, other.constant)) return v;
      return linearInBatch(v, other, batch, n.op);
    });
    return new Node(n.op, n.domain, replaced, n.attributes, n.outputs).outputs;
  });
}

const equal = (a: Elements, b: Elements): boolean => a.length === b.length && a.every((v, i) => v === b[i]);

/** c0 + c1 · batch, from its values at the two recorded batches. */
function linearInBatch(a: Value, b: Value, batch: Value, op: string): Value {
  if (a.type !== 'int64' || a.size !== b.size)
    throw new Error(
      `internal: a constant of \`${op}\` grows with the batch; the exported function must broadcast instead`,
    );
  const [x, y] = [a, b].map((v) => Array.from(v.constant!, Number)) as [number[], number[]];
  const [n, m] = BATCHES;
  const c1 = x.map((v, i) => (y[i]! - v) / (m - n));
  const c0 = x.map((v, i) => v - c1[i]! * n);
  return add(int64s(c0), mul(int64s(c1), batch));
}

/** Inputs that outsiders give as int64 are cast to the int32 that the function was recorded with. */
function withInt64Inputs(graph: Graph, inputs: readonly ExportedInput[]): Graph {
  const replaced = new Map<Value, Value>();
  const outside = graph.inputs.map((v, i) => {
    if (inputs[i]!.type !== 'int64') return v;
    const given = new Value('int64', v.shape);
    replaced.set(v, node('Cast', [given], 'int32', v.shape, { to: 6 }));
    return given;
  });
  const inside = rewrite(
    graph,
    (n, values) =>
      new Node(
        n.op,
        n.domain,
        values.map((v) => v && (replaced.get(v) ?? v)),
        n.attributes,
        n.outputs,
      ).outputs,
  );
  return { inputs: outside, outputs: inside.outputs };
}
