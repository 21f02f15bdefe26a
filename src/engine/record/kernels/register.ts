/** Registers every kernel of the onnx engine, once. */
import '@tensorflow/tfjs-backend-cpu';
import { registerConvolutions } from './convolutions.ts';
import { registerElementwise } from './elementwise.ts';
import { registerIndexing } from './indexing.ts';
import { registerNormalisation } from './normalisation.ts';
import { registerPooling } from './pooling.ts';
import { registerProducts } from './products.ts';
import { registerRandom } from './random.ts';
import { registerRearranging } from './rearranging.ts';
import { registerReductions } from './reductions.ts';
import { registerFallbacks } from './registry.ts';
import { registerResizing } from './resizing.ts';
import { registerShapes } from './shapes.ts';
import { registerStorage } from './storage.ts';

let done = false;

export function registerKernels(): void {
  if (done) return;
  done = true;
  registerStorage();
  registerElementwise();
  registerReductions();
  registerShapes();
  registerRearranging();
  registerIndexing();
  registerProducts();
  registerConvolutions();
  registerPooling();
  registerResizing();
  registerNormalisation();
  registerRandom();
  registerFallbacks();
}
