import { expect, it } from 'vitest';
import { aggregate, type ProfileEvent } from './profile.ts';

const run = (ts: number, dur: number): ProfileEvent => ({ cat: 'Session', name: 'model_run', ts, dur });
const kernel = (op: string, ts: number, dur: number, filter?: number[]): ProfileEvent => ({
  cat: 'Node',
  name: `${op}_7_kernel_time`,
  ts,
  dur,
  args: { op_name: op, ...(filter ? { input_type_shape: [{ float: [2, 64, 28, 28] }, { float: filter }] } : {}) },
});

it('adds up kernels of every step but the first, and tells a filter gradient by its filter', () => {
  const step = [
    // in ONNX Runtime's order, where a run follows its kernels
    kernel('Mul', 0, 50_000),
    kernel('Conv', 200_000, 3000, [64, 64, 3, 3]),
    kernel('Conv', 203_000, 5000, [64, 15, 28, 28]),
    kernel('Mul', 300_000, 1000),
    kernel('Mul', 301_000, 1000),
    { cat: 'Node', name: 'Mul_7_fence_before', ts: 301_500, dur: 9999 },
    run(0, 100_000),
    run(200_000, 8000),
    run(300_000, 4000),
  ];
  const probe = [kernel('Conv', 0, 70_000, [16, 16, 3, 3]), run(0, 70_000)];
  expect(aggregate([step, probe], 3)).toEqual({
    total: 6,
    kinds: [
      { kind: 'Conv: filter gradient', ms: 2.5, calls: 0.5 },
      { kind: 'Conv 3×3: forward and data gradient', ms: 1.5, calls: 0.5 },
      { kind: 'Mul', ms: 1, calls: 1 },
    ],
  });
});
