/**
 * The event `layers`: how strongly each loss pulls at each layer.
 */
import * as tf from '@tensorflow/tfjs-core';
import { rounded, type Observed } from './observed.ts';

/** Tells the gradient norms of the step that comes next, of the losses that it follows (`Distiller.gradients`). */
export async function tellLayers({ run, distiller, iteration }: Observed): Promise<void> {
  const { norms, ...others } = distiller.gradients();
  tf.dispose(others as never);
  const read = async (norm: tf.Tensor1D | undefined) => norm && Array.from(await norm.data(), rounded);
  const { matching, regression, fake } = norms;
  run.event({
    type: 'layers',
    iteration,
    matching: await read(matching),
    regression: await read(regression),
    fake: await read(fake),
  });
  tf.dispose(norms as never);
}
