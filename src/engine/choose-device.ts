/**
 * Where the engine `onnx` computes when nobody says: on a real GPU that works, else on the CPU.
 */
import { findGpu } from './gpu.ts';
import { probeProvider, type Probe } from './session/probe.ts';

export interface Choice {
  readonly provider: 'cpu' | 'webgpu';
  /** For people. */
  readonly reason: string;
}

let known: Choice | undefined;

/** Looks once in a process: trying a GPU takes a second. */
export const chooseDevice = (): Choice => (known ??= chooseAmong(findGpu(), () => probeProvider('webgpu')));

/** The choice on a machine with this GPU or none; `probe` tries WebGPU. */
export function chooseAmong(gpu: string | undefined, probe: () => Probe): Choice {
  if (gpu === undefined) return { provider: 'cpu', reason: 'no GPU was found' };
  const { works, reason } = probe();
  return works
    ? { provider: 'webgpu', reason: `a GPU was found (${gpu}) and works; \`--device cpu\` leaves it out` }
    : { provider: 'cpu', reason: `a GPU was found (${gpu}) that does not work: ${reason}` };
}
