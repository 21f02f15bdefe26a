import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { edmLossWeight, edmPreconditioning } from './preconditioning.ts';

describe('edmPreconditioning', () => {
  beforeAll(() => startEngine({ engine: 'cpu' }));

  const sigmas = [0.002, 0.5, 80];
  const sigmaData = 0.5;

  it('keeps the inputs and targets of the network at unit variance', async () => {
    const { cSkip, cOut, cIn, cNoise } = edmPreconditioning(tf.tensor1d(sigmas), sigmaData);
    const [skip, out, inward, noise] = await Promise.all([cSkip, cOut, cIn, cNoise].map((c) => c.data()));
    sigmas.forEach((sigma, i) => {
      // Var[c_in (y + n)] = 1, with data of variance σ_d² and noise of variance σ²
      expect(inward![i]! ** 2 * (sigmaData ** 2 + sigma ** 2)).toBeCloseTo(1, 5);
      // Var[(y − c_skip (y + n)) / c_out] = 1
      const residual = (1 - skip![i]!) ** 2 * sigmaData ** 2 + skip![i]! ** 2 * sigma ** 2;
      expect(residual / out![i]! ** 2).toBeCloseTo(1, 3);
      expect(noise![i]).toBeCloseTo(Math.log(sigma) / 4, 5);
    });
  });

  it("weights the loss by 1 / c_out², so that F's errors count alike", async () => {
    const weight = await edmLossWeight(tf.tensor1d(sigmas), sigmaData).data();
    const cOut = await edmPreconditioning(tf.tensor1d(sigmas), sigmaData).cOut.data();
    weight.forEach((w, i) => expect(w * cOut[i]! ** 2).toBeCloseTo(1, 5));
  });
});
