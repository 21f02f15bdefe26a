/**
 * The lazy TensorFlow.js backend: a kernel call records a graph node; reading a tensor turns everything pending and still
 * alive into one graph, and runs it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Elements, type ElementType, type Graph, topologicalOrder, Value } from '../graph/graph.ts';
import { DmdError, failure, usageError } from '../../errors.ts';
import { BufferPool } from '../session/pool.ts';
import { optimizedFor, Program, type Target } from '../session/program.ts';
import type { OrtTensor } from '../session/session.ts';
import { signature } from './signature.ts';
import { elementTypeOf, noSuchType } from './types.ts';

/** What stands behind one or more tensors: a value of the pending graph, or its numbers. */
export interface Held {
  /** Replaced by a fresh leaf once computed, so that the nodes that made it can go. */
  value: Value;
  /** Its buffer serves again once nothing holds it. */
  tensor?: OrtTensor;
  /** Why it could not be computed. */
  failure?: Error;
  holders: number;
}

/** Behind a tensor stands a value of the graph, or what never reaches ONNX Runtime: strings, the two parts of complex numbers. */
interface Entry {
  readonly held: Held | HostData;
  refCount: number;
}

/** What one recording of `compile` found. */
export interface Recording {
  readonly graph: Graph;
  /** Variables used, in the order of the graph's inputs after the arguments: each call reads what they hold by then. */
  readonly variables: readonly tf.Variable[];
  /** Tensors used but not passed, in the order of the graph's last inputs; `release` lets one go. */
  readonly captured: readonly Held[];
}

/** Programs of lazily run graphs kept; the oldest goes first. */
const PROGRAMS_KEPT = 256;

type HostData = { readonly strings: Uint8Array[] } | { readonly parts: readonly [real: Held, imag: Held] };

const isHeld = (data: Held | HostData): data is Held => 'value' in data;

export class OnnxBackend extends tf.KernelBackend {
  private readonly entries: tf.DataStorage<Entry>;
  private readonly heldOf = new WeakMap<Value, Held>();
  /** Values recorded, not yet computed, and held by a tensor. */
  private readonly pending = new Set<Held>();
  /** Buffers let go while a pending graph may still read them. */
  private readonly limbo = new Set<OrtTensor>();
  private readonly pool = new BufferPool();
  private readonly programs = new Map<string, Program>();
  /** The variables that the recording under way uses. */
  private readonly variables = new Map<tf.Variable, Value>();
  isRecording = false;

  constructor(readonly target: Target) {
    super();
    this.entries = new tf.DataStorage(this, tf.engine());
  }

  // --- what the kernels need

  /** The graph value of a tensor. */
  valueBehind(t: tf.TensorInfo): Value {
    if (this.isRecording && t instanceof tf.Variable) return this.placeholderOf(t);
    return this.graphHeld(t).value;
  }

  /** A variable holds other numbers in a later call, so it is an input of what is recorded. */
  private placeholderOf(variable: tf.Variable): Value {
    let value = this.variables.get(variable);
    if (!value) {
      value = new Value(elementTypeOf(variable.dtype), variable.shape);
      this.variables.set(variable, value);
    }
    return value;
  }

  private graphHeld({ dataId, dtype }: tf.TensorInfo): Held {
    const { held } = this.entries.get(dataId);
    if (!isHeld(held)) throw noSuchType(dtype);
    return held;
  }

