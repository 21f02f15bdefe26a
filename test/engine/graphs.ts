/** Graphs for the passes' tests: recorded from TensorFlow.js functions, run with and without passes. */
import * as tf from '@tensorflow/tfjs-core';
import { emitModel } from '../../src/engine/emit/onnx.ts';
import type { Elements, Graph } from '../../src/engine/graph/graph.ts';
import type { OnnxBackend } from '../../src/engine/record/backend.ts';
import { BufferPool, cpuTensor } from '../../src/engine/session/pool.ts';
import { Session } from '../../src/engine/session/session.ts';
import type { Random } from '../../src/random.ts';

/** What `fn` of float32 tensors of these shapes records; its outputs are the graph's. The onnx engine must run. */
export function record(shapes: readonly (readonly number[])[], fn: (...t: tf.Tensor[]) => tf.Tensor[]): Graph {
  const args = shapes.map((shape) => tf.zeros([...shape]));
  const { graph } = (tf.backend() as OnnxBackend).record(
    args,
    (placeholders) => fn(...placeholders),
    (outputs) => outputs,
  );
  tf.dispose(args);
  return graph;
}

/** The outputs of a graph of ONNX Runtime's operations, one array of real numbers each. */
export const run = (graph: Graph, inputs: readonly Float32Array[]): Float32Array[] =>
  computed(graph, inputs).map((values) => Float32Array.from(values as Exclude<Elements, BigInt64Array>));

/** The same, each of its own type. */
export function computed(graph: Graph, inputs: readonly Float32Array[]): Elements[] {
  const { bytes, inputNames, outputNames } = emitModel(graph);
  const session = new Session(bytes, { provider: 'cpu', threads: 1 });
  const pool = new BufferPool();
  const feeds = Object.fromEntries(
    inputNames.map((n, i) => [n, cpuTensor('float32', inputs[i]!, graph.inputs[i]!.shape)]),
  );
  const fetches = Object.fromEntries(outputNames.map((n, i) => [n, pool.take(graph.outputs[i]!)]));
  const results = session.run(feeds, fetches);
  session.dispose();
  return outputNames.map((n) => results[n]!.data as Elements);
}

/** Normal numbers for the inputs of a graph. */
export const draws = (graph: Graph, random: Random, scale = 1): Float32Array[] =>
  graph.inputs.map((v) => random.normal(v.size).map((x) => x * scale));

/** The largest difference between two lists of arrays, relative to the largest number of each array. */
export function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let largest = a.length === b.length ? 0 : Infinity;
  a.forEach((values, i) => {
    const size = Math.max(...values.map(Math.abs)) + 1e-6;
    values.forEach((v, k) => {
      const d = Math.abs(v - b[i]![k]!) / size;
      if (!(d <= largest)) largest = d;
    });
  });
  return largest;
}
