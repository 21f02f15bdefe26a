/**
 * What a checkpoint of a distillation holds: everything the rest of the run follows from, and the generator for use as it is.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Config } from '../../distillation/config.ts';
import type { DistillerState } from '../../distillation/state.ts';
import { decodeWeights, encodeWeights } from '../../networks/weights.ts';
import type { Checkpoint } from '../directory/checkpoints.ts';
import { damaged, readWhole, requireVersion } from '../files/manifest.ts';
import { saveGenerator } from '../generator/generator-file.ts';
import { HostRecord, recordOf } from './host-record.ts';
import type { Job } from './job.ts';

const VERSION = 1;
const [STATE, TENSORS] = ['state.json', 'state.safetensors'];

const Version = z.object({ v: z.number().min(1) });
const State = z.object({
  config: Config,
  teacher: z.object({ name: z.string(), fingerprint: z.string() }),
  engine: z.enum(['onnx', 'tensorflow', 'cpu']),
  device: z.string(),
  threads: z.number(),
  runtime: z.string(),
  node: z.string(),
  /** The processor's model: others may round otherwise. */
  cpu: z.string(),
  progress: z.object({
    iteration: z.number().int().min(0),
    updates: z.object({ generator: z.number().int().min(0), fake: z.number().int().min(0) }),
    random: z.array(z.number().int()).length(4),
  }),
  host: HostRecord,
});

/** A checkpoint that was read and found sound; its tensors are still bytes. */
export type ReadCheckpoint = z.output<typeof State> & { readonly path: string; readonly tensors: Uint8Array };

/** The model of this machine's processor. */
export const processorModel = (): string => cpus()[0]?.model ?? 'unknown';

/**
 * Makes the checkpoint of the job as it is, whole or not at all; then those go that are more than it keeps. A failure when
 * it cannot be written.
 */
export async function saveCheckpoint(job: Job): Promise<Checkpoint> {
  return job.run.checkpoint(job.iteration, (folder) => writeState(job, folder), job.config.keepCheckpoints);
}

/** Writes the files of a checkpoint of the job as it is into `folder`. */
export async function writeState(job: Job, folder: string): Promise<void> {
  const { config, teacher, engine, distiller } = job;
  const { tensors, progress } = distiller.state();
  const state: z.input<typeof State> = {
    config,
    teacher: { name: teacher.name, fingerprint: teacher.fingerprint },
    engine: engine.engine,
    device: engine.device,
    threads: engine.threads,
    runtime: engine.runtime,
    node: process.version,
    cpu: processorModel(),
    progress: { ...progress, random: [...progress.random] },
    host: recordOf(job),
  };
  await writeFile(join(folder, TENSORS), await encodeWeights(tensors));
  await writeFile(join(folder, STATE), JSON.stringify({ v: VERSION, ...state }, null, 2) + '\n');
  await saveGenerator(join(folder, 'generator.safetensors'), generatorOf(distiller));
}

/** The checkpoint in the folder `path`; see `readWhole` for the errors. */
export async function readCheckpoint(path: string): Promise<ReadCheckpoint> {
  const files = await readWhole(path);
  const [text, tensors] = [files.get(STATE), files.get(TENSORS)];
  const file = join(path, STATE);
  if (!text || !tensors) throw damaged(path, `it holds no ${text ? TENSORS : STATE}`);
  let content: unknown;
  try {
    content = JSON.parse(text.toString());
  } catch (error) {
    throw damaged(file, 'it is no JSON', error);
  }
  const version = Version.safeParse(content).data?.v;
  if (version !== undefined) requireVersion(file, version, VERSION);
  const state = State.safeParse(content);
  if (version === undefined || !state.success) {
    const key = state.error?.issues[0]?.path.join('.') ?? 'v';
    throw damaged(file, `\`${key}\` is not what a checkpoint has there`, state.error);
  }
  return { ...state.data, path, tensors };
}

/** The state of the Distiller that the checkpoint is of. The caller disposes the tensors. */
export function distillerState({ path, tensors, progress }: ReadCheckpoint): DistillerState {
  return { tensors: decodeWeights(tensors, join(path, TENSORS)).params, progress };
}

/** The generator that is judged and exported. */
export const generatorOf = (distiller: Job['distiller']) => ({
  config: distiller.config,
  teacher: distiller.teacher,
  models: distiller.models,
  weights: distiller.weights(),
});
