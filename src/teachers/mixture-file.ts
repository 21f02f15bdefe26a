/**
 * A mixture that somebody drew: a file `NAME.mixture.json` of round modes in the plane.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { edmSchedule } from '../diffusion/edm.ts';
import { gaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { messageOf, usageError } from '../errors.ts';
import { mixtureTeacher, type MixtureTeacher } from './mixture.ts';

const EXTENSION = '.mixture.json';
const VERSION = 1;
/** Modes of a file at most. */
const MOST_MODES = 200;

const number = (least: number, most: number) => {
  const error = `It must be a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
};
const coordinate = number(-10, 10);
const modes = `It must be a list of 1 to ${MOST_MODES} modes, each with \`mean\` and \`std\``;

/** What a file holds: 1 to 200 modes in the plane, −10…10. */
export const MixtureFile = z.strictObject({
  v: z.literal(VERSION, { error: `It must be ${VERSION}; a newer version needs a newer dmd-lab` }),
  modes: z
    .array(
      z.strictObject({
        mean: z.tuple([coordinate, coordinate], { error: 'It must be a point [x, y]' }),
        /** In every direction. */
        std: number(0.02, 2),
        /** Its share, beside those of the others; default: 1. */
        weight: number(1e-3, 1e3).optional(),
      }),
      { error: modes },
    )
    .min(1, { error: modes })
    .max(MOST_MODES, { error: modes }),
});
export type MixtureFile = z.output<typeof MixtureFile>;

/** Whether a teacher of this name is such a file. */
export const isMixtureFile = (nameOrPath: string): boolean => nameOrPath.endsWith(EXTENSION);

/** The exact teacher of the file `path`, on EDM's schedule. A usage error when there is none or it holds something else. */
export async function mixtureOfFile(path: string): Promise<MixtureTeacher> {
  const { modes } = checkMixture(await readJsonText(path), `In \`${path}\``);
  const mixture = gaussianMixture({
    weights: modes.map(({ weight = 1 }) => weight),
    means: modes.map(({ mean }) => mean),
    covariance: { each: modes.map(({ std }) => std ** 2) },
  });
  return mixtureTeacher(basename(path, EXTENSION), mixture, edmSchedule());
}

/** `content` as a mixture. A usage error that names the first thing wrong; `where` begins its sentence. */
export function checkMixture(content: unknown, where: string): MixtureFile {
  const { data, error } = MixtureFile.safeParse(content);
  if (data) return data;
  const { path, message, ...issue } = error.issues[0]!;
  const at = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0]!] : path;
  const came = at.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], content);
  if (issue.code === 'unrecognized_keys') {
    throw usageError(
      `${where}, the key \`${at.join('.')}\` is unknown. A mixture has v and modes, a mode mean, std and weight.`,
    );
  }
  if (at.length === 0)
    throw usageError(`${where}, a mixture must be an object \`{ v, modes }\`, not \`${shown(came)}\`.`);
  throw usageError(`${where}, \`${at.join('.')}\` is \`${shown(came)}\`. ${message}.`);
}

async function readJsonText(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is none' : error.message;
    throw usageError(`The mixture \`${path}\` cannot be read: ${reason}.`, error);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`The mixture \`${path}\` is not JSON: ${messageOf(error)}.`, error);
  }
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80);
