/**
 * What a killed process leaves in a run directory: folders half written, and files that were to take another's place.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointsFolder, tidyCheckpoints } from './checkpoints.ts';

/** Of each folder of a run, the files that are replaced whole: aside they have a number behind their name. */
const asides = {
  '.': /^(config|status|control|notes|summary)\.json\.\d+$|^(generator|samples|curves)\.(safetensors|onnx|png)\.\d+$/,
  images: /^[\w-]+\.png\.\d+$/,
  probes: /^[\w-]+\.safetensors\.\d+$/,
  attempts: /^\d{4,}\.json\.\d+$/,
};

/** Puts the run directory `path` in order; no other process may be at work in it. Touches only what is certainly ours. */
export async function tidyRun(path: string): Promise<void> {
  await tidyCheckpoints(join(path, checkpointsFolder));
  for (const [folder, aside] of Object.entries(asides)) {
    const names = await readdir(join(path, folder)).catch(() => []);
    for (const name of names) if (aside.test(name)) await rm(join(path, folder, name), { force: true });
  }
}
