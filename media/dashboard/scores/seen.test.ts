import { expect, test } from 'vitest';
import { diffused, gaussianMixture, score } from '../../../src/diffusion/gaussian-mixture.ts';
import type { Probed } from '../../../src/runs/contract.ts';
import { arrowLegend, arrowScale } from './arrow-scale.ts';
import { levelText, nearestLevel, shareOfT, tAtShare } from './levels.ts';
import type { Tensor } from './safetensors.ts';
import { noiseOf, oneOf, scoreDifference, seenByInspect, seenByProbe } from './seen.ts';

const real = gaussianMixture({ means: [[-1, 0], [1, 0]], covariance: 0.04 }); // prettier-ignore
const fake = gaussianMixture({ means: [[0, 0.5]], covariance: 0.09 });
const sigmas = [0.3, 2];
const x = [-1, 0.1, 0.4, 0.2, 1, -0.3];
const eps = [0.5, -1, 1, 0.2, -0.7, 0.3];
const x_t = sigmas.flatMap((sigma) => x.map((value, i) => value + sigma * eps[i]!));

/** μ = x_t + σ² s of every sample at every level. */
const mu = (mixture: typeof real): number[] =>
  sigmas.flatMap((sigma, k) =>
    [0, 1, 2].flatMap((i) => {
      const at = x_t.slice(6 * k + 2 * i, 6 * k + 2 * i + 2);
      return score(diffused(mixture, { alpha: 1, sigma }), at).map((s, j) => at[j]! + sigma ** 2 * s);
    }),
  );
const [muReal, muFake] = [mu(real), mu(fake)];
const difference = muFake.map((value, i) => value - muReal[i]!);
const tensor = (values: number[], ...shape: number[]): Tensor => ({ shape, values: Float32Array.from(values) });
const tensors = new Map([
  ['z', tensor(eps, 3, 2)],
  ['x', tensor(x, 3, 2)],
  ['x_t', tensor(x_t, 2, 3, 2)],
  ['mu_real', tensor(muReal, 2, 3, 2)],
  ['mu_fake', tensor(muFake, 2, 3, 2)],
  ['difference', tensor(difference, 2, 3, 2)],
  ['gradient', tensor(difference, 2, 3, 2)],
]);
const probe: Probed = {
  type: 'probe', iteration: 40, tensors: 'probes/00000040.safetensors', t: sigmas, sigma: sigmas,
  differenceRms: [0, 1].map((k) => Math.hypot(...difference.slice(6 * k, 6 * k + 6)) / Math.sqrt(6)),
  gradientRms: [1, 1],
}; // prettier-ignore

test('arrows of a probe are s_real − s_fake of the mixtures themselves', () => {
  for (const [k, sigma] of sigmas.entries()) {
    const seen = seenByProbe(probe, tensors, k);
    expect(seen).toMatchObject({ iteration: 40, t: sigma, sigma, samples: [0, 1, 2], shape: [2] });
    const arrows = scoreDifference(seen);
    for (let i = 0; i < 3; i++) {
      const at = x_t.slice(6 * k + 2 * i, 6 * k + 2 * i + 2);
      const [r, f] = [real, fake].map((mixture) => score(diffused(mixture, { alpha: 1, sigma }), at));
      for (const j of [0, 1]) expect(arrows[2 * i + j]).toBeCloseTo(r![j]! - f![j]!, 3);
    }
    noiseOf(seen).forEach((value, i) => expect(value).toBeCloseTo(eps[i]!, 4));
    expect([...oneOf(seen, 'x', 1)]).toEqual([...Float32Array.of(0.4, 0.2)]);
  }
});

test('an answer to inspect is read as a probe is', () => {
  const seen = seenByProbe(probe, tensors, 1);
  const payload = (values: Float32Array) => ({
    shape: [3, 2],
    base64: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
  });
  const payloads = Object.fromEntries(Object.entries(seen.tensors).map(([name, values]) => [name, payload(values)]));
  const reply = { state: 'running', iteration: 40, step: 40, samples: [0, 1, 2], t: 2, sigma: 2, weight: [1, 1, 1], tensors: payloads }; // prettier-ignore
  expect(seenByInspect(reply as unknown as Parameters<typeof seenByInspect>[0])).toEqual(seen);
});

test('a probe that lacks a tensor is refused by the tensor’s name', () => {
  const less = new Map([...tensors].filter(([name]) => name !== 'mu_fake'));
  expect(() => seenByProbe(probe, less, 0)).toThrow('mu_fake');
});

test('arrows have one scale for all moments at a level, and their legend is true', () => {
  const later = { ...probe, iteration: 80, differenceRms: probe.differenceRms.map((value) => value / 10) };
  const seen = seenByProbe(probe, tensors, 0);
  const scale = arrowScale([probe, probe, later], seen);
  expect(arrowScale([later, probe, probe], seen)).toBe(scale);
  expect(scale).toBeGreaterThan(0);
  const { value, pixels } = arrowLegend(scale);
  expect(pixels).toBeCloseTo(value * scale, 9);
  expect(pixels).toBeGreaterThan(15);
  expect(pixels).toBeLessThan(45);
});

test('levels are found by ratio where they are σ, and said so', () => {
  const told = { t: [0.1, 1, 20], sigma: [0.1, 1, 20] };
  expect([0.02, 0.2, 0.4, 3, 9, 80].map((t) => nearestLevel(told, t))).toEqual([0, 0, 1, 1, 2, 2]);
  expect(nearestLevel({ t: [200, 400, 800], sigma: [0.4, 0.8, 0.99] }, 500)).toBe(1);
  for (const ofSigma of [true, false])
    for (const share of [0, 0.5, 1]) expect(shareOfT(tAtShare(share, ofSigma), ofSigma)).toBeCloseTo(share, 2);
  expect([levelText(1, 1), levelText(420, 0.9)]).toEqual(['σ = 1.00', 't = 420, σ = 0.90']);
});
