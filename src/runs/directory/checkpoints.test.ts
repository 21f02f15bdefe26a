import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWhole } from '../files/manifest.ts';
import { listCheckpoints, readLast, removeOlder, setAside, writeCheckpoint } from './checkpoints.ts';
import { tidyRun } from './leftovers.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-checkpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));
const holding = (text: string) => async (path: string) => {
  await writeFile(join(path, 'state.json'), text);
  await writeFile(join(path, 'state.safetensors'), text.repeat(100));
};
let directories = 0;
const directory = () => join(folder, `${directories++}`, 'checkpoints');

describe('a checkpoint', () => {
  it('comes back as it was written', async () => {
    const { path } = await writeCheckpoint(directory(), 3, holding('three'));
    const files = await readWhole(path);
    expect([...files.keys()]).toEqual(['state.json', 'state.safetensors']);
    expect(files.get('state.json')!.toString()).toBe('three');
  });

  it.each<[string, (path: string) => void, string, 1 | 2]>([
    ['cut short', (path) => truncateSync(join(path, 'state.safetensors'), 99), 'has `99` bytes instead of 500', 1],
    ['changed', (path) => writeFileSync(join(path, 'state.json'), 'threE'), 'the SHA-256 of state.json is `', 1],
    [
      'without one of its files',
      (path) => rmSync(join(path, 'state.json')),
      'state.json` is damaged: there is none',
      1,
    ],
    [
      'without a manifest',
      (path) => rmSync(join(path, 'manifest.json')),
      'manifest.json` is damaged: there is none',
      1,
    ],
    ['with half a manifest', (path) => truncateSync(join(path, 'manifest.json'), 40), 'it is no JSON', 1],
    [
      'whose manifest leads out of it',
      (path) =>
        writeFileSync(
          join(path, 'manifest.json'),
          JSON.stringify({ v: 1, files: { '../secret': { bytes: 1, sha256: '0'.repeat(64) } } }),
        ),
      'it does not list the files of a checkpoint',
      1,
    ],
    [
      'of a newer version',
      (path) => writeFileSync(join(path, 'manifest.json'), JSON.stringify({ v: 2, files: [] })),
      'is of version `2`, and this dmd-lab reads version 1',
      2,
    ],
  ])('%s is refused', async (_what, spoil, message, exitCode) => {
    const { path } = await writeCheckpoint(directory(), 3, holding('three'));
    spoil(path);
    await expect(readWhole(path)).rejects.toMatchObject({
      exitCode,
      message: expect.stringContaining(message) as unknown,
    });
  });

  it('goes when there are enough newer ones', async () => {
    const checkpoints = directory();
    for (const iteration of [1, 2, 10, 30]) await writeCheckpoint(checkpoints, iteration, holding('x'));
    await removeOlder(checkpoints, 2);
    expect(readdirSync(checkpoints)).toEqual(['step-00000010', 'step-00000030']);
  });

  it('that is later than the one gone on from is set aside, not removed', async () => {
    const checkpoints = directory();
    for (const iteration of [1, 2, 3]) await writeCheckpoint(checkpoints, iteration, holding('x'));
    await setAside(checkpoints, 1, 'before-attempt-2');
    expect(readdirSync(checkpoints)).toEqual(['before-attempt-2', 'step-00000001']);
    expect(readdirSync(join(checkpoints, 'before-attempt-2'))).toEqual(['step-00000002', 'step-00000003']);
  });
});

it('what killed processes left is put in order, and what is not ours stays', async () => {
  const checkpoints = directory();
  const run = join(checkpoints, '..');
  for (const iteration of [1, 2]) await writeCheckpoint(checkpoints, iteration, holding(`${iteration}`));
  // one was being replaced when the process died, and the new one was not in its place yet
  renameSync(join(checkpoints, 'step-00000002'), join(checkpoints, '.step-00000002-17-old'));
  for (const name of ['.step-00000002-17', '.step-00000001-9-old', '.regression-alone-4', '.mine', 'step-1-old'])
    mkdirSync(join(checkpoints, name));
  writeFileSync(join(run, 'status.json.3141592653'), 'half');
  writeFileSync(join(run, 'status.json.old'), 'mine');
  await tidyRun(run);
  expect(readdirSync(checkpoints)).toEqual(['.mine', 'step-00000001', 'step-00000002', 'step-1-old']);
  expect((await readWhole(join(checkpoints, 'step-00000002'))).get('state.json')!.toString()).toBe('2');
  expect(readdirSync(run)).toEqual(['checkpoints', 'status.json.old']);
});

describe('a disk that fills', () => {
  const disk = join(folder, 'disk');
  let mounted = false;
  beforeAll(() => {
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
      mounted = true;
    } catch {
      // the test says so
    }
  });
  afterAll(() => {
    if (mounted) execFileSync('umount', [disk]);
  });

  it('keeps the checkpoints that were there, and holds nothing by half', async (context) => {
    if (!mounted) {
      console.log('skipped: a small disk to fill cannot be mounted here');
      context.skip();
    }
    await writeCheckpoint(disk, 1, holding('small'));
    const large = holding('x'.repeat(1000));
    for (const iteration of [1, 2]) {
      await expect(writeCheckpoint(disk, iteration, large)).rejects.toMatchObject({
        exitCode: 1,
        message: expect.stringContaining('could not be written: the disk is full') as unknown,
      });
    }
    expect(readdirSync(disk)).toEqual(['step-00000001']);
    expect((await readWhole(join(disk, 'step-00000001'))).get('state.json')!.toString()).toBe('small');
    expect(existsSync(join(disk, 'step-00000001', 'manifest.json'))).toBe(true);
    expect(readFileSync(join(disk, 'step-00000001', 'state.json'), 'utf8')).toBe('small');
  });
});

describe('the last checkpoint', () => {
  it('is read again, when the one that was the last has gone meanwhile', async () => {
    const checkpoints = directory();
    await writeCheckpoint(checkpoints, 1, holding('one'));
    const read = async () => {
      const { iteration, path } = (await listCheckpoints(checkpoints)).at(-1)!;
      if (iteration < 3) {
        await writeCheckpoint(checkpoints, iteration + 1, holding('another'));
        await removeOlder(checkpoints, 1);
      }
      return (await readWhole(path)).get('state.json')!.toString();
    };
    expect(await readLast(checkpoints, read)).toBe('another');
  });

  it('is not tried again for a fault of its own, nor without end', async () => {
    const checkpoints = directory();
    await writeCheckpoint(checkpoints, 1, holding('one'));
    let tries = 0;
    const fail = () => Promise.reject(new Error(`fault ${++tries}`));
    await expect(readLast(checkpoints, fail)).rejects.toThrow('fault 1');
    let iteration = 1;
    const flee = async () => {
      await writeCheckpoint(checkpoints, ++iteration, holding('another'));
      throw new Error(`flees to ${iteration}`);
    };
    await expect(readLast(checkpoints, flee)).rejects.toThrow('flees to 5');
  });
});
