/**
 * What tensors hold: values of a graph that nobody has computed yet, or numbers. Asking for the numbers of one computes
 * everything recorded that is still held, as one graph.
 */
import { DmdError, failure } from '../../errors.ts';
import { type Elements, type ElementType, type Graph, topologicalOrder, Value } from '../graph/graph.ts';
import { BufferPool } from '../session/pool.ts';
import { optimizedFor, Program, type Target } from '../session/program.ts';
import type { OrtTensor } from '../session/session.ts';
import { signature } from './signature.ts';

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

/** Programs of lazily run graphs kept; the oldest goes first. */
const PROGRAMS_KEPT = 256;

export class Lazy {
  private readonly heldOf = new WeakMap<Value, Held>();
  /** Values recorded, not yet computed, and held by a tensor. */
  private readonly pending = new Set<Held>();
  /** Buffers let go while a pending graph may still read them. */
  private readonly limbo = new Set<OrtTensor>();
  private readonly pool = new BufferPool();
  private readonly programs = new Map<string, Program>();
  private recording = false;

  constructor(private readonly target: Target) {}

  // --- holding

  /** Holds `value` once more. */
  hold(value: Value): Held {
    let held = this.heldOf.get(value);
    if (!held) held = this.remember({ value, holders: 0 });
    if (!held.tensor && held.holders === 0 && value.producer) this.pending.add(held);
    this.retain(held);
    return held;
  }

  /** Holds a copy of `data`, which its owner may change before a lazy graph reads it. */
  holdNumbers(type: ElementType, shape: readonly number[], data: Elements): Held {
    // What is made inside a recording belongs to the function itself: a constant of its graph
    if (this.isRecording)
      return this.remember({ value: new Value(type, shape, { constant: data.slice() as Elements }), holders: 1 });
    return this.remember({ value: new Value(type, shape), tensor: this.filled({ type, shape }, data), holders: 1 });
  }

  /** A leaf with the numbers in `tensor`, which nothing holds yet. */
  leafOf(tensor: OrtTensor, { type, shape }: Pick<Value, 'type' | 'shape'>): Value {
    return this.remember({ value: new Value(type, shape), tensor, holders: 0 }).value;
  }

  /** What holds `value`, which something holds. */
  heldBehind(value: Value): Held {
    return this.heldOf.get(value)!;
  }

  private remember(held: Held): Held {
    this.heldOf.set(held.value, held);
    return held;
  }

  retain(held: Held): void {
    // Let go already, but reached again through a pending value that was made from it
    if (held.holders === 0 && held.tensor) this.limbo.delete(held.tensor);
    held.holders++;
  }

  /** One holder less. */
  release(held: Held): void {
    if (--held.holders > 0) return;
    this.pending.delete(held);
    if (held.tensor) this.recycle(held.tensor);
    if (this.pending.size === 0 && !this.isRecording) this.emptyLimbo();
  }

  /** Whether what is recorded now is for `compile`: nothing of it can be computed. */
  get isRecording(): boolean {
    return this.recording;
  }

  beginRecording(): void {
    this.recording = true;
  }

  /** Forgets what a recording left pending, which is a program's now. */
  endRecording(): void {
    this.recording = false;
    this.pending.clear();
  }

  private recycle(tensor: OrtTensor): void {
    if (this.pending.size > 0 || this.isRecording) this.limbo.add(tensor);
    else if (tensor.location === 'cpu') this.pool.give(tensor);
    else tensor.dispose();
  }

  private emptyLimbo(): void {
    for (const tensor of this.limbo) this.recycle(tensor);
    this.limbo.clear();
  }

  private filled(like: Pick<Value, 'type' | 'shape'>, values: ArrayLike<number | bigint>): OrtTensor {
    const tensor = this.pool.take(like);
    (tensor.data as Float32Array).set(values as ArrayLike<number>);
    return tensor;
  }

  // --- computing

  /** What a compiled program makes of held values. */
  run(program: Program, inputs: readonly Held[]): OrtTensor[] {
    return program.run(this.materialize(inputs), this.pool);
  }

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

  /** A copy of the numbers, since the buffer serves again when the tensor is gone. */
  copyOf(held: Held): Elements {
    if (held.value.constant) return held.value.constant.slice() as Elements;
    return this.onCpu(this.materialize([held])[0]!).slice() as Elements;
  }

  locationOf(held: Held): string {
    return this.materialize([held])[0]!.location;
  }

  /** The numbers of held values, computed where they are still pending. */
  private materialize(held: readonly Held[]): OrtTensor[] {
    if (held.some((h) => this.pending.has(h))) this.flush();
    return held.map((h) => {
      if (h.failure) throw h.failure;
      return (h.tensor ??= this.filled(h.value, h.value.constant!));
    });
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
    const program = this.known(
      signature(graph, order),
      () => new Program(optimizedFor(graph, this.target), this.target),
    );
    const results = this.run(
      program,
      [...inputs].map((v) => this.heldBehind(v)),
    );
    wanted.forEach((held, i) => {
      const { type, shape } = held.value;
      held.tensor = results[i];
      held.value = new Value(type, shape);
      this.remember(held);
    });
  }

  private known(key: string, make: () => Program): Program {
    let program = this.programs.get(key);
    if (!program) {
      program = make();
      this.programs.set(key, program);
      if (this.programs.size > PROGRAMS_KEPT) this.evict();
    }
    return program;
  }

  private evict(): void {
    const [oldest, program] = this.programs.entries().next().value!;
    program.dispose();
    this.programs.delete(oldest);
  }

  /** The numbers of a tensor that may live on a device. */
  private onCpu(tensor: OrtTensor): Elements {
    if (tensor.location === 'cpu') return tensor.data as Elements;
    // getData() of a device tensor aborts the process in onnxruntime-node 1.30.0; a session with CPU outputs reads it
    const value = new Value(tensor.type as ElementType, tensor.dims);
    const program = this.known(
      `read ${tensor.type} ${tensor.dims.join()}`,
      () => new Program({ inputs: [value], outputs: [value] }, this.target, { outputsOnDevice: false }),
    );
    return program.run([tensor], this.pool)[0]!.data as Elements;
  }

  dispose(): void {
    for (const program of this.programs.values()) program.dispose();
    this.programs.clear();
  }
}
