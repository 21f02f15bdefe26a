/** The kernels of TensorFlow.js: what its own cpu backend has. */
import * as tf from '@tensorflow/tfjs-core';

export const kernelNames = (): string[] => [...new Set(tf.getKernelsForBackend('cpu').map((k) => k.kernelName))].sort();
