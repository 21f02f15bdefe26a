/**
 * `compile(fn)`: record a pure function of tensors once, replay it without touching the tape again. What `jit` is to JAX.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from './graph/graph.ts';
import { hoist } from './passes/hoist.ts';
import { OnnxBackend } from './record/backend.ts';
import type { Held } from './record/lazy.ts';
import { optimizedFor, Program } from './session/program.ts';

/** Tensors in nested arrays and records. */
export type TensorTree = tf.Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree | undefined };

/** Programs kept for one function, one for each combination of argument shapes; the oldest goes first. */
const KEPT = 16;

interface Compiled {
  readonly program: Program;
  readonly variables: readonly tf.Variable[];
  readonly captured: readonly Held[];
  readonly rebuild: (tensors: tf.Tensor[]) => TensorTree;
}

/**
 * `fn` compiled. `fn` must be pure: everything random comes in as a tensor, nothing is read inside. A tensor that it
 * uses but is not given is captured as it is at the first call, and stays so when its owner disposes it; of a tf.Variable
 * each call takes what it holds by then. What depends on captured tensors alone is computed once: weights that no longer
 * change are better captured than given. Gradients are taken inside `fn`: no tape sees through a compiled function.
 * Arguments and captured tensors stay the caller's; results are fresh tensors that the caller disposes.
 * On an engine without compilation the function is simply called.
 */
export function compile<A extends TensorTree[], R extends TensorTree>(fn: (...args: A) => R): (...args: A) => R {
  const known = new Map<string, Compiled>();
  let engine: OnnxBackend | undefined;
  const forget = (key: string) => {
    const { program, captured } = known.get(key)!;
    program.dispose();
    captured.forEach((held) => engine!.release(held));
    known.delete(key);
  };
  return (...args) => {
    const backend = tf.backend();
    // Within a recording, a compiled function is part of what is recorded
    if (!(backend instanceof OnnxBackend) || backend.isRecording) return tf.tidy(() => fn(...args) as never) as R;
    // A program computes where the engine that made it does
    if (engine !== backend) [...known.keys()].forEach(forget);
    engine = backend;
    const tensors: tf.Tensor[] = [];
    const key = flatten(args, tensors);
    let compiled = known.get(key);
    if (!compiled) {
      compiled = record(backend, fn, args, tensors);
      known.set(key, compiled);
      if (known.size > KEPT) forget(known.keys().next().value!);
    }
    const given = [...tensors, ...compiled.variables].map((t) => backend.heldBy(t));
    const results = backend.replay(compiled.program, [...given, ...compiled.captured]);
    return compiled.rebuild(results) as R;
  };
}

function record<A extends TensorTree[], R extends TensorTree>(
  backend: OnnxBackend,
  fn: (...args: A) => R,
  args: A,
  tensors: tf.Tensor[],
): Compiled {
  let result: R | undefined;
  const { graph, variables, captured } = backend.record(
    tensors,
    (placeholders) => (result = fn(...(unflatten(args, placeholders) as A))),
    (tree) => {
      const outputs: tf.Tensor[] = [];
      flatten(tree, outputs);
      return outputs;
    },
  );
  const shape = result!;
  try {
    const program = programOf(backend, graph, captured);
    return { program, variables, captured, rebuild: (flat) => unflatten(shape, flat) };
  } catch (error) {
    captured.forEach((held) => backend.release(held));
    throw error;
  }
}

/** What is known before the first call, the graph's last inputs, is worked on now. */
function programOf(backend: OnnxBackend, graph: Graph, captured: readonly Held[]): Program {
  const { target } = backend;
  const fixed = graph.inputs.slice(graph.inputs.length - captured.length);
  const { once, rest } = hoist(optimizedFor(graph, target), fixed);
  if (once.outputs.length === 0) return new Program(rest([]), target);
  const program = new Program(once, target, { outputsOnDevice: false });
  try {
    return new Program(rest(backend.computed(program, captured)), target);
  } finally {
    program.dispose();
  }
}

/** Collects the tensors of `tree` in order; returns what tells one tree's structure and shapes from another's. */
function flatten(tree: TensorTree | undefined, into: tf.Tensor[]): string {
  if (tree === undefined) return '_';
  if (tree instanceof tf.Tensor) {
    into.push(tree);
    return `${tree.dtype}${tree.shape.join()}`;
  }
  if (Array.isArray(tree)) return `[${(tree as TensorTree[]).map((t) => flatten(t, into)).join(';')}]`;
  return `{${Object.entries(tree as Record<string, TensorTree>)
    .map(([name, t]) => `${name}:${flatten(t, into)}`)
    .join(';')}}`;
}

/** The structure of `tree` around other tensors. */
function unflatten(tree: TensorTree, tensors: tf.Tensor[]): TensorTree {
  let next = 0;
  const build = (t: TensorTree | undefined): TensorTree | undefined => {
    if (t === undefined) return undefined;
    if (t instanceof tf.Tensor) return tensors[next++]!;
    if (Array.isArray(t)) return (t as TensorTree[]).map((x) => build(x)!);
    return Object.fromEntries(Object.entries(t as Record<string, TensorTree>).map(([name, x]) => [name, build(x)]));
  };
  return build(tree)!;
}
