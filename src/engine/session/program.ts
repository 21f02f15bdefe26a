/**
 * A compiled graph: passes, emission and session creation happen once, runs many times.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitModel } from '../emit/onnx.ts';
import { type Graph, topologicalOrder, type Value } from '../graph/graph.ts';
import { printGraph } from '../graph/print.ts';
import { optimize } from '../passes/optimize.ts';
import type { BufferPool } from './pool.ts';
import { runFailure } from './run-failure.ts';
import { type OrtTensor, type Provider, Session } from './session.ts';

export interface Target {
  readonly provider: Provider;
  readonly threads: number;
  /** The channel block of ONNX Runtime's blocked kernels on this CPU; 0 where they must not be used. */
  readonly block: number;
}

let programs = 0;

export class Program {
  private readonly session: Session;
  private readonly inputNames: readonly string[];
  private readonly outputNames: readonly string[];
  /** Types and shapes alone: a value would keep the whole recorded graph, and the tensors at its leaves. */
  readonly outputs: readonly Pick<Value, 'type' | 'shape'>[];
  /** Positions of the inputs that the optimised graph still reads. */
  private readonly live: readonly number[];

  constructor(
    graph: Graph,
    private readonly target: Target,
    { outputsOnDevice = target.provider !== 'cpu' }: { outputsOnDevice?: boolean } = {},
  ) {
    const dump = process.env.DMD_LAB_DUMP;
    const number = programs++;
    const note = (pass: string, g: Graph) => {
      if (!dump) return;
      mkdirSync(dump, { recursive: true });
      writeFileSync(join(dump, `${String(number).padStart(3, '0')}-${pass}.txt`), printGraph(g));
    };
    const optimized = optimize(graph, target, note);
    const used = new Set<Value>(optimized.outputs);
    for (const node of topologicalOrder(optimized.outputs)) node.inputs.forEach((v) => v && used.add(v));
    this.live = graph.inputs.flatMap((v, i) => (used.has(v) ? [i] : []));
    this.outputs = graph.outputs.map(({ type, shape }) => ({ type, shape }));
    const model = emitModel({ inputs: this.live.map((i) => graph.inputs[i]!), outputs: optimized.outputs });
    if (dump) writeFileSync(join(dump, `${String(number).padStart(3, '0')}.onnx`), model.bytes);
    this.inputNames = model.inputNames;
    this.outputNames = model.outputNames;
    const profile = process.env.DMD_LAB_PROFILE && `${process.env.DMD_LAB_PROFILE}-${number}`;
    this.session = this.attempt(() => new Session(model.bytes, { ...target, outputsOnDevice, profile }));
    if (process.env.DMD_LAB_PROFILE) process.once('exit', () => this.dispose());
  }

  /** Runs on `inputs` (as the graph's), with outputs in buffers from `pool`. A failure when there is no room for it. */
  run(inputs: readonly OrtTensor[], pool: BufferPool): OrtTensor[] {
    return this.attempt(() => this.runIn(inputs, pool));
  }

  private runIn(inputs: readonly OrtTensor[], pool: BufferPool): OrtTensor[] {
    const feeds: Record<string, OrtTensor> = {};
    this.live.forEach((i, k) => (feeds[this.inputNames[k]!] = inputs[i]!));
    const fetches: Record<string, OrtTensor | null> = {};
    this.outputNames.forEach((name, i) => {
      fetches[name] = this.target.provider === 'cpu' ? pool.take(this.outputs[i]!) : null;
    });
    const results = this.session.run(feeds, fetches);
    return this.outputNames.map((name) => results[name]!);
  }

  /** What cannot be done is said in words for people. */
  private attempt<T>(what: () => T): T {
    try {
      return what();
    } catch (cause) {
      throw runFailure(cause, this.target.provider);
    }
  }

  dispose(): void {
    this.session.dispose();
  }
}
