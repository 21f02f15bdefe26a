import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { PNG } from 'pngjs';
import { beforeAll, expect, test } from 'vitest';
import { pairsInMemory } from '../../distillation/pairs/pairs.ts';
import { startEngine } from '../../engine/start.ts';
import { Random } from '../../random.ts';
import { nearestRows } from './nearest-rows.ts';
import { NearestImages } from './nearest.ts';
import { smallRun } from './small-run-fixture.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const rowsOf = (values: Float32Array, size: number) => ({
  count: values.length / size,
  size,
  at: (indices: readonly number[]) =>
    tf.tensor2d(Float32Array.from(indices.flatMap((index) => [...values.subarray(index * size, (index + 1) * size)])), [
      indices.length,
      size,
    ]),
});

test('the nearest of more rows than a portion holds are those of a search one by one', async () => {
  const size = 3;
  const random = Random.fromSeed(1);
  const [values, samples] = [random.normal(5000 * size), random.normal(7 * size)];
  const before = tf.memory().numTensors;
  const { indices, distances } = await nearestRows(samples, rowsOf(values, size), 4);
  expect(tf.memory().numTensors).toBe(before);
  for (let sample = 0; sample < 7; sample++) {
    const all = Array.from({ length: 5000 }, (_, row) => {
      const square = [0, 1, 2].reduce(
        (sum, i) => sum + (values[row * size + i]! - samples[sample * size + i]!) ** 2,
        0,
      );
      return { row, distance: Math.sqrt(square / size) };
    });
    const nearest = all.sort((a, b) => a.distance - b.distance).slice(0, 4);
    expect(indices.slice(4 * sample, 4 * sample + 4)).toEqual(nearest.map(({ row }) => row));
    nearest.forEach(({ distance }, i) => expect(distances[4 * sample + i]).toBeCloseTo(distance, 3));
  }
});

test('of fewer rows than are asked for, all are given', async () => {
  const { indices } = await nearestRows(Float32Array.of(1, 1, 0, 0), rowsOf(Float32Array.of(0, 0, 1, 1), 2), 4);
  expect(indices).toEqual([1, 0, 0, 1]);
});

test('a sample’s row of the picture begins with the pair that it copies', async () => {
  const random = Random.fromSeed(2);
  const y = random.normal(6 * 16).map((value) => Math.tanh(value));
  const pairs = pairsInMemory({ sampleShape: [4, 4, 1], z: random.normal(6 * 16), y });
  const run = await smallRun();
  const nearest = new NearestImages({ ...run.teacher, sampleShape: [4, 4, 1] }, pairs);
  const copies = new Float32Array([...y.subarray(5 * 16), ...y.subarray(2 * 16, 3 * 16)]);
  await nearest.tell({ ...run, iteration: 7 }, copies);
  const [event] = run.events.flatMap((event) => (event.type === 'nearest' ? [event] : []));
  expect(event).toMatchObject({
    iteration: 7,
    among: 'pairs',
    images: 6,
    each: 4,
    image: 'images/nearest-00000007.png',
  });
  expect(event!.distances).toHaveLength(8);
  expect(Math.max(event!.distances[0]!, event!.distances[4]!)).toBeLessThan(1e-3);
  expect(event!.distances[1]).toBeGreaterThan(0.1);
  const { width, height, data } = PNG.sync.read(readFileSync(run.run.file(event!.image)));
  expect([width, height]).toEqual([16, 8]);
  for (let i = 0; i < 4; i++) expect(data[4 * (4 * width + i)]! / 127.5 - 1).toBeCloseTo(copies[16 + i]!, 1);
});

test('looks again only when that takes a hundredth of the time at most', async () => {
  const run = await smallRun();
  const pairs = pairsInMemory({ sampleShape: [4, 4, 1], z: new Float32Array(16), y: new Float32Array(16) });
  const nearest = new NearestImages({ ...run.teacher, sampleShape: [4, 4, 1] }, pairs);
  const samples = new Float32Array(16);
  for (let iteration = 0; iteration < 3; iteration++) await nearest.tell({ ...run, iteration }, samples);
  const told = () => run.events.flatMap((event) => (event.type === 'nearest' ? [event.iteration] : []));
  expect(told()).toEqual([0]);
  // those of the end of a run in any case
  const distiller = Object.create(run.distiller, { plan: { value: undefined } }) as typeof run.distiller;
  await nearest.tell({ ...run, distiller, iteration: 9 }, samples);
  expect(told()).toEqual([0, 9]);
});
