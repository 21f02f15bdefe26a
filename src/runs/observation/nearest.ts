/**
 * The event `nearest`: of each image that a run shows, which of those that the run learns from it is nearest to. It tells
 * memorising from learning.
 */
import * as tf from '@tensorflow/tfjs-core';
import { isMnist, mnistAtHand } from '../../data/mnist.ts';
import { openDataset } from '../../data/open.ts';
import { gridPng } from '../../data/png.ts';
import type { PairSource } from '../../distillation/pairs/pairs.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import { imagesOf, isImages } from '../charts/pictures.ts';
import { nearestRows, type Rows } from './nearest-rows.ts';
import { eightDigits, rounded, type Observed } from './observed.ts';

/** Nearest images that are told of each sample. */
const EACH = 4;
/** The share of a run's time that looking may take; its last samples are looked at in any case. */
const SHARE = 0.01;

/** Images to be near to. */
interface Learned {
  readonly among: string;
  readonly rows: Rows;
}

export class NearestImages {
  private learned: Promise<Learned | undefined> | undefined;
  private dueAt = 0;

  constructor(
    private readonly teacher: Teacher,
    private readonly pairs: PairSource | undefined,
  ) {}

  /** Tells what is nearest to `samples` [n, …] in −1…1, one after another; nothing when it is too soon or there is nothing. */
  async tell({ run, iteration, distiller }: Observed, samples: Float32Array): Promise<void> {
    const begin = performance.now();
    const isLast = distiller.plan === undefined;
    if (!isImages({ shape: this.teacher.sampleShape }) || (begin < this.dueAt && !isLast)) return;
    this.learned ??= this.open();
    const learned = await this.learned;
    if (!learned) return;
    const { among, rows } = learned;
    const { indices, distances } = await nearestRows(samples, rows, EACH);
    const each = (indices.length * rows.size) / samples.length;
    const found = rows.at(indices);
    const values = (await found.data()) as Float32Array;
    found.dispose();
    const image = `images/nearest-${eightDigits(iteration)}.png`;
    const png = gridPng(imagesOf({ values, shape: this.teacher.sampleShape }), { columns: each, gap: 0 });
    if (await run.show(image, png)) {
      const told = [...distances].map((distance) => rounded(distance));
      run.event({ type: 'nearest', iteration, among, images: rows.count, each, image, distances: told });
    }
    const end = performance.now();
    this.dueAt = end + (end - begin) / SHARE;
  }

  /** The teacher's dataset where it is at hand, else what the regression follows. */
  private async open(): Promise<Learned | undefined> {
    const { pairs, teacher } = this;
    const size = tf.util.sizeFromShape([...teacher.sampleShape]);
    const directory = isMnist(teacher.dataset ?? '') ? await mnistAtHand() : undefined;
    const dataset = directory === undefined ? undefined : await openDataset(directory, { split: 'train' });
    if (dataset?.shape.join() === teacher.sampleShape.join()) {
      const at = (indices: readonly number[]) => tf.tensor2d(dataset.batch(indices).images, [indices.length, size]);
      return { among: 'mnist', rows: { count: dataset.count, size, at } };
    }
    if (!pairs) return undefined;
    const at = (indices: readonly number[]) =>
      tf.tidy(() => tf.reshape(pairs.batch(indices).y, [indices.length, size]) as tf.Tensor2D);
    return { among: 'pairs', rows: { count: pairs.count, size, at } };
  }
}
