/**
 * What the rest of a run follows from, besides its configuration, teacher and pairs: tensors by name, and numbers that
 * survive JSON.
 */
import * as tf from '@tensorflow/tfjs-core';
import { failure } from '../errors.ts';
import type { AdamwState } from '../networks/adamw.ts';
import type { Params } from '../networks/denoiser.ts';

/** A network in training: its weights and what AdamW remembers. */
export type Trained = { params: Params; state: AdamwState };
/** G in training, with the running average of its weights (empty when none is kept). */
export type TrainedGenerator = Trained & { average: Params };

export interface DistillerState {
  /** Weights, their average and optimiser states, by names such as `generator.params/linear_in.weight`. */
  tensors: Params;
  progress: { iteration: number; updates: { generator: number; fake: number }; random: readonly number[] };
}

type Networks = { generator: TrainedGenerator; fake: Trained };

/** Every tensor of both networks under a name of its own. */
export function flatten({ generator, fake }: Networks): Params {
  return Object.fromEntries(
    Object.entries(groups({ generator, fake })).flatMap(([group, params]) =>
      Object.entries(params).map(([name, tensor]) => [`${group}/${name}`, tensor]),
    ),
  );
}

/** Copies of `tensors`, in the form of `like`. A failure when one is absent or has another shape. */
export function unflatten(tensors: Params, like: Networks): Networks {
  const copies = Object.fromEntries(
    Object.entries(groups(like)).map(([group, params]) => [group, copyLike(tensors, group, params)]),
  ) as ReturnType<typeof groups>;
  const trained = (network: 'generator' | 'fake'): Trained => ({
    params: copies[`${network}.params`],
    state: { m: copies[`${network}.m`], v: copies[`${network}.v`] },
  });
  return { generator: { ...trained('generator'), average: copies['generator.average'] }, fake: trained('fake') };
}

const groups = ({ generator, fake }: Networks) => ({
  'generator.params': generator.params,
  'generator.m': generator.state.m,
  'generator.v': generator.state.v,
  'generator.average': generator.average,
  'fake.params': fake.params,
  'fake.m': fake.state.m,
  'fake.v': fake.state.v,
});

function copyLike(tensors: Params, group: string, like: Params): Params {
  for (const [name, { shape }] of Object.entries(like)) {
    const came = tensors[`${group}/${name}`]?.shape;
    if (came?.join() === shape.join()) continue;
    throw failure(
      `The checkpoint's \`${group}/${name}\` ` +
        (came ? `has the shape \`[${came.join(', ')}]\` where this run has [${shape.join(', ')}]` : 'is absent') +
        '. Resume it with the configuration and the teacher that it was made with.',
    );
  }
  return Object.fromEntries(Object.keys(like).map((name) => [name, tf.clone(tensors[`${group}/${name}`]!)]));
}
