/**
 * For tests: a small run on two modes, whose parts are at hand.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Config, type ConfigInput } from '../../distillation/config.ts';
import { Distiller } from '../../distillation/distiller.ts';
import { pairsInMemory } from '../../distillation/pairs/pairs.ts';
import { mlp } from '../../networks/mlp.ts';
import { Random } from '../../random.ts';
import { mixturePreset } from '../../teachers/mixture-presets.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import type { RunEvent } from '../contract.ts';
import { RunDirectory } from '../directory/directory.ts';
import type { Observed } from './observed.ts';

export interface SmallRun extends Observed {
  iteration: number;
  readonly events: RunEvent[];
}

/** A run before its first step, in a folder that goes when the test has ended. */
export async function smallRun(input: ConfigInput = {}, of: Partial<Teacher> = {}): Promise<SmallRun> {
  const network = mlp({ width: 8, layers: 1 });
  const student = { network, params: network.init(Random.fromSeed(1)) };
  const teacher: Teacher = { ...mixturePreset('two-modes'), student, ...of };
  const config = Config.parse({ teacher: 'two-modes', steps: 100, batchSize: 8, learningRate: 1e-2, ...input });
  const [z, y] = [5, 6].map((seed) => Random.fromSeed(seed).normal(64)) as [Float32Array, Float32Array];
  const distiller = Distiller.create({ config, teacher, pairs: pairsInMemory({ sampleShape: [2], z, y }) });
  const folder = await mkdtemp(join(tmpdir(), 'dmd-observation-'));
  const run = await RunDirectory.create(config, join(folder, 'run'));
  onTestFinished(async () => {
    await run.close('stopped');
    await rm(folder, { recursive: true });
  });
  const events: RunEvent[] = [];
  run.onEvent((event) => events.push(event));
  return { run, config, teacher, distiller, iteration: 0, events };
}
