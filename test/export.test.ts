/**
 * `dmd-lab export` as people run it: what it writes is the generator, and what was there stays.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runModel } from '../src/engine/run-model.ts';
import { commandInFolder, distil, lastLine } from './command.ts';

const { folder, points, run } = commandInFolder();
const bytes = (...path: string[]) => readFileSync(join(folder, ...path));

beforeAll(async () => {
  const ended = await run(distil(points, '--steps', '2', '--out', 'run'));
  expect(ended).toMatchObject({ code: 0 });
}, 240_000);

describe('dmd-lab export', () => {
  it('writes the generator of a run as safetensors and as ONNX', async () => {
    const ended = await run(['export', 'run', '--out', 'mine.safetensors', '--out', 'mine.onnx', '--json']);
    expect(lastLine(ended)).toEqual({
      generator: join('run', 'generator.safetensors'),
      files: [
        { path: 'mine.safetensors', bytes: bytes('mine.safetensors').length },
        { path: 'mine.onnx', bytes: bytes('mine.onnx').length },
      ],
    });
    expect(bytes('mine.safetensors').equals(bytes('run', 'generator.safetensors'))).toBe(true);
    const noise = { type: 'float32', shape: [3, 2], data: Float32Array.of(0, 1, -1, 0.5, 2, -2) } as const;
    const drawn = await runModel(bytes('mine.onnx'), { noise }, 'point');
    expect([...drawn]).toEqual([...(await runModel(bytes('run', 'generator.onnx'), { noise }, 'point'))]);
  });

  it('writes both into a folder, of a checkpoint too', async () => {
    mkdirSync(join(folder, 'both'));
    expect((await run(['export', 'run/checkpoints/step-00000002', '--out', 'both'])).code).toBe(0);
    expect(readdirSync(join(folder, 'both')).sort()).toEqual(['generator.onnx', 'generator.safetensors']);
  });

  it('replaces a file only when told so', async () => {
    writeFileSync(join(folder, 'precious.onnx'), 'precious');
    const refused = await run(['export', 'run', '--out', 'new.onnx', '--out', 'precious.onnx']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('`precious.onnx` is there') as unknown });
    expect(bytes('precious.onnx').toString()).toBe('precious');
    expect(existsSync(join(folder, 'new.onnx'))).toBe(false);
    expect((await run(['export', 'run', '--out', 'precious.onnx', '--force'])).code).toBe(0);
    expect(bytes('precious.onnx').equals(bytes('run', 'generator.onnx'))).toBe(true);
  });

  it.each([
    [['export', 'nowhere', '--out', 'x.onnx'], '`nowhere`'],
    [['export', 'points.safetensors', '--out', 'x.onnx'], 'holds no generator'],
    [['export', 'run', '--out', 'x.pt'], '`x.pt` ends neither with .safetensors nor with .onnx'],
    [['export', 'run', '--out', 'absent/x.onnx'], 'There is no folder `absent`'],
    [['export', 'run', '--out', 'run/config.json/x.onnx'], 'There is no folder `run/config.json`'],
    [['export', 'run'], "required option '--out <path>' not specified"],
  ])('refuses %j with exit code 2 and one sentence', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
  });

  it('fails on a generator that is damaged, and writes nothing', async () => {
    writeFileSync(join(folder, 'damaged.safetensors'), bytes('run', 'generator.safetensors').subarray(0, 900));
    const { code, stderr } = await run(['export', 'damaged.safetensors', '--out', 'y.safetensors']);
    expect(code).toBe(1);
    expect(stderr).toContain('`damaged.safetensors` is no sound safetensors file');
    expect(existsSync(join(folder, 'y.safetensors'))).toBe(false);
  });
});
