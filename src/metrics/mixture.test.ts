import { describe, expect, it } from 'vitest';
import { gaussianMixture, sampleMixture } from '../diffusion/gaussian-mixture.ts';
import { DmdError } from '../errors.ts';
import { Random } from '../random.ts';
import { diffusedKl, measureModes } from './mixture.ts';

const twoModes = gaussianMixture({
  means: [
    [-0.8, 0],
    [0.8, 0],
  ],
  covariance: 0.15 ** 2,
});

describe('measureModes', () => {
  it('reports exact samples as they are', () => {
    const n = 10_000;
    const { modes, modesFound } = measureModes(sampleMixture(twoModes, n, Random.fromSeed(1)), twoModes);
    expect(modesFound).toBe(2);
    for (const { share, stdRatio } of modes) {
      expect(Math.abs(share - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(n));
      // a deviation from 2 · n/2 numbers has a relative standard error of 1 / √(2n)
      expect(Math.abs(stdRatio! - 1)).toBeLessThan(4 / Math.sqrt(2 * n));
    }
  });

  it('reports a mode without samples, and one that is half as wide, off its place and rare', () => {
    const narrow = gaussianMixture({ means: [[0.7, 0]], covariance: 0.075 ** 2 });
    const { modes, modesFound } = measureModes(sampleMixture(narrow, 2000, Random.fromSeed(2)), twoModes);
    expect(modesFound).toBe(1);
    expect(modes[0]).toEqual({ share: 0, stdRatio: null });
    expect(modes[1]!.share).toBe(1);
    expect(Math.abs(modes[1]!.stdRatio! - 0.5)).toBeLessThan(0.5 * (4 / Math.sqrt(2 * 4000)));
  });

  it('finds a mode from a quarter of its weight on', () => {
    const at = (left: number) => Array.from({ length: 200 }, (_, i) => (i % 2 ? 0 : i / 2 < left ? -0.8 : 0.8));
    expect(measureModes(at(13), twoModes).modesFound).toBe(2);
    expect(measureModes(at(12), twoModes).modesFound).toBe(1);
  });

  it('refuses samples that are not finite', () => {
    expect(() => measureModes([0, 0, NaN, 1], twoModes)).toThrow(DmdError);
    expect(() => diffusedKl([0, Infinity], twoModes)).toThrow('Sample 0 is `0, Infinity`');
  });
});

describe('diffusedKl', () => {
  const n = 10_000;

  it('is the closed form for one sample', () => {
    // KL(N(x, s² I) ‖ N(0, (v + s²) I)) = log(V / s²) + (2 s² + |x|²) / 2V − 1 in the plane, with V = v + s²
    const [v, s] = [0.09, 0.15];
    const V = v + s ** 2;
    const expected = Math.log(V / s ** 2) + (2 * s ** 2 + 0.2 ** 2 + 0.1 ** 2) / (2 * V) - 1;
    const p = gaussianMixture({ means: [[0, 0]], covariance: v });
    expect(Math.abs(diffusedKl([0.2, -0.1], p, s) - expected)).toBeLessThan(1e-6);
  });

  it('agrees with the closed form between Gaussians', () => {
    const [vq, vp, s] = [0.04, 0.09, 0.15];
    const [Q, P] = [vq + s ** 2, vp + s ** 2];
    const shift = [0.2, -0.1];
    const samples = sampleMixture(gaussianMixture({ means: [shift], covariance: vq }), n, Random.fromSeed(4));
    const kl = diffusedKl(samples, gaussianMixture({ means: [[0, 0]], covariance: vp }), s);
    const squared = shift[0]! ** 2 + shift[1]! ** 2;
    const exact = Math.log(P / Q) + (2 * Q + squared) / (2 * P) - 1;
    // KL(q̂ ‖ p) = KL(q̂ ‖ q) + ∫ q̂ log(q / p). The first is the floor of n samples, about ((1 + vq / s²)² − 1) / 2n.
    const floor = ((1 + vq / s ** 2) ** 2 - 1) / (2 * n);
    // The second is a mean over the samples of ½ (|x|² / P − |x − shift|² / Q), blurred, whose slope and curvature give
    // its variance: Var = vq |shift|² / P² + vq² (1 / P − 1 / Q)².
    const standardError = Math.sqrt((vq * squared) / P ** 2 + vq ** 2 * (1 / P - 1 / Q) ** 2) / Math.sqrt(n);
    expect(Math.abs(kl - exact - floor)).toBeLessThan(4 * standardError + floor);
    expect(exact).toBeGreaterThan(50 * standardError); // or the test could not fail
  });

  it('is below its stated floor, and not far, for exact samples', () => {
    const kl = diffusedKl(sampleMixture(twoModes, n, Random.fromSeed(5)), twoModes);
    const floor = (25 * 2 - 1) / (2 * n);
    expect(kl).toBeGreaterThan(0.3 * floor);
    expect(kl).toBeLessThan(1.2 * floor);
  });

  it('is log 2 when one of two modes is missing', () => {
    const one = gaussianMixture({ means: [[0.8, 0]], covariance: 0.15 ** 2 });
    const kl = diffusedKl(sampleMixture(one, n, Random.fromSeed(6)), twoModes);
    expect(Math.abs(kl - Math.log(2))).toBeLessThan(5e-3);
  });

  it('copes with samples far away', () => {
    const kl = diffusedKl([1e4, -1e4, 0.8, 0], twoModes);
    expect(kl).toBeGreaterThan(1e6);
    expect(Number.isFinite(kl)).toBe(true);
  });

  it('is for the plane', () => {
    expect(() => diffusedKl([0], gaussianMixture({ means: [[0]], covariance: 1 }))).toThrow(DmdError);
  });
});
