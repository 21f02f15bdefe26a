/**
 * A small classifier of handwritten digits, whose penultimate layer is the feature space that digits are measured in.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../networks/denoiser.ts';
import { Initialiser } from '../networks/initialise.ts';
import { conv2d, downsample2x, layer, linear, silu } from '../networks/layers.ts';
import type { Random } from '../random.ts';

export const CLASSES = 10;
export const FEATURES = 64;
/** [height, width, channels] of the images it takes. */
export const IMAGE_SHAPE = [28, 28, 1] as const;

/** Fresh weights. The caller disposes them. */
export function initClassifier(random: Random): Params {
  const initialiser = new Initialiser(random);
  initialiser.conv2d('conv1', 3, 1, 32);
  initialiser.conv2d('conv2', 3, 32, 64);
  initialiser.conv2d('conv3', 3, 64, 128);
  initialiser.linear('features', 3 * 3 * 128, FEATURES);
  initialiser.linear('logits', FEATURES, CLASSES);
  return initialiser.params;
}

/** `images` [n, 28, 28, 1] in −1…1 → features [n, 64] and logits [n, 10]. */
export function classify(params: Params, images: tf.Tensor): { features: tf.Tensor; logits: tf.Tensor } {
  let h = images;
  h = downsample2x(silu(conv2d(h, layer(params, 'conv1')))); // [n, 14, 14, 32]
  h = downsample2x(silu(conv2d(h, layer(params, 'conv2')))); // [n, 7, 7, 64]
  h = silu(conv2d(h, layer(params, 'conv3')));
  // windows that overlap, since 7 is odd and the rim matters
  h = tf.avgPool(h as tf.Tensor4D, 3, 2, 'valid'); // [n, 3, 3, 128]
  const features = silu(linear(tf.reshape(h, [-1, 3 * 3 * 128]), layer(params, 'features')));
  return { features, logits: linear(features, layer(params, 'logits')) };
}
