/**
 * Where a run listens: a short hashed name in a folder that is the user's alone. Socket paths end at about 107 bytes, and
 * other users share the folder for temporary files.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, realpath, unlink } from 'node:fs/promises';
import { createConnection, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { failure, messageOf } from '../../errors.ts';
import { reasonOf } from '../files/replace-file.ts';

/** Bytes that every system takes as the path of a socket. */
const LONGEST_PATH = 100;
/** Names that are tried before it is given up. */
const MOST_NAMES = 16;
const HASH_LENGTH = 16;

/**
 * Lets `server` listen for the run in `directory`; the path of its socket. What lies there already and answers, or is not a
 * socket of ours, is left alone and another name taken; a socket that nobody listens on any more is removed. A failure when
 * there is no safe place.
 */
export async function listenFor(directory: string, server: Server): Promise<string> {
  const hash = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, HASH_LENGTH);
  if (process.platform === 'win32') {
    const path = `\\\\.\\pipe\\dmd-lab-${hash}-${randomBytes(8).toString('hex')}`;
    await listen(server, path);
    return path;
  }
  const folder = await socketFolder();
  for (let n = 0; n < MOST_NAMES; n++) {
    const path = join(folder, `${hash}${n === 0 ? '' : `-${n}`}.sock`);
    if (!(await isFree(path))) continue;
    try {
      await listen(server, path);
      return path;
    } catch (error) {
      // somebody was faster
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE')
        throw failure(`The control socket \`${path}\` cannot be opened: ${reasonOf(error)}.`, error);
    }
  }
  throw failure(`\`${folder}\` has no room for the control socket: \`${hash}.sock\` and its like are all taken.`);
}

/** Whether `path` looks like a socket of a run, so that nothing else is ever written to. */
export function isSocketPath(path: string): boolean {
  if (process.platform === 'win32') return /^\\\\\.\\pipe\\dmd-lab-[0-9a-f-]+$/.test(path);
  return isAbsolute(path) && /^[0-9a-f]{16}(-\d+)?\.sock$/.test(basename(path));
}

/** The folder for sockets, made when it is missing: of this user, and closed to all others. */
async function socketFolder(): Promise<string> {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const candidates = [
    ...(runtime && isAbsolute(runtime) ? [join(runtime, 'dmd-lab')] : []),
    join(tmpdir(), `dmd-lab-${process.getuid!()}`),
  ];
  const longestName = join('/', `${'0'.repeat(HASH_LENGTH)}-${MOST_NAMES}.sock`).length;
  const short = candidates.filter((folder) => Buffer.byteLength(folder) + longestName < LONGEST_PATH);
  const refusals: string[] = [];
  for (const folder of short) {
    try {
      await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      const { uid, mode, isRealFolder } = await lstat(folder).then((found) => ({
        uid: found.uid,
        mode: found.mode,
        isRealFolder: found.isDirectory(),
      }));
      if (!isRealFolder) refusals.push(`\`${folder}\` is no folder; remove it`);
      else if (uid !== process.getuid!()) refusals.push(`\`${folder}\` belongs to the user \`${uid}\``);
      else if ((mode & 0o077) !== 0)
        refusals.push(
          `others may use \`${folder}\`, its mode is \`${(mode & 0o777).toString(8)}\`; it must be \`700\``,
        );
      else return folder;
    } catch (error) {
      refusals.push(`\`${folder}\` cannot be made: ${messageOf(error)}`);
    }
  }
  if (short.length === 0)
    refusals.push(`the path \`${candidates.at(-1)}\` is too long; set \`TMPDIR\` to a shorter one`);
  throw failure(`There is no safe place for the control socket: ${refusals.join('. ')}.`);
}

/** Whether a socket can be made at `path`; one that nobody listens on is removed. */
async function isFree(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return true;
  if (!found.isSocket() || found.uid !== process.getuid!() || !(await isDeserted(path))) return false;
  await unlink(path).catch(() => undefined);
  return true;
}

const isDeserted = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
