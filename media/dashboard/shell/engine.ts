/**
 * What computes a run, and why that.
 */
import type { RunModel } from '../run-model.ts';

/** `onnx on CPU, 2 threads`. Reads signals. */
export function engineOf({ started, head }: RunModel): string {
  const { engine, device } = started.value ?? head.value.status;
  return [engine, device].filter(Boolean).join(' on ');
}

/** Why it is this engine and device, and their version. Reads signals. */
export function whyEngine({ started }: RunModel): string {
  const { reason, runtime } = started.value ?? {};
  return [reason, runtime].filter(Boolean).join('. ');
}
