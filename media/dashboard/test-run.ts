/**
 * Parts of a run for tests of the page: 20 steps after a warm-up of 5.
 */
import type { RunHead } from '../../src/dashboard/protocol.ts';
import { Config } from '../../src/distillation/config.ts';
import type { RunEvent } from '../../src/runs/contract.ts';

const told = { v: 1, time: '2026-01-01T00:00:00.000Z' } as const;

export const headOf = (run: string): RunHead => ({
  run,
  path: `/runs/${run}`,
  status: {
    v: 1,
    state: 'running',
    step: 0,
    steps: 20,
    iteration: 0,
    iterations: 25,
    heartbeat: told.time,
    host: 'here',
    pid: 1,
  },
  live: true,
  notes: { v: 1, tags: [], notes: '' },
});

export const startedAt = (iteration: number): RunEvent => ({
  ...told,
  type: 'started',
  iteration,
  config: Config.parse({ teacher: 'two-modes', steps: 20, samplerSteps: 18 }),
  teacher: { name: 'two-modes', fingerprint: 'sha256-0', sampleShape: [2], classes: 0 },
  iterations: 25,
  layers: { generator: [], fake: [] },
  engine: 'onnx',
  device: 'CPU',
  threads: 1,
  runtime: 'onnxruntime-node 1.30.0',
  reason: 'the default engine',
});

export const samplesAt = (iteration: number, of: 'oneStep' | 'teacher' = 'oneStep'): RunEvent => ({
  ...told,
  type: 'samples',
  of,
  iteration,
  count: 1,
  columns: 1,
  scale: 1,
  points: [[iteration, 0]],
});
