/**
 * What a checkpoint of a distillation holds: everything the rest of the run follows from, and the generator for use as it is.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWeights } from '../networks/weights.ts';
import type { Checkpoint } from './checkpoints.ts';
import { saveGenerator } from './generator-file.ts';
import type { Job } from './job.ts';

/** Makes the checkpoint of the job as it is, whole or not at all. A failure when it cannot be written. */
export async function saveCheckpoint({ run, config, teacher, engine, distiller, iteration }: Job): Promise<Checkpoint> {
  const { tensors, progress } = distiller.state();
  const state = {
    v: 1,
    progress,
    config,
    teacher: { name: teacher.name, fingerprint: teacher.fingerprint },
    engine: engine.engine,
    device: engine.device,
    threads: engine.threads,
    node: process.version,
  };
  return run.checkpoint(iteration, async (folder) => {
    await writeFile(join(folder, 'state.safetensors'), await encodeWeights(tensors));
    await writeFile(join(folder, 'state.json'), JSON.stringify(state, null, 2) + '\n');
    await saveGenerator(join(folder, 'generator.safetensors'), generatorOf(distiller));
  });
}

/** The generator that is judged and exported. */
export const generatorOf = (distiller: Job['distiller']) => ({
  config: distiller.config,
  teacher: distiller.teacher,
  models: distiller.models,
  weights: distiller.weights(),
});
