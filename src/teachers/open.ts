/**
 * Opens whatever `teacher` names: an exact mixture, the bundled teacher of digits, or one in a file.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { usageError } from '../errors.ts';
import { loadNetwork } from '../networks/build.ts';
import { cachePath, packagePath } from '../paths.ts';
import { withFittedStudent } from './fitted.ts';
import { isMixtureFile, mixtureOfFile } from './mixture-file.ts';
import { isMixturePreset, mixturePreset, mixturePresets } from './mixture-presets.ts';
import type { Teacher } from './teacher.ts';

/** The teachers that have names. */
export const teacherNames: readonly string[] = ['mnist', ...mixturePresets];

/**
 * The teacher `nameOrPath`: one of `teacherNames`, or the path of a safetensors file that `train-teacher` wrote or of a
 * `*.mixture.json`. A mixture's student is fitted at the first call (a few seconds) and kept in `cache`. The caller disposes
 * all weights, once where the student's are the teacher's. A usage error when there is no such teacher.
 */
export async function openTeacher(nameOrPath: string, cache = cachePath('students')): Promise<Teacher> {
  if (isMixturePreset(nameOrPath)) return withFittedStudent(mixturePreset(nameOrPath), cache);
  if (isMixtureFile(nameOrPath)) return withFittedStudent(await mixtureOfFile(nameOrPath), cache);
  if (nameOrPath === 'mnist') return trainedTeacher('mnist', packagePath('weights', 'mnist-teacher.safetensors'));
  if (!(await exists(nameOrPath))) {
    throw usageError(
      `There is no teacher \`${nameOrPath}\`. Did you mean \`${closest(nameOrPath, teacherNames)}\`? Known are ` +
        `${teacherNames.join(', ')}, and the path of a safetensors file that train-teacher wrote, or of a drawn *.mixture.json.`,
    );
  }
  return trainedTeacher(basename(nameOrPath).replace(/\.safetensors$/, ''), nameOrPath);
}

/** What names the same teacher from every working directory: its name, or the absolute path of its file. */
export const lastingName = (nameOrPath: string): string =>
  teacherNames.includes(nameOrPath) || !existsSync(nameOrPath) ? nameOrPath : resolve(nameOrPath);

/** The teacher in the safetensors file `path`, which is its own student. */
async function trainedTeacher(name: string, path: string): Promise<Teacher> {
  const { network, params, metadata } = await loadNetwork(path);
  const { sampleShape, classes, schedule } = network;
  return {
    name,
    schedule,
    sampleShape,
    classes,
    params,
    fingerprint: `sha256-${createHash('sha256')
      .update(await readFile(path))
      .digest('hex')}`,
    dataset: metadata['data'],
    denoise: (params, x_t, level, labels) => network.denoise(params, x_t, level, labels),
    student: { network, params },
  };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
