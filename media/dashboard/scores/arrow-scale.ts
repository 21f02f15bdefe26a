/**
 * How long arrows are: the same for all moments of a run at one noise level, so that they shrink as the scores agree.
 */
import type { Probed } from '../../../src/runs/contract.ts';
import { roundUp } from '../../../src/colours/diverging.ts';
import { nearestLevel } from './levels.ts';
import { alphaOf, rms, scoreDifference, type Seen } from './seen.ts';

/** The arrow of a vector of twice the usual root mean square, in pixels of CSS. */
const USUAL = 34;

/** Pixels for a unit of s_real − s_fake. `probes` are all that the run has told of. */
export function arrowScale(probes: readonly Probed[], seen: Seen): number {
  const told = probes.flatMap((probe) => {
    const level = nearestLevel(probe, seen.t);
    const { t, sigma, differenceRms } = probe;
    if (t[level] !== seen.t) return [];
    return [(alphaOf({ t: t[level], sigma: sigma[level]! }) * differenceRms[level]!) / sigma[level]! ** 2];
  });
  const sorted = told.sort((a, b) => a - b);
  // of an outlier at the start everything later would be short
  const usual = sorted[Math.floor(0.8 * (sorted.length - 1))] ?? rms(scoreDifference(seen));
  // rounded, so that it seldom changes while the run goes on; a vector has two coordinates
  return usual > 0 ? USUAL / (2 * Math.SQRT2 * roundUp(usual)) : 0;
}

/** A round length near 40 pixels, and what it stands for. */
export function arrowLegend(scale: number): { readonly value: number; readonly pixels: number } {
  const about = 40 / scale;
  const decade = 10 ** Math.floor(Math.log10(about));
  const value = [1, 2, 5, 10].map((digit) => digit * decade).findLast((round) => round <= about * 1.05)!;
  return { value, pixels: value * scale };
}