  /** A tensor that stands for `value`. */
  tensorOf(value: Value): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, { held: this.heldFor(value), refCount: 1 });
    return { dataId, shape: [...value.shape], dtype: value.type as tf.DataType };
  }

  /** Holds `value` once more. */
  private heldFor(value: Value): Held {
    let held = this.heldOf.get(value);
    if (!held) {
      held = { value, holders: 0 };
      this.heldOf.set(value, held);
    }
    if (!held.tensor && held.holders === 0 && value.producer) this.pending.add(held);
    this.retain(held);
    return held;
  }

  /** A complex tensor of two real values. */
  complexOf(real: Value, imag: Value): tf.TensorInfo {
    const parts = [real, imag].map((value) => this.heldFor(value)) as [Held, Held];
    const dataId = {};
    this.entries.set(dataId, { held: { parts }, refCount: 1 });
    return { dataId, shape: [...real.shape], dtype: 'complex64' };
  }

  /** The real and imaginary values behind a complex tensor. */
  partsOf({ dataId }: tf.TensorInfo): [real: Value, imag: Value] {
    const { parts } = this.entries.get(dataId).held as { parts: [Held, Held] };
    return [parts[0].value, parts[1].value];
  }

  // --- compile

  /**
   * Runs `fn` on placeholders of the given arguments and returns what it recorded. `outputs` picks the values that the
   * graph computes from what `fn` returned.
   */
  record<R>(
    args: readonly tf.Tensor[],
    fn: (placeholders: tf.Tensor[]) => R,
    outputs: (result: R) => tf.Tensor[],
  ): Recording {
    if (this.isRecording) throw new Error('internal: a recording began inside another');
    // From here on everything made before has its numbers, so a leaf is whatever has no producer
    this.flush();
    const inputs = args.map((t) => new Value(elementTypeOf(t.dtype), t.shape));
    const captured: Held[] = [];
    let results: Value[] = [];
    this.variables.clear();
    this.isRecording = true;
    try {
      tf.tidy(() => {
        const placeholders = inputs.map((v) => tf.engine().makeTensorFromTensorInfo(this.tensorOf(v), this));
        results = outputs(fn(placeholders)).map((t) => this.valueBehind(t));
        const known = new Set([...inputs, ...this.variables.values()]);
        const capture = (value: Value | undefined) => {
          if (!value || value.constant || value.producer || known.has(value)) return;
          known.add(value);
          const held = this.heldOf.get(value)!;
          // A captured tensor outlives its owner's interest in it
          this.retain(held);
          captured.push(held);
        };
        for (const node of topologicalOrder(results)) node.inputs.forEach(capture);
        results.forEach(capture);
      });
    } finally {
      this.isRecording = false;
      this.pending.clear();
    }
    const variables = [...this.variables.keys()];
    const given = [...inputs, ...this.variables.values(), ...captured.map((h) => h.value)];
    return { graph: { inputs: given, outputs: results }, variables, captured };
  }

  /** The numbers of held values, computed where they are still pending. */
  materialize(held: readonly Held[]): OrtTensor[] {
    if (held.some((h) => this.pending.has(h))) this.flush();
    return held.map((h) => {
      if (h.failure) throw h.failure;
      return (h.tensor ??= this.filled(h.value, h.value.constant!));
    });
  }

  /** A tensor of the pool with a copy of `values`, which their owner may change before a lazy graph reads them. */
  private filled(like: Pick<Value, 'type' | 'shape'>, values: ArrayLike<number | bigint>): OrtTensor {
    const tensor = this.pool.take(like);
    (tensor.data as Float32Array).set(values as ArrayLike<number>);
    return tensor;
  }

  heldBy(t: tf.Tensor): Held {
    if (t.isDisposed)
      throw usageError('A tensor given to a compiled function has been disposed. Dispose it afterwards.');
    return this.graphHeld(t);
  }

  /** Runs a compiled program; its results become tensors of the current scope. */
  replay(program: Program, inputs: readonly Held[]): tf.Tensor[] {
    const results = program.run(this.materialize(inputs), this.pool);
    return results.map((tensor, i) => {
      const { type, shape } = program.outputs[i]!;
      const value = new Value(type, shape);
      this.heldOf.set(value, { value, tensor, holders: 0 });
      return tf.engine().makeTensorFromTensorInfo(this.tensorOf(value), this);
    });
  }

  /** What a program computes, as numbers. */
  computed(program: Program, inputs: readonly Held[]): Elements[] {
    return program.run(this.materialize(inputs), this.pool).map((tensor) => tensor.data as Elements);
  }

  // --- running what is pending

  /** Computes everything recorded that a tensor still holds. */
  flush(): void {
    const wanted = [...this.pending];
    if (wanted.length === 0) return;
    try {
      this.compute(wanted);
    } catch {
      // One tensor that cannot be computed must not take the others with it: whoever reads it is told
      for (const held of wanted) this.computeAlone(held);
    }
    this.pending.clear();
    this.emptyLimbo();
  }

  private computeAlone(held: Held): void {
    try {
      this.compute([held]);
    } catch (cause) {
      held.failure =
        cause instanceof DmdError ? cause : failure(`The engine \`onnx\` failed: ${(cause as Error).message}`, cause);
    }
  }

  private compute(wanted: readonly Held[]): void {
    const outputs = wanted.map((h) => h.value);
    const order = topologicalOrder(outputs);
    const inputs = new Set<Value>();
    for (const node of order) for (const v of node.inputs) if (v && !v.constant && !v.producer) inputs.add(v);
    const graph: Graph = { inputs: [...inputs], outputs };
    const key = signature(graph, order);
    let program = this.programs.get(key);
    if (!program) {
      program = new Program(optimizedFor(graph, this.target), this.target);
      this.programs.set(key, program);
      if (this.programs.size > PROGRAMS_KEPT) this.evict();
    }
    const results = program.run(this.materialize([...inputs].map((v) => this.heldOf.get(v)!)), this.pool);
    wanted.forEach((held, i) => {
      const { type, shape } = held.value;
      held.tensor = results[i];
      held.value = new Value(type, shape);
      this.heldOf.set(held.value, held);
    });
  }

  private retain(held: Held): void {
    // Let go already, but reached again through a pending value that was made from it
    if (held.holders === 0 && held.tensor) this.limbo.delete(held.tensor);
    held.holders++;
  }

  /** The opposite of capturing: one holder less. */
  release(held: Held): void {
    if (--held.holders > 0) return;
    this.pending.delete(held);
    if (held.tensor) this.recycle(held.tensor);
    if (this.pending.size === 0 && !this.isRecording) this.emptyLimbo();
  }

  private emptyLimbo(): void {
    for (const tensor of this.limbo) this.recycle(tensor);
    this.limbo.clear();
  }

  private evict(): void {
    const [oldest, program] = this.programs.entries().next().value!;
    program.dispose();
    this.programs.delete(oldest);
  }

  private recycle(tensor: OrtTensor): void {
    if (this.pending.size > 0 || this.isRecording) this.limbo.add(tensor);
    else if (tensor.location === 'cpu') this.pool.give(tensor);
    else tensor.dispose();
  }

  // --- TensorFlow.js' storage

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType, refCount: number): void {
    if (dtype === 'string') {
      this.entries.set(dataId, { held: { strings: values as Uint8Array[] }, refCount });
      return;
    }
    const type = elementTypeOf(dtype);
    const data = values as Elements;
    // What is made inside a recording belongs to the function itself: a constant of its graph
    const held: Held = this.isRecording
      ? { value: new Value(type, shape, { constant: data.slice() as Elements }), holders: 1 }
      : { value: new Value(type, shape), tensor: this.filled({ type, shape }, data), holders: 1 };
    this.heldOf.set(held.value, held);
    this.entries.set(dataId, { held, refCount });
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override readSync(dataId: object): tf.BackendValues {
    const { held } = this.entries.get(dataId);
    if (this.isRecording)
      throw usageError(
        'A tensor was read inside a function given to `compile`, which records what the function does for numbers yet to come. ' +
          'Return the tensor, and read the result.',
      );
    if (!isHeld(held)) {
      if ('strings' in held) return held.strings;
      const [real, imag] = held.parts.map((part) => this.copyOf(part) as Float32Array);
      return tf.backend_util.mergeRealAndImagArrays(real!, imag!);
    }
    return this.copyOf(held) as tf.BackendValues;
  }

  /** A copy, since the buffer serves again when the tensor is gone. */
  private copyOf(held: Held): Elements {
    if (held.value.constant) return held.value.constant.slice() as Elements;
    return this.onCpu(this.materialize([held])[0]!).slice() as Elements;
  }

  /** The numbers of a tensor that may live on a device. */
  private onCpu(tensor: OrtTensor): Elements {
    if (tensor.location === 'cpu') return tensor.data as Elements;
    // getData() of a device tensor aborts the process in onnxruntime-node 1.30.0; a session with CPU outputs reads it
    const value = new Value(tensor.type as ElementType, tensor.dims);
    const key = `read ${tensor.type} ${tensor.dims.join()}`;
    let program = this.programs.get(key);
    if (!program) {
      program = new Program({ inputs: [value], outputs: [value] }, this.target, { outputsOnDevice: false });
      this.programs.set(key, program);
    }
    return program.run([tensor], this.pool)[0]!.data as Elements;
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entries.get(dataId);
    if (--entry.refCount > 0 && !force) return false;
    this.entries.delete(dataId);
    if (isHeld(entry.held)) this.release(entry.held);
    else if ('parts' in entry.held) entry.held.parts.forEach((part) => this.release(part));
    return true;
  }

  override refCount(dataId: object): number {
    return this.entries.has(dataId) ? this.entries.get(dataId).refCount : 0;
  }

  override incRef(dataId: object): void {
    this.entries.get(dataId).refCount++;
  }

  override numDataIds(): number {
    return this.entries.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  /** Milliseconds that `f` and what it leaves pending take. */
  override async time(f: () => void): Promise<tf.BackendTimingInfo> {
    this.flush();
    const start = tf.util.now();
    f();
    this.flush();
    return { kernelMs: tf.util.now() - start };
  }

  override dispose(): void {
    for (const program of this.programs.values()) program.dispose();
    this.programs.clear();
  }
}
