/**
 * `control.json`: where the run listens and the token that it asks for, readable by its user alone. A client finds a run
 * only through it, so a run directory can be moved.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, replaceFile } from '../files/replace-file.ts';
import { isSocketPath } from './socket-place.ts';

const Address = z.object({
  v: z.number(),
  path: z.string().refine(isSocketPath),
  token: z.string().min(1).max(200),
  pid: z.number(),
});
export type Address = z.output<typeof Address>;

const fileOf = (directory: string): string => join(directory, 'control.json');

/** A failure when it cannot be written. */
export async function writeAddress(directory: string, address: Address): Promise<void> {
  // a link that lies there must not be followed
  await rm(fileOf(directory), { force: true });
  await replaceFile(fileOf(directory), JSON.stringify(address) + '\n', 0o600);
}

/** The address in a run directory; undefined when there is none, or it is none of ours. */
export async function readAddress(directory: string): Promise<Address | undefined> {
  return Address.safeParse(await readJson(fileOf(directory))).data;
}

/** Removes the address with this token; one that another process has written since stays. */
export async function removeAddress(directory: string, token: string): Promise<void> {
  if ((await readAddress(directory))?.token !== token) return;
  await rm(fileOf(directory), { force: true }).catch(() => undefined);
}
