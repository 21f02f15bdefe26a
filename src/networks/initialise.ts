/**
 * Fresh weights: every layer's output starts at about the variance of its input, or at zero.
 */
import * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Params } from './denoiser.ts';

/** `normal`: N(0, 1/fan_in), variance preserving. `zero`: the layer adds nothing at first. */
export type Start = 'normal' | 'zero';

/** More than any network made here has: what a corrupt or hostile file can make a reader set aside is bounded. */
const mostWeights = 100_000_000;

/** Collects the weights of a network, layer by layer; the order of the calls is the order of the weights. */
export class Initialiser {
  readonly params: Params = {};
  private count = 0;

  constructor(private readonly random: Random) {}

  /** A convolution with a `size`×`size` filter. */
  conv2d(name: string, size: number, inputs: number, outputs: number, start: Start = 'normal'): void {
    this.draw(`${name}.weight`, [size, size, inputs, outputs], size * size * inputs, start);
    this.params[`${name}.bias`] = tf.zeros([outputs]);
  }

  linear(name: string, inputs: number, outputs: number, start: Start = 'normal'): void {
    this.draw(`${name}.weight`, [inputs, outputs], inputs, start);
    this.params[`${name}.bias`] = tf.zeros([outputs]);
  }

  /** A normalisation that starts as the plain one: γ = 1, β = 0. */
  norm(name: string, channels: number): void {
    this.params[`${name}.weight`] = tf.ones([channels]);
    this.params[`${name}.bias`] = tf.zeros([channels]);
  }

  /** A table of `count` vectors ~ N(0, 1). */
  embedding(name: string, count: number, width: number): void {
    this.draw(`${name}.weight`, [count, width], 1, 'normal');
  }

  private draw(name: string, shape: number[], fanIn: number, start: Start): void {
    const size = shape.reduce((a, b) => a * b, 1);
    if ((this.count += size) > mostWeights) {
      throw usageError(`A network may have at most ${mostWeights} weights; make its channels or its blocks fewer.`);
    }
    const values =
      start === 'zero' ? new Float32Array(size) : this.random.normal(size).map((v) => v / Math.sqrt(fanIn));
    this.params[name] = tf.tensor(values, shape, 'float32');
  }
}
