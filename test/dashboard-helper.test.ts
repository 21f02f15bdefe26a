/**
 * The dashboard's helper as it is: a forked process that answers for a run, crashes, is cancelled and ends.
 */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Helper } from '../src/dashboard/helper/helper.ts';
import { readNpy } from '../src/data/npy.ts';
import type { TensorPayload } from '../src/runs/contract.ts';
import { commandInFolder, distil } from './command.ts';

const { folder, images, run } = commandInFolder();
const directory = join(folder, 'run');
const helper = new Helper({ env: { XDG_CACHE_HOME: join(folder, 'cache') }, isBusy: () => true });

beforeAll(async () => {
  const more = ['--set', 'checkpointEvery=2', '--set', 'learningRate=0.01', '--set', 'evaluationSamples=4'];
  expect((await run(distil(images, '--steps', '4', '--out', 'run', ...more))).code).toBe(0);
}, 120_000);
afterAll(() => helper.dispose());

const numbers = (buffer: ArrayBuffer | undefined) => [...new Float32Array(buffer!)];
const unpacked = ({ base64 }: TensorPayload) => numbers(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
const first = async (seed: number) => numbers((await helper.generate(directory, { seed, count: 1, labels: [1] })).buffers[0]); // prettier-ignore
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 4) as unknown);
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const gone = async (pid: number) => {
  for (let waited = 0; isAlive(pid) && waited < 20_000; waited += 50) await setTimeout(50);
  return !isAlive(pid);
};

test('a seed gives what the command gives, with what it took, and the teacher gives its own', async () => {
  const { ok, buffers } = await helper.generate(directory, { seed: 3, count: 5, teacherSteps: 3 });
  expect(ok.oneStep.shape).toEqual([5, 8, 8, 3]);
  expect(ok.oneStep.secondsPerImage).toBeGreaterThan(0);
  expect(ok.teacher).toMatchObject({ shape: [5, 8, 8, 3], nfe: 5 });
  await run(['sample', directory, '--seed', '3', '--count', '5', '--out', 'five.npy', '--threads', '1']);
  const { values } = await readNpy(join(folder, 'five.npy'));
  expect(numbers(buffers[ok.oneStep.buffer])).toEqual(close([...values]));
  expect(numbers(buffers[ok.teacher!.buffer])).toHaveLength(5 * 192);
  expect(numbers(buffers[ok.teacher!.buffer])).not.toEqual(numbers(buffers[ok.oneStep.buffer]));
});

test('another checkpoint gives others; one that is not there is told with those that are', async () => {
  const [now, before] = await Promise.all([helper.generate(directory, { seed: 1, count: 2 }), helper.generate(directory, { seed: 1, count: 2, checkpoint: 2 })]); // prettier-ignore
  expect(numbers(now.buffers[0])).not.toEqual(numbers(before.buffers[0]));
  const absent = helper.generate(directory, { seed: 1, count: 2, checkpoint: 3 });
  await expect(absent).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('step `3` any more. There are: 2, 4.') as unknown }); // prettier-ignore
});

test('an interpolation goes from one seed’s sample to the other’s', async () => {
  const { buffers } = await helper.generate(directory, { seed: 7, toSeed: 8, count: 5, labels: [1] });
  const way = numbers(buffers[0]);
  expect(way.slice(0, 192)).toEqual(close(await first(7)));
  expect(way.slice(-192)).toEqual(close(await first(8)));
  expect(way.slice(192, 384)).not.toEqual(close(way.slice(0, 192)));
});

test('classes and counts that are not there are refused', async () => {
  await expect(helper.generate(directory, { seed: 0, count: 2, labels: [0, 2] })).rejects.toThrow('no class `2`: this generator knows the classes 0 to 1'); // prettier-ignore
  await expect(helper.generate(directory, { seed: 0, count: 0 })).rejects.toThrow('not `0`');
  await expect(helper.generate(join(folder, 'nowhere'), { seed: 0, count: 1 })).rejects.toMatchObject({ kind: 'usage' }); // prettier-ignore
});

