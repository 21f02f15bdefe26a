/**
 * `npm run bench -- compile`: what the compiler costs beside the computing: recording, making a session, and replaying a
 * function of many tensors that computes next to nothing.
 */
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../src/engine/compile.ts';
import type { OnnxBackend } from '../../src/engine/record/backend.ts';
import { optimizedFor, Program } from '../../src/engine/session/program.ts';
import { startEngine } from '../../src/engine/start.ts';
import { columns, versionsText } from './report.ts';
import { quantile } from './statistics.ts';
import { versions } from './versions.ts';

const [NODES, TENSORS] = [5000, 300];

export async function benchCompile({ reps = 15, json }: { reps?: number; json?: boolean }): Promise<void> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(versionsText(versions(), undefined));
  await startEngine({ engine: 'onnx', threads: 1 });
  const figures = { ...recording(reps), replay: replaying(reps * 20) };
  const rows = [
    [`recording, of each of ${NODES} operations`, `${figures.record.toFixed(1)} µs`, '20 µs'],
    [`passes and session of as many nodes`, `${figures.session.toFixed(0)} ms`, '1000 ms'],
    [
      `replaying ${TENSORS} inputs and outputs, beside ONNX Runtime's own run`,
      `${figures.replay.toFixed(2)} ms`,
      '1 ms',
    ],
  ];
  say(columns([['', 'median', 'asked'], ...rows]));
  if (json) console.log(JSON.stringify({ ours: versions(), figures }));
}

/** Additions and products in turn, none of which is another's. */
function chain(x: tf.Tensor): tf.Tensor[] {
  let h = x;
  for (let i = 0; i < NODES / 2; i++) h = tf.mul(tf.add(h, 1 + i / NODES), 0.999);
  return [h];
}

/** Microseconds of an operation, and milliseconds of what comes after all of them. */
function recording(reps: number): { record: number; session: number } {
  const backend = tf.backend() as OnnxBackend;
  const x = tf.ones([4]);
  const [record, session]: [number[], number[]] = [[], []];
  for (let i = 0; i < reps; i++) {
    const began = performance.now();
    const { graph } = backend.record(
      [x],
      ([input]) => chain(input!),
      (outputs) => outputs,
    );
    const recorded = performance.now();
    const program = new Program(optimizedFor(graph, backend.target), backend.target);
    session.push(performance.now() - recorded);
    record.push((1000 * (recorded - began)) / NODES);
    program.dispose();
  }
  x.dispose();
  return { record: quantile(record, 0.5), session: quantile(session, 0.5) };
}

/** Milliseconds of a call that are not the session's. */
function replaying(reps: number): number {
  const names = Array.from({ length: TENSORS }, (_, i) => `w${i}`);
  const plusOne = compile((params: Record<string, tf.Tensor>) =>
    Object.fromEntries(Object.entries(params).map(([name, p]) => [name, tf.add(p, 1)])),
  );
  let params = Object.fromEntries(names.map((name) => [name, tf.zeros([16])]));
  const { run } = Program.prototype;
  let inside = 0;
  // the session's part: what the program does with inputs and outputs that are there
  Program.prototype.run = function (...given) {
    const began = performance.now();
    const outputs = run.apply(this, given);
    inside += performance.now() - began;
    return outputs;
  };
  const times: number[] = [];
  for (let i = 0; i < reps; i++) {
    inside = 0;
    const began = performance.now();
    const next = plusOne(params);
    if (i > 10) times.push(performance.now() - began - inside);
    tf.dispose(params);
    params = next as Record<string, tf.Tensor>;
  }
  Program.prototype.run = run;
  tf.dispose(params);
  return quantile(times, 0.5);
}
