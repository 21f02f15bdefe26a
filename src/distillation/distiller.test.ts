import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startEngine } from '../engine/start.ts';
import type { Params } from '../networks/denoiser.ts';
import { mlp } from '../networks/mlp.ts';
import { Random } from '../random.ts';
import { mixturePreset } from '../teachers/mixture-presets.ts';
import type { Teacher } from '../teachers/teacher.ts';
import { Config, type ConfigInput } from './config.ts';
import { Distiller } from './distiller.ts';
import { pairsInMemory } from './pairs/pairs.ts';

let teacher: Teacher;

beforeAll(async () => {
  await startEngine({ engine: 'onnx', threads: 1 });
  const network = mlp({ width: 8, layers: 1 });
  teacher = { ...mixturePreset('two-modes'), student: { network, params: network.init(Random.fromSeed(1)) } };
});

const short = { steps: 4, batchSize: 8, learningRate: 1e-2, ema: 0.5, fakeUpdates: 2, warmup: { regressionSteps: 2, fakeSteps: 2 } }; // prettier-ignore

function start(input: ConfigInput = {}, of = teacher): Distiller {
  const [z, y] = [5, 6].map((seed) => Random.fromSeed(seed).normal(64)) as [Float32Array, Float32Array];
  const pairs = pairsInMemory({ sampleShape: [2], z, y });
  return Distiller.create({ config: Config.parse({ ...short, ...input }), teacher: of, pairs });
}

const numbers = async (params: Params) => Promise.all(Object.values(params).map(async (w) => [...(await w.data())]));

test('a run is its warm-up and then its steps, and each leaves as many tensors as it found', async () => {
  const before = tf.memory().numTensors;
  const run = start();
  const held = tf.memory().numTensors;
  const seen: string[] = [];
  while (run.plan) {
    const { phase, step, lossDm, lossReg, lossFake } = await run.step();
    seen.push(`${phase} ${step}`);
    expect([lossDm, lossReg].every((loss) => (phase === 'fake-score' ? loss === undefined : Number.isFinite(loss)))).toBe(true); // prettier-ignore
    expect(lossFake === undefined).toBe(phase === 'regression');
    expect(tf.memory().numTensors).toBe(held);
  }
  expect(seen.join(', ')).toBe(
    'regression 1, regression 2, fake-score 1, fake-score 2, matching 1, matching 2, matching 3, matching 4',
  );
  run.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('a resumed run is the same run, to the last bit', async () => {
  const whole = start();
  for (let i = 0; i < 6; i++) await whole.step();
  const first = start();
  for (let i = 0; i < 3; i++) await first.step();
  const { tensors, progress } = first.state();
  const second = start();
  await second.step();
  second.restore({ tensors, progress: JSON.parse(JSON.stringify(progress)) as typeof progress });
  first.dispose();
  for (let i = 3; i < 6; i++) await second.step();
  expect(await numbers(second.state().tensors)).toEqual(await numbers(whole.state().tensors));
  expect(second.state().progress).toEqual(whole.state().progress);
});

test('a checkpoint of another network is refused, and nothing is lost', async () => {
  const run = start();
  const before = await numbers(run.state().tensors);
  const { tensors, progress } = run.state();
  expect(() => run.restore({ tensors: { ...tensors, 'fake.m/linear_out.bias': tf.zeros([3]) }, progress })).toThrow(
    /`fake.m\/linear_out.bias` has the shape `\[3\]` where this run has \[2\]/,
  );
  expect(await numbers(run.state().tensors)).toEqual(before);
});

test('looking at a step does not take it, and shows what it will do', async () => {
  const run = start({ warmup: {} });
  const before = await numbers(run.state().tensors);
  const { progress } = run.state();
  const held = tf.memory().numTensors;
  const seen = run.peek();
  expect(run.state().progress).toEqual(progress);
  expect(await numbers(run.state().tensors)).toEqual(before);
  const lossDm = (await seen.lossDm.data())[0]!;
  const norms = await seen.gradientNorms.whole.data();
  expect(norms.length).toBe(run.layers.generator.length);
  // x_t = x + σ ε and w_t (s_fake − s_real) = gradient on x, for α = 1
  const largest = (of: () => tf.Tensor) => tf.tidy(() => tf.max(tf.abs(of())));
  const noisy = largest(() => tf.sub(seen.x_t, tf.add(seen.x, tf.mul(tf.reshape(seen.t, [-1, 1]), seen.eps))));
  const gradient = largest(() => tf.sub(seen.gradient, tf.mul(seen.weight, tf.sub(seen.s_fake, seen.s_real))));
  expect((await noisy.data())[0]).toBeLessThan(1e-4);
  expect((await gradient.data())[0]).toBeLessThan(1e-2);
  tf.dispose([seen, noisy, gradient] as never);
  expect(tf.memory().numTensors).toBe(held);

  const report = await run.step();
  expect(report.lossDm).toBeCloseTo(lossDm, 5);
  expect(report.gradientNorm).toBeCloseTo(Math.hypot(...norms), 4);
});

test('the gradients of each loss are those that the next step follows, in every phase', async () => {
  const run = start({ lambdaReg: 0.3, gradientClip: 1e6 });
  const seen: string[] = [];
  while (run.plan) {
    const { phase } = run.plan;
    const { progress } = run.state();
    const before = tf.memory().numTensors;
    const { norms, grads, losses } = run.gradients();
    seen.push(
      `${phase}: ${Object.keys(norms)
        .filter((of) => norms[of as keyof typeof norms])
        .join(', ')}`,
    );
    const found = Object.fromEntries(
      await Promise.all(Object.entries(norms).map(async ([of, norm]) => [of, norm && [...(await norm.data())]])),
    ) as Partial<Record<keyof typeof norms, number[]>>;
    const lossFake = losses.fake && (await losses.fake.data())[0];
    tf.dispose([norms, grads, losses] as never);
    expect(tf.memory().numTensors).toBe(before);
    expect(run.state().progress).toEqual(progress);

    const report = await run.step();
    // all layers together are what the step says of the whole
    if (found.generator) expect(Math.hypot(...found.generator)).toBeCloseTo(report.gradientNorm!, 4);
    // of several updates of the fake score the step reports the last
    if (phase === 'fake-score') {
      expect(Math.hypot(...found.fake!)).toBeCloseTo(report.fakeGradientNorm!, 3);
      expect(lossFake).toBeCloseTo(report.lossFake!, 3);
    }
  }
  expect(seen.filter((phase, i) => phase !== seen[i - 1])).toEqual([
    'regression: generator, regression',
    'fake-score: fake',
    'matching: generator, matching, regression, fake',
  ]);
  const { norms } = run.gradients();
  expect(norms.matching!.size).toBe(run.layers.generator.length);
});

test('the fake score’s gradient is that of its first update of the next step', async () => {
  const run = start({ warmup: {}, fakeUpdates: 1, gradientClip: 1e6 });
  await run.step();
  const { norms, losses } = run.gradients();
  const [norm, loss] = [Math.hypot(...(await norms.fake!.data())), (await losses.fake!.data())[0]!];
  const report = await run.step();
  expect(norm / report.fakeGradientNorm!).toBeCloseTo(1, 4);
  expect(loss / report.lossFake!).toBeCloseTo(1, 4);
});

test('losses that a run does not follow have no gradients, and networks that it has not no layers', () => {
  const of = (input: ConfigInput) => {
    const run = start({ warmup: {}, ...input });
    const { norms } = run.gradients();
    return { losses: Object.entries(norms).flatMap(([name, norm]) => (norm ? [name] : [])), layers: run.layers };
  };
  expect(of({ lambdaDm: 0 }).losses).toEqual(['generator', 'regression']);
  expect(of({ lambdaDm: 0 }).layers.fake).toEqual([]);
  expect(of({ fakeScore: 'none', lambdaReg: 0 }).losses).toEqual(['generator', 'matching']);
  expect(of({ fakeScore: 'exact', lambdaReg: 0 })).toEqual({
    losses: ['generator', 'matching'],
    layers: { generator: ['weight', 'bias'], fake: [] },
  });
});

test('a step by hand moves one network and not the run', async () => {
  const run = start({ warmup: {} });
  const at = async () => {
    const { tensors, progress } = run.state();
    const of = (group: string) => numbers(Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith(group)))); // prettier-ignore
    return { G: await of('generator.params'), fake: await of('fake.params'), iteration: progress.iteration };
  };
  const before = await at();
  await run.stepGenerator();
  const afterG = await at();
  expect(afterG.fake).toEqual(before.fake);
  expect(afterG.G).not.toEqual(before.G);
  await run.stepFake();
  const afterFake = await at();
  expect(afterFake.G).toEqual(afterG.G);
  expect(afterFake.fake).not.toEqual(afterG.fake);
  expect(afterFake.iteration).toBe(0);
});

