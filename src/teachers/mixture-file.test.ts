import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presetConfig } from '../distillation/presets.ts';
import { mixtureOfFile } from './mixture-file.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mixtures-'));
});
afterAll(() => rm(directory, { recursive: true }));

const written = async (name: string, content: unknown) => {
  const path = join(directory, `${name}.mixture.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const mode = (mean: number[], std = 0.1, weight?: number) => ({ mean, std, weight });

test('a drawn mixture is an exact teacher, known by what it holds and not by its name', async () => {
  const modes = [mode([-1, 0.5], 0.2), mode([1, 0], 0.1, 3)];
  const drawn = await mixtureOfFile(await written('drawn', { v: 1, modes }));
  expect([drawn.name, drawn.sampleShape]).toEqual(['drawn', [2]]);
  const { components } = drawn.mixture;
  expect(components.map(({ weight }) => weight)).toEqual([0.25, 0.75]);
  expect(components[0]).toMatchObject({ mean: [-1, 0.5], variances: [0.2 ** 2, 0.2 ** 2] });
  const same = await mixtureOfFile(await written('same', { v: 1, modes }));
  const other = await mixtureOfFile(await written('other', { v: 1, modes: modes.slice(1) }));
  expect(same.fingerprint).toBe(drawn.fingerprint);
  expect(other.fingerprint).not.toBe(drawn.fingerprint);
});

test('its presets are those of mixtures', () => {
  expect(presetConfig('drawn.mixture.json')).toEqual({ ...presetConfig('ring'), teacher: 'drawn.mixture.json' });
});

test.each([
  ['no JSON', '{', 'is not JSON'],
  ['a list', [], 'must be an object'],
  ['a newer one', { v: 2, modes: [mode([0, 0])] }, '`v` is `2`. It must be 1'],
  ['nothing', { v: 1, modes: [] }, '`modes` is `[]`. It must be a list of 1 to 200 modes'],
  ['too many', { v: 1, modes: Array(201).fill(mode([0, 0])) }, 'a list of 1 to 200 modes'],
  ['a needle', { v: 1, modes: [mode([0, 0]), mode([0, 0], 0.001)] }, '`modes.1.std` is `0.001`. It must be a number from 0.02 to 2'], // prettier-ignore
  [
    'far out',
    { v: 1, modes: [mode([0, 1e9])] },
    '`modes.0.mean.1` is `1000000000`. It must be a number from -10 to 10',
  ],
  ['a line', { v: 1, modes: [mode([1])] }, '`modes.0.mean` is `[1]`. It must be a point [x, y]'],
  ['no spread', { v: 1, modes: [{ mean: [0, 0] }] }, '`modes.0.std` is `undefined`. It must be a number'],
  ['a typo', { v: 1, modes: [{ ...mode([0, 0]), wieght: 2 }] }, 'the key `modes.0.wieght` is unknown'],
  ['no share', { v: 1, modes: [mode([0, 0], 0.1, 0)] }, '`modes.0.weight` is `0`'],
])('%s is refused with what is wrong', async (_, content, message) => {
  const path = await written('bad', content);
  const refused = mixtureOfFile(path);
  await expect(refused).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) as unknown });
  await expect(refused).rejects.toThrow(path);
});

test('a file that is not there is named', async () => {
  await expect(mixtureOfFile('nowhere.mixture.json')).rejects.toThrow(
    'The mixture `nowhere.mixture.json` cannot be read: there is none.',
  );
});
