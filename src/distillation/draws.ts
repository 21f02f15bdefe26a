/**
 * What is random about a training step, drawn on the host from the run's one generator and handed over as tensors, which
 * the caller disposes.
 */
import * as tf from '@tensorflow/tfjs-core';
import { levelTensors } from '../diffusion/schedule.ts';
import { Random } from '../random.ts';
import type { Teacher } from '../teachers/teacher.ts';
import type { Config } from './config.ts';
import type { PairSource } from './pairs/pairs.ts';
import type { Noising, PairBatch, Source } from './step.ts';

export class Draws {
  /** The classes to draw; empty when there are none. */
  readonly labels: readonly number[];

  constructor(
    private readonly config: Config,
    private readonly teacher: Teacher,
    private readonly pairs: PairSource | undefined,
    private readonly random = Random.fromSeed(config.seed).fork('distillation'),
  ) {
    this.labels = config.labels ?? Array.from({ length: teacher.classes }, (_, label) => label);
  }

  /** The same from another generator: one that goes on as `state` says, by default as this one will. */
  resumed(state: readonly number[] = this.state()): Draws {
    return new Draws(this.config, this.teacher, this.pairs, Random.fromState(state));
  }

  /** The random generator's state. */
  state(): readonly number[] {
    return [...this.random.state()];
  }

  /** z ~ N(0, I) and, when there are classes, labels, all equally likely. */
  source(): Source {
    const { labels } = this;
    const label = () => labels[this.random.integer(0, labels.length)]!;
    const drawn = () => tf.tensor1d(Int32Array.from({ length: this.config.batchSize }, label), 'int32');
    return { z: this.noise(), labels: labels.length > 0 ? drawn() : undefined };
  }

  /** ε ~ N(0, I) and t ~ U, from the share `low` to the share `high` of the schedule, both included. */
  noising([low, high]: readonly [number, number] = [0, 1]): Noising {
    const { schedule } = this.teacher;
    const first = Math.round(low * schedule.size);
    const last = Math.min(Math.round(high * schedule.size), schedule.size - 1);
    const level = () => schedule.level(this.random.integer(first, last + 1));
    return { eps: this.noise(), level: levelTensors(Array.from({ length: this.config.batchSize }, level)) };
  }

  /** Pairs, all equally likely. */
  pairBatch(): PairBatch {
    const { pairs } = this;
    if (!pairs) throw new Error('internal: pairs were asked of a run without any');
    const length = this.config.regressionBatchSize ?? this.config.batchSize;
    return pairs.batch(Array.from({ length }, () => this.random.integer(0, pairs.count)));
  }

  private noise(): tf.Tensor {
    const shape = [this.config.batchSize, ...this.teacher.sampleShape];
    return tf.tensor(this.random.normal(tf.util.sizeFromShape(shape)), shape, 'float32');
  }
}
