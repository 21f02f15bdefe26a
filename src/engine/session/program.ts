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

/** `graph` after all passes. With `DMD_LAB_DUMP` in the environment each step is written there, under the next program's number. */
export function optimizedFor(graph: Graph, target: Target): Graph {
  return optimize(graph, target, (pass, g) => dumped(`${numbered(programs)}-${pass}.txt`, () => printGraph(g)));
}

const numbered = (program: number): string => String(program).padStart(3, '0');

function dumped(name: string, contents: () => string | Uint8Array): void {
  const folder = process.env.DMD_LAB_DUMP;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), contents());
}

export class Program {
  private readonly session: Session;
  private readonly inputNames: readonly string[];
  private readonly outputNames: readonly string[];
  /** Types and shapes alone: a value would keep the whole recorded graph, and the tensors at its leaves. */
  readonly outputs: readonly Pick<Value, 'type' | 'shape'>[];
  /** Positions of the inputs that the graph still reads. */
  private readonly live: readonly number[];

  /** Of a graph that the passes have been over. */
  constructor(
    graph: Graph,
    private readonly target: Target,
    { outputsOnDevice = target.provider !== 'cpu' }: { outputsOnDevice?: boolean } = {},
  ) {
    const number = programs++;
    const used = new Set<Value>(graph.outputs);
    for (const node of topologicalOrder(graph.outputs)) node.inputs.forEach((v) => v && used.add(v));
    this.live = graph.inputs.flatMap((v, i) => (used.has(v) ? [i] : []));
    this.outputs = graph.outputs.map(({ type, shape }) => ({ type, shape }));
    const model = emitModel({ inputs: this.live.map((i) => graph.inputs[i]!), outputs: graph.outputs });
    dumped(`${numbered(number)}.onnx`, () => model.bytes);
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
