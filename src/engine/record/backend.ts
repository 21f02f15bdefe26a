/**
 * The TensorFlow.js backend of the engine: a kernel call records a graph node, and reading a tensor computes it with
 * everything else that is pending (lazy.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../../errors.ts';
import { type Elements, type Graph, topologicalOrder, Value } from '../graph/graph.ts';
import type { Program, Target } from '../session/program.ts';
import { type Held, Lazy } from './lazy.ts';
import { elementTypeOf, noSuchType } from './types.ts';

/** Behind a tensor stands a value of the graph, or what never reaches ONNX Runtime: strings, the two parts of complex numbers. */
interface Entry {
  readonly held: Held | HostData;
  refCount: number;
}

type HostData = { readonly strings: Uint8Array[] } | { readonly parts: readonly [real: Held, imag: Held] };

const isHeld = (data: Held | HostData): data is Held => 'value' in data;

/** What one recording of `compile` found. */
export interface Recording {
  readonly graph: Graph;
  /** Variables used, in the order of the graph's inputs after the arguments: each call reads what they hold by then. */
  readonly variables: readonly tf.Variable[];
  /** Tensors used but not passed, in the order of the graph's last inputs; `release` lets one go. */
  readonly captured: readonly Held[];
}

export class OnnxBackend extends tf.KernelBackend {
  private readonly entries: tf.DataStorage<Entry>;
  private readonly lazy: Lazy;
  /** The variables that the recording under way uses. */
  private readonly variables = new Map<tf.Variable, Value>();

  constructor(readonly target: Target) {
    super();
    this.entries = new tf.DataStorage(this, tf.engine());
    this.lazy = new Lazy(target);
  }

  get isRecording(): boolean {
    return this.lazy.isRecording;
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
    this.entries.set(dataId, { held: this.lazy.hold(value), refCount: 1 });
    return { dataId, shape: [...value.shape], dtype: value.type as tf.DataType };
  }

  /** A complex tensor of two real values. */
  complexOf(real: Value, imag: Value): tf.TensorInfo {
    const parts = [real, imag].map((value) => this.lazy.hold(value)) as [Held, Held];
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
    this.lazy.beginRecording();
    try {
      tf.tidy(() => {
        const placeholders = inputs.map((v) => this.asTensor(v));
        results = outputs(fn(placeholders)).map((t) => this.valueBehind(t));
        const known = new Set([...inputs, ...this.variables.values()]);
        const capture = (value: Value | undefined) => {
          if (!value || value.constant || value.producer || known.has(value)) return;
          known.add(value);
          const held = this.lazy.heldBehind(value);
          // A captured tensor outlives its owner's interest in it
          this.lazy.retain(held);
          captured.push(held);
        };
        for (const node of topologicalOrder(results)) node.inputs.forEach(capture);
        results.forEach(capture);
      });
    } finally {
      this.lazy.endRecording();
    }
    const variables = [...this.variables.keys()];
    const given = [...inputs, ...this.variables.values(), ...captured.map((h) => h.value)];
    return { graph: { inputs: given, outputs: results }, variables, captured };
  }

  heldBy(t: tf.Tensor): Held {
    if (t.isDisposed)
      throw usageError('A tensor given to a compiled function has been disposed. Dispose it afterwards.');
    return this.graphHeld(t);
  }

  /** A copy of the numbers of what is held, wherever they are. */
  numbersOf(held: Held): Elements {
    return this.lazy.copyOf(held);
  }

  /** Where the numbers of `t` are: on the `cpu`, or in a `gpu-buffer`. */
  locationOf(t: tf.Tensor): string {
    return this.lazy.locationOf(this.heldBy(t));
  }

  /** The opposite of capturing. */
  release(held: Held): void {
    this.lazy.release(held);
  }

  /** Runs a compiled program; its results become tensors of the current scope. */
  replay(program: Program, inputs: readonly Held[]): tf.Tensor[] {
    return this.lazy
      .run(program, inputs)
      .map((tensor, i) => this.asTensor(this.lazy.leafOf(tensor, program.outputs[i]!)));
  }

  /** What a program with its outputs on the CPU computes, as numbers. */
  computed(program: Program, inputs: readonly Held[]): Elements[] {
    return this.lazy.run(program, inputs).map((tensor) => tensor.data as Elements);
  }

  private asTensor(value: Value): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.tensorOf(value), this);
  }

  /** Computes everything recorded that a tensor still holds. */
  flush(): void {
    this.lazy.flush();
  }

  // --- TensorFlow.js' storage

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType, refCount: number): void {
    const held =
      dtype === 'string'
        ? { strings: values as Uint8Array[] }
        : this.lazy.holdNumbers(elementTypeOf(dtype), shape, values as Elements);
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
      const [real, imag] = held.parts.map((part) => this.lazy.copyOf(part) as Float32Array);
      return tf.backend_util.mergeRealAndImagArrays(real!, imag!);
    }
    return this.lazy.copyOf(held) as tf.BackendValues;
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entries.get(dataId);
    if (--entry.refCount > 0 && !force) return false;
    this.entries.delete(dataId);
    if (isHeld(entry.held)) this.lazy.release(entry.held);
    else if ('parts' in entry.held) entry.held.parts.forEach((part) => this.lazy.release(part));
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
    this.lazy.dispose();
  }
}
