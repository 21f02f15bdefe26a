/**
 * A teacher's training in a file beside the teacher, whole, so that it can go on after an interruption.
 */
import { z } from 'zod';
import { usageError } from '../errors.ts';
import { architectureOf } from '../networks/build.ts';
import type { DenoiserNetwork, Params } from '../networks/denoiser.ts';
import { loadWeights, saveWeights } from '../networks/weights.ts';
import type { TeacherTrainingState } from './train.ts';

const Progress = z.object({ step: z.number().int().min(0), random: z.array(z.number()) });

const groupsOf = ({ params, optimiser, average }: TeacherTrainingState): Record<string, Params> => ({
  params,
  m: optimiser.m,
  v: optimiser.v,
  average,
});

/** Writes `state`, whose tensors stay the caller's, to the safetensors file `path`. */
export async function saveTraining(path: string, network: DenoiserNetwork, state: TeacherTrainingState): Promise<void> {
  const tensors = Object.entries(groupsOf(state)).flatMap(([group, params]) =>
    Object.entries(params).map(([name, tensor]) => [`${group}/${name}`, tensor] as const),
  );
  await saveWeights(path, Object.fromEntries(tensors), {
    architecture: JSON.stringify(network.architecture),
    training: JSON.stringify({ step: state.step, random: state.random }),
  });
}

/** The training that `saveTraining` wrote, for the same network. The caller disposes the tensors. */
export async function loadTraining(path: string, network: DenoiserNetwork): Promise<TeacherTrainingState> {
  const { params: tensors, metadata } = await loadWeights(path);
  const architecture = architectureOf(metadata, `\`${path}\``);
  if (JSON.stringify(architecture) !== JSON.stringify(network.architecture)) {
    throw usageError(
      `\`${path}\` is the training of another network, \`${JSON.stringify(architecture.options)}\`. Resume it with the ` +
        'options it was begun with.',
    );
  }
  const progress = Progress.safeParse(JSON.parse(metadata['training'] ?? 'null'));
  if (!progress.success) throw usageError(`\`${path}\` holds no training that could be resumed.`);
  const group = (name: string): Params =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([key]) => key.startsWith(`${name}/`))
        .map(([key, tensor]) => [key.slice(name.length + 1), tensor]),
    );
  return {
    ...progress.data,
    params: group('params'),
    optimiser: { m: group('m'), v: group('v') },
    average: group('average'),
  };
}