test('a number that is not finite ends the run by name, before any weight of that step is kept', async () => {
  const failing: Teacher = {
    ...teacher,
    params: { bias: tf.tensor1d([0]) },
    denoise: ({ bias }, x_t, level) => tf.add(teacher.denoise({}, x_t, level), bias!),
  };
  const run = start({ warmup: {} }, failing);
  await run.step();
  const before = await numbers(run.state().tensors);
  const held = tf.memory().numTensors;
  (failing.params as Params)['bias'] = tf.tensor1d([NaN]);
  await expect(run.step()).rejects.toThrow(/diverged at matching step 2: lossDm is `NaN`/);
  expect(await numbers(run.state().tensors)).toEqual(before);
  expect(tf.memory().numTensors).toBe(held + 1);
  expect(run.plan).toEqual({ phase: 'matching', step: 2 });
});

test('switched-off terms make no updates: regression alone, the real score alone, the exact fake score', async () => {
  const regression = start({ lambdaDm: 0, warmup: {} });
  const { lossDm, lossFake } = await regression.step();
  expect([lossDm, lossFake]).toEqual([0, undefined]);
  expect(() => regression.peek()).toThrow(/lambdaDm `0`/);
  await expect(regression.stepFake()).rejects.toThrow(/learns no fake score/);

  const real = start({ fakeScore: 'none', lambdaReg: 0, warmup: {} });
  expect((await real.step()).lossDm).toBeGreaterThan(0);
  const exact = start({ fakeScore: 'exact', lambdaReg: 0, warmup: {} });
  expect(Object.keys(exact.weights())).toEqual(['weight', 'bias']);
  expect((await exact.step()).lossFake).toBeUndefined();
});

test('samples come by batches, each from its own noise', async () => {
  const run = start();
  const z = tf.tensor2d(Random.fromSeed(2).normal(600), [300, 2]);
  const all = await run.generate(z).data();
  const last = await run.generate(tf.slice(z, 290)).data();
  expect(all.length).toBe(600);
  last.forEach((value, i) => expect(value).toBeCloseTo(all[580 + i]!, 4));
});

test('what does not go together is refused by name', () => {
  expect(() => start({ lambdaDm: 0, lambdaReg: 0 })).toThrow(/lambdaDm `0` and lambdaReg `0`/);
  expect(() => start({ labels: [3] })).toThrow(/class `3`, and `two-modes` has no classes/);
  expect(() => start({ timestepRange: [0.9, 0.1] })).toThrow(/`0.9` to `0.1`/);
  expect(() => Distiller.create({ config: Config.parse({}), teacher })).toThrow(/needs pairs/);
});
