/**
 * The answer to `inspect`: Algorithm 1 laid open at samples, a noise level and a layer that somebody chose, of a run that
 * trains or of the last checkpoint of one that does not.
 */
import * as tf from '@tensorflow/tfjs-core';
import { distance } from 'fastest-levenshtein';
import { nearestLevel } from '../../diffusion/schedule.ts';
import { usageError } from '../../errors.ts';
import { byLayer } from '../../networks/by-layer.ts';
import type { Params } from '../../networks/denoiser.ts';
import type { ControlMessage, InspectReply, TensorPayload } from '../contract.ts';
import { labelsOf, lookAt, type SeenOnHost } from './fixed-samples.ts';
import { histogram } from './histogram.ts';
import type { Observed } from './observed.ts';

export type InspectMessage = Extract<ControlMessage, { type: 'inspect' }>;

const tensorNames = [
  'z',
  'x',
  'eps',
  'x_t',
  'mu_real',
  'mu_fake',
  's_real',
  's_fake',
  'difference',
  'gradient',
] as const;

/**
 * Looks without moving anything of the run. The samples are those of the probe, by number, and more; G is that with its
 * weights in training. A usage error when the run matches nothing or has no such layer.
 */
export async function inspectRun(
  observed: Pick<Observed, 'config' | 'teacher' | 'distiller'>,
  { samples, t, layer }: InspectMessage,
): Promise<InspectReply> {
  const { teacher, distiller } = observed;
  if (layer !== undefined) requireLayer(distiller.layers.generator, layer);
  const level = nearestLevel(teacher.schedule, t);
  const [seen] = (await lookAt(observed, samples, [level])) as [SeenOnHost];
  const shape = [samples.length, ...teacher.sampleShape];
  return {
    samples,
    labels: labelsOf(observed, samples),
    t: level.time,
    sigma: level.sigma,
    tensors: Object.fromEntries(
      tensorNames.map((name) => [name, payload(shape, seen[name])]),
    ) as InspectReply['tensors'],
    weight: [...seen.weight],
    layer: layer === undefined ? undefined : await inspectLayer(distiller, layer),
  };
}

/** A layer's weights in G, and its gradients by the losses of the next step, before clipping. */
async function inspectLayer(distiller: Observed['distiller'], name: string): Promise<InspectReply['layer']> {
  const { grads, ...others } = distiller.gradients();
  tf.dispose(others as never);
  const of = async (params: Params | undefined) => {
    const tensors = params && byLayer(params).get(name);
    if (!tensors) return undefined;
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    return histogram(values.flatMap((part) => [...part]));
  };
  const found = {
    name,
    weights: (await of(distiller.weights({ average: false })))!,
    matching: await of(grads.matching),
    regression: await of(grads.regression),
    fake: await of(grads.fake),
  };
  tf.dispose(grads as never);
  return found;
}

function requireLayer(layers: readonly string[], name: string): void {
  if (layers.includes(name)) return;
  const nearest = [...layers].sort((a, b) => distance(a, name) - distance(b, name)).slice(0, 3);
  throw usageError(
    `The generator has no layer \`${name}\`. The nearest of its ${layers.length} are ` +
      `${nearest.map((known) => `\`${known}\``).join(', ')}.`,
  );
}

const payload = (shape: readonly number[], { buffer, byteOffset, byteLength }: Float32Array): TensorPayload => ({
  shape,
  base64: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
});