test('the last checkpoint is inspected at any sample and level, and its layers are counted', async () => {
  const look = (t: number, layer?: string) => helper.inspect(directory, { type: 'inspect', samples: [1, 0], t, layer });
  const [low, high] = await Promise.all([look(0.5), look(5)]);
  expect(low.labels).toEqual([1, 0]);
  expect(unpacked(low.tensors.x)).toEqual(unpacked(high.tensors.x));
  expect([low.sigma, high.sigma]).toEqual(close([low.t, high.t]));
  expect(high.sigma).toBeGreaterThan(4 * low.sigma);
  const [mu_real, mu_fake, difference] = [low.tensors.mu_real, low.tensors.mu_fake, low.tensors.difference].map(unpacked); // prettier-ignore
  expect(difference).toEqual(close(mu_fake!.map((value, i) => value - mu_real![i]!)));
  const refused = await look(1, 'nothing').catch((error: Error) => error.message);
  const [, layer] = /The nearest of its \d+ are `([^`]+)`/.exec(String(refused))!;
  expect((await look(1, layer)).layer).toMatchObject({
    name: layer,
    matching: { counts: expect.anything() as unknown },
  });
});

test('the generator is written for others again', async () => {
  const file = join(directory, 'generator.onnx');
  rmSync(file);
  expect((await helper.export(directory)).files).toEqual(['generator.safetensors', 'generator.onnx']);
  expect(existsSync(file)).toBe(true);
});

test('who does not wait any longer is let go, and the others get their answers', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const long = helper.generate(directory, { seed: 1, count: 64, teacherSteps: 30 }, first.signal);
  const queued = helper.generate(directory, { seed: 1, count: 1 }, second.signal);
  const last = helper.generate(directory, { seed: 1, count: 1 });
  first.abort(new Error('page gone'));
  second.abort(new Error('page gone'));
  await expect(long).rejects.toThrow('page gone');
  await expect(queued).rejects.toThrow('page gone');
  expect((await last).ok.oneStep.shape).toEqual([1, 8, 8, 3]);
});

test('a crash is told of, and the next question starts another', async () => {
  const { pid } = helper['child']!;
  const asked = helper.generate(directory, { seed: 1, count: 64, teacherSteps: 30 });
  process.kill(pid!, 'SIGKILL');
  await expect(asked).rejects.toMatchObject({ kind: 'failure', message: expect.stringContaining('ended by itself (SIGKILL)') as unknown }); // prettier-ignore
  await helper.generate(directory, { seed: 1, count: 1 });
  expect(helper['child']!.pid).not.toBe(pid);
});

test('it ends when nothing is asked for a while, and begins again', async () => {
  const idle = new Helper({ idleAfter: 50 });
  await expect(idle.generate(join(folder, 'nowhere'), { seed: 0, count: 1 })).rejects.toThrow('nowhere');
  const { pid } = idle['child']!;
  expect(await gone(pid!)).toBe(true);
  await expect(idle.generate(join(folder, 'nowhere'), { seed: 0, count: 1 })).rejects.toThrow('nowhere');
  idle.dispose();
});

test('it ends with the process that forked it', async () => {
  const script = `const child = require('node:child_process').fork(${JSON.stringify(resolve('dist/helper.js'))}, [], { serialization: 'advanced' });
    child.send({ type: 'cancel', id: 0 }); console.log(child.pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = Number(await new Promise<string>((resolve) => parent.stdout.once('data', (data: Buffer) => resolve(data.toString())))); // prettier-ignore
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  expect(await gone(pid)).toBe(true);
});

test('a node that is not there is named', async () => {
  const lost = new Helper({ node: join(folder, 'no-node') });
  await expect(lost.export(directory)).rejects.toThrow(/could not be started with `.*no-node`/);
  lost.dispose();
});
