import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWishes, resolveConfig } from './configuration.ts';
import { configSchema } from './schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: unknown): string {
  const path = join(folder, 'run.dmd.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('configuration', () => {
  it('puts --set over the file over the preset over the defaults, nested objects key by key', async () => {
    const wishes = await readWishes({
      file: file({ $schema: 'x', teacher: 'ring', steps: 7, warmup: { fakeSteps: 3 } }),
      set: ['steps=8', 'warmup.learningRate=1e-3', 'weighting=eq8', 'labels=[1,2]'],
    });
    const config = resolveConfig({ steps: 9, seed: 5, warmup: { fakeSteps: 1, regressionSteps: 2 } }, wishes);
    expect(config).toMatchObject({
      teacher: 'ring',
      steps: 8,
      seed: 5,
      weighting: 'eq8',
      labels: [1, 2],
      batchSize: 32,
    });
    expect(config.warmup).toEqual({ fakeSteps: 3, regressionSteps: 2, learningRate: 1e-3 });
  });

  it.each([
    ['stepz=3', 'the key `stepz` is unknown. The nearest known one is `steps`'],
    ['fakeSteps=3', 'the key `fakeSteps` is unknown. The nearest known one is `warmup.fakeSteps`'],
    ['warmup.fakeStep=3', 'the key `warmup.fakeStep` is unknown. The nearest known one is `warmup.fakeSteps`'],
    ['lambda_dm=3', 'The nearest known one is `lambdaDm`'],
    ['__proto__.steps=3', 'the key `__proto__` is unknown'],
    ['steps=0', '`steps` is `0`. It must be a whole number from 1.'],
    ['steps=many', '`steps` is `"many"`. It must be a whole number from 1.'],
    ['learningRate=-1', '`learningRate` is `-1`. It must be a number above 0.'],
    ['ema=1', '`ema` is `1`. It must be a number from 0, below 1.'],
    ['regression=lpip', 'It must be one of `l2`, `pseudo-huber`.'],
    ['timestepRange=[0,2]', '`timestepRange.1` is `2`. It must be a number from 0 to 1.'],
    ['labels=[]', '`labels` is `[]`. It must be a list, not empty, each a whole number from 0.'],
    ['warmup=3', 'an object with the keys `regressionSteps`, `fakeSteps`, `learningRate`'],
    ['steps', '`--set` takes `key=value`, not `steps`'],
  ])('refuses --set %s', async (setting, message) => {
    await expect(readWishes({ set: [setting] })).rejects.toThrow(message);
    await expect(readWishes({ set: [setting] })).rejects.toMatchObject({ exitCode: 2 });
    expect(({} as Record<string, unknown>)['steps']).toBeUndefined();
  });

  it('names the file in what is wrong with it', async () => {
    await expect(readWishes({ file: file({ batchSize: 'big' }) })).rejects.toThrow(
      /In `.*run\.dmd\.json`, `batchSize` is `"big"`/,
    );
    await expect(readWishes({ file: file('{ "steps": 3') })).rejects.toThrow('is not JSON');
    await expect(readWishes({ file: file([1]) })).rejects.toThrow('must be an object, not `[1]`');
    await expect(readWishes({ file: join(folder, 'absent.dmd.json') })).rejects.toThrow(
      'cannot be read: there is none',
    );
  });

  it('has a JSON Schema, and the published file is the current one', () => {
    const published: unknown = JSON.parse(readFileSync('schema/dmd.schema.json', 'utf8'));
    expect(published, 'run `npm run schema`').toEqual(JSON.parse(JSON.stringify(configSchema())));
    expect(configSchema().properties).toHaveProperty('conditioningTimestep.minimum', 0);
  });
});
