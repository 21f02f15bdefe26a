/** Registers every kernel of the onnx engine, once. */
import '@tensorflow/tfjs-backend-cpu';
import { registerElementwise } from './elementwise.ts';
import { registerNetworks } from './networks.ts';
import { registerReductions } from './reductions.ts';
import { registerFallbacks } from './registry.ts';
import { registerShapes } from './shapes.ts';

let done = false;

export function registerKernels(): void {
  if (done) return;
  done = true;
  registerElementwise();
  registerReductions();
  registerShapes();
  registerNetworks();
  registerFallbacks();
}
