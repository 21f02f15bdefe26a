/**
 * Runs that the dashboard starts: processes of their own, on teachers that were named or drawn.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { launchRun } from '../src/dashboard/launch-run.ts';
import { startRun } from '../src/dashboard/start-run.ts';
import { readStatus } from '../src/runs/directory/status.ts';
import { commandInFolder } from './command.ts';

const { folder, points } = commandInFolder();
const directory = join(folder, '.dmd', 'runs');
const env = { XDG_CACHE_HOME: join(folder, 'cache') };
const small = { steps: 2, batchSize: 4, pairs: 4, samplerSteps: 2, evaluationSamples: 4, threads: 1 };

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const finished = async (run: string) => {
  for (;;) {
    const status = (await readStatus(run))!;
    if (['finished', 'failed'].includes(status.state)) return status;
    await setTimeout(50);
  }
};

test('two runs at once get a directory each and go on by themselves', async () => {
  const start = () => startRun({ config: { ...small, teacher: points }, directory, env });
  const runs = await Promise.all([start(), start()]);
  expect(new Set(runs).size).toBe(2);
  for (const run of runs) {
    expect(run.startsWith(directory)).toBe(true);
    expect(await finished(run)).toMatchObject({ state: 'finished', step: 2 });
    expect(json(join(run, 'config.json'))).toMatchObject({ teacher: points, batchSize: 4 });
    expect(readFileSync(join(run, 'log.txt'), 'utf8')).toContain(`run ${run}\n`);
  }
  // what the processes were started with is gone
  expect(readdirSync(directory).sort()).toEqual(runs.map((run) => basename(run)).sort());
  const again = launchRun(runs[0]!, ['distill', '--resume', runs[0]!], { env });
  await expect(again).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('is finished') as unknown,
  });
});

test('a drawn mixture lies beside the runs and is the teacher', async () => {
  const means = [[-1, 0], [1, 0.5]] as const; // prettier-ignore
  const run = await startRun({ config: small, preset: 'quick', mixture: { means, std: 0.2 }, directory, env });
  expect(run).toMatch(/-drawn-[0-9a-f]{8}$/);
  const { teacher, conditioningTimestep } = json(join(run, 'config.json'));
  expect(teacher).toMatch(/\.dmd\/mixtures\/drawn-[0-9a-f]{8}\.mixture\.json$/);
  expect(conditioningTimestep).toBeTypeOf('number');
  expect(json(teacher as string)).toEqual({ v: 1, modes: means.map((mean) => ({ mean, std: 0.2 })) });
  await finished(run);
  expect(json(join(run, 'summary.json'))['modes']).toHaveLength(2);
});

test.each([
  ['a key', { config: { stepz: 3 } as object }, 'In the configuration, the key `stepz` is unknown'],
  ['a preset', { config: small, preset: 'lon' as 'long' }, 'no preset `lon`'],
  ['a mixture', { config: small, mixture: { means: [[0, 99]] as const, std: 1 } }, 'In the drawn mixture, `modes.0.mean.1` is `99`'], // prettier-ignore
  ['a teacher', { config: { ...small, teacher: 'nobody' } }, 'There is no teacher `nobody`'],
])('%s that is wrong is told of, and leaves nothing behind', async (_, ask, message) => {
  const before = readdirSync(directory);
  const started = startRun({ ...ask, directory, env });
  await expect(started).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) as unknown });
  expect(readdirSync(directory)).toEqual(before);
});

test('a node that is not there is named, and leaves nothing behind', async () => {
  const before = readdirSync(directory);
  const started = startRun({ config: { ...small, teacher: points }, directory, node: join(folder, 'no-node') });
  await expect(started).rejects.toThrow(/The run did not start \(`.*no-node` could not be started/);
  expect(readdirSync(directory)).toEqual(before);
});
